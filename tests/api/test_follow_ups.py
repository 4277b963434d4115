"""Follow-ups over the API: planned, put off, done, done again."""

from __future__ import annotations

import pytest
import time_machine

from making import NOW

SITE = "application/vnd.crm.site+json"
NEW = {"title": "Send the paper", "notes": "By post", "dueOn": "2026-03-05"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def follow_up(bob, ada):
    answer = bob.post("/follow-ups", NEW | {"contactId": ada["id"]})
    assert answer.status_code == 201
    return answer.json


def titles(who, query=""):
    answer = who.get(f"/follow-ups?{query}")
    assert answer.status_code == 200, answer.json
    assert answer.json["total"] == len(answer.json["followUps"])
    return [row["title"] for row in answer.json["followUps"]]


def test_what_it_is(bob, world, ada, follow_up):
    assert follow_up == {
        "id": follow_up["id"],
        "number": 1,
        "siteId": world.hq,
        "title": "Send the paper",
        "notes": "By post",
        "dueOn": "2026-03-05",
        "ownerId": world.bob.id,
        "owedBy": "ours",
        "contactId": ada["id"],
        "status": "open",
        "completedAt": None,
        "completedBy": None,
        "interactionId": None,
        "meetingId": None,
        "createdBy": world.bob.id,
        "createdAt": "2026-03-02T12:00:00Z",
        "updatedAt": "2026-03-02T12:00:00Z",
    }
    assert bob.get(f"/follow-ups/{follow_up['id']}").json == bob.get("/follow-ups/1").json == follow_up
    listed = bob.get("/follow-ups").json
    assert listed == {"followUps": [follow_up], "total": 1, "page": 1, "pageSize": 20}


def test_in_the_site_dialect(bob, ada, follow_up):
    body = {"title": "Call back", "due_on": "2026-03-06", "contact_id": ada["id"]}
    made = bob.post("/follow-ups", body, accept=SITE)
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/v1/follow-ups/2"
    row = made.json["follow_up"]
    assert body.items() <= row.items()
    assert (row["id"], bob.get(f"/follow-ups/{row['uid']}").json["dueOn"]) == (2, "2026-03-06")
    listed = bob.get("/follow-ups?page_size=1&due_after=2026-03-05", accept=SITE).json
    assert listed == {"follow_ups": [row], "total": 1, "page": 1}
    assert bob.put("/follow-ups/2/snooze", {"due_on": "2026-03-09"}, accept=SITE).json["follow_up"]["due_on"] == "2026-03-09"
    assert bob.put("/follow-ups/2/snooze", {"until": "2026-03-10"}, accept=SITE).json["follow_up"]["due_on"] == "2026-03-10"
    assert bob.delete("/follow-ups/2", accept=SITE).json == {"success": True}


def test_where_it_is(bob):
    answer = bob.post("/follow-ups", {"title": "x"})
    assert answer.headers["Location"] == f"/api/v1/follow-ups/{answer.json['id']}"
    assert (answer.json["contactId"], answer.json["dueOn"]) == (None, None)


def test_an_edit_names_what_it_changes(bob, world, follow_up):
    path = f"/follow-ups/{follow_up['id']}"
    changed = bob.put(path, {"title": "Send it again", "ownerId": world.alice.id}).json
    assert changed == follow_up | {"title": "Send it again", "ownerId": world.alice.id, "updatedAt": changed["updatedAt"]}
    cleared = bob.patch(path, {"notes": None, "dueOn": None, "contactId": None}).json
    assert (cleared["notes"], cleared["dueOn"], cleared["contactId"]) == (None, None, None)


def test_what_was_read_can_be_sent_back(bob, follow_up):
    path = f"/follow-ups/{follow_up['id']}"
    assert bob.put(path, follow_up).json == follow_up
    done = bob.put(f"{path}/complete").json
    assert bob.put(path, done).json == done


def test_only_its_own_verbs_change_its_state(bob, world, follow_up):
    forged = {"status": "done", "completedAt": "2026-03-01T00:00:00Z", "completedBy": world.bob.id, "createdBy": 7}
    assert bob.put(f"/follow-ups/{follow_up['id']}", forged).json == follow_up


def test_done_and_not_done(bob, world, follow_up):
    path = f"/follow-ups/{follow_up['id']}"
    done = bob.put(f"{path}/complete")
    assert done.status_code == 200
    assert (done.json["status"], done.json["completedBy"]) == ("done", world.bob.id)
    assert done.json["completedAt"] == "2026-03-02T12:00:00Z"
    assert bob.put(f"{path}/complete", {}).json == done.json
    answer = bob.put(f"{path}/snooze", {"dueOn": "2026-04-01"})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "CONFLICT")
    for _ in range(2):
        again = bob.put(f"{path}/reopen").json
        assert (again["status"], again["completedAt"], again["completedBy"]) == ("open", None, None)


