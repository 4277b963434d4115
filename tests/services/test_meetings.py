"""Meetings: scheduled, moved, cancelled, listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.errors import Conflict, Forbidden, NotFound, Stale
from crm.extensions import db
from crm.models import Contact
from crm.services import agenda, contacts, meetings
from crm.services.members import Member
from making import NOW, at, complete, do, edit_meeting, events, new_contact, refused, schedule, utc
from world import World

pytestmark = pytest.mark.usefixtures("clock")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# Scheduling


def test_keeps_what_it_is_given(bob: Member, ada: Contact) -> None:
    fields: dict[str, Any] = {
        "duration": 45,
        "location": "Room 2",
        "purpose": "The engine",
        "agenda_items": ["cards", "money"],
        "preparation_notes": "Read\nthis",
        "calendar_synced": True,
        "timezone": "America/New_York",
    }
    found = meetings.get(bob, schedule(bob, ada, scheduled_datetime="2026-03-03T09:00:00", **fields).uid)
    assert {name: getattr(found, name) for name in fields} == fields
    assert (found.scheduled_datetime, found.status, found.contact, found.created_by) == (
        utc("2026-03-03 14:00"),
        "scheduled",
        ada,
        bob.user_id,
    )
    assert found.interaction is None
    assert events(found) == ["MeetingScheduled"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contact_id": None}, "contact_id"),
        ({"contact_id": "019a0000-0000-7000-8000-000000000000"}, "contact_id"),
        ({"scheduled_datetime": None}, "scheduled_datetime"),
        ({"scheduled_datetime": "tomorrow"}, "scheduled_datetime"),
        ({"scheduled_datetime": "9999-12-31T23:00:00-10:00"}, "scheduled_datetime"),
        ({"timezone": "Berlin"}, "timezone"),
        ({"duration": 0}, "duration"),
        ({"duration": -30}, "duration"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"agenda_items": ["x" * 501]}, "agenda_items"),
        ({"status": "completed"}, "status"),
    ],
)
def test_refuses_by_field(bob: Member, ada: Contact, fields: dict[str, Any], field: str) -> None:
    assert set(refused(lambda: schedule(bob, ada, **fields))) == {field}
    meeting = schedule(bob, ada)
    assert set(refused(lambda: edit_meeting(bob, meeting.id, **fields))) == {field}


def test_a_deleted_contact_is_unknown(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, new_contact(bob, "Bert"))
    do(contacts.delete, bob, ada.id)
    assert set(refused(lambda: schedule(bob, ada))) == {"contact_id"}
    assert set(refused(lambda: edit_meeting(bob, meeting.id, contact_id=ada.uid))) == {"contact_id"}


# Moving, cancelling


def test_only_a_new_time_is_a_rescheduling(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada)
    edit_meeting(bob, meeting.id, location="Room 3", scheduled_datetime=at(days=1))
    assert events(meeting) == ["MeetingScheduled"]
    edit_meeting(bob, meeting.id, scheduled_datetime=at(days=2))
    assert (meeting.scheduled_datetime, meeting.location) == (NOW + timedelta(days=2), "Room 3")
    assert events(meeting) == ["MeetingScheduled", "MeetingRescheduled"]


def test_a_bare_time_is_read_in_the_meetings_zone(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada, scheduled_datetime="2026-03-03T09:00:00", timezone="Asia/Tokyo")
    edit_meeting(bob, meeting.id, scheduled_datetime="2026-03-04T09:00:00")
    assert meeting.scheduled_datetime == utc("2026-03-04 00:00")


def test_cancelling_and_reinstating(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada)
    do(meetings.cancel, bob, meeting.id)
    assert (meeting.status, ada.next_meeting_at) == ("cancelled", None)
    with pytest.raises(Conflict, match="cancelled"):
        do(meetings.cancel, bob, meeting.id)
    with pytest.raises(Conflict, match="cancelled"):
        complete(bob, meeting.id)
    do(meetings.reinstate, bob, meeting.id)
    assert (meeting.status, meeting.cancelled_at, ada.next_meeting_at) == ("scheduled", None, meeting.scheduled_datetime)
    assert events(meeting) == ["MeetingScheduled", "MeetingCancelled", "MeetingScheduled"]
    assert complete(bob, meeting.id, actual_date=at(hours=-1)).status == "completed"


def test_what_is_scheduled_needs_no_reinstating(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada)
    do(meetings.reinstate, bob, meeting.id)
    assert events(meeting) == ["MeetingScheduled"]


# Roles, versions, lists


def test_members_complete_any_meeting_of_the_site_and_change_their_own(world: World, bob: Member, vera: Member) -> None:
    dora = world.member("dora", world.hq)
    meeting = schedule(dora, new_contact(dora), scheduled_datetime=at(days=-1))
    for verb in (meetings.cancel, meetings.delete, lambda who, ref: edit_meeting(who, ref, location="x")):
        with pytest.raises(Forbidden):
            verb(bob, meeting.id)
    with pytest.raises(Forbidden):
        complete(vera, meeting.id)
    with pytest.raises(Forbidden):
        schedule(vera, new_contact(dora))
    assert complete(bob, meeting.id).completed_by == bob.user_id


def test_about_ones_contact_it_is_ones_own(world: World, bob: Member, ada: Contact) -> None:
    meeting = schedule(world.member("dora", world.hq), ada)
    assert edit_meeting(bob, meeting.id, location="Here").location == "Here"
    assert do(meetings.cancel, bob, meeting.id).status == "cancelled"


def test_an_edit_of_an_older_version_is_stale(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada)
    seen = meeting.version
    do(meetings.cancel, bob, meeting.id)
    with pytest.raises(Stale):
        edit_meeting(bob, meeting.id, version=seen, location="x")


def test_the_lists(bob: Member, ada: Contact, clock: Any) -> None:
    bert = new_contact(bob, "Bert")
    for purpose, contact, days in [("A", ada, -2), ("B", bert, 1), ("C", ada, 2), ("D", ada, 3), ("E", ada, -1)]:
        schedule(bob, contact, purpose=purpose, scheduled_datetime=at(days=days))
    by_purpose = {meeting.purpose: meeting for meeting in meetings.find(bob).items}
    complete(bob, by_purpose["A"].id)
    do(meetings.cancel, bob, by_purpose["D"].id)

    def purposes(rows: Any) -> str:
        return "".join(meeting.purpose for meeting in getattr(rows, "items", rows))

    assert purposes(meetings.find(bob)) == "DCBEA"
    assert purposes(meetings.find(bob, descending=False)) == "AEBCD"
    assert purposes(meetings.find(bob, contact_id=ada.uid)) == "DCEA"
    assert [purposes(meetings.find(bob, status=status)) for status in ("scheduled", "completed", "cancelled")] == [
        "CBE",
        "A",
        "D",
    ]
    assert purposes(meetings.find(bob, start=NOW + timedelta(days=1), end=NOW + timedelta(days=2))) == "B"
    assert (purposes(agenda.upcoming(bob)), purposes(agenda.upcoming(bob, contact=ada))) == ("BC", "C")
    assert purposes(agenda.upcoming(bob, limit=1)) == "B"
    assert (purposes(agenda.unfinished(bob)), purposes(agenda.unfinished(bob, contact=bert))) == ("E", "")
    clock.shift(timedelta(days=1, seconds=1))
    assert (purposes(agenda.upcoming(bob)), purposes(agenda.unfinished(bob))) == ("C", "EB")


def test_a_deleted_one_is_gone_and_comes_back(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada)
    do(meetings.delete, bob, meeting.id)
    with pytest.raises(NotFound):
        complete(bob, meeting.id, actual_date=at(hours=-1))
    assert (meetings.find(bob).total, ada.next_meeting_at) == (0, None)
    do(meetings.restore, bob, meeting.id)
    assert (meetings.find(bob).total, ada.next_meeting_at) == (1, meeting.scheduled_datetime)
