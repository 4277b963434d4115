"""Typed filters over every field of an interaction (one-contract.md, "Search").

Each kind of field reads a value and says when a row equals it, is below it, is above it (services/fields.py); the operators
follow from these. A field that is null is not equal to any value, so `neq` and `not_in` find it; no other operator but
`is_null` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from crm.errors import Invalid, Problems
from crm.schemas.search import AdvancedSearch, Filter
from crm.services.fields import FIELDS, Condition, Kind, flag

MOST_VALUES = 100


def read(asked: AdvancedSearch, zone: str) -> tuple[list[Condition], ColumnElement[Any] | None]:
    """The conditions that `asked` names, and what it wants to be sorted by. Days, and times without an offset, are of `zone`.

    Raises Invalid on such as `filters[1].operator`, with all that is wrong at once.
    """
    conditions, problems = [], Problems()
    for position, filter in enumerate(asked.filters):
        with problems:
            conditions.append(condition(filter, zone, f"filters[{position}]"))
    with problems:
        order = _kind(asked.sort.field, "sort.field").key if asked.sort else None
    problems.check()
    return conditions, order


def condition(filter: Filter, zone: str, where: str) -> Condition:
    """Raises Invalid on such as `where.operator`."""
    kind = _kind(filter.field, f"{where}.field")
    if filter.operator not in kind.operators:
        raise Invalid({f"{where}.operator": f"does not go with this field; these do: {', '.join(kind.operators)}"})
    try:
        return _OPERATORS[filter.operator](kind, filter.value, zone)
    except ValueError as error:
        raise Invalid({f"{where}.value": str(error)}) from None


def _kind(field: str, where: str) -> Kind:
    if field not in FIELDS:
        raise Invalid({where: "is not a field of this resource"})
    return FIELDS[field]


def _either(kind: Kind, values: list[Any], zone: str) -> Condition:
    return kind.is_one_of([kind.read(value, zone) for value in values])


def _other(kind: Kind, condition: Condition) -> Condition:
    return or_(kind.is_null(), not_(condition))


def _between(kind: Kind, value: Any, zone: str) -> Condition:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("must be a list of two: the least and the greatest that are meant")
    least, greatest = (kind.read(edge, zone) for edge in value)
    return and_(not_(kind.below(least)), not_(kind.above(greatest)))


# What is not below and not above a null is null, which is no match.
_OPERATORS: dict[str, Callable[[Kind, Any, str], Condition]] = {
    "eq": lambda kind, value, zone: kind.equals(kind.read(value, zone)),
    "neq": lambda kind, value, zone: _other(kind, kind.equals(kind.read(value, zone))),
    "gt": lambda kind, value, zone: kind.above(kind.read(value, zone)),
    "gte": lambda kind, value, zone: not_(kind.below(kind.read(value, zone))),
    "lt": lambda kind, value, zone: kind.below(kind.read(value, zone)),
    "lte": lambda kind, value, zone: not_(kind.above(kind.read(value, zone))),
    "contains": lambda kind, value, _zone: kind.contains(kind.read_part(value)),
    "starts_with": lambda kind, value, _zone: kind.starts_with(kind.read_part(value)),
    "in": lambda kind, value, zone: _either(kind, _list(value), zone),
    "not_in": lambda kind, value, zone: _other(kind, _either(kind, _list(value), zone)),
    "between": _between,
    "is_null": lambda kind, value, _zone: kind.is_null() if value is None or flag(value) else not_(kind.is_null()),
}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
        raise ValueError(f"must be a list of 1 to {MOST_VALUES} values")
    return value