@pytest.mark.parametrize("key", ["dueOn", "until"])
def test_put_off(bob, follow_up, key):
    path = f"/follow-ups/{follow_up['id']}/snooze"
    assert bob.put(path, {key: "2026-03-20"}).json["dueOn"] == "2026-03-20"
    answer = bob.put(path, {key: "2026-03-01"})
    assert (answer.status_code, answer.json["error"]["details"]) == (422, {key: "has already gone"})
    assert bob.put(path, {key: "soon"}).json["error"]["details"] == {key: "must be a date, such as 2026-03-01"}
    assert bob.put(path, {key: None}).status_code == 422


def test_putting_off_needs_one_day_and_nothing_else(bob, follow_up):
    path = f"/follow-ups/{follow_up['id']}/snooze"
    assert bob.put(path, {}).json["error"]["details"] == {"dueOn": "is required"}
    both = {"dueOn": "2026-03-20", "until": "2026-03-21"}
    assert list(bob.put(path, both).json["error"]["details"]) == ["until"]
    assert list(bob.put(path, {"dueOn": "2026-03-20", "title": "x"}).json["error"]["details"]) == ["title"]
    for verb in ("complete", "reopen"):
        answer = bob.put(f"/follow-ups/{follow_up['id']}/{verb}", {"dueOn": "2026-03-20"})
        assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["dueOn"])


def test_every_bad_field_at_once(bob, follow_up):
    bad = {"title": " ", "notes": 7, "dueOn": "soon", "ownerId": "bob", "contactId": 7, "due": "2026-03-01"}
    answers = [bob.post("/follow-ups", bad), bob.put(f"/follow-ups/{follow_up['id']}", bad)]
    for answer in answers:
        assert (answer.status_code, answer.json["error"]["details"].keys()) == (422, bad.keys())
    unknown = {"contactId": "01a1fd0b-12bf-779e-928d-1db3332a47e1", "ownerId": 4711}
    for answer in (bob.post("/follow-ups", NEW | unknown), bob.put(f"/follow-ups/{follow_up['id']}", unknown)):
        assert answer.json["error"]["details"] == {
            "contactId": "is not a contact of HQ",
            "ownerId": "is not a member of HQ",
        }


