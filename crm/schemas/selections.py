"""What a person picks out of the site's interactions, as the address of a list has it. A link, a bookmark and a saved view are
this text; what it means, and whether it fits the fields, services/selections.py says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

LONGEST = 4000  # characters of a query string
MOST_ROWS = 20  # AdvancedSearch takes as many filters
MOST_VALUES = 50
NEWEST = "-when"

# The simple filters, in the order in which they are shown; of some there may be several values.
NAMES = (
    "type",
    "contact",
    "lead",
    "from",
    "to",
    "duration_from",
    "duration_to",
    "mood",
    "topic",
    "medium",
    "location",
    "source",
    "follow_up",
    "created_by",
    "planned",
    "weekday",
    "hour",
)
SEVERAL = {"type", "mood", "topic", "source"}

_NUMBERED = re.compile(r"([fov])([0-9]{1,3})")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A filter with any field and operator: `f1=lead&o1=contains&v1=ada`. `number` is its place among what was sent."""

    number: int
    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """`q` is text that is searched for, `values` the simple filters, `rows` the others, `sort` a column, with a - before it
    for descending."""

    q: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    sort: str = NEWEST

    @property
    def is_everything(self) -> bool:
        return not (self.q or self.values or self.rows)

    def pairs(self) -> list[Pair]:
        """The parameters of its address, always in the same order, the rows counted from 1."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in NAMES for value in self.values.get(name, ())]
        for number, row in enumerate(self.rows, 1):
            pairs += [(f"f{number}", row.field), (f"o{number}", row.operator)]
            pairs += [(f"v{number}", value) for value in row.values]
        return pairs + ([("sort", self.sort)] if self.sort != NEWEST else [])

    def query(self) -> str:
        return urlencode(self.pairs())

    def without(self, name: str, value: str | None = None) -> Selection:
        """Without the filter `name`, or without one value of it. "q" and "f2" (a row) are names, too."""
        if name == "q":
            return replace(self, q="")
        if _NUMBERED.fullmatch(name):
            return replace(self, rows=tuple(row for row in self.rows if f"f{row.number}" != name))
        left = tuple(one for one in self.values.get(name, ()) if value is not None and one != value)
        others = {other: values for other, values in self.values.items() if other != name}
        return replace(self, values=others | ({name: left} if left else {}))

    def sorted_by(self, sort: str) -> Selection:
        return replace(self, sort=sort)


def read(pairs: Iterable[Pair]) -> Selection:
    """The selection that these parameters name. Others, and empty ones, are left out."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    values = {
        name: tuple(dict.fromkeys(given[name]))[:MOST_VALUES] if name in SEVERAL else (given[name][-1],)
        for name in NAMES
        if name in given
    }
    return Selection(given.get("q", [""])[-1], values, _rows(given), given.get("sort", [NEWEST])[-1])


def parse(query: str) -> Selection:
    """The selection of a query string."""
    return read(parse_qsl(query[:LONGEST].lstrip("?")))


def _rows(given: Mapping[str, list[str]]) -> tuple[Row, ...]:
    numbers = sorted({int(found[2]) for name in given if (found := _NUMBERED.fullmatch(name)) and found[1] == "f"})
    return tuple(
        Row(
            number,
            given[f"f{number}"][-1],
            given.get(f"o{number}", [""])[-1],
            tuple(given.get(f"v{number}", ())[:MOST_VALUES]),
        )
        for number in numbers[:MOST_ROWS]
    )
