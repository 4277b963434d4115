"""Every request of interaction-tracking.md, read out of the document and sent with all the fields that it names, under both
paths. The document says of each field what it is ("integer (minutes)"); the values here are of that kind."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.models import Event
from documents import Section, sections

DOCUMENT = sections("interaction-tracking.md")
ENDPOINTS = {one.endpoint: one for one in DOCUMENT if one.method}
ENTITIES = [one for one in DOCUMENT if one.title.endswith("Entity")]

# What stands for each kind of field in the document.
KINDS = {
    "guid": "{contact}",
    "datetime": "2025-03-10T09:00:00Z",
    "integer": 25,
    "boolean": True,
    "string": "A few words",
}
VALUES = {
    "startDate": "2025-03-01",
    "endDate": "2025-03-31",
    "page": "1",
    "pageSize": "20",
    "type": "call",
    "contactId": "{contact}",
}


def sample(kind, contact):
    """A value of the kind that the document names, or of each that it lists: "string (meeting|call)"."""
    if isinstance(kind, list):
        return [sample(one, contact) for one in kind]
    if listed := re.search(r"\((\w+(?:\|\w+)+)\)", kind):
        return listed[1].split("|")[0]
    value = KINDS[kind.partition(" ")[0]]
    return contact["id"] if value == "{contact}" else value


def choices(kind):
    listed = isinstance(kind, str) and re.search(r"\((\w+(?:\|\w+)+)\)", kind)
    return listed[1].split("|") if listed else []


def body_of(one: Section, contact):
    return {name: sample(kind, contact) for name, kind in one.json("Request Body").items()}


def status_of(one: Section) -> int:
    return int(one.labels["Response"].split()[0])


@pytest.fixture(params=["/api", "/api/v1"])
def at(request):
    return request.param


@pytest.fixture
def send(alice, ada, at):
    """Sends a request of the document as alice, with all fields of its example unless there is a `body`."""

    def ask(endpoint, ref="", body=None, query=""):
        one = ENDPOINTS[endpoint]
        path = re.sub(r"\{\w+\}", str(ref), one.path).replace("/api", at, 1) + query
        if body is None and one.has("Request Body"):
            body = body_of(one, ada)
        answer = alice.send(one.method, path, json=body)
        assert answer.status_code == status_of(one), answer.json
        return answer

    return ask


@pytest.fixture
def published(app):
    """The types of the events since the last time it was asked."""
    seen = []

    def types():
        with app.app_context():
            found = list(db.session.scalars(select(Event.type).order_by(Event.id)))
        new = found[len(seen) :]
        seen[:] = found
        return new

    return types


def events_of(endpoint):
    return re.findall(r"\w+", ENDPOINTS[endpoint].labels["Events Published"])


def test_no_endpoint_and_no_block_is_left_out():
    assert list(ENDPOINTS) == [
        "POST /api/interactions",
        "GET /api/interactions",
        "GET /api/interactions/{id}",
        "PUT /api/interactions/{id}",
        "DELETE /api/interactions/{id}",
        "POST /api/meetings",
        "PUT /api/meetings/{id}/complete",
        "GET /api/contacts/{contactId}/interactions",
        "GET /api/analytics/interactions",
    ]
    blocks = {one.title for one in DOCUMENT if one.blocks}
    assert blocks - ENDPOINTS.keys() == {one.title for one in ENTITIES} == {"Interaction Entity", "Meeting Entity"}


def test_log_read_change_and_delete(send, ada, published):
    published()
    made = send("POST /api/interactions").json
    assert published() == events_of("POST /api/interactions") == ["InteractionLogged"]
    assert made.items() >= body_of(ENDPOINTS["POST /api/interactions"], ada).items()

    assert send("GET /api/interactions/{id}", made["id"]).json == made
    assert send("GET /api/contacts/{contactId}/interactions", ada["id"]).json["interactions"] == [made]

    body = body_of(ENDPOINTS["POST /api/interactions"], ada) | {"duration": 40, "notes": "Other words"}
    changed = send("PUT /api/interactions/{id}", made["id"], body).json
    assert changed.items() >= body.items()
    assert send("DELETE /api/interactions/{id}", made["id"]).data == b""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (name, choice)
        for name, kind in ENDPOINTS["POST /api/interactions"].json("Request Body").items()
        for choice in choices(kind)
    ],
)
def test_every_choice(send, ada, field, value):
    body = body_of(ENDPOINTS["POST /api/interactions"], ada) | {field: value}
    assert send("POST /api/interactions", body=body).json[field] == value


def test_what_is_required(alice, ada, at):
    fields = ENDPOINTS["POST /api/interactions"].json("Request Body")
    required = {name for name, kind in fields.items() if "(required)" in kind} | {"interactionType"}
    answer = alice.post(f"{at}/interactions", {"followUpNeeded": False})
    assert answer.status_code == 422
    assert answer.json["error"]["details"] == dict.fromkeys(required, "is required")
    body = {name: value for name, value in body_of(ENDPOINTS["POST /api/interactions"], ada).items() if name in required}
    assert alice.post(f"{at}/interactions", body).status_code == 201


@pytest.mark.parametrize("name", ENDPOINTS["GET /api/interactions"].parameters)
def test_every_filter(send, ada, name):
    made = send("POST /api/interactions").json
    made = send("PUT /api/interactions/{id}", made["id"], {"interactionType": "call"}).json
    value = VALUES[name].replace("{contact}", ada["id"])
    contact_dialect = "" if name != "page" else "&pageSize=20"  # `page` alone belongs to both documents
    found = send("GET /api/interactions", query=f"?{name}={value}{contact_dialect}").json
    assert found == {"interactions": [made], "total": 1, "page": 1, "pageSize": 20}


def test_schedule_and_complete(send, alice, ada, at, published):
    published()
    meeting = send("POST /api/meetings").json
    assert published() == events_of("POST /api/meetings") == ["MeetingScheduled"]
    assert meeting.items() >= body_of(ENDPOINTS["POST /api/meetings"], ada).items()

    outcome = "PUT /api/meetings/{id}/complete"
    done = send(outcome, meeting["id"]).json
    assert published() == events_of(outcome) == ["MeetingCompleted", "InteractionLogged"]
    assert done.items() >= body_of(ENDPOINTS[outcome], ada).items()
    made = alice.get(f"{at}/interactions/{done['interactionId']}").json
    assert (made["interactionType"], made["duration"], made["meetingId"]) == ("meeting", 25, meeting["id"])


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_analytics(send, ada, unit):
    one = ENDPOINTS["GET /api/analytics/interactions"]
    assert one.parameters == ["startDate", "endDate", "groupBy", "contactId"]
    documented = one.json("Response")
    counts = documented["byType"]
    for kind, count in counts.items():
        for _ in range(count):
            body = body_of(ENDPOINTS["POST /api/interactions"], ada) | {"interactionType": kind}
            send("POST /api/interactions", body=body)
    query = f"?startDate=2025-03-03&endDate=2025-03-16&groupBy={unit}&contactId={ada['id']}"
    found = send("GET /api/analytics/interactions", query=query).json
    assert documented.keys() <= found.keys()
    assert found["byType"] == counts
    assert (found["totalInteractions"], found["averageDuration"]) == (sum(counts.values()), 25)
    if unit == "week":
        assert found["frequency"].keys() == documented["frequency"].keys()
    assert all(re.fullmatch(rf"{unit}\d+", name) for name in found["frequency"])
    assert sum(found["frequency"].values()) == sum(counts.values())


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda one: one.title)
def test_every_property_of_the_entities(send, entity):
    """Nullable and list types too: what the entities hold is what a client reads."""
    called = {"type": "interactionType"}
    row = send("POST /api/interactions" if entity.title.startswith("Interaction") else "POST /api/meetings").json
    properties = re.findall(r"public (\S+) (\w+) \{ get;", entity.blocks[0].text)
    assert len(properties) >= 8
    for kind, name in properties:
        name = name[0].lower() + name[1:]
        value = row[called.get(name, name)]
        if value is None:
            assert name == "completedDate"
        else:
            expected = {"int?": int, "bool": bool, "List<string>": list}.get(kind, str)
            assert type(value) is expected, name


def test_the_business_rules(alice, ada, at):
    logged = body_of(ENDPOINTS["POST /api/interactions"], ada)
    rules = [
        ("interactions", logged | {"date": "2999-01-01T00:00:00Z"}, {"date": "cannot be in the future"}),
        ("interactions", logged | {"duration": 0}, {"duration": "must be greater than 0"}),
        (
            "meetings",
            body_of(ENDPOINTS["POST /api/meetings"], ada) | {"contactId": "00000000-0000-7000-8000-000000000000"},
            {"contactId": "is not a contact of HQ"},
        ),
    ]
    for noun, body, details in rules:
        answer = alice.post(f"{at}/{noun}", body)
        assert (answer.status_code, answer.json["error"]["details"]) == (422, details)
