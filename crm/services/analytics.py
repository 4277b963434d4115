"""What a site's interactions add up to, over time and by kind (interaction-tracking.md, "GET /api/analytics/interactions";
one-contract.md, "Contacts, meetings, analytics")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, Select, String, cast, column, func, literal, select, union_all, values
from sqlalchemy.orm import load_only

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.models.base import UtcDateTime
from crm.services import rows
from crm.services.members import Member

Unit = Literal["day", "week", "month"]

MOST_BUCKETS = 400
WEEKS = 12  # where no start is named
MOST_LEADS = 100
MOST_CONTACTS = 10

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week or a month, as far as it lies in the range: from `start` until before `end` (UTC). `key` counts from the
    first one: "week1"."""

    key: str
    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True, slots=True)
class ContactCount:
    contact: Contact
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """Only what occurs is in `by_…`, most frequent first; `by_lead` and `top_contacts` end after MOST_LEADS and MOST_CONTACTS.
    `average_duration` is in whole minutes, over the interactions that have one; None where none has."""

    by_type: dict[str, int]
    by_sentiment: dict[str, int]
    by_lead: dict[str, int]
    average_duration: int | None
    buckets: list[Bucket]
    top_contacts: list[ContactCount]

    @property
    def total_interactions(self) -> int:
        return sum(self.frequency.values())

    @property
    def frequency(self) -> dict[str, int]:
        return {bucket.key: bucket.count for bucket in self.buckets}


def interactions(
    member: Member,
    *,
    unit: Unit = "week",
    start: datetime | None = None,
    end: datetime | None = None,
    contact_id: UUID | None = None,
) -> Report:
    """What has begun from `start` until before `end` (UTC), with one contact or with all, in three queries (five with
    `contact_id`, which is looked up).

    Without an `end`, today is the last day in the site's time zone; without a `start`, the Monday eleven weeks before the week
    of the last day is the first. Raises Invalid where the end is not after the start, and where there would be more than
    MOST_BUCKETS; NotFound and Forbidden for the contact.
    """
    contact = rows.get(member, Contact, contact_id) if contact_id else None
    edges = _edges(member.site_timezone, unit, start, end)
    # What is planned does not count. Said by the edges, each range of the index has one end, and the planner no choice.
    begun = clock.horizon() + _INSTANT
    spans = list(pairwise(min(edge, begun) for edge in edges))
    mine = rows.within(member, Interaction)
    if contact:
        mine = mine.where(Interaction.contact_id == contact.id)
    counts = _counts(mine, spans)
    shares = _shares(mine.where(*_during(spans[0][0], spans[-1][1])))
    timed, minutes = (sum(getattr(share, name) for share in shares["type"]) for name in ("timed", "minutes"))
    return Report(
        by_type=_by_name(shares["type"]),
        by_sentiment=_by_name(share for share in shares["sentiment"] if share.name is not None),
        by_lead=_by_name(shares["lead"]),
        average_duration=(2 * minutes + timed) // (2 * timed) if timed else None,  # half a minute is rounded up
        buckets=[
            Bucket(f"{unit}{number}", *span, count)
            for number, (span, count) in enumerate(zip(pairwise(edges), counts, strict=True), 1)
        ],
        top_contacts=_with_contacts(share for share in shares["contact"] if share.name is not None),
    )


