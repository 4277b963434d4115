"""Loading rows by their site, and locking them. No service reaches a row in another way, so another site's row cannot be
reached by forgetting a check."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select

from crm import clock
from crm.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction, Meeting
from crm.services.members import Member

# What an edit started from: one version, or any of several; None asks for none.
Version = int | Collection[int] | None

Row = TypeVar("Row", Contact, Interaction, Meeting, FollowUp)

UNDO = timedelta(days=30)
LARGEST_ID = 2**31 - 1


def within(member: Member, model: type[Row]) -> Select[Row]:
    """The site's rows of `model` that are not deleted."""
    return select(model).where(model.site_id == member.site_id, model.deleted_at.is_(None))


def possible(key: int) -> int:
    """The nearest key that a row can have: what the database cannot compare with is no error."""
    return min(max(key, 0), LARGEST_ID)


def get(
    member: Member,
    model: type[Row],
    ref: int | UUID,
    *,
    lock: bool = False,
    moves_to: UUID | None = None,
    deleted: bool = False,
    version: Version = None,
) -> Row:
    """One row by its integer or its GUID. `lock` keeps other writers off it and its contact until the transaction ends, and
    off the contact `moves_to` that it will be given to; `deleted` also finds one that can still come back; `version` is
    the one that the caller's edit started from.

    Raises NotFound, Forbidden where it is another site's, Stale.
    """
    if isinstance(ref, int) and not 0 < ref <= LARGEST_ID:
        raise NotFound
    if lock or deleted:
        row = db.session.scalar(_to_change(member, model, ref, lock=lock, moves_to=moves_to, deleted=deleted))
    else:
        row = db.session.scalar(_living(model, isinstance(ref, UUID)), {"ref": ref, "site": member.site_id})
    if row is None:
        if db.session.scalar(
            select(model.id).where(_key(model, ref), model.deleted_at.is_(None), model.site_id != member.site_id)
        ):
            raise Forbidden(f"This belongs to another site than {member.site_name}. Switch the site to see it.")
        raise NotFound
    if version is not None and row.version not in ({version} if isinstance(version, int) else version):
        raise Stale
    return row


def _key(model: type[Row], ref: int | UUID) -> ColumnElement[bool]:
    return model.uid == ref if isinstance(ref, UUID) else model.id == ref


@lru_cache
def _living(model: type[Row], by_uid: bool) -> Select[Row]:
    key = model.uid if by_uid else model.id
    return select(model).where(key == bindparam("ref"), model.deleted_at.is_(None), model.site_id == bindparam("site"))


def _to_change(
    member: Member, model: type[Row], ref: int | UUID, *, lock: bool, moves_to: UUID | None, deleted: bool
) -> Select[Row]:
    key, alive = _key(model, ref), model.deleted_at.is_(None)
    query = select(model).where(key, alive | (model.deleted_at > clock.now() - UNDO) if deleted else alive)
    if lock:
        if issubclass(model, Interaction | Meeting | FollowUp):
            # Contacts by their keys, then their rows: everybody locks in this order, so nobody waits in a circle.
            mine = select(model.contact_id).where(key, model.site_id == member.site_id).scalar_subquery()
            _lock_contacts((Contact.id == mine) | (Contact.uid == moves_to) if moves_to else Contact.id == mine)
        query = query.with_for_update(of=model, key_share=True).execution_options(populate_existing=True)
    return query.where(model.site_id == member.site_id)


def lock_several(
    member: Member, refs: Collection[UUID], *, moves_to: UUID | None = None, also: Collection[int] = ()
) -> list[Interaction]:
    """The site's interactions of these, newest first, deleted ones too. As in `get`, first their contacts are locked, all at
    once, with `moves_to` and those with the keys `also`, so that changing one after the other waits for nobody in a circle.
    """
    mine = select(Interaction.contact_id).where(Interaction.uid.in_(refs), Interaction.site_id == member.site_id)
    which = Contact.id.in_(mine) | Contact.id.in_(also)
    _lock_contacts(which | (Contact.uid == moves_to) if moves_to else which)
    query = select(Interaction).where(Interaction.uid.in_(refs), Interaction.site_id == member.site_id)
    query = query.order_by(Interaction.id).with_for_update(of=Interaction, key_share=True)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))[::-1]


def lock_contact(contact_id: int) -> None:
    """Keeps other writers off a contact: what is computed from its rows is then computed from all that are committed."""
    _lock_contacts(Contact.id == contact_id)


def _lock_contacts(which: ColumnElement[bool]) -> None:
    db.session.execute(select(Contact.id).where(which).order_by(Contact.id).with_for_update(of=Contact, key_share=True))


def contact_for(member: Member, uid: UUID) -> Contact:
    """The contact that a body names, locked.

    Raises Invalid on `contact_id`.
    """
    contact = db.session.scalar(within(member, Contact).where(Contact.uid == uid).with_for_update(of=Contact, key_share=True))
    if contact is None:
        raise Invalid({"contact_id": f"is not a contact of {member.site_name}"})
    return contact


def assign(row: Any, values: dict[str, Any]) -> None:
    """Sets what differs, so that an edit that changes nothing is no change."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def require_contact(row: Any) -> None:
    """Raises Conflict where the row's contact is deleted: what belongs to it comes back with it."""
    if row.contact is not None and row.contact.deleted_at is not None:
        raise Conflict(f"{row.contact.name} is deleted. Restore the contact first.")
