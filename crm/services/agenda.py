"""What is to come, and what should have come: the scheduled meetings by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, union_all
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact, Meeting
from crm.services import rows
from crm.services.members import Member


def upcoming(member: Member, limit: int = 10, contact: Contact | None = None) -> list[Meeting]:
    """The next scheduled meetings of the site (or with one contact), soonest first."""
    return _scheduled(member, Meeting.scheduled_datetime > clock.now(), limit, contact)


def unfinished(member: Member, limit: int = 10, contact: Contact | None = None) -> list[Meeting]:
    """Meetings whose time has come and that nobody has completed or cancelled, oldest first."""
    return _scheduled(member, Meeting.scheduled_datetime <= clock.now(), limit, contact)


_WITH = (
    Meeting.site_id == bindparam("site"),
    Meeting.deleted_at.is_(None),
    Meeting.contact_id == bindparam("contact"),
    Meeting.status == "scheduled",
)
_GONE = select(Meeting.id).where(*_WITH, Meeting.scheduled_datetime <= bindparam("now"))
_AHEAD = select(Meeting.id).where(*_WITH, Meeting.scheduled_datetime > bindparam("now"))
_FIRST = [
    select(part.order_by(Meeting.scheduled_datetime, Meeting.id).limit(bindparam("size")).subquery().c.id)
    for part in (_GONE, _AHEAD)
]
_BOTH = select(Meeting).where(Meeting.id.in_(union_all(*_FIRST))).order_by(Meeting.scheduled_datetime, Meeting.id)


class Around(NamedTuple):
    unfinished: list[Meeting]
    upcoming: list[Meeting]


def around(member: Member, contact: Contact, limit: int = 5) -> Around:
    """`unfinished` and `upcoming` of one contact, in one query."""
    now = clock.now()
    values = {"site": member.site_id, "contact": contact.id, "now": now, "size": limit}
    found = list(db.session.scalars(_BOTH, values))
    gone = sum(meeting.scheduled_datetime <= now for meeting in found)
    return Around(found[:gone], found[gone:])


def _scheduled(member: Member, when: ColumnElement[bool], limit: int, contact: Contact | None) -> list[Meeting]:
    query = rows.within(member, Meeting).where(Meeting.status == "scheduled", when)
    if contact:
        query = query.where(Meeting.contact_id == contact.id)
    query = query.order_by(Meeting.scheduled_datetime, Meeting.id).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Meeting.contact))))


@dataclass(frozen=True, slots=True)
class Span:
    """The first `meetings` of `total` in a span of time."""

    meetings: list[Meeting]
    total: int


def spans(member: Member, bounds: Sequence[datetime], limit: int) -> list[Span]:
    """The site's meetings, whatever became of them, from each of the instants `bounds` (UTC, ascending) until before the next
    one: the first `limit` of each span, by time, so that a full day does not hide those after it. Two queries."""
    between = [(Meeting.scheduled_datetime >= start) & (Meeting.scheduled_datetime < end) for start, end in pairwise(bounds)]
    alive = rows.within(member, Meeting)
    whole = alive.where(Meeting.scheduled_datetime >= bounds[0], Meeting.scheduled_datetime < bounds[-1])
    totals = db.session.execute(whole.with_only_columns(*[func.count().filter(span) for span in between])).one()
    order = (Meeting.scheduled_datetime, Meeting.id)
    firsts = [
        alive.with_only_columns(Meeting.id).where(span).order_by(*order).limit(limit).subquery()
        for span, total in zip(between, totals, strict=True)
        if total
    ]
    if not firsts:
        return [Span([], 0) for _ in totals]
    chosen = union_all(*[select(first.c.id) for first in firsts])
    query = select(Meeting).where(Meeting.id.in_(chosen)).order_by(*order).options(joinedload(Meeting.contact))
    found = iter(db.session.scalars(query))
    return [Span(list(islice(found, min(total, limit))), total) for total in totals]
