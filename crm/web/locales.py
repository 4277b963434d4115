"""How the reader's country writes days, hours and numbers. The words are English everywhere; what differs is the order of day
and month, the dot behind the day, the clock of 12 or 24 hours, and the marks in numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from flask import g, has_app_context, has_request_context, request


@dataclass(frozen=True, slots=True)
class Manner:
    """`locale` is Babel's name of it. `first_weekday`: 0 is Monday."""

    locale: str
    month_first: bool = False
    dotted: bool = False
    twelve_hours: bool = False
    first_weekday: int = 0

    def number(self, value: float) -> str:
        """1234.5 → "1,234.5", "1.234,5" """
        return _decimal(value, self.locale)

    def percent(self, value: float) -> str:
        """50 → "50%", "50 %" """
        return str(format_percent(value / 100, locale=self.locale))


@lru_cache(maxsize=5000)
def _decimal(value: float, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


# For who does not say where they are.
PLAIN = Manner("en_GB")


def manner() -> Manner:
    """That of who reads the page, as their browser says (Accept-Language): the first one that is known. Where there is no
    browser, in a mail, that of `g.locale`, which says who reads it (crm/jobs/mails.py)."""
    if not has_request_context():
        return of(g.get("locale") or "") or PLAIN if has_app_context() else PLAIN
    if "manner" not in g:
        known = (of(tag) for tag, _ in request.accept_languages)
        g.manner = next((manner for manner in known if manner), PLAIN)
    chosen: Manner = g.manner
    return chosen


def tag() -> str | None:
    """What the reader's browser says, "de-CH", to be remembered for where there is none. None where it says nothing known."""
    chosen = manner()
    return None if chosen is PLAIN else chosen.locale.replace("_", "-")


def number(value: float) -> str:
    """1234 → "1,234", "1.234", "1 234": as the reader writes it."""
    return manner().number(value)


def percent(value: float) -> str:
    """50 → "50%", "50 %": as the reader writes it."""
    return manner().percent(value)


@lru_cache(maxsize=256)
def of(tag: str) -> Manner | None:
    """The manner of a language tag, "de-CH"; None for one that is unknown."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    pattern = re.sub("'[^']*'", "", locale.datetime_skeletons["MMMd"].pattern)  # what is quoted is a word
    return Manner(
        locale=str(locale),
        month_first=pattern.replace("L", "M").index("M") < pattern.index("d"),  # L: a month that stands by itself
        dotted="d. M" in pattern,
        twelve_hours="h" in locale.time_formats["short"].pattern,
        first_weekday=locale.first_week_day,
    )
