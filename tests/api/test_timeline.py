"""A contact's timeline, by page and by cursor."""

from __future__ import annotations

import pytest

from crm.schemas.interactions import InteractionNew
from crm.services import interactions


@pytest.fixture
def many(app, world, ada):
    """25 interactions with Ada, every third one a call, some at the same instant; and one that is planned."""
    with app.app_context():
        member = world.member("bob")
        for n in range(25):
            new = InteractionNew(
                contact_id=ada["id"], type="email" if n % 3 else "call", start_datetime=f"2025-01-{1 + n // 2:02}T10:00:00Z"
            )
            interactions.log(member, new)
        interactions.log(
            member, InteractionNew(contact_id=ada["id"], type="call", start_datetime="2999-01-01T00:00:00Z"), ahead=True
        )
        interactions.db.session.commit()


def walk(bob, path):
    """All of it, page by page, by the cursor."""
    found, before = [], ""
    while True:
        answer = bob.get(f"{path}&before={before}" if before else path)
        assert answer.status_code == 200, answer.json
        assert ("total" in answer.json) == ("page" in answer.json) == (not before)
        found += [item["number"] for item in answer.json["interactions"]]
        before = answer.json["nextCursor"]
        if before is None:
            return found


@pytest.mark.parametrize("size", [1, 7, 25, 100])
def test_by_cursor(bob, ada, many, size):
    numbers = walk(bob, f"/contacts/{ada['id']}/interactions?pageSize={size}")
    assert numbers == list(range(25, 0, -1))


def test_by_page(bob, ada, many):
    path = f"/contacts/{ada['id']}/interactions?pageSize=10"
    pages = [bob.get(f"{path}&page={n}").json for n in (1, 2, 3, 4)]
    assert [item["number"] for page in pages for item in page["interactions"]] == list(range(25, 0, -1))
    assert {page["total"] for page in pages} == {25}
    assert [page["nextCursor"] is None for page in pages] == [False, False, True, True]


def test_a_cursor_goes_with_the_filters(bob, ada, many):
    numbers = walk(bob, f"/contacts/{ada['id']}/interactions?pageSize=2&type=call&startDate=2025-01-02&endDate=2025-01-12")
    assert numbers == [22, 19, 16, 13, 10, 7, 4]


def test_a_cursor_holds_while_others_write(bob, ada, many):
    path = f"/contacts/{ada['id']}/interactions?pageSize=5"
    first = bob.get(path).json
    body = {"contactId": ada["id"], "interactionType": "call", "date": "2025-06-01T00:00:00Z"}
    bob.post("/interactions", body)
    second = bob.get(f"{path}&before={first['nextCursor']}").json
    assert [item["number"] for item in second["interactions"]] == [20, 19, 18, 17, 16]


def test_of_a_contact_that_is_gone(alice, ada):
    alice.delete(f"/contacts/{ada['id']}")
    assert alice.get(f"/contacts/{ada['id']}/interactions").status_code == 404
