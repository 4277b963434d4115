"""The fields of an interaction as filters see them: what kind each is, and what it means to be equal, below, above, to
contain and to start with.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, ColumnElement, and_, func, literal, or_

from crm import clock
from crm.errors import Invalid
from crm.models import Contact, Interaction, Meeting
from crm.models.interaction import SENTIMENTS, SOURCES, TYPES
from crm.services import folding, matching

Condition = ColumnElement[bool]

EQUALITY = ("eq", "neq", "in", "not_in", "is_null")
ORDER = ("gt", "gte", "lt", "lte", "between")
PARTS = ("contains", "starts_with")

LARGEST = 2**63 - 1

_INSTANT = TypeAdapter(datetime)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMED = re.compile(_DAY.pattern + r"[Tt ]")


class Kind:
    """A field of which one can say whether it equals a value."""

    operators: tuple[str, ...] = EQUALITY

    def __init__(self, key: ColumnElement[Any]) -> None:
        self._key = key

    @property
    def key(self) -> ColumnElement[Any]:
        """What stands for the field in SQL, and what a list is sorted by."""
        return self._key

    def read(self, value: Any, zone: str) -> Any:
        """`value` as the methods below want it. Raises ValueError with a sentence."""
        raise NotImplementedError

    def read_part(self, value: Any) -> str:
        return _folded(value)

    def is_null(self) -> Condition:
        return self.key.is_(None)

    def equals(self, value: Any) -> Condition:
        condition: Condition = self.key == value
        return condition

    def is_one_of(self, values: list[Any]) -> Condition:
        return self.key.in_(values)

    def below(self, value: Any) -> Condition:
        condition: Condition = self.key < value
        return condition

    def above(self, value: Any) -> Condition:
        condition: Condition = self.key > value
        return condition

    def contains(self, part: str) -> Condition:
        return self.key.like(folding.anywhere(part), escape="\\")

    def starts_with(self, part: str) -> Condition:
        return func.substr(self.key, 1, len(part)) == part


class Number(Kind):
    operators = EQUALITY + ORDER

    def read(self, value: Any, zone: str) -> ColumnElement[int]:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
            raise ValueError("must be a whole number")
        return literal(value, BigInteger)


class Flag(Kind):
    def read(self, value: Any, zone: str) -> bool:
        return flag(value)

    def equals(self, value: bool) -> Condition:
        return self.key.is_(value)


class Guid(Kind):
    def read(self, value: Any, zone: str) -> UUID:
        try:
            return UUID(_text(value))
        except ValueError:
            raise ValueError("must be a GUID") from None


class Day(Kind):
    operators = EQUALITY + ORDER

    def read(self, value: Any, zone: str) -> date:
        return _day(value)


class Instant(Kind):
    """A value is the stretch of time that it names, `[first, after)`: of a day without a time all of it, in the site's zone."""

    operators = EQUALITY + ORDER
    tick = timedelta(microseconds=1)

    def read(self, value: Any, zone: str) -> tuple[datetime, datetime]:
        try:
            if isinstance(value, str) and len(value.strip()) == 10:
                day = _day(value)
                return clock.start_of_day(day, zone), clock.start_of_day(day + timedelta(days=1), zone)
            if not isinstance(value, str) or not _TIMED.match(value.strip()):
                raise ValueError
            return self.stretch(clock.to_utc(_INSTANT.validate_python(value.strip()), zone))
        except OverflowError:
            raise ValueError("is too far away") from None
        except ValueError:
            raise ValueError("must be a date or an ISO 8601 date and time, such as 2026-03-01T14:30:00Z") from None

    def stretch(self, at: datetime) -> tuple[datetime, datetime]:
        return at, at + self.tick

    def equals(self, value: tuple[datetime, datetime]) -> Condition:
        return and_(self.key >= value[0], self.key < value[1])

    def is_one_of(self, values: list[Any]) -> Condition:
        return or_(*map(self.equals, values))

    def below(self, value: tuple[datetime, datetime]) -> Condition:
        return self.key < value[0]

    def above(self, value: tuple[datetime, datetime]) -> Condition:
        return self.key >= value[1]


class Stamp(Instant):
    """An instant of the server's clock, which is shown, and therefore compared, in whole seconds."""

    def stretch(self, at: datetime) -> tuple[datetime, datetime]:
        second, later = at.replace(microsecond=0), at.replace(microsecond=0) + timedelta(seconds=1)
        return (later, later) if at > second else (second, later)


