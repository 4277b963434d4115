"""What interaction-management-api.md says beyond its examples, which test_site_examples.py sends: what an answer leads to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from crm.database import transaction
from crm.services import auth, sites
from documents import section, written

DOCUMENT = "interaction-management-api.md"
CREATE = section(DOCUMENT, "Create Interaction").json("Request Body")
UPDATE = section(DOCUMENT, "Update Interaction").json("Request Body")
KICKOFF = written(section(DOCUMENT, "Get Interaction").json("Response")["interaction"])
UNAUTHORIZED = {"error": {"code": "UNAUTHORIZED", "message": "Authentication required"}}


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    """The document was written in the morning of 15 June 2023: the meeting of its examples is still to come."""
    with time_machine.travel("2023-06-15T09:30:00Z", tick=False):
        yield


@pytest.fixture(params=["/api", "/api/v1"])
def at(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def user(app, world):
    with app.app_context(), transaction():
        user = auth.create_user("user@example.com", "A User", "secure_password")
        sites.add_member(sites.get(world.hq, 0, is_admin=True), user, "member")
        sites.add_member(sites.get(world.annex, 0, is_admin=True), user, "viewer")
        return user.id


def test_login(api, world, user, at):
    answer = api(None).post(f"{at}/auth/login", {"username": "user@example.com", "password": "secure_password"})
    assert answer.status_code == 200
    assert answer.json["expires"] == "2023-06-15T10:00:00Z"
    assert answer.json["user"] == {
        "id": user,
        "username": "user@example.com",
        "email": "user@example.com",
        "sites": [world.hq, world.annex],
    }
    assert answer.json.keys() == {"token", "expires", "refresh_token", "refresh_expires", "user"}
    assert answer.json["refresh_expires"] == "2023-07-15T09:30:00Z"


def test_login_with_a_wrong_password(api, user, at):
    answer = api(None).post(f"{at}/auth/login", {"username": "user@example.com", "password": "secure_passwort"})
    assert answer.status_code == 401
    assert answer.json == {"error": {"code": "INVALID_CREDENTIALS", "message": "Invalid username or password"}}


def test_refresh(api, user, at):
    stranger = api(None)
    login = stranger.post(f"{at}/auth/login", {"username": "user@example.com", "password": "secure_password"}).json
    with time_machine.travel("2023-06-15T10:30:00Z", tick=False):  # the token has expired by now
        answer = stranger.post(f"{at}/auth/refresh", {"refresh_token": login["refresh_token"]})
        assert answer.status_code == 200
        assert answer.json["expires"] == "2023-06-15T11:00:00Z"
        stranger.token = answer.json["token"]
        assert stranger.get(f"{at}/auth/profile").status_code == 200


def test_refresh_with_a_bad_token(api, at):
    answer = api(None).post(f"{at}/auth/refresh", {"refresh_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9..."})
    assert answer.status_code == 401
    assert answer.json == {"error": {"code": "INVALID_REFRESH_TOKEN", "message": "Invalid or expired refresh token"}}


def test_logout(alice, at):
    answer = alice.post(f"{at}/auth/logout", {"token": alice.token})
    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert alice.get(f"{at}/auth/profile").json == UNAUTHORIZED


@pytest.mark.parametrize("path", ["/auth/sites", "/users/sites", "/sites"])
def test_lists_of_sites(api, world, at, path):
    answer = api("dora").get(at + path)
    assert answer.status_code == 200
    assert answer.json == {
        "sites": [
            {"id": world.hq, "name": "HQ", "description": "Main office"},
            {"id": world.annex, "name": "Annex", "description": "Across the sea"},
        ]
    }


def test_one_site(api, world, at):
    answer = api("bob").get(f"{at}/sites/{world.hq}")
    assert (answer.status_code, answer.json) == (200, {"site": {"id": world.hq, "name": "HQ", "description": "Main office"}})
    assert api("bob").get(f"{at}/sites/{world.annex}").status_code == 403
    assert api("bob").get(f"{at}/sites/4711").status_code == 404


def test_choosing_a_site(api, world, at):
    dora = api("dora")
    answer = dora.post(f"{at}/auth/site", {"site_id": world.annex})
    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert api("bob").post(f"{at}/auth/site", {"site_id": world.annex}).status_code == 403


def test_profile(alice, world, at):
    answer = alice.get(f"{at}/auth/profile")
    assert answer.status_code == 200
    alice_at = "alice@example.com"
    assert answer.json == {"user": {"id": world.alice.id, "username": alice_at, "email": alice_at, "sites": [world.hq]}}


@pytest.mark.parametrize(
    "path", ["/auth/sites", "/auth/profile", "/interactions", "/interactions/1", "/sites", "/sites/1", "/users/sites"]
)
def test_nothing_without_a_token(api, at, path):
    answer = api(None).get(at + path)
    assert (answer.status_code, answer.json) == (401, UNAUTHORIZED)


def test_create_interaction(bob, world, at):
    answer = bob.post(f"{at}/interactions", CREATE)
    assert answer.status_code == 201
    made = answer.json["interaction"]
    documented = CREATE | {
        "id": made["id"],
        "site_id": world.hq,
        "created_by": world.bob.id,
        "created_at": "2023-06-15T09:30:00Z",
        "updated_at": "2023-06-15T09:30:00Z",
    }
    assert made.items() >= documented.items()
    assert isinstance(made["id"], int)
    assert answer.headers["Location"] == f"{at}/interactions/{made['id']}"


def test_get_update_and_delete_interaction(api, bob, at):
    made = bob.post(f"{at}/interactions", CREATE).json["interaction"]
    path = f"{at}/interactions/{made['id']}"

    assert bob.get(path).json == {"interaction": made}

    with time_machine.travel("2023-06-15T10:15:00Z", tick=False):
        answer = api("bob").put(path, UPDATE)
    assert answer.status_code == 200
    assert answer.json == {"interaction": made | UPDATE | {"updated_at": "2023-06-15T10:15:00Z"}}

    answer = bob.delete(path)
    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert bob.get(path).status_code == 404


def test_list_interactions(bob, at):
    first = bob.post(f"{at}/interactions", KICKOFF).json["interaction"]
    second = bob.post(f"{at}/interactions", CREATE).json["interaction"]
    assert bob.get(f"{at}/interactions").json == {"interactions": [second, first], "total": 2, "page": 1}
    assert bob.get(f"{at}/interactions?page=2&page_size=1").json == {"interactions": [first], "total": 2, "page": 2}
    assert bob.get(f"{at}/interactions?search=STATUS+weekly").json == {"interactions": [second], "total": 1, "page": 1}
    assert bob.get(f"{at}/interactions?search=nothing").json == {"interactions": [], "total": 0, "page": 1}
