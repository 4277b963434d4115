"""Idempotency-Key: one request, sent twice, is done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from crm.database import transaction
from crm.extensions import db
from crm.jobs import maintenance
from crm.models import KeptAnswer

AT = "2025-01-01T00:00:00Z"


def send(client, body, key="8e03978e-40d5-43dd-bc93-6894a57f9324", path="/contacts", **headers):
    return client.post(path, body, headers={"Idempotency-Key": key} | headers)


def test_the_same_again_is_the_same_answer_and_one_row(bob):
    first, again = (send(bob, {"name": "Ada", "emails": ["ada@example.org"]}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    for header in ("Location", "Content-Type"):
        assert first.headers[header] == again.headers[header]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert bob.get("/contacts").json["total"] == 1


def test_both_dialects_and_every_noun(bob, ada):
    site = {"title": "Kickoff", "type": "Meeting", "start_datetime": AT}
    contact = {"contactId": ada["id"], "interactionType": "call", "date": AT}
    meeting = {"contactId": ada["id"], "scheduledDateTime": AT}
    for path, body in (("/interactions", site), ("/interactions", contact), ("/meetings", meeting)):
        first, again = (send(bob, body, key=f"key of {len(body)} {body}"[:40].replace(" ", "-"), path=path) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201), first.json
        assert first.data == again.data
        assert again.headers["Idempotency-Replayed"]


def test_the_alias_is_the_same_path(bob):
    send(bob, {"name": "Ada"}, path="/api/contacts")
    assert send(bob, {"name": "Ada"}, path="/api/v1/contacts").headers["Idempotency-Replayed"]


def test_in_quotes_or_bare_it_is_the_same_key(bob):
    send(bob, {"name": "Ada"}, key='"a \\"b\\""')
    assert send(bob, {"name": "Ada"}, key='"a \\"b\\""').headers["Idempotency-Replayed"]
    send(bob, {"name": "Grace"}, key='"abc"')
    assert send(bob, {"name": "Grace"}, key="abc").headers["Idempotency-Replayed"]


def test_another_body_is_refused(bob):
    send(bob, {"name": "Ada"})
    answer = send(bob, {"name": "Grace"})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json["error"]["details"].keys() == {"Idempotency-Key"}
    assert bob.get("/contacts").json["total"] == 1


def test_a_key_belongs_to_a_user_a_site_and_a_path(api, bob, world):
    body = {"title": "Kickoff", "type": "Meeting", "start_datetime": AT}
    answers = [
        send(bob, {"name": "Ada"}),
        send(bob, body, path="/interactions"),
        send(api("alice"), {"name": "Ada"}),
        send(api("charlie"), {"name": "Ada"}),
        send(api("dora"), {"name": "Ada"}, **{"X-Site-ID": str(world.hq)}),
    ]
    assert [answer.status_code for answer in answers] == [201] * 5
    assert not any("Idempotency-Replayed" in answer.headers for answer in answers)
    # dora may only look at Annex: her own answer of HQ is not told there
    assert send(api("dora"), {"name": "Ada"}, **{"X-Site-ID": str(world.annex)}).status_code == 403


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, f'"{"x" * 256}"', '"open', "ü", '""'])
def test_what_is_no_key(bob, key):
    answer = send(bob, {"name": "Ada"}, key=key)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BAD_REQUEST")
    assert answer.json["error"]["details"].keys() == {"Idempotency-Key"}
    assert bob.get("/contacts").json["total"] == 0


def test_255_characters_are_a_key(bob):
    for key in ("x" * 255, f'"{"y" * 255}"'):
        assert send(bob, {"name": "Ada"}, key=key).status_code == 201


def test_a_refusal_is_not_kept(bob):
    assert send(bob, {}).status_code == 422
    assert send(bob, {"name": "Ada"}).status_code == 201
    assert send(bob, {"name": "Ada"}).headers["Idempotency-Replayed"]


def test_nothing_is_kept_of_what_was_rolled_back(app, bob, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    view = app.view_functions["api_v1.add_contact"]

    def fall():
        view()
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setitem(app.view_functions, "api_v1.add_contact", fall)
        assert send(bob, {"name": "Ada"}).status_code == 500
    assert bob.get("/contacts").json["total"] == 0
    answer = send(bob, {"name": "Ada"})
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


def test_tokens_are_not_kept(app, api, world):
    credentials = {"username": world.bob.email, "password": world.bob.password}
    answers = [send(api(None), credentials, path="/auth/login") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json["refresh_token"] != answers[1].json["refresh_token"]
    assert send(api("bob"), {"site_id": world.hq}, path="/auth/site").status_code == 200
    with app.app_context():
        assert db.session.query(KeptAnswer).count() == 0


def test_other_methods_take_no_notice(bob, ada):
    answers = [bob.put(f"/contacts/{ada['id']}", {}, headers={"Idempotency-Key": "x" * 300}) for _ in range(2)]
    assert "Idempotency-Replayed" not in answers[1].headers
    assert bob.get("/contacts", headers={"Idempotency-Key": ""}).status_code == 200


def test_an_answer_is_kept_for_a_day(app, api):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        send(api("bob"), {"name": "Ada"})
        clock.shift(timedelta(hours=24))
        with app.app_context(), transaction():
            maintenance.kept_answers.forget_old()
        assert send(api("bob"), {"name": "Ada"}).headers["Idempotency-Replayed"]
        clock.shift(timedelta(seconds=1))
        with app.app_context(), transaction():
            maintenance.kept_answers.forget_old()
        assert "Idempotency-Replayed" not in send(api("bob"), {"name": "Ada"}).headers


def test_eight_at_once_make_one_row(app, bob):
    start = threading.Barrier(8)

    def client(_):
        start.wait()
        return type(bob)(app.test_client(), bob.token).post("/contacts", {"name": "Ada"}, headers={"Idempotency-Key": "one"})

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(client, range(8)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len([answer for answer in made if "Idempotency-Replayed" not in answer.headers]) == 1
    assert len({answer.data for answer in made}) == 1
    others = [answer for answer in answers if answer.status_code != 201]
    assert all((answer.status_code, answer.json["error"]["code"]) == (409, "CONFLICT") for answer in others)
    assert bob.get("/contacts").json["total"] == 1


def test_while_the_first_is_running_the_second_is_told_so(app, bob, monkeypatch):
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("one writes at a time: the second waits")
    view = app.view_functions["api_v1.add_contact"]
    inside = []

    def twice():
        if not inside:
            inside.append(None)
            with app.app_context():
                inside[0] = send(type(bob)(app.test_client(), bob.token), {"name": "Ada"})
        return view()

    monkeypatch.setitem(app.view_functions, "api_v1.add_contact", twice)
    assert send(bob, {"name": "Ada"}).status_code == 201
    assert (inside[0].status_code, inside[0].json["error"]["code"]) == (409, "CONFLICT")
    assert bob.get("/contacts").json["total"] == 1
