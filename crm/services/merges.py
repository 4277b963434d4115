"""Two contacts that are one person: merged in one transaction, and taken apart again exactly.

`kept` stays; what belongs to `gone` moves to it, deleted things too, and `gone` is deleted and names where it went. What
was where before is kept with the undo (services/undos.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from crm import clock
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.models import Contact, ContactEmail, ContactPhone, FollowUp, Interaction, Meeting
from crm.services import contacts, events, rows, touches, undos
from crm.services.imports.report import batches
from crm.services.members import Member, require_edit

KIND = "merge"

# What one of the two has to be chosen of, where they differ. The cadence's rules go with its days.
FIELDS = ("name", "company", "job_title", "owner_id", "keep_in_touch_days", "notes")
CHOICES = ("kept", "gone", "both")
_CADENCE = ("cadence_types", "cadence_by_owner")
_RESTORED = (*FIELDS, *_CADENCE, "tags")
_MOVED: tuple[Any, ...] = (Interaction, Meeting, FollowUp)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do. `differing`: the fields of which one must be chosen; `counts`: what of `gone` would move."""

    kept: Contact
    gone: Contact
    differing: list[str]
    counts: dict[str, int]


def preview(member: Member, kept: UUID, gone: UUID) -> Preview:
    """Raises NotFound, Forbidden, Invalid where both are one."""
    ours, theirs = (rows.get(member, Contact, ref) for ref in (kept, gone))
    _require_two(member, ours, theirs)
    counts = {
        model.__tablename__: db.session.scalar(
            rows.within(member, model).where(model.contact_id == theirs.id).with_only_columns(func.count())
        )
        or 0
        for model in _MOVED
    }
    return Preview(ours, theirs, differing(ours, theirs), counts)


def differing(kept: Contact, gone: Contact) -> list[str]:
    """The fields that both have, and not the same."""
    pairs = {name: (getattr(kept, name), getattr(gone, name)) for name in FIELDS}
    return [name for name, (ours, theirs) in pairs.items() if ours and theirs and ours != theirs]


