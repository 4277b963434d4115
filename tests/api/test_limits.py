"""Rate limits, counted in a real Redis (interaction-management-api.md, "Rate Limiting")."""

from __future__ import annotations

import contextlib
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from redis import Redis

from crm import create_app
from crm.extensions import db
from launch import redis as launched
from launch.data import socket_path
from launch.machine import end
from servers import redis_server, temporary_folder, web_server


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@contextlib.contextmanager
def limited_app(settings, redis_url):
    made = create_app(replace(settings, redis_url=redis_url, ratelimit_enabled=True))
    made.testing = True
    made.add_url_rule("/api/v1/search/nothing", "api_v1.search_nothing", lambda: {"results": []})
    try:
        yield made
    finally:
        with made.app_context():
            db.engine.dispose()


@pytest.fixture
def limited(app, settings, redis_url):
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    with limited_app(settings, redis_url) as made:
        yield made


@pytest.fixture
def client(limited):
    return limited.test_client()


def left(answer):
    """(limit, remaining), of an answer that has all three headers, in epoch seconds of this minute."""
    assert 0 <= int(answer.headers["X-RateLimit-Reset"]) - time.time() <= 61
    return int(answer.headers["X-RateLimit-Limit"]), int(answer.headers["X-RateLimit-Remaining"])


def refused(answer, limit):
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "RATE_LIMITED")
    assert left(answer) == (limit, 0)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["X-Request-ID"]
    return True


def credentials(person):
    return {"username": person.email, "password": person.password}


def test_the_eleventh_login_in_a_minute(api, world):
    stranger = api(None)
    for remaining in range(9, -1, -1):
        answer = stranger.post("/auth/login", credentials(world.bob))
        assert (answer.status_code, left(answer)) == (200, (10, remaining))
        assert "Retry-After" not in answer.headers
    assert refused(stranger.post("/auth/login", credentials(world.bob)), 10)
    assert refused(stranger.post("/auth/refresh", {}), 10)  # all that proves who one is counts together
    assert left(stranger.get("/contacts")) == (30, 29)  # and apart from the rest


