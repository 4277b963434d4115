"""A form reads what was typed and ends in a schema; what the schema or the service refuses goes back to its fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar, cast

import wtforms
from wtforms import HiddenField

from crm import database
from crm.errors import Conflict, Invalid, Stale
from crm.schemas.base import Schema, read
from crm.web import words
from crm.web.forms import conflicts
from crm.web.forms.conflicts import Conflict as Versions
from crm.web.forms.fields import whole

S = TypeVar("S", bound=Schema)
T = TypeVar("T")

# Sentences that go on from the name of their field: "Name" + "is required".
_VERBS = ("is", "must", "cannot", "has", "belongs", "disagrees", "ends")


class Form(wtforms.Form, Generic[S]):  # type: ignore[misc]
    """The token that keeps forgeries out is checked for every write before any form sees it (web/security.py)."""

    schema: ClassVar[type[Schema]]

    # What the schema calls differently than the form.
    aliases: ClassVar[dict[str, str]] = {}

    # Several forms stand on one page: what the ids of this one's fields begin with.
    mark: ClassVar[str] = ""

    version = HiddenField()

    problems: list[str]

    # Somebody else's change of what is edited here: both versions, and which to keep (conflicts.py).
    conflict: Versions | None

    # What is to stay as somebody else has left it, under the schema's names.
    left: frozenset[str]

    def __init__(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(formdata, *args, **kwargs)
        self.problems = []
        self.conflict = None
        self.left = conflicts.left(formdata)
        self.identify(self.mark)

    def identify(self, mark: str) -> None:
        for field in self:
            field.id = mark + field.name

    def values(self) -> dict[str, Any]:
        """What was typed, under the schema's names."""
        return {name: value for name, value in self.data.items() if name != "version"}

    def to_schema(self) -> S:
        """Raises Invalid."""
        return cast(S, read(self.schema, {name: value for name, value in self.values().items() if name not in self.left}))

    def label_of(self, name: str) -> str:
        """What the form calls the schema's field `name`."""
        named = {"duration": "duration"}.get(name) or self.aliases.get(name, name)
        return self._fields[named].label.text if named in self._fields else words.field(name).capitalize()

    @property
    def started_from(self) -> int | None:
        """The version of the row that the edit started from."""
        return whole(self.version.data)

    def refuse(self, details: dict[str, str]) -> None:
        """Puts each sentence under its field, or on top of the form where there is none."""
        for name, sentence in details.items():
            field = self._fields.get(self.aliases.get(name, name))
            if field is None or isinstance(field, HiddenField):
                self.problems.append(_sentence(words.field(name).capitalize(), sentence))
            elif not field.errors:
                field.errors = [_sentence(field.label.text, sentence)]

    def sentences(self) -> str:
        """All that is refused, for where there is no form to show."""
        return " ".join([*self.problems, *(str(field.errors[0]) for field in self if field.errors)])

    def first_invalid(self) -> str | None:
        """The field that the eye goes to."""
        return next((name for name, field in self._fields.items() if field.errors), None)


def submit(form: Form[S], action: Callable[[S], T], *, row: Any = None) -> T | None:
    """What `action` makes of the form's schema. None where something is refused: the form then says what, and still has
    all that was typed. `row` is what is edited: after somebody else's change the form shows both versions, and the next try
    starts from theirs."""
    good = form.validate()
    try:
        wanted = form.to_schema()
        if good:
            return action(wanted)
    except Invalid as error:
        form.refuse(error.details)
    except Stale as error:
        # What the service began is dropped before the page is rendered.
        database.rollback()
        form.conflict = conflicts.between(form, row) if row is not None else None
        if form.conflict is None:
            form.problems.append(error.message)
    database.rollback()
    if (form.problems or form.conflict) and row is not None:
        form.version.data = str(row.version)
    return None


def said(form: Form[Any], action: Callable[[], T]) -> T | None:
    """As `submit`, for the few forms that end in no schema."""
    try:
        return action()
    except Invalid as error:
        form.refuse(error.details)
    except (Stale, Conflict) as error:
        form.problems.append(error.message)
    database.rollback()
    return None


def _sentence(label: str, sentence: str) -> str:
    if sentence.partition(" ")[0] in _VERBS:
        return f"{label} {sentence}."
    sentence = re.sub(r"^item \d+ (?=“)", "", sentence)  # the quoted text says which one
    return f"{sentence[:1].upper()}{sentence[1:]}."
