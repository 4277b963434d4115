"""The times of interactions: how start, end and duration hold together, and whose clock a time is read from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.database import transaction
from crm.extensions import db
from crm.models import Interaction, Site, User
from crm.services.members import Member
from making import NOW, at, edit, log, refused, utc
from world import World

pytestmark = pytest.mark.usefixtures("clock")

NINE = "2026-03-02T09:00:00Z"


def span(interaction: Interaction) -> tuple[str, str | None, int | None]:
    """Start, end (hours and minutes, UTC) and duration."""
    start, end = interaction.start_datetime, interaction.end_datetime
    return f"{start:%H:%M}", f"{end:%H:%M}" if end else None, interaction.duration


# Start, end and duration


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("09:00", None, None)),
        ({"duration": 45}, ("09:00", "09:45", 45)),
        ({"end_datetime": "2026-03-02T09:20:00Z"}, ("09:00", "09:20", 20)),
        ({"end_datetime": "2026-03-02T10:20:00+01:00"}, ("09:00", "09:20", 20)),
        ({"end_datetime": "2026-03-02T10:20:00"}, ("09:00", "09:20", 20)),
        ({"end_datetime": "2026-03-02T09:20:00Z", "duration": 20}, ("09:00", "09:20", 20)),
        ({"end_datetime": None, "duration": 20}, ("09:00", "09:20", 20)),
        ({"end_datetime": "2026-03-02T09:20:00Z", "duration": None}, ("09:00", "09:20", 20)),
        ({"end_datetime": None, "duration": None}, ("09:00", None, None)),
    ],
)
def test_the_end_is_start_and_duration(
    bob: Member, fields: dict[str, Any], expected: tuple[str, str | None, int | None]
) -> None:
    assert span(log(bob, start_datetime=NINE, **fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start_datetime": "2026-03-02T08:00:00Z"}, ("08:00", "08:30", 30)),
        ({"duration": 45}, ("09:00", "09:45", 45)),
        ({"end_datetime": "2026-03-02T10:00:00Z"}, ("09:00", "10:00", 60)),
        ({"start_datetime": "2026-03-02T08:00:00Z", "duration": 10}, ("08:00", "08:10", 10)),
        ({"start_datetime": "2026-03-02T08:00:00Z", "end_datetime": "2026-03-02T08:10:00Z"}, ("08:00", "08:10", 10)),
        ({"end_datetime": "2026-03-02T10:00:00Z", "duration": 60}, ("09:00", "10:00", 60)),
        ({"end_datetime": None}, ("09:00", None, None)),
        ({"duration": None}, ("09:00", None, None)),
        ({"end_datetime": None, "duration": None}, ("09:00", None, None)),
        ({"end_datetime": None, "duration": 15}, ("09:00", "09:15", 15)),
        ({"end_datetime": "2026-03-02T10:00:00Z", "duration": None}, ("09:00", "10:00", 60)),
        ({"start_datetime": "2026-03-02T08:00:00Z", "end_datetime": None}, ("08:00", None, None)),
        ({"start_datetime": "2026-03-02T08:00:00Z", "duration": None}, ("08:00", None, None)),
        ({"timezone": "Asia/Tokyo"}, ("09:00", "09:30", 30)),
        ({"notes": "Something else"}, ("09:00", "09:30", 30)),
    ],
)
def test_an_edit_keeps_them_together(bob: Member, fields: dict[str, Any], expected: tuple[str, str | None, int | None]) -> None:
    call = log(bob, start_datetime=NINE, duration=30)
    assert span(edit(bob, call.id, **fields)) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"end_datetime": "2026-03-02T09:20:00Z", "duration": 30},
        {"end_datetime": "2026-03-02T09:20:00+01:00", "duration": 20},
        {"end_datetime": "2026-03-02T08:59:59Z"},
    ],
)
def test_an_end_that_disagrees_is_refused(bob: Member, fields: dict[str, Any]) -> None:
    assert set(refused(lambda: log(bob, start_datetime=NINE, **fields))) <= {"end_datetime", "duration"}
    call = log(bob, start_datetime=NINE, duration=25)
    assert set(refused(lambda: edit(bob, call.id, **fields))) <= {"end_datetime", "duration"}
    assert span(call) == ("09:00", "09:25", 25)


def test_sending_back_what_was_read_changes_nothing(bob: Member) -> None:
    call = log(bob, start_datetime="2026-03-02T09:00:17Z", end_datetime="2026-03-02T09:20:45Z")
    read = (call.start_datetime, call.end_datetime, call.duration)
    edit(bob, call.id, start_datetime=read[0].isoformat(), end_datetime=read[1] and read[1].isoformat(), duration=read[2])
    assert (call.start_datetime, call.end_datetime, call.duration, call.version) == (*read, 1)


def test_an_end_at_the_start_has_no_duration(bob: Member) -> None:
    assert log(bob, start_datetime=NINE, end_datetime=NINE).duration is None


# Time zones


def set_zones(world: World, user: str | None, site: str) -> Member:
    with transaction():
        db.session.get_one(User, world.bob.id).timezone = user
        db.session.get_one(Site, world.hq).timezone = site
    return world.member("bob")


@pytest.mark.parametrize(
    ("given", "user", "site", "zone"),
    [
        ("Asia/Tokyo", "America/New_York", "Europe/Berlin", "Asia/Tokyo"),
        (None, "America/New_York", "Europe/Berlin", "America/New_York"),
        (None, None, "Europe/Berlin", "Europe/Berlin"),
        (None, None, "UTC", "UTC"),
    ],
)
def test_the_zone_is_the_given_the_users_the_sites(
    world: World, given: str | None, user: str | None, site: str, zone: str
) -> None:
    hours = {"Asia/Tokyo": 0, "Europe/Berlin": 8, "UTC": 9, "America/New_York": 14}
    call = log(set_zones(world, user, site), start_datetime="2026-03-01T09:00:00", timezone=given)
    assert (call.timezone, call.start_datetime) == (zone, utc("2026-03-01") + timedelta(hours=hours[zone]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-30T02:30:00", "2025-03-30 01:30"),  # skipped: moves on by the gap
        ("2025-03-30T03:00:00", "2025-03-30 01:00"),
        ("2025-10-26T02:30:00", "2025-10-26 00:30"),  # twice: the first is meant
        ("2025-10-26T02:30:00+01:00", "2025-10-26 01:30"),
        ("2025-10-26T02:30:00+02:00", "2025-10-26 00:30"),
        ("2025-07-01T12:00:00Z", "2025-07-01 12:00"),
        ("2025-07-01 12:00", "2025-07-01 10:00"),
        ("2025-07-01T12:00:00-07:00", "2025-07-01 19:00"),
    ],
)
def test_the_clocks_changes_and_offsets(bob: Member, text: str, expected: str) -> None:
    call = log(bob, start_datetime=text, timezone="Europe/Berlin")
    assert (call.start_datetime, call.timezone) == (utc(expected), "Europe/Berlin")


def test_a_duration_is_real_minutes_whatever_the_wall_clock_says(bob: Member) -> None:
    night = {"timezone": "Europe/Berlin", "start_datetime": "2025-03-30T01:30:00"}
    assert log(bob, **night, end_datetime="2025-03-30T03:30:00").duration == 60
    assert log(bob, **night, duration=60).end_datetime == utc("2025-03-30 01:30")


def test_an_edit_reads_a_bare_time_in_the_interactions_zone(bob: Member) -> None:
    call = log(bob, start_datetime="2026-03-01T09:00:00", timezone="Asia/Tokyo", duration=30)
    edit(bob, call.id, start_datetime="2026-03-01T10:00:00")
    assert span(call) == ("01:00", "01:30", 30)
    edit(bob, call.id, start_datetime="2026-03-01T10:00:00", timezone="Europe/Berlin")
    assert (span(call), call.timezone) == (("09:00", "09:30", 30), "Europe/Berlin")
    edit(bob, call.id, timezone=None)
    assert (span(call), call.timezone) == (("09:00", "09:30", 30), bob.timezone)


# Past and future


@pytest.mark.parametrize(
    ("ahead", "future"), [({"minutes": -1}, False), ({"minutes": 5}, False), ({"minutes": 5, "seconds": 1}, True)]
)
def test_future_begins_five_minutes_ahead(bob: Member, ahead: dict[str, float], future: bool) -> None:
    earlier = log(bob)
    if future:
        assert set(refused(lambda: log(bob, start_datetime=at(**ahead)))) == {"start_datetime"}
        assert set(refused(lambda: edit(bob, earlier.id, start_datetime=at(**ahead)))) == {"start_datetime"}
    else:
        assert log(bob, start_datetime=at(**ahead)).id
        edit(bob, earlier.id, start_datetime=at(**ahead))
    assert log(bob, start_datetime=at(**ahead), ahead=True).start_datetime == NOW + timedelta(**ahead)
    assert edit(bob, earlier.id, start_datetime=at(**ahead), ahead=True).start_datetime == NOW + timedelta(**ahead)


def test_a_planned_one_can_be_annotated_by_who_may_not_plan(bob: Member) -> None:
    planned = log(bob, start_datetime=at(days=3), ahead=True)
    assert edit(bob, planned.id, notes="Bring the plans").notes == "Bring the plans"
