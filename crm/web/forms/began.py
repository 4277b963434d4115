"""Forms about what keeps no count of its changes (a profile, a site): they carry along how it was when they were opened, so
that a stale edit still shows both versions and asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from flask import request

from crm import database
from crm.errors import Invalid, Stale
from crm.web.forms import conflicts
from crm.web.forms.base import Form

T = TypeVar("T")

Values = Mapping[str, Any]


class BegunForm(Form[Any]):
    """`version` holds what the form began with, as JSON."""

    @classmethod
    def on(cls, now: Values) -> Self:
        """The form as it was sent, or a new one filled with what there is now."""
        return cls(request.form if request.method == "POST" else None, **now, version=json.dumps(now))

    @property
    def before(self) -> dict[str, Any]:
        """What the form began with; nothing where that was not sent, or is no such thing."""
        try:
            found = json.loads(self.version.data or "{}")
        except ValueError:
            return {}
        whole = isinstance(found, dict) and all(isinstance(found.get(name), str | None) for name in self.values())
        return {name: found.get(name) for name in self.values()} if found and whole else {}


def save(form: BegunForm, now: Callable[[], Values], action: Callable[[Values, Values], T]) -> T | None:
    """What `action` makes of the values that are wanted and of those that the form began with. None where something is refused:
    the form then says what, or shows both versions, and has all that was typed."""
    before, there = form.before, now()
    wanted = {name: there[name] if name in form.left else value for name, value in form.values().items()}
    try:
        return action(wanted, before)
    except Invalid as error:
        form.refuse(error.details)
        database.rollback()
    except Stale:
        database.rollback()
        there = now()
        form.conflict = conflicts.elsewhere(form, there, before)
        form.version.data = json.dumps(there)
    return None
