"""What the columns of interaction tables mean: our own, and the words that calendars and other programs use for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.services.imports.columns import plain, recognised, require, split_list
from crm.services.imports.moments import DayOrder, read_day, read_flag, read_minutes, read_moment
from crm.services.imports.rows import Refused, Row
from crm.services.imports.tables import Record, Table

COLUMNS: dict[str, str] = {
    "date": "start",
    "start": "start",
    "start date": "start",
    "start datetime": "start",
    "datetime": "start",
    "when": "start",
    "activity date": "start",
    "datum": "start",
    "beginnt am": "start",
    "time": "start_time",
    "start time": "start_time",
    "uhrzeit": "start_time",
    "beginnt um": "start_time",
    "end": "end",
    "end date": "end",
    "end datetime": "end",
    "endet am": "end",
    "end time": "end_time",
    "endet um": "end_time",
    "type": "type",
    "interaction type": "type",
    "activity type": "type",
    "kind": "type",
    "art": "type",
    "contact": "contact",
    "contact name": "contact",
    "name": "contact",
    "with": "contact",
    "kontakt": "contact",
    "contact email": "contact_email",
    "email": "contact_email",
    "email address": "contact_email",
    "title": "title",
    "subject": "title",
    "betreff": "title",
    "duration": "duration",
    "duration (minutes)": "duration",
    "duration minutes": "duration",
    "duration (min)": "duration",
    "minutes": "duration",
    "dauer": "duration",
    "location": "location",
    "place": "location",
    "ort": "location",
    "medium": "medium",
    "channel": "medium",
    "topics": "topics_discussed",
    "topics discussed": "topics_discussed",
    "themen": "topics_discussed",
    "description": "description",
    "beschreibung": "description",
    "notes": "notes",
    "note": "notes",
    "notizen": "notes",
    "sentiment": "sentiment",
    "lead": "lead",
    "owner": "lead",
    "logged by": "lead",
    "follow up needed": "follow_up_needed",
    "follow-up needed": "follow_up_needed",
    "follow up": "follow_up_needed",
    "follow up due": "follow_up_due",
    "follow-up due": "follow_up_due",
    "due": "follow_up_due",
    "follow up notes": "follow_up_notes",
    "follow-up notes": "follow_up_notes",
    "timezone": "timezone",
    "time zone": "timezone",
    "external id": "external_id",
    "record id": "external_id",
    "activity id": "external_id",
    "id": "external_id",
    "uid": "external_id",
}
UNDERSTOOD = (
    *("date", "time", "end", "type", "contact", "contact_email", "title", "duration (minutes)", "location", "medium"),
    *("topics (a; b)", "description", "notes", "sentiment", "lead", "follow_up_needed", "follow_up_due", "follow_up_notes"),
    *("timezone", "external_id"),
)
# The targets whose cells are not taken over as they are.
TIMES = frozenset({"start", "start_time", "end", "end_time", "duration", "follow_up_due"})
READ = TIMES | {"follow_up_needed", "topics_discussed", "type", "external_id"}
# What other programs call a type of ours.
TYPES = {
    "phone": "call",
    "phone call": "call",
    "telephone": "call",
    "anruf": "call",
    "telefonat": "call",
    "e-mail": "email",
    "mail": "email",
    "sms": "message",
    "chat": "message",
    "whatsapp": "message",
    "nachricht": "message",
    "appointment": "meeting",
    "treffen": "meeting",
    "besprechung": "meeting",
    "termin": "meeting",
    "kaffee": "coffee",
    "mittagessen": "lunch",
    "konferenz": "conference",
    "note": "other",
    "task": "other",
    "notiz": "other",
}


@dataclass(frozen=True, slots=True)
class InteractionColumns:
    """The meaning of one file's header: column → target. `order` is that of day and month in dates with slashes."""

    targets: Mapping[str, str]
    order: DayOrder | None = None

    @classmethod
    def of(cls, header: Sequence[str], order: DayOrder | None = None) -> InteractionColumns:
        """Raises Unreadable where no column is understood, or there is none with a date."""
        columns = recognised(header, known)
        dated = columns if "start" in columns.values() else {}
        require(header, dated, UNDERSTOOD, "An interaction needs a column with its date.")
        return cls(columns, order)

    def row(self, record: Record) -> Row | Refused:
        """The interaction of one record, with the names of the interaction schema, and `contact` and `contact_email`.

        Dates are datetimes (naive where the table has no offset) and days, the duration is in minutes. All that cannot be
        read is named in one refusal.
        """
        cells: dict[str, str] = {}
        names: dict[str, str] = {}
        for column, cell in record.cells.items():
            if target := self.targets.get(column):
                cells.setdefault(target, cell)
                names.setdefault(target, column)
        values: dict[str, object] = {target: cell for target, cell in cells.items() if target not in READ}
        problems: dict[str, str] = {}
        if "start" not in cells:
            problems["date"] = "is required"
        for target in ("start", "end", "duration", "follow_up_needed", "follow_up_due"):
            if target in cells:
                try:
                    values[target] = self._value(target, cells)
                except ValueError as error:
                    problems[names[target]] = str(error)
        if "topics_discussed" in cells:
            values["topics_discussed"] = split_list(cells["topics_discussed"])
        word = cells.get("type", "other").casefold()
        values["type"] = TYPES.get(word, word)
        if problems:
            reason = "; ".join(f"{name}: {problem}" for name, problem in problems.items())
            return Refused(record.number, reason, record.raw)
        for target, name in (("start", "start_datetime"), ("end", "end_datetime")):
            if target in values:
                values[name] = values.pop(target)
        return Row(record.number, values, cells.get("external_id"))

    def _value(self, target: str, cells: Mapping[str, str]) -> object:
        cell = cells[target]
        match target:
            case "start":
                return read_moment(cell, self.order, cells.get("start_time"))
            case "end":
                return read_moment(cell, self.order, cells.get("end_time"))
            case "duration":
                return read_minutes(cell)
            case "follow_up_needed":
                return read_flag(cell)
            case _:
                return read_day(cell, self.order)


def known(name: str) -> str | None:
    """The target of a column, by its `plain` name."""
    return COLUMNS.get(name)


def known_columns(header: Sequence[str]) -> int:
    return sum(known(plain(name)) is not None for name in header)


def read_interactions(table: Table, order: DayOrder | None = None) -> Iterator[Row | Refused]:
    """The interactions of a CSV file, one a record. Raises Unreadable where no date column is understood."""
    columns = InteractionColumns.of(table.header, order)
    for record in table:
        yield columns.row(record) if isinstance(record, Record) else record
