"""A client of the API: JSON in, JSON out, as somebody of the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.api import tokens
from crm.database import transaction
from crm.services import auth
from world import World


class Api:
    """`api.get("/contacts")` is GET /api/v1/contacts with the bearer's token; a path under /api is taken as it stands."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self.client, self.token = client, token

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if accept := more.pop("accept", None):
            headers["Accept"] = accept
        headers |= more.pop("headers", {})
        path = path if path.startswith("/api") else f"/api/v1{path}"
        return self.client.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.send("PUT", path, json=json, **more)

    def patch(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.send("PATCH", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.send("DELETE", path, **more)


@pytest.fixture
def api(app: Flask, client: FlaskClient, world: World) -> Callable[[str | None], Api]:
    """`api("bob")` speaks as bob, over a login that is made without his password; `api(None)` as a stranger."""

    def speak(who: str | None) -> Api:
        if who is None:
            return Api(client, None)
        with app.test_request_context(method="POST"), transaction():
            return Api(client, tokens.issue(auth.login_of(world.login(who, "api"))).token)

    return speak


@pytest.fixture
def alice(api: Callable[[str], Api]) -> Api:
    return api("alice")


@pytest.fixture
def bob(api: Callable[[str], Api]) -> Api:
    return api("bob")


@pytest.fixture
def ada(alice: Api) -> dict[str, Any]:
    """A contact of HQ, as the API tells of her."""
    made = alice.post("/contacts", {"name": "Ada Lovelace", "emails": ["ada@example.org"]})
    assert made.status_code == 201
    found: dict[str, Any] = made.json
    return found
