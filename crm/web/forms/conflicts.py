"""A stale edit: what is edited has been changed by somebody else since the form was opened. The form then shows both versions,
field by field, and asks which to keep; nothing is saved until somebody has looked.

What they have changed is read off the history: a line for each version since the one the edit started from. A field that they
have left alone is no question, it is as it was typed; of one that only they have touched theirs is proposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crm import clock
from crm.services import events, sites
from crm.web import session
from crm.web.history import said

if TYPE_CHECKING:
    from crm.models import Change
    from crm.web.forms.base import Form

KEEP = "keep-"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, under the schema's name and in the form's words, in both versions. `touched`: the person at the form has changed
    it, too."""

    name: str
    label: str
    theirs: str
    yours: str
    touched: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """`who` and `at` are None of what keeps no history."""

    who: str | None
    at: datetime | None
    differences: list[Difference]


def left(formdata: Any) -> frozenset[str]:
    """The fields of which theirs is to be kept."""
    if not formdata:
        return frozenset()
    return frozenset(name.removeprefix(KEEP) for name in formdata if name.startswith(KEEP) and formdata[name] == "theirs")


def between(form: Form[Any], row: Any) -> Conflict | None:
    """How what was typed differs from what others have made of `row` meanwhile. None where that cannot be told."""
    me, since = session.member(), form.started_from
    if since is None or row.version <= since:
        return None
    lines = events.history(me, row, limit=min(row.version - since, 100))
    if not lines:
        return None
    people = {user.id: user.name for user in sites.colleagues(me)}
    was = _before(lines)
    differences = []
    for name, value in form.values().items():
        if name not in was:
            continue
        theirs, yours = _now(row, name, lines), _plain(value)
        if not _same(theirs, yours):
            their_words, your_words = (said(name, one, me, people) for one in (theirs, yours))
            touched = not _same(yours, was[name])
            differences.append(Difference(name, form.label_of(name), their_words, your_words, touched))
    who = lines[0].actor.name if lines[0].actor else "Somebody who has left"
    return Conflict(who, lines[0].at, differences)


def elsewhere(form: Form[Any], now: Mapping[str, Any], before: Mapping[str, Any]) -> Conflict:
    """The same for what keeps no history: how it is `now`, and how it was `before`, when the form was opened."""
    typed = form.values()
    return Conflict(
        None,
        None,
        [
            Difference(name, form.label_of(name), value or "–", typed[name] or "–", not _same(typed[name], before[name]))
            for name, value in now.items()
            if not _same(value, before[name]) and not _same(value, typed[name])
        ],
    )


def _before(lines: list[Change]) -> Mapping[str, Any]:
    """What the fields in these lines (newest first) were before the first of them."""
    return {name: values[0] for line in lines for name, values in line.fields.items()}


def _now(row: Any, name: str, lines: list[Change]) -> Any:
    """What `name` is by the latest of the lines. A contact's addresses, for one, are rows of their own."""
    if hasattr(row, name) and name not in ("emails", "phones"):
        return events.plain(getattr(row, name))
    return next(line.fields[name][1] for line in lines if name in line.fields)


def _plain(value: Any) -> Any:
    return events.plain(value.replace("\r\n", "\n").strip() if isinstance(value, str) else value)


def _same(one: Any, other: Any) -> bool:
    return bool(_reduced(one) == _reduced(other))


def _reduced(value: Any) -> Any:
    """Nothing is nothing, and forms show whole minutes."""
    if value in (None, "", [], False):
        return None
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        if len(value) > 19 and value.endswith("Z") and value[4] == "-" and value[10] == "T":
            return clock.to_utc(datetime.fromisoformat(value), "UTC").replace(second=0, microsecond=0)
    return value
