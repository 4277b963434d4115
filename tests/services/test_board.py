"""The board of follow-ups: columns by day, each in pages, and the number in the shell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from time_machine import Traveller

from crm.database import transaction
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, FollowUp
from crm.services import board, follow_ups
from crm.services.board import COLUMNS, Whose
from crm.services.members import Member
from making import do, edit_follow_up, names, new_contact, plan

pytestmark = pytest.mark.usefixtures("clock")

# Today is Monday, 2 March 2026.
DAYS = {
    "Long ago": "2026-01-05",
    "Yesterday": "2026-03-01",
    "Now": "2026-03-02",
    "Tomorrow": "2026-03-03",
    "In a week": "2026-03-09",
    "In eight days": "2026-03-10",
    "Someday": None,
}


def shown(member: Member, whose: Whose | None = None, **more: int) -> dict[str, list[str]]:
    return {column.code: names(column) for column in board.columns(member, whose or Whose(member.user_id), **more)}


def test_columns(bob: Member) -> None:
    for title, day in DAYS.items():
        plan(bob, title, due_on=day)
    done = plan(bob, "Done", due_on="2026-03-02")
    do(follow_ups.complete, bob, done.id)
    assert shown(bob) == {
        "overdue": ["Long ago", "Yesterday"],
        "today": ["Now"],
        "week": ["Tomorrow", "In a week"],
        "later": ["In eight days"],
        "undated": ["Someday"],
    }
    assert board.count_due(bob) == 3


def test_rows_that_are_there_fall_into_the_same_columns(bob: Member) -> None:
    planned = [plan(bob, title, due_on=day) for title, day in DAYS.items()]
    found = board.by_column(planned, date(2026, 3, 2))
    assert {code: [one.title for one in some] for code, some in found.items()} == shown(bob)


def test_whose(alice: Member, bob: Member, charlie: Member, ada: Contact) -> None:
    plan(bob, "His", due_on="2026-03-02", contact_id=ada.uid)
    plan(bob, "Hers", due_on="2026-03-02", owner_id=alice.user_id, contact_id=new_contact(bob, "Bert").uid)
    assert shown(bob)["today"] == ["His"]
    assert shown(bob, Whose(None))["today"] == ["His", "Hers"]
    assert shown(bob, Whose(alice.user_id))["today"] == ["Hers"]
    assert shown(bob, Whose(None, ada))["today"] == ["His"]
    assert shown(charlie, Whose(None))["today"] == []
    assert (board.count_due(bob), board.count_due(alice), board.count_due(charlie)) == (1, 1, 0)


@pytest.mark.parametrize(("column", "day"), [("overdue", "2026-01-05"), ("undated", None)])
def test_a_column_in_pages(bob: Member, column: str, day: str | None) -> None:
    for number in range(5):
        plan(bob, f"Number {number}", due_on=day)
    [first] = board.columns(bob, Whose(bob.user_id), (column,), limit=2)
    assert (names(first), first.total) == (["Number 0", "Number 1"], 5)
    assert first.after
    second = board.more(bob, Whose(bob.user_id), column, first.after, limit=2)
    assert second.after
    third = board.more(bob, Whose(bob.user_id), column, second.after, limit=2)
    assert (names(second), names(third), third.after) == (["Number 2", "Number 3"], ["Number 4"], None)


def test_what_is_no_cursor_and_no_column(bob: Member) -> None:
    for column, after in (("overdue", "nonsense"), ("overdue", "2026-99-01.1"), ("sooner", ".1")):
        with pytest.raises(Invalid):
            board.more(bob, Whose(None), column, after)


def test_the_first_day_of_a_column(bob: Member) -> None:
    today = date(2026, 3, 2)
    days = {code: board.first_day(code, today) for code in COLUMNS if code != "overdue"}
    assert days == {"today": today, "week": date(2026, 3, 3), "later": date(2026, 3, 16), "undated": None}
    for code, day in days.items():
        row = edit_follow_up(bob, plan(bob, code, due_on="2026-01-05").id, due_on=day and day.isoformat())
        assert row.title in shown(bob)[code]
    with pytest.raises(Invalid):
        board.first_day("overdue", today)


def test_what_is_done_the_last_first(alice: Member, bob: Member, charlie: Member, ada: Contact, clock: Traveller) -> None:
    for title, member, about in (("First", bob, ada), ("Second", alice, None), ("Third", bob, None), ("Gone", bob, ada)):
        clock.shift(timedelta(minutes=1))
        do(follow_ups.complete, member, plan(member, title, contact_id=about and about.uid).id)
    plan(bob, "Open")
    do(follow_ups.delete, bob, follow_ups.find(bob, status="done").items[-1].id)

    def titles(member: Member, whose: Whose) -> list[str]:
        return names(board.done(member, whose))

    assert titles(bob, Whose(None)) == ["Third", "Second", "First"]
    assert titles(bob, Whose(bob.user_id)) == ["Third", "First"]
    assert titles(bob, Whose(None, ada)) == ["First"]
    assert titles(charlie, Whose(None)) == []
    do(follow_ups.reopen, bob, follow_ups.find(bob, status="done").items[0].id)
    assert titles(bob, Whose(bob.user_id)) == ["Third"]


def test_what_is_done_in_pages(bob: Member) -> None:
    for number in range(5):  # all at one moment
        do(follow_ups.complete, bob, plan(bob, f"Number {number}").id)
    seen, after = [], ""
    for _ in range(3):
        part = board.done(bob, Whose(None), after, limit=2)
        seen += names(part)
        after = part.after or ""
    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    assert after == ""
    assert names(board.done(bob, Whose(None), f"2026-03-02T13:00:00.{10**30}", limit=9)) == seen
    for cursor in ("yesterday.1", "2026-03-02T13:00:00.x", "9"):
        with pytest.raises(Invalid):
            board.done(bob, Whose(None), cursor)


def test_what_is_done_comes_from_an_index_however_much_it_is(bob: Member) -> None:
    do(follow_ups.complete, bob, plan(bob, "One").id)
    postgres = db.engine.dialect.name == "postgresql"
    own = {
        "uid": "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))",
        "completed_at": "completed_at - n.i * interval '1 minute'"
        if postgres
        else "datetime(completed_at, -n.i || ' minutes')",
    }
    columns = [column.name for column in FollowUp.__table__.columns if column.name != "id"]
    copies = f"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO follow_ups ({", ".join(columns)})
        SELECT {", ".join(own.get(name, name) for name in columns)} FROM follow_ups, n
        """  # noqa: S608
    with transaction():
        db.session.execute(text(copies))
    with transaction():
        db.session.execute(text("ANALYZE"))
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    board.done(bob, Whose(None))
    board.done(bob, Whose(bob.user_id), "2026-03-01T12:00:00.9")
    event.remove(db.engine, "before_cursor_execute", note)
    asked = [query for query in seen if "FROM follow_ups" in query[0]]
    assert len(asked) == 2
    for statement, parameters in asked:
        explain = "EXPLAIN" if postgres else "EXPLAIN QUERY PLAN"
        rows = db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
        how = "\n".join(str(row[-1]) for row in rows)
        assert "ix_follow_ups_done" in how
        assert "TEMP B-TREE" not in how
        assert "Sort" not in how
