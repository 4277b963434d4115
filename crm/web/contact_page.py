"""The parts of a contact's page, and what each shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request
from markupsafe import Markup

from crm.questions import answers
from crm.services import agenda, board, interactions, promises, reach, sites, timeline, touches
from crm.web import filters, frame, parts, security, words
from crm.web.entries import entries
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.forms.interactions import Fresh
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact
    from crm.services.agenda import Around, Scheduled
    from crm.services.reach import Reach
    from crm.services.timeline import First
    from crm.services.touches import Numbers

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
    """All of the page: what its parts need is asked together."""
    me = member()
    around, first, promised, reached, quarter, colleagues, due = answers(
        agenda.ask_around(me, contact),
        timeline.ask_first(me, contact, limit=SLICE),
        promises.ask(me, contact),
        reach.ask(contact),
        touches.ask_quarter(me, contact),
        sites.ask_colleagues(me),
        board.ask_count_due(me),
    )
    frame.keep_due_count(due)
    latest = first.past.items
    facts = _facts(contact, around, reached, touches.numbers(quarter, latest))
    shown = _timeline(contact, around, first) | {
        "head": parts.part("contacts/_head.html", security.token(), **facts),
        "upcoming": around.upcoming,
        "promises": promised,
        "colleagues": colleagues,
    }
    if me.may_write:
        shown |= {"form": None, "fresh": Fresh.of(me), "topics": interactions.topics_of(latest), "blank": FollowUpForm}
    return shown


def head(contact: Contact) -> Shown:
    me = member()
    around, latest, reached, quarter = answers(
        agenda.ask_around(me, contact), touches.ask_latest(me, contact), reach.ask(contact), touches.ask_quarter(me, contact)
    )
    return _facts(contact, around, reached, touches.numbers(quarter, latest))


def side(contact: Contact) -> Shown:
    around, promised = answers(agenda.ask_around(member(), contact), promises.ask(member(), contact))
    return {"upcoming": around.upcoming, "promises": promised}


def past(contact: Contact) -> Shown:
    """The timeline by itself."""
    me = member()
    around, first, colleagues = answers(
        agenda.ask_around(me, contact), timeline.ask_first(me, contact, limit=SLICE), sites.ask_colleagues(me)
    )
    return _timeline(contact, around, first) | {"colleagues": colleagues}


def older(contact: Contact) -> Shown:
    """More rows for its end."""
    return _timeline(contact)


def _facts(contact: Contact, around: Around, reached: Reach, numbers: Numbers) -> Shown:
    """What contacts/_head.html says, by value."""
    me, cadence, last = member(), touches.cadence(contact), contact.last_interaction_at
    return {
        "uid": str(contact.uid),
        "name": contact.name,
        "job_title": contact.job_title,
        "company": contact.company,
        "tags": tuple(contact.tags),
        "reach": reached,
        "last": filters.ago(last) if last else "never",
        "next_meeting": around.upcoming[0] if around.upcoming else None,
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


def _timeline(contact: Contact, around: Around | None = None, first: First | None = None) -> Shown:
    """What the query asks for: of one type, one mood, one person, with a text in it, older than a cursor. Plans stand above
    its first page, unless it is filtered."""
    me, asked = member(), request.args
    type = asked.get("type") if asked.get("type") in words.TYPES else None
    mood = asked.get("mood") if asked.get("mood") in words.MOODS else None
    lead, text = asked.get("lead", "")[:200] or None, asked.get("text", "").strip()[:200]
    before, focus = asked.get("before"), asked.get("focus", "")
    wanted = {"type": type, "mood": mood, "lead": lead, "text": text or None}
    shown: Shown = {"type": type, "wanted": wanted, "before": before, "month_before": asked.get("month", ""), "focus": focus}
    if around and first and not before and not any(wanted.values()):
        asks = [_unfinished(meeting) for meeting in around.unfinished]
        return shown | {"slice": first.past, "plans": _plans(first.planned, around.upcoming, focus), "unfinished": asks}
    found = timeline.past(me, contact, type=type, mood=mood, lead=lead, text=text, before=before, limit=SLICE)
    return shown | {"slice": found, "plans": [], "unfinished": []}


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
