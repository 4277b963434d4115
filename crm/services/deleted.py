"""What was deleted in the last 30 days and can still come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from crm import clock
from crm.errors import NotFound
from crm.extensions import db
from crm.models import Change, Contact, FollowUp, Interaction, Meeting, User
from crm.services import contacts, follow_ups, interactions, meetings
from crm.services.contacts import Page
from crm.services.members import Member
from crm.services.rows import UNDO

MODELS: dict[str, Any] = {"contact": Contact, "interaction": Interaction, "meeting": Meeting, "follow_up": FollowUp}
RESTORE: dict[str, Callable[[Member, UUID], Any]] = {
    "contact": contacts.restore,
    "interaction": interactions.restore,
    "meeting": meetings.restore,
    "follow_up": follow_ups.restore,
}


@dataclass(frozen=True, slots=True)
class Deleted:
    """`with_it`: how many interactions, meetings and follow-ups come back with a contact. `by` is None where nobody knows."""

    kind: str
    row: Any
    at: datetime
    until: datetime
    by: User | None
    with_it: dict[str, int]


def find(member: Member, *, page: int = 1, page_size: int = 50) -> Page:
    """The site's deleted rows, the last one first. What went with a contact or an interaction comes back with it, and is not
    listed by itself."""
    everything = _everything(member).subquery()
    total = db.session.scalar(select(func.count()).select_from(everything))
    order = (everything.c.at.desc(), everything.c.kind, everything.c.id.desc())
    found = db.session.execute(select(everything).order_by(*order).offset((page - 1) * page_size).limit(page_size)).all()
    ids = {kind: [one.id for one in found if one.kind == kind] for kind in MODELS}
    by_key = {(kind, row.id): row for kind in MODELS for row in _rows(kind, ids[kind])}
    who, with_it = _who(ids), _with_them(ids["contact"])
    items = [
        Deleted(kind, row, row.deleted_at, row.deleted_at + UNDO, who.get((kind, row.id)), with_it.get((kind, row.id), {}))
        for kind, row in ((one.kind, by_key[one.kind, one.id]) for one in found)
    ]
    return Page(items, total or 0, page, page_size)


def restore(member: Member, kind: str, uid: UUID) -> Any:
    """Brings one row back, with what hangs on it.

    Raises NotFound, Forbidden, Conflict where its contact is deleted too, Invalid where its address was given to another.
    """
    if kind not in RESTORE:
        raise NotFound
    return RESTORE[kind](member, uid)


def _everything(member: Member) -> CompoundSelect[Any]:
    return union_all(*(_of_kind(member, kind) for kind in MODELS))


def _of_kind(member: Member, kind: str) -> Select[Any]:
    model = MODELS[kind]
    query = select(literal(kind).label("kind"), model.id.label("id"), model.deleted_at.label("at")).where(
        model.site_id == member.site_id, model.deleted_at > clock.now() - UNDO
    )
    if kind != "contact":
        query = query.where(model.deleted_with_contact.is_(False))
    if kind == "contact":
        query = query.where(Contact.merged_into_uid.is_(None))  # that is undone on the contact it went into
    if kind == "follow_up":
        its = aliased(Interaction)
        query = query.outerjoin(its, and_(its.id == FollowUp.interaction_id, its.deleted_at == FollowUp.deleted_at))
        query = query.where(its.id.is_(None))
    return query


def _rows(kind: str, ids: list[int]) -> Iterable[Any]:
    model = MODELS[kind]
    query = select(model).where(model.id.in_(ids))
    return db.session.scalars(query if kind == "contact" else query.options(joinedload(model.contact)))


def _who(ids: dict[str, list[int]]) -> dict[tuple[str, int], User]:
    """Who deleted each last."""
    named = or_(*(and_(Change.subject_type == kind, Change.subject_id.in_(some)) for kind, some in ids.items()))
    query = select(Change).where(named, Change.action == "deleted").order_by(Change.id).options(joinedload(Change.actor))
    return {(change.subject_type, change.subject_id): change.actor for change in db.session.scalars(query) if change.actor}


def _with_them(contact_ids: list[int]) -> dict[tuple[str, int], dict[str, int]]:
    counts = union_all(
        *(
            select(literal(kind).label("kind"), model.contact_id.label("contact_id"), func.count().label("size"))
            .where(model.contact_id.in_(contact_ids), model.deleted_with_contact)
            .group_by(model.contact_id)
            for kind, model in MODELS.items()
            if kind != "contact"
        )
    )
    found: dict[tuple[str, int], dict[str, int]] = {}
    for one in db.session.execute(counts):
        found.setdefault(("contact", one.contact_id), {})[one.kind] = one.size
    return found
