"""Signing in: who may, for how long, and how guessing is slowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from flask import Flask

from crm import clock
from crm.database import transaction
from crm.errors import Forbidden, Invalid, InvalidCredentials, InvalidRefreshToken, NotFound, SiteRequired, TooManyAttempts
from crm.extensions import db
from crm.models import Login, User
from crm.services import auth, sites
from crm.services.members import Member
from world import PASSWORD, World

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def sign_in(name: str, password: str = PASSWORD, address: str = HOME) -> Login:
    with transaction():
        return auth.sign_in(name, password, kind="api", address=address)


def fail(name: str, times: int, address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            sign_in(name, "wrong password", address)


@pytest.mark.parametrize("name", ["bob@example.com", "BOB@Example.COM", "  bob@example.com "])
def test_signs_in_whatever_the_case(world: World, name: str) -> None:
    assert sign_in(name).user_id == world.bob.id


def test_a_hash_that_has_become_too_cheap_is_renewed(world: World, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who steals the hashes is slowed, too: 64 MiB and three passes each. The other tests take cheaper ones."""
    in_life = replace(app.extensions["crm.settings"], hasher=PasswordHasher())
    monkeypatch.setitem(app.extensions, "crm.settings", in_life)
    sign_in("bob@example.com")
    assert extract_parameters(db.session.get_one(User, world.bob.id).password_hash) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize("name", ["bob@example.com", "nobody@example.com", ""])
def test_a_wrong_password_and_an_unknown_name_sound_the_same(world: World, name: str) -> None:
    with pytest.raises(InvalidCredentials, match="Invalid username or password"):
        sign_in(name, "wrong password")


def test_a_disabled_user_is_out_at_once(world: World) -> None:
    login = sign_in("bob@example.com")
    with transaction():
        db.session.get_one(User, world.bob.id).is_active = False
    assert auth.signed_in(login.uid) is None
    with pytest.raises(InvalidCredentials):
        sign_in("bob@example.com")


def test_guessing_is_slowed(world: World) -> None:
    fail("bob@example.com", 6)
    with pytest.raises(TooManyAttempts) as refused:
        sign_in("bob@example.com")
    assert 0 < refused.value.retry_after <= 2


def test_the_wait_ends_and_does_not_grow_by_trying_meanwhile(world: World) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        fail("bob@example.com", 6)
        for _ in range(50):
            with pytest.raises(TooManyAttempts):
                sign_in("bob@example.com", "wrong password")
        time.shift(2)
        assert sign_in("bob@example.com")


def test_each_further_failure_doubles_the_wait_up_to_five_minutes(world: World) -> None:
    waits = []
    with time_machine.travel(clock.now(), tick=False) as time:
        fail("bob@example.com", 5)
        for number in range(11):
            fail("bob@example.com", 1, address=f"192.0.2.{number}")
            with pytest.raises(TooManyAttempts) as refused:
                sign_in("bob@example.com", address="192.0.2.100")
            waits.append(refused.value.retry_after)
            time.shift(waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_stranger_does_not_lock_the_owner_out(world: World) -> None:
    sign_in("bob@example.com", address=HOME)
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(30):
            fail("bob@example.com", 1, address=ELSEWHERE)
            time.shift(timedelta(minutes=15))
        fail("bob@example.com", 1, address=ELSEWHERE)
        with pytest.raises(TooManyAttempts):
            sign_in("bob@example.com", address=ELSEWHERE)
        assert sign_in("bob@example.com", address=HOME)


def test_an_address_that_tries_many_accounts_is_slowed(world: World) -> None:
    for number in range(21):
        fail(f"user{number}@example.com", 1, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        sign_in("bob@example.com", address=ELSEWHERE)
    assert sign_in("bob@example.com", address=HOME)


def test_a_login_that_is_not_used_ends_after_30_days(world: World) -> None:
    login = sign_in("bob@example.com")
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert auth.signed_in(login.uid)
        with transaction():
            auth.seen(login.id)
    with time_machine.travel(clock.now() + timedelta(days=58)):
        assert auth.signed_in(login.uid)
    with time_machine.travel(clock.now() + timedelta(days=60)):
        assert auth.signed_in(login.uid) is None


def test_a_refresh_token_is_good_once_and_reuse_ends_the_login(world: World) -> None:
    login = sign_in("bob@example.com")
    first = login.refresh_jti
    assert first
    with transaction():
        auth.rotate(login.uid, first)
    assert auth.signed_in(login.uid)
    with pytest.raises(InvalidRefreshToken), transaction():
        auth.rotate(login.uid, first)
    assert auth.signed_in(login.uid) is None


def test_one_site_is_chosen_by_itself(world: World) -> None:
    assert world.member("bob") == Member(
        user_id=world.bob.id,
        name="Bob",
        is_admin=False,
        timezone="Europe/Berlin",
        site_id=world.hq,
        site_name="HQ",
        site_timezone="Europe/Berlin",
        role="member",
    )


def test_several_sites_must_be_chosen_from(world: World) -> None:
    with transaction():
        dora = world.login("dora", "browser")
        with pytest.raises(SiteRequired):
            dora.member()
        assert dora.member(world.annex).role == "viewer"
        auth.choose_site(dora, world.hq)
    again = auth.signed_in(dora.login.uid)
    assert again
    assert again.member().role == "member"


def test_a_site_of_others_cannot_be_chosen(world: World) -> None:
    bob = world.login("bob", "api")
    with pytest.raises(Forbidden):
        auth.choose_site(bob, world.annex)
    with pytest.raises(Forbidden):
        bob.member(world.annex)
    with pytest.raises(NotFound):
        auth.choose_site(bob, 4711)


def test_who_is_in_no_site_is_told_so(world: World) -> None:
    with pytest.raises(SiteRequired, match="You belong to no site yet"):
        world.login("adam", "api").member()


def test_a_new_user_is_refused_with_every_reason_at_once(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        auth.create_user("no address", " ", "short", timezone="Mars")
    assert set(refused.value.details) == {"email", "name", "password", "timezone"}
    with pytest.raises(Invalid, match="email"):
        auth.create_user("BOB@example.com", "Bob too", PASSWORD)


def test_site_names_are_unique(world: World) -> None:
    with pytest.raises(Invalid, match="name"):
        sites.create("HQ")
