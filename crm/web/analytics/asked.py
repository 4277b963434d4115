"""What the address of the page asks for: a range of days, a unit, whom and led by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from crm import clock
from crm.services import contacts
from crm.services.analytics import MOST_BUCKETS, WEEKS, Unit
from crm.services.members import Member
from crm.services.overview import Span

if TYPE_CHECKING:
    from crm.models import Contact

RANGES = {"weeks": "12 weeks", "quarter": "This quarter", "year": "This year", "custom": "From … to …"}
TITLES = {
    "frequency": "How often",
    "mood": "Mood over time",
    "hours": "When",
    "durations": "How long",
    "contacts": "Most talked to",
    "leads": "Who leads",
    "cold": "Going cold",
    "follow-ups": "Promises kept",
}
# What became of a follow-up that fell due, as "Promises kept" has it.
VERDICTS = {"on-time": "Done on time", "late": "Done late", "overdue": "Overdue", "open": "Time left"}
UNITS = {"day": "Day", "week": "Week", "month": "Month"}
_MONTH = 28  # at least, in days
_EARLIEST, _LATEST = date(1970, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Asked:
    """`problem`: what could not be had as it was asked for, in a sentence."""

    range: str
    span: Span
    unit: Unit
    contact: Contact | None
    lead: str
    today: date
    problem: str

    @classmethod
    def of(cls, member: Member, values: Mapping[str, str]) -> Asked:
        """Raises NotFound and Forbidden for the contact. What else cannot be understood is left out, and `problem` says so."""
        today = clock.today(member.site_timezone)
        name = values.get("range", "") if values.get("range") in RANGES else "weeks"
        span, problem = _span(name, values, today)
        unit = values.get("by", "") if values.get("by") in UNITS else _fitting(span)
        for coarser in ("week", "month"):
            if _buckets(span, unit) > MOST_BUCKETS:
                problem = problem or f"By the {unit} that would be too many bars."
                unit = coarser
        contact = contacts.get(member, UUID(values["contact"])) if _is_uid(values.get("contact", "")) else None
        lead = values.get("lead", "").strip().replace("\x00", "")[:200]
        return cls(name, span, cast(Unit, unit), contact, lead, today, problem)

    def url(self, endpoint: str = "web.analytics.index", **changes: Any) -> str:
        """The same page (or another part of it) with some of it changed; None leaves it out."""
        said: dict[str, Any] = {"range": self.range, "by": self.unit, "lead": self.lead or None}
        if self.range == "custom":
            said |= {"from": self.span.first.isoformat(), "to": self.span.last.isoformat()}
        said["contact"] = self.contact.uid if self.contact else None
        return url_for(endpoint, **(said | changes))

    def rows(self, span: Span | None = None, **more: str) -> str:
        """The list of the interactions that are counted: in the range or a part of it."""
        span = span or self.span
        last = max(min(span.last, self.today), span.first)
        asked = {"from": span.first.isoformat(), "to": last.isoformat()}
        if self.contact:
            asked["contact"] = str(self.contact.uid)
        if self.lead:
            asked["lead"] = self.lead
        if last >= self.today:
            asked["planned"] = "no"  # what is ahead today is not counted
        return f"/interactions?{urlencode(asked | more)}"


def _span(name: str, values: Mapping[str, str], today: date) -> tuple[Span, str]:
    if name == "quarter":
        return Span(date(today.year, 3 * ((today.month - 1) // 3) + 1, 1), today), ""
    if name == "year":
        return Span(date(today.year, 1, 1), today), ""
    usual = Span(today - timedelta(days=today.weekday(), weeks=WEEKS - 1), today)
    if name == "weeks" or not (values.get("from") or values.get("to")):
        return usual, ""
    first, last = _day(values.get("from", "")), _day(values.get("to", ""))
    if first is None and values.get("from") or last is None and values.get("to"):
        return usual, "A day is written like 2026-03-01. These are the last 12 weeks."
    last = last or max(today, first or today)
    first = first or last - timedelta(weeks=WEEKS) + timedelta(days=1)
    if first > last:
        return usual, "The first day must not be after the last one. These are the last 12 weeks."
    if (last - first).days > MOST_BUCKETS * _MONTH:
        return usual, "More than 30 years do not fit. These are the last 12 weeks."
    return Span(first, last), ""


def _buckets(span: Span, unit: str) -> int:
    """How many days, weeks or months the span touches."""
    first, last = span.first, span.last
    if unit == "month":
        return 12 * (last.year - first.year) + last.month - first.month + 1
    return span.days if unit == "day" else (last.toordinal() - 1) // 7 - (first.toordinal() - 1) // 7 + 1


def _fitting(span: Span) -> str:
    return "day" if span.days <= 31 else "week" if span.days <= 190 else "month"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
