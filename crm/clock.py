"""Instants. Everything stored and passed around is an aware datetime in UTC; zones are IANA names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# one-contract.md: "An instant is 'future' when it is more than 5 minutes ahead of the server's clock."
FUTURE_TOLERANCE = timedelta(minutes=5)


def now() -> datetime:
    """The current instant, UTC."""
    return datetime.now(UTC)


def horizon() -> datetime:
    """The last instant (UTC) that is not future: what starts later is planned, what starts until then has begun."""
    return now() + FUTURE_TOLERANCE


def is_future(instant: datetime) -> bool:
    return instant > horizon()


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The IANA names a person may choose. The directories of copies ("posix/…", "right/…") are left out."""
    return frozenset(name for name in available_timezones() if not name.startswith(("posix", "right", "localtime", "Factory")))


def is_zone(name: str) -> bool:
    return name in zone_names()


def to_utc(moment: datetime, zone: str) -> datetime:
    """`moment` in UTC. One without an offset is a wall-clock time in `zone`.

    Wall-clock times that a change of the clocks skips or repeats follow PEP 495 with fold=0: a skipped one moves on by the
    gap, of a repeated one the first is meant.

    Raises OverflowError where UTC falls outside years 1 to 9999.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


def today(zone: str) -> date:
    """The date on the wall in `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The instant (UTC) at which `day` begins in `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