def test_delete(bob, follow_up):
    answer = bob.delete(f"/follow-ups/{follow_up['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert bob.get(f"/follow-ups/{follow_up['id']}").status_code == 404
    assert titles(bob) == []


# Where they come from


def test_of_an_interaction_and_of_a_meeting(bob, ada):
    body = {"contactId": ada["id"], "interactionType": "call", "date": "2026-03-01T12:00:00Z", "followUpNeeded": True}
    call = bob.post("/interactions", body | {"followUpNotes": "Send the offer", "followUpDue": "2026-03-04"}).json
    meeting = bob.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": "2026-03-01T13:00:00Z"}).json
    bob.put(f"/meetings/{meeting['id']}/complete", {"actionItems": ["Book the lab"]})
    offer, lab = bob.get("/follow-ups").json["followUps"]
    assert (offer["title"], offer["interactionId"], offer["meetingId"]) == ("Send the offer", call["id"], None)
    assert (lab["title"], lab["interactionId"], lab["meetingId"]) == ("Book the lab", None, meeting["id"])
    assert bob.get(f"/follow-ups/{offer['id']}").json == offer
    assert bob.get(f"/follow-ups/{lab['id']}").json == lab


def test_to_another_contact(alice, bob, ada, follow_up):
    grace = bob.post("/contacts", {"name": "Grace Hopper"}).json
    assert bob.put(f"/follow-ups/{follow_up['id']}", {"contactId": grace["id"]}).json["contactId"] == grace["id"]
    assert (titles(bob, f"contactId={ada['id']}"), titles(bob, f"contactId={grace['id']}")) == ([], ["Send the paper"])

    body = {"contactId": ada["id"], "interactionType": "call", "date": "2026-03-01T12:00:00Z", "followUpNeeded": True}
    bob.post("/interactions", body)
    needed = bob.get(f"/follow-ups?contactId={ada['id']}").json["followUps"][0]
    answer = bob.put(f"/follow-ups/{needed['id']}", {"contactId": grace["id"]})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["contactId"])
    assert bob.put(f"/follow-ups/{needed['id']}", needed).json == needed


# Lists


@pytest.fixture
def many(alice, bob, ada, world):
    for who, title, more in (
        (bob, "Someday", {}),
        (bob, "Today", {"dueOn": "2026-03-02"}),
        (bob, "Overdue", {"dueOn": "2026-02-20", "contactId": ada["id"]}),
        (alice, "Tomorrow", {"dueOn": "2026-03-03"}),
        (alice, "Bob's", {"dueOn": "2026-03-04", "ownerId": world.bob.id}),
    ):
        assert who.post("/follow-ups", {"title": title, **more}).status_code == 201
    done = bob.post("/follow-ups", {"title": "Done", "dueOn": "2026-03-01"}).json
    bob.put(f"/follow-ups/{done['id']}/complete")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Overdue", "Done", "Today", "Tomorrow", "Bob's", "Someday"]),
        ("status=open", ["Overdue", "Today", "Tomorrow", "Bob's", "Someday"]),
        ("status=DONE", ["Done"]),
        ("status=open&dueBefore=2026-03-02", ["Overdue"]),
        ("dueAfter=2026-03-01&dueBefore=2026-03-04", ["Today", "Tomorrow"]),
        ("dueAfter=2026-03-03", ["Bob's"]),
        ("ownerId={bob}&status=open", ["Overdue", "Today", "Bob's", "Someday"]),
        ("ownerId={alice}", ["Tomorrow"]),
        ("ownerId=4711", []),
        ("contactId={ada}", ["Overdue"]),
        ("contactId=01a1fd0b-12bf-779e-928d-1db3332a47e1", []),
    ],
)
def test_lists(bob, world, ada, many, query, found):
    assert titles(bob, query.format(bob=world.bob.id, alice=world.alice.id, ada=ada["id"])) == found


def test_pages(bob, many):
    pages = [bob.get(f"/follow-ups?pageSize=4&page={page}").json for page in (1, 2, 3)]
    assert [[row["title"] for row in page["followUps"]] for page in pages] == [
        ["Overdue", "Done", "Today", "Tomorrow"],
        ["Bob's", "Someday"],
        [],
    ]
    assert {(page["total"], page["pageSize"]) for page in pages} == {(6, 4)}


# Who


def test_a_member_changes_their_own_and_what_is_about_their_contacts(alice, bob, world, ada):
    hers = alice.post("/follow-ups", NEW | {"contactId": ada["id"]}).json
    path = f"/follow-ups/{hers['id']}"
    refused = [bob.put(path, {"title": "x"}), bob.delete(path), bob.put(f"{path}/snooze", {"dueOn": "2026-03-09"})]
    refused += [bob.put(f"{path}/{verb}") for verb in ("complete", "reopen")]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert alice.get(path).json == hers
    alice.put(path, {"ownerId": world.bob.id})
    assert bob.put(f"{path}/complete").status_code == 200
