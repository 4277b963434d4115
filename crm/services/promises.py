"""What is promised and still open between the team and a contact."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.models import Contact, FollowUp
from crm.services import follow_ups
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Promises:
    """By day, those without one last."""

    we_owe: list[FollowUp]
    they_owe: list[FollowUp] = field(default_factory=list)


def of(member: Member, contact: Contact, limit: int = 20) -> Promises:
    return Promises(follow_ups.open_for(member, contact, limit))
