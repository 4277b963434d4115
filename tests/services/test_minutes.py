"""Minutes: correcting them, taking completing back, and meetings to which nobody came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.errors import Conflict, Forbidden, Stale
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction, Meeting
from crm.schemas.base import read
from crm.schemas.meetings import MeetingOutcome
from crm.services import follow_ups, interactions, meetings, minutes, promises
from crm.services.events import history
from crm.services.members import Member
from making import NOW, at, complete, do, edit, edit_follow_up, events, log, names, new_contact, refused, schedule

pytestmark = pytest.mark.usefixtures("clock")

OUTCOME = {
    "actual_date": at(hours=-3),
    "duration": 50,
    "topics_covered": ["cards"],
    "outcomes": "We agreed",
    "next_steps": "Sign it",
    "attendees": ["Ada", "Bob"],
    "action_items": ["Send the offer"],
}


@pytest.fixture
def meeting(bob: Member, ada: Contact) -> Meeting:
    return complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1), purpose="Kick-off").id, **OUTCOME)


def revise(member: Member, meeting: Meeting, version: int | None = None, **fields: object) -> Meeting:
    return do(lambda: minutes.revise(member, meeting.id, read(MeetingOutcome, fields), version=version))


def made(meeting: Meeting) -> Interaction:
    assert meeting.interaction
    return meeting.interaction


def test_the_interaction_follows_the_minutes(bob: Member, ada: Contact, meeting: Meeting) -> None:
    uid = made(meeting).uid
    revise(bob, meeting, outcomes="They wait", topics_covered=["cards", "money"], duration=20, actual_date=at(hours=-5))
    interaction = made(meeting)
    assert (interaction.uid, interaction.notes) == (uid, "They wait\n\nNext steps: Sign it")
    assert (interaction.topics_discussed, interaction.duration) == (["cards", "money"], 20)
    assert ada.last_interaction_at == interaction.start_datetime == NOW - timedelta(hours=5)
    assert (meeting.next_steps, meeting.attendees) == ("Sign it", ["Ada", "Bob"])
    assert events(meeting) == ["MeetingScheduled", "MeetingCompleted"]


def test_what_was_written_into_the_interaction_by_hand_stays(bob: Member, meeting: Meeting) -> None:
    edit(bob, made(meeting).id, notes="My own words", sentiment="positive")
    revise(bob, meeting, outcomes="They wait", duration=20)
    assert (made(meeting).notes, made(meeting).duration, made(meeting).sentiment) == ("My own words", 20, "positive")


def test_minutes_without_their_interaction(bob: Member, meeting: Meeting) -> None:
    do(interactions.delete, bob, made(meeting).id)
    assert revise(bob, meeting, outcomes="They wait").outcomes == "They wait"


def test_more_actions(bob: Member, meeting: Meeting) -> None:
    revise(bob, meeting, action_items=["Call back"])
    assert meeting.action_items == ["Send the offer", "Call back"]
    assert names(follow_ups.of_meeting(bob, meeting)) == ["Send the offer", "Call back"]


def test_refusals(alice: Member, bob: Member, vera: Member, charlie: Member, ada: Contact, meeting: Meeting) -> None:
    assert set(refused(lambda: revise(bob, meeting, actual_date=at(hours=1)))) == {"actual_date"}
    for who in (vera, charlie):
        with pytest.raises(Forbidden):
            revise(who, meeting, outcomes="Mine")
        with pytest.raises(Forbidden):
            do(minutes.reopen, who, meeting.id)
    with pytest.raises(Stale):
        revise(bob, meeting, version=1, outcomes="Mine")
    with pytest.raises(Conflict):
        revise(bob, schedule(bob, ada), outcomes="Too early")
    assert revise(alice, meeting, outcomes="Hers").outcomes == "Hers"


def test_taking_completing_back(bob: Member, ada: Contact, meeting: Meeting) -> None:
    do(minutes.reopen, bob, meeting.id)
    assert (meeting.status, meeting.actual_date, meeting.completed_at, meeting.completed_by) == ("scheduled", None, None, None)
    assert (meeting.interaction, promises.of(bob, ada).ours, ada.last_interaction_at) == (None, [], None)
    assert (meeting.outcomes, names(minutes.taken_back(meeting))) == ("We agreed", ["Send the offer"])
    assert events(meeting) == ["MeetingScheduled", "MeetingCompleted", "MeetingScheduled"]
    assert do(minutes.reopen, bob, meeting.id).status == "scheduled"
    complete(bob, meeting.id, outcomes="They take it", action_items=["Send the contract"])
    assert made(meeting).notes == "They take it\n\nNext steps: Sign it"
    assert names(follow_ups.of_meeting(bob, meeting)) == ["Send the contract"]
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_it_stays_completed_where_somebody_has_gone_on_with_it(bob: Member, ada: Contact) -> None:
    def refused_after(change: object) -> None:
        row = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1)).id, **OUTCOME)
        change(row)
        with pytest.raises(Conflict, match="gone on working"):
            do(minutes.reopen, bob, row.id)

    refused_after(lambda row: edit(bob, made(row).id, notes="More"))
    refused_after(lambda row: edit(bob, made(row).id, sentiment="positive"))
    refused_after(lambda row: edit(bob, made(row).id, type="lunch"))
    refused_after(lambda row: edit(bob, made(row).id, lead="Alice"))
    refused_after(lambda row: edit(bob, made(row).id, medium="video"))
    refused_after(lambda row: edit(bob, made(row).id, contact_id=new_contact(bob, "Bert").uid))
    refused_after(lambda row: do(interactions.delete, bob, made(row).id))
    refused_after(lambda row: do(follow_ups.complete, bob, follow_ups.of_meeting(bob, row)[0].id))
    refused_after(lambda row: edit_follow_up(bob, follow_ups.of_meeting(bob, row)[0].id, title="Else"))


def test_what_never_was_leaves_no_history_for_a_later_row(bob: Member, ada: Contact, meeting: Meeting) -> None:
    do(minutes.reopen, bob, meeting.id)
    later = log(bob, ada)  # on SQLite with the same number
    assert [line.action for line in history(bob, later)] == ["created"]


def test_minutes_that_were_corrected_can_still_be_taken_back(bob: Member, meeting: Meeting) -> None:
    revise(bob, meeting, outcomes="They wait")
    assert do(minutes.reopen, bob, meeting.id).status == "scheduled"


def test_nobody_came(alice: Member, bob: Member, ada: Contact) -> None:
    meeting = schedule(alice, ada, scheduled_datetime=at(hours=-1))
    do(lambda: meetings.cancel(bob, meeting.id, no_show=True))
    assert (meeting.status, meeting.no_show, meeting.interaction, ada.last_interaction_at) == ("cancelled", True, None, None)
    assert events(meeting) == ["MeetingScheduled", "MeetingCancelled"]
    with pytest.raises(Conflict):
        complete(bob, meeting.id)
    do(meetings.reinstate, bob, meeting.id)
    assert (meeting.status, meeting.no_show) == ("scheduled", False)


def test_nobody_can_have_missed_what_is_to_come(bob: Member, vera: Member, ada: Contact) -> None:
    assert set(refused(lambda: meetings.cancel(bob, schedule(bob, ada).id, no_show=True))) == {"took_place"}
    past = schedule(bob, ada, scheduled_datetime=at(hours=-1))
    with pytest.raises(Forbidden):
        do(lambda: meetings.cancel(vera, past.id, no_show=True))


def test_who_is_to_come(bob: Member, ada: Contact) -> None:
    meeting = schedule(bob, ada, scheduled_datetime=at(days=-1), attendees=["Ada", "Charles", "Ada"])
    assert meeting.attendees == ["Ada", "Charles"]
    assert complete(bob, meeting.id).attendees == ["Ada", "Charles"]
    assert meeting.completed_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
