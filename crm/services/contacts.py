"""Contacts: adding, editing, finding, deleting, and keeping their counters true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.orm.util import identity_key

from crm import clock
from crm.errors import Conflict, Invalid, Merged, NotFound
from crm.extensions import db
from crm.models import Contact, ContactEmail, ContactPhone, FollowUp, Interaction, Meeting
from crm.models.contact import last_interaction, next_meeting
from crm.schemas.contacts import ContactEdit, ContactNew, phone_digits
from crm.services import events, rows, sites, touches
from crm.services.contact_filters import EVERYBODY, SORTS, Asked, matching, sorted_by, tags
from crm.services.folding import fold
from crm.services.members import Member, require_edit, require_write
from crm.services.rows import Version

__all__ = ["SORTS", "Page", "add", "apply", "delete", "edit", "find", "get", "restore", "settle", "settle_due", "tags"]

KEY_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Page:
    items: Sequence[Any]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))


def add(member: Member, new: ContactNew) -> Contact:
    """Adds a contact; its owner is the caller unless the body names one. Publishes ContactCreated.

    Raises Forbidden, Invalid.
    """
    require_write(member)
    contact = Contact(site_id=member.site_id, created_by=member.user_id, owner_id=member.user_id, name=new.name)
    apply(member, contact, new.given())
    db.session.add(contact)
    _flush(member, contact)
    if contact.keep_in_touch_days:
        touches.settle([contact.id])
    events.remember(member, "created", contact)
    events.publish(member, "ContactCreated", contact, name=contact.name)
    return contact


def edit(member: Member, ref: int | UUID, changes: ContactEdit, *, version: Version = None) -> Contact:
    """Changes the fields that `changes` names.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    contact = rows.get(member, Contact, ref, lock=True, version=version)
    require_edit(member, contact)
    before = _lists(contact)
    apply(member, contact, changes.given())
    after = _lists(contact)
    fields = events.changed_fields(contact) | {
        name: [before[name], after[name]] for name in before if before[name] != after[name]
    }
    if fields:
        contact.version += 1
        contact.updated_at = clock.now()
        _flush(member, contact)
        if touches.FIELDS & fields.keys():
            touches.settle([contact.id])
        events.remember(member, "updated", contact, fields)
    return contact


def delete(member: Member, ref: int | UUID, *, version: Version = None) -> Contact:
    """Hides a contact, and with it its interactions, meetings and follow-ups, for 30 days. Its addresses are free at once.

    Raises NotFound, Forbidden, Stale.
    """
    contact = rows.get(member, Contact, ref, lock=True, version=version)
    require_edit(member, contact)
    at = contact.deleted_at = clock.now()
    for model in (Interaction, Meeting, FollowUp):
        mine = update(model).where(model.contact_id == contact.id, model.deleted_at.is_(None))
        db.session.execute(mine.values(deleted_at=at, deleted_with_contact=True, updated_at=model.updated_at))
    for email in contact.emails:
        email.deleted_at = at
    contact.version += 1
    events.remember(member, "deleted", contact)
    db.session.flush()
    return contact


def restore(member: Member, ref: int | UUID) -> Contact:
    """Brings a deleted contact back, with all that its deletion hid.

    Raises NotFound, Forbidden, Invalid where another contact has taken one of its addresses, Conflict where it was merged.
    """
    contact = rows.get(member, Contact, ref, lock=True, deleted=True)
    require_edit(member, contact)
    if contact.deleted_at is None:
        return contact
    if contact.merged_into_uid:
        raise Conflict(f"{contact.name} was merged into another contact, and is there.")
    contact.deleted_at = None
    for model in (Interaction, Meeting, FollowUp):
        mine = update(model).where(model.contact_id == contact.id, model.deleted_with_contact)
        db.session.execute(mine.values(deleted_at=None, deleted_with_contact=False, updated_at=model.updated_at))
    for email in contact.emails:
        email.deleted_at = None
    contact.version += 1
    _flush(member, contact)
    settle(contact.id)
    events.remember(member, "restored", contact)
    return contact


def get(member: Member, ref: int | UUID) -> Contact:
    """Raises NotFound (Merged, where it went into another contact), Forbidden."""
    try:
        return rows.get(member, Contact, ref)
    except NotFound:
        key = Contact.uid == ref if isinstance(ref, UUID) else Contact.id == rows.possible(ref)
        into = db.session.scalar(select(Contact.merged_into_uid).where(key, Contact.site_id == member.site_id))
        raise Merged(into) if into else NotFound from None


def find(
    member: Member,
    asked: Asked = EVERYBODY,
    *,
    search: str = "",
    tag: str = "",
    sort: str = "name",
    descending: bool = False,
    page: int = 1,
    page_size: int = 20,
    brief: bool = False,
) -> Page:
    """A page of the site's contacts that `asked` means (or `search` and `tag`), with their addresses and owners; `brief`:
    without their numbers and notes.

    Raises Invalid on `sort`, `search`, `tag`.
    """
    order = sorted_by(sort, descending)
    chosen = matching(member, asked or Asked(search, (tag,) if tag else ()))
    total = db.session.scalar(select(func.count()).select_from(chosen.with_only_columns(Contact.id).order_by(None).subquery()))
    query = (
        chosen.order_by(*order)
        .offset((page - 1) * page_size)
        .limit(page_size)
        .options(selectinload(Contact.emails), joinedload(Contact.owner), defer(Contact.search_text))
        .options(defer(Contact.notes) if brief else selectinload(Contact.phones))
    )
    return Page(list(db.session.scalars(query)), total or 0, page, page_size)