class Text(Kind):
    """Compared folded: case, accents and superfluous space do not matter."""

    operators: tuple[str, ...] = EQUALITY + ORDER + PARTS

    def read(self, value: Any, zone: str) -> str:
        return _folded(value)


class Line(Text):
    """A text that is kept folded, with others, in a line of its own. Where there is an index of all the lines, it is asked
    first."""

    def __init__(self, name: str) -> None:
        super().__init__(_c(getattr(Interaction, name)))
        self.name, self.indexed = name, name in folding.LINES["search_text"]

    @property
    def key(self) -> ColumnElement[Any]:
        return matching.bytewise(matching.line(self.name))

    def is_null(self) -> Condition:
        return self._key.is_(None)

    def equals(self, value: str) -> Condition:
        return self._indexed(value, super().equals(value))

    def contains(self, part: str) -> Condition:
        return self._indexed(part, super().contains(part))

    def starts_with(self, part: str) -> Condition:
        return self._indexed(part, super().starts_with(part))

    def _indexed(self, part: str, condition: Condition) -> Condition:
        return and_(matching.has(part), condition) if part and self.indexed else condition


class Topics(Line):
    """A list of texts: an operator is about any of them. None is null."""

    operators = EQUALITY + PARTS

    @property
    def key(self) -> ColumnElement[Any]:
        return func.nullif(super().key, "")

    def is_null(self) -> Condition:
        return self.key.is_(None)

    def equals(self, value: str) -> Condition:
        return self._indexed(value, Kind.contains(self, f"\t{value}\t"))

    def is_one_of(self, values: list[Any]) -> Condition:
        return or_(*map(self.equals, values))

    def starts_with(self, part: str) -> Condition:
        return self._indexed(part, Kind.contains(self, f"\t{part}"))


class Choice(Text):
    """A text out of a few, kept in small letters. They have no order."""

    operators = EQUALITY + PARTS

    def __init__(self, key: ColumnElement[Any], choices: tuple[str, ...]) -> None:
        super().__init__(key)
        self.choices = choices

    def read(self, value: Any, zone: str) -> str:
        choice = _text(value).strip().lower()
        if choice not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return choice


class ZoneName(Text):
    """An IANA name: ASCII, which every database makes small in the same way."""

    @property
    def key(self) -> ColumnElement[Any]:
        return func.lower(matching.bytewise(self._key))


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _text(value: Any) -> str:
    if value is None:
        raise ValueError("is required; what has no value is found by is_null")
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _folded(value: Any) -> str:
    text = _text(value)
    try:
        folding.storable(text, "value")
    except Invalid as error:
        raise ValueError(error.details["value"]) from None
    return folding.fold(text)


def _day(value: Any) -> date:
    try:
        text = value.strip() if isinstance(value, str) else ""
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError("must be a date, such as 2026-03-01") from None


def _c(attribute: Any) -> ColumnElement[Any]:
    expression: ColumnElement[Any] = attribute.expression
    return expression


# By the names that services use. Whatever an answer shows is here.
FIELDS: dict[str, Kind] = {
    "id": Number(_c(Interaction.id)),
    "uid": Guid(_c(Interaction.uid)),
    "site_id": Number(_c(Interaction.site_id)),
    "contact_id": Guid(_c(Contact.uid)),
    "title": Line("title"),
    "type": Choice(_c(Interaction.type), TYPES),
    "lead": Line("lead"),
    "start_datetime": Instant(_c(Interaction.start_datetime)),
    "end_datetime": Instant(_c(Interaction.end_datetime)),
    "duration": Number(_c(Interaction.duration)),
    "timezone": ZoneName(_c(Interaction.timezone)),
    "location": Line("location"),
    "medium": Line("medium"),
    "description": Line("description"),
    "notes": Line("notes"),
    "sentiment": Choice(_c(Interaction.sentiment), SENTIMENTS),
    "topics_discussed": Topics("topics_discussed"),
    "follow_up_needed": Flag(_c(Interaction.follow_up_needed)),
    "follow_up_notes": Line("follow_up_notes"),
    "follow_up_due": Day(_c(Interaction.follow_up_due)),
    "source": Choice(_c(Interaction.source), SOURCES),
    "meeting_id": Guid(_c(Meeting.uid)),
    "created_by": Number(_c(Interaction.created_by)),
    "created_at": Stamp(_c(Interaction.created_at)),
    "updated_at": Stamp(_c(Interaction.updated_at)),
}
