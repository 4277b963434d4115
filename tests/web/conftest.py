"""Browsers, signed in as somebody of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from crm.database import transaction
from crm.services import auth
from making import NOW
from web.browsing import Browser, Rows
from world import World


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It stands still at NOW, a Monday at noon (UTC), until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browse(app: Flask, world: World) -> Callable[..., Browser]:
    """`browse("bob")` is a browser in which bob is signed in, without typing his password."""

    def open_as(name: str, site: int | None = None) -> Browser:
        client = app.test_client()
        with app.test_request_context(method="POST"), transaction():
            login = auth.login_of(world.login(name, "browser"))
            login.site_id = site
            uid = str(login.uid)
        with client.session_transaction() as session:
            session["_user_id"] = uid
        return Browser(client)

    return open_as


@pytest.fixture
def bob(browse: Callable[..., Browser]) -> Browser:
    return browse("bob")


@pytest.fixture
def vera(browse: Callable[..., Browser]) -> Browser:
    return browse("vera")


@pytest.fixture
def charlie(browse: Callable[..., Browser]) -> Browser:
    return browse("charlie")


@pytest.fixture
def rows(app: Flask, world: World) -> Rows:
    return Rows(app, world)


@pytest.fixture
def ada(rows: Rows) -> UUID:
    """Ada Lovelace, a contact of bob's."""
    return rows.contact(emails=["ada@example.com"], phones=["+44 20 7946 0000"], company="Analytical Engines", tags=["vip"])
