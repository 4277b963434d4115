"""Query parameters, typed. What is unknown, doubled or malformed is 400, under the name that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from flask import Response, current_app, request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from crm import clock
from crm.api import bodies, dialects
from crm.api.dialects import Dialect
from crm.api.errors import BadRequest
from crm.schemas.base import Day, Lower, sentences
from crm.schemas.follow_ups import Status as FollowUpStatus
from crm.schemas.interactions import Type
from crm.schemas.meetings import Status as MeetingStatus
from crm.schemas.search import LAST_PAGE
from crm.schemas.shapes import After, Shape
from crm.services.analytics import Unit
from crm.services.contacts import SORTS
from crm.services.members import Member
from crm.services.rows import LARGEST_ID

_INSTANT = TypeAdapter(datetime)
MOST_DIGITS = 18
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise ValueError("must be a whole number")
    return text


def _storable(text: str) -> str:
    if "\x00" in text:  # PostgreSQL cannot even be asked about it
        raise ValueError("has characters that nothing contains")
    return text


def _moment(text: str) -> date | datetime:
    text = text.strip()
    try:
        # Without the look at its shape, a number would be read as seconds since 1970.
        return date.fromisoformat(text) if len(text) == 10 else _INSTANT.validate_python(text if _DATED.match(text) else None)
    except ValueError:  # pydantic's ValidationError is one
        hint = " (a + in a query is written %2B)" if " " in text else ""
        raise ValueError(f"must be a date or an ISO 8601 date and time, such as 2026-03-01T14:30:00Z{hint}") from None


def _sort(text: str) -> str:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in text)
    if name.removeprefix("-") not in SORTS:
        names = ", ".join(Dialect.CONTACT.word(known) for known in SORTS)
        raise ValueError(f"must be one of {names}, with a - before it for descending")
    return name


def _sorts(shape: Shape) -> Shape:
    names = [Dialect.CONTACT.word(name) for name in SORTS]
    return shape | {"enum": [*names, *(f"-{name}" for name in names)]}


Number = Annotated[int, BeforeValidator(_digits)]
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]


class Query(BaseModel):
    """The parameters of a path, under the names that services use."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Paged(Query):
    page: Annotated[Number, Field(ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[Number, Field(ge=1, le=100)] = 20


class Dated(Query):
    start_date: Moment | None = None
    end_date: Moment | None = None

    def span(self, member: Member) -> tuple[datetime | None, datetime | None]:
        """The first instant that is meant, and the first that no longer is (UTC). Days, and times without an offset, are the
        site's; both ends are included. Raises BadRequest."""
        return _edge("start_date", self.start_date, member, 0), _edge("end_date", self.end_date, member, 1)


class InteractionsQuery(Paged, Dated):
    search: Text = ""
    contact_id: UUID | None = None
    type: Type | None = None


class TimelineQuery(Paged, Dated):
    type: Type | None = None
    before: Annotated[Text, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.before is not None and "page" in self.model_fields_set:
            raise BadRequest(details={"before": "goes without page: a cursor counts no pages"})
        return self


class ContactsQuery(Paged):
    search: Text = ""
    tag: Text = ""
    sort: Annotated[str, After(_sort, shape=_sorts)] = "name"


class MeetingsQuery(Paged, Dated):
    status: Annotated[MeetingStatus, Lower] | None = None
    contact_id: UUID | None = None


class FollowUpsQuery(Paged):
    status: Annotated[FollowUpStatus, Lower] | None = None
    owner_id: Annotated[Number, Field(le=LARGEST_ID)] | None = None
    contact_id: UUID | None = None
    due_after: Day | None = None
    due_before: Day | None = None


class AnalyticsQuery(Dated):
    group_by: Annotated[Unit, Lower] = "week"
    contact_id: UUID | None = None


class SearchQuery(Paged):
    query: Annotated[Text, Field(min_length=1)]


class DateRangeQuery(Paged, Dated):
    """Of the two documents' ranges the only one whose ends are not optional."""

    start_date: Moment
    end_date: Moment


class LimitQuery(Query):
    limit: Annotated[Number, Field(ge=1, le=50)] = 10


Q = TypeVar("Q", bound=Query)


def takes(query: type[Q]) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """The view's first argument is the request's query."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def reading(**path: Any) -> Response:
            return view(_read(query), **path)

        reading.query = query  # type: ignore[attr-defined]
        return reading

    return decorate


def refuse_undeclared() -> None:
    """Before each request: a view that declares no query takes none. Raises BadRequest."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.args and not hasattr(view, "query"):
        raise BadRequest(details=dict.fromkeys(request.args, "is not a parameter of this path"))


def _read(query: type[Q]) -> Q:
    dialect = dialects.chosen()
    names = {dialect.word(name): name for name in query.model_fields}
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for key, given in request.args.lists():
        if key not in names:
            known = {spelling: word for word, name in names.items() for spelling in (word, name)}
            problems[key] = bodies.unknown(key, known, "a parameter of this path")
        elif len(given) > 1:
            problems[key] = "is there more than once"
        else:
            values[names[key]] = given[0]
    try:
        read = query.model_validate(values)
    except ValidationError as error:
        problems |= {dialect.word(name): sentence for name, sentence in sentences(error).items()}
    if problems:
        raise BadRequest(details=problems)
    return read


def _edge(name: str, moment: date | datetime | None, member: Member, days: int) -> datetime | None:
    """The instant at which `moment` begins or, with one in `days`, is over."""
    if moment is None:
        return None
    try:
        if isinstance(moment, datetime):
            return clock.to_utc(moment, member.site_timezone) + timedelta(microseconds=days)
        return clock.start_of_day(moment + timedelta(days=days), member.site_timezone).astimezone(UTC)
    except (OverflowError, ValueError):
        raise BadRequest(details={dialects.chosen().word(name): "is too far away"}) from None
