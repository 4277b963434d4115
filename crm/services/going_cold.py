"""Contacts that have not been talked to for longer than they should be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact
from crm.services import rows, wall
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Cold:
    contact: Contact
    days: int  # since the last talk, or since the contact was added
    over: int  # by how many of them that is too long


@dataclass(frozen=True, slots=True)
class GoingCold:
    """`items`, the most neglected ones; `total`, how many there are in all."""

    items: list[Cold]
    total: int


def going_cold(member: Member, limit: int = 10) -> GoingCold:
    """Those whose rhythm is over and with whom no meeting is ahead, by how long it is over; in two queries."""
    now = clock.now()
    last = wall.seconds(func.coalesce(Contact.stored_last_interaction_at, Contact.created_at))
    over = int(now.timestamp()) + wall.TO_ORIGIN - last - (Contact.keep_in_touch_days + 1) * wall.DAY
    query = rows.within(member, Contact).where(
        Contact.keep_in_touch_days.is_not(None),
        over >= 0,
        func.coalesce(Contact.stored_next_meeting_at <= now, true()),  # a meeting ahead: there is nothing to do but wait
    )
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Contact.id).subquery()))
    found = db.session.scalars(query.order_by(over.desc(), Contact.id).limit(limit).options(joinedload(Contact.owner)))
    return GoingCold([_cold(contact) for contact in found], total or 0)


def _cold(contact: Contact) -> Cold:
    days = (clock.now() - (contact.last_interaction_at or contact.created_at)).days
    return Cold(contact, days, days - (contact.keep_in_touch_days or 0))
