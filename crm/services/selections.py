"""Lists of interactions by what a person has picked: the filters of an address (schemas/selections.py) become conditions of the
engine that the API's search has (services/filters.py)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, extract, func, or_, select, tuple_

from crm import clock
from crm.errors import Invalid, Problems
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction, User
from crm.schemas.search import Filter, Operator
from crm.schemas.selections import Selection
from crm.services import filters, matching, rows, timeline
from crm.services.fields import FIELDS, Condition, Flag, Kind, Number
from crm.services.members import Member
from crm.services.search import NEWEST, Order, found, with_what_is_shown

# What a simple filter asks: a field, an operator, and the values that it goes with.
_ASKS: dict[str, tuple[str, str]] = {
    "contact": ("contact_id", "eq"),
    "lead": ("lead", "eq"),
    "from": ("start_datetime", "gte"),
    "to": ("start_datetime", "lte"),
    "duration_from": ("duration", "gte"),
    "duration_to": ("duration", "lte"),
    "medium": ("medium", "contains"),
    "location": ("location", "contains"),
    "follow_up": ("follow_up_needed", "eq"),
    "created_by": ("created_by", "eq"),
}
NO_MOOD = "none"

# The columns of a list, and what each is sorted by. An answer can be sorted by any other field, too.
_MOOD = case({"negative": 1, "neutral": 2, "positive": 3}, value=Interaction.sentiment)
SORTS: dict[str, Callable[[], ColumnElement[Any]]] = {
    "when": lambda: FIELDS["start_datetime"].key,
    "type": lambda: FIELDS["type"].key,
    "contact": lambda: matching.bytewise(Contact.name_key.expression),
    "title": lambda: FIELDS["title"].key,
    "lead": lambda: FIELDS["lead"].key,
    "duration": lambda: FIELDS["duration"].key,
    "mood": lambda: _MOOD,
    "follow_up": lambda: FIELDS["follow_up_due"].key,
}

# What an index in the order of time serves: such a list is walked along it, from a cursor on.
_SERVED = {"type", "contact", "from", "to", "planned"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A part of a list. `total` is known of the first part; `more` stands for where the next one begins, None at the end."""

    items: list[Interaction]
    total: int | None
    more: str | None


def listed(member: Member, asked: Selection, *, more: str = "", limit: int = 50) -> Listing:
    """The first interactions that `asked` picks out, or those from `more` on. A part costs the same wherever it begins.

    Raises Invalid under the parameters' names, with all that is wrong at once.
    """
    wanted = conditions(member, asked)
    order = _order(asked.sort)
    if asked.sort.lstrip("-") == "when" and not asked.q and not asked.rows and _is_served(asked.values):
        return _walked(member, _plainly(member, asked), asked.sort == "-when", more, limit)
    page = int(more) if more.isascii() and more.isdecimal() and len(more) < 6 else 1
    hits = found(member, *wanted, order=order, page=max(1, page), page_size=limit)
    return Listing(list(hits.items), hits.total, str(hits.page + 1) if hits.page < hits.pages else None)


def conditions(member: Member, asked: Selection) -> list[Condition]:
    """What a row must meet. Raises Invalid under the parameters' names: "from", or "f2", "o2", "v2" of the second row."""
    wanted: list[Condition] = []
    problems = Problems()
    with problems:
        wanted += matching.has_terms(member, asked.q, "q") if asked.q else []
    for name, values in asked.values.items():
        with problems:
            wanted += _simple(member, name, values)
    for row in asked.rows:
        try:
            value = _value(row.field, row.operator, row.values)
            wanted.append(filters.condition(_filter(row.field, row.operator, value), member.site_timezone, "row"))
        except (Invalid, ValueError) as error:
            with problems:
                raise Invalid(_of_row(row.number, error)) from None
    with problems:
        _order(asked.sort)
    problems.check()
    return wanted


def exported(member: Member, asked: Selection) -> Iterator[Row[Any]]:
    """All that `asked` picks out, row by row as the database gives them: memory does not grow with their number.

    Raises Invalid at once, not with the first row.
    """
    wanted, order = conditions(member, asked), _order(asked.sort)
    query = (
        rows.within(member, Interaction)
        .outerjoin(Interaction.contact)
        .outerjoin(Interaction.meeting)
        .outerjoin(User, User.id == Interaction.created_by)
        .where(*wanted)
        .order_by(*order.by(order.key, Interaction.id.expression))
        .with_only_columns(
            *(getattr(Interaction, name) for name in _EXPORTED), Contact.name.label("contact"), User.name.label("creator")
        )
    )
    return _streamed(query)


def _streamed(query: Any) -> Iterator[Row[Any]]:
    yield from db.session.execute(query.execution_options(yield_per=500))


_EXPORTED = (
    "uid",
    "start_datetime",
    "type",
    "title",
    "lead",
    "duration",
    "sentiment",
    "topics_discussed",
    "location",
    "medium",
    "description",
    "notes",
    "follow_up_needed",
    "follow_up_notes",
    "follow_up_due",
    "source",
)


def follow_ups_of(member: Member, interactions: list[Interaction]) -> dict[int, FollowUp]:
    """The follow-up that each of these needs, by the interaction's key: its day may have moved, and it may be done."""
    keys = [interaction.id for interaction in interactions if interaction.follow_up_needed]
    query = rows.within(member, FollowUp).where(FollowUp.interaction_id.in_(keys))
    return {row.interaction_id: row for row in db.session.scalars(query) if row.interaction_id} if keys else {}


