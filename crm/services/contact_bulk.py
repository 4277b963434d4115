"""Changing many contacts at once: tags, and whose they are. What a member may not edit is left out, and counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import selectinload

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact
from crm.schemas.base import read
from crm.schemas.contacts import ContactEdit
from crm.services import contacts, events, rows, sites, touches, undos
from crm.services.contact_filters import Chosen, chosen
from crm.services.members import Member, require_write

BATCH = 500
KIND = "contacts"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were changed, how many were so already, how many are not the member's to change; `undo` takes it back."""

    changed: int
    same: int
    refused: int
    undo: UUID | None = None


def tag(member: Member, which: Chosen, tags: list[str]) -> Outcome:
    """Adds `tags` to the contacts. Raises Forbidden, Invalid."""
    wanted = _tags(tags)

    def added(contact: Contact) -> dict[str, Any]:
        known = {one.casefold() for one in contact.tags}
        return {"tags": [*contact.tags, *(one for one in wanted if one.casefold() not in known)]}

    return _change(member, which, added)


def untag(member: Member, which: Chosen, tags: list[str]) -> Outcome:
    """Takes `tags` away, however they are written. Raises Forbidden, Invalid."""
    gone = {one.casefold() for one in _tags(tags)}
    return _change(member, which, lambda contact: {"tags": [one for one in contact.tags if one.casefold() not in gone]})


def assign(member: Member, which: Chosen, owner_id: int | None) -> Outcome:
    """Gives the contacts to somebody of the site, or to nobody. Raises Forbidden, Invalid."""
    sites.require_colleague(member, owner_id)
    return _change(member, which, lambda _contact: {"owner_id": owner_id})


def undo(member: Member, uid: UUID) -> Outcome:
    """Gives each contact back what it had, where nobody has changed that since. Raises NotFound, Forbidden, Conflict."""
    before: dict[str, list[dict[str, Any]]] = undos.take(member, uid, KIND)["was"]

    def restored(contact: Contact) -> dict[str, Any]:
        was, now = before[str(contact.id)]
        return {name: was[name] for name in was if getattr(contact, name) == now[name]}

    return _change(member, sorted(map(int, before)), restored)


def keep_last(member: Member, contact: Contact) -> UUID | None:
    """Keeps what the last edit of one contact takes to be undone. None where the member has given it away by that."""
    if not member.may_edit(contact):
        return None
    fields = events.history(member, contact, limit=1)[0].fields
    return undos.keep(member, KIND, {"was": {str(contact.id): _was(fields)}})


def _tags(tags: list[str]) -> list[str]:
    wanted = read(ContactEdit, {"tags": tags}).tags or []
    if not wanted:
        raise Invalid({"tags": "are missing: name a tag"})
    return wanted


def _change(member: Member, which: Chosen | list[int], change: Callable[[Contact], dict[str, Any]]) -> Outcome:
    require_write(member)
    changed, same, refused = 0, 0, 0
    was: dict[str, list[dict[str, Any]]] = {}
    ids = which if isinstance(which, list) else _ids(member, which)
    for contact in _locked(member, ids):
        if not member.may_edit(contact):
            refused += 1
            continue
        contacts.apply(member, contact, change(contact))
        fields = events.changed_fields(contact)
        if not fields:
            same += 1
            continue
        changed += 1
        was[str(contact.id)] = _was(fields)
        contact.version += 1
        contact.updated_at = clock.now()
        events.remember(member, "updated", contact, fields)
        if touches.FIELDS & fields.keys() and contact.cadence_by_owner:
            db.session.flush()
            touches.settle([contact.id])
    db.session.flush()
    kept = undos.keep(member, KIND, {"was": was}) if was and isinstance(which, Chosen) else None
    return Outcome(changed, same, refused, kept)


def _was(fields: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """What the fields were, and what they are."""
    return [{name: values[at] for name, values in fields.items()} for at in (0, 1)]


def _ids(member: Member, which: Chosen) -> list[int]:
    return sorted(db.session.scalars(chosen(member, which).with_only_columns(Contact.id)))


def _locked(member: Member, ids: list[int]) -> Iterator[Contact]:
    """The contacts in the order in which everybody locks them, some at a time."""
    for start in range(0, len(ids), BATCH):
        query = (
            rows.within(member, Contact)
            .where(Contact.id.in_(ids[start : start + BATCH]))
            .order_by(Contact.id)
            .with_for_update(of=Contact, key_share=True)
            .options(selectinload(Contact.emails), selectinload(Contact.phones))
            .execution_options(populate_existing=True)
        )
        yield from db.session.scalars(query).all()
        db.session.flush()
