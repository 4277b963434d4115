"""One envelope for every answer from 400 on, whoever finds the fault."""

from __future__ import annotations

import pytest


def envelope(answer, status, code):
    assert answer.status_code == status
    assert answer.content_type == "application/json"
    assert answer.headers["X-Request-ID"]
    assert answer.json.keys() == {"error"}
    error = answer.json["error"]
    assert {"code", "message"} <= error.keys() <= {"code", "message", "details"}
    assert error["code"] == code
    assert error["message"]
    return error.get("details")


def test_an_unknown_path(bob):
    for path in ("/api", "/api/", "/api/v1", "/api/v2/contacts", "/api/nope", "/api/v1/contacts/", "/api/%00"):
        for method in ("GET", "POST"):
            envelope(bob.send(method, path), 404, "NOT_FOUND")


def test_an_unknown_path_beside_the_api_is_not_the_apis(bob):
    assert bob.client.get("/apiary").content_type != "application/json"


NOUNS = ("contacts", "interactions", "meetings", "follow-ups", "sites")


def test_an_id_that_is_none(bob):
    for ref in ("abc", "1.0", "-1", "1e3", "²", "9" * 30, "01a1fd0b12bf779e928d1db3332a47e1", "%00", "1%20"):
        for noun in NOUNS:
            envelope(bob.get(f"/{noun}/{ref}"), 404, "NOT_FOUND")


def test_an_id_that_nothing_has(bob):
    for ref in ("0", "4711", str(2**31), str(10**17), "01a1fd0b-12bf-779e-928d-1db3332a47e1"):
        for noun in NOUNS:
            envelope(bob.get(f"/{noun}/{ref}"), 404, "NOT_FOUND")


def test_a_method_that_a_path_does_not_take(bob):
    answer = bob.delete("/contacts")
    envelope(answer, 405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    envelope(bob.get("/auth/login"), 405, "METHOD_NOT_ALLOWED")
    envelope(bob.post("/meetings/1/complete", {}), 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b"1",
        b"null",
        b'"text"',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1}{"b": 2}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_not_one_json_object(bob, data):
    for path in ("/auth/login", "/auth/refresh", "/auth/site", "/interactions", "/contacts", "/meetings"):
        envelope(bob.send("POST", path, data=data, content_type="application/json"), 400, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml", "json"])
def test_another_content_type(bob, content_type):
    answer = bob.send("POST", "/contacts", data=b'{"name": "Ada"}', content_type=content_type)
    envelope(answer, 400, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/vnd.crm.contact+json"])
def test_json_by_another_name(bob, content_type):
    answer = bob.send("POST", "/contacts", data='{"name": "Zoë"}'.encode(), content_type=content_type)
    assert (answer.status_code, answer.json["name"]) == (201, "Zoë")


def test_of_a_doubled_key_the_last_one_counts(bob):
    answer = bob.send("POST", "/contacts", data=b'{"name": "A", "name": "B"}', content_type="application/json")
    assert answer.json["name"] == "B"


def test_too_much(bob):
    envelope(bob.post("/contacts", {"name": "Ada", "notes": "x" * 3_000_000}), 413, "PAYLOAD_TOO_LARGE")
    envelope(bob.post("/contacts", {f"field {n}": n for n in range(5000)}), 400, "BAD_REQUEST")


def test_every_bad_field_at_once_in_the_contact_dialect(bob):
    body = {
        "contactId": "Ada",
        "interactionType": "letter",
        "date": 7,
        "duration": 0,
        "timezone": "Mars/Olympus",
        "sentiment": "meh",
        "topicsDiscussed": "engines",
        "followUpDue": "soon",
        "title": "Hi",
        "colour": "red",
    }
    assert envelope(bob.post("/interactions", body), 422, "VALIDATION_ERROR").keys() == body.keys()


def test_every_bad_field_at_once_in_the_site_dialect(bob):
    body = {
        "title": "x" * 101,
        "type": 7,
        "start_datetime": "yesterday",
        "end_datetime": "-5",
        "duration": "60",
        "lead": ["Bob"],
        "colour": "red",
    }
    details = envelope(bob.post("/interactions", body), 422, "VALIDATION_ERROR")
    assert details.keys() == body.keys()
    assert all(isinstance(sentence, str) for sentence in details.values())


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ({"contactId": None, "folowUpNeeded": True}, "followUpNeeded"),
        ({"contactId": None, "follow_up_needed": True}, "followUpNeeded"),
        ({"contactId": None, "end_datetime": None}, "endDate"),
        ({"titel": "x"}, "title"),
        ({"contactID": None}, "contact_id"),
        ({"endDateTime": None}, "end_datetime"),
    ],
)
def test_what_was_probably_meant(bob, body, meant):
    details = envelope(bob.post("/interactions", body), 422, "VALIDATION_ERROR")
    (unknown,) = [key for key, sentence in details.items() if "not a field" in sentence]
    assert details[unknown] == f"is not a field of this resource; did you mean “{meant}”?"


def test_a_rule_of_a_service_in_the_dialects_spelling(bob, ada):
    body = {"contactId": "01a1fd0b-12bf-779e-928d-1db3332a47e1", "interactionType": "call", "date": "2025-01-01T00:00:00Z"}
    assert envelope(bob.post("/interactions", body), 422, "VALIDATION_ERROR") == {"contactId": "is not a contact of HQ"}
    details = envelope(bob.put(f"/contacts/{ada['id']}", {"ownerId": 4711}), 403, "FORBIDDEN")
    assert details is None


@pytest.mark.parametrize("text", ["\x00", "a\x00b"])
def test_what_no_database_can_store(bob, text):
    for path, body in (
        ("/contacts", {"name": text}),
        ("/contacts", {"name": "Ada", "tags": [text], "notes": text}),
        ("/auth/login", {"username": text, "password": text}),
    ):
        envelope(bob.post(path, body), 422, "VALIDATION_ERROR")
    envelope(bob.get("/contacts?search=%00"), 400, "BAD_REQUEST")
    envelope(bob.get("/contacts?tag=%00"), 400, "BAD_REQUEST")
    envelope(bob.get("/interactions?search=a%00b"), 400, "BAD_REQUEST")


def test_dates_at_the_end_of_time(bob, ada):
    body = {"contactId": ada["id"], "interactionType": "call"}
    for date in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"):
        assert envelope(bob.post("/interactions", body | {"date": date}), 422, "VALIDATION_ERROR").keys() == {"date"}
    late = {"contactId": ada["id"], "scheduledDateTime": "9999-12-31T23:59:59-12:00"}
    assert envelope(bob.post("/meetings", late), 422, "VALIDATION_ERROR").keys() == {"scheduledDateTime"}


def test_a_refusal_leaves_nothing_behind(bob, ada):
    body = {"name": "Grace", "emails": ["grace@example.org", "ADA@example.org"]}
    details = envelope(bob.post("/contacts", body), 422, "VALIDATION_ERROR")
    assert details == {"emails": "ada@example.org already belongs to Ada Lovelace"}
    assert bob.get("/contacts").json["total"] == 1


def test_an_unexpected_fault(app, bob, monkeypatch):
    def fall() -> None:
        raise ZeroDivisionError("the secret is 42")

    monkeypatch.setitem(app.view_functions, "api_v1.profile", fall)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = bob.get("/auth/profile", headers={"X-Request-ID": "abc-123"})
    assert envelope(answer, 500, "SERVER_ERROR") == {"request_id": "abc-123"}
    assert "42" not in answer.text
