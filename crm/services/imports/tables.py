"""CSV (RFC 4180, and what spreadsheets make of it) to records with their header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from crm.services.imports.rows import Refused, Unreadable, excerpt

DELIMITERS = (",", ";", "\t")
# Excel's own first line, which names the delimiter.
SEP_LINE = re.compile(r'^"?sep=(.)"?[\r\n]*$', re.IGNORECASE)
LINE_END = re.compile(r"\r\n?")
# Longer than any note a person writes. A quote that is never closed must not swallow the rest of a large file.
LONGEST_FIELD = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table, as cells under the header's names. Empty cells are left out."""

    number: int
    cells: dict[str, str]

    @property
    def raw(self) -> str:
        """The beginning of it, for the report."""
        return excerpt("; ".join(f"{name}: {cell}" for name, cell in self.cells.items()))


class Table:
    """A CSV file being read. `header` is there at once, iterating gives the records; rows that are none are `Refused`."""

    def __init__(self, lines: Iterable[str], known: Callable[[Sequence[str]], int]) -> None:
        """`known` says how many of a header's columns mean something: the delimiter is the one that gives most.

        Raises Unreadable where not even a header can be read.
        """
        csv.field_size_limit(LONGEST_FIELD)
        lines = iter(lines)
        first = _first_line(lines)
        if match := SEP_LINE.match(first):
            delimiter = match[1]
            first = _first_line(lines)
        else:
            delimiter = _delimiter(first, known)
        self.delimiter = delimiter
        # strict: text after a closing quote is an error, and not glued to the value.
        self._reader = csv.reader(chain(_lines(first), lines), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            self.header = tuple(cell.strip() for cell in next(self._reader))
        except csv.Error as error:
            raise Unreadable(f"The header cannot be read: {error}.") from error

    def __iter__(self) -> Iterator[Record | Refused]:
        # The number that a spreadsheet shows: a cell may have several lines, an empty row counts.
        number = 1
        while True:
            number += 1
            line = self._reader.line_num + 1
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Refused(number, f"the quotes are not in order from line {line} on ({error})")
                continue
            record = self._record(number, fields)
            if record is not None:
                yield record

    def _record(self, number: int, fields: list[str]) -> Record | Refused | None:
        raw = self.delimiter.join(fields)
        if not raw.strip(self.delimiter + " \t\r\n"):
            return None
        if any(field.strip() for field in fields[len(self.header) :]):
            there, meant = len(fields), len(self.header)
            reason = f"it has {there} fields, the header {meant}: a value with “{self.delimiter}” in it needs quotes"
            return Refused(number, reason, excerpt(raw))
        if "\0" in raw:
            return Refused(number, "it has a NUL character", excerpt(raw.replace("\0", "")))
        cells: dict[str, str] = {}
        for name, field in zip(self.header, fields, strict=False):
            if (value := field.strip()) and name not in cells:
                # Our own files put an apostrophe before what a spreadsheet would take for a formula.
                cells[name] = LINE_END.sub("\n", value[1:] if value.startswith(("'=", "'@")) else value)
        return Record(number, cells)


def _first_line(lines: Iterator[str]) -> str:
    """The first line with something in it, with the further ones where a quoted name goes over several."""
    for line in lines:
        if line.strip():
            while line.count('"') % 2 and (more := next(lines, "")):
                line += more
            return line
    raise Unreadable("The file is empty.")


def _delimiter(header: str, known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter under which most columns of the header are known, then the one with most columns at all."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            fields = next(csv.reader(_lines(header), delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            return -1, 0
        return known(fields), len(fields)

    return max(DELIMITERS, key=score)


def _lines(text: str) -> Iterator[str]:
    """csv counts the lines that it is given. (str.splitlines would also part them at a form feed.)"""
    return io.StringIO(text, newline="")
