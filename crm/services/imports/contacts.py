"""Importing contacts: every row that is right, once, however often the file is imported.

A row whose contact is there already adds nothing and overwrites nothing; it may complete what is empty there, and add
addresses and numbers that are nobody else's. What decides whether a contact is there: `KnownContacts.duplicate`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.errors import CrmError, Invalid
from crm.extensions import db
from crm.models import Contact
from crm.schemas.base import read
from crm.schemas.contacts import ContactEdit, ContactNew, phone_digits
from crm.services import contacts, sites
from crm.services.imports.contact_columns import known_columns, read_contacts
from crm.services.imports.known import KnownContacts
from crm.services.imports.report import Progress, Report, batches, plan_anew
from crm.services.imports.rows import Refused, Row
from crm.services.imports.tables import Table
from crm.services.imports.text import Source, open_text
from crm.services.imports.vcards import BEGIN, read_vcards
from crm.services.members import Member, require_write

# What a row may complete, besides addresses and numbers.
COMPLETED = ("company", "job_title", "notes", "keep_in_touch_days", "tags")

# What a refusal calls the fields: whoever reads it has a file in front of them, not our tables.
CALLED = {
    "name": "Name",
    "emails": "E-mail",
    "phones": "Phone",
    "company": "Company",
    "job_title": "Job title",
    "tags": "Tags",
    "notes": "Notes",
    "owner_id": "Owner",
    "keep_in_touch_days": "Keep in touch",
}


def import_contacts(member: Member, source: Source, *, encoding: str | None = None, progress: Progress | None = None) -> Report:
    """Imports a CSV or vCard file, which is told by what stands in it, into the member's site.

    The rows are added and flushed, in the caller's transaction: who rolls it back has made a dry run. Rows that break a
    rule are in the report's `refused`, with the rest imported. Raises Unreadable, Forbidden.
    """
    require_write(member)
    report = Report()
    owners = owners_of(member)
    with open_text(source, encoding) as text:
        rows = read_rows(text.stream, report)
        for batch in batches(rows):
            import_batch(member, batch, owners, report)
            db.session.flush()
            plan_anew()
            if progress:
                progress(text.position, text.size)
    report.refused.sort(key=attrgetter("number"))
    return report


def read_rows(stream: Iterator[str], report: Report, targets: Mapping[str, str] | None = None) -> Iterator[Row | Refused]:
    """The rows of a file of either kind; `targets` say what the columns of a table mean, where somebody has chosen."""
    head: list[str] = []
    for line in stream:
        head.append(line)
        if line.strip():
            break
    lines = chain(head, stream)
    if head and BEGIN.match(head[-1]):
        report.unit = "line"
        return read_vcards(lines)
    return read_contacts(Table(lines, known_columns), targets)


def owners_of(member: Member) -> dict[str, int | None]:
    """The site's people by address and by name, casefolded. None: several have that name."""
    people = sites.colleagues(member)
    owners: dict[str, int | None] = {}
    for user in people:
        name = " ".join(user.name.casefold().split())
        owners[name] = None if name in owners else user.id
    return owners | {user.email: user.id for user in people}


def import_batch(member: Member, batch: list[Row | Refused], owners: dict[str, int | None], report: Report) -> None:
    """Writes some rows, and what became of them into the report."""
    valid: list[tuple[int, ContactNew]] = []
    for row in batch:
        if isinstance(row, Refused):
            report.refused.append(row)
            continue
        try:
            valid.append((row.number, validated(member, row, owners, report)))
        except Invalid as error:
            report.refuse(row.number, error, CALLED)
    known = KnownContacts(
        member,
        addresses=[address for _, new in valid for address in new.emails or []],
        names=[new.name for _, new in valid if not new.emails],
    )
    found = [_duplicate(known, new) for _, new in valid]
    present = _load({contact_id for contact_id in found if contact_id})
    for number, new in valid:
        try:
            # An error in the middle of a row takes back that row alone.
            with db.session.begin_nested():
                _import_row(member, new, known, present, report)
        except CrmError as error:
            report.refuse(number, error, CALLED)


def validated(member: Member, row: Row, owners: dict[str, int | None], report: Report) -> ContactNew:
    """A row by the contact's schema. Raises Invalid."""
    values = dict(row.values)
    days = values.get("keep_in_touch_days")
    if isinstance(days, str) and days.isdecimal() and len(days) < 10:
        values["keep_in_touch_days"] = int(days)
    if owner := str(values.pop("owner", "")):
        owner_id = owners.get(" ".join(owner.casefold().split()))
        if owner_id is None:
            report.notes[f"The owner “{owner}” is nobody in {member.site_name}: the contact is {member.name}’s."] += 1
        else:
            values["owner_id"] = owner_id
    try:
        return read(ContactNew, values)
    except Invalid as error:
        if "keep_in_touch_days" in error.details and isinstance(values["keep_in_touch_days"], str):
            raise Invalid(error.details | {"keep_in_touch_days": f"“{days}” is not a number of days"}) from None
        raise


def _import_row(member: Member, new: ContactNew, known: KnownContacts, present: dict[int, Contact], report: Report) -> None:
    contact_id = _duplicate(known, new)
    if contact_id is None:
        contact = contacts.add(member, new)
        known.add(contact)
        report.added += 1
        return
    # One that an earlier row of this batch added is not among those loaded before.
    contact = present.get(contact_id) or contacts.get(member, contact_id)
    missing = _missing(contact, new, known)
    if missing and not member.may_edit(contact):
        report.notes["The contact is not yours to change: what the row could complete was left out."] += 1
        missing = {}
    if not missing:
        report.unchanged += 1
        return
    known.add(contacts.edit(member, contact_id, read(ContactEdit, missing)))
    report.updated += 1


def _duplicate(known: KnownContacts, new: ContactNew) -> int | None:
    found = known.duplicate(new.name, new.company, new.emails or [], new.phones or [])
    return found.id if found else None


def _load(ids: Collection[int]) -> dict[int, Contact]:
    """The contacts of these ids, with their addresses and numbers, in three queries."""
    query = select(Contact).where(Contact.id.in_(ids)).options(selectinload(Contact.emails), selectinload(Contact.phones))
    return {contact.id: contact for contact in db.session.scalars(query)} if ids else {}


def _missing(contact: Contact, new: ContactNew, known: KnownContacts) -> dict[str, object]:
    """What the row has and the contact has not: the changes to make, none where there is nothing to add."""
    missing: dict[str, object] = {
        name: value for name in COMPLETED if (value := getattr(new, name)) and not getattr(contact, name)
    }
    addresses = [address for address in map(str, new.emails or []) if address.casefold() not in known.by_address]
    if addresses:
        missing["emails"] = [email.address for email in contact.emails] + addresses
    digits = {phone.number_key for phone in contact.phones}
    numbers = [number for number in map(str, new.phones or []) if phone_digits(number) not in digits]
    if numbers:
        missing["phones"] = [phone.number for phone in contact.phones] + numbers
    return missing
