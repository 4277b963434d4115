"""A meeting's agenda, point by point. Its points are texts that are there once, so each names itself."""

from __future__ import annotations

from uuid import UUID

from crm.errors import Conflict, Invalid
from crm.models import Meeting
from crm.schemas.base import read
from crm.schemas.meetings import MeetingEdit
from crm.services import meetings, rows
from crm.services.members import Member
from crm.services.rows import Version


def place(member: Member, ref: int | UUID, point: str, to: int | None = None, *, version: Version = None) -> Meeting:
    """Puts `point` at the place `to` of the agenda (0 is the top, None the end), where it is new or wherever it stood.
    A new one says nothing about the others: it needs no `version`.

    Raises NotFound, Forbidden, Stale, Invalid, Conflict where the meeting is over.
    """
    if not point.strip():
        raise Invalid({"agenda_items": "must have a text"})
    points = [one for one in _points(member, ref, version) if one != point.strip()]
    points.insert(len(points) if to is None else min(max(to, 0), len(points)), point.strip())
    return _written(member, ref, points)


def remove(member: Member, ref: int | UUID, point: str, *, version: Version = None) -> Meeting:
    """Takes `point` off the agenda; one that is not on it is off already. Raises as `place` does."""
    return _written(member, ref, [one for one in _points(member, ref, version) if one != point])


def _points(member: Member, ref: int | UUID, version: Version) -> list[str]:
    """As they are now, and stay until the transaction ends."""
    meeting = rows.get(member, Meeting, ref, lock=True, version=version)
    if meeting.status != "scheduled":
        raise Conflict("This meeting is over. Its agenda stays as it was.")
    return meeting.agenda_items


def _written(member: Member, ref: int | UUID, points: list[str]) -> Meeting:
    return meetings.edit(member, ref, read(MeetingEdit, {"agenda_items": points}))
