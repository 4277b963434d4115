"""Signing in, refreshing, signing out, and the site context."""

from __future__ import annotations

import time_machine
from sqlalchemy import select

from crm.extensions import db
from crm.models import Login


def credentials(person, **changed):
    return {"username": person.email, "password": person.password} | changed


def test_the_user_name_is_read_in_any_case(api, world):
    assert api(None).post("/auth/login", credentials(world.bob, username=" BOB@Example.com ")).status_code == 200


def test_an_unknown_user_is_told_what_a_wrong_password_is_told(api, world):
    unknown = api(None).post("/auth/login", {"username": "nobody@example.com", "password": "x"})
    wrong = api(None).post("/auth/login", credentials(world.bob, password="x"))
    assert (unknown.status_code, unknown.json) == (wrong.status_code, wrong.json) == (401, unknown.json)


def test_a_password_keeps_its_spaces(api, world):
    assert api(None).post("/auth/login", credentials(world.bob, password=f"{world.bob.password} ")).status_code == 401


def test_a_login_that_is_no_login(api):
    answer = api(None).post("/auth/login", {"username": 7, "pass": "x"})
    assert answer.status_code == 422
    assert answer.json["error"]["details"].keys() == {"username", "password", "pass"}


def test_guessing_is_slowed(api, world):
    stranger = api(None)
    answers = [stranger.post("/auth/login", credentials(world.bob, password=f"guess {n}")) for n in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 6 + [429]
    assert answers[-1].json["error"]["code"] == "RATE_LIMITED"
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_an_answer_with_tokens_is_kept_by_no_cache(api, world):
    answer = api(None).post("/auth/login", credentials(world.bob))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def signed_in(api, world, name="bob"):
    return api(None).post("/auth/login", credentials(getattr(world, name))).json


def renew(api, refresh_token):
    return api(None).post("/auth/refresh", {"refresh_token": refresh_token})


def status_with(api, token):
    bearer = api(None)
    bearer.token = token
    return bearer.get("/auth/profile").status_code


def test_refresh_rotates(api, world):
    first = signed_in(api, world)
    second = renew(api, first["refresh_token"]).json
    assert second.keys() == {"token", "expires", "refresh_token", "refresh_expires"}
    assert second["refresh_token"] != first["refresh_token"]
    third = renew(api, second["refresh_token"])
    assert third.status_code == 200
    assert status_with(api, third.json["token"]) == 200


def test_reuse_of_a_refresh_token_ends_the_login_everywhere(api, world):
    first = signed_in(api, world)
    other = signed_in(api, world)
    second = renew(api, first["refresh_token"]).json
    reused = renew(api, first["refresh_token"])
    assert (reused.status_code, reused.json["error"]["code"]) == (401, "INVALID_REFRESH_TOKEN")
    assert renew(api, second["refresh_token"]).status_code == 401
    assert [status_with(api, tokens["token"]) for tokens in (first, second)] == [401, 401]
    assert status_with(api, other["token"]) == 200


def test_a_login_lives_thirty_days_unused(api, world):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        tokens = signed_in(api, world)
        clock.move_to("2026-01-30T23:59:00Z")
        renewed = renew(api, tokens["refresh_token"])
        assert renewed.status_code == 200
        clock.move_to("2026-03-02T00:00:00Z")
        assert renew(api, renewed.json["refresh_token"]).status_code == 401


def test_an_access_token_lives_thirty_minutes(api, world):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        token = signed_in(api, world)["token"]
        clock.move_to("2026-01-01T00:29:59Z")
        assert status_with(api, token) == 200
        clock.move_to("2026-01-01T00:30:00Z")
        assert status_with(api, token) == 401


def test_the_two_kinds_of_token_are_not_each_other(api, world):
    tokens = signed_in(api, world)
    assert status_with(api, tokens["refresh_token"]) == 401
    assert renew(api, tokens["token"]).status_code == 401
    assert renew(api, tokens["refresh_token"]).status_code == 200


def test_logout_ends_the_bearers_login(api, world):
    tokens = signed_in(api, world)
    bob = api(None)
    bob.token = tokens["token"]
    assert bob.post("/auth/logout").json == {"success": True}
    assert status_with(api, tokens["token"]) == 401
    assert renew(api, tokens["refresh_token"]).status_code == 401


def test_logout_of_another_login_of_ones_own(api):
    here, there = api("bob"), api("bob")
    assert here.post("/auth/logout", {"token": there.token}).status_code == 200
    assert there.get("/auth/profile").status_code == 401
    assert here.get("/auth/profile").status_code == 200
    assert here.post("/auth/logout", {"token": there.token}).status_code == 200  # it has ended already
    assert here.get("/auth/profile").status_code == 200


def test_nobody_signs_another_out(api):
    alice, bob = api("alice"), api("bob")
    answer = bob.post("/auth/logout", {"token": alice.token})
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "FORBIDDEN")
    assert alice.get("/auth/profile").status_code == bob.get("/auth/profile").status_code == 200