def merge(
    member: Member, kept: UUID, gone: UUID, chosen: Mapping[str, str], *, versions: tuple[int | None, int | None] = (None, None)
) -> tuple[Contact, UUID]:
    """Makes one of two, and gives it with the name of the undo. `chosen` says for a field whose it is to be, "kept" (where
    nothing is said) or "gone", or of the notes "both". `versions` are those that the preview showed.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    _lock(member, kept, gone)
    ours, theirs = (
        rows.get(member, Contact, ref, version=version) for ref, version in zip((kept, gone), versions, strict=True)
    )
    _require_two(member, ours, theirs)
    moved = {model.__tablename__: _ids(model, theirs) for model in _MOVED}
    before: dict[str, Any] = {
        "kept": str(ours.uid),
        "gone": str(theirs.uid),
        "fields": {name: getattr(ours, name) for name in _RESTORED},
        "moved": moved,
        "emails": [[email.id, email.contact_id, email.position] for one in (ours, theirs) for email in one.emails],
        "phones": [[phone.id, phone.contact_id, phone.position] for one in (ours, theirs) for phone in one.phones],
    }
    values = _values(ours, theirs, chosen)
    _move_addresses(ours, theirs)
    _apply(member, ours, values)
    fields = events.changed_fields(ours)
    theirs.deleted_at, theirs.merged_into_uid = clock.now(), ours.uid
    for one in (ours, theirs):
        one.version += 1
        one.updated_at = clock.now()
    db.session.flush()
    for model in _MOVED:
        _give(model, moved[model.__tablename__], ours.id)
    contacts.settle(ours.id)
    touches.settle([ours.id])
    events.remember(member, "merged", ours, fields | {"merged": [None, theirs.name]})
    events.remember(member, "merged_away", theirs)
    events.publish(member, "ContactMerged", theirs, into=ours.uid, name=theirs.name)
    db.session.flush()
    return ours, undos.keep(member, KIND, before | {"version": ours.version})


def undo(member: Member, uid: UUID) -> tuple[Contact, Contact]:
    """Makes two of them again, as they were. What was logged with `kept` since stays there.

    Raises NotFound, Forbidden, Conflict where the contact has been edited since, or this was taken back already.
    """
    before = undos.take(member, uid, KIND)
    ours, theirs = (rows.get(member, Contact, UUID(before[name]), lock=True, deleted=True) for name in ("kept", "gone"))
    for one in (ours, theirs):
        require_edit(member, one)
    if ours.deleted_at is not None or ours.version != before["version"] or theirs.merged_into_uid != ours.uid:
        raise Conflict(f"{ours.name} has been changed since the merge, so it cannot be taken back. Move what is wrong by hand.")
    theirs.deleted_at, theirs.merged_into_uid = None, None
    addresses: tuple[tuple[Any, Any], ...] = ((ContactEmail, before["emails"]), (ContactPhone, before["phones"]))
    for model, places in addresses:
        # Positions are not unique, so they may be given back in any order.
        for key, contact_id, position in places:
            db.session.execute(update(model).where(model.id == key).values(contact_id=contact_id, position=position))
    for one in (ours, theirs):
        db.session.expire(one, ["emails", "phones"])
    for table in _MOVED:
        _give(table, before["moved"][table.__tablename__], theirs.id, only_of=ours.id)
    for one, values in ((ours, before["fields"]), (theirs, {})):
        _apply(member, one, values)
        one.version += 1
        one.updated_at = clock.now()
        db.session.flush()
        contacts.settle(one.id)
        touches.settle([one.id])
        events.remember(member, "unmerged", one)
    events.publish(member, "ContactMergeUndone", theirs, out_of=ours.uid, name=theirs.name)
    db.session.flush()
    return ours, theirs


@dataclass(frozen=True, slots=True)
class Undoable:
    """A merge that can be taken back until an instant: the name of its undo, and of who went into the contact."""

    uid: UUID
    name: str
    until: datetime


def undoable(member: Member, contact: Contact) -> Undoable | None:
    """The last merge into `contact`, unless it is too long ago or the contact was edited since."""
    kept = undos.latest(member, KIND, "kept", str(contact.uid))
    if kept is None or kept.data["version"] != contact.version:
        return None
    gone = db.session.scalar(select(Contact.name).where(Contact.uid == UUID(kept.data["gone"])))
    return Undoable(kept.uid, gone or "", kept.made_at + rows.UNDO)


def duplicates(member: Member, contact: Contact, limit: int = 5) -> list[Contact]:
    """Contacts who may be the same person: of the same name, or with one of the numbers."""
    numbers = [phone.number_key for phone in contact.phones]
    shared = select(ContactPhone.contact_id).where(ContactPhone.site_id == member.site_id, ContactPhone.number_key.in_(numbers))
    alike = (Contact.name_key == contact.name_key) | Contact.id.in_(shared) if numbers else Contact.name_key == contact.name_key
    query = rows.within(member, Contact).where(alike, Contact.id != contact.id).order_by(Contact.name_key, Contact.id)
    return list(db.session.scalars(query.limit(limit)))


def _require_two(member: Member, kept: Contact, gone: Contact) -> None:
    for one in (kept, gone):
        require_edit(member, one)
    if kept.id == gone.id:
        raise Invalid({"gone": "is the same contact: choose another one"})


def _lock(member: Member, *refs: UUID) -> None:
    """Both at once, in the order in which everybody locks."""
    query = select(Contact.id).where(Contact.uid.in_(refs), Contact.site_id == member.site_id).order_by(Contact.id)
    db.session.execute(query.with_for_update(of=Contact, key_share=True))
    db.session.expire_all()


def _values(kept: Contact, gone: Contact, chosen: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FIELDS:
        choice = chosen.get(name, "kept")
        if choice not in CHOICES or (choice == "both" and name != "notes"):
            raise Invalid({name: "must be one of kept, gone"})
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if choice == "both" and ours and theirs and ours != theirs:
            values[name] = f"{ours}\n\n{theirs}"
        elif choice == "gone" and theirs or not ours:
            values[name] = theirs
            if name == "keep_in_touch_days" and theirs:
                values |= {rule: getattr(gone, rule) for rule in _CADENCE}
    known = {tag.casefold() for tag in kept.tags}
    values["tags"] = [*kept.tags, *(tag for tag in gone.tags if tag.casefold() not in known)]
    return values


def _apply(member: Member, contact: Contact, values: dict[str, Any]) -> None:
    """Whose it is may be somebody who has left the site: that was so before, and is nothing that who merges has chosen anew."""
    rows.assign(contact, {"owner_id": values.pop("owner_id", contact.owner_id)})
    contacts.apply(member, contact, values)


def _move_addresses(kept: Contact, gone: Contact) -> None:
    """A number that both have stays with the one that goes: it is unique within a contact."""
    numbers = {phone.number_key for phone in kept.phones}
    moving: tuple[tuple[Any, list[Any], list[Any]], ...] = (
        (ContactEmail, kept.emails, gone.emails),
        (ContactPhone, kept.phones, [phone for phone in gone.phones if phone.number_key not in numbers]),
    )
    for model, mine, theirs in moving:
        for position, row in enumerate(theirs, start=len(mine)):
            place = update(model).where(model.id == row.id).values(contact_id=kept.id, position=position)
            db.session.execute(place.execution_options(synchronize_session=False))
    for one in (kept, gone):
        db.session.expire(one, ["emails", "phones"])


def _ids(model: Any, contact: Contact) -> list[int]:
    return list(db.session.scalars(select(model.id).where(model.contact_id == contact.id).order_by(model.id)))


def _give(model: Any, ids: list[int], contact_id: int, only_of: int | None = None) -> None:
    """Gives rows to another contact, unless they have gone to a third one meanwhile. It is a change of each of them."""
    for some in batches(ids, 5_000):
        query = update(model).where(model.id.in_(some))
        if only_of is not None:
            query = query.where(model.contact_id == only_of)
        values = {"contact_id": contact_id, "version": model.version + 1, "updated_at": model.updated_at}
        db.session.execute(query.values(values).execution_options(synchronize_session=False))
    for row in list(db.session.identity_map.values()):
        if isinstance(row, model):
            db.session.expire(row)
