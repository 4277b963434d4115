"""The parts of a contact's page, and what each shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from flask import request

from crm.services import agenda, interactions, promises, sites, timeline, touches
from crm.web import words
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.forms.interactions import LogForm
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, Interaction, Meeting

SLICE = 20

# Where a mood stands in the sparkline: what is good, is high (SVG counts from the top).
HEIGHTS = {"positive": 3, "neutral": 9, "negative": 15}
STEP = 4


class Plan(NamedTuple):
    """Something ahead on a timeline: a meeting or a planned interaction."""

    at: datetime
    meeting: Meeting | None = None
    interaction: Interaction | None = None


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
    upcoming = agenda.upcoming(me, limit=5, contact=contact)
    colleagues = sites.colleagues(me) if me.may_write else []
    shown = head(contact, upcoming) | side(contact, upcoming) | past(contact, upcoming) | {"colleagues": colleagues}
    if me.may_write:
        shown |= {
            "form": LogForm.fresh(me),
            "topics": interactions.topics(me, contact),
            "follow_up_form": FollowUpForm(),
        }
    return shown


def head(contact: Contact, upcoming: list[Meeting] | None = None) -> Shown:
    """What contacts/_head.html shows beside the contact."""
    if upcoming is None:
        upcoming = agenda.upcoming(member(), limit=1, contact=contact)
    numbers = touches.numbers(member(), contact)
    return {
        "next_meeting": upcoming[0] if upcoming else None,
        "cadence": touches.cadence(contact),
        "numbers": numbers,
        "spark": spark(numbers.moods),
    }


def side(contact: Contact, upcoming: list[Meeting] | None = None) -> Shown:
    if upcoming is None:
        upcoming = agenda.upcoming(member(), limit=5, contact=contact)
    return {"upcoming": upcoming, "promises": promises.of(member(), contact)}


def past(contact: Contact, upcoming: list[Meeting] | None = None) -> Shown:
    """The timeline that the query asks for: of one type, one mood, one person, with a text in it, older than a cursor. Plans
    stand above its first page, unless it is filtered."""
    me, asked = member(), request.args
    type = asked.get("type") if asked.get("type") in words.TYPES else None
    mood = asked.get("mood") if asked.get("mood") in words.MOODS else None
    lead, text = asked.get("lead", "")[:200] or None, asked.get("text", "").strip()[:200]
    before = asked.get("before")
    wanted = {"type": type, "mood": mood, "lead": lead, "text": text or None}
    whole = not before and not any(wanted.values())
    if whole and upcoming is None:
        upcoming = agenda.upcoming(me, limit=5, contact=contact)
    return {
        "type": type,
        "wanted": wanted,
        "before": before,
        "month_before": asked.get("month", ""),
        "focus": asked.get("focus", ""),
        "slice": timeline.past(me, contact, type=type, mood=mood, lead=lead, text=text, before=before, limit=SLICE),
        "plans": plans(contact, upcoming or []) if whole else [],
        "unfinished": agenda.unfinished(me, limit=5, contact=contact) if whole else [],
    }


def plans(contact: Contact, upcoming: list[Meeting]) -> list[Plan]:
    """Planned interactions and scheduled meetings, the furthest first: the next one stands at the line of now."""
    found = [Plan(row.start_datetime, interaction=row) for row in timeline.planned(member(), contact)]
    found += [Plan(row.scheduled_datetime, meeting=row) for row in upcoming]
    return sorted(found, key=lambda plan: plan.at, reverse=True)


def spark(moods: list[str]) -> Spark | None:
    """Two talks make no line."""
    if len(moods) < 3:
        return None
    points = [(2 + STEP * number, HEIGHTS[mood], mood) for number, mood in enumerate(moods)]
    counts = Counter(moods)
    parts = [f"{counts[mood]} {words.MOODS[mood].label.lower()}" for mood in HEIGHTS if counts[mood]]
    last = words.MOODS[moods[-1]].label.lower()
    said = f"Mood of the last {len(moods)} talks: {', '.join(parts)}. The last: {last}."
    return Spark(points, 4 + STEP * (len(moods) - 1), said)
