"""The demo's follow-ups: what is open, spread over the columns of the board, and what the meetings that took place made."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.services.demo import people

Values = dict[str, Any]

# When what is open is due, in days from today; None: someday.
DUE = (-3, 0, 2, 9, None, -1, 0, 4, 16, 6, 1, 30)

# How many days a meeting's actions have: those of the latest are still open. The others were done up to so many days late.
LENGTH, LATE = 18, 2


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
    done_on = due_on + timedelta(days=LATE - meeting["id"] % 7)
    is_done = due_on + timedelta(days=LATE) < today.date()
    at = datetime.combine(done_on, time(10, 20), tzinfo=ZoneInfo(meeting["timezone"]))
    done: Values = {"status": "done", "completed_at": at, "completed_by": meeting["completed_by"]} if is_done else {}
    about = {name: meeting[name] for name in ("site_id", "contact_id", "created_by")}
    about |= {"meeting_id": meeting["id"], "owner_id": meeting["completed_by"]}
    return [_plain | about | done | {"title": title, "due_on": due_on} for title in meeting["action_items"]]


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
