"""Contacts as files: CSV as docs/import.md describes it, and vCards. Piece by piece, however many they are; what comes out
goes in again and adds nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Select
from sqlalchemy.orm import defer, joinedload, selectinload

from crm.extensions import db
from crm.models import Contact
from crm.services.contact_filters import Chosen, chosen
from crm.services.members import Member

BATCH = 500
COLUMNS = ("name", "emails", "phones", "company", "job_title", "tags", "notes", "owner", "keep_in_touch_days", "external_id")
# What a spreadsheet would take for a formula gets an apostrophe, which an import takes off again.
FORMULA = ("=", "@")
LONGEST_LINE = 75  # bytes of a vCard's line (RFC 6350 §3.2)


def as_csv(member: Member, which: Chosen) -> Iterator[str]:
    """A table of our own columns, by name. It begins with a byte order mark: Excel takes it for UTF-8 then.

    Raises Invalid at once, not with the first line.
    """
    return chain(["\ufeff" + _line(COLUMNS)], (_line(_cells(contact)) for contact in _contacts(member, which)))


def as_vcards(member: Member, which: Chosen, version: str = "4.0") -> Iterator[str]:
    """One card a contact: version 4.0 (RFC 6350), or 3.0 (RFC 2426) for what does not know it. Raises as `as_csv` does."""
    return (vcard(contact, version) for contact in _contacts(member, which))


def _cells(contact: Contact) -> tuple[str, ...]:
    return (
        contact.name,
        "; ".join(email.address for email in contact.emails),
        "; ".join(phone.number for phone in contact.phones),
        contact.company or "",
        contact.job_title or "",
        "; ".join(contact.tags),
        contact.notes or "",
        contact.owner.email if contact.owner else "",
        str(contact.keep_in_touch_days or ""),
        str(contact.uid),
    )


def vcard(contact: Contact, version: str = "4.0") -> str:
    first, _, last = contact.name.rpartition(" ")
    uid = f"urn:uuid:{contact.uid}"
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"UID:{uid}", f"FN:{_escaped(contact.name)}"]
    lines.append(f"N:{_escaped(last)};{_escaped(first)};;;")
    for number, email in enumerate(contact.emails):
        preferred = (";PREF=1" if version == "4.0" else ";TYPE=PREF") if number == 0 and len(contact.emails) > 1 else ""
        lines.append(f"EMAIL{preferred}:{_escaped(email.address)}")
    lines += [f"TEL{';VALUE=text' if version == '4.0' else ''};TYPE=voice:{_escaped(phone.number)}" for phone in contact.phones]
    if contact.company:
        lines.append(f"ORG:{_escaped(contact.company)}")
    if contact.job_title:
        lines.append(f"TITLE:{_escaped(contact.job_title)}")
    if contact.tags:
        lines.append(f"CATEGORIES:{','.join(map(_escaped, contact.tags))}")
    if contact.notes:
        lines.append(f"NOTE:{_escaped(contact.notes)}")
    stamp = contact.updated_at.strftime("%Y%m%dT%H%M%SZ" if version == "4.0" else "%Y-%m-%dT%H:%M:%SZ")
    lines += [f"REV:{stamp}", "END:VCARD"]
    return "".join(_folded(line) for line in lines)


def _contacts(member: Member, which: Chosen) -> Iterator[Contact]:
    query = chosen(member, which).options(
        selectinload(Contact.emails), selectinload(Contact.phones), joinedload(Contact.owner), defer(Contact.search_text)
    )
    return _in_batches(query)


def _in_batches(query: Select[Contact]) -> Iterator[Contact]:
    after: tuple[str, int] | None = None
    while some := db.session.scalars(_following(query, after).limit(BATCH)).all():
        yield from some
        after = (some[-1].name_key, some[-1].id)
        for contact in some:
            db.session.expunge(contact)
        if len(some) < BATCH:
            return


def _following(query: Select[Contact], after: tuple[str, int] | None) -> Select[Contact]:
    """From the index: page 200 costs what page 1 does."""
    if after:
        name, key = after
        query = query.where((Contact.name_key > name) | ((Contact.name_key == name) & (Contact.id > key)))
    return query.order_by(Contact.name_key, Contact.id)


def _line(values: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{value}" if value.startswith(FORMULA) else value for value in values])
    return out.getvalue()


def _escaped(text: str) -> str:
    """RFC 6350 §3.4"""
    for character in ("\\", ",", ";"):
        text = text.replace(character, "\\" + character)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 bytes, no character broken (RFC 6350 §3.2)."""
    parts, length = [], 0
    for character in line:
        size = len(character.encode())
        if length + size > LONGEST_LINE:
            parts.append("\r\n ")
            length = 1
        parts.append(character)
        length += size
    return "".join(parts) + "\r\n"
