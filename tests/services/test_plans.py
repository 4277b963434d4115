"""What a contact, and a site, with 100,000 interactions costs: as much as one with ten, by an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from crm import clock
from crm.database import transaction
from crm.extensions import db
from crm.models import Base, Contact, Interaction
from crm.schemas.contacts import ContactNew
from crm.schemas.interactions import InteractionNew
from crm.services import analytics, contacts, interactions, overview, timeline
from crm.services.members import Member

MANY = 100_000
PAGE = 25


@pytest.fixture
def ada(alice: Member) -> Contact:
    """A contact with very many interactions, an hour apart, every tenth a meeting. The oldest fifth is of another
    one: were all of one, the index of the site would answer for a contact as well as its own, and either may be chosen."""
    with transaction():
        other, contact = (contacts.add(alice, ContactNew(name=name)) for name in ("Bo Peep", "Ada Lovelace"))
        first = InteractionNew(contact_id=contact.uid, type="call", start_datetime=clock.now() - timedelta(days=4200))
        interactions.log(alice, first)
    postgres = db.engine.dialect.name == "postgresql"
    later = "strftime('%Y-%m-%d %H:%M:%f000', start_datetime, n.i || ' hours')"
    own = {
        "uid": "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))",
        "contact_id": f"CASE WHEN n.i < {MANY // 5} THEN {other.id} ELSE contact_id END",
        "type": "CASE WHEN n.i % 10 = 0 THEN 'meeting' ELSE type END",
        "start_datetime": "start_datetime + n.i * interval '1 hour'" if postgres else later,
    }
    names = [column.name for column in Base.metadata.tables["interactions"].columns if column.name != "id"]
    copies = text(
        f"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY - 1})
        INSERT INTO interactions ({", ".join(names)})
        SELECT {", ".join(own.get(name, name) for name in names)} FROM interactions, n
        """  # noqa: S608
    )
    with transaction():
        db.session.execute(copies)
        contacts.settle(contact.id)
    with transaction():
        db.session.execute(text("ANALYZE"))
    return contacts.get(alice, contact.uid)


@pytest.fixture
def asked(ada: Contact) -> Iterator[list[tuple[str, Any]]]:
    """The statements that were executed, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def plan(statement: str, parameters: Any) -> str:
    """How the database says that it would answer."""
    explain = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


def answered_by(index: str, statement: str, parameters: Any) -> bool:
    """Whether `index` answers, without a look at every interaction and without sorting them."""
    how = plan(statement, parameters)
    return f"{index} " in how and not any(
        word in how for word in ("Seq Scan on interactions", "SCAN interactions", "Sort", "TEMP B-TREE")
    )


def test_a_contact_with_very_many_interactions_costs_as_much_as_another(
    alice: Member, ada: Contact, asked: list[tuple[str, Any]]
) -> None:
    assert db.session.scalar(select(func.count(Interaction.id))) == MANY
    # Not the last page: for a few rows that remain, sorting them may be as cheap, and PostgreSQL may choose to.
    deep = select(Interaction).where(Interaction.contact_id == ada.id).order_by(Interaction.start_datetime)
    deep = deep.offset(40 * PAGE).limit(1)
    for kind, index in ((None, "ix_interactions_timeline"), ("meeting", "ix_interactions_timeline_type")):
        last_before = db.session.scalars(deep.where(Interaction.type == kind) if kind else deep).one()
        for cursor in (None, timeline.cursor(last_before)):  # page 1, and page 3,160
            asked.clear()
            part = timeline.past(alice, ada, type=kind, before=cursor, limit=PAGE)
            assert len(part.items) == PAGE
            assert len(asked) == 1
            assert answered_by(index, *asked[0]), plan(*asked[0])

    asked.clear()
    with transaction():
        contacts.settle(ada.id)
    assert len(asked) <= 4
    assert answered_by(
        "ix_interactions_timeline", *next(query for query in asked if "max(interactions.start_datetime)" in query[0])
    )


def test_twelve_weeks_of_a_site_with_very_many_interactions_are_found_by_an_index(
    alice: Member, ada: Contact, asked: list[tuple[str, Any]]
) -> None:
    for contact_id, index in ((None, "ix_interactions_site"), (ada.uid, "ix_interactions_timeline")):
        end = clock.now() - timedelta(days=365)
        asked.clear()
        report = analytics.interactions(alice, end=end, contact_id=contact_id)
        assert 11 * 7 * 24 <= report.total_interactions <= 12 * 7 * 24
        looks = [query for query in asked if query[0].startswith("WITH")]
        assert len(looks) == 2
        for statement, parameters in looks:
            how = plan(statement, parameters)
            assert f"{index} " in how
            assert "Seq Scan on interactions" not in how
            assert "SCAN interactions" not in how


def test_analytics_is_found_by_an_index_and_on_postgresql_reads_no_row(
    alice: Member, ada: Contact, asked: list[tuple[str, Any]]
) -> None:
    postgres = db.engine.dialect.name == "postgresql"
    if postgres:  # as it does by itself, sooner or later
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Rows are not seen by all before their commit is on the disk, for which the tests' server does not wait.
            connection.execute(text("CHECKPOINT"))
            connection.execute(text("VACUUM interactions"))
    today = clock.today(alice.site_timezone)
    asked.clear()
    report = overview.overview(alice, overview.Span(today - timedelta(days=90), today), unit="week")
    assert report.totals.count
    looks = [query for query in asked if "coalesce(sum(" in query[0]]
    assert len(looks) == 2
    for statement, parameters in looks:
        wanted = "Index Only Scan using ix_interactions_site" if postgres else "USING INDEX ix_interactions_site"
        assert wanted in plan(statement, parameters)
