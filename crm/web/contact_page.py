"""The parts of a contact's page, and what each shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request
from markupsafe import Markup

from crm.services import agenda, interactions, promises, reach, sites, timeline, touches
from crm.web import filters, parts, security, words
from crm.web.entries import entries
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.forms.interactions import Fresh
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact
    from crm.services.agenda import Around, Scheduled

SLICE = 50

# Where a mood stands in the sparkline: what is good, is high (SVG counts from the top).
HEIGHTS = {"positive": 3, "neutral": 9, "negative": 15}
STEP = 4


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
    older = past(contact, around)
    latest = None if older["before"] or any(older["wanted"].values()) else older["slice"].items
    shown = side(contact, around) | older
    shown["head"] = parts.part("contacts/_head.html", security.token(), **head(contact, around, latest))
    shown["colleagues"] = sites.colleagues(me) if me.may_write else ()
    if me.may_write:
        shown |= {
            "form": None,
            "fresh": Fresh.of(me),
            "topics": interactions.topics(me, contact, latest),
            "blank": FollowUpForm,
        }
    return shown


def head(contact: Contact, around: Around | None = None, latest: Sequence[Any] | None = None) -> Shown:
    """What contacts/_head.html says, by value. `latest`: the first rows of the timeline, where they are known."""
    me = member()
    upcoming = (around or agenda.around(me, contact)).upcoming
    numbers = touches.numbers(me, contact, latest)
    cadence = touches.cadence(contact)
    last = contact.last_interaction_at
    return {
        "uid": str(contact.uid),
        "name": contact.name,
        "job_title": contact.job_title,
        "company": contact.company,
        "tags": tuple(contact.tags),
        "reach": reach.of(contact),
        "last": filters.ago(last) if last else "never",
        "next_meeting": upcoming[0] if upcoming else None,
        "every": cadence.every,
        "days": cadence.days,
        "over": cadence.over,
        "counted": tuple(contact.cadence_types),
        "by_owner": contact.cadence_by_owner,
        "last_counted": None if cadence.last == last else filters.ago(cadence.last) if cadence.last else "never",
        "numbers": numbers,
        "may_edit": me.may_edit(contact),
        "may_write": me.may_write,
    }


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
    before, focus = asked.get("before"), asked.get("focus", "")
    wanted = {"type": type, "mood": mood, "lead": lead, "text": text or None}
    shown: Shown = {"type": type, "wanted": wanted, "before": before, "month_before": asked.get("month", ""), "focus": focus}
    if before or any(wanted.values()):
        found = timeline.past(me, contact, type=type, mood=mood, lead=lead, text=text, before=before, limit=SLICE)
        return shown | {"slice": found, "plans": [], "unfinished": []}
    meetings = around or agenda.around(me, contact)
    planned, found = timeline.first(me, contact, limit=SLICE)
    asks = [_unfinished(meeting) for meeting in meetings.unfinished]
    return shown | {"slice": found, "plans": _plans(planned, meetings.upcoming, focus), "unfinished": asks}


def _plans(planned: Sequence[Any], upcoming: Sequence[Scheduled], focus: str) -> list[Markup]:
    """Planned interactions and scheduled meetings, the furthest first: the next one stands at the line of now."""
    found = [(row.start_datetime, entries([row], focus)) for row in planned]
    found += [(row.scheduled_datetime, parts.part("meetings/_planned.html", meeting=row)) for row in upcoming]
    return [entry for _, entry in sorted(found, key=lambda plan: plan[0], reverse=True)]


def _unfinished(meeting: Scheduled) -> Markup:
    me = member()
    may = {"may_write": me.may_write, "may_edit": me.may_edit(meeting)}
    return parts.part("meetings/_unfinished.html", security.token(), meeting=meeting, **may)


def spark(moods: Sequence[str]) -> Spark | None:
    """A filter. Two talks make no line."""
    if len(moods) < 3:
        return None
    points = [(2 + STEP * number, HEIGHTS[mood], mood) for number, mood in enumerate(moods)]
    counts = Counter(moods)
    parts = [f"{counts[mood]} {words.MOODS[mood].label.lower()}" for mood in HEIGHTS if counts[mood]]
    last = words.MOODS[moods[-1]].label.lower()
    said = f"Mood of the last {len(moods)} talks: {', '.join(parts)}. The last: {last}."
    return Spark(points, 4 + STEP * (len(moods) - 1), said)
