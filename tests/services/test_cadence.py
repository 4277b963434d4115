"""Who is going cold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.models import Contact
from crm.services import touches
from crm.services.members import Member
from making import at, log, new_contact, schedule
from world import World

pytestmark = pytest.mark.usefixtures("clock")


def every(member: Member, days: int, name: str, last: float | None = None, **fields: object) -> Contact:
    """A contact to be talked to every so many days, talked to so many days ago (None: never)."""
    contact = new_contact(member, name, keep_in_touch_days=days, **fields)
    if last is not None:
        log(member, contact, start_datetime=at(days=-last))
    return contact


def cold(member: Member, **which: bool) -> list[tuple[str, int, int]]:
    return [(one.contact.name, one.days, one.late) for one in touches.going_cold(member, **which)]


def test_who_has_waited_longer_than_wanted_the_longest_first(bob: Member) -> None:
    every(bob, 14, "Ada", 20)
    every(bob, 30, "Grace", 100)
    every(bob, 30, "Emmy", 30)
    every(bob, 30, "Mary", 31)
    log(bob, new_contact(bob, "Without a cadence"), start_datetime=at(days=-300))
    assert cold(bob) == [("Grace", 100, 70), ("Ada", 20, 6), ("Mary", 31, 1)]
    assert [one.contact.name for one in touches.going_cold(bob, limit=1)] == ["Grace"]


def test_who_was_never_talked_to_counts_from_being_added(bob: Member, clock) -> None:
    every(bob, 7, "Ada")
    assert cold(bob) == []
    clock.shift(timedelta(days=9))
    assert cold(bob) == [("Ada", 9, 2)]
    assert touches.going_cold(bob)[0].last_at is None


def test_a_meeting_ahead_is_enough(bob: Member, clock) -> None:
    ada = every(bob, 7, "Ada", 20)
    schedule(bob, ada, scheduled_datetime=at(days=3))
    assert cold(bob) == []
    clock.shift(timedelta(days=4))  # nobody completed it
    assert cold(bob) == [("Ada", 24, 17)]


def test_talking_ends_it(bob: Member) -> None:
    ada = every(bob, 7, "Ada", 20)
    log(bob, ada)
    assert cold(bob) == []


def test_ones_own_or_everybodys_of_the_site(alice: Member, bob: Member, vera: Member, charlie: Member, world: World) -> None:
    every(bob, 7, "His", 20)
    every(alice, 7, "Hers", 30)
    every(alice, 7, "Nobody's", 40, owner_id=None)
    every(charlie, 7, "Elsewhere", 50)
    assert [name for name, *_ in cold(bob, mine=True)] == ["His"]
    assert [name for name, *_ in cold(vera, mine=True)] == []
    assert [name for name, *_ in cold(vera)] == ["Nobody's", "Hers", "His"]
