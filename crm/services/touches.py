"""Keeping in touch: when a contact was last talked to in a way that counts, and when that will be too long ago.

A contact's cadence is `keep_in_touch_days`. `cadence_types` are the types of interaction that count (none named: all), and with
`cadence_by_owner` only those that the owner led. `goes_cold_at` is stored as the counters are (decision 2): each change of an
interaction or of the contact computes it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact, Interaction, User
from crm.questions import Question
from crm.services import rows
from crm.services.members import Member

# How many talks "lately" are.
LATEST = 30
# What goes_cold_at follows from, besides the interactions.
FIELDS = {"keep_in_touch_days", "cadence_types", "cadence_by_owner", "owner_id"}


@dataclass(frozen=True, slots=True)
class Cadence:
    """`last`: the last talk that counts. `since`: from when the days are counted, the last talk or else the day on which the
    contact was added. `every`: how many days may pass; None: there is no rhythm."""

    last: datetime | None
    since: datetime
    every: int | None

    @property
    def days(self) -> int:
        """Whole days since."""
        return max(0, (clock.now() - self.since).days)

    @property
    def over(self) -> int:
        """By how many days it is too long; 0 while it is not."""
        return max(0, self.days - self.every) if self.every else 0


def cadence(contact: Contact) -> Cadence:
    """How it stands with `contact` now."""
    last = contact.last_interaction_at
    if contact.cadence_types or contact.cadence_by_owner:
        owner = contact.owner.name if contact.owner else None
        last = _last(contact.id, contact.cadence_types, contact.cadence_by_owner, owner)
    return Cadence(last, last or contact.created_at, contact.keep_in_touch_days)


@dataclass(frozen=True, slots=True)
class Numbers:
    """`quarter`: how many talks there were in this one; `average`: minutes, and `moods`: oldest first, of the latest talks."""

    quarter: int
    average: int | None
    moods: tuple[str, ...]


_PAST = (
    Interaction.site_id == bindparam("site"),
    Interaction.deleted_at.is_(None),
    Interaction.contact_id == bindparam("contact"),
    Interaction.start_datetime <= bindparam("horizon"),
)
# Both from the timeline's index; and counting needs no more than is in it: whose site it is, the contact says.
_QUARTER = select(func.count(Interaction.id)).where(*_PAST[1:], Interaction.start_datetime >= bindparam("begin"))
_LATEST = (
    select(Interaction.duration, Interaction.sentiment)
    .where(*_PAST)
    .order_by(Interaction.start_datetime.desc(), Interaction.id.desc())
    .limit(LATEST)
)


def numbers(quarter: int, latest: Sequence[Any]) -> Numbers:
    """How much there was to do with a contact lately, and how it felt: of the answers to `ask_quarter` and to `ask_latest`, or
    of the first rows of the timeline."""
    found = latest[:LATEST]
    lengths = [row.duration for row in found if row.duration]
    moods = tuple(row.sentiment for row in reversed(found) if row.sentiment)
    return Numbers(quarter, round(sum(lengths) / len(lengths)) if lengths else None, moods)


def ask_latest(member: Member, contact: Contact) -> Question[Sequence[Any]]:
    return Question(_LATEST, {"site": member.site_id, "contact": contact.id, "horizon": clock.horizon()}, lambda found: found)


def ask_quarter(member: Member, contact: Contact) -> Question[int]:
    """How many talks there were in the quarter of the year that the member is in."""
    today = clock.today(member.timezone)
    begin = clock.start_of_day(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), member.timezone)
    values = {"contact": contact.id, "horizon": clock.horizon(), "begin": begin}
    return Question(_QUARTER, values, lambda found: found[0][0])


@dataclass(frozen=True, slots=True)
class Cold:
    """A contact whose cadence is over, by `late` days: there was no talk that counts for `days`. Who was never talked to so is
    counted from the day of being added, and `last_at` is None."""

    contact: Contact
    last_at: datetime | None
    days: int
    late: int


def going_cold(member: Member, limit: int = 10, *, mine: bool = False) -> list[Cold]:
    """The contacts whose cadence is over, the longest first; with `mine` only the member's own. From an index."""
    now = clock.now()
    query = _gone_cold(member, now, mine=mine).order_by(Contact.goes_cold_at, Contact.id).limit(limit)
    return [_cold(contact, now) for contact in db.session.scalars(query.options(joinedload(Contact.owner)))]


def count_cold(member: Member) -> int:
    """How many of the site's contacts have a cadence that is over."""
    query = _gone_cold(member, clock.now()).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(query) or 0


def over(now: datetime) -> ColumnElement[bool]:
    """Whose cadence is over. On the day itself it is not too late yet."""
    return Contact.goes_cold_at <= now - timedelta(days=1)


def _gone_cold(member: Member, now: datetime, *, mine: bool = False) -> Select[Any]:
    """Who has a meeting ahead is not among them: there is nothing to do but wait for it."""
    query = rows.within(member, Contact).where(
        over(now),
        func.coalesce(Contact.stored_next_meeting_at <= now, True),
    )
    return query.where(Contact.owner_id == member.user_id) if mine else query


def _cold(contact: Contact, now: datetime) -> Cold:
    assert contact.goes_cold_at
    assert contact.keep_in_touch_days
    since = contact.goes_cold_at - timedelta(days=contact.keep_in_touch_days)
    return Cold(contact, None if since == contact.created_at else since, (now - since).days, (now - contact.goes_cold_at).days)


def settle(contact_ids: Collection[int]) -> None:
    """Stores when these contacts go cold. Whoever calls it has locked them."""
    wanted = select(
        Contact.id,
        Contact.keep_in_touch_days,
        Contact.cadence_types,
        Contact.cadence_by_owner,
        Contact.stored_last_interaction_at,
        Contact.created_at,
        User.name.label("owner"),
        Contact.goes_cold_at,
    ).outerjoin(User, User.id == Contact.owner_id)
    for row in db.session.execute(wanted.where(Contact.id.in_(contact_ids))).all():
        at = None
        if row.keep_in_touch_days:
            last = row.stored_last_interaction_at
            if row.cadence_types or row.cadence_by_owner:
                last = _last(row.id, row.cadence_types, row.cadence_by_owner, row.owner)
            at = (last or row.created_at) + timedelta(days=row.keep_in_touch_days)
        if at != row.goes_cold_at:
            change = update(Contact).where(Contact.id == row.id).values(goes_cold_at=at, updated_at=Contact.updated_at)
            db.session.execute(change.execution_options(synchronize_session=False))


def _last(contact_id: int, types: Collection[str], by_owner: bool, owner: str | None) -> datetime | None:
    """The start of the last interaction that has begun, of these types (none: any), and led by the owner if it must be."""
    query = select(func.max(Interaction.start_datetime)).where(
        Interaction.contact_id == contact_id,
        Interaction.deleted_at.is_(None),
        Interaction.start_datetime <= clock.horizon(),
    )
    if types:
        query = query.where(Interaction.type.in_(types))
    if by_owner:
        query = query.where(Interaction.lead == owner)
    return db.session.scalar(query)
