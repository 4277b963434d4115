"""The parts of a contact's page, and what each shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request
from markupsafe import Markup

from crm.services import agenda, interactions, promises, sites, timeline, touches
from crm.web import parts, security, words
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.forms.interactions import Fresh
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, Meeting
    from crm.services.agenda import Around

SLICE = 50

# Where a mood stands in the sparkline: what is good, is high (SVG counts from the top).
HEIGHTS = {"positive": 3, "neutral": 9, "negative": 15}
STEP = 4


class Plan(NamedTuple):
    """Something ahead on a timeline: a meeting or a planned interaction."""

    at: datetime
    meeting: Meeting | None = None
    interaction: Any = None


class Spark(NamedTuple):
    """A line of moods, oldest first, and the same in words."""

    points: list[tuple[int, int, str]]
    width: int
    said: str

    @property
    def line(self) -> str:
        return " ".join(f"{x},{y}" for x, y, _ in self.points)


def whole(contact: Contact) -> Shown:
    """All of the page. What several parts show is looked up once."""
    me = member()
    around = agenda.around(me, contact)
    colleagues = sites.colleagues(me) if me.may_write else ()
    shown = head(contact, around) | side(contact, around) | past(contact, around) | {"colleagues": colleagues}
    if me.may_write:
        shown |= {
            "form": None,
            "fresh": Fresh.of(me),
            "topics": interactions.topics(me, contact),
            "blank": FollowUpForm,
        }
    return shown


def head(contact: Contact, around: Around | None = None) -> Shown:
    """What contacts/_head.html shows beside the contact."""
    upcoming = (around or agenda.around(member(), contact)).upcoming
    numbers = touches.numbers(member(), contact)
    return {
        "card": card(contact),
        "next_meeting": upcoming[0] if upcoming else None,
        "cadence": touches.cadence(contact),
        "numbers": numbers,
        "spark": spark(numbers.moods),
    }


def card(contact: Contact) -> Markup:
    return parts.part(
        "contacts/_card.html",
        security.token(),
        uid=str(contact.uid),
        name=contact.name,
        job_title=contact.job_title,
        company=contact.company,
        tags=tuple(contact.tags),
        emails=tuple(email.address for email in contact.emails[:1]),
        phones=tuple((phone.number, phone.number_key) for phone in contact.phones[:1]),
        may_edit=member().may_edit(contact),
        may_write=member().may_write,
    )


def side(contact: Contact, around: Around | None = None) -> Shown:
    upcoming = (around or agenda.around(member(), contact)).upcoming
    return {"upcoming": upcoming, "promises": promises.of(member(), contact)}


def past(contact: Contact, around: Around | None = None) -> Shown:
    """The timeline that the query asks for: of one type, one mood, one person, with a text in it, older than a cursor. Plans
    stand above its first page, unless it is filtered."""
    me, asked = member(), request.args
    type = asked.get("type") if asked.get("type") in words.TYPES else None
    mood = asked.get("mood") if asked.get("mood") in words.MOODS else None
    lead, text = asked.get("lead", "")[:200] or None, asked.get("text", "").strip()[:200]
    before = asked.get("before")
    wanted = {"type": type, "mood": mood, "lead": lead, "text": text or None}
    meetings = None if before or any(wanted.values()) else around or agenda.around(me, contact)
    return {
        "type": type,
        "wanted": wanted,
        "before": before,
        "month_before": asked.get("month", ""),
        "focus": asked.get("focus", ""),
        "slice": timeline.past(me, contact, type=type, mood=mood, lead=lead, text=text, before=before, limit=SLICE),
        "plans": plans(contact, meetings.upcoming) if meetings else [],
        "unfinished": meetings.unfinished if meetings else [],
    }


def plans(contact: Contact, upcoming: list[Meeting]) -> list[Plan]:
    """Planned interactions and scheduled meetings, the furthest first: the next one stands at the line of now."""
    found = [Plan(row.start_datetime, interaction=row) for row in timeline.planned(member(), contact)]
    found += [Plan(row.scheduled_datetime, meeting=row) for row in upcoming]
    return sorted(found, key=lambda plan: plan.at, reverse=True)


def spark(moods: Sequence[str]) -> Spark | None:
    """Two talks make no line."""
    if len(moods) < 3:
        return None
    points = [(2 + STEP * number, HEIGHTS[mood], mood) for number, mood in enumerate(moods)]
    counts = Counter(moods)
    parts = [f"{counts[mood]} {words.MOODS[mood].label.lower()}" for mood in HEIGHTS if counts[mood]]
    last = words.MOODS[moods[-1]].label.lower()
    said = f"Mood of the last {len(moods)} talks: {', '.join(parts)}. The last: {last}."
    return Spark(points, 4 + STEP * (len(moods) - 1), said)
