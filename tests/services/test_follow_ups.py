"""Follow-ups: planned by hand, or kept in step with the interaction that needs one; snoozed, done, due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from crm.database import transaction
from crm.errors import Conflict, Forbidden, NotFound, Stale
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction, User
from crm.questions import answer
from crm.services import contacts, follow_ups, interactions, promises
from crm.services.members import Member
from making import NOW, do, edit, edit_follow_up, events, log, names, new_contact, plan, refused
from world import World

pytestmark = pytest.mark.usefixtures("clock")

TODAY = NOW.date()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def needed(interaction: Interaction) -> FollowUp | None:
    """The follow-up that the interaction's own "follow-up needed" stands for, if it is to be seen."""
    query = select(FollowUp).where(FollowUp.interaction_id == interaction.id, FollowUp.deleted_at.is_(None))
    return db.session.scalars(query).one_or_none()


# By hand


def test_keeps_what_it_is_given(alice: Member, bob: Member, ada: Contact) -> None:
    row = plan(bob, notes="By post", due_on="2026-03-05", owner_id=alice.user_id, contact_id=ada.uid)
    found = follow_ups.get(bob, row.uid)
    assert (found.title, found.notes, found.due_on, found.status) == ("Send the offer", "By post", date(2026, 3, 5), "open")
    assert (found.owner_id, found.contact, found.created_by) == (alice.user_id, ada, bob.user_id)


def test_it_is_the_callers_and_for_someday_unless_told(bob: Member) -> None:
    row = plan(bob)
    assert (row.owner_id, row.due_on, row.contact) == (bob.user_id, None, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"due_on": "soon"}, "due_on"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"due_on": 20260301}, "due_on"),
        ({"owner_id": 4711}, "owner_id"),
        ({"status": "done"}, "status"),
    ],
)
def test_refuses_by_field(bob: Member, fields: dict[str, Any], field: str) -> None:
    assert set(refused(lambda: plan(bob, **fields))) == {field}
    row = plan(bob)
    assert set(refused(lambda: edit_follow_up(bob, row.id, **fields))) == {field}


def test_a_deleted_contact_is_unknown(bob: Member, ada: Contact) -> None:
    do(contacts.delete, bob, ada.id)
    assert set(refused(lambda: plan(bob, contact_id=ada.uid))) == {"contact_id"}


def test_an_edit_leaves_what_it_does_not_name_and_clears_what_is_null(bob: Member) -> None:
    row = plan(bob, notes="By post", due_on="2026-03-05")
    edit_follow_up(bob, row.id, title="Send it again")
    assert (row.title, row.notes, row.due_on) == ("Send it again", "By post", date(2026, 3, 5))
    edit_follow_up(bob, row.id, notes=None, due_on=None, owner_id=None)
    assert (row.notes, row.due_on, row.owner_id) == (None, None, None)
    with pytest.raises(Stale):
        edit_follow_up(bob, row.id, version=1, title="Late")


def test_done_once_and_undone(alice: Member, bob: Member, clock: time_machine.Traveller) -> None:
    row = plan(bob)
    do(follow_ups.complete, bob, row.id)
    assert (row.status, row.completed_at, row.completed_by) == ("done", NOW, bob.user_id)
    clock.shift(60)
    do(follow_ups.complete, alice, row.id)
    assert (row.completed_at, row.completed_by, events(row)) == (NOW, bob.user_id, ["FollowUpCompleted"])
    do(follow_ups.reopen, bob, row.id)
    assert (row.status, row.completed_at, row.completed_by) == ("open", None, None)
    do(follow_ups.reopen, bob, row.id)
    do(follow_ups.complete, bob, row.id)
    assert events(row) == ["FollowUpCompleted", "FollowUpCompleted"]


def test_snoozing(bob: Member) -> None:
    row = plan(bob, due_on=str(day(-3)))
    do(follow_ups.snooze, bob, row.id, day(0))
    assert row.due_on == day(0)
    refused(follow_ups.snooze, bob, row.id, day(-1))
    assert row.due_on == day(0)
    do(follow_ups.complete, bob, row.id)
    with pytest.raises(Conflict):
        do(follow_ups.snooze, bob, row.id, day(3))


