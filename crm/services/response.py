"""How promises are kept: the follow-ups that fell due in a range of days, and how long they took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Case, Select, and_, case, func, null, select, tuple_
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Contact, FollowUp, User
from crm.models.follow_up import STATUSES
from crm.services import wall
from crm.services.board import Column, first_of, read_cursor
from crm.services.members import Member
from crm.services.overview import Span

# Nothing was promised here earlier: `created_at` and `completed_at` are stamped by this application's clock.
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Response:
    """Of the follow-ups that fall due in the range: done by their day, done after it, overdue and open, open with time left.
    `took`: of the done ones, how many took how many days, counted from midnight to midnight."""

    on_time: int
    late: int
    overdue: int
    open: int
    took: Counter[int]

    @property
    def count(self) -> int:
        return self.on_time + self.late + self.overdue + self.open

    @property
    def median_days(self) -> float | None:
        """None where none is done."""
        every = sorted(self.took.elements())
        if not every:
            return None
        middle = len(every) // 2
        return float(every[middle]) if len(every) % 2 else (every[middle - 1] + every[middle]) / 2


def follow_ups(member: Member, span: Span, *, contact: Contact | None = None, lead: str = "") -> Response:
    """One query. `lead` is the owner's name. Days are those on the wall of the site."""
    done, day = FollowUp.status == "done", _days_of(member)
    took = case((done, day(FollowUp.completed_at) - day(FollowUp.created_at)), else_=null()).label("took")
    query = _due(select(_verdict(member).label("verdict"), took), member, span, contact, lead)
    query = query.where(FollowUp.status.in_(STATUSES))  # all there are: the index has them before the day
    each = query.subquery()
    counts = select(each.c.verdict, each.c.took, func.count().label("size")).group_by(each.c.verdict, each.c.took)
    found: Counter[str] = Counter()
    days: Counter[int] = Counter()
    for row in db.session.execute(counts):
        found[row.verdict] += row.size
        if row.took is not None:
            days[max(int(row.took), 0)] += row.size
    return Response(found["on_time"], found["late"], found["overdue"], found["open"], days)


def behind(
    member: Member,
    span: Span,
    verdict: str,
    after: str = "",
    *,
    contact: Contact | None = None,
    lead: str = "",
    limit: int = 50,
) -> Column:
    """The follow-ups that `follow_ups` counts as `verdict`, the last due first, or what follows the cursor `after`.

    Raises Invalid on `after`.
    """
    status = "done" if verdict in ("on_time", "late") else "open"
    query = _due(select(FollowUp), member, span, contact, lead).where(FollowUp.status == status, _verdict(member) == verdict)
    if after:
        query = query.where(tuple_(FollowUp.due_on, FollowUp.id) < tuple_(*read_cursor(after)))
    query = query.order_by(FollowUp.due_on.desc(), FollowUp.id.desc()).limit(limit + 1)
    return first_of(verdict, db.session.scalars(query.options(joinedload(FollowUp.contact), joinedload(FollowUp.owner))), limit)


def _due(query: Select[Any], member: Member, span: Span, contact: Contact | None, lead: str) -> Select[Any]:
    query = query.where(
        FollowUp.site_id == member.site_id,
        FollowUp.deleted_at.is_(None),
        FollowUp.due_on.between(span.first, span.last),
    )
    if contact:
        query = query.where(FollowUp.contact_id == contact.id)
    if lead:
        query = query.join(User, User.id == FollowUp.owner_id).where(User.name == lead)
    return query


def _verdict(member: Member) -> Case[str]:
    done, due = FollowUp.status == "done", wall.seconds(FollowUp.due_on).op("/")(wall.DAY)
    return case(
        (and_(done, _days_of(member)(FollowUp.completed_at) <= due), "on_time"),
        (done, "late"),
        (FollowUp.due_on < clock.today(member.site_timezone), "overdue"),
        else_="open",
    )


def _days_of(member: Member) -> Callable[[Any], Any]:
    """The day of an instant on the wall of the site, as a number."""
    now = clock.now()
    return lambda instant: wall.days(instant, member.site_timezone, _SINCE, now)
