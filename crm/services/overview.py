"""What the analytics page shows of a site's interactions: the figures of services/analytics, and more of them, by days on the
site's wall, in one pass over the rows. Both count the same (tests/services/test_overview.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, String, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import load_only

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.services import rows, wall
from crm.services.analytics import MOST_BUCKETS, MOST_CONTACTS, MOST_LEADS, ContactCount, Unit
from crm.services.members import Member

_INSTANT = timedelta(microseconds=1)
_INT = BigInteger()


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both included, on the wall of the site."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Span:
        """As many days, just before."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """From when until before when (UTC)."""
        return clock.start_of_day(self.first, zone), clock.start_of_day(self.last + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week or a month, as far as it lies in the range."""

    span: Span
    types: Counter[str] = field(default_factory=Counter)
    moods: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.types.total()


@dataclass(frozen=True, slots=True)
class Totals:
    """`minutes` over the `timed` ones that have a duration; `good` of the `judged` ones that have a mood."""

    count: int
    contacts: int
    timed: int
    minutes: int
    judged: int
    good: int

    @property
    def average(self) -> int | None:
        """Whole minutes, half a minute rounded up; None where none has a duration."""
        return (2 * self.minutes + self.timed) // (2 * self.timed) if self.timed else None


@dataclass(frozen=True, slots=True)
class Overview:
    """`hours`: by weekday (0 is Monday) and hour of the day. `durations`: by type, (how many have one, their minutes)."""

    span: Span
    unit: Unit
    buckets: list[Bucket]
    hours: Counter[tuple[int, int]]
    durations: dict[str, tuple[int, int]]
    leads: dict[str, int]
    top_contacts: list[ContactCount]
    totals: Totals
    before: Totals


def overview(member: Member, span: Span, *, unit: Unit, contact: Contact | None = None, lead: str = "") -> Overview:
    """What has begun in `span`, of all, or with one contact, or led by somebody; in three queries. Planned ones do not count.

    Raises Invalid where there would be more than MOST_BUCKETS.
    """
    buckets = [Bucket(part) for part in parts(span, unit, member.site_timezone)]
    mine = rows.within(member, Interaction)
    if contact:
        mine = mine.where(Interaction.contact_id == contact.id)
    if lead:
        mine = mine.where(Interaction.lead == lead)
    found = _shares(mine, span, member.site_timezone)
    at = {day: bucket for bucket in buckets for day in _days(bucket.span)}
    durations: dict[str, tuple[int, int]] = {}
    for share in found["type"]:
        at[wall.day(share.number)].types[share.name] += share.size
        timed, minutes = durations.get(share.name, (0, 0))
        durations[share.name] = timed + share.timed, minutes + int(share.minutes)
    for share in found["mood"]:
        at[wall.day(share.number)].moods[share.name] += share.size
    return Overview(
        span,
        unit,
        buckets,
        Counter({divmod(share.number, 24): share.size for share in found["hour"]}),
        {name: pair for name, pair in durations.items() if pair[0]},
        {share.name: share.size for share in _first_ones(found["lead"], MOST_LEADS)},
        _with_contacts(_first_ones(found["contact"], MOST_CONTACTS)),
        _totals(buckets, durations, found["reach"][0].size),
        _totals_of(mine, span.before(), member.site_timezone),
    )


def parts(span: Span, unit: Unit, zone: str) -> list[Span]:
    """The days, weeks (from Monday) or months of a range, the first and the last cut to it. A day that the zone has skipped
    altogether (Apia's 2011-12-30) is no day. Raises Invalid."""
    found: list[Span] = []
    first = span.first
    while first <= span.last:
        if len(found) == MOST_BUCKETS:
            raise Invalid({"group_by": f"would make more than {MOST_BUCKETS} {unit}s"})
        last = min(_last_day(unit, first), span.last)
        part = Span(first, last)
        start, end = part.instants(zone)
        if start < end:
            found.append(part)
        first = last + timedelta(days=1)
    return found


def _last_day(unit: Unit, day: date) -> date:
    if unit == "month":
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day + timedelta(days=6 - day.weekday()) if unit == "week" else day


def _days(span: Span) -> Iterator[date]:
    return (span.first + timedelta(days=number) for number in range(span.days))


