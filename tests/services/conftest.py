from collections.abc import Iterator

import pytest
from flask import Flask

from crm.services.members import Member
from world import World


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """Services need an app context, and no request."""
    with app.app_context():
        yield


@pytest.fixture
def alice(world: World) -> Member:
    return world.member("alice")


@pytest.fixture
def bob(world: World) -> Member:
    return world.member("bob")


@pytest.fixture
def vera(world: World) -> Member:
    return world.member("vera")


@pytest.fixture
def charlie(world: World) -> Member:
    return world.member("charlie")