def _edges(zone: str, unit: Unit, start: datetime | None, end: datetime | None) -> list[datetime]:
    """The instants (UTC) at which the range begins, a new day, week or month begins on the walls of `zone`, and the range
    ends. A day that the zone has skipped altogether (Apia's 2011-12-30) is no day."""
    try:
        if end is None:
            end = clock.start_of_day(clock.today(zone) + timedelta(days=1), zone)
        if start is None:
            last_day = (end - _INSTANT).astimezone(ZoneInfo(zone)).date()
            start = clock.start_of_day(_first_day("week", last_day) - timedelta(weeks=WEEKS - 1), zone)
        if end <= start:
            raise Invalid({"start_date": "must be before the end"})
        edges, day = [start], _first_day(unit, start.astimezone(ZoneInfo(zone)).date())
        while edges[-1] < end:
            if len(edges) > MOST_BUCKETS:
                raise Invalid(
                    {"group_by": f"would make more than {MOST_BUCKETS} {unit}s; choose a shorter range or a longer unit"}
                )
            day = _next(unit, day)
            edge = min(clock.start_of_day(day, zone), end)
            if edge > edges[-1]:
                edges.append(edge)
    except (OverflowError, ValueError):  # before year 1 or after 9999
        raise Invalid({"start_date": "is too far away"}) from None
    return edges


def _first_day(unit: Unit, day: date) -> date:
    """The first day of the unit that `day` is in. Weeks begin on Monday (ISO 8601)."""
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _next(unit: Unit, day: date) -> date:
    """The first day of the unit that follows the one whose first day is `day`."""
    if unit == "month":
        return _first_day("month", day + timedelta(days=31))
    return day + timedelta(days=7 if unit == "week" else 1)


def _during(start: Any, end: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Interaction.start_datetime >= start, Interaction.start_datetime < end


def _counts(mine: Select[Interaction], spans: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """How many of `mine` begin in each of `spans`, which are in order. Each is a range of an index: the database knows nothing
    of days and zones, so SQLite and PostgreSQL agree."""
    instants = (column("start", UtcDateTime()), column("end", UtcDateTime()))
    span = values(*instants, name="given").data(spans).cte("span")
    count = mine.where(*_during(span.c.start, span.c.end)).with_only_columns(func.count()).correlate(span).scalar_subquery()
    return list(db.session.scalars(select(count).select_from(span).order_by(span.c.start, span.c.end)))


def _shares(mine: Select[Interaction]) -> dict[str, list[Any]]:
    """What `mine` is made of, by four of its columns, largest share first: rows with `name`, `size`, and `minutes` over the
    `timed` ones that have a duration. The rows of the table are read once."""
    seen = mine.with_only_columns(
        Interaction.id, Interaction.type, Interaction.sentiment, Interaction.lead, Interaction.contact_id, Interaction.duration
    ).cte("seen")
    parts = {
        "type": _share("type", seen, seen.c.type),
        "sentiment": _share("sentiment", seen, seen.c.sentiment),
        "lead": _share("lead", seen, seen.c.lead, MOST_LEADS),
        # One more for those without a contact.
        "contact": _share("contact", seen, seen.c.contact_id, MOST_CONTACTS + 1),
    }
    found = db.session.execute(union_all(*(select(part.subquery()) for part in parts.values()))).all()
    ordered = sorted(found, key=lambda row: (-row.size, row.first))
    return {by: [row for row in ordered if row.by == by] for by in parts}


def _share(by: str, seen: CTE, name: ColumnElement[Any], limit: int | None = None) -> Select[Any]:
    """Of equal shares, the one that was logged first comes first: databases do not agree on the order of names."""
    size, first = func.count().label("size"), func.min(seen.c.id).label("first")
    return (
        select(
            literal(by).label("by"),
            cast(name, String).label("name"),
            size,
            first,
            func.count(seen.c.duration).label("timed"),
            func.coalesce(func.sum(seen.c.duration), 0).label("minutes"),
        )
        .group_by(name)
        .order_by(size.desc(), first)
        .limit(limit)
    )


def _by_name(shares: Iterable[Any]) -> dict[str, int]:
    return {share.name: share.size for share in shares}


def _with_contacts(shares: Iterable[Any]) -> list[ContactCount]:
    counts = {int(share.name): share.size for share in list(shares)[:MOST_CONTACTS]}
    query = select(Contact).where(Contact.id.in_(counts)).options(load_only(Contact.uid, Contact.name))
    found = {contact.id: contact for contact in db.session.scalars(query)}
    return [ContactCount(found[contact_id], count) for contact_id, count in counts.items()]
