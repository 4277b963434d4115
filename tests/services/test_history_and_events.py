"""Every change leaves a line of history (who, when, which fields, from what to what), and what programs must know an event,
both in the transaction of the change."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from crm.errors import Invalid
from crm.extensions import db
from crm.models import Change, Contact, Event, FollowUp, Interaction, Meeting
from crm.schemas.base import read
from crm.schemas.interactions import InteractionNew
from crm.services import contacts, events, follow_ups, interactions, meetings
from crm.services.members import Member
from making import (
    NOW,
    at,
    complete,
    do,
    edit,
    edit_contact,
    edit_follow_up,
    edit_meeting,
    log,
    new_contact,
    plan,
    refused,
    schedule,
)

pytestmark = pytest.mark.usefixtures("clock")


def lines(member: Member, row: Any) -> list[Change]:
    return events.history(member, row)


def last(member: Member, row: Any) -> dict[str, Any]:
    return lines(member, row)[0].fields


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_line_says_who_when_and_what(alice: Member, bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=1))
    edit_contact(alice, ada.id, company="Engines")
    clock.shift(timedelta(hours=1))
    do(contacts.delete, bob, ada.id)
    do(contacts.restore, bob, ada.id)
    found = lines(bob, ada)
    assert [(line.actor and line.actor.name, line.at) for line in found] == [
        ("Bob", NOW + timedelta(hours=2)),
        ("Bob", NOW + timedelta(hours=2)),
        ("Alice", NOW + timedelta(hours=1)),
        ("Bob", NOW),
    ]
    assert len({line.action for line in found}) == 4
    assert found[2].fields == {"company": [None, "Engines"]}
    assert len(events.history(bob, ada, limit=2)) == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "Ada King"}, {"name": ["Ada Lovelace", "Ada King"]}),
        ({"emails": ["b@example.org", "a@example.org"]}, {"emails": [["a@example.org"], ["b@example.org", "a@example.org"]]}),
        ({"phones": None}, {"phones": [["+49 1"], []]}),
        ({"tags": ["vip"], "notes": "Tea"}, {"tags": [[], ["vip"]], "notes": [None, "Tea"]}),
        ({"keep_in_touch_days": 30}, {"keep_in_touch_days": [None, 30]}),
        ({"owner_id": None}, {"owner_id": [2, None]}),
    ],
)
def test_what_changed_on_a_contact(bob: Member, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    ada = new_contact(bob, emails=["a@example.org"], phones=["+49 1"])
    if "owner_id" in fields:
        expected = {"owner_id": [bob.user_id, None]}
    edit_contact(bob, ada.id, **fields)
    assert last(bob, ada) == expected


def test_what_changed_on_an_interaction(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, start_datetime="2026-03-01T09:00:00Z", duration=30, title="About tea")
    edit(bob, call.id, start_datetime="2026-03-01T10:00:00Z", topics_discussed=["tea"], follow_up_due="2026-03-09")
    assert last(bob, call) == {
        "start_datetime": ["2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"],
        "end_datetime": ["2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z"],
        "topics_discussed": [[], ["tea"]],
        "follow_up_due": [None, "2026-03-09"],
    }


def test_whose_an_interaction_is_is_told_too(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, title="About tea")
    edit(bob, call.id, contact_id=new_contact(bob, "Bert").uid)
    edit(bob, call.id, contact_id=None)
    assert [set(line.fields) for line in lines(bob, call)[:2]] == [{"contact_id"}, {"contact_id"}]


def test_what_changed_on_a_meeting_and_a_follow_up(bob: Member, ada: Contact) -> None:
    meeting, row = schedule(bob, ada, duration=30), plan(bob, due_on="2026-03-05")
    edit_meeting(bob, meeting.id, scheduled_datetime=at(days=2), agenda_items=["tea"])
    assert last(bob, meeting) == {
        "scheduled_datetime": ["2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z"],
        "agenda_items": [[], ["tea"]],
    }
    complete(bob, meeting.id, outcomes="Tea was had")
    fields = last(bob, meeting)
    assert (fields["status"], fields["outcomes"]) == (["scheduled", "completed"], [None, "Tea was had"])
    do(follow_ups.snooze, bob, row.id, NOW.date() + timedelta(days=9))
    assert last(bob, row) == {"due_on": ["2026-03-05", "2026-03-11"]}


@pytest.mark.parametrize("again", [True, False])
def test_an_edit_that_changes_nothing_is_no_change(
    bob: Member, ada: Contact, clock: time_machine.Traveller, again: bool
) -> None:
    call = log(bob, ada, title="About tea", duration=30, topics_discussed=["tea"], notes="Tea", follow_up_needed=True)
    meeting, row = schedule(bob, ada, agenda_items=["tea"]), plan(bob, due_on="2026-03-05")
    rows = (ada, call, meeting, row)
    before = [(each.version, each.updated_at, len(lines(bob, each))) for each in rows]
    published = count(Event)
    clock.shift(timedelta(hours=1))
    edit_contact(bob, ada.id, **({"name": "Ada Lovelace", "emails": [], "company": None} if again else {}))
    edit(bob, call.id, **({"title": "About tea", "duration": 30, "topics_discussed": ["tea"]} if again else {}))
    edit_meeting(bob, meeting.id, **({"scheduled_datetime": at(days=1), "agenda_items": ["tea"]} if again else {}))
    edit_follow_up(bob, row.id, **({"title": "Send the offer", "due_on": "2026-03-05"} if again else {}))
    assert [(each.version, each.updated_at, len(lines(bob, each))) for each in rows] == before
    assert count(Event) == published


Row = Contact | Interaction | Meeting | FollowUp
MAKE: dict[str, Callable[[Member, Contact], Row]] = {
    "contact": lambda who, ada: ada,
    "interaction": lambda who, ada: log(who, ada),
    "meeting": lambda who, ada: schedule(who, ada),
    "follow_up": lambda who, ada: plan(who, contact_id=ada.uid),
}
VERBS: dict[str, Any] = {"contact": contacts, "interaction": interactions, "meeting": meetings, "follow_up": follow_ups}


@pytest.mark.parametrize("kind", MAKE)
def test_making_deleting_and_restoring_leave_a_line_each(alice: Member, bob: Member, ada: Contact, kind: str) -> None:
    row = MAKE[kind](bob, ada)
    do(VERBS[kind].delete, alice, row.id)
    for _ in range(2):  # pressing "undo" twice is one undoing
        do(VERBS[kind].restore, bob, row.id)
    assert [line.actor and line.actor.name for line in lines(bob, row)] == ["Bob", "Alice", "Bob"]


@pytest.mark.parametrize(
    "verbs", [[meetings.cancel, meetings.reinstate], [lambda who, ref: meetings.edit(who, ref, read_edit()), meetings.cancel]]
)
def test_each_step_of_a_meeting_leaves_a_line(bob: Member, ada: Contact, verbs: list[Any]) -> None:
    meeting = schedule(bob, ada)
    for number, verb in enumerate(verbs, start=2):
        do(verb, bob, meeting.id)
        assert len(lines(bob, meeting)) == number
        assert last(bob, meeting)


def read_edit() -> Any:
    from crm.schemas.meetings import MeetingEdit

    return read(MeetingEdit, {"scheduled_datetime": at(days=3)})


# Events


def test_an_event_says_what_who_where_and_when(alice: Member, bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=1))
    call = log(alice, ada, title="About tea")
    event = db.session.scalars(select(Event).where(Event.subject_uid == call.uid)).one()
    assert (event.type, event.occurred_at, event.actor_id) == ("InteractionLogged", NOW + timedelta(hours=1), alice.user_id)
    assert (event.site_id, event.subject_type) == (bob.site_id, "interaction")
    assert str(ada.uid) in json.dumps(event.data)


def test_each_kind_of_event_once(bob: Member) -> None:
    ada = new_contact(bob)
    log(bob, ada)
    meeting = schedule(bob, ada)
    edit_meeting(bob, meeting.id, scheduled_datetime=at(days=-1))
    do(meetings.cancel, bob, meeting.id)
    do(meetings.reinstate, bob, meeting.id)
    complete(bob, meeting.id, action_items=["Send the offer"])
    do(follow_ups.complete, bob, follow_ups.of_meeting(bob, meeting)[0].id)
    assert list(db.session.scalars(select(Event.type).order_by(Event.id))) == [
        "ContactCreated",
        "InteractionLogged",
        "MeetingScheduled",
        "MeetingRescheduled",
        "MeetingCancelled",
        "MeetingScheduled",
        "MeetingCompleted",
        "InteractionLogged",
        "FollowUpCompleted",
    ]
    uids = list(db.session.scalars(select(Event.uid)))
    assert len(set(uids)) == len(uids)


def test_what_is_rolled_back_never_happened(bob: Member, ada: Contact) -> None:
    before = [count(model) for model in (Event, Change, Interaction, FollowUp)]
    new = read(InteractionNew, {"type": "call", "start_datetime": at(), "contact_id": ada.uid, "follow_up_needed": True})

    def log_and_fail() -> None:
        interactions.log(bob, new)
        raise Invalid({"notes": "something that came later"})

    refused(log_and_fail)
    assert [count(model) for model in (Event, Change, Interaction, FollowUp)] == before
    assert contacts.get(bob, ada.id).last_interaction_at is None


def test_a_refused_change_leaves_no_line(bob: Member, ada: Contact) -> None:
    call = log(bob, ada)
    with pytest.raises(Invalid):
        edit(bob, call.id, notes="Changed", contact_id="019a0000-0000-7000-8000-000000000000")
    assert (len(lines(bob, call)), call.notes) == (1, None)
