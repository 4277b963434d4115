"""Dates, times, minutes and yes or no, as tables have them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal

DayOrder = Literal["dmy", "mdy"]

SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?=\D|$)")
YEAR_FIRST = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=\D|$)")
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
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        day, rest = _day(text, order)
        return datetime.combine(day, _time(rest.lstrip(" ,T") or clock_text or "0:00"))
    if clock_text and len(text) <= len("2026-03-01"):
        return datetime.combine(moment.date(), _time(clock_text))
    return moment


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


def _day(text: str, order: DayOrder | None) -> tuple[date, str]:
    """The day at the beginning of `text`, and what follows it. Raises ValueError with a sentence."""
    if match := YEAR_FIRST.match(text):
        year, month, day = match.groups()
    elif match := DOTS.match(text):
        day, month, year = match.groups()
    elif match := SLASHES.match(text):
        if order is None:
            raise ValueError(f"“{text}” can be read in two ways: write it as 2026-03-01, or use --dates dmy or --dates mdy")
        first, second, year = match.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        raise ValueError(f"“{text}” is not a date: write it as 2026-03-01 14:30")
    try:
        return date(int(year), int(month), int(day)), text[match.end() :]
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
