"""A forgotten password, from the request to the new one: the mail is a file, as on a machine of one's own."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.database import transaction
from crm.extensions import db
from crm.jobs import mails
from crm.models import Login, PasswordReset
from crm.services import auth, passwords
from mailing import mails_in
from world import PASSWORD, World

NEW = "an entirely new password"


def work(app: Flask) -> None:
    """What the worker does with the requests that are open."""
    with app.app_context():
        for reset_id in db.session.scalars(select(PasswordReset.id).where(PasswordReset.sent_at.is_(None))).all():
            mails.send_password_reset(reset_id)


def ask(client: FlaskClient, address: str = "bob@example.com") -> None:
    answer = client.post("/api/v1/auth/password/reset", json={"email": address})
    assert (answer.status_code, answer.json) == (200, {"success": True})


def link(mailbox: Path) -> str:
    """The newest link's secret."""
    found = re.search(r"http://localhost:8000/password/(\S+)", mails_in(mailbox)[-1].get_content())
    assert found
    return found[1].split("\\n")[0]


def confirm(client: FlaskClient, secret: str, password: str = NEW) -> int:
    return client.post("/api/v1/auth/password/reset/confirm", json={"token": secret, "password": password}).status_code


def signs_in(client: FlaskClient, password: str) -> bool:
    answer = client.post("/api/v1/auth/login", json={"username": "bob@example.com", "password": password})
    return answer.status_code == 200


def test_a_link_sets_a_new_password_once_and_ends_every_login(
    app: Flask, client: FlaskClient, world: World, mailbox: Path
) -> None:
    with app.app_context(), transaction():
        world.login("bob", "browser")
    ask(client)
    work(app)
    assert [message["To"] for message in mails_in(mailbox)] == ["bob@example.com"]
    secret = link(mailbox)
    with app.app_context():
        assert secret not in str(db.session.scalars(select(PasswordReset.token_hash)).all())
    assert confirm(client, secret, "short") == 422
    assert confirm(client, secret) == 200
    assert confirm(client, secret, "yet another password") == 422
    assert (signs_in(client, PASSWORD), signs_in(client, NEW)) == (False, True)
    with app.app_context():
        assert set(db.session.scalars(select(Login.ended_because).where(Login.kind == "browser"))) == {"password reset"}
        mails.send_password_changed(world.bob.id)
    assert mails_in(mailbox)[-1]["Subject"] == "Your password for Rapport was changed"


def test_nobody_learns_whether_an_address_is_known(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    ask(client, "nobody@example.com")
    work(app)
    assert mails_in(mailbox) == []
    answer = client.post("/api/v1/auth/password/reset", json={"email": "no address"})
    error = {"error": {"code": "INVALID_EMAIL", "message": "Invalid email address"}}
    assert (answer.status_code, answer.json) == (400, error)


def test_a_link_is_good_for_an_hour(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    ask(client)
    work(app)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert confirm(client, link(mailbox)) == 422


def test_using_one_link_uses_up_the_others(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    ask(client)
    work(app)
    first = link(mailbox)
    ask(client)
    work(app)
    assert link(mailbox) != first
    assert confirm(client, link(mailbox)) == 200
    assert confirm(client, first) == 422


def test_a_request_that_is_worked_on_twice_sends_one_mail(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    ask(client)
    work(app)
    with app.app_context():
        mails.send_password_reset(db.session.scalars(select(PasswordReset.id)).one())
    assert len(mails_in(mailbox)) == 1


def test_a_mailbox_cannot_be_flooded(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    for _ in range(passwords.MOST_AN_HOUR + 3):
        ask(client)
        work(app)
    assert len(mails_in(mailbox)) == passwords.MOST_AN_HOUR


def test_what_was_lost_with_the_queue_is_found_again(app: Flask, client: FlaskClient, world: World) -> None:
    ask(client)
    with app.app_context():
        assert passwords.unsent() == []
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            assert len(passwords.unsent()) == 1
        with time_machine.travel(clock.now() + timedelta(hours=2)):
            assert passwords.unsent() == []


def test_the_pages_do_the_same(app: Flask, client: FlaskClient, world: World, mailbox: Path) -> None:
    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        return found[1]

    page = client.get("/password").text
    assert "Forgotten your password" in client.get("/sign-in").text
    refused = client.post("/password", data={"csrf_token": token(page), "email": "nobody"})
    assert (refused.status_code, "This is not an e-mail address" in refused.text) == (422, True)
    assert "Look into your mail" in client.post("/password", data={"csrf_token": token(page), "email": "bob@example.com"}).text
    work(app)
    path = f"/password/{link(mailbox)}"
    page = client.get(path).text
    assert "must have 10 to 1000 characters" in client.post(path, data={"csrf_token": token(page), "password": "short"}).text
    answer = client.post(path, data={"csrf_token": token(page), "password": NEW}, follow_redirects=True)
    assert "Your password is changed" in answer.text
    assert client.get(path).status_code == 410
    with app.app_context(), transaction():
        assert auth.sign_in("bob@example.com", NEW, kind="browser", address="203.0.113.1")
