"""What the columns of contact exports mean.

Google Contacts as it exported until 2024 ("Given Name", "Group Membership", "Organization 1 - Name") and since ("First
Name", "Labels", "Organization Name"); Outlook in English and German; HubSpot; and our own plain names. One map serves all:
their names do not contradict each other, but for "Title" (see `ContactColumns`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crm.services.imports.columns import plain, recognised, require, split_list, unique
from crm.services.imports.rows import Refused, Row
from crm.services.imports.tables import Record, Table

# Targets that take one value (the first column that has one) and, with "*", every value of every column.
COLUMNS: dict[str, str] = {
    # ours
    "name": "name",
    "emails": "emails*",
    "phones": "phones*",
    "company": "company",
    "job title": "job_title",
    "tags": "tags*",
    "notes": "notes",
    "owner": "owner",
    "keep in touch days": "keep_in_touch_days",
    "external id": "external_id",
    # plain ones, as people write them
    "full name": "name",
    "display name": "name",
    "contact": "name",
    "contact name": "name",
    "email": "emails*",
    "email address": "emails*",
    "mail": "emails*",
    "phone": "phones*",
    "telephone": "phones*",
    "mobile": "phones*",
    "cell phone": "phones*",
    "organization": "company",
    "organisation": "company",
    "position": "job_title",
    "role": "job_title",
    "title": "title",
    "tag": "tags*",
    "note": "notes",
    "comments": "notes",
    # Google Contacts (old | new)
    "given name": "first",
    "first name": "first",
    "additional name": "middle",
    "middle name": "middle",
    "family name": "last",
    "last name": "last",
    "name prefix": "prefix",
    "name suffix": "suffix",
    "file as": "file_as",
    "nickname": "nickname",
    "organization name": "company",
    "organization title": "job_title",
    "group membership": "groups*",
    "labels": "groups*",
    # Outlook
    "suffix": "suffix",
    "business phone": "phones*",
    "home phone": "phones*",
    "mobile phone": "phones*",
    "primary phone": "phones*",
    "other phone": "phones*",
    "company main phone": "phones*",
    "car phone": "phones*",
    "categories": "tags*",
    # Outlook, German
    "vorname": "first",
    "weitere vornamen": "middle",
    "nachname": "last",
    "firma": "company",
    "email-adresse": "emails*",
    "telefon geschäftlich": "phones*",
    "telefon firma": "phones*",
    "telefon (privat)": "phones*",
    "telefon privat": "phones*",
    "mobiltelefon": "phones*",
    "haupttelefon": "phones*",
    "weiteres telefon": "phones*",
    "autotelefon": "phones*",
    "kategorien": "tags*",
    "notizen": "notes",
    # HubSpot
    "record id": "external_id",
    "contact id": "external_id",
    "phone number": "phones*",
    "mobile phone number": "phones*",
    "additional email addresses": "emails*",
    "company name": "company",
    "associated company": "associated_company",
    "associated company (primary)": "associated_company",
    "primary associated company": "associated_company",
    "contact owner": "owner",
    "lifecycle stage": "tags*",
}
# The numbered ones: Google's "E-mail 2 - Value", Outlook's "E-mail 2 Address", "E-Mail 2: Adresse" and "Business Phone 2".
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"email \d+ - value"), "emails*"),
    (re.compile(r"phone \d+ - value"), "phones*"),
    (re.compile(r"organization \d+ - name"), "company"),
    (re.compile(r"organization \d+ - title"), "job_title"),
    (re.compile(r"email \d+ address"), "emails*"),
    (re.compile(r"email \d+: adresse"), "emails*"),
    (re.compile(r"email \d+"), "emails*"),
    (re.compile(r"(phone|home phone|business phone|mobile phone|mobiltelefon|telefon geschäftlich) \d+"), "phones*"),
    (re.compile(r"telefon \(privat \d+\)"), "phones*"),
)
UNDERSTOOD = (
    *("name", "emails", "phones", "company", "job_title", "tags", "notes", "owner", "keep_in_touch_days"),
    "and the columns of Google Contacts, Outlook (English, German) and HubSpot",
)

NAMELESS = "it has no name, no company, no e-mail address and no phone number"

# Google's separator of several values in one cell.
GOOGLE_SEPARATOR = " ::: "
# Groups that Google keeps itself, in the export's spelling: only the three of them that say something become tags.
GOOGLE_TAGS = frozenset({"friends", "family", "coworkers"})


@dataclass(frozen=True, slots=True)
class ContactColumns:
    """The meaning of one file's header: column → target."""

    targets: Mapping[str, str]

    @classmethod
    def of(cls, header: Sequence[str]) -> ContactColumns:
        """Raises Unreadable where no column is understood, or none that could name a contact."""
        columns = recognised(header, known)
        # Outlook's "Title" is "Dr." and stands beside "Job Title"; elsewhere (Salesforce, LinkedIn) it is the job.
        job_title_elsewhere = "job_title" in columns.values()
        targets = {
            name: "job_title" if target == "title" else target
            for name, target in columns.items()
            if target != "title" or not job_title_elsewhere
        }
        naming = {"name", "first", "last", "emails*", "phones*", "company", "file_as", "nickname"}
        named = targets if naming.intersection(targets.values()) else {}
        require(header, named, UNDERSTOOD, "A contact needs a column with its name, an e-mail address or a phone number.")
        return cls(targets)

    def row(self, record: Record) -> Row | Refused:
        """The contact of one record: name, emails, phones, company, job_title, tags, notes, owner, keep_in_touch_days."""
        single: dict[str, str] = {}
        several: dict[str, list[str]] = {"emails": [], "phones": [], "tags": [], "groups": []}
        for column, cell in record.cells.items():
            target = self.targets.get(column)
            if target is None:
                continue
            if target.endswith("*"):
                several[target[:-1]].extend(_values(cell, target))
            else:
                single.setdefault(target, cell)
        values = contact_values(
            name=single.get("name"),
            parts=[single.get(part) for part in ("prefix", "first", "middle", "last", "suffix")],
            aliases=[single.get("file_as"), single.get("nickname")],
            company=single.get("company") or single.get("associated_company"),
            emails=several["emails"],
            phones=several["phones"],
            tags=[*several["tags"], *google_tags(several["groups"])],
            job_title=single.get("job_title"),
            notes=single.get("notes"),
        )
        if "name" not in values:
            return Refused(record.number, NAMELESS, record.raw)
        for key in ("owner", "keep_in_touch_days"):
            if key in single:
                values[key] = single[key]
        return Row(record.number, values, single.get("external_id"))


