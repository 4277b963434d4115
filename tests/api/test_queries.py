"""Query parameters: pages, filters, days and zones; and what is refused."""

from __future__ import annotations

import pytest


@pytest.fixture
def calls(bob, ada):
    """Calls with Ada around midnight of HQ, which is in Berlin (UTC+1 in March until the 29th, 2026)."""
    made = {}
    for at in ("2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z", "2026-03-01T22:59:59.5Z", "2026-03-01T23:00:00Z"):
        body = {"contactId": ada["id"], "interactionType": "call", "date": at}
        made[bob.post("/interactions", body).json["id"]] = at
    return made


def dates(bob, path):
    answer = bob.get(path)
    assert answer.status_code == 200, answer.json
    return [item["date"] for item in answer.json["interactions"]][::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("startDate=2026-03-01&endDate=2026-03-01", ["2026-02-28T23:00:00Z", "2026-03-01T22:59:59.500000Z"]),
        ("endDate=2026-02-28", ["2026-02-28T22:59:59Z"]),
        ("startDate=2026-03-02", ["2026-03-01T23:00:00Z"]),
        ("startDate=2026-03-01T23:00:00Z&endDate=2026-03-01T23:00:00Z", ["2026-03-01T23:00:00Z"]),
        ("startDate=2026-03-02T00:00:00%2B01:00", ["2026-03-01T23:00:00Z"]),
        ("startDate=2026-03-02T00:00:00", ["2026-03-01T23:00:00Z"]),
        ("endDate=2026-03-01T00:00:00", ["2026-02-28T22:59:59Z", "2026-02-28T23:00:00Z"]),
        ("startDate=2026-03-02&endDate=2026-03-01", []),
    ],
)
def test_days_are_the_sites_and_both_ends_are_included(bob, ada, calls, query, found):
    assert dates(bob, f"/interactions?{query}") == found
    assert dates(bob, f"/contacts/{ada['id']}/interactions?{query}") == found


def test_days_of_meetings(alice, ada):
    for at in ("2026-02-28T22:59:59Z", "2026-03-01T22:59:59Z"):
        alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": at})
    found = alice.get("/meetings?startDate=2026-03-01&endDate=2026-03-01").json
    assert [meeting["scheduledDateTime"] for meeting in found["meetings"]] == ["2026-03-01T22:59:59Z"]


def test_pages(bob, calls):
    ids = list(calls)[::-1]
    for page, expected in ((1, ids[:3]), (2, ids[3:]), (3, []), (1_000_000, [])):
        answer = bob.get(f"/interactions?pageSize=3&page={page}").json
        assert [item["id"] for item in answer["interactions"]] == expected
        assert (answer["total"], answer["page"], answer["pageSize"]) == (4, page, 3)


def test_a_search_in_either_dialect(bob, ada, calls):
    body = {"contactId": ada["id"], "interactionType": "email", "date": "2026-01-01T00:00:00Z", "notes": "100 % of Ünicode_"}
    bob.post("/interactions", body)
    for term in ("unicode", "ÜNICODE", "100+%25", "lovelace+unicode", "%25+of", "e_"):
        assert bob.get(f"/interactions?search={term}").json["total"] == 1, term
        assert bob.get(f"/interactions?search={term}&pageSize=5").json["total"] == 1, term
    assert bob.get("/interactions?search=lovelace").json["total"] == 5
    assert bob.get("/interactions?search=").json["total"] == 5
    assert bob.get("/interactions?search=lovelace&type=EMAIL").json["total"] == 1
    assert bob.get("/interactions?search=%25%25").json["total"] == 0


BAD = {
    "/interactions": [
        *("page=0", "page=-1", "page=1.0", "page=x", "page=", "page=1000001", "page=99999999999999999999", "page=²"),
        *("page=1&page=2", "page_size=0", "page_size=101", "pageSize=101", "pageSize=0", "colour=red", "limit=5", "query=x"),
        *("search=" + "x" * 201, "contactId=7", "contactId=", "type=letter", "type=", "startDate=yesterday", "startDate="),
        *("startDate=-5", "endDate=1700000000", "endDate=2026-02-30", "endDate=9999-12-31", "startDate=0001-01-01"),
        *("endDate=9999-12-31T23:59:59-12:00", "startDate=2026-03-01T10:00:00+02:00"),
    ],
    "/contacts": ["sort=colour", "sort=--name", "sort=", "sort=search_text", "type=call", "page_size=5", "tag=a&tag=b"],
    "/meetings": ["status=done", "status=", "contactId=x", "type=call", "endDate=9999-12-31"],
    "/follow-ups": [
        "status=scheduled",
        "ownerId=me",
        "ownerId=2147483648",
        "contactId=7",
        "dueBefore=soon",
        "dueAfter=2026-02-30",
    ],
    "/analytics/interactions": [
        *("groupBy=year", "groupBy=", "contactId=7", "startDate=x", "endDate=9999-12-31", "page=1", "group_by=day"),
        *("startDate=2999-01-01", "startDate=0001-01-01"),
    ],
    "/contacts/{ada}/interactions": [
        *("type=letter", "before=scribble", "before=", "before=é", "before=AAYvRCXgRAAAAAAAAAAAAg&page=1", "search=x"),
        *("contactId={ada}", "startDate=x"),
    ],
    "/contacts/{ada}": ["page=1"],
    "/auth/profile": ["x=1"],
    "/sites": ["page=1"],
}


