"""Inviting somebody to a site, from the mail to the seat: the mail is a file, as on a machine of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import clock
from crm.database import transaction
from crm.errors import Conflict, Forbidden, NotFound
from crm.extensions import db
from crm.jobs import mails, maintenance
from crm.models import Invitation, Membership, User
from crm.services import auth, invitations, memberships
from crm.services.members import Member
from mailing import mails_in
from making import do, refused
from world import World

NEW = "an entirely new password"


@pytest.fixture
def invite(app: Flask, world: World, mailbox: Path) -> Callable[..., str]:
    """`invite("zoe@example.com", "viewer")` sends an invitation to HQ in alice's name. Returns the path of its link."""

    def send(address: str, role: str = "member") -> str:
        with app.app_context():
            invitation_id = do(invitations.invite, world.member("alice"), address, role).id
            mails.send_invitation(invitation_id)
        return link(mailbox)

    return send


def link(mailbox: Path) -> str:
    found = re.search(r"http://localhost:8000(/join/\S+)", mails_in(mailbox)[-1].get_content())
    assert found
    return found[1]


def post(client: FlaskClient, path: str, **data: str):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    # Who is signed in has no form there.
    token = token or re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={"csrf_token": token[1], **data})


def role_of(app: Flask, address: str, site: int) -> str | None:
    with app.app_context():
        query = select(Membership.role).join(User, User.id == Membership.user_id)
        return db.session.scalar(query.where(User.email == address, Membership.site_id == site))


def test_somebody_new_names_themselves_and_is_in(app, client, world, invite, mailbox):
    path = invite("Zoe@Example.com", "viewer")
    page = client.get(path).text
    assert "Join HQ" in page
    assert "Alice invites zoe@example.com as a viewer" in page
    refusal = post(client, path, name="", password="short")
    assert refusal.status_code == 422
    assert "must have 10 to 1000 characters" in refusal.text
    assert "Your name must have 1 to 200 characters" in refusal.text
    assert role_of(app, "zoe@example.com", world.hq) is None
    answer = post(client, path, name="Zoe", password=NEW, timezone="Asia/Tokyo")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Welcome to HQ" in client.get("/").text
    assert role_of(app, "zoe@example.com", world.hq) == "viewer"
    assert client.get(path).status_code == 410
    with app.app_context(), transaction():
        assert auth.sign_in("zoe@example.com", NEW, kind="browser", address="203.0.113.1").user.timezone == "Asia/Tokyo"
        assert invitations.waiting(world.member("alice")) == []


def test_somebody_known_only_gets_the_seat(app, client, world, invite):
    path = invite("charlie@example.com")
    page = client.get(path).text
    assert "invites Charlie (charlie@example.com)" in page
    assert 'name="password"' not in page
    answer = post(client, path)
    assert answer.location == "/sign-in"
    assert "You belong to HQ now" in client.get("/sign-in").text
    assert (role_of(app, "charlie@example.com", world.hq), role_of(app, "charlie@example.com", world.annex)) == (
        "member",
        "manager",
    )


def test_the_secret_is_not_kept_and_a_newer_link_replaces_it(app, client, world, invite, mailbox):
    first = invite("zoe@example.com")
    with app.app_context():
        assert first.rpartition("/")[2] not in str(db.session.scalars(select(Invitation.token_hash)).all())
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        with app.app_context():
            alice = world.member("alice")
            again = do(invitations.resend, alice, invitations.waiting(alice)[0].uid)
            mails.send_invitation(again.id)
            mails.send_invitation(again.id)
        second = link(mailbox)
        assert len(mails_in(mailbox)) == 2
        assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)


def test_a_link_is_good_for_seven_days_and_until_it_is_taken_back(app, client, world, invite):
    path = invite("zoe@example.com")
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert client.get(path).status_code == 410
        with app.app_context():
            assert [invitations.is_expired(one) for one in invitations.waiting(world.member("alice"))] == [True]
    with app.app_context():
        alice = world.member("alice")
        do(invitations.revoke, alice, invitations.waiting(alice)[0].uid)
    assert post(client, path, name="Zoe", password=NEW).status_code == 410
    with app.app_context(), time_machine.travel(clock.now() + timedelta(days=31)):
        maintenance.remove_deleted()
        assert db.session.scalars(select(Invitation.id)).all() == []


def test_one_open_invitation_for_each_address(app, world, invite):
    invite("zoe@example.com")
    with app.app_context():
        alice = world.member("alice")
        with pytest.raises(Conflict, match="a moment ago"):
            do(invitations.invite, alice, "ZOE@example.com", "manager")
        with time_machine.travel(clock.now() + timedelta(minutes=6)):
            do(invitations.invite, alice, "ZOE@example.com", "manager")
        assert [(one.email, one.role) for one in invitations.waiting(alice)] == [("zoe@example.com", "manager")]


def test_what_cannot_be_invited(app, world):
    with app.app_context():
        alice = world.member("alice")
        assert refused(invitations.invite, alice, "nobody", "king").keys() == {"email", "role"}
        assert refused(invitations.invite, alice, "bob@example.com", "viewer") == {
            "email": "belongs to somebody who is already in HQ"
        }
        # Nobody learns whether an address of another site is known.
        assert do(invitations.invite, alice, "charlie@example.com", "viewer").email == "charlie@example.com"


def test_who_may_invite(app, world, invite):
    invite("zoe@example.com")
    with app.app_context():
        uid = invitations.waiting(world.member("alice"))[0].uid
        for name in ("bob", "vera"):
            for verb, more in (
                (invitations.invite, ("x@example.com", "viewer")),
                (invitations.resend, (uid,)),
                (invitations.revoke, (uid,)),
            ):
                with pytest.raises(Forbidden):
                    do(verb, world.member(name), *more)
        charlie: Member = world.member("charlie")
        with pytest.raises(NotFound):
            do(invitations.revoke, charlie, uid)
        assert invitations.waiting(charlie) == []


def test_what_was_lost_with_the_queue_is_found_again(app, world):
    with app.app_context():
        do(invitations.invite, world.member("alice"), "zoe@example.com", "viewer")
        assert invitations.unsent() == []
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            assert len(invitations.unsent()) == 1


def test_accepting_leaves_a_better_seat_as_it_is(app, client, world, invite):
    path = invite("charlie@example.com", "viewer")
    with app.app_context(), transaction():
        db.session.add(Membership(user_id=world.charlie.id, site_id=world.hq, role="manager"))
    post(client, path)
    assert role_of(app, "charlie@example.com", world.hq) == "manager"
    with app.app_context():
        assert memberships.seats(world.member("alice")).total == 5


def test_the_secret_is_not_in_the_log(client, world, invite, caplog):
    path = invite("zoe@example.com")
    assert client.get(path).status_code == 200
    logged = [str(getattr(record, "fields", "")) for record in caplog.records]
    assert any("/join/…" in line for line in logged)
    assert not any(path.rpartition("/")[2] in line for line in logged)
