"""What became of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy import text

from crm.errors import CrmError, Invalid
from crm.extensions import db
from crm.services.imports.rows import Refused

T = TypeVar("T")

# Told from time to time how many bytes of how many are done.
Progress = Callable[[int, int], None]

BATCH = 500
# "item 1 “foo@” is not an e-mail address": the value itself says which one is meant.
ITEM = re.compile(r"^item \d+ (?=“)")


@dataclass(slots=True)
class Report:
    """Each row of the file counts once: `added`, `updated` (it completed what was there), `unchanged` (all of it was there
    already) or `refused`. `notes` says what else a person should know, and how often it happened."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    unit: str = "row"  # what the numbers of the refused count: "row" of a table, "line" of a vCard file

    def refuse(self, number: int, error: CrmError | str, fields: Mapping[str, str] | None = None) -> None:
        """Notes a row as refused. `fields` are the names that the file has for the fields of an Invalid."""
        self.refused.append(Refused(number, error if isinstance(error, str) else reason(error, fields or {})))

    def __str__(self) -> str:
        return f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged, {len(self.refused)} refused"


def reason(error: CrmError, fields: Mapping[str, str]) -> str:
    """Why the services refused a row: all its fields' sentences in one line."""
    if not isinstance(error, Invalid):
        return error.message
    return "; ".join(f"{fields.get(name, name)}: {ITEM.sub('', problem)}" for name, problem in error.details.items())


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """`items` in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def plan_anew() -> None:
    """Makes PostgreSQL plan its prepared statements for the tables as they now are. It keeps the plans it made when they
    were small, and no statistics come to change its mind while this transaction lasts: with 10,000 rows it would read the
    table from end to end for each (34 rows/s instead of 200)."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("DISCARD PLANS"))
