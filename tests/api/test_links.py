"""Link headers between the pages of a list (RFC 8288)."""

from __future__ import annotations

import pytest
from werkzeug.http import parse_list_header

from crm import clock
from crm.schemas.contacts import ContactNew
from crm.schemas.interactions import InteractionNew
from crm.services import contacts, interactions


@pytest.fixture
def many(app, world):
    """Seven contacts, all of them friends, the first with seven calls."""
    with app.test_request_context(method="POST"):
        member = world.member("bob")
        made = [contacts.add(member, ContactNew(name=f"Ada {n}", tags=["a & b"])) for n in range(7)]
        for _ in range(7):
            interactions.log(member, InteractionNew(contact_id=made[0].uid, type="call", start_datetime=clock.now()))
        contacts.db.session.commit()
        return made[0].uid


def links(answer):
    """What the header says: relation → address."""
    found = {}
    for link in parse_list_header(answer.headers.get("Link", "")):
        address, _, relation = link.partition("; ")
        found[relation.removeprefix("rel=").strip('"')] = address.strip("<>")
    return found


def test_the_pages_of_a_list(bob, many):
    base = "/api/v1/contacts?pageSize=3&page="
    of = {page: links(bob.get(f"{base}{page}")) for page in (1, 2, 3, 4, 9)}
    ends = {"first": f"{base}1", "last": f"{base}3"}
    assert of[1] == ends | {"next": f"{base}2"}
    assert of[2] == ends | {"prev": f"{base}1", "next": f"{base}3"}
    assert of[3] == ends | {"prev": f"{base}2"}
    assert of[4] == of[9] == ends | {"prev": f"{base}3"}


@pytest.mark.parametrize("page", [None, "1"])
def test_a_list_of_one_page_and_an_empty_one(bob, many, page):
    query = "?page=1" if page else ""
    one = "/api/v1/contacts?page=1"
    assert links(bob.get(f"/contacts{query}")) == {"first": one, "last": one}
    none = "/api/v1/meetings?page=1"
    assert links(bob.get(f"/meetings{query}")) == {"first": none, "last": none}


def test_every_parameter_is_kept(bob, many):
    path = "/api/contacts?search=ada&tag=a+%26+b&sort=-createdAt&pageSize=2&page=2"
    found = links(bob.get(path))
    assert found.keys() == {"first", "prev", "next", "last"}
    assert all(address.startswith(path[:-1]) for address in found.values())
    odd = bob.get("/contacts", query_string={"search": 'Zoë <">;, 日本', "pageSize": 1})
    assert bob.get(links(odd)["last"]).status_code == 200
    assert links(bob.get(links(odd)["last"])) == links(odd)


def test_following_next_shows_each_row_once(bob, many):
    for start in (
        "/contacts?pageSize=3",
        "/interactions?page_size=2",
        "/interactions?pageSize=4",
        f"/contacts/{many}/interactions?pageSize=2",
    ):
        seen, path = [], start
        while path:
            answer = bob.get(path)
            seen += [row["id"] for row in next(iter(answer.json.values()))]
            path = links(answer).get("next")
        assert len(seen) == len(set(seen)) == 7, start


def test_a_timeline_goes_on_by_cursor_unless_a_page_was_asked_for(bob, many):
    path = f"/api/v1/contacts/{many}/interactions"
    first = bob.get(f"{path}?type=call&pageSize=3")
    cursor = first.json["nextCursor"]
    assert links(first) == {
        "first": f"{path}?type=call&pageSize=3&page=1",
        "next": f"{path}?type=call&pageSize=3&before={cursor}",
        "last": f"{path}?type=call&pageSize=3&page=3",
    }
    second = bob.get(links(first)["next"])
    assert links(second) == {
        "first": f"{path}?type=call&pageSize=3",
        "next": f"{path}?type=call&pageSize=3&before={second.json['nextCursor']}",
    }
    assert links(bob.get(links(second)["next"])).keys() == {"first"}
    assert links(bob.get(f"{path}?pageSize=3&page=2"))["next"] == f"{path}?pageSize=3&page=3"


def test_no_host_gets_into_a_link(bob, many):
    answer = bob.get("/contacts?pageSize=3", headers={"Host": "evil.example"})
    assert "evil" not in answer.headers["Link"]


def test_one_row_has_no_pages(bob, many):
    assert "Link" not in bob.get(f"/contacts/{many}").headers
    assert "Link" not in bob.get("/contacts?pageSize=0").headers
