"""Meetings over the API: scheduled, moved, cancelled, completed once."""

from __future__ import annotations

import pytest

NEW = {"scheduledDateTime": "2025-03-10T09:00:00Z", "purpose": "Engine review", "duration": 45, "agendaItems": ["Cards"]}


@pytest.fixture
def meeting(alice, ada):
    answer = alice.post("/meetings", NEW | {"contactId": ada["id"]})
    assert answer.status_code == 201
    return answer.json


def test_where_it_is(alice, ada, meeting):
    answer = alice.post("/meetings", NEW | {"contactId": ada["id"]})
    assert answer.headers["Location"] == f"/api/v1/meetings/{answer.json['id']}"


def test_an_unknown_contact(alice):
    answer = alice.post("/meetings", NEW | {"contactId": "01a1fd0b-12bf-779e-928d-1db3332a47e1"})
    assert (answer.status_code, answer.json["error"]["details"]) == (422, {"contactId": "is not a contact of HQ"})
    assert list(alice.post("/meetings", NEW).json["error"]["details"]) == ["contactId"]
    assert list(alice.post("/meetings", {"contactId": None}).json["error"]["details"]) == ["contactId", "scheduledDateTime"]


def test_an_edit_names_what_it_changes(alice, meeting):
    path = f"/meetings/{meeting['id']}"
    moved = alice.put(path, {"scheduledDateTime": "2025-03-11T09:00:00+01:00"}).json
    assert moved == meeting | {"scheduledDateTime": "2025-03-11T08:00:00Z", "updatedAt": moved["updatedAt"]}
    cleared = alice.patch(path, {"purpose": None, "agendaItems": None, "duration": None}).json
    assert (cleared["purpose"], cleared["agendaItems"], cleared["duration"]) == (None, [], None)


def test_what_was_read_can_be_sent_back(alice, meeting):
    path = f"/meetings/{meeting['id']}"
    assert alice.put(path, meeting).json == meeting
    done = alice.put(f"{path}/complete", {"outcomes": "Good", "actionItems": ["Write"]}).json
    assert alice.put(path, done).json == done


def test_only_its_own_verbs_change_its_state(alice, meeting):
    forged = {"status": "completed", "outcomes": "Good", "interactionId": meeting["id"], "completedBy": 1}
    assert alice.put(f"/meetings/{meeting['id']}", forged).json == meeting


def test_complete_twice(alice, bob, meeting):
    path = f"/meetings/{meeting['id']}/complete"
    assert bob.put(path, {"duration": 30}).status_code == 200
    answer = alice.put(path, {"duration": 60})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "CONFLICT")
    assert "Bob" in answer.json["error"]["message"]
    assert alice.get(f"/meetings/{meeting['id']}").json["duration"] == 30
    assert alice.get("/interactions").json["total"] == 1


def test_complete_without_a_word(alice, ada, meeting):
    done = alice.put(f"/meetings/{meeting['id']}/complete")
    assert done.status_code == 200
    made = alice.get(f"/interactions/{done.json['interactionId']}").json
    assert (made["date"], made["duration"], made["title"]) == (NEW["scheduledDateTime"], 45, "Engine review")
    assert made["meetingId"] == meeting["id"]
    listed = alice.get(f"/interactions?contactId={ada['id']}").json["interactions"]
    assert [row["meetingId"] for row in listed] == [meeting["id"]]
    timeline = alice.get(f"/contacts/{ada['id']}/interactions").json["interactions"]
    assert timeline == listed


def test_cancel(alice, meeting):
    path = f"/meetings/{meeting['id']}"
    cancelled = alice.put(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json["status"]) == (200, "cancelled")
    assert cancelled.json["cancelledAt"]
    for again in (alice.put(f"{path}/cancel"), alice.put(f"{path}/complete", {})):
        assert (again.status_code, again.json["error"]["code"]) == (409, "CONFLICT")
    assert alice.get("/interactions").json["total"] == 0


def test_cancel_takes_no_fields(alice, meeting):
    path = f"/meetings/{meeting['id']}/cancel"
    assert list(alice.put(path, {"reason": "ill"}).json["error"]["details"]) == ["reason"]
    assert alice.put(path, {"id": meeting["id"], "status": "scheduled"}).status_code == 200


def test_a_meeting_that_is_over_cannot_be_moved(alice, meeting):
    path = f"/meetings/{meeting['id']}"
    alice.put(f"{path}/complete", {})
    assert alice.put(path, {"scheduledDateTime": "2025-04-01T09:00:00Z"}).status_code == 409
    assert alice.put(path, {"preparationNotes": "Late"}).status_code == 200


def test_bad_outcomes(alice, meeting):
    path = f"/meetings/{meeting['id']}/complete"
    bad = {"actualDate": "2999-01-01T00:00:00Z"}
    answer = alice.put(path, bad)
    assert (answer.status_code, answer.json["error"]["details"]) == (422, {"actualDate": "cannot be in the future"})
    bad = {
        "actualDate": "now",
        "attendees": "Ada",
        "duration": -1,
        "topicsCovered": [7],
        "location": "Berlin",
        "actionItems": [{}],
    }
    assert alice.put(path, bad).json["error"]["details"].keys() == bad.keys()
    assert alice.get(f"/meetings/{meeting['id']}").json == meeting


BAD_ITEMS = [
    ({"title": "x", "dueOn": "soon"}, "item 2 dueOn must be a date, such as 2026-03-01"),
    ({"title": "x", "ownerId": 4711}, "item 2 owner is not a member of HQ"),
    ({"title": "x", "due": "2026-01-01"}, "item 2 due is not a field of this resource; did you mean “dueOn”?"),
    ({"title": "x", "colour": "red"}, "item 2 colour is not a field of this resource"),
    ({"title": "x", "due_on": "2026-01-01"}, "item 2 due_on is not a field of this resource; did you mean “dueOn”?"),
    ({"dueOn": "2026-01-01"}, "item 2 title is required"),
]


def test_bad_action_items(alice, meeting):
    for item, sentence in BAD_ITEMS:
        answer = alice.put(f"/meetings/{meeting['id']}/complete", {"actionItems": ["Fine", item]})
        assert (answer.status_code, answer.json["error"]["details"]) == (422, {"actionItems": sentence})


def test_delete_keeps_what_happened(alice, meeting):
    done = alice.put(f"/meetings/{meeting['id']}/complete", {}).json
    answer = alice.delete(f"/meetings/{meeting['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert alice.get(f"/meetings/{meeting['id']}").status_code == 404
    kept = alice.get(f"/interactions/{done['interactionId']}").json
    assert kept["meetingId"] == meeting["id"]
