"""Promises of both sides: what we owe a contact (our follow-ups), and what the contact owes us, until they are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select

from crm.errors import Invalid
from crm.models import Contact, FollowUp, Interaction, User
from crm.questions import Question, answer
from crm.schemas.follow_ups import FollowUpNew
from crm.schemas.interactions import InteractionNew
from crm.services import follow_ups, interactions
from crm.services.members import Member


class Open(NamedTuple):
    """An open follow-up with a contact. `of_all`: how many there are of its side."""

    uid: UUID
    title: str
    notes: str | None
    due_on: date | None
    reminds: bool
    remind_on: date | None
    status: str
    owed_by: str
    owner_id: int | None
    created_by: int | None
    owner_name: str | None
    of_all: int
    contact: Contact


@dataclass(frozen=True, slots=True)
class Promises:
    """What is open, overdue first, soonest first, those without a day last."""

    ours: list[Open]
    theirs: list[Open]


_SOONEST = (FollowUp.due_on.asc().nulls_last(), FollowUp.id)
_NUMBERED = (
    select(
        *[getattr(FollowUp, name) for name in Open._fields[:-3]],
        User.name.label("owner_name"),
        func.count().over(partition_by=FollowUp.owed_by).label("of_all"),
        func.row_number().over(partition_by=FollowUp.owed_by, order_by=_SOONEST).label("place"),
    )
    .outerjoin(User, User.id == FollowUp.owner_id)
    .where(
        FollowUp.site_id == bindparam("site"),
        FollowUp.deleted_at.is_(None),
        FollowUp.contact_id == bindparam("contact"),
        FollowUp.status == "open",
    )
    .subquery()
)
_OPEN = (
    select(*[_NUMBERED.c[name] for name in Open._fields[:-1]])
    .where(_NUMBERED.c.place <= bindparam("size"))
    .order_by(_NUMBERED.c.place)
)


def of(member: Member, contact: Contact) -> Promises:
    """What is open between the site and `contact`."""
    return answer(ask(member, contact))


def ask(member: Member, contact: Contact, limit: int = 50) -> Question[Promises]:
    """For `of`: the first `limit` of each side."""

    def read(found: Sequence[Any]) -> Promises:
        rows = [Open._make((*row, contact)) for row in found]
        theirs = [one for one in rows if one.owed_by == "theirs"]
        return Promises([one for one in rows if one.owed_by == "ours"], theirs)

    return Question(_OPEN, {"site": member.site_id, "contact": contact.id, "size": limit}, read)


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