def test_what_is_no_login_counts_as_one(api):
    answers = [api(None).post("/auth/login", {}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]


def test_a_users_301st_request(api):
    bob = api("bob")
    for remaining in range(299, -1, -1):
        answer = bob.get("/auth/profile")
        assert (answer.status_code, left(answer)) == (200, (300, remaining))
    assert refused(bob.get("/auth/profile"), 300)
    assert refused(api("bob").get("/contacts"), 300)  # another login, the same user
    assert left(api("alice").get("/contacts")) == (300, 299)  # the same address, another user


def test_the_31st_request_of_a_stranger(api):
    stranger = api(None)
    stranger.token = "no.good.token"
    answers = [stranger.get("/contacts") for _ in range(15)]
    stranger.token = None
    answers += [stranger.get("/contacts") for _ in range(14)] + [stranger.get("/nothing/here")]
    assert [left(answer) for answer in answers] == [(30, remaining) for remaining in range(29, -1, -1)]
    assert {answer.status_code for answer in answers} == {401, 404}
    assert refused(stranger.get("/contacts"), 30)
    assert refused(stranger.get("/nothing/here"), 30)
    assert left(api("bob").get("/contacts")) == (300, 299)


def test_the_61st_search(api):
    bob = api("bob")
    for remaining in range(59, -1, -1):
        answer = bob.get("/search/nothing")
        assert (answer.status_code, left(answer)) == (200, (60, remaining))
    assert refused(bob.get("/search/nothing"), 60)
    assert left(bob.get("/contacts"))[0] == 300
    assert left(api("alice").get("/search/nothing")) == (60, 59)


def test_of_two_limits_the_tighter_one_is_told(api):
    bob = api("bob")
    for _ in range(270):
        bob.get("/auth/profile")
    assert left(bob.get("/search/nothing")) == (300, 29)


def test_every_answer_tells(api):
    stranger, bob = api(None), api("bob")
    answers = [
        stranger.get("/contacts"),
        stranger.get("/api/nothing"),
        stranger.send("PATCH", "/contacts"),
        stranger.send("OPTIONS", "/contacts"),
        stranger.post("/auth/login", {}),
        bob.get("/contacts/4711"),
        bob.get("/contacts?colour=red"),
        bob.send("POST", "/contacts", data=b"{", content_type="application/json"),
        bob.post("/contacts", {}),
        bob.post("/contacts", {"name": "Ada"}),
        bob.send("HEAD", "/contacts"),
    ]
    assert [answer.status_code for answer in answers] == [401, 404, 405, 200, 422, 404, 400, 400, 422, 201, 200]
    assert all(left(answer)[1] >= 0 for answer in answers)


def test_a_fault_of_ours_tells_too(limited, api, monkeypatch):
    monkeypatch.setitem(limited.view_functions, "api_v1.profile", lambda: 1 / 0)
    monkeypatch.setitem(limited.config, "PROPAGATE_EXCEPTIONS", False)
    answer = api("bob").get("/auth/profile")
    assert (answer.status_code, left(answer)) == (500, (300, 299))


def test_the_pages_are_not_counted(api, client):
    for path in ("/sign-in", "/healthz", "/nothing"):
        assert "X-RateLimit-Limit" not in client.get(path).headers


def test_a_request_asks_redis_once(api, redis_url):
    bob = api("bob")
    bob.get("/contacts")
    with Redis.from_url(redis_url) as redis:
        redis.config_resetstat()
        for _ in range(10):
            bob.get("/contacts")
        asked = {name: calls["calls"] for name, calls in redis.info("commandstats").items()}
    inside_the_script = {"cmdstat_incr", "cmdstat_pttl", "cmdstat_config"}
    assert {name: calls for name, calls in asked.items() if name.split("|")[0] not in inside_the_script} == {
        "cmdstat_evalsha": 10
    }


def test_two_servers_share_one_count(settings, redis_url, world):
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    env = {
        "CRM_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": redis_url,
        "WEB_CONCURRENCY": "1",
    }

    def ask(server):
        try:
            urllib.request.urlopen(f"{server}/api/contacts")
        except urllib.error.HTTPError as error:
            return error.code, error.headers["X-RateLimit-Remaining"]

    with web_server(env) as one, web_server(env) as other:
        answers = [ask(server) for _ in range(16) for server in (one, other)]
    assert answers == [(401, str(remaining)) for remaining in range(29, -1, -1)] + [(429, "0")] * 2


def test_without_redis_limits_go_on_and_it_is_found_again(app, settings, api):
    with temporary_folder() as folder:
        url = f"unix://{socket_path(folder)}"
        server = launched.start(launched.program(), folder)
        with limited_app(settings, url) as limited, time_machine.travel(time.time(), tick=True) as clock:
            stranger = api(None)
            stranger.client = limited.test_client()
            assert left(stranger.get("/contacts")) == (30, 29)

            end(server)
            answers = [stranger.get("/contacts") for _ in range(31)]
            assert [answer.status_code for answer in answers] == [401] * 30 + [429]
            assert refused(answers[-1], 30)

            server = launched.start(launched.program(), folder)
            with Redis.from_url(url) as redis:
                redis.flushall()
                clock.shift(timedelta(seconds=61))
                assert left(stranger.get("/contacts")) == (30, 29)
                assert redis.keys()  # it is counted there again
        end(server)


@pytest.mark.parametrize("listens", [True, False])
def test_a_redis_that_does_not_answer_keeps_nobody_waiting(app, settings, api, listens):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        if not listens:
            deaf.close()
        url = f"redis://127.0.0.1:{deaf.getsockname()[1] if listens else 1}/0"
        with limited_app(settings, url) as limited:
            stranger = api(None)
            stranger.client = limited.test_client()
            began = time.monotonic()
            answers = [stranger.get("/contacts") for _ in range(31)]
            assert time.monotonic() - began < 5
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]


def test_limits_can_be_switched_off(app, world):
    answer = app.test_client().get("/api/contacts")
    assert answer.status_code == 401
    assert "X-RateLimit-Limit" not in answer.headers
