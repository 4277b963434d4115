"""Promises of both sides: what we owe a contact (our follow-ups), and what the contact owes us, until they are closed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from crm.errors import Invalid
from crm.models import Contact, FollowUp, Interaction
from crm.schemas.follow_ups import FollowUpNew
from crm.schemas.interactions import InteractionNew
from crm.services import follow_ups, interactions
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Promises:
    """What is open, soonest first."""

    ours: list[FollowUp]
    theirs: list[FollowUp]


def of(member: Member, contact: Contact, limit: int = 50) -> Promises:
    """What is open between the site and `contact`: one query."""
    found = follow_ups.open_for(member, contact, limit)
    theirs = [one for one in found if one.owed_by == "theirs"]
    return Promises([one for one in found if one.owed_by == "ours"], theirs)


def log(
    member: Member, new: InteractionNew, promised: FollowUpNew | None, *, ahead: bool = False
) -> tuple[Interaction, FollowUp | None]:
    """Logs an interaction, and what the contact promised in it.

    Raises Forbidden, Invalid: on `they_owe` where there is nobody to promise it.
    """
    if promised and new.contact_id is None:
        raise Invalid({"they_owe": "is somebody’s promise: say whose, with a contact"})
    interaction = interactions.log(member, new, ahead=ahead)
    if promised is None:
        return interaction, None
    return interaction, follow_ups.plan(member, promised.model_copy(update={"contact_id": new.contact_id, "owed_by": "theirs"}))


def unlog(member: Member, ref: UUID, promise: UUID) -> Interaction:
    """Takes `log` back, whole. Raises NotFound, Forbidden."""
    interaction = interactions.delete(member, ref)
    follow_ups.delete(member, promise)
    return interaction
