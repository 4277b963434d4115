"""Lines of history, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crm.services import sites
from crm.services.members import Member
from crm.web import times, words

if TYPE_CHECKING:
    from crm.models import Change

# What the reader sees anyway, or cannot read.
_LEFT_OUT = {"status", "completed_at", "cancelled_at", "end_datetime", "calendar_synced"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Line:
    who: str
    did: str
    at: datetime
    fields: list[FieldChange]


def lines(changes: Iterable[Change], member: Member) -> list[Line]:
    """Who did what, when, and which fields went from what to what."""
    people = {user.id: user.name for user in sites.colleagues(member)}
    return [
        Line(
            actor(change),
            words.ACTIONS.get(change.action, change.action),
            change.at,
            [
                FieldChange(words.field(name), *(said(name, value, member, people) for value in values))
                for name, values in change.fields.items()
                if name not in _LEFT_OUT
            ],
        )
        for change in changes
    ]


# What happened to who belongs to a site.
_SEATS = {
    "invited": "invited {whom} as a {now}",
    "revoked": "took back the invitation of {whom}, as a {was}",
    "joined": "joined as a {now}",
    "left": "left, and was a {was}",
    "removed": "removed {whom}, who was a {was}",
    "put_back": "took that back: {whom} is a {now} again",
    "role_changed": "made {whom} a {now}, who was a {was}",
}

# What happened to an account.
_ACCOUNTS = {
    "admin_created": "made an account for {whom}, an administrator",
    "admin_given": "made {whom} an administrator",
    "admin_taken": "made {whom} no longer an administrator",
    "disabled": "disabled the account of {whom}",
    "enabled": "enabled the account of {whom}",
}


def actor(change: Change) -> str:
    if change.actor:
        return change.actor.name
    return "Whoever runs the server" if change.action == "admin_created" else "Somebody who has left"


def told(change: Change) -> str:
    """One line of the history of a site or of accounts, as a sentence that goes on from who did it."""
    if change.action in _ACCOUNTS:
        return _ACCOUNTS[change.action].format(whom=change.fields["whom"][1])
    if change.action in _SEATS:
        was, now = change.fields["role"]
        return _SEATS[change.action].format(whom=change.fields["whom"][1], was=was, now=now)
    changed = [(name, *change.fields[name]) for name in ("name", "description", "timezone") if name in change.fields]
    return "changed " + ", ".join(
        f"the {words.field(name)} from “{was or '–'}” to “{now or '–'}”" for name, was, now in changed
    )


def said(field: str, value: Any, member: Member, people: Mapping[int, str]) -> str:
    """One value, as a person would say it; nothing is "–"."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in ("owner_id", "completed_by"):
        return people.get(value, "somebody else")
    if field == "contact_id":
        return "another contact"
    if field == "sentiment" and value in words.MOODS:
        return words.MOODS[value].label
    if field == "type" and value in words.TYPES:
        return words.TYPES[value].label
    if field == "duration":
        return times.minutes(value)
    if field == "keep_in_touch_days":
        return f"every {value} days" if value != 1 else "every day"
    if field == "cadence_types":
        return ", ".join(words.TYPES[type].label for type in value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return _instant(str(value), member.timezone) if field.endswith(("_datetime", "_date", "_on", "_due")) else str(value)


def _instant(text: str, zone: str) -> str:
    if len(text) == len("2026-03-01"):
        on = date.fromisoformat(text)
        return times.day(on, date.min)
    return times.full(datetime.fromisoformat(text).astimezone(ZoneInfo(zone)), date.min)
