"""Open follow-ups by how near their day is: the columns of the board, each by itself in pages, and a number for the shell. And
those that are done, the last first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, FollowUp
from crm.questions import Question, answer
from crm.services import rows
from crm.services.members import Member

COLUMNS = ("overdue", "today", "week", "later", "undated")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose follow-ups: somebody's or everybody's (None), and with one contact or all."""

    owner_id: int | None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The first `items` by day of `total`. `after` is the cursor of what follows; None where nothing does."""

    code: str
    items: list[FollowUp]
    total: int
    after: str | None


def columns(member: Member, whose: Whose, which: Sequence[str] = COLUMNS, *, limit: int = 25) -> list[Column]:
    """The columns of the board, from `which`, in two queries and one more for each that has rows."""
    today = clock.today(member.timezone)
    sums = [func.count().filter(_in(code, today)) for code in which]
    totals = db.session.execute(_open(member, whose).with_only_columns(*sums)).one()
    return [
        _page(member, whose, code, total, None, limit) if total else Column(code, [], 0, None)
        for code, total in zip(which, totals, strict=True)
    ]


def more(member: Member, whose: Whose, code: str, after: str, *, limit: int = 50) -> Column:
    """What follows the cursor `after` in a column; its total is not counted again.

    Raises Invalid on `after` or `column`.
    """
    if code not in COLUMNS:
        raise Invalid({"column": f"must be one of {', '.join(COLUMNS)}"})
    return _page(member, whose, code, 0, after, limit)


def done(member: Member, whose: Whose, after: str = "", *, limit: int = 50) -> Column:
    """What is done, the last first, or what follows the cursor `after`. It is not counted: it only grows.

    Raises Invalid on `after`.
    """
    at = FollowUp.completed_at
    query = _of(member, whose).where(at.is_not(None))  # which is to say "done", in the words of the index
    if after:
        query = query.where(tuple_(at, FollowUp.id) < tuple_(*_read_done(after)))
    query = query.order_by(at.desc(), FollowUp.id.desc()).limit(limit + 1)
    found = list(db.session.scalars(query.options(joinedload(FollowUp.contact), joinedload(FollowUp.owner))))
    items = found[:limit]
    last = items[-1] if len(found) > limit else None
    return Column("done", items, 0, f"{last.completed_at:%Y-%m-%dT%H:%M:%S.%f}.{last.id}" if last else None)


# Every page asks it.
_DUE = select(func.count(FollowUp.id)).where(
    FollowUp.site_id == bindparam("site"),
    FollowUp.deleted_at.is_(None),
    FollowUp.status == "open",
    FollowUp.owner_id == bindparam("owner"),
    FollowUp.due_on <= bindparam("today"),
)


def count_due(member: Member) -> int:
    """How many of the member's own are due today or overdue."""
    return answer(ask_count_due(member))


def ask_count_due(member: Member) -> Question[int]:
    values = {"site": member.site_id, "owner": member.user_id, "today": clock.today(member.timezone)}
    return Question(_DUE, values, lambda found: found[0][0])


def first_day(code: str, today: date) -> date | None:
    """The day that a follow-up gets when it is put into a column. Raises Invalid for "overdue": that day has gone."""
    if code == "overdue":
        raise Invalid({"due_on": "has already gone"})
    after_the_week = today + WEEK + timedelta(days=1)
    monday = after_the_week + timedelta(days=-after_the_week.weekday() % 7)
    return {"today": today, "week": today + timedelta(days=1), "later": monday}.get(code)


def by_column(items: Iterable[FollowUp], today: date) -> dict[str, list[FollowUp]]:
    """The same rows by the columns that they are in, in the board's order; what is empty is left out."""
    rows_of: dict[str, list[FollowUp]] = {code: [] for code in COLUMNS}
    for item in items:
        rows_of[_code(item.due_on, today)].append(item)
    return {code: found for code, found in rows_of.items() if found}


def _code(due_on: date | None, today: date) -> str:
    """As `_in` has it."""
    if due_on is None:
        return "undated"
    if due_on <= today:
        return "today" if due_on == today else "overdue"
    return "week" if due_on <= today + WEEK else "later"


def _open(member: Member, whose: Whose) -> Select[FollowUp]:
    return _of(member, whose).where(FollowUp.status == "open")


def _of(member: Member, whose: Whose) -> Select[FollowUp]:
    query = rows.within(member, FollowUp)
    if whose.owner_id is not None:
        query = query.where(FollowUp.owner_id == whose.owner_id)
    if whose.contact is not None:
        query = query.where(FollowUp.contact_id == whose.contact.id)
    return query


def _in(code: str, today: date) -> ColumnElement[bool]:
    return {
        "overdue": FollowUp.due_on < today,
        "today": FollowUp.due_on == today,
        "week": FollowUp.due_on.between(today + timedelta(days=1), today + WEEK),
        "later": FollowUp.due_on > today + WEEK,
        "undated": FollowUp.due_on.is_(None),
    }[code]


def _page(member: Member, whose: Whose, code: str, total: int, after: str | None, limit: int) -> Column:
    query = _open(member, whose).where(_in(code, clock.today(member.timezone)))
    if after:
        due_on, key = read_cursor(after)
        query = query.where(tuple_(FollowUp.due_on, FollowUp.id) > tuple_(due_on, key) if due_on else FollowUp.id > key)
    query = query.order_by(FollowUp.due_on, FollowUp.id).limit(limit + 1)
    return first_of(
        code, db.session.scalars(query.options(joinedload(FollowUp.contact), joinedload(FollowUp.owner))), limit, total
    )


def first_of(code: str, rows_by_day: Iterable[FollowUp], limit: int, total: int = 0) -> Column:
    """The first `limit` of rows that are in the order of their days; there is one more if something follows."""
    found = list(rows_by_day)
    last = found[limit - 1] if len(found) > limit else None
    return Column(code, found[:limit], total, f"{last.due_on or ''}.{last.id}" if last else None)


def read_cursor(text: str) -> tuple[date | None, int]:
    """The day and the key behind which a list by day goes on. Raises Invalid on `after`."""
    day, _, key = text.partition(".")
    try:
        return date.fromisoformat(day) if day else None, rows.possible(int(key))
    except ValueError:
        raise Invalid({"after": "is not a cursor of this list"}) from None


def _read_done(text: str) -> tuple[datetime, int]:
    at, _, key = text.rpartition(".")
    try:
        return clock.to_utc(datetime.fromisoformat(at), "UTC"), rows.possible(int(key))
    except (ValueError, OverflowError):
        raise Invalid({"after": "is not a cursor of this list"}) from None