def _begun(mine: Select[Any], span: Span, zone: str) -> Select[Any]:
    start, end = span.instants(zone)
    end = min(end, clock.horizon() + _INSTANT)
    return mine.where(Interaction.start_datetime >= start, Interaction.start_datetime < end)


def _shares(mine: Select[Interaction], span: Span, zone: str) -> dict[str, list[Any]]:
    """What the range is made of, in six ways; the rows of the table are read once."""
    hour = wall.hours(Interaction.start_datetime, zone, *span.instants(zone)).label("hour")
    columns = (Interaction.id, Interaction.type, Interaction.sentiment, Interaction.lead, Interaction.contact_id)
    seen = _begun(mine, span, zone).with_only_columns(*columns, Interaction.duration, hour).cte("seen")
    day = seen.c.hour.op("/")(24)
    asked = [
        _share("type", seen, day, seen.c.type),
        _share("mood", seen, day, seen.c.sentiment, seen.c.sentiment.is_not(None)),
        _share("hour", seen, seen.c.hour.op("%")(24 * 7)),
        _share("lead", seen, None, seen.c.lead, most=MOST_LEADS),
        _share("contact", seen, None, seen.c.contact_id, seen.c.contact_id.is_not(None), most=MOST_CONTACTS),
        _row("reach", size=func.count(func.distinct(seen.c.contact_id))).select_from(seen),
    ]
    found: dict[str, list[Any]] = {part: [] for part in ("type", "mood", "hour", "lead", "contact", "reach")}
    for share in db.session.execute(union_all(*(select(part.subquery()) for part in asked))):
        found[share.part].append(share)
    return found


def _share(
    part: str,
    seen: CTE,
    number: Any = None,
    name: Any = None,
    where: ColumnElement[bool] | None = None,
    most: int | None = None,
) -> Select[Any]:
    by = [one for one in (number, name) if one is not None]
    size, first = func.count(), func.min(seen.c.id)
    timed, minutes = func.count(seen.c.duration), func.coalesce(func.sum(seen.c.duration), 0)
    query = _row(part, number, name, size, first, timed, minutes).select_from(seen).group_by(*by)
    if where is not None:
        query = query.where(where)
    # Of equal shares, the one that was logged first comes first: databases do not agree on the order of names.
    return query.order_by(size.desc(), first).limit(most) if most else query


def _row(
    part: str, number: Any = None, name: Any = None, size: Any = 0, first: Any = 0, timed: Any = 0, minutes: Any = 0
) -> Select[Any]:
    return select(
        literal(part).label("part"),
        (literal(0) if number is None else number).label("number"),
        cast(null() if name is None else name, String).label("name"),
        cast(size, _INT).label("size"),
        cast(first, _INT).label("first"),
        cast(timed, _INT).label("timed"),
        cast(minutes, _INT).label("minutes"),
    )


def _first_ones(shares: Iterable[Any], most: int) -> list[Any]:
    return sorted(shares, key=lambda share: (-share.size, share.first))[:most]


def _with_contacts(shares: list[Any]) -> list[ContactCount]:
    counts = {int(share.name): share.size for share in shares}
    query = select(Contact).where(Contact.id.in_(counts)).options(load_only(Contact.uid, Contact.name))
    found = {contact.id: contact for contact in db.session.scalars(query)}
    return [ContactCount(found[contact_id], count) for contact_id, count in counts.items()]


def _totals(buckets: list[Bucket], durations: dict[str, tuple[int, int]], contacts: int) -> Totals:
    moods = sum((bucket.moods for bucket in buckets), Counter[str]())
    return Totals(
        sum(bucket.count for bucket in buckets),
        contacts,
        sum(timed for timed, _ in durations.values()),
        sum(minutes for _, minutes in durations.values()),
        moods.total(),
        moods["positive"],
    )


def _totals_of(mine: Select[Interaction], span: Span, zone: str) -> Totals:
    query = _begun(mine, span, zone).with_only_columns(
        func.count(),
        func.count(func.distinct(Interaction.contact_id)),
        func.count(Interaction.duration),
        func.coalesce(func.sum(Interaction.duration), 0),
        func.count(Interaction.sentiment),
        func.coalesce(func.sum(case((Interaction.sentiment == "positive", 1), else_=0)), 0),
    )
    return Totals(*(int(value) for value in db.session.execute(query).one()))
