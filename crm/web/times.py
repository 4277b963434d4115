"""Instants and days in words, in the zone of who reads them and in the manner of their country (locales.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.web.locales import manner


def wall_clock(text: str, zone: str) -> datetime | None:
    """The instant (UTC) of a wall-clock time in `zone`, as an address has it: "2026-03-01T14:30". None where it is none."""
    try:
        return clock.to_utc(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def exact(moment: datetime) -> str:
    """ "Tuesday 3 March 2026, 14:30 CET" """
    return f"{long_day(moment.date())}, {hour(moment)} {moment:%Z}"


def full(moment: datetime, today: date) -> str:
    """ "Tue 3 Mar, 14:30", with the year where it is another one."""
    return f"{day(moment.date(), today)}, {hour(moment)}"


def on_at(moment: datetime) -> str:
    """ "on 3 March 2026 at 14:30" """
    return f"on {_day(moment.date(), '', '%B', with_year=True)} at {hour(moment)}"


def hour(moment: datetime | time) -> str:
    """ "14:30", "2:30 PM" """
    if not manner().twelve_hours:
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def day(on: date, today: date, *, weekday: bool = True) -> str:
    """ "Tue 3 Mar" or "Tue, Mar 3", with the year where it is another one."""
    return _day(on, "%a" if weekday else "", "%b", with_year=on.year != today.year)


def long_day(on: date, *, with_year: bool = True) -> str:
    """ "Tuesday 3 March 2026", "Tuesday, March 3, 2026" """
    return _day(on, "%A", "%B", with_year=with_year)


def weekday(on: date) -> str:
    """ "Tuesday" """
    return f"{on:%A}"


def short_day(on: date, *, with_year: bool = False) -> str:
    """ "3 Mar", "3. Mar", "Mar 3"; with the year: "Mar 3, 2026" """
    return _day(on, "", "%b", with_year=with_year)


def month_day(on: date) -> str:
    """ "3 March", "March 3" """
    return _day(on, "", "%B", with_year=False)


def month(on: date) -> str:
    """ "March 2026" """
    return f"{on:%B %Y}"


def short_month(on: date, *, with_year: bool) -> str:
    """ "Mar", "Mar 2026" """
    return f"{on:%b %Y}" if with_year else f"{on:%b}"


def days(first: date, last: date) -> str:
    """ "2 Mar – 8 Mar 2026", "Mar 2 – Mar 8, 2026" """
    return f"{short_day(first, with_year=first.year != last.year)} – {short_day(last, with_year=True)}"


def full_hour(number: int) -> str:
    """The beginning of an hour of the day: "14:00", "2 PM" """
    return f"{number % 12 or 12} {'AM' if number % 24 < 12 else 'PM'}" if manner().twelve_hours else f"{number % 24:02}:00"


def weekdays() -> list[int]:
    """The days of a week in the order of the reader's country; 0 is Monday."""
    return [(manner().first_weekday + number) % 7 for number in range(7)]


def start_of_week(on: date) -> date:
    """The first day of the reader's week that has `on` in it."""
    return on - timedelta(days=(on.weekday() - manner().first_weekday) % 7)


def day_words(on: date, today: date, *, weekday: bool = True) -> str:
    """ "Today", "Tomorrow", "Yesterday", or the day."""
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((on - today).days)
    return near or day(on, today, weekday=weekday)


def relative(moment: datetime, now: datetime) -> str:
    """How far `moment` is from `now`, both in one zone: "5 min ago", "yesterday", "in 3 weeks"."""
    gap = moment.astimezone(UTC) - now.astimezone(UTC)  # in one zone Python takes the clocks' faces from each other
    ahead = gap > timedelta(0)
    minutes = int(abs(gap).total_seconds() // 60)
    days = abs((moment.date() - now.date()).days)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return _apart(f"{minutes} min", ahead)
    if days == 0 or minutes < 6 * 60:
        return _apart(f"{round(minutes / 60)} h", ahead)
    if days == 1:
        return "tomorrow" if ahead else "yesterday"
    for unit, length, until in (("day", 1, 14), ("week", 7, 60), ("month", 30.44, 365), ("year", 365.25, 10**9)):
        if days < until:
            count = round(days / length)
            return _apart(f"{count} {unit}{'s' if count != 1 else ''}", ahead)
    raise AssertionError("no unit is long enough")


def due(on: date, today: date) -> str:
    """When something is due, from today: "2 days overdue", "today", "tomorrow", "Fri 6 Mar"."""
    days = (on - today).days
    if days < 0:
        return f"{-days} day{'s' if days < -1 else ''} overdue"
    return day_words(on, today).lower() if days < 2 else day(on, today)


def minutes(count: int) -> str:
    """ "45 min", "1 h", "1 h 30" """
    hours, rest = divmod(count, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def elsewhere(instant: datetime, zone: str, reader: str) -> str:
    """The wall-clock time in `zone`, where it is not the reader's: "09:30 New York". Else nothing."""
    there, here = instant.astimezone(ZoneInfo(zone)), instant.astimezone(ZoneInfo(reader))
    if there.utcoffset() == here.utcoffset():
        return ""
    place = zone.rpartition("/")[2].replace("_", " ")
    apart = "" if there.date() == here.date() else f"{there:%a} "
    return f"{apart}{hour(there)} {place}"


def next_week(zone: str) -> date:
    """Next Monday."""
    today = clock.today(zone)
    return today + timedelta(days=7 - today.weekday())


def _day(on: date, weekday: str, month: str, *, with_year: bool) -> str:
    how = manner()
    name = f"{on:{weekday}}" if weekday else ""
    if how.month_first:
        parts = [name, f"{on:{month}} {on.day}", str(on.year) if with_year else ""]
        return ", ".join(part for part in parts if part)
    dot = "." if how.dotted else ""
    return " ".join(part for part in (name, f"{on.day}{dot}", f"{on:{month}}", str(on.year) if with_year else "") if part)


def _apart(length: str, ahead: bool) -> str:
    return f"in {length}" if ahead else f"{length} ago"
