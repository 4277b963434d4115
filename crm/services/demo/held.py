"""The demo's meetings that took place: their minutes, and the interactions that they made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crm.services import events
from crm.services.demo import people
from crm.services.folding import folded_meeting, folded_texts

Values = dict[str, Any]

MINUTES = 45

# How a meeting stands that nobody has completed.
UNTOLD: Values = {
    "calendar_synced": False,
    "status": "scheduled",
    "cancelled_at": None,
    "no_show": False,
    "completed_at": None,
    "completed_by": None,
    "actual_date": None,
    "attendees": [],
    "topics_covered": [],
    "outcomes": None,
    "action_items": [],
    "next_steps": None,
    "relationship_impact": None,
    "deleted_with_contact": False,
}


def is_held(number: int) -> bool:
    """Whether the interaction `number` is of a meeting: of 120 one with the first contact, and one with another."""
    return number % 120 in (0, 62)


def minutes(number: int, start: datetime, user: int, attendees: list[str]) -> Values:
    """The outcome of the completed meeting `number`, which began at `start` (UTC)."""
    topics = list(people.AGENDAS[number % len(people.AGENDAS)])
    outcome = UNTOLD | {
        "scheduled_datetime": start,
        "actual_date": start,
        "duration": MINUTES,
        "location": people.PLACES[number % len(people.PLACES)],
        "purpose": people.PURPOSES[number % len(people.PURPOSES)],
        "agenda_items": topics,
        "preparation_notes": None,
        "status": "completed",
        "completed_at": start + timedelta(hours=1),
        "completed_by": user,
        "created_by": user,
        "attendees": attendees,
        "topics_covered": topics,
        "outcomes": people.OUTCOMES[number % len(people.OUTCOMES)],
        "action_items": [people.PROMISES[number % len(people.PROMISES)]] if number % 4 != 1 else [],
        "next_steps": people.NEXT_STEPS[number % len(people.NEXT_STEPS)],
        "relationship_impact": ("stronger", "same", "stronger", "weaker")[number % 4],
    }
    return searchable(outcome)


def searchable(meeting: Values) -> Values:
    return meeting | {"search_text": folded_meeting(meeting)}


def lines(meeting: Values) -> list[tuple[Values, Values]]:
    """The history of a meeting and its events, side by side: scheduled, and completed where it is."""
    about = {"site_id": meeting["site_id"], "actor_id": meeting["created_by"], "subject_type": "meeting"}
    at = events.plain(meeting["scheduled_datetime"])
    told = [("created", "MeetingScheduled", meeting["created_at"], {"scheduled_datetime": at, "purpose": meeting["purpose"]})]
    if meeting["status"] == "completed":
        outcome = {"actual_date": at, "outcomes": meeting["outcomes"], "actions": meeting["action_items"]}
        told.append(("completed", "MeetingCompleted", meeting["completed_at"], outcome))
    return [
        (
            about | {"subject_id": meeting["id"], "at": when, "action": action, "fields": {}},
            about | {"subject_uid": meeting["uid"], "occurred_at": when, "type": kind, "data": data},
        )
        for action, kind, when, data in told
    ]


def interaction(meeting: Values, lead: str) -> Values:
    """What an interaction has from the meeting that made it (services/meetings.py)."""
    start = meeting["actual_date"]
    texts = {
        "title": meeting["purpose"],
        "lead": lead,
        "location": meeting["location"],
        "description": None,
        "notes": f"{meeting['outcomes']}\n\nNext steps: {meeting['next_steps']}",
        "topics_discussed": meeting["topics_covered"],
        "medium": None,
        "follow_up_notes": None,
    }
    times = {"start_datetime": start, "end_datetime": start + timedelta(minutes=MINUTES), "duration": MINUTES}
    stamps = dict.fromkeys(("created_at", "updated_at"), meeting["completed_at"])
    whose = {name: meeting[name] for name in ("site_id", "contact_id", "timezone", "created_by")}
    return (
        texts
        | times
        | stamps
        | whose
        | folded_texts(texts)
        | {"type": "meeting", "source": "meeting", "meeting_id": meeting["id"]}
    )
