"""Every request of interaction-tracking.md that this edge serves, with the keys it names, under both paths."""

from __future__ import annotations

import pytest

INTERACTION = {
    "interactionType": "call",
    "date": "2025-03-01T10:00:00Z",
    "duration": 25,
    "location": "Berlin",
    "medium": "phone",
    "topicsDiscussed": ["engines", "numbers"],
    "notes": "Wants a second opinion.",
    "sentiment": "positive",
    "followUpNeeded": True,
    "followUpNotes": "Send the paper",
}
MEETING = {
    "scheduledDateTime": "2025-03-10T09:00:00Z",
    "location": "Room 5",
    "purpose": "Analytical engine",
    "agendaItems": ["Cards", "Mill"],
    "preparationNotes": "Read the notes",
    "calendarSynced": False,
}
OUTCOME = {
    "actualDate": "2025-03-10T09:05:00Z",
    "attendees": ["Ada", "Charles"],
    "duration": 50,
    "topicsCovered": ["Cards"],
    "outcomes": "Agreed on the mill.",
    "actionItems": ["Order brass"],
    "nextSteps": "Build it",
    "relationshipImpact": "closer",
}


@pytest.fixture(params=["/api", "/api/v1"])
def at(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def interaction(bob, ada, at):
    answer = bob.post(f"{at}/interactions", INTERACTION | {"contactId": ada["id"]})
    assert answer.status_code == 201
    return answer.json


@pytest.fixture
def meeting(alice, ada, at):
    answer = alice.post(f"{at}/meetings", MEETING | {"contactId": ada["id"]})
    assert answer.status_code == 201
    return answer.json


def test_log_interaction(bob, ada, interaction, at):
    assert interaction.items() >= (INTERACTION | {"contactId": ada["id"]}).items()
    assert interaction["title"] == "Call with Ada Lovelace"
    assert bob.get(f"{at}/interactions/{interaction['id']}").json == interaction


def test_where_a_logged_interaction_is(bob, ada, at):
    answer = bob.post(f"{at}/interactions", INTERACTION | {"contactId": ada["id"]})
    assert answer.headers["Location"] == f"{at}/interactions/{answer.json['id']}"
    assert bob.get(answer.headers["Location"]).json == answer.json


@pytest.mark.parametrize("kind", ["meeting", "call", "email", "message", "coffee", "lunch", "conference"])
def test_every_type_of_the_document(bob, ada, at, kind):
    body = {"contactId": ada["id"], "interactionType": kind, "date": "2025-03-01T10:00:00Z"}
    answer = bob.post(f"{at}/interactions", body)
    assert (answer.status_code, answer.json["interactionType"]) == (201, kind)


@pytest.mark.parametrize(
    "filtered", ["type=call", "contactId={ada}", "startDate=2025-03-01", "endDate=2025-03-01", "pageSize=20"]
)
def test_list_of_interactions(bob, ada, interaction, at, filtered):
    answer = bob.get(f"{at}/interactions?{filtered.format(ada=ada['id'])}")
    assert answer.json == {"interactions": [interaction], "total": 1, "page": 1, "pageSize": 20}


@pytest.mark.parametrize(
    "filtered", ["type=email", "contactId=00000000-0000-7000-8000-000000000000", "startDate=2025-03-02", "endDate=2025-02-28"]
)
def test_what_a_filter_leaves_out(bob, interaction, at, filtered):
    answer = bob.get(f"{at}/interactions?{filtered}")
    assert answer.json == {"interactions": [], "total": 0, "page": 1, "pageSize": 20}


def test_update_and_delete_interaction(bob, interaction, at):
    path = f"{at}/interactions/{interaction['id']}"
    answer = bob.put(path, {"duration": 40, "sentiment": "neutral"})
    assert answer.status_code == 200
    changed = {"duration": 40, "endDate": "2025-03-01T10:40:00Z", "sentiment": "neutral"}
    assert answer.json == interaction | changed | {"updatedAt": answer.json["updatedAt"]}
    answer = bob.delete(path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert bob.get(path).status_code == 404


def test_schedule_meeting(alice, ada, meeting, at):
    assert meeting.items() >= (MEETING | {"contactId": ada["id"], "status": "scheduled", "interactionId": None}).items()
    assert alice.get(f"{at}/meetings/{meeting['id']}").json == meeting


def test_complete_meeting(alice, ada, meeting, at):
    answer = alice.put(f"{at}/meetings/{meeting['id']}/complete", OUTCOME)
    assert answer.status_code == 200
    assert answer.json.items() >= (MEETING | OUTCOME | {"status": "completed"}).items()
    assert answer.json["completedDate"] is not None
    made = alice.get(f"{at}/interactions/{answer.json['interactionId']}").json
    expected = {
        "contactId": ada["id"],
        "interactionType": "meeting",
        "date": "2025-03-10T09:05:00Z",
        "duration": 50,
        "topicsDiscussed": ["Cards"],
        "source": "meeting",
        "meetingId": meeting["id"],
    }
    assert made.items() >= expected.items()


def test_timeline(bob, ada, interaction, at):
    answer = bob.get(f"{at}/contacts/{ada['id']}/interactions")
    assert answer.json == {"interactions": [interaction], "total": 1, "page": 1, "pageSize": 20, "nextCursor": None}