def test_logout_of_what_is_no_token(bob):
    answer = bob.post("/auth/logout", {"token": "scribble"})
    assert (answer.status_code, list(answer.json["error"]["details"])) == (422, ["token"])
    assert bob.get("/auth/profile").status_code == 200


def test_a_disabled_user_is_out_at_once(api, app, world):
    bob = api("bob")
    with app.app_context():
        db.session.get_one(db.Model.registry._class_registry["User"], world.bob.id).is_active = False
        db.session.commit()
    assert bob.get("/auth/profile").status_code == 401
    assert api(None).post("/auth/login", credentials(world.bob)).status_code == 401


# The site context


def test_of_several_sites_one_has_to_be_chosen(api, world):
    dora = api("dora")
    for answer in (dora.get("/contacts"), dora.post("/interactions", {}), dora.get("/meetings")):
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "SITE_CONTEXT_REQUIRED")
    assert dora.get("/auth/sites").status_code == dora.get("/auth/profile").status_code == 200
    dora.post("/auth/site", {"site_id": world.hq})
    assert dora.get("/contacts").status_code == 200


def test_the_chosen_site_survives_a_refresh(api, world):
    tokens = signed_in(api, world, "dora")
    dora = api(None)
    dora.token = tokens["token"]
    dora.post("/auth/site", {"site_id": world.hq})
    dora.token = renew(api, tokens["refresh_token"]).json["token"]
    made = dora.post("/contacts", {"name": "Grace Hopper"})
    assert made.json["siteId"] == world.hq


def test_x_site_id_overrides_the_choice_for_one_request(api, world):
    dora = api("dora")
    dora.post("/auth/site", {"site_id": world.hq})
    dora.post("/contacts", {"name": "Grace Hopper"})
    assert dora.get("/contacts", headers={"X-Site-ID": str(world.annex)}).json["total"] == 0
    assert dora.get("/contacts").json["total"] == 1
    # checked the same way: she only views Annex, and does not belong to a third site
    refused = dora.post("/contacts", {"name": "Alan Turing"}, headers={"X-Site-ID": str(world.annex)})
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "FORBIDDEN")
    assert dora.get("/contacts", headers={"X-Site-ID": "4711"}).status_code == 403


def test_x_site_id_is_a_number(bob):
    for text in ("HQ", "", "-1", "1.0", "²", "9" * 30):
        answer = bob.get("/contacts", headers={"X-Site-ID": text.encode("latin-1").decode("latin-1")})
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "BAD_REQUEST"), text


def test_choosing_a_site_that_is_none(bob):
    assert bob.post("/auth/site", {"site_id": 4711}).status_code == 404
    assert bob.post("/auth/site", {"site_id": "1"}).status_code == 422
    assert bob.post("/auth/site", {}).status_code == 422


def test_who_belongs_nowhere(api, world):
    adam = api("adam")
    assert adam.get("/contacts").json["error"]["code"] == "SITE_CONTEXT_REQUIRED"
    assert [site["id"] for site in adam.get("/sites").json["sites"]] == [world.hq, world.annex]
    assert adam.get("/auth/sites").json == adam.get("/users/sites").json == {"sites": []}
    assert adam.get(f"/sites/{world.annex}").status_code == 200
    assert adam.get("/contacts", headers={"X-Site-ID": str(world.hq)}).status_code == 403


# In use


def seen_at(app):
    with app.app_context():
        return db.session.scalars(select(Login.seen_at)).one()


def test_use_keeps_a_login_alive(api, app, world):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        bob = api("bob")
        opened = seen_at(app)
        clock.move_to("2026-01-01T00:04:00Z")
        bob.get("/contacts")
        assert seen_at(app) == opened  # not each time
        clock.move_to("2026-01-01T00:06:00Z")
        bob.get("/contacts/4711")
        assert seen_at(app) == opened  # nor for what failed
        bob.get("/contacts")
        assert seen_at(app).minute == 6
        clock.move_to("2026-01-01T00:12:00Z")
        bob.post("/contacts", {"name": "Grace Hopper"})
        assert seen_at(app).minute == 12
