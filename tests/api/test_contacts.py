"""Contacts over the API."""

from __future__ import annotations

FULL = {
    "name": "Grace Hopper",
    "emails": ["grace@navy.example", "Hopper@yale.example"],
    "phones": ["+1 202 555 0101"],
    "company": "US Navy",
    "jobTitle": "Rear admiral",
    "tags": ["compilers", "VIP"],
    "notes": "Nanoseconds",
    "keepInTouchDays": 30,
}
KEYS = {
    "id", "number", "siteId", "name", "emails", "phones", "company", "jobTitle", "tags", "notes", "ownerId", "keepInTouchDays",
    "lastInteractionAt", "nextMeetingAt", "createdBy", "createdAt", "updatedAt",
}  # fmt: skip


def test_create_and_read(bob, world):
    answer = bob.post("/contacts", FULL)
    assert answer.status_code == 201
    made = answer.json
    assert answer.headers["Location"] == f"/api/v1/contacts/{made['id']}"
    assert made.keys() == KEYS
    assert made.items() >= (FULL | {"siteId": world.hq, "ownerId": world.bob.id, "createdBy": world.bob.id}).items()
    assert (made["lastInteractionAt"], made["nextMeetingAt"]) == (None, None)
    assert bob.get(f"/contacts/{made['id']}").json == made
    assert bob.get("/contacts").json == {"contacts": [made], "total": 1, "page": 1, "pageSize": 20}


def test_a_name_is_all_it_needs(bob):
    made = bob.post("/contacts", {"name": "Ada"}).json
    assert (made["emails"], made["phones"], made["tags"], made["company"]) == ([], [], [], None)
    for name in ("", "  ", None, "x" * 201, 7):
        assert list(bob.post("/contacts", {"name": name}).json["error"]["details"]) == ["name"]
    assert bob.post("/contacts", {}).json["error"]["details"] == {"name": "is required"}


def test_an_edit_names_what_it_changes(bob):
    made = bob.post("/contacts", FULL).json
    path = f"/contacts/{made['id']}"
    changed = bob.put(path, {"jobTitle": "Professor"}).json
    assert changed == made | {"jobTitle": "Professor", "updatedAt": changed["updatedAt"]}
    cleared = bob.patch(path, {name: None for name in FULL if name != "name"} | {"ownerId": None}).json
    empty = {"emails": [], "phones": [], "company": None, "jobTitle": None, "tags": [], "notes": None, "keepInTouchDays": None}
    assert cleared.items() >= (empty | {"ownerId": None, "name": "Grace Hopper"}).items()


def test_what_was_read_can_be_sent_back(bob):
    made = bob.post("/contacts", FULL).json
    assert bob.put(f"/contacts/{made['id']}", made).json == made
    forged = {"id": "x", "number": 7, "siteId": 7, "lastInteractionAt": "2001-01-01", "nextMeetingAt": 7, "createdBy": 7}
    assert bob.put(f"/contacts/{made['id']}", forged).json == made


def test_lists_in_their_order(bob):
    made = bob.post("/contacts", FULL).json
    turned = bob.put(f"/contacts/{made['id']}", {"emails": FULL["emails"][::-1], "phones": ["030 1", "030 2"]}).json
    assert (turned["emails"], turned["phones"]) == (FULL["emails"][::-1], ["030 1", "030 2"])
    assert bob.get(f"/contacts/{made['id']}").json == turned


def test_an_address_belongs_to_one_contact_of_a_site(api, bob):
    bob.post("/contacts", FULL)
    answer = bob.post("/contacts", {"name": "Somebody", "emails": ["HOPPER@yale.example"]})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json["error"]["details"] == {"emails": "Hopper@yale.example already belongs to Grace Hopper"}
    assert api("charlie").post("/contacts", {"name": "Somebody", "emails": ["HOPPER@yale.example"]}).status_code == 201


def test_bad_values(bob, world):
    body = {"name": "Ada", "emails": ["nobody"], "phones": ["x"], "keepInTouchDays": 0, "ownerId": "Bob", "tags": "VIP"}
    assert bob.post("/contacts", body).json["error"]["details"].keys() == body.keys() - {"name"}
    assert list(bob.post("/contacts", {"name": "Ada", "ownerId": world.charlie.id}).json["error"]["details"]) == ["ownerId"]


def test_the_counters_are_true(bob, ada):
    path = f"/contacts/{ada['id']}"
    call = {"contactId": ada["id"], "interactionType": "call", "date": "2025-01-01T00:00:00Z"}
    made = bob.post("/interactions", call).json
    assert bob.get(path).json["lastInteractionAt"] == "2025-01-01T00:00:00Z"
    meeting = bob.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": "2999-01-01T00:00:00Z"}).json
    assert bob.get(path).json["nextMeetingAt"] == "2999-01-01T00:00:00Z"
    bob.delete(f"/interactions/{made['id']}")
    bob.put(f"/meetings/{meeting['id']}/cancel")
    gone = bob.get(path).json
    assert (gone["lastInteractionAt"], gone["nextMeetingAt"]) == (None, None)


def test_delete_takes_what_belongs_to_it_along(alice, ada):
    call = {"contactId": ada["id"], "interactionType": "call", "date": "2025-01-01T00:00:00Z"}
    made = alice.post("/interactions", call).json
    answer = alice.delete(f"/contacts/{ada['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert alice.get(f"/contacts/{ada['id']}").status_code == 404
    assert alice.get(f"/interactions/{made['id']}").status_code == 404
    assert alice.delete(f"/contacts/{ada['id']}").status_code == 404
    assert alice.post("/contacts", {"name": "Ada again", "emails": ada["emails"]}).status_code == 201
