"""GET /analytics/interactions (interaction-tracking.md; one-contract.md, "Contacts, meetings, analytics")."""

from __future__ import annotations

import pytest
import time_machine

from making import NOW, at

PATH = "/analytics/interactions"
SITE = "application/vnd.crm.site+json"

DOCUMENTED = ["totalInteractions", "byType", "frequency", "averageDuration"]
MORE = ["buckets", "bySentiment", "byLead", "topContacts"]


@pytest.fixture(autouse=True)
def _clock():
    """It stands still on a Monday, so that "the last 12 weeks" are known."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def talks(bob, ada):
    """Ten meetings and five calls: three in the week of 5 January, five in the next, seven in that of the 19th."""
    for number, day in enumerate([5, 7, 11, *(12,) * 4, 18, *(19,) * 6, 25]):
        body = {
            "contactId": ada["id"],
            "interactionType": "call" if number % 3 == 0 else "meeting",
            "date": f"2026-01-{day:02}T12:00:00Z",
            "duration": 30 if number % 2 else None,
            "sentiment": "positive" if number < 4 else None,
        }
        assert bob.post("/interactions", body).status_code == 201


def test_the_documented_answer(bob, ada, talks):
    answer = bob.get(f"{PATH}?startDate=2026-01-05&endDate=2026-01-25&groupBy=week")
    assert answer.status_code == 200
    assert list(answer.json) == DOCUMENTED + MORE
    assert answer.json == {
        "totalInteractions": 15,
        "byType": {"meeting": 10, "call": 5},
        "frequency": {"week1": 3, "week2": 5, "week3": 7},
        "averageDuration": 30,
        "buckets": [
            {"key": "week1", "start": "2026-01-04T23:00:00Z", "end": "2026-01-11T23:00:00Z", "count": 3},
            {"key": "week2", "start": "2026-01-11T23:00:00Z", "end": "2026-01-18T23:00:00Z", "count": 5},
            {"key": "week3", "start": "2026-01-18T23:00:00Z", "end": "2026-01-25T23:00:00Z", "count": 7},
        ],
        "bySentiment": {"positive": 4},
        "byLead": {"Bob": 15},
        "topContacts": [{"contactId": ada["id"], "name": "Ada Lovelace", "count": 15}],
    }
    assert list(answer.json["byType"]) == ["meeting", "call"]


def test_in_the_site_dialect(bob, ada, talks):
    answer = bob.get(f"{PATH}?start_date=2026-01-05&end_date=2026-01-06&group_by=day&contact_id={ada['id']}", accept=SITE)
    assert answer.json == {
        "analytics": {
            "total_interactions": 1,
            "by_type": {"Call": 1},
            "frequency": {"day1": 1, "day2": 0},
            "average_duration": None,
            "buckets": [
                {"key": "day1", "start": "2026-01-04T23:00:00Z", "end": "2026-01-05T23:00:00Z", "count": 1},
                {"key": "day2", "start": "2026-01-05T23:00:00Z", "end": "2026-01-06T23:00:00Z", "count": 0},
            ],
            "by_sentiment": {"positive": 1},
            "by_lead": {"Bob": 1},
            "top_contacts": [{"contact_id": ada["id"], "name": "Ada Lovelace", "count": 1}],
        }
    }


def test_under_both_paths(bob, talks):
    assert bob.get(f"/api{PATH}").json == bob.get(f"/api/v1{PATH}").json


def test_without_parameters_the_last_twelve_weeks(bob, talks):
    report = bob.get(PATH).json
    assert list(report["frequency"].items()) == [
        *((f"week{n}", {4: 3, 5: 5, 6: 7}.get(n, 0)) for n in range(1, 13)),
    ]
    assert report["buckets"][0]["start"] == "2025-12-14T23:00:00Z"
    assert report["totalInteractions"] == 15


@pytest.mark.parametrize(
    ("query", "frequency"),
    [
        ("startDate=2026-01-11&endDate=2026-01-12&groupBy=day", {"day1": 1, "day2": 4}),
        ("startDate=2026-01-18&endDate=2026-01-19", {"week1": 1, "week2": 6}),
        ("startDate=2025-12-31&endDate=2026-02-01&groupBy=month", {"month1": 0, "month2": 15, "month3": 0}),
        ("startDate=2026-01-05T12:00:00Z&endDate=2026-01-05T12:00:00Z", {"week1": 1}),
        ("startDate=2026-01-05T13:00:00%2B01:00&endDate=2026-01-07T12:59:59&groupBy=Day", {"day1": 1, "day2": 0, "day3": 0}),
    ],
)
def test_days_are_the_sites_and_both_ends_are_included(bob, talks, query, frequency):
    assert bob.get(f"{PATH}?{query}").json["frequency"] == frequency


def test_of_one_contact(alice, bob, ada, talks):
    grace = alice.post("/contacts", {"name": "Grace Hopper"}).json
    alice.post("/interactions", {"contactId": grace["id"], "interactionType": "lunch", "date": at(days=-1)})
    assert bob.get(PATH).json["totalInteractions"] == 16
    report = bob.get(f"{PATH}?contactId={grace['id']}").json
    assert (report["byType"], report["byLead"]) == ({"lunch": 1}, {"Alice": 1})
    assert report["topContacts"] == [{"contactId": grace["id"], "name": "Grace Hopper", "count": 1}]
    alice.delete(f"/contacts/{grace['id']}")
    assert bob.get(f"{PATH}?contactId={grace['id']}").status_code == 404
    assert bob.get(PATH).json["totalInteractions"] == 15


def test_a_contact_that_is_none_or_another_sites(api, bob, ada):
    answer = bob.get(f"{PATH}?contactId=01a1fd0b-12bf-779e-928d-1db3332a47e1")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "NOT_FOUND")
    answer = api("charlie").get(f"{PATH}?contactId={ada['id']}")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "FORBIDDEN")


def test_the_sites_stay_apart_and_a_viewer_may_read(api, talks):
    report = api("charlie").get(PATH).json
    assert (report["totalInteractions"], report["byLead"], report["topContacts"]) == (0, {}, [])
    assert api("vera").get(PATH).json["totalInteractions"] == 15


def test_what_is_planned_counts_once_it_has_begun(api, bob):
    planned = {"title": "Planned", "type": "Call", "start_datetime": at(hours=3)}
    assert bob.post("/interactions", planned).status_code == 201
    assert bob.get(f"{PATH}?endDate=2026-04-01").json["totalInteractions"] == 0
    with time_machine.travel(at(hours=3), tick=False):
        assert api("bob").get(f"{PATH}?endDate=2026-04-01").json["totalInteractions"] == 1


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ("startDate=2026-02-02&endDate=2026-02-01", "startDate", "must be before the end"),
        ("startDate=2026-03-03", "startDate", "must be before the end"),
        ("startDate=2025-01-01&endDate=2026-03-01&groupBy=day", "groupBy", "would make more than 400 days"),
        ("startDate=1900-01-01", "groupBy", "would make more than 400 weeks"),
    ],
)
def test_a_range_that_is_none_or_too_long(bob, query, parameter, sentence):
    error = bob.get(f"{PATH}?{query}").json["error"]
    assert (error["code"], list(error["details"])) == ("BAD_REQUEST", [parameter])
    assert error["details"][parameter].startswith(sentence)
    site = query.replace("startDate", "start_date").replace("endDate", "end_date").replace("groupBy", "group_by")
    snake = {"startDate": "start_date", "groupBy": "group_by"}[parameter]
    assert list(bob.get(f"{PATH}?{site}", accept=SITE).json["error"]["details"]) == [snake]


def test_its_queries_do_not_grow(alice, bob, ada, queries, talks):
    def asked(query):
        queries.statements.clear()
        assert bob.get(f"{PATH}?{query}").status_code == 200
        return len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))])

    few = asked(""), asked("groupBy=day"), asked(f"contactId={ada['id']}")
    for n in range(5):
        other = alice.post("/contacts", {"name": f"Contact {n}"}).json
        alice.post("/interactions", {"contactId": other["id"], "interactionType": "call", "date": at(days=-1)})
    assert (asked(""), asked("groupBy=day"), asked(f"contactId={ada['id']}")) == few == (4, 4, 5)
