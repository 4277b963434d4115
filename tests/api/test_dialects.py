"""Two dialects of one resource: which one is spoken, and that nothing is lost between them."""

from __future__ import annotations

import re

import pytest

SITE = "application/vnd.crm.site+json"
CONTACT = "application/vnd.crm.contact+json"

# The table of one-contract.md: site spelling, contact spelling.
FIELDS = {
    "uid": "id",
    "id": "number",
    "site_id": "siteId",
    "contact_id": "contactId",
    "title": "title",
    "type": "interactionType",
    "lead": "lead",
    "start_datetime": "date",
    "end_datetime": "endDate",
    "duration": "duration",
    "timezone": "timezone",
    "location": "location",
    "medium": "medium",
    "description": "description",
    "notes": "notes",
    "sentiment": "sentiment",
    "topics_discussed": "topicsDiscussed",
    "follow_up_needed": "followUpNeeded",
    "follow_up_notes": "followUpNotes",
    "follow_up_due": "followUpDue",
    "source": "source",
    "meeting_id": "meetingId",
    "created_by": "createdBy",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
}


@pytest.fixture
def full(ada):
    """Every field that a client may set, in the site's spelling."""
    return {
        "contact_id": ada["id"],
        "title": "Engine talk",
        "type": "Conference",
        "lead": "Charles",
        "start_datetime": "2025-03-01T10:00:00Z",
        "end_datetime": "2025-03-01T11:30:00Z",
        "duration": 90,
        "timezone": "America/New_York",
        "location": "Boston",
        "medium": "video",
        "description": "About the mill",
        "notes": "Ünïcode ✓",
        "sentiment": "negative",
        "topics_discussed": ["mill", "cards"],
        "follow_up_needed": True,
        "follow_up_notes": "Send drawings",
        "follow_up_due": "2025-03-08",
    }


def in_contact(site):
    return {FIELDS[name]: value.lower() if name == "type" else value for name, value in site.items()}


def both(bob, number):
    site = bob.get(f"/interactions/{number}").json["interaction"]
    return site, bob.get(f"/interactions/{site['uid']}").json


def test_every_field_is_in_both(bob, full):
    site, contact = both(bob, bob.post("/interactions", full).json["interaction"]["id"])
    assert site.keys() == FIELDS.keys()
    assert contact == in_contact(site)
    assert next(iter(site)) == next(iter(contact)) == "id"