@pytest.mark.parametrize("path", BAD)
def test_what_is_unknown_or_malformed(bob, ada, path):
    for query in BAD[path]:
        answer = bob.get(f"{path}?{query}".format(ada=ada["id"]))
        assert answer.status_code == 400, query
        assert answer.json["error"]["code"] == "BAD_REQUEST"
        assert answer.json["error"]["details"].keys() == {query.split("=")[0]}, query


def test_all_that_is_wrong_with_a_query_at_once(bob):
    error = bob.get("/meetings?page=0&status=done&colour=red&contactId=x&startDate=x").json["error"]
    assert error["details"].keys() == {"page", "status", "colour", "contactId", "startDate"}


def test_what_was_probably_meant(bob):
    details = bob.get("/contacts?page_size=5&serch=x").json["error"]["details"]
    assert details == {
        "page_size": "is not a parameter of this path; did you mean “pageSize”?",
        "serch": "is not a parameter of this path; did you mean “search”?",
    }
    details = bob.get("/interactions?startDate=2026-03-01T10:00:00+02:00").json["error"]["details"]
    assert "%2B" in details["startDate"]


def test_a_query_on_a_write(bob):
    assert bob.post("/contacts?colour=red", {"name": "Grace"}).status_code == 400
    assert bob.get("/contacts").json["total"] == 0


# Contacts


@pytest.fixture
def people(bob):
    bob.post("/contacts", {"name": "Zoë Ångström", "company": "Alpha", "tags": ["VIP", "new"], "emails": ["zoe@alpha.example"]})
    bob.post("/contacts", {"name": "ada lovelace", "company": "Beta", "tags": ["vip"], "phones": ["+49 30 1234"]})
    bob.post("/contacts", {"name": "Bob Ross", "tags": ["VIP"]})


def names(bob, query):
    answer = bob.get(f"/contacts?{query}")
    assert answer.status_code == 200, answer.json
    return [contact["name"].split()[0] for contact in answer.json["contacts"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ada", "Bob", "Zoë"]),
        ("sort=-name", ["Zoë", "Bob", "ada"]),
        ("sort=createdAt", ["Zoë", "ada", "Bob"]),
        ("sort=-createdAt&pageSize=2", ["Bob", "ada"]),
        ("search=zoe+ALPHA", ["Zoë"]),
        ("search=angstrom", ["Zoë"]),
        ("search=301234", ["ada"]),
        ("search=%25", []),
        ("tag=VIP", ["Bob", "Zoë"]),
        ("tag=vip", ["ada"]),
        ("tag=nobody", []),
    ],
)
def test_lists_of_contacts(bob, people, query, found):
    assert names(bob, query) == found


@pytest.mark.parametrize("field", ["name", "company", "lastInteractionAt", "nextMeetingAt", "createdAt", "updatedAt"])
def test_every_sort(bob, people, field):
    assert sorted(names(bob, f"sort={field}")) == sorted(names(bob, f"sort=-{field}")) == ["Bob", "Zoë", "ada"]


# Meetings


def test_lists_of_meetings(alice, ada):
    other = alice.post("/contacts", {"name": "Grace"}).json
    ids = {}
    for status, contact in (("scheduled", ada), ("completed", ada), ("cancelled", other)):
        body = {"contactId": contact["id"], "scheduledDateTime": "2025-01-01T00:00:00Z"}
        ids[status] = alice.post("/meetings", body).json["id"]
    alice.put(f"/meetings/{ids['completed']}/complete", {})
    alice.put(f"/meetings/{ids['cancelled']}/cancel")
    for status, meeting_id in ids.items():
        found = alice.get(f"/meetings?status={status}").json
        assert ([meeting["id"] for meeting in found["meetings"]], found["total"]) == ([meeting_id], 1)
    assert alice.get(f"/meetings?contactId={ada['id']}").json["total"] == 2
    assert alice.get("/meetings?pageSize=2&page=2").json.items() >= {"total": 3, "page": 2, "pageSize": 2}.items()
