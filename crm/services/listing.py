"""The site's interactions page by page, newest first, with how many there are: the list that people and programs ask for
most.

The statements are made once for each shape of question (which conditions, how many words), and hold its values as parameters:
to put one together takes longer than PostgreSQL takes to answer it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true

from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.services import matching, totals
from crm.services.contacts import Page
from crm.services.members import Member

# From how many matches on a page of the newest is met sooner on the way back in time than by gathering all that match.
MANY = 5_000
# How far back along that way a page may lie.
NEAR = 1_000

_HIDDEN = {"search_text", "other_text", "deleted_at", "deleted_with_contact"}
SHOWN = [column for column in Interaction.__table__.c if column.name not in _HIDDEN]


class Shape(NamedTuple):
    """Which conditions a question has; all but their values."""

    conditions: frozenset[str]
    words: tuple[matching.Word, ...]
    on_postgresql: bool


@dataclass(frozen=True, slots=True)
class Asked:
    shape: Shape
    values: dict[str, Any]

    @property
    def key(self) -> tuple[object, ...]:
        """The same for who asks the same again, on another page perhaps."""
        return self.shape, *((name, tuple(value) if isinstance(value, list) else value) for name, value in self.values.items())


def find(
    member: Member,
    *,
    contact_id: UUID | None = None,
    type: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    search: str = "",
    field: str = "search",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of interactions, planned ones included. `start` is the first instant (UTC) and `end` the first that is no longer
    meant; each word of `search` is in one of the texts or in the contact's name. An unknown contact has none.

    The items have the columns of an interaction but for its folded texts, and `contact_uid` and `meeting_uid`.
    Raises Invalid on `field` for what cannot be searched.
    """
    values = {"contact": contact_id, "type": type, "start": start, "end": end}
    asked = _asked(member, {name: value for name, value in values.items() if value is not None}, search, field)
    place = {"skipped": (page - 1) * page_size, "size": page_size}
    if asked.shape.words and not (page * page_size <= NEAR and (totals.last_known(asked.key) or 0) >= MANY):
        gathered = db.session.connection().execute(_gathered(asked.shape), asked.values | place).all()
        total = totals.keep(gathered[0].snapshot, asked.key, gathered[0].total)
        return Page([row for row in gathered if row.id is not None], total, page, page_size)
    found = db.session.connection().execute(_along_time(asked.shape), asked.values | place).all()
    known = totals.at(found[0].snapshot, asked.key) if found else None
    return Page(list(found), _count(asked) if known is None else known, page, page_size)


def _asked(member: Member, values: dict[str, Any], search: str, field: str) -> Asked:
    words = matching.words(member, search, field)
    shape = Shape(frozenset(values), tuple(word for word, _ in words), matching.is_postgresql())
    values["site"] = member.site_id
    for position, (_, found) in enumerate(words):
        values |= matching.numbered(found, position)
    return Asked(shape, values)


def _count(asked: Asked) -> int:
    counted = db.session.connection().execute(_counting(asked.shape), asked.values).one()
    return totals.keep(counted.snapshot, asked.key, counted.total)


# The statements


@lru_cache(256)
def _along_time(shape: Shape) -> Select[Any]:
    """The page, met on the way back in time."""
    part = _page(_hits(shape, *SHOWN, by_text_index=False), Interaction).subquery("part")
    columns = *part.c, *_guids(part.c), totals.snapshot(shape.on_postgresql).label("snapshot")
    return select(*columns).order_by(part.c.start_datetime.desc(), part.c.id.desc())


@lru_cache(256)
def _gathered(shape: Shape) -> Select[Any]:
    """All that match, gathered without their texts and counted; then the page of them, and at least one row for the total.

    Asked for the newest 20 of a rare word alone, a database would look at every row on the way back in time.
    """
    hits = _hits(shape, Interaction.id, Interaction.start_datetime, by_text_index=True).cte("hits").prefix_with("MATERIALIZED")
    counted = select(func.count().label("total")).select_from(hits).subquery("counted")
    part = _page(select(hits), hits.c).subquery("part")
    return (
        select(counted.c.total, *SHOWN, *_guids(Interaction), totals.snapshot(shape.on_postgresql).label("snapshot"))
        .select_from(counted.outerjoin(part, true()).outerjoin(Interaction, Interaction.id == part.c.id))
        .order_by(part.c.start_datetime.desc(), part.c.id.desc())
    )


@lru_cache(256)
def _counting(shape: Shape) -> Select[Any]:
    return _hits(shape, func.count().label("total"), totals.snapshot(shape.on_postgresql).label("snapshot"), by_text_index=True)


def _guids(of: Any) -> tuple[Any, Any]:
    """Of the contact and the meeting of each row. Looked up row by row: for a page, a join may read all contacts."""
    contact = select(Contact.uid).where(Contact.id == of.contact_id).correlate_except(Contact).scalar_subquery()
    return contact.label("contact_uid"), meeting_uid(of)


def meeting_uid(of: Any) -> Any:
    meeting = select(Meeting.uid).where(Meeting.id == of.meeting_id).correlate_except(Meeting).scalar_subquery()
    return meeting.label("meeting_uid")


def _hits(shape: Shape, *columns: Any, by_text_index: bool) -> Select[Any]:
    """`columns` of what meets the conditions."""
    query = select(*columns).where(Interaction.site_id == bindparam("site"), Interaction.deleted_at.is_(None))
    for name in sorted(shape.conditions):
        query = query.where(_CONDITIONS[name])
    for position, word in enumerate(shape.words):
        query = query.where(matching.has_word(word, position, by_text_index=by_text_index))
    return query


_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "contact": Interaction.contact_id == select(Contact.id).where(Contact.uid == bindparam("contact")).scalar_subquery(),
    "type": Interaction.type == bindparam("type"),
    "start": Interaction.start_datetime >= bindparam("start"),
    "end": Interaction.start_datetime < bindparam("end"),
}


def _page(query: Select[Any], of: Any) -> Select[Any]:
    return query.order_by(of.start_datetime.desc(), of.id.desc()).offset(bindparam("skipped")).limit(bindparam("size"))
