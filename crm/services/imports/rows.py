"""What the readers hand on: rows that were read, rows that could not be, and the refusal of a whole file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crm.errors import CrmError


class Unreadable(CrmError):
    """Nothing of the file can be used: it is no text, or no table, or has no column that is understood."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact or interaction as the file has it: field names are ours, the values are not validated yet.

    `number` is where a person finds it: the row a spreadsheet shows (the header is row 1), or a vCard's first line.
    `external_id` is the name that the other system has for it, where the file tells.
    """

    number: int
    values: Mapping[str, object]
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be imported. `reason` is a sentence for a person; `raw` the beginning of what stood there."""

    number: int
    reason: str
    raw: str = ""


RAW_LENGTH = 200


def excerpt(raw: str) -> str:
    """The beginning of a row on one line, for the report."""
    line = " ".join(raw[: RAW_LENGTH * 2].split())
    return line if len(line) <= RAW_LENGTH else line[: RAW_LENGTH - 1] + "…"
