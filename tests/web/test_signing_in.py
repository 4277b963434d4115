"""Signing in and out, choosing a site, choosing light or dark."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm import clock
from crm.extensions import db
from crm.models import Login
from web.browsing import Browser, text_of, token_in
from world import PASSWORD


@pytest.fixture
def stranger(client, world):
    return Browser(client)


def sign_in(browser, username="bob@example.com", password=PASSWORD, **more):
    return browser.post("/sign-in", {"username": username, "password": password} | more)


def test_a_stranger_is_asked_to_sign_in_and_comes_back(stranger):
    answer = stranger.get("/contacts?search=ada")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/contacts?search%3Dada"
    page = stranger.get(answer.location).text
    assert 'name="next" value="/contacts?search=ada"' in page
    assert sign_in(stranger, next="/contacts?search=ada").location == "/contacts?search=ada"


@pytest.mark.parametrize("username", ["bob@example.com", "BOB@Example.com "])
def test_the_right_password_opens_today(stranger, username):
    answer = sign_in(stranger, username)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "<h1>Today</h1>" in stranger.get("/").text


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(stranger):
    answer = sign_in(stranger, "bob@example.com", "wrong", next="/meetings")
    assert answer.status_code == 401
    assert "Check both, and try again" in text_of(answer)
    assert 'value="bob@example.com"' in answer.text
    assert 'name="next" value="/meetings"' in answer.text
    assert "wrong" not in answer.text.replace("went wrong", "")


def test_guessing_is_slowed_and_says_for_how_long(stranger):
    for _ in range(6):
        assert sign_in(stranger, password="wrong").status_code == 401
    answer = sign_in(stranger)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Try again in" in text_of(answer)


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_nobody_is_sent_away_after_signing_in(stranger, target):
    assert sign_in(stranger, next=target).location == "/"


def test_the_session_is_a_new_one(app, world):
    client = app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    browser = Browser(client)
    before = browser.token
    sign_in(browser)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent
    after = token_in(client.get("/").text)
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert client.post("/sign-out", data={"csrf_token": after}).status_code == 303


def test_signing_out_ends_the_login(app, bob):
    assert bob.post("/sign-out").location == "/sign-in"
    assert bob.get("/").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Login.ended_because).where(Login.kind == "browser")).all() == ["signed out"]


def test_a_login_that_was_ended_elsewhere_is_asked_again(app, bob):
    with app.app_context():
        for login in db.session.scalars(select(Login).where(Login.kind == "browser")):
            login.ended_at, login.ended_because = clock.now(), "ended by its owner"
        db.session.commit()
    assert bob.get("/").location == "/sign-in"
    answer = bob.post("/contacts/new", {"name": "Ada"}, htmx=True)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (401, "none")
    assert "You have been signed out" in text_of(answer)


def test_use_keeps_a_login_alive(app, bob):
    def seen():
        with app.app_context():
            return db.session.scalars(select(Login.seen_at).where(Login.kind == "browser")).one()

    first = seen()
    bob.get("/")
    assert seen() == first  # not on every page
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        bob.get("/")
    assert seen() > first


def test_who_has_several_sites_chooses_one(browse, world):
    dora = browse("dora")
    answer = dora.get("/contacts")
    assert (answer.status_code, answer.location) == (303, "/sites?next=/contacts")
    assert "HQ" in text_of(dora.get(answer.location))
    assert dora.post("/sites", {"site": world.annex, "next": "/contacts"}).location == "/contacts"
    assert "No contacts yet" in text_of(dora.get("/contacts"))
    assert dora.post("/sites", {"site": world.hq}).location == "/"
    assert dora.get("/contacts/new").status_code == 200  # a member there


def test_nobody_chooses_a_site_that_is_not_theirs(bob, world):
    assert bob.post("/sites", {"site": world.annex}).status_code == 403
    assert bob.post("/sites", {"site": "x"}).status_code == 404
    assert "HQ" in text_of(bob.get("/"))


def test_who_has_no_site_is_told_whom_to_ask(browse):
    adam = browse("adam")
    page = adam.get(adam.get("/").location)
    assert "As an administrator you can make one, or join one." in text_of(page)
    assert 'href="/settings/sites"' in page.text
    assert adam.post("/sign-out").status_code == 303


def test_the_theme_is_remembered_by_the_browser(bob):
    assert 'data-bs-theme="dark"' not in bob.get("/").text
    answer = bob.post("/theme", {"theme": "dark"}, headers={"Referer": "http://localhost/meetings?show=completed"})
    assert answer.location == "/meetings?show=completed"
    assert 'data-bs-theme="dark"' in bob.get("/").text
    bob.post("/theme", {"theme": "pink"})
    assert 'data-bs-theme="dark"' in bob.get("/").text


def test_a_sign_in_page_that_is_too_old_is_a_new_one(client, world):
    client.get("/sign-in")
    typed = {"username": "bob@example.com", "password": PASSWORD, "next": "/contacts", "csrf_token": "of another session"}
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 400
    assert "Sign in once more." in text_of(answer)
    assert 'value="bob@example.com"' in answer.text
    assert PASSWORD not in answer.text
    again = client.post("/sign-in", data=typed | {"csrf_token": token_in(answer.text)})
    assert (again.status_code, again.location) == (303, "/contacts")
