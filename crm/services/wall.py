"""The clock on the wall of a zone, said in SQL: both databases know instants, and neither is trusted with zones.

An instant becomes the number of hours (or days) on the wall since ORIGIN, a Monday. Between two changes of the clocks a zone
is a fixed offset, so a CASE over the changes that lie in the range is all there is to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Integer, case, cast, func, literal

from crm.extensions import db
from crm.models.base import UtcDateTime

ORIGIN = date(1, 1, 1)  # a Monday (ISO 8601), and before everything that a database holds
DAY = 86_400
TO_ORIGIN = -int((datetime(1, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def hours(instant: Any, zone: str, start: datetime, end: datetime) -> ColumnElement[int]:
    """SQL: whole hours on the wall of `zone` from ORIGIN to `instant`, which lies from `start` until before `end`."""
    return _on_the_wall(instant, zone, start, end).op("/")(3_600)


def days(instant: Any, zone: str, start: datetime, end: datetime) -> ColumnElement[int]:
    """SQL: whole days, as `hours`."""
    return _on_the_wall(instant, zone, start, end).op("/")(DAY)


def day(number: int) -> date:
    """The day that is so many days after ORIGIN."""
    return ORIGIN + timedelta(days=number)


def number(of: date) -> int:
    return (of - ORIGIN).days


def seconds(instant: Any) -> ColumnElement[int]:
    """SQL: whole seconds from ORIGIN (in UTC) to an instant; a date counts as its midnight."""
    if db.engine.dialect.name == "postgresql":
        since_1970: Any = cast(func.floor(func.extract("epoch", instant)), BigInteger)
    else:
        # strftime would round 59.9999 up to the next second.
        since_1970 = cast(func.strftime("%s", func.substr(instant, 1, 19)), Integer)
    return cast(since_1970 + literal(TO_ORIGIN, BigInteger), BigInteger)


def _on_the_wall(instant: Any, zone: str, start: datetime, end: datetime) -> ColumnElement[int]:
    *changes, (_, last) = offsets(zone, start, end)
    offset: Any = literal(last, Integer)
    if changes:
        offset = case(*((instant < literal(until, UtcDateTime()), seconds_) for until, seconds_ in changes), else_=last)
    return cast(seconds(instant) + offset, BigInteger)


@lru_cache(maxsize=256)
def offsets(zone: str, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
    """The offsets of `zone` (seconds east of UTC) from `start` to `end`, each with the instant at which it gives way."""
    return tuple(_offsets(ZoneInfo(zone), start.astimezone(UTC), end.astimezone(UTC)))


def _offsets(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, int]]:
    at, offset = start, _offset(zone, start)
    while at < end:
        step = min(at + timedelta(days=1), end)
        if _offset(zone, step) != offset:
            change = _change(zone, at, step)
            yield change, offset
            offset = _offset(zone, change)
            step = change
        at = step
    yield end, offset


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second between the two that has another offset than `before`. Both are whole microseconds apart."""
    old = _offset(zone, before)
    low, high = int(before.timestamp()), -int(-after.timestamp() // 1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
