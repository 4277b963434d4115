"""How promises are kept: the follow-ups that fell due in a range of days, and how long they took."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, case, func, null, select

from crm import clock
from crm.extensions import db
from crm.models import Contact, FollowUp, User
from crm.models.follow_up import STATUSES
from crm.services import wall
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
    zone, now = member.site_timezone, clock.now()

    def day(instant: Any) -> Any:
        return wall.days(instant, zone, _SINCE, now)

    due = wall.seconds(FollowUp.due_on).op("/")(wall.DAY)
    done = FollowUp.status == "done"
    verdict = case(
        (and_(done, day(FollowUp.completed_at) <= due), "on_time"),
        (done, "late"),
        (FollowUp.due_on < clock.today(zone), "overdue"),
        else_="open",
    ).label("verdict")
    took = case((done, day(FollowUp.completed_at) - day(FollowUp.created_at)), else_=null()).label("took")
    query = select(verdict, took).where(
        FollowUp.site_id == member.site_id,
        FollowUp.deleted_at.is_(None),
        FollowUp.status.in_(STATUSES),  # all there are: the index has them before the day
        FollowUp.due_on.between(span.first, span.last),
    )
    if contact:
        query = query.where(FollowUp.contact_id == contact.id)
    if lead:
        query = query.join(User, User.id == FollowUp.owner_id).where(User.name == lead)
    each = query.subquery()
    counts = select(each.c.verdict, each.c.took, func.count().label("size")).group_by(each.c.verdict, each.c.took)
    found: Counter[str] = Counter()
    days: Counter[int] = Counter()
    for row in db.session.execute(counts):
        found[row.verdict] += row.size
        if row.took is not None:
            days[max(int(row.took), 0)] += row.size
    return Response(found["on_time"], found["late"], found["overdue"], found["open"], days)
