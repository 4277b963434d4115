"""That the text indexes of contacts and meetings are used. Of interactions': test_search_texts.py."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from crm.database import transaction
from crm.extensions import db
from crm.models import Base
from crm.services import bulk, finding, lookup
from crm.services.members import Member
from making import new_contact, schedule

COUNT = 20_000


def copy(number: int, named: str) -> dict[str, Any]:
    """Each meeting is with a contact of its own."""
    whom = {"contact_id": number} if named == "purpose" else {}
    return {"id": number, "uid": UUID(int=number), named: f"number {number}", "search_text": f"number {number}"} | whom


def test_contacts_and_meetings_are_found_by_their_index(alice: Member) -> None:
    """Neither the names nor the texts are read one by one."""
    schedule(alice, new_contact(alice), purpose="The first of all")
    with transaction():
        for name, texts in (("contacts", "name_key"), ("meetings", "purpose")):
            table = Base.metadata.tables[name]
            first = dict(db.session.execute(table.select()).mappings().one())
            bulk.insert(table, (first | copy(n, texts) for n in range(2, COUNT)))
            bulk.keys_are_taken(table)
        db.session.execute(text("ANALYZE"))
    on_postgresql = db.engine.dialect.name == "postgresql"
    if on_postgresql and not db.session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        pytest.skip("this PostgreSQL has no pg_trgm")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = finding.everywhere(alice, "19777")
        assert [len(look(alice, "19777")) for look in (lookup.contacts, lookup.meetings)] == [1, 1]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert (found.total_contacts, found.total_meetings) == (1, 1)
    for statement, parameters in asked:
        explain = "EXPLAIN" if on_postgresql else "EXPLAIN QUERY PLAN"
        plan = "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters))
        assert not re.search(r"Seq Scan on (contacts|meetings)|SCAN (contacts|meetings)(?! USING)\b(?!_)", plan), plan
