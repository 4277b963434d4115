"""Which of the site's contacts the rows of a batch could mean: looked up together, a few queries for 500 rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from uuid import UUID

from sqlalchemy import select

from crm.extensions import db
from crm.models import Contact, ContactEmail, ContactPhone
from crm.schemas.contacts import phone_digits
from crm.services.contacts import KEY_LENGTH
from crm.services.folding import fold
from crm.services.imports.report import batches
from crm.services.members import Member

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
VALUES = 5000


@dataclass(slots=True)
class Known:
    """What identifies a contact."""

    id: int
    uid: UUID
    name: str
    name_key: str
    company_key: str
    phones: set[str] = field(default_factory=set)


def key(text: str | None) -> str:
    """What the database compares names and companies by."""
    return fold(text)[:KEY_LENGTH]


class KnownContacts:
    """The contacts that share an address or a name with a batch, and those that the batch adds."""

    def __init__(self, member: Member, addresses: Iterable[str], names: Iterable[str]) -> None:
        self.by_address: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        self._by_id: dict[int, Known] = {}
        self._load_addresses(member, {address.casefold() for address in addresses})
        self._load_names(member, {key(name) for name in names})

    def add(self, contact: Contact) -> None:
        """Remembers a contact that was just added or changed."""
        known = self._known(contact.id, contact.uid, contact.name, contact.name_key, contact.company_key)
        known.company_key = contact.company_key
        known.phones = {phone.number_key for phone in contact.phones}
        for email in contact.emails:
            self.by_address[email.address_key] = known

    def duplicate(self, name: str, company: str | None, emails: Collection[str], phones: Collection[str]) -> Known | None:
        """The contact that a row means: the one with one of its addresses; without any address, the one of the same name
        that shares a number, or else works for the same company. A bare name means the contact without a company."""
        if emails:
            return next((known for email in emails if (known := self.by_address.get(email.casefold()))), None)
        namesakes = self.by_name.get(key(name), [])
        digits = {phone_digits(number) for number in phones}
        for known in namesakes:
            if known.phones & digits:
                return known
        if digits and not company:
            return None
        return next((known for known in namesakes if known.company_key == key(company)), None)

    def named(self, name: str) -> list[Known]:
        """The contacts of that name: those that write it exactly so, or else those that differ in case and accents only."""
        namesakes = self.by_name.get(key(name), [])
        return [known for known in namesakes if known.name == name] or namesakes

    def _load_addresses(self, member: Member, keys: set[str]) -> None:
        for some in batches(keys, VALUES):
            query = (
                select(ContactEmail.address_key, *_COLUMNS)
                .join(Contact, Contact.id == ContactEmail.contact_id)
                .where(ContactEmail.site_id == member.site_id, ContactEmail.deleted_at.is_(None), Contact.deleted_at.is_(None))
                .where(ContactEmail.address_key.in_(some))
            )
            for found in db.session.execute(query):
                self.by_address[found.address_key] = self._known(
                    found.id, found.uid, found.name, found.name_key, found.company_key
                )

    def _load_names(self, member: Member, keys: set[str]) -> None:
        for some in batches(keys, VALUES):
            query = (
                select(*_COLUMNS)
                .where(Contact.site_id == member.site_id, Contact.deleted_at.is_(None), Contact.name_key.in_(some))
                .order_by(Contact.id)
            )
            for found in db.session.execute(query):
                self._known(found.id, found.uid, found.name, found.name_key, found.company_key)
        for namesakes in self.by_name.values():
            namesakes.sort(key=attrgetter("id"))  # The same choice in every run.
        for ids in batches([known.id for namesakes in self.by_name.values() for known in namesakes], VALUES):
            numbers = select(ContactPhone.contact_id, ContactPhone.number_key).where(ContactPhone.contact_id.in_(ids))
            for contact_id, number in db.session.execute(numbers):
                self._by_id[contact_id].phones.add(number)

    def _known(self, id: int, uid: UUID, name: str, name_key: str, company_key: str) -> Known:
        if id not in self._by_id:
            self._by_id[id] = known = Known(id, uid, name, name_key, company_key)
            self.by_name.setdefault(name_key, []).append(known)
        return self._by_id[id]


_COLUMNS = (Contact.id, Contact.uid, Contact.name, Contact.name_key, Contact.company_key)
