"""A contact's timeline: what has happened, newest first, by a cursor that costs the same however deep it goes."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, tuple_
from sqlalchemy.orm import defer, joinedload

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.services import folding, matching, rows
from crm.services.members import Member

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slice:
    """`before` is the cursor of what follows; None where nothing does."""

    items: list[Interaction]
    before: str | None


def past(
    member: Member,
    contact: Contact,
    *,
    type: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    text: str = "",
    mood: str | None = None,
    lead: str | None = None,
    before: str | None = None,
    offset: int = 0,
    limit: int = 20,
) -> Slice:
    """What has begun with `contact`, newest first: from `start` (UTC) until before `end`, of one `type` and one `mood`, led by
    `lead`, with every term of `text` in it, older than the cursor `before`.

    Raises Invalid on `before`, `text`.
    """
    query = rows.within(member, Interaction).where(Interaction.contact_id == contact.id, *_conditions(type, start, end))
    for term in folding.terms(text, "text"):
        query = query.where(matching.has(term))
    if mood:
        query = query.where(Interaction.sentiment == mood)
    if lead:
        query = query.where(Interaction.lead == lead)
    if before:
        at, last_id = place(before)
        query = query.where(tuple_(Interaction.start_datetime, Interaction.id) < tuple_(at, last_id))
    query = query.order_by(Interaction.start_datetime.desc(), Interaction.id.desc()).offset(offset).limit(limit + 1)
    unseen = defer(Interaction.search_text), defer(Interaction.other_text)
    found = list(db.session.scalars(query.options(joinedload(Interaction.meeting).load_only(Meeting.uid), *unseen)))
    items = found[:limit]
    return Slice(items, cursor(items[-1]) if len(found) > limit else None)


def count(
    member: Member, contact: Contact, *, type: str | None = None, start: datetime | None = None, end: datetime | None = None
) -> int:
    """How many `past` would give in all."""
    query = rows.within(member, Interaction).where(Interaction.contact_id == contact.id, *_conditions(type, start, end))
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def planned(member: Member, contact: Contact, limit: int = 20) -> list[Interaction]:
    """What is planned with `contact` and has not begun, soonest first."""
    query = (
        rows.within(member, Interaction)
        .where(Interaction.contact_id == contact.id, Interaction.start_datetime > clock.horizon())
        .order_by(Interaction.start_datetime, Interaction.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def cursor(interaction: Interaction) -> str:
    """An opaque text that stands for the place of `interaction` in its timeline."""
    microseconds = (interaction.start_datetime - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(struct.pack(">qq", microseconds, interaction.id)).rstrip(b"=").decode()


def place(text: str, field: str = "before") -> tuple[datetime, int]:
    """What the cursor `text` stands for. Raises Invalid on `field`."""
    try:
        microseconds, last_id = struct.unpack(">qq", base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
        return _EPOCH + timedelta(microseconds=microseconds), last_id
    except (ValueError, binascii.Error, struct.error, OverflowError):
        raise Invalid({field: "is not a cursor of this timeline"}) from None


def _conditions(type: str | None, start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    conditions = [Interaction.start_datetime <= clock.horizon()]
    if end:
        conditions.append(Interaction.start_datetime < end)
    if type:
        conditions.append(Interaction.type == type)
    if start:
        conditions.append(Interaction.start_datetime >= start)
    return conditions