def test_written_in_site_read_in_contact(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    assert made.items() >= full.items()
    assert both(bob, made["id"])[1].items() >= in_contact(full).items()


def test_written_in_contact_read_in_site(bob, full):
    made = bob.post("/interactions", in_contact(full)).json
    assert made.items() >= in_contact(full).items()
    assert both(bob, made["number"])[0].items() >= full.items()


def test_an_edit_in_one_leaves_what_the_other_wrote(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    assert bob.put(f"/interactions/{made['uid']}", {"sentiment": "neutral"}).status_code == 200
    assert bob.put(f"/interactions/{made['id']}", {"location": "Salem"}).status_code == 200
    site, _ = both(bob, made["id"])
    assert site == made | {"sentiment": "neutral", "location": "Salem", "updated_at": site["updated_at"]}


def test_what_was_read_can_be_sent_back(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    site, contact = both(bob, made["id"])
    assert bob.put(f"/interactions/{site['id']}", site).json == {"interaction": site}
    assert bob.put(f"/interactions/{site['uid']}", contact).json == contact


def test_what_only_the_server_sets_is_ignored(bob, world, full):
    theirs = {
        "id": 4711,
        "uid": "00000000-0000-7000-8000-000000000000",
        "site_id": world.annex,
        "source": "import",
        "created_by": world.alice.id,
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": "2001-01-01T00:00:00Z",
        "meeting_id": "00000000-0000-7000-8000-000000000000",
    }
    made = bob.post("/interactions", full | theirs).json["interaction"]
    assert not made.items() & theirs.items()
    assert (made["site_id"], made["created_by"], made["source"]) == (world.hq, world.bob.id, "manual")


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - {"uid", "id", "type", "lead", "title", "contact_id"}))
def test_null_clears_and_the_rest_stays(bob, full, name):
    made = bob.post("/interactions", full).json["interaction"]
    answer = bob.put(f"/interactions/{made['id']}", {name: None})
    if name == "start_datetime":
        assert (answer.status_code, list(answer.json["error"]["details"])) == (422, [name])
        return
    cleared = answer.json["interaction"]
    expected = {
        "topics_discussed": [],
        "follow_up_needed": False,
        "timezone": "Europe/Berlin",
    }.get(name, made[name] if name not in full else None)
    assert cleared[name] == expected
    linked = {"end_datetime", "duration"} if name in ("end_datetime", "duration") else set()
    for other in full.keys() - {name} - linked:
        assert cleared[other] == made[other], other


def test_null_of_a_text_with_a_default_brings_the_default(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    answer = bob.put(f"/interactions/{made['uid']}", {"title": None, "lead": None})
    assert answer.json.items() >= {"title": "Conference with Ada Lovelace", "lead": "Bob"}.items()


def test_patch_is_put(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    answer = bob.patch(f"/interactions/{made['id']}", {"duration": 30})
    assert answer.json["interaction"].items() >= {"duration": 30, "end_datetime": "2025-03-01T10:30:00Z"}.items()


@pytest.mark.parametrize("spelling", ["meeting", "Meeting", "MEETING", " Meeting "])
def test_a_type_is_read_in_any_case(bob, full, spelling):
    made = bob.post("/interactions", full | {"type": spelling}).json["interaction"]
    assert made["type"] == "Meeting"
    assert bob.get(f"/interactions/{made['uid']}").json["interactionType"] == "meeting"


def test_two_spellings_of_the_type(bob, full):
    body = in_contact(full)
    del body["interactionType"]
    assert bob.post("/interactions", body | {"type": "Call"}).json["interactionType"] == "call"
    assert bob.post("/interactions", body | {"type": "Call", "interactionType": "call"}).status_code == 201
    answer = bob.post("/interactions", body | {"type": "call", "interactionType": "email"})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["type"])
    answer = bob.post("/interactions", body | {"type": "letter"})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["type"])


# Which one is spoken


def speaks(answer):
    keys = set(re.findall(r'"(\w+)":', answer.get_data(as_text=True)))
    assert bool(keys & {"created_at", "follow_up_needed"}) != bool(keys & {"createdAt", "followUpNeeded"})
    return "site" if "created_at" in keys else "contact"


@pytest.mark.parametrize(("accept", "other"), [(SITE, CONTACT), (CONTACT, SITE)])
def test_accept_decides_before_all_else(bob, ada, full, accept, other):
    spoken = "site" if accept == SITE else "contact"
    full.pop("end_datetime")
    made = bob.post("/interactions", full if accept == SITE else in_contact(full), accept=accept)
    assert speaks(made) == spoken
    ids = bob.get("/interactions").json["interactions"][0]
    for path in (
        f"/interactions/{ids['id']}",
        f"/interactions/{ids['uid']}",
        "/interactions?page=1",
        "/contacts",
        f"/contacts/{ada['id']}",
        f"/contacts/{ada['id']}/interactions",
    ):
        answer = bob.get(path, accept=accept)
        assert speaks(answer) == spoken, path
        assert answer.content_type == accept
        assert "Accept" in answer.headers["Vary"]
        assert speaks(bob.get(path, accept=f"{accept};q=0.9, {other};q=0.1, */*;q=0.01")) == spoken
    assert speaks(bob.get(f"/interactions/{ids['id']}", accept="application/json")) == "site"
    assert speaks(bob.get(f"/interactions/{ids['uid']}", accept="*/*")) == "contact"
    assert speaks(bob.get(f"/interactions/{ids['id']}", accept=f"{CONTACT};q=0")) == "site"
    gone = bob.delete(f"/interactions/{ids['uid']}", accept=accept)
    assert (gone.status_code, gone.data) == ((200, b'{"success":true}') if accept == SITE else (204, b""))


@pytest.mark.parametrize(
    ("query", "spoken"),
    [
        ("", "site"),
        ("page=1", "site"),
        ("search=engine", "site"),
        ("page_size=5", "site"),
        ("pageSize=5", "contact"),
        ("type=conference", "contact"),
        ("startDate=2025-01-01", "contact"),
        ("endDate=2025-12-31&search=engine", "contact"),
    ],
)
def test_a_query_decides(bob, full, query, spoken):
    bob.post("/interactions", full)
    answer = bob.get(f"/interactions?{query}")
    assert speaks(answer) == spoken
    assert ("pageSize" in answer.json) == (spoken == "contact")


@pytest.mark.parametrize(
    ("body", "complains_of"),
    [
        ({}, {"title", "type", "start_datetime"}),
        ({"type": "call"}, {"title", "start_datetime"}),
        ({"date": "2025-01-01T00:00:00Z"}, {"contactId", "interactionType"}),
        ({"contactId": None}, {"contactId", "interactionType", "date"}),
        ({"followUpNeeded": True}, {"contactId", "interactionType", "date"}),
    ],
)
def test_a_body_decides(bob, body, complains_of):
    answer = bob.post("/interactions", body)
    assert answer.status_code == 422
    assert answer.json["error"]["details"].keys() == complains_of


def test_the_id_decides_before_the_body(bob, full):
    made = bob.post("/interactions", full).json["interaction"]
    answer = bob.put(f"/interactions/{made['id']}", {"followUpNeeded": False})
    assert answer.json["error"]["details"] == {
        "followUpNeeded": "is not a field of this resource; did you mean “follow_up_needed”?"
    }
    answer = bob.put(f"/interactions/{made['uid']}", {"start_datetime": "2025-01-01T00:00:00Z"})
    assert answer.json["error"]["details"] == {"start_datetime": "is not a field of this resource; did you mean “date”?"}


def test_contacts_and_meetings_in_the_site_dialect(alice, ada):
    made = alice.post("/contacts", {"name": "Grace Hopper", "job_title": "Admiral"}, accept=SITE)
    grace = made.json["contact"]
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/contacts/{grace['id']}")
    assert grace["job_title"] == "Admiral"
    assert alice.get(f"/contacts/{grace['id']}").json["jobTitle"] == "Admiral"
    page = alice.get("/contacts?page_size=1", accept=SITE).json
    assert page.keys() == {"contacts", "total", "page"}

    body = {"contact_id": grace["uid"], "scheduled_datetime": "2025-03-01T10:00:00Z", "agenda_items": ["x"]}
    meeting = alice.post("/meetings", body, accept=SITE).json["meeting"]
    assert meeting.items() >= body.items()
    in_contact = alice.get(f"/meetings/{meeting['id']}").json
    assert (in_contact["scheduledDateTime"], in_contact["agendaItems"]) == ("2025-03-01T10:00:00Z", ["x"])
    outcome = {"next_steps": "Go on", "action_items": [{"title": "Write", "due_on": "2025-04-01"}]}
    completed = alice.put(f"/meetings/{meeting['id']}/complete", outcome, accept=SITE).json["meeting"]
    assert (completed["status"], completed["next_steps"], completed["action_items"]) == ("completed", "Go on", ["Write"])
    assert completed["interaction_id"]
    assert alice.get("/meetings", accept=SITE).json == {"meetings": [completed], "total": 1, "page": 1}
    assert alice.delete(f"/meetings/{meeting['id']}", accept=SITE).json == {"success": True}


def test_both_ids_name_the_same(bob, ada):
    assert bob.get(f"/contacts/{ada['number']}").json == bob.get(f"/contacts/{ada['id'].upper()}").json == ada
