"""Who may do what in a site is what its managers answer for: they see who changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm.extensions import db
from crm.models import Site, User
from web.browsing import text_of


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
