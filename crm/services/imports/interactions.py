"""Importing interactions: every row that is right, once, however often the file is imported.

Each row has a stable key, kept as the interaction's external id (source "import"): the one that the file gives, or else one
made of the row's contact, start, type and title. A row whose key is there already adds nothing; neither does one whose
interaction was deleted since.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import select

from crm.errors import CrmError, Invalid
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.schemas.base import read
from crm.schemas.contacts import ContactNew, email_address
from crm.schemas.interactions import InteractionNew
from crm.services import contacts, interactions
from crm.services.imports.interaction_columns import known_columns, read_interactions
from crm.services.imports.known import Known, KnownContacts
from crm.services.imports.moments import DayOrder
from crm.services.imports.report import Progress, Report, batches, plan_anew
from crm.services.imports.rows import Refused, Row
from crm.services.imports.tables import Table
from crm.services.imports.text import Source, open_text
from crm.services.members import Member, require_write

SOURCE = "import"
LONGEST_ID = 300
# The names that the file has for the schema's fields.
FIELDS = {
    "start_datetime": "date",
    "end_datetime": "end",
    "topics_discussed": "topics",
    "contact_id": "contact",
    "emails": "contact_email",
    "name": "contact",
}


@dataclass(slots=True)
class _Import:
    """One file on its way in."""

    member: Member
    create_contacts: bool
    report: Report = field(default_factory=Report)
    # How often the same contact, start, type and title came before: two calls at 9:00 are two calls.
    occurrences: Counter[bytes] = field(default_factory=Counter)


def import_interactions(
    member: Member,
    source: Source,
    *,
    encoding: str | None = None,
    order: DayOrder | None = None,
    create_contacts: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Imports a CSV file into the member's site. `order` is that of day and month in dates with slashes; with
    `create_contacts`, a contact that the site does not have is added by the name and address of its first row.

    The rows are added and flushed, in the caller's transaction: who rolls it back has made a dry run. Rows that break a
    rule are in the report's `refused`, with the rest imported. Raises Unreadable, Forbidden.
    """
    require_write(member)
    job = _Import(member, create_contacts)
    with open_text(source, encoding) as text:
        rows = read_interactions(Table(text.stream, known_columns), order)
        for batch in batches(rows):
            _import_batch(job, batch)
            db.session.flush()
            plan_anew()
            if progress:
                progress(text.position, text.size)
    job.report.refused.sort(key=attrgetter("number"))
    return job.report


def _import_batch(job: _Import, batch: list[Row | Refused]) -> None:
    rows = [row for row in batch if isinstance(row, Row)]
    job.report.refused += [row for row in batch if isinstance(row, Refused)]
    known = KnownContacts(
        job.member,
        addresses=[address for row in rows if (address := _text(row, "contact_email"))],
        names=[name for row in rows if (name := _text(row, "contact"))],
    )
    keys = _keys(job, rows, known)
    present = _present(job.member, keys.values())
    for row in rows:
        try:
            # An error in the middle of a row takes back that row alone, and the contact that was added for it.
            with db.session.begin_nested():
                added = _import_row(job, row, known, present, keys.get(row.number))
        except CrmError as error:
            job.report.refuse(row.number, error, FIELDS)
        else:
            if added:
                known.add(added)
                job.report.notes[f"A contact was added to {job.member.site_name}."] += 1


def _import_row(job: _Import, row: Row, known: KnownContacts, present: set[str], key: str | None) -> Contact | None:
    """Logs a row's interaction, unless it is there. Returns the contact that had to be added for it. Raises Invalid."""
    who = _whom(job, row, known)
    added = None
    if who is None and _names_somebody(row):
        name, address = _text(row, "contact"), _text(row, "contact_email")
        added = contacts.add(job.member, read(ContactNew, {"name": name or address, "emails": [address] if address else []}))
    uid = added.uid if added else who.uid if who else None
    key = key or _key(job, row, uid)
    if key in present:
        job.report.unchanged += 1
        return added
    values = {name: value for name, value in row.values.items() if name not in ("contact", "contact_email")}
    if uid is not None:
        values["contact_id"] = uid
    interactions.log(job.member, read(InteractionNew, values), source=SOURCE, external_id=key)
    present.add(key)
    job.report.added += 1
    return added


def _whom(job: _Import, row: Row, known: KnownContacts) -> Known | None:
    """Whom a row is about: by address, or else by name. None: it names nobody, or somebody who is to be added.

    Raises Invalid.
    """
    address, name = _text(row, "contact_email"), _text(row, "contact")
    if found := known.by_address.get(address.casefold()):
        return found
    if address:
        try:
            email_address(address)
        except ValueError as error:
            raise Invalid({"emails": str(error)}) from error
    site = job.member.site_name
    namesakes = known.named(name) if name else []
    if len(namesakes) > 1:
        raise Invalid({"contact_id": f"{site} has {len(namesakes)} contacts named “{name}”: give the e-mail address"})
    if namesakes:
        return namesakes[0]
    if _names_somebody(row) and not job.create_contacts:
        hint = "import the contacts first, or use --create-contacts"
        raise Invalid({"contact_id": f"“{name or address}” is nobody in {site}: {hint}"})
    return None


def _names_somebody(row: Row) -> bool:
    return bool(_text(row, "contact") or _text(row, "contact_email"))


def _keys(job: _Import, rows: list[Row], known: KnownContacts) -> dict[int, str]:
    """The keys of the rows whose contact is there already; no other row can have been imported before."""
    keys: dict[int, str] = {}
    for row in rows:
        with contextlib.suppress(Invalid):  # Said when the row's turn comes.
            who = _whom(job, row, known)
            if who or row.external_id or not _names_somebody(row):
                keys[row.number] = _key(job, row, who.uid if who else None)
    return keys


def _key(job: _Import, row: Row, contact: UUID | None) -> str:
    """The row's external id. Raises Invalid where the one that the file gives is too long."""
    if row.external_id:
        if len(row.external_id) > LONGEST_ID:
            raise Invalid({"external_id": f"must have at most {LONGEST_ID} characters"})
        return row.external_id
    start = row.values["start_datetime"]
    written = start.isoformat() if isinstance(start, datetime) else start
    said = [job.member.site_id, contact or "", written, _text(row, "timezone"), row.values["type"], _text(row, "title")]
    digest = hashlib.sha256("\x1f".join(map(str, said)).encode()).digest()[:20]
    job.occurrences[digest] += 1
    return f"row:{digest.hex()}:{job.occurrences[digest]}"


def _present(member: Member, keys: Collection[str]) -> set[str]:
    """Which of `keys` the site has, those of deleted interactions included."""
    query = select(Interaction.external_id).where(
        Interaction.site_id == member.site_id, Interaction.source == SOURCE, Interaction.external_id.in_(keys)
    )
    return {key for key in db.session.scalars(query) if key}


def _text(row: Row, name: str) -> str:
    value: object = row.values.get(name, "")
    return value if isinstance(value, str) else ""
