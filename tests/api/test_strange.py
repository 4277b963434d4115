"""What nobody sends on purpose is refused in the envelope, and never a 500."""

from __future__ import annotations

import pytest

HUGE = 10**40
NEW = {"contacts": {"name": "Ada"}, "follow-ups": {"title": "Send the paper"}}


def refused(answer, *statuses):
    assert answer.status_code in statuses, answer.data
    assert set(answer.json) == {"error"}
    assert {"code", "message"} <= set(answer.json["error"])


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 a pair"], ids=["NUL", "a lone surrogate"])
def test_characters_that_cannot_be_stored(bob, text):
    for noun, body in NEW.items():
        refused(bob.post(f"/{noun}", body | {"notes": text}), 400, 422)
    refused(bob.post("/search/advanced", {"filters": [{"field": "lead", "operator": "eq", "value": text}]}), 400)
    refused(bob.post("/search/advanced", {"filters": [{"field": text, "operator": "eq", "value": 1}]}), 400)
    refused(bob.post("/auth/login", {"username": text, "password": text}), 400, 401, 422)
    refused(bob.post("/auth/refresh", {"refresh_token": text}), 400, 401, 422)
    refused(bob.post("/auth/logout", {"token": text}), 400, 422)
    refused(bob.post("/auth/password/reset/confirm", {"token": text, "password": text * 9}), 400, 422)


def test_nul_in_an_address(bob):
    for path in (
        "/contacts?search=%00",
        "/search/lead/%00",
        "/search/type/%00",
        "/contacts/%00",
        "/search/interactions?query=%00",
    ):
        refused(bob.get(path), 400, 404)


def test_integers_that_no_database_has(bob, ada):
    refused(bob.post("/contacts", {"name": "Ada", "keepInTouchDays": HUGE}), 422)
    refused(bob.post("/contacts", {"name": "Ada", "ownerId": HUGE}), 422)
    refused(bob.post("/auth/site", {"site_id": HUGE}), 403, 404, 422)
    refused(bob.post("/search/advanced", {"filters": [{"field": "id", "operator": "eq", "value": HUGE}], "page": 1}), 400)
    refused(bob.get(f"/contacts?page={HUGE}"), 400)
    refused(bob.get("/contacts", headers={"X-Site-ID": str(HUGE)}), 400)


@pytest.mark.parametrize("noun", ["contacts", "interactions", "meetings", "follow-ups", "sites"])
@pytest.mark.parametrize("ref", [10**18, HUGE, "x", "1.0", "-1"])
def test_an_id_that_none_can_be_is_not_found_with_any_method(bob, noun, ref):
    for method in ("GET", "PUT", "PATCH", "DELETE", "POST"):
        answer = bob.send(method, f"/{noun}/{ref}", json={})
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "NOT_FOUND"), method


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "KLINGON"])
def test_methods_that_there_are_none(bob, method):
    answer = bob.send(method, "/contacts")
    refused(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("word", ["Zoë", "%0A", "<x>; rel=next", 'a"b,c', "100%25", "a/b"])
def test_any_word_in_a_path_comes_back_in_the_links(bob, word):
    for path in (f"/search/lead/{word}", "/search/type/%0A%0Dcall%20"):
        answer = bob.get(path)
        assert answer.status_code == (400 if word == "%0A" and "lead" in path else 200), answer.data
        if answer.status_code == 200:
            address = answer.headers["Link"].partition(">")[0].removeprefix("<")
            assert address.isascii()
            assert bob.get(address).json == answer.json


def test_an_answer_has_the_type_that_was_asked_for(bob, ada):
    for accept in ("application/vnd.crm.site+json", "application/vnd.crm.contact+json"):
        compressed = bob.get("/contacts", accept=accept, headers={"Accept-Encoding": "gzip"})
        assert compressed.content_type == accept
        assert bob.get("/contacts/1", accept=accept).content_type == accept
        assert bob.get("/contacts/9999", accept=accept).content_type == "application/json"
    made = bob.post("/contacts", {"name": "Ada", "notes": "x" * 900}, accept=accept, headers={"Accept-Encoding": "gzip"})
    assert made.headers["Content-Encoding"] == "gzip"
