from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from crm.models import Contact
from crm.services.members import Member
from making import NOW, new_contact
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


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stops the clock at NOW; `clock.shift(timedelta(…))` turns it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ada(bob: Member) -> Contact:
    """Ada Lovelace, a contact of bob's."""
    return new_contact(bob)
