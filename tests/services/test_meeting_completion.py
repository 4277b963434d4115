"""Completing a meeting: its interaction and its follow-ups are made with it, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.errors import Conflict
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction
from crm.services import follow_ups, interactions, meetings, promises
from crm.services.members import Member
from making import NOW, at, complete, do, edit_meeting, events, names, new_contact, refused, schedule

pytestmark = pytest.mark.usefixtures("clock")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_completing_makes_the_interaction(alice: Member, bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1), duration=60, location="Room 2", timezone="Asia/Tokyo")
    complete(
        alice,
        meeting.id,
        actual_date=at(hours=-3),
        attendees=["Ada", "Bob"],
        duration=50,
        topics_covered=["cards", "money"],
        outcomes="We agreed",
        next_steps="Sign it",
        relationship_impact="Closer",
    )
    assert (meeting.status, meeting.completed_at, meeting.completed_by) == ("completed", NOW, alice.user_id)
    assert (meeting.attendees, meeting.topics_covered, meeting.duration) == (["Ada", "Bob"], ["cards", "money"], 50)
    assert (meeting.outcomes, meeting.next_steps, meeting.relationship_impact) == ("We agreed", "Sign it", "Closer")
    made = meeting.interaction
    assert made
    assert (made.type, made.source, made.contact, made.meeting_id) == ("meeting", "meeting", ada, meeting.id)
    assert (made.start_datetime, made.duration, made.timezone) == (NOW - timedelta(hours=3), 50, "Asia/Tokyo")
    assert (made.location, made.topics_discussed, made.created_by) == ("Room 2", ["cards", "money"], alice.user_id)
    assert "We agreed" in (made.notes or "")
    assert "Sign it" in (made.notes or "")
    assert events(meeting) == ["MeetingScheduled", "MeetingCompleted"]
    assert events(made) == ["InteractionLogged"]
    assert ada.last_interaction_at == made.start_datetime


def test_it_took_place_as_planned_unless_told(bob: Member, ada: Contact) -> None:
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1), duration=30).id)
    assert meeting.interaction
    assert (meeting.interaction.start_datetime, meeting.interaction.duration) == (NOW - timedelta(days=1), 30)


@pytest.mark.parametrize("purpose", [None, "1:1", "Q", "x" * 500, "The engine"])
def test_the_interaction_has_a_title(bob: Member, ada: Contact, purpose: str | None) -> None:
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1), purpose=purpose).id)
    assert meeting.interaction
    assert 5 <= len(meeting.interaction.title) <= 100


def test_the_longest_outcomes_and_next_steps_are_both_kept(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1))
    assert set(refused(lambda: complete(bob, meeting.id, outcomes="o" * 80_001, next_steps="n" * 19_001))) == {
        "outcomes",
        "next_steps",
    }
    complete(bob, meeting.id, outcomes="☺" * 80_000, next_steps="☹" * 19_000)
    assert meeting.interaction
    assert meeting.interaction.notes
    assert (meeting.interaction.notes.count("☺"), meeting.interaction.notes.count("☹")) == (80_000, 19_000)


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        ({"actual_date": at(minutes=6)}, "actual_date"),
        ({"actual_date": "just now"}, "actual_date"),
        ({"duration": 0}, "duration"),
        ({"action_items": [{"title": "Send it", "owner_id": 4711}]}, "action_items"),
        ({"action_items": ["Send it", {"owner_id": 1}]}, "action_items"),
        ({"action_items": [""]}, "action_items"),
        ({"attendees": "Ada"}, "attendees"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_a_refused_completion_leaves_nothing_behind(bob: Member, ada: Contact, outcome: dict[str, Any], field: str) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1))
    assert set(refused(lambda: complete(bob, meeting.id, **outcome))) == {field}
    assert (meeting.status, count(Interaction), count(FollowUp)) == ("scheduled", 0, 0)
    assert events(meeting) == ["MeetingScheduled"]


def test_one_that_is_completed_early_took_place_now(bob: Member, ada: Contact) -> None:
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=1), duration=30).id)
    assert meeting.interaction
    assert (meeting.actual_date, meeting.interaction.start_datetime) == (NOW, NOW)
    assert (ada.last_interaction_at, ada.next_meeting_at) == (NOW, None)


def test_action_items_become_follow_ups(alice: Member, bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1))
    items = ["Send the offer", {"title": "Call back", "owner_id": alice.user_id, "due_on": "2026-03-20"}]
    complete(bob, meeting.id, action_items=items)
    made = follow_ups.of_meeting(bob, meeting)
    assert [(row.title, row.owner_id, row.due_on, row.status) for row in made] == [
        ("Send the offer", bob.user_id, date(2026, 3, 9), "open"),
        ("Call back", alice.user_id, date(2026, 3, 20), "open"),
    ]
    assert {row.contact for row in made} == {ada}
    assert names(promises.of(bob, ada).ours) == ["Send the offer", "Call back"]
    assert meeting.action_items == ["Send the offer", "Call back"]


def test_twice_is_a_conflict_that_says_who_and_when(alice: Member, bob: Member, ada: Contact, clock: Any) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1))
    complete(bob, meeting.id, action_items=["Send the offer"])
    clock.shift(timedelta(days=2))
    with pytest.raises(Conflict, match=r"Bob.*2 Mar(ch)? 2026.*13:00"):
        complete(alice, meeting.id, action_items=["Send it again"])
    assert (count(Interaction), count(FollowUp)) == (1, 1)


def test_what_is_completed_stays_where_it_was(bob: Member, ada: Contact) -> None:
    bert = new_contact(bob, "Bert")
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1)).id)
    for verb in (meetings.cancel, meetings.reinstate):
        with pytest.raises(Conflict):
            do(verb, bob, meeting.id)
    for change in ({"scheduled_datetime": at(days=3)}, {"contact_id": bert.uid}):
        with pytest.raises(Conflict):
            edit_meeting(bob, meeting.id, **change)
    assert edit_meeting(bob, meeting.id, preparation_notes="Late", contact_id=ada.uid).preparation_notes == "Late"


def test_what_it_made_outlives_it(bob: Member, ada: Contact) -> None:
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1)).id, action_items=["Send the offer"])
    made = meeting.interaction
    assert made
    do(meetings.delete, bob, meeting.id)
    assert interactions.get(bob, made.id) is made
    assert names(promises.of(bob, ada).ours) == ["Send the offer"]
    do(meetings.restore, bob, meeting.id)
    do(interactions.delete, bob, made.id)
    assert meetings.get(bob, meeting.id).interaction is None
    do(interactions.restore, bob, made.id)
    assert meetings.get(bob, meeting.id).interaction is made
