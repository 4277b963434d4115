"""Keeping in touch: who should have heard from us by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.orm import load_only

from crm import clock
from crm.extensions import db
from crm.models import Contact
from crm.models.base import UtcDateTime
from crm.services import rows
from crm.services.matching import is_postgresql
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Cold:
    """A contact whose cadence is over: so many `days` since the last touch, and `late` days more than it should be. Who was
    never talked to is counted from the day of being added, and `last_at` is None."""

    contact: Contact
    last_at: datetime | None
    days: int
    late: int


def going_cold(member: Member, limit: int = 10, *, everybodys: bool = False) -> list[Cold]:
    """The caller's contacts (or `everybodys`) whose cadence is over, the most overdue first. Who has a meeting ahead is not
    among them: there is nothing to do but wait for it."""
    now = clock.now()
    touched = func.coalesce(Contact.stored_last_interaction_at, Contact.created_at)
    late = _days_between(touched, now) - Contact.keep_in_touch_days
    query = rows.within(member, Contact).where(
        Contact.keep_in_touch_days.is_not(None),
        func.coalesce(Contact.stored_next_meeting_at <= now, True),
        late >= 1,  # today is not too late yet
    )
    if not everybodys:
        query = query.where(Contact.owner_id == member.user_id)
    shown = load_only(Contact.uid, Contact.name, Contact.company, Contact.keep_in_touch_days, Contact.owner_id)
    query = query.add_columns(Contact.stored_last_interaction_at, touched).options(shown)
    found: Any = db.session.execute(query.order_by(late.desc(), Contact.id).limit(limit))
    return [_cold(contact, last_at, since, now) for contact, last_at, since in found]


def _cold(contact: Contact, last_at: datetime | None, since: datetime, now: datetime) -> Cold:
    days = (now - since).days
    return Cold(contact, last_at, days, days - (contact.keep_in_touch_days or 0))


def _days_between(since: ColumnElement[Any], until: datetime) -> ColumnElement[Any]:
    """SQL: the days, with their fraction, from `since` to `until`."""
    then = literal(until, UtcDateTime)
    if is_postgresql():
        return func.extract("epoch", then - since) / 86400
    return func.julianday(then) - func.julianday(since)
