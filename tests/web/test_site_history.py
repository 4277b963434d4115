"""Who may do what in a site is what its managers answer for: they see who changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.models import Site, User
from web.browsing import text_of
from world import PASSWORD


@pytest.fixture
def alice(browse):
    return browse("alice")


@pytest.fixture
def here(app, world):
    with app.app_context():
        return f"/settings/sites/{db.session.scalars(select(Site.uid).where(Site.id == world.hq)).one()}"


@pytest.fixture
def uid(app, world):
    def find(name):
        with app.app_context():
            return db.session.get_one(User, world.people[name].id).uid

    return find


def test_roles_and_invitations_leave_a_line(browse, alice, bob, here, uid):
    alice.post(f"{here}/members/{uid('bob')}/role", {"role": "viewer", "was": "member"})
    alice.post(f"{here}/members/{uid('bob')}/role", {"role": "viewer", "was": "viewer"})  # changes nothing
    alice.post(f"{here}/invitations", {"email": "zoe@example.com", "role": "manager"})
    alice.post(f"{here}/members/{uid('vera')}/remove")
    bob.post(f"{here}/members/{uid('bob')}/remove")
    text = text_of(alice.get(f"{here}/history"))
    for line in (
        "Alice made Bob a viewer, who was a member",
        "Alice invited zoe@example.com as a manager",
        "Alice removed Vera, who was a viewer",
        "Bob left, and was a viewer",
    ):
        assert text.count(line) == 1, line
    assert text.index("Bob left") < text.index("Alice made Bob")
    assert "Who changed what" in text_of(alice.get("/settings/members"))


def test_an_administrator_leaves_lines_too(browse, alice, here):
    adam = browse("adam")
    adam.post(f"{here}/join")
    adam.post(here, {"name": "Head office", "description": "Main office", "timezone": "Europe/Paris"})
    text = text_of(alice.get(f"{here}/history"))
    assert "Adam joined as a manager" in text
    assert "changed the name from “HQ” to “Head office”, the time zone from “Europe/Berlin” to “Europe/Paris”" in text


def test_only_managers_see_it(browse, bob, vera, charlie, here):
    for browser in (bob, vera, charlie):
        assert browser.get(f"{here}/history").status_code == 403
    for browser in (bob, vera):
        assert "Who changed what" not in browser.get("/settings/members").text
    assert browse("adam").get(f"{here}/history").status_code == 200


def test_administrators_leave_lines_of_their_own(browse, alice, uid):
    adam = browse("adam")
    assert "Nothing has changed yet" in text_of(adam.get("/settings/people/history"))
    vera = uid("vera")
    for to in ("yes", "yes", "no"):  # the second one changes nothing
        adam.post(f"/settings/people/{vera}/admin", {"to": to})
    for to in ("no", "yes"):
        adam.post(f"/settings/people/{uid('bob')}/active", {"to": to})
    assert 'href="/settings/people/history"' in adam.get("/settings/people").text
    page = adam.get("/settings/people/history")
    text = text_of(page)
    lines = (
        "Adam enabled the account of Bob (bob@example.com)",
        "Adam disabled the account of Bob (bob@example.com)",
        "Adam made Vera (vera@example.com) no longer an administrator",
        "Adam made Vera (vera@example.com) an administrator",
    )
    assert [text.count(line.removesuffix("")) for line in lines] == [1, 1, 1, 1]
    places = [text.index(line.removesuffix("")) for line in lines]
    assert places == sorted(places)
    assert "<time datetime=" in page.text
    for browser in (alice, browse("bob"), browse("vera"), browse("charlie")):
        assert browser.get("/settings/people/history").status_code == 403
    assert "an administrator" not in text_of(alice.get("/settings/members"))


def test_an_administrator_made_on_the_command_line_leaves_a_line(app, browse):
    made = app.test_cli_runner().invoke(
        args=["user", "create", "eve@example.com", "--name", "Eve", "--password-stdin", "--admin"], input=f"{PASSWORD}\n"
    )
    assert made.exit_code == 0, made.output
    text = text_of(browse("adam").get("/settings/people/history"))
    assert "Whoever runs the server made an account for Eve (eve@example.com), an administrator" in text
