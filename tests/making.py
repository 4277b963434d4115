"""Short ways for tests to use the services: each call is a transaction of its own, as at an edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from crm.database import transaction
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Event, FollowUp, Interaction, Meeting
from crm.schemas.base import read
from crm.schemas.contacts import ContactEdit, ContactNew
from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew
from crm.schemas.interactions import InteractionEdit, InteractionNew
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services import contacts, follow_ups, interactions, meetings
from crm.services.members import Member

P = ParamSpec("P")
R = TypeVar("R")

# The moment of tests that stop the clock: a Monday, 13:00 in Berlin and 07:00 in New York.
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(**ahead: float) -> str:
    """The instant so far after NOW (before it, if negative), as JSON has it: `at(hours=-1)`."""
    return (NOW + timedelta(**ahead)).isoformat()


def utc(text: str) -> datetime:
    """`utc("2026-03-02 12:00")`"""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def do(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with transaction():
        return verb(*args, **kwargs)


def refused(verb: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> dict[str, str]:
    """The sentences, by field, with which `verb` refuses."""
    with pytest.raises(Invalid) as error:
        do(verb, *args, **kwargs)
    return error.value.details


def new_contact(member: Member, name: str = "Ada Lovelace", **fields: Any) -> Contact:
    return do(lambda: contacts.add(member, read(ContactNew, {"name": name, **fields})))


def edit_contact(member: Member, ref: int | UUID, version: int | None = None, **fields: Any) -> Contact:
    return do(lambda: contacts.edit(member, ref, read(ContactEdit, fields), version=version))


def log(member: Member, contact: Contact | None = None, *, ahead: bool = False, **fields: Any) -> Interaction:
    """A call an hour before NOW, unless `fields` say otherwise."""
    body = {"type": "call", "start_datetime": at(hours=-1), "contact_id": contact and contact.uid, **fields}
    return do(lambda: interactions.log(member, read(InteractionNew, body), ahead=ahead))


def edit(member: Member, ref: int | UUID, *, ahead: bool = False, version: int | None = None, **fields: Any) -> Interaction:
    return do(lambda: interactions.edit(member, ref, read(InteractionEdit, fields), ahead=ahead, version=version))


def schedule(member: Member, contact: Contact, **fields: Any) -> Meeting:
    """A meeting a day after NOW, unless `fields` say otherwise."""
    body = {"contact_id": contact.uid, "scheduled_datetime": at(days=1), **fields}
    return do(lambda: meetings.schedule(member, read(MeetingNew, body)))


def edit_meeting(member: Member, ref: int | UUID, version: int | None = None, **fields: Any) -> Meeting:
    return do(lambda: meetings.edit(member, ref, read(MeetingEdit, fields), version=version))


def complete(member: Member, ref: int | UUID, **outcome: Any) -> Meeting:
    return do(lambda: meetings.complete(member, ref, read(MeetingOutcome, outcome)))


def plan(member: Member, title: str = "Send the offer", **fields: Any) -> FollowUp:
    return do(lambda: follow_ups.plan(member, read(FollowUpNew, {"title": title, **fields})))


def edit_follow_up(member: Member, ref: int | UUID, version: int | None = None, **fields: Any) -> FollowUp:
    return do(lambda: follow_ups.edit(member, ref, read(FollowUpEdit, fields), version=version))


def names(rows: Any) -> list[str]:
    """The names or titles of a page, a slice or a list."""
    return [getattr(row, "name", None) or row.title for row in getattr(rows, "items", rows)]


def events(subject: Any = None) -> list[str]:
    """The types of the events (of `subject`) so far, oldest first."""
    query = select(Event.type).order_by(Event.id)
    return list(db.session.scalars(query.where(Event.subject_uid == subject.uid) if subject else query))
