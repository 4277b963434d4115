"""Past and future, zones, and what makes an end, in both dialects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm import clock

PLANNED = "2999-01-01T10:00:00Z"


@pytest.fixture
def site(ada):
    return {
        "contact_id": ada["id"],
        "title": "Engine talk",
        "type": "Conference",
        "start_datetime": "2025-03-01T10:00:00Z",
        "timezone": "America/New_York",
    }


@pytest.fixture
def contact(ada):
    return {"contactId": ada["id"], "interactionType": "conference", "date": "2025-03-01T10:00:00Z"}


def test_the_site_dialect_plans_ahead(bob, ada, site):
    made = bob.post("/interactions", site | {"start_datetime": PLANNED})
    assert made.status_code == 201
    assert bob.get("/interactions").json["total"] == 1
    assert bob.get(f"/contacts/{ada['id']}/interactions").json["total"] == 0
    number = made.json["interaction"]["id"]
    assert bob.put(f"/interactions/{number}", {"start_datetime": "2998-01-01T10:00:00Z"}).status_code == 200


def test_the_contact_dialect_does_not(bob, contact):
    answer = bob.post("/interactions", contact | {"date": PLANNED})
    assert (answer.status_code, answer.json["error"]["details"]) == (422, {"date": "cannot be in the future"})
    made = bob.post("/interactions", contact).json
    answer = bob.put(f"/interactions/{made['id']}", {"date": PLANNED})
    assert (answer.status_code, answer.json["error"]["details"]) == (422, {"date": "cannot be in the future"})


def test_five_minutes_ahead_is_not_yet_the_future(bob, contact):
    near = (clock.now() + timedelta(minutes=4)).isoformat()
    far = (clock.now() + timedelta(minutes=6)).isoformat()
    assert bob.post("/interactions", contact | {"date": near}).status_code == 201
    assert bob.post("/interactions", contact | {"date": far}).status_code == 422


def test_the_contact_dialect_edits_a_planned_one_but_for_its_date(bob, site):
    made = bob.post("/interactions", site | {"start_datetime": PLANNED}).json["interaction"]
    assert bob.put(f"/interactions/{made['uid']}", {"notes": "Bring cards"}).status_code == 200


def test_a_time_without_an_offset_is_in_the_zone_of_the_body(bob, site):
    made = bob.post("/interactions", site | {"start_datetime": "2025-07-01T10:00:00"}).json["interaction"]
    assert made["start_datetime"] == "2025-07-01T14:00:00Z"
    del site["timezone"]
    made = bob.post("/interactions", site | {"start_datetime": "2025-07-01T10:00:00"}).json["interaction"]
    assert (made["start_datetime"], made["timezone"]) == ("2025-07-01T08:00:00Z", "Europe/Berlin")


def test_end_and_duration_go_together(bob, site, contact):
    end = "2025-03-01T11:30:00Z"
    assert bob.post("/interactions", site | {"end_datetime": end}).json["interaction"]["duration"] == 90
    assert bob.post("/interactions", contact | {"duration": 90}).json["endDate"] == end
    answer = bob.post("/interactions", site | {"end_datetime": end, "duration": 10})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["end_datetime"])
    answer = bob.post("/interactions", contact | {"endDate": end, "duration": 10})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["endDate"])