def test_who_may_change_what(world: World, alice: Member, bob: Member, vera: Member) -> None:
    dora = world.member("dora", world.hq)
    bobs, doras = new_contact(bob, "Bob's"), new_contact(dora, "Dora's")
    own, given = plan(bob, contact_id=doras.uid), plan(alice, owner_id=bob.user_id)
    about_his, others = plan(dora, contact_id=bobs.uid), plan(dora, contact_id=doras.uid)
    for row in (own, given, about_his):
        do(follow_ups.complete, bob, row.id)
    snooze = lambda who, ref: follow_ups.snooze(who, ref, day(3))  # noqa: E731
    verbs = (follow_ups.complete, follow_ups.reopen, follow_ups.delete, follow_ups.restore, snooze)
    for verb in verbs:
        for who, row in ((bob, others), (vera, others), (vera, own)):
            with pytest.raises(Forbidden):
                do(verb, who, row.id)
    with pytest.raises(Forbidden):
        plan(vera)
    assert follow_ups.get(vera, others.id).status == "open"
    assert do(follow_ups.complete, alice, others.id).status == "done"


# The one that an interaction needs


def test_logging_makes_it(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer", follow_up_due="2026-03-06")
    row = needed(call)
    assert row
    assert (row.contact, row.owner_id, row.due_on, row.status) == (ada, bob.user_id, date(2026, 3, 6), "open")
    assert "Send the offer" in f"{row.title} {row.notes}"
    assert [one.uid for one in promises.of(bob, ada).ours] == [row.uid]


@pytest.mark.parametrize("fields", [{}, {"follow_up_needed": False}, {"follow_up_needed": None}])
def test_none_is_made_where_none_is_needed(bob: Member, ada: Contact, fields: dict[str, Any]) -> None:
    assert needed(log(bob, ada, **fields)) is None


@pytest.mark.parametrize("notes", [None, "", "x" * 100_000, "Line one\nLine two"])
def test_any_notes_make_a_title(bob: Member, ada: Contact, notes: str | None) -> None:
    row = needed(log(bob, ada, follow_up_needed=True, follow_up_notes=notes))
    assert row
    assert 1 <= len(row.title.strip()) <= 500


def test_editing_makes_changes_and_removes_it(bob: Member, ada: Contact) -> None:
    bert = new_contact(bob, "Bert")
    call = log(bob, ada)
    edit(bob, call.id, follow_up_needed=True, follow_up_notes="Send the offer", follow_up_due="2026-03-06")
    row = needed(call)
    assert row
    edit(bob, call.id, follow_up_notes="Send the contract", follow_up_due="2026-03-07", contact_id=bert.uid)
    assert needed(call) is row
    assert "Send the contract" in f"{row.title} {row.notes}"
    assert "offer" not in f"{row.title} {row.notes}"
    assert (row.due_on, row.contact) == (date(2026, 3, 7), bert)
    edit(bob, call.id, follow_up_needed=False)
    assert needed(call) is None
    assert promises.of(bob, bert).ours == []
    with pytest.raises(NotFound):
        follow_ups.get(bob, row.id)


def test_it_can_be_needed_again(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer")
    for _ in range(2):
        edit(bob, call.id, follow_up_needed=False)
        edit(bob, call.id, follow_up_needed=True, follow_up_notes="Send the contract", follow_up_due="2026-03-09")
    row = needed(call)
    assert row
    assert "Send the contract" in f"{row.title} {row.notes}"
    assert (row.due_on, row.status, len(promises.of(bob, ada).ours)) == (date(2026, 3, 9), "open", 1)


def test_a_snoozed_one_keeps_its_day(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer", follow_up_due="2026-03-06")
    row = needed(call)
    assert row
    do(follow_ups.snooze, bob, row.id, day(10))
    edit(bob, call.id, notes="Something else")
    edit(bob, call.id, follow_up_needed=True, follow_up_due="2026-03-06", follow_up_notes="Send two offers")
    assert row.due_on == day(10)
    assert "Send two offers" in f"{row.title} {row.notes}"
    edit(bob, call.id, follow_up_due="2026-04-01")
    assert row.due_on == date(2026, 4, 1)


def test_one_that_is_done_stays_done(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer")
    row = needed(call)
    assert row
    do(follow_ups.complete, bob, row.id)
    edit(bob, call.id, notes="Something else", follow_up_notes="Send the contract")
    assert (row.status, row.completed_at) == ("done", NOW)


def test_it_goes_and_returns_with_its_interaction(bob: Member, ada: Contact) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer")
    do(interactions.delete, bob, call.id)
    assert (needed(call), promises.of(bob, ada).ours) == (None, [])
    do(interactions.restore, bob, call.id)
    assert len(promises.of(bob, ada).ours) == 1


def test_one_that_was_deleted_by_itself_stays_deleted(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    call = log(bob, ada, follow_up_needed=True, follow_up_notes="Send the offer")
    row = needed(call)
    assert row
    do(follow_ups.delete, bob, row.id)
    clock.shift(60)
    edit(bob, call.id, notes="Something else")
    do(interactions.delete, bob, call.id)
    do(interactions.restore, bob, call.id)
    assert needed(call) is None


# What is due


def test_due_is_the_callers_by_day(alice: Member, bob: Member) -> None:
    for title, number in [("Today", 0), ("Overdue", -5), ("Tomorrow", 1), ("Someday", None), ("Next week", 7)]:
        plan(bob, title, due_on=None if number is None else str(day(number)))
    plan(alice, "Alice's", due_on=str(day(0)))
    do(follow_ups.complete, bob, plan(bob, "Done", due_on=str(day(0))).id)
    do(follow_ups.delete, bob, plan(bob, "Deleted", due_on=str(day(0))).id)
    assert names(follow_ups.due(bob)) == ["Overdue", "Today"]
    ahead = follow_ups.due(bob, days_ahead=1, limit=2)
    assert (names(ahead), ahead.total) == (["Overdue", "Today"], 3)


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Europe/Berlin", 22, []),
        ("Europe/Berlin", 23, ["Tomorrow's"]),
        ("Pacific/Auckland", 12, ["Tomorrow's"]),
        (None, 23, ["Tomorrow's"]),
    ],
)
def test_the_day_is_that_on_the_wall_of_the_reader(
    world: World, clock: time_machine.Traveller, zone: str | None, hour: int, expected: list[str]
) -> None:
    with transaction():
        db.session.get_one(User, world.bob.id).timezone = zone
    bob = world.member("bob")
    row = plan(bob, "Tomorrow's", due_on=str(day(1)))
    clock.move_to(NOW.replace(hour=hour))
    assert names(follow_ups.due(bob)) == expected
    if expected:
        refused(follow_ups.snooze, bob, row.id, day(0))
    else:
        do(follow_ups.snooze, bob, row.id, day(0))


def test_a_contacts_open_ones_overdue_first_someday_last(bob: Member, ada: Contact) -> None:
    for title, due in [("Someday", None), ("Later", "2026-04-01"), ("Overdue", "2026-01-01")]:
        plan(bob, title, due_on=due, contact_id=ada.uid)
    plan(bob, "Another's", due_on="2026-01-01")
    assert names(promises.of(bob, ada).ours) == ["Overdue", "Later", "Someday"]


def test_of_very_many_each_side_says_how_many_there_are(bob: Member, ada: Contact) -> None:
    for number in range(4):
        plan(bob, f"Ours {number}", contact_id=ada.uid)
    plan(bob, "Theirs", contact_id=ada.uid, owed_by="theirs")
    found = answer(promises.ask(bob, ada, limit=3))
    assert ([one.of_all for one in found.ours], [one.of_all for one in found.theirs]) == ([4, 4, 4], [1])


def test_deleting_twice_and_restoring_twice(bob: Member) -> None:
    row = plan(bob, due_on=str(TODAY))
    do(follow_ups.delete, bob, row.id)
    with pytest.raises(NotFound):
        do(follow_ups.delete, bob, row.id)
    for _ in range(2):
        do(follow_ups.restore, bob, row.id)
    assert names(follow_ups.due(bob)) == ["Send the offer"]
