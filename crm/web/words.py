"""The words and icons for what the tables keep as codes. One place, so that a type looks the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Word(NamedTuple):
    label: str
    icon: str


def labels(words: Mapping[str, Word]) -> dict[str, str]:
    return {code: word.label for code, word in words.items()}


TYPES = {
    "call": Word("Call", "phone"),
    "meeting": Word("Meeting", "users"),
    "email": Word("E-mail", "mail"),
    "message": Word("Message", "message"),
    "coffee": Word("Coffee", "coffee"),
    "lunch": Word("Lunch", "tools-kitchen-2"),
    "conference": Word("Conference", "presentation"),
    "other": Word("Other", "dots"),
}

MOODS = {
    "positive": Word("Good", "mood-smile"),
    "neutral": Word("Neutral", "mood-neutral"),
    "negative": Word("Difficult", "mood-sad"),
}

IMPACTS = {"weaker": "Weaker", "same": "The same", "stronger": "Stronger"}

TOOK_PLACE = {"held": "Held", "no-show": "Nobody came", "moved": "Moved"}

THEMES = {"auto": Word("Automatic", "device-desktop"), "light": Word("Light", "sun"), "dark": Word("Dark", "moon")}

# The columns of the board of follow-ups.
COLUMNS = {"overdue": "Overdue", "today": "Today", "week": "Next 7 days", "later": "Later", "undated": "No date"}

DURATIONS = (15, 30, 45, 60)

# How the history names the fields of all nouns.
FIELDS = {
    "scheduled_datetime": "time",
    "start_datetime": "start",
    "end_datetime": "end",
    "topics_discussed": "topics",
    "topics_covered": "topics",
    "agenda_items": "agenda",
    "action_items": "actions",
    "keep_in_touch_days": "keep in touch, days",
    "job_title": "title",
    "owner_id": "owner",
    "completed_by": "completed by",
    "contact_id": "contact",
    "sentiment": "mood",
    "due_on": "due",
    "follow_up_due": "follow-up due",
    "follow_up_notes": "follow-up",
    "follow_up_needed": "follow-up needed",
    "actual_date": "held",
    "relationship_impact": "relationship",
    "no_show": "nobody came",
    "reminds": "reminder",
    "remind_on": "reminder on",
    "emails": "e-mail",
}

ACTIONS = {
    "created": "created this",
    "updated": "changed",
    "deleted": "deleted this",
    "restored": "restored this",
    "moved": "moved this",
    "cancelled": "cancelled this",
    "reinstated": "took the cancellation back",
    "completed": "completed this",
    "reopened": "reopened this",
    "snoozed": "put this off",
    "missed": "noted that nobody came",
    "revised": "corrected the minutes",
}