def settle(contact_id: int | None) -> None:
    """Stores when the contact was last talked to and when the next meeting is, computed from the rows, and until when
    that holds if nobody changes anything. Services call it after each change to an interaction or a meeting."""
    if contact_id is None:
        return
    db.session.flush()
    rows.lock_contact(contact_id)
    now, horizon = clock.now(), clock.horizon()
    begins = (
        select(func.min(Interaction.start_datetime))
        .where(Interaction.contact_id == Contact.id, Interaction.deleted_at.is_(None), Interaction.start_datetime > horizon)
        .correlate(Contact)
        .scalar_subquery()
    )
    last, upcoming, begin = db.session.execute(
        select(last_interaction(horizon), next_meeting(now), begins).where(Contact.id == contact_id)
    ).one()
    db.session.execute(
        update(Contact)
        .where(Contact.id == contact_id)
        .values(
            stored_last_interaction_at=last,
            stored_next_meeting_at=upcoming,
            settle_at=min((at for at in (upcoming, begin and begin - clock.FUTURE_TOLERANCE) if at), default=None),
            updated_at=Contact.updated_at,
        )
        .execution_options(synchronize_session=False)
    )
    touches.settle([contact_id])
    contact = db.session.identity_map.get(identity_key(Contact, contact_id))
    if contact:
        counters = ["last_interaction_at", "next_meeting_at", "stored_last_interaction_at", "stored_next_meeting_at"]
        db.session.expire(contact, [*counters, "goes_cold_at"])


def settle_due(limit: int = 1000) -> int:
    """Settles the contacts, of all sites, whose counters time has changed. Returns how many there were. For a job."""
    due = db.session.scalars(
        select(Contact.id).where(Contact.settle_at <= clock.now()).order_by(Contact.settle_at).limit(limit)
    ).all()
    for contact_id in due:
        settle(contact_id)
    return len(due)


def apply(member: Member, contact: Contact, values: dict[str, Any]) -> None:
    """Sets `values` on the contact, and what follows from them. Raises Invalid on `owner_id`."""
    emails, phones = values.pop("emails", ...), values.pop("phones", ...)
    values |= {name: values[name] or [] for name in ("tags", "cadence_types") if name in values}
    if values.get("owner_id") != contact.owner_id:  # who has left since may stay the owner
        sites.require_colleague(member, values.get("owner_id"))
    rows.assign(contact, values)
    if emails is not ...:
        known_emails = {email.address_key: email for email in contact.emails}
        contact.emails = [
            _positioned(
                known_emails.get(address.casefold()) or ContactEmail(site_id=member.site_id),
                position,
                address=address,
                address_key=address.casefold(),
            )
            for position, address in enumerate(emails or [])
        ]
    if phones is not ...:
        known_phones = {phone.number_key: phone for phone in contact.phones}
        contact.phones = [
            _positioned(
                known_phones.get(phone_digits(number)) or ContactPhone(site_id=member.site_id),
                position,
                number=number,
                number_key=phone_digits(number),
            )
            for position, number in enumerate(phones or [])
        ]
    # Folding makes up to 18 characters of one (U+FDFA).
    contact.name_key = fold(contact.name)[:KEY_LENGTH]
    contact.company_key = fold(contact.company)[:KEY_LENGTH]
    words = [contact.name, contact.company, contact.job_title, *(contact.tags or [])]
    words += [email.address for email in contact.emails]
    words += [text for phone in contact.phones for text in (phone.number, phone.number_key)]
    contact.search_text = fold(" ".join(word for word in words if word))


def _positioned(row: Any, position: int, **values: Any) -> Any:
    rows.assign(row, {"position": position, **values})
    return row


def _lists(contact: Contact) -> dict[str, list[str]]:
    return {"emails": [email.address for email in contact.emails], "phones": [phone.number for phone in contact.phones]}


def _flush(member: Member, contact: Contact) -> None:
    """Flushes; an address that another contact of the site has becomes an Invalid that says whose it is."""
    with db.session.no_autoflush:
        keys = [email.address_key for email in contact.emails]
        taken = db.session.execute(
            select(ContactEmail.address, Contact.name)
            .join(Contact, Contact.id == ContactEmail.contact_id)
            .where(
                ContactEmail.site_id == member.site_id,
                ContactEmail.address_key.in_(keys),
                ContactEmail.deleted_at.is_(None),
                ContactEmail.contact_id != (contact.id or 0),
            )
        ).first()
    if taken:
        raise Invalid({"emails": f"{taken.address} already belongs to {taken.name}"})
    try:
        db.session.flush()
    except IntegrityError as error:  # another transaction took the address between the look and the write
        raise Invalid({"emails": "one of these addresses was just given to another contact"}) from error
