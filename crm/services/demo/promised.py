"""The demo's follow-ups: what is open, spread over the columns of the board, and what interactions and meetings made."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.services.demo import people
from crm.services.folding import fold

Values = dict[str, Any]

# When what is open is due, in days from today; None: someday.
DUE = (-3, 0, 2, 9, None, -1, 0, 4, 16, 6, 1, 30)

# How many days a meeting's actions have: those of the latest are still open. The others were done up to so many days late.
LENGTH, LATE = 18, 2

# There is not more to do because more was talked.
NEEDING = 300


def spread(number: int) -> int:
    """The place of a contact's follow-up among those of its owner, so that everybody has some of each."""
    return number // 6 * 2 + number % 2


def open_one(number: int, today: datetime) -> Values:
    """What is promised to, or by, the contact `number`."""
    days = DUE[spread(number) % len(DUE)]
    title = people.PROMISES[(spread(number) + number // 3 % 2 * 5) % len(people.PROMISES)]
    due_on = None if days is None else (today + timedelta(days=days)).date()
    return _plain | {"title": title, "due_on": due_on, "owed_by": "theirs" if number % 5 == 4 else "ours"}


def of_meeting(meeting: Values, today: datetime) -> list[Values]:
    """What came of a meeting: done by now, but for the latest."""
    due_on = (meeting["actual_date"] + timedelta(days=LENGTH)).date()
    about = {name: meeting[name] for name in ("site_id", "contact_id", "created_by")}
    about |= {"meeting_id": meeting["id"], "owner_id": meeting["completed_by"]}
    done = _done(due_on, LATE - meeting["id"] % 7, meeting["completed_by"], meeting["timezone"], today)
    return [_plain | about | done | {"title": title, "due_on": due_on} for title in meeting["action_items"]]


def is_needed(number: int, of: int) -> bool:
    """Whether the interaction `number` of so many needs a follow-up: one of five, and of a great many no more than NEEDING."""
    return number % max(5, of // NEEDING) == 3


def needed(number: int, row: Values) -> Values:
    """What such an interaction says of it."""
    notes = people.PROMISES[number // 5 % len(people.PROMISES)]
    due_on = (row["start_datetime"] + timedelta(days=(4, 7, 14)[number % 3])).date()
    said = {"follow_up_needed": True, "follow_up_notes": notes, "follow_up_due": due_on}
    return said | {"other_text": row["other_text"] + fold(notes)}


def of_interaction(row: Values, today: datetime) -> Values:
    """The follow-up of an interaction that needs one: done by now, but for the latest."""
    due_on, user = row["follow_up_due"], row["created_by"]
    about = {name: row[name] for name in ("site_id", "contact_id", "created_by")}
    about |= {"interaction_id": row["id"], "owner_id": user, "title": row["follow_up_notes"], "notes": row["follow_up_notes"]}
    return _plain | about | {"due_on": due_on} | _done(due_on, LATE - row["id"] % 4, user, row["timezone"], today)


def _done(due_on: date, late: int, user: int, zone: str, today: datetime) -> Values:
    """Done so many days `late` (or before its day), where it should be done by now."""
    if due_on + timedelta(days=LATE) >= today.date():
        return {}
    at = datetime.combine(due_on + timedelta(days=late), time(10, 20), tzinfo=ZoneInfo(zone))
    return {"status": "done", "completed_at": at, "completed_by": user}


_plain: Values = {
    "interaction_id": None,
    "meeting_id": None,
    "notes": None,
    "status": "open",
    "completed_at": None,
    "completed_by": None,
    "owed_by": "ours",
    "reminds": True,
    "remind_on": None,
    "reminded_on": None,
    "deleted_with_contact": False,
}
