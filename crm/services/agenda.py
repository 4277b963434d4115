"""What is to come, and what should have come: the scheduled meetings by time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact, Meeting
from crm.services import rows
from crm.services.members import Member


def upcoming(member: Member, limit: int = 10, contact: Contact | None = None) -> list[Meeting]:
    """The next scheduled meetings of the site (or with one contact), soonest first."""
    return _scheduled(member, Meeting.scheduled_datetime > clock.now(), limit, contact)


def unfinished(member: Member, limit: int = 10, contact: Contact | None = None) -> list[Meeting]:
    """Meetings whose time has come and that nobody has completed or cancelled, oldest first."""
    return _scheduled(member, Meeting.scheduled_datetime <= clock.now(), limit, contact)


def _scheduled(member: Member, when: ColumnElement[bool], limit: int, contact: Contact | None) -> list[Meeting]:
    query = rows.within(member, Meeting).where(Meeting.status == "scheduled", when)
    if contact:
        query = query.where(Meeting.contact_id == contact.id)
    query = query.order_by(Meeting.scheduled_datetime, Meeting.id).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Meeting.contact))))


def between(member: Member, start: datetime, end: datetime, limit: int) -> list[Meeting]:
    """The site's first `limit` meetings, whatever became of them, from `start` (UTC) until before `end`, by time."""
    query = (
        rows.within(member, Meeting)
        .where(Meeting.scheduled_datetime >= start, Meeting.scheduled_datetime < end)
        .order_by(Meeting.scheduled_datetime, Meeting.id)
        .limit(limit)
    )
    return list(db.session.scalars(query.options(joinedload(Meeting.contact))))
