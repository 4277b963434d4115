"""What would become of a file, before anything is written; and afterwards, what was refused of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from crm.errors import Invalid
from crm.models import ContactImport
from crm.schemas.contacts import ContactNew
from crm.services.folding import fold
from crm.services.imports.contact_columns import known_columns
from crm.services.imports.contacts import CALLED, owners_of, read_rows, validated
from crm.services.imports.known import Known, KnownContacts
from crm.services.imports.report import Report, reason
from crm.services.imports.rows import Refused, Unreadable
from crm.services.imports.tables import Record, Table
from crm.services.imports.text import open_text
from crm.services.members import Member

LOOKED_AT = 500
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """One row: the contact it would make, or complete (`known`: that one; `again`: the row of the file before that makes it),
    or why it is refused, and what name stands in it."""

    number: int
    new: ContactNew | None = None
    known: Known | None = None
    again: int | None = None
    problem: str | None = None
    name: str = ""


@dataclass(slots=True)
class Preview:
    """The first rows of a file, counted: `fresh` are new, `there` are known to the site, `again` stand in the file before."""

    looked_at: int = 0
    fresh: int = 0
    there: int = 0
    again: int = 0
    refused: int = 0
    first: list[Seen] = field(default_factory=list)
    duplicates: list[Seen] = field(default_factory=list)
    problems: list[Seen] = field(default_factory=list)
    trouble: str | None = None

    @property
    def people(self) -> int:
        """How many contacts the rows that were looked at would make or complete."""
        return self.fresh + self.there


def preview(member: Member, row: ContactImport) -> Preview:
    """The first 500 rows as they would be taken. Nothing is written."""
    made = Preview()
    if row.content is None:
        return made
    report = Report()
    try:
        with open_text(row.content) as text:
            rows = list(islice(read_rows(text.stream, report, row.columns), LOOKED_AT))
    except Unreadable as error:
        made.trouble = error.message
        return made
    owners = owners_of(member)
    seen: list[Seen] = []
    for one in rows:
        if isinstance(one, Refused):
            seen.append(Seen(one.number, problem=one.reason))
            continue
        try:
            seen.append(Seen(one.number, validated(member, one, owners, report)))
        except Invalid as error:
            seen.append(Seen(one.number, problem=reason(error, CALLED), name=str(one.values.get("name", ""))))
    _judge(member, seen, made)
    return made


def _judge(member: Member, seen: list[Seen], made: Preview) -> None:
    good = [one.new for one in seen if one.new]
    known = KnownContacts(
        member,
        addresses=[address for new in good for address in new.emails or []],
        names=[new.name for new in good if not new.emails],
    )
    before: dict[str, int] = {}
    for one in seen:
        made.looked_at += 1
        if one.new is None:
            made.refused += 1
            made.problems.append(one)
        else:
            new = one.new
            found = known.duplicate(new.name, new.company, new.emails or [], new.phones or [])
            keys = {address.casefold() for address in new.emails or []} or {f"{fold(new.name)}\n{fold(new.company)}"}
            if found:
                made.there += 1
                one = Seen(one.number, new, known=found)
                made.duplicates.append(one)
            elif keys & before.keys():
                made.again += 1
                one = Seen(one.number, new, again=min(before[key] for key in keys & before.keys()))
            else:
                made.fresh += 1
            before = dict.fromkeys(keys, one.again or one.number) | before
        if len(made.first) < SHOWN:
            made.first.append(one)


def refused_rows(row: ContactImport) -> Iterator[str]:
    """CSV of what was refused, with the reason: of a table its own columns, to be corrected and imported again."""
    reasons = {number: (said, raw) for number, said, raw in row.refused}
    if row.columns is None or row.content is None:
        yield "\ufeff" + _line([row.unit, "problem", "what stood there"])
        yield from (_line([str(number), said, raw]) for number, (said, raw) in reasons.items())
        return
    with open_text(row.content) as text:
        table = Table(text.stream, known_columns)
        names = list(dict.fromkeys(table.header))
        yield "\ufeff" + _line([*names, "import problem", "import row"])
        for record in table:
            if record.number in reasons:
                cells = [record.cells.get(name, "") for name in names] if isinstance(record, Record) else [record.raw]
                cells += [""] * (len(names) - len(cells))
                yield _line([*cells, reasons[record.number][0], str(record.number)])


def _line(values: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{value}" if value.startswith(("=", "@")) else value for value in values])
    return out.getvalue()