def known(name: str) -> str | None:
    """The target of a column, by its `plain` name."""
    if target := COLUMNS.get(name):
        return target
    return next((target for pattern, target in PATTERNS if pattern.fullmatch(name)), None)


def known_columns(header: Sequence[str]) -> int:
    return sum(known(plain(name)) is not None for name in header)


def read_contacts(table: Table, targets: Mapping[str, str] | None = None) -> Iterator[Row | Refused]:
    """The contacts of a CSV file, one a record; `targets` say what its columns mean, where somebody has chosen. Raises
    Unreadable where no column is understood."""
    columns = ContactColumns(targets) if targets else ContactColumns.of(table.header)
    for record in table:
        yield columns.row(record) if isinstance(record, Record) else record


def contact_values(
    *,
    name: str | None,
    parts: Sequence[str | None],
    aliases: Sequence[str | None],
    company: str | None,
    emails: Sequence[str],
    phones: Sequence[str],
    tags: Sequence[str],
    job_title: str | None,
    notes: str | None,
) -> dict[str, object]:
    """A contact's values without the empty ones; the readers of CSV and vCard both end here.

    A contact without a name of its own goes by what the exporting program shows for it: an alias, the company, the e-mail
    address, the phone number. `parts` are those of a name, in the order in which they are said. No name at all: no "name".
    """
    addresses = unique([address for value in emails if (address := _address(value))])
    numbers = unique([" ".join(number.split()) for number in phones])
    whole = " ".join(part.strip() for part in parts if part and part.strip())
    choices = (name, whole, *aliases, company, *addresses, *numbers)
    shown = next((" ".join(choice.split()) for choice in choices if choice and choice.strip()), None)
    values: dict[str, object] = {
        "name": shown,
        "emails": addresses,
        "phones": numbers,
        "company": company,
        "job_title": job_title,
        "tags": unique([tag.strip() for tag in tags if tag.strip()]),
        "notes": notes,
    }
    return {key: value for key, value in values.items() if value}


def google_tags(groups: Iterable[str]) -> Iterator[str]:
    """Google's labels as tags. "* myContacts" and its kind are Google's own housekeeping."""
    for group in groups:
        own = group.removeprefix("* ").strip()
        if own in GOOGLE_TAGS or not (group.startswith("*") or own == "myContacts"):
            yield own


def _values(cell: str, target: str) -> list[str]:
    parts = [part.strip() for part in cell.split(GOOGLE_SEPARATOR)]
    if target in ("emails*", "tags*"):
        parts = [value for part in parts for value in split_list(part)]
    elif target == "phones*":
        # ";" separates numbers, but also begins the extension in "+1 555 0100;ext=12".
        parts = [value for part in parts for value in re.split(r"\n|;(?!\s*ext)", part)]
    return [part for part in parts if part.strip()]


def _address(value: str) -> str | None:
    """An e-mail address as exports write it. Outlook's for colleagues in Exchange ("/o=ExchangeLabs/…") is none."""
    address = value.strip().removeprefix("mailto:").strip()
    return None if address.casefold().startswith(("/o=", "ex:/o=")) else address or None
