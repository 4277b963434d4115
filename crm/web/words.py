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

# What an empty column says.
NO_FOLLOW_UPS = {
    "overdue": "Nothing is overdue.",
    "today": "Nothing is due today.",
    "week": "Nothing in the next seven days.",
    "later": "Nothing further ahead.",
    "undated": "Nothing without a day.",
}

DURATIONS = (15, 30, 45, 60)

# How the history and refusals name the fields of all nouns.
FIELDS = {
    "scheduled_datetime": "time",
    "start_datetime": "start",
    "end_datetime": "end",
    "topics_discussed": "topics",
    "topics_covered": "topics",
    "agenda_items": "agenda",
    "action_items": "actions",
    "keep_in_touch_days": "keep in touch",
    "job_title": "job title",
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
    "cadence_types": "what counts as a talk",
    "cadence_by_owner": "only what the owner led",
    "owed_by": "owed by",
    "merged": "contact",
    "timezone": "time zone",
}


def field(name: str) -> str:
    """What people call a field."""
    return FIELDS.get(name, name.replace("_", " "))


ACTIONS = {
    "created": "created this",
    "updated": "changed this",
    "deleted": "deleted this",
    "restored": "restored this",
    "moved": "moved this",
    "cancelled": "cancelled this",
    "reinstated": "took the cancellation back",
    "completed": "completed this",
    "reopened": "reopened this",
    "snoozed": "put this off",
    "merged": "merged another contact into this",
    "merged_away": "merged this into another contact",
    "unmerged": "took the merge back",
    "missed": "noted that nobody came",
    "revised": "corrected the minutes",
}

SOURCES = {"manual": "By hand", "meeting": "Meeting", "calendar": "Calendar", "email": "E-mail", "import": "Import"}

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The fields that a filter can be about, as search names them.
SEARCHED = {
    "title": "Title",
    "type": "Type",
    "contact_id": "Contact",
    "lead": "Led by",
    "start_datetime": "Start",
    "end_datetime": "End",
    "duration": "Length in minutes",
    "sentiment": "Mood",
    "topics_discussed": "Topics",
    "notes": "Notes",
    "description": "Description",
    "location": "Place",
    "medium": "Medium",
    "follow_up_needed": "Follow-up needed",
    "follow_up_notes": "Follow-up",
    "follow_up_due": "Follow-up due",
    "source": "Source",
    "created_by": "Logged by",
    "created_at": "Logged at",
    "updated_at": "Changed at",
    "timezone": "Time zone",
    "meeting_id": "Meeting (GUID)",
    "uid": "GUID",
    "id": "Number",
}

OPERATORS = {
    "eq": "is",
    "neq": "is not",
    "contains": "contains",
    "starts_with": "starts with",
    "in": "is one of",
    "not_in": "is none of",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "between": "is between",
    "is_null": "is empty",
}
_OF_TIME = {"gt": "is after", "gte": "is from", "lt": "is before", "lte": "is until"}
_OF_TEXT = {"gt": "comes after", "gte": "comes from", "lt": "comes before", "lte": "comes until"}


def operator(field: str, code: str) -> str:
    """How an operator is said of a field: "is after" of a time, "is more than" of a number."""
    timed = field.endswith(("_datetime", "_at", "_due"))
    own = _OF_TIME if timed else {} if field in ("duration", "id", "created_by") else _OF_TEXT
    return own.get(code) or OPERATORS.get(code, code)
