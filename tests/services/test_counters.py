"""When a contact was last talked to and when the next meeting is: always true, also when only time has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from crm.extensions import db
from crm.models import Contact
from crm.services import contacts, interactions, meetings
from crm.services.members import Member
from making import NOW, at, complete, do, edit, edit_meeting, log, names, new_contact, schedule

pytestmark = pytest.mark.usefixtures("clock")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def seen(member: Member, contact: Contact) -> tuple[datetime | None, datetime | None]:
    """The two counters as a reader has them now, the same on the contact's page and in the list."""
    db.session.rollback()
    one = contacts.get(member, contact.id)
    page = (one.last_interaction_at, one.next_meeting_at)
    db.session.rollback()
    (listed,) = (found for found in contacts.find(member, page_size=100).items if found.id == contact.id)
    assert (listed.last_interaction_at, listed.next_meeting_at) == page
    return page


def test_each_change_of_an_interaction(bob: Member, ada: Contact) -> None:
    bert = new_contact(bob, "Bert")
    old, call = log(bob, ada, start_datetime=at(days=-3)), log(bob, ada)
    assert seen(bob, ada) == (NOW - HOUR, None)
    edit(bob, call.id, start_datetime=at(days=-5))
    assert seen(bob, ada) == (NOW - 3 * DAY, None)
    edit(bob, old.id, contact_id=bert.uid)
    assert (seen(bob, ada), seen(bob, bert)) == ((NOW - 5 * DAY, None), (NOW - 3 * DAY, None))
    edit(bob, old.id, contact_id=None)
    assert seen(bob, bert) == (None, None)
    do(interactions.delete, bob, call.id)
    assert seen(bob, ada) == (None, None)
    do(interactions.restore, bob, call.id)
    assert seen(bob, ada) == (NOW - 5 * DAY, None)


def test_each_change_of_a_meeting(bob: Member, ada: Contact) -> None:
    bert = new_contact(bob, "Bert")
    later, meeting = schedule(bob, ada, scheduled_datetime=at(days=5)), schedule(bob, ada)
    assert seen(bob, ada) == (None, NOW + DAY)
    edit_meeting(bob, meeting.id, scheduled_datetime=at(days=9))
    assert seen(bob, ada) == (None, NOW + 5 * DAY)
    do(meetings.cancel, bob, later.id)
    assert seen(bob, ada) == (None, NOW + 9 * DAY)
    edit_meeting(bob, meeting.id, contact_id=bert.uid)
    assert (seen(bob, ada), seen(bob, bert)) == ((None, None), (None, NOW + 9 * DAY))
    do(meetings.reinstate, bob, later.id)
    do(meetings.delete, bob, meeting.id)
    assert (seen(bob, ada), seen(bob, bert)) == ((None, NOW + 5 * DAY), (None, None))
    do(meetings.restore, bob, meeting.id)
    complete(bob, later.id, actual_date=at(hours=-2))
    assert (seen(bob, ada), seen(bob, bert)) == ((NOW - 2 * HOUR, None), (None, NOW + 9 * DAY))


def test_nothing_else_is_touched_by_counting(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    """A call with somebody is no change of their card: who is editing it meanwhile is not refused."""
    before = (ada.version, ada.updated_at)
    clock.shift(HOUR)
    log(bob, ada)
    schedule(bob, ada)
    assert (ada.version, ada.updated_at) == before


def leave() -> None:
    """Nothing is written."""


def settle() -> None:
    """The job runs."""
    do(contacts.settle_due)


@pytest.mark.parametrize("meanwhile", [leave, settle])
def test_a_planned_interaction_counts_from_when_it_begins(
    bob: Member, ada: Contact, clock: time_machine.Traveller, meanwhile: Callable[[], None]
) -> None:
    log(bob, ada)
    for hours in (2, 4):
        log(bob, ada, start_datetime=at(hours=hours), ahead=True)
    expected = {0: -1, 1.9: -1, 2: 2, 3.9: 2, 4: 4, 100: 4}
    for hours, last in expected.items():
        clock.move_to(NOW + hours * HOUR)
        meanwhile()
        assert seen(bob, ada) == (NOW + last * HOUR, None), hours


@pytest.mark.parametrize("meanwhile", [leave, settle])
def test_a_meeting_is_the_next_until_it_begins(
    bob: Member, ada: Contact, clock: time_machine.Traveller, meanwhile: Callable[[], None]
) -> None:
    for hours in (2, 4):
        schedule(bob, ada, scheduled_datetime=at(hours=hours))
    expected = {0: 2, 1.99: 2, 2: 4, 3.99: 4, 4: None, 100: None}
    for hours, upcoming in expected.items():
        clock.move_to(NOW + hours * HOUR)
        meanwhile()
        assert seen(bob, ada) == (None, upcoming and NOW + upcoming * HOUR), hours


def test_a_change_after_time_has_passed(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    planned = log(bob, ada, start_datetime=at(hours=2), ahead=True)
    first = schedule(bob, ada, scheduled_datetime=at(hours=2))
    clock.shift(3 * HOUR)
    schedule(bob, ada, scheduled_datetime=at(hours=8))
    assert seen(bob, ada) == (NOW + 2 * HOUR, NOW + 8 * HOUR)
    clock.shift(9 * HOUR)
    do(interactions.delete, bob, planned.id)
    assert seen(bob, ada) == (None, None)
    complete(bob, first.id)
    assert seen(bob, ada) == (NOW + 2 * HOUR, None)


def test_a_contact_that_comes_back_is_counted_anew(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    log(bob, ada, start_datetime=at(hours=2), ahead=True)
    schedule(bob, ada, scheduled_datetime=at(hours=3))
    do(contacts.delete, bob, ada.id)
    clock.shift(4 * HOUR)
    settle()
    do(contacts.restore, bob, ada.id)
    assert seen(bob, ada) == (NOW + 2 * HOUR, None)


def test_the_list_is_sorted_by_the_new_answer_once_the_job_has_run(bob: Member, clock: time_machine.Traveller) -> None:
    early, late = new_contact(bob, "Early"), new_contact(bob, "Late")
    log(bob, late, start_datetime=at(hours=-1))
    log(bob, early, start_datetime=at(hours=-2))
    log(bob, early, start_datetime=at(hours=1), ahead=True)
    assert names(contacts.find(bob, sort="last_interaction_at", descending=True)) == ["Late", "Early"]
    clock.shift(2 * HOUR)
    assert (do(contacts.settle_due), do(contacts.settle_due)) == (1, 0)
    assert names(contacts.find(bob, sort="last_interaction_at", descending=True)) == ["Early", "Late"]
