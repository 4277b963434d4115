"""What a list asks the database does not grow with its rows."""

from __future__ import annotations

from uuid import uuid4

import pytest

from crm.schemas.contacts import ContactNew
from crm.schemas.interactions import InteractionNew
from crm.schemas.meetings import MeetingNew, MeetingOutcome
from crm.services import contacts, interactions, meetings

# Login, user, membership and site: one. Then the count, the rows, and for some what belongs to them.
MOST = {
    "/interactions?page_size=100": 3,
    "/interactions?pageSize=100&search=e&type=call&startDate=2020-01-01": 3,
    "/search/interactions?page_size=100&query=e": 3,  # whose name it is in; count and rows at once
    "/search/date-range?page_size=100&start_date=2020-01-01&end_date=2030-01-01": 3,
    "/search/type/call?page_size=100": 3,
    "/search/lead/alice?page_size=100": 3,  # whom it may stand for
    "/search/upcoming?limit=50": 2,
    "/search/recent?limit=50": 2,
    "/contacts?pageSize=100": 5,
    "/meetings?pageSize=100": 3,
    "/follow-ups?pageSize=100": 3,
    "/follow-ups?pageSize=100&status=open&ownerId=1&dueAfter=2020-01-01&dueBefore=2999-01-01": 3,
    "/contacts/1/interactions?pageSize=100": 4,
    "/contacts/1/interactions?pageSize=100&before={cursor}": 3,
}


def grow(app, world, count):
    """More contacts with a call, a completed meeting and a follow-up each, and as many more of those with the first one."""
    at = "2025-01-01T00:00:00Z"
    with app.app_context():
        member = world.member("alice")
        for n in range(count):
            new = ContactNew(name=f"Contact {n}", emails=[f"{uuid4()}@x.example"], phones=["030 1", "030 2"])
            for whom in (contacts.add(member, new), contacts.get(member, 1)):
                interactions.log(member, InteractionNew(contact_id=whom.uid, type="call", start_datetime=at))
                planned = InteractionNew(contact_id=whom.uid, type="call", start_datetime="2099-01-01T00:00:00Z")
                interactions.log(member, planned, ahead=True)
                meeting = meetings.schedule(member, MeetingNew(contact_id=whom.uid, scheduled_datetime=at))
                meetings.complete(member, meeting.id, MeetingOutcome(action_items=[{"title": "Write"}]))
        contacts.db.session.commit()


def test_queries_of_a_list(app, world, alice, queries):
    # What each asked for, and how many rows it had, with few rows and with many.
    seen: dict[str, list[tuple[list[str], int]]] = {path: [] for path in MOST}
    for more in (2, 12):
        grow(app, world, more)
        cursor = alice.get("/contacts/1/interactions?pageSize=1").json["nextCursor"]
        for path, found in seen.items():
            queries.statements.clear()
            answer = alice.get(path.format(cursor=cursor))
            assert answer.status_code == 200, path
            statements = [one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]
            found.append((statements, len(next(iter(answer.json.values())))))

    wrong = {}
    for path, ((few, rows), (many, more_rows)) in seen.items():
        if not (more_rows > rows and len(few) == len(many) == MOST[path]):
            wrong[path] = f"{rows} and {more_rows} rows; {len(few)} and {len(many)} queries, not {MOST[path]}", many
    assert wrong == {}


def test_queries_of_an_advanced_search(app, world, alice, queries):
    """Whatever is asked for: who acts, and the answer."""
    body = {
        "filters": [
            {"field": "title", "operator": "contains", "value": "contact"},
            {"field": "meeting_id", "operator": "is_null"},
        ],
        "sort": {"field": "contact_id"},
        "size": 100,
    }

    def asked():
        queries.statements.clear()
        answer = alice.post("/search/advanced", body)
        assert answer.status_code == 200
        statements = [one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]
        return len(statements), answer.json["total"]

    grow(app, world, 2)
    few, rows = asked()
    grow(app, world, 12)
    many, more_rows = asked()
    assert more_rows > rows
    assert few == many == 2, queries.statements


@pytest.mark.parametrize("path", ["/auth/profile", "/auth/sites", "/users/sites"])
def test_who_acts_is_one_query(alice, queries, path):
    queries.statements.clear()
    alice.get(path)
    assert len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]) == 1
