"""Fields as people fill them in: a moment on their own clock, minutes, one thing a line, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, DateTimeLocalField, Field, IntegerField, RadioField, SelectChoice, StringField
from wtforms.utils import unset_value

from crm import clock
from crm.web import session

MINUTE = "%Y-%m-%dT%H:%M"


def typed(wall_clock: datetime) -> str:
    """As an input of type datetime-local has it."""
    return wall_clock.strftime(MINUTE)


def whole(text: str | None) -> int | None:
    """A whole number as it was typed; None where it is none, or longer than Python reads."""
    try:
        return int(text or "")
    except ValueError:
        return None


def one_of(label: str, named: Mapping[str, str], *, default: str = "", none: bool = False) -> RadioField:
    """Radio buttons, a code and its word each; with `none` one that stands for nothing. The schema knows what may come."""
    codes = choices(({"": "–"} if none else {}) | dict(named))
    return RadioField(label, choices=codes, default=default, validate_choice=False)


def choices(named: Mapping[Any, str]) -> list[SelectChoice]:
    """A code and its word each, as WTForms has them."""
    return [SelectChoice(code, word) for code, word in named.items()]


class Text(StringField):  # type: ignore[misc]
    """A text; an empty one is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist and valuelist[0].strip() else None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data if self.data is not None else "")


class Moment(DateTimeLocalField):  # type: ignore[misc]
    """A wall-clock time in the reader's zone. `data` is the instant, in UTC."""

    def __init__(self, label: str, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.required = required

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            if self.required:
                raise ValueError(f"{self.label.text} is required.")
            return
        try:
            self.data = clock.to_utc(datetime.fromisoformat(valuelist[0].strip()), session.member().timezone)
        except OverflowError:
            raise ValueError("This is too far away.") from None
        except ValueError:
            raise ValueError("This is not a date and time. Write it like 2026-03-01T14:30.") from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return typed(self.data.astimezone(ZoneInfo(session.member().timezone))) if self.data else ""


class Day(DateField):  # type: ignore[misc]
    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = date.fromisoformat(valuelist[0].strip())
            except ValueError:
                raise ValueError("This is not a date. Write it like 2026-03-01.") from None


class Number(IntegerField):  # type: ignore[misc]
    """A whole number, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = int(valuelist[0])
            except ValueError:
                raise ValueError("This is not a whole number.") from None


class Rows(Field):  # type: ignore[misc]
    """Several inputs of one name, one thing in each. What is empty is left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [value.strip() for value in valuelist if value.strip()]


class Tokens(Field):  # type: ignore[misc]
    """Short texts: ticked ones of those that are offered, and new ones, separated by commas, in "<name>-new"."""

    typed = ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata is not None:
            self.typed = ", ".join(formdata.getlist(f"{self.name}-new"))
            ticked = [value.strip() for value in formdata.getlist(self.name)]
            fresh = [value.strip() for value in self.typed.replace("\n", ",").split(",")]
            self.data = list(dict.fromkeys(value for value in [*ticked, *fresh] if value))
            self.ticked = list(dict.fromkeys(value for value in ticked if value))
        else:
            self.ticked = list(self.data or [])

    def offered(self, suggestions: list[str]) -> list[tuple[str, bool]]:
        """What can be ticked, and whether it is: the ticked ones first, each once."""
        known = {value.casefold() for value in self.ticked}
        rest = dict.fromkeys(value for value in suggestions if value.casefold() not in known)
        return [(value, True) for value in self.ticked] + [(value, False) for value in rest]
