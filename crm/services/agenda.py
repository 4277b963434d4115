"""What is to come, and what should have come: the scheduled meetings by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact, Meeting
from crm.questions import Question
from crm.services import folding, matching, rows
from crm.services.contacts import Page
from crm.services.members import Member

# What the list can show: a status, and on which side of now.
LISTS = ("upcoming", "unfinished", "completed", "cancelled")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, and how many wait to be completed (of all that are asked about, whichever the list)."""

    found: Page
    unfinished: int


def find(member: Member, which: str, *, text: str = "", mine: bool = False, page: int = 1, page_size: int = 30) -> Listed:
    """A page of one of LISTS: what is to come soonest first, the others latest first. `text`: what every word of is in what is
    written about the meeting or in its contact's name; `mine`: those that the member scheduled, or whose contact is theirs.
    Two queries. Raises Invalid on `q`."""
    asked = [matching.meeting_has(member, term) for term in folding.terms(text, "q")]
    if mine:
        asked.append(_is_of(member))
    chosen, waiting = (_listed(member, one).where(*asked) for one in (which, "unfinished"))
    sizes = [one.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery() for one in (chosen, waiting)]
    total, unfinished = db.session.execute(select(*sizes)).one()
    order = (Meeting.scheduled_datetime, Meeting.id)
    query = chosen.order_by(*(order if which == "upcoming" else [key.desc() for key in order]))
    query = query.options(contains_eager(Meeting.contact)).offset((page - 1) * page_size).limit(page_size)
    return Listed(Page(list(db.session.scalars(query)), total, page, page_size), unfinished)


def _listed(member: Member, which: str) -> Select[Meeting]:
    now = clock.now()
    when = {
        "upcoming": (Meeting.status == "scheduled") & (Meeting.scheduled_datetime > now),
        "unfinished": (Meeting.status == "scheduled") & (Meeting.scheduled_datetime <= now),
    }.get(which, Meeting.status == which)
    return rows.within(member, Meeting).join(Meeting.contact).where(when)


def _is_of(member: Member) -> ColumnElement[bool]:
    return or_(Meeting.created_by == member.user_id, Contact.owner_id == member.user_id)


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


class Scheduled(NamedTuple):
    """What a contact's page says of a meeting. `owner_id` is the contact's."""

    uid: UUID
    scheduled_datetime: datetime
    duration: int | None
    location: str | None
    purpose: str | None
    created_by: int | None
    owner_id: int | None


_BOTH = (
    select(*[getattr(Meeting, name) for name in Scheduled._fields[:-1]])
    .where(Meeting.id.in_(union_all(*_FIRST)))
    .order_by(Meeting.scheduled_datetime, Meeting.id)
)


class Around(NamedTuple):
    unfinished: tuple[Scheduled, ...]
    upcoming: tuple[Scheduled, ...]


def ask_around(member: Member, contact: Contact, limit: int = 5) -> Question[Around]:
    """`unfinished` and `upcoming` of one contact."""
    now = clock.now()

    def read(found: Sequence[Any]) -> Around:
        meetings = tuple(Scheduled._make((*row, contact.owner_id)) for row in found)
        gone = sum(meeting.scheduled_datetime <= now for meeting in meetings)
        return Around(meetings[:gone], meetings[gone:])

    return Question(_BOTH, {"site": member.site_id, "contact": contact.id, "now": now, "size": limit}, read)


def _scheduled(member: Member, when: ColumnElement[bool], limit: int, contact: Contact | None) -> list[Meeting]:
    query = rows.within(member, Meeting).where(Meeting.status == "scheduled", when)
    if contact:
        query = query.where(Meeting.contact_id == contact.id)
    query = query.order_by(Meeting.scheduled_datetime, Meeting.id).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Meeting.contact))))


def begins(member: Member, uid: UUID) -> datetime | None:
    """When a meeting of the site begins (UTC). None where there is none."""
    return db.session.scalar(
        rows.within(member, Meeting).with_only_columns(Meeting.scheduled_datetime).where(Meeting.uid == uid)
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The first `meetings` of `total` in a span of time."""

    meetings: list[Meeting]
    total: int


def spans(member: Member, bounds: Sequence[datetime], limit: int, *, mine: bool = False) -> list[Span]:
    """The site's meetings (or the member's own), whatever became of them, from each of the instants `bounds` (UTC, ascending)
    until before the next one: the first `limit` of each span, by time, so that a full day does not hide those after it. Two
    queries."""
    between = [(Meeting.scheduled_datetime >= start) & (Meeting.scheduled_datetime < end) for start, end in pairwise(bounds)]
    alive = rows.within(member, Meeting)
    if mine:
        alive = alive.join(Meeting.contact).where(_is_of(member))
    whole = alive.where(Meeting.scheduled_datetime >= bounds[0], Meeting.scheduled_datetime < bounds[-1])
    counts = [func.count().filter(span) for span in between]
    totals = db.session.execute(whole.with_only_columns(*counts, maintain_column_froms=True)).one()
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
