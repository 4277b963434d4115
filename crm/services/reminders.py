"""Reminders of follow-ups: one mail a morning to each owner, about what is due that day (or is to be remembered on it).

A follow-up is claimed before its mail is sent, so that two workers never send it twice; if the mail server refuses for now,
the claim is given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import FollowUp, Membership, Site, User

MORNING = 8  # o'clock, on the owner's wall
# What no worker has sent by then is old news.
LATEST = timedelta(days=3)

_DAY = func.coalesce(FollowUp.remind_on, FollowUp.due_on)
_WANTED = (FollowUp.deleted_at.is_(None), FollowUp.status == "open", FollowUp.reminds)
_UNSENT = or_(FollowUp.reminded_on.is_(None), FollowUp.reminded_on < _DAY)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What to tell `user` of `site` on the day `today`."""

    user: User
    site: Site
    today: date
    follow_ups: list[FollowUp]


def pending() -> list[tuple[int, int]]:
    """(user, site) of those whose morning has come and who have something to be told. For the clock."""
    somewhere = clock.now().astimezone(UTC).date()
    query = (
        select(User.id, Site.id, func.min(_DAY), User.timezone, Site.timezone)
        .select_from(FollowUp)
        .join(User, User.id == FollowUp.owner_id)
        .join(Site, Site.id == FollowUp.site_id)
        .join(Membership, (Membership.user_id == User.id) & (Membership.site_id == Site.id))
        .where(*_WANTED, _UNSENT, User.is_active, _DAY.between(somewhere - LATEST, somewhere + timedelta(days=1)))
        .group_by(User.id, Site.id, User.timezone, Site.timezone)
        .order_by(User.id, Site.id)
    )
    found = db.session.execute(query).all()
    return [(user, site) for user, site, day, own, sites in found if _has_come(day, own or sites)]


def claim(user_id: int, site_id: int) -> Reminder | None:
    """What is to be told now, marked as told. None where there is nothing: another worker was faster, or it is done."""
    user, site = db.session.get_one(User, user_id), db.session.get_one(Site, site_id)
    today = clock.today(user.timezone or site.timezone)
    query = (
        select(FollowUp)
        .where(FollowUp.owner_id == user_id, FollowUp.site_id == site_id, *_WANTED, _UNSENT)
        .where(_DAY.between(today - LATEST, today))
        .order_by(_DAY, FollowUp.id)
        .options(joinedload(FollowUp.contact))
        .with_for_update(of=FollowUp, skip_locked=True)
    )
    found = list(db.session.scalars(query))
    _mark([row.id for row in found], today)
    return Reminder(user, site, today, found) if found else None


def give_back(follow_up_ids: Sequence[int]) -> None:
    """The mail was not sent: the next try may."""
    _mark(follow_up_ids, None)


def _has_come(day: date, zone: str) -> bool:
    wall = clock.now().astimezone(ZoneInfo(zone))
    return day < wall.date() or (day == wall.date() and wall.hour >= MORNING)


def _mark(follow_up_ids: Sequence[int], day: date | None) -> None:
    """Not an edit: neither the version nor the time of the last change moves."""
    marked = update(FollowUp).where(FollowUp.id.in_(follow_up_ids)).values(reminded_on=day, updated_at=FollowUp.updated_at)
    db.session.execute(marked)