def contact_of(member: Member, asked: Selection) -> Contact | None:
    """The contact that `asked` is about. None where there is no such contact in the site."""
    try:
        uid = UUID(asked.values["contact"][0])
    except (KeyError, ValueError):
        return None
    return db.session.scalar(rows.within(member, Contact).where(Contact.uid == uid))


def _is_served(values: Mapping[str, tuple[str, ...]]) -> bool:
    return values.keys() <= _SERVED and len(values.get("type", ())) < 2


def _walked(member: Member, wanted: list[Condition], descending: bool, more: str, limit: int) -> Listing:
    """Along the index by time. The count, which only the first part needs, reads no row either."""
    query = rows.within(member, Interaction).where(*wanted)
    total = None if more else db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    place = tuple_(Interaction.start_datetime, Interaction.id)
    if more:
        at = tuple_(*timeline.place(more, "more"))
        query = query.where(place < at if descending else place > at)
    columns = (Interaction.start_datetime, Interaction.id)
    query = query.order_by(*(column.desc() if descending else column.asc() for column in columns)).limit(limit + 1)
    part = list(db.session.scalars(query.options(*with_what_is_shown())))
    items = part[:limit]
    return Listing(items, total, timeline.cursor(items[-1]) if len(part) > limit else None)


def _plainly(member: Member, asked: Selection) -> list[Condition]:
    """The same as `conditions` for what is served, said about the interaction's own columns: so an index is found."""
    wanted: list[Condition] = []
    for name, values in asked.values.items():
        if name == "contact":
            ours = select(Contact.id).where(Contact.uid == UUID(values[0]), Contact.site_id == member.site_id)
            wanted.append(Interaction.contact_id == ours.scalar_subquery())
        elif name == "type":
            wanted.append(Interaction.type == values[0].lower())
        else:
            wanted += _simple(member, name, values)
    return wanted


def _simple(member: Member, name: str, values: tuple[str, ...]) -> list[Condition]:
    """Raises Invalid on `name`."""
    zone = member.site_timezone
    try:
        match name:
            case "type" | "source":
                return [filters.condition(_filter(name, "in", list(values)), zone, "row")]
            case "mood":
                return [_mood(values, zone)]
            case "topic":
                return [filters.condition(_filter("topics_discussed", "eq", value), zone, "row") for value in values]
            case "planned":
                begins = Interaction.start_datetime
                return [begins > clock.horizon() if _flag(values[0]) else begins <= clock.horizon()]
            case "weekday":
                return [_on_the_wall("isodow", zone) == _whole(values[0], 0, 6) + 1]
            case "hour":
                return [_on_the_wall("hour", zone) == _whole(values[0], 0, 23)]
        field, operator = _ASKS[name]
        return [filters.condition(_filter(field, operator, _value(field, operator, values)), zone, "row")]
    except Invalid as error:
        raise Invalid({name: next(iter(error.details.values()))}) from None
    except ValueError as error:
        raise Invalid({name: str(error)}) from None


def _mood(values: tuple[str, ...], zone: str) -> Condition:
    named = [value for value in values if value != NO_MOOD]
    wanted = [filters.condition(_filter("sentiment", "in", named), zone, "row")] if named else []
    return or_(*wanted, *([Interaction.sentiment.is_(None)] if NO_MOOD in values else []))


def _filter(field: str, operator: str, value: Any) -> Filter:
    return Filter.model_construct(field=field, operator=cast(Operator, operator), value=value)


def _value(field: str, operator: str, values: tuple[str, ...]) -> Any:
    """What was typed, as the engine wants it. Raises ValueError with a sentence."""
    kind = FIELDS.get(field)
    if kind is None or operator not in kind.operators:
        return None  # the engine says so
    if operator == "is_null":
        return _flag(values[0]) if values else True
    if not values:
        raise ValueError("is required")
    # One input may name several, with commas between them.
    several = operator in ("in", "not_in")
    words = [part.strip() for value in values for part in (value.split(",") if several else [value]) if part.strip()]
    read = [_typed(kind, word) for word in words]
    return read if several or operator == "between" else read[0]


def _typed(kind: Kind, word: str) -> Any:
    if isinstance(kind, Flag):
        return _flag(word)
    return _whole(word, -(2**62), 2**62) if isinstance(kind, Number) else word


def _flag(word: str) -> bool:
    known = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
    if word.lower() not in known:
        raise ValueError("must be yes or no")
    return known[word.lower()]


def _whole(word: str, least: int, most: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", word) or not least <= int(word) <= most:
        raise ValueError("must be a whole number" if most > 99 else f"must be a number from {least} to {most}")
    return int(word)


def _on_the_wall(part: str, zone: str) -> ColumnElement[int]:
    """A part of the start on the wall clock of `zone`: "isodow" (Monday is 1) or "hour"."""
    if matching.is_postgresql():
        return extract(part, func.timezone(zone, Interaction.start_datetime))
    return func.wall_part(Interaction.start_datetime, zone, part)  # ours (crm/database.py)


def _of_row(number: int, error: Exception) -> dict[str, str]:
    """What the engine says about one filter, under the names of its inputs."""
    if not isinstance(error, Invalid):
        return {f"v{number}": str(error)}
    letters = {"field": "f", "operator": "o", "value": "v"}
    return {f"{letters[where.rpartition('.')[2]]}{number}": sentence for where, sentence in error.details.items()}


def _order(sort: str) -> Order:
    """Raises Invalid on `sort`."""
    name = sort.removeprefix("-")
    if sort == "-when":
        return NEWEST
    if name not in SORTS and name not in FIELDS:
        raise Invalid({"sort": f"must be one of {', '.join(SORTS)}, with a - before it for descending"})
    return Order(SORTS[name]() if name in SORTS else FIELDS[name].key, descending=sort.startswith("-"))
