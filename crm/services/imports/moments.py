"""Dates, times, minutes and yes or no, as tables have them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal

DayOrder = Literal["dmy", "mdy"]

SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?=\D|$)")
YEAR_FIRST = re.compile(r"^(\d{4})/(\d{2})/(\d{2})")
DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?=\D|$)")
# With seconds and their fractions, which are read and dropped, or "2 PM".
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})(?::\d{2}(?:\.\d+)?)?)?\s*([ap])?\.?m?\.?(?:\s*uhr)?", re.IGNORECASE)
MINUTES = re.compile(r"(\d+)\s*(?:m|min|mins|minutes|minuten)?\.?", re.IGNORECASE)
HOURS = re.compile(r"(\d+)\s*(?:h|hrs?|hours?|std\.?|stunden?)\s*(?:(\d{1,2})\s*(?:m|min|minutes|minuten)?)?", re.IGNORECASE)
HOURS_MINUTES = re.compile(r"(\d+):(\d{2})(?::\d{2})?")
YES = frozenset({"yes", "y", "true", "t", "1", "x", "ja", "wahr"})
NO = frozenset({"no", "n", "false", "f", "0", "nein", "falsch"})


def read_moment(text: str, order: DayOrder | None, clock_text: str | None = None) -> datetime:
    """A date with an optional time of day, as a datetime without a zone unless the text has an offset.

    ISO 8601 (2026-03-01T14:30:00+01:00, 2026-03-01 14:30, 2026-03-01), 1.3.2026 14:30, and, where `order` says which comes
    first, 3/1/2026 2:30 PM. `clock_text` is the time where it has a column of its own. A day alone begins at midnight.

    Raises ValueError with a sentence.
    """
    text = " ".join(text.split())
    day, rest = _day(text, order)
    if day is None:
        try:
            moment = datetime.fromisoformat(YEAR_FIRST.sub(r"\1-\2-\3", text))
        except ValueError:
            raise ValueError(f"“{text}” is not a date: write it as 2026-03-01 14:30") from None
        if clock_text and len(text) <= 10:
            return datetime.combine(moment.date(), _time(clock_text))
        return moment
    rest = rest.lstrip(" ,T")
    return datetime.combine(day, _time(rest or clock_text or "0:00"))


def read_day(text: str, order: DayOrder | None) -> date:
    """A day, written as in `read_moment`. Raises ValueError with a sentence."""
    return read_moment(text, order).date()


def read_minutes(text: str) -> int:
    """A duration in minutes: "45", "45 min", "1:30", "1 h 30". Raises ValueError with a sentence."""
    text = text.strip()
    if match := MINUTES.fullmatch(text):
        return int(match[1])
    if match := re.fullmatch(r"(\d+)[.,]0+", text):
        return int(match[1])
    if match := HOURS_MINUTES.fullmatch(text) or HOURS.fullmatch(text):
        return int(match[1]) * 60 + int(match[2] or 0)
    raise ValueError(f"“{text}” is not a number of minutes")


def read_flag(text: str) -> bool:
    """Yes or no. Raises ValueError with a sentence."""
    word = text.strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(f"“{text}” is neither yes nor no")


def _day(text: str, order: DayOrder | None) -> tuple[date | None, str]:
    """The day at the beginning of `text` and what follows it; None where it is not written with dots or slashes."""
    if match := DOTS.match(text):
        return _date(text, match[3], match[2], match[1]), text[match.end() :]
    if match := SLASHES.match(text):
        if order is None:
            raise ValueError(f"“{text}” can be read in two ways: write it as 2026-03-01, or use --dates dmy or --dates mdy")
        day, month = (match[1], match[2]) if order == "dmy" else (match[2], match[1])
        return _date(text, match[3], month, day), text[match.end() :]
    return None, ""


def _date(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar") from None


def _time(text: str) -> time:
    match = CLOCK.fullmatch(text.strip())
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ValueError(f"“{text}” is not a time of day")
