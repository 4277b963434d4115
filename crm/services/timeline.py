"""A contact's timeline: what has happened, newest first, by a cursor that costs the same however deep it goes."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, CompoundSelect, Integer, Select, bindparam, func, select, tuple_, union_all

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.questions import Question
from crm.services import folding, listing, matching
from crm.services.members import Member

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slice:
    """`before` is the cursor of what follows; None where nothing does."""

    items: Sequence[Any]
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

    The items have the columns of an interaction but for its folded texts, `contact_uid`, `meeting_uid`, and as `owner_id` the
    owner of the contact. Raises Invalid on `before`, `text`.
    """
    values = _values(member, contact, type=type, start=start, end=end, mood=mood, lead=lead, skipped=offset, size=limit + 1)
    if before:
        values["at"], values["last"] = place(before)
    query = _page(frozenset(values))
    for term in folding.terms(text, "text"):
        query = query.where(matching.has(term))
    found = db.session.connection().execute(query, values).all()
    return Slice(found[:limit], cursor(found[limit - 1]) if len(found) > limit else None)


def count(
    member: Member, contact: Contact, *, type: str | None = None, start: datetime | None = None, end: datetime | None = None
) -> int:
    """How many `past` would give in all."""
    values = _values(member, contact, type=type, start=start, end=end)
    return db.session.connection().scalar(_past(frozenset(values), func.count()), values) or 0


class First(NamedTuple):
    """What is planned and has not begun, soonest first, and the newest of the past."""

    planned: Sequence[Any]
    past: Slice


def ask_first(member: Member, contact: Contact, *, limit: int = 20, ahead: int = 20) -> Question[First]:
    """The first `ahead` that are planned, and the newest of `past`; of each what a page says."""
    values = _values(member, contact, size=limit + 1, ahead=ahead) | {"owner": contact.owner_id}

    def read(found: Sequence[Any]) -> First:
        planned = sum(row.start_datetime > values["horizon"] for row in found)
        begun = found[planned : planned + limit]
        return First(found[:planned][::-1], Slice(begun, cursor(begun[-1]) if len(found) - planned > limit else None))

    return Question(_first(), values, read)


def cursor(interaction: Any) -> str:
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


# The statements: put together once for each shape of question, with its values as parameters.

_COLUMNS = (*listing.SHOWN, Contact.uid.label("contact_uid"), Contact.owner_id, listing.meeting_uid(Interaction))
# What a page says of each; and whose the contact is, which is known.
_NAMES = (
    "id uid title type start_datetime timezone duration lead sentiment location source description notes topics_discussed "
    "follow_up_needed follow_up_notes meeting_id created_by"
)
_SAID = (
    *[getattr(Interaction, name) for name in _NAMES.split()],
    bindparam("owner", type_=Integer()).label("owner_id"),
)
_NEWEST = (Interaction.start_datetime.desc(), Interaction.id.desc())
_OF_CONTACT = (
    Interaction.site_id == bindparam("site"),
    Interaction.deleted_at.is_(None),
    Interaction.contact_id == bindparam("contact"),
)
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "type": Interaction.type == bindparam("type"),
    "start": Interaction.start_datetime >= bindparam("start"),
    "end": Interaction.start_datetime < bindparam("end"),
    "mood": Interaction.sentiment == bindparam("mood"),
    "lead": Interaction.lead == bindparam("lead"),
    # A cursor that somebody made up may name a key larger than any.
    "at": tuple_(Interaction.start_datetime, Interaction.id)
    < tuple_(bindparam("at", type_=Interaction.start_datetime.type), bindparam("last", type_=BigInteger())),
}


def _values(member: Member, contact: Contact, **more: Any) -> dict[str, Any]:
    """The parameters of every statement, and `more` unless they are None."""
    about = {"site": member.site_id, "contact": contact.id, "horizon": clock.horizon()}
    return about | {name: value for name, value in more.items() if value is not None}


@lru_cache(64)
def _past(names: frozenset[str], *columns: Any) -> Select[Any]:
    """What has begun, under the conditions of these names that there are."""
    query = select(*columns).where(*_OF_CONTACT, Interaction.start_datetime <= bindparam("horizon"))
    return query.where(*[_CONDITIONS[name] for name in sorted(names & _CONDITIONS.keys())])


@lru_cache(64)
def _page(names: frozenset[str]) -> Select[Any]:
    query = _past(names, *_COLUMNS).join(Contact, Contact.id == Interaction.contact_id)
    return query.order_by(*_NEWEST).offset(bindparam("skipped")).limit(bindparam("size"))


@lru_cache(1)
def _first() -> CompoundSelect[Any]:
    """What is planned, and the newest of the past; newest first."""
    ahead = select(*_SAID).where(*_OF_CONTACT, Interaction.start_datetime > bindparam("horizon"))
    ahead = ahead.order_by(Interaction.start_datetime, Interaction.id).limit(bindparam("ahead"))
    begun = _past(frozenset(), *_SAID).order_by(*_NEWEST).limit(bindparam("size"))
    both = union_all(*[select(part.subquery()) for part in (ahead, begun)])
    return both.order_by(both.selected_columns.start_datetime.desc(), both.selected_columns.id.desc())
