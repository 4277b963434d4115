"""Deleting hides for 30 days, with undo; then a job removes for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from crm.errors import Conflict, Invalid, NotFound
from crm.extensions import db
from crm.models import Change, Contact, FollowUp, Interaction, Meeting
from crm.services import agenda, contacts, deletion, follow_ups, interactions, meetings, promises, timeline
from crm.services.members import Member
from making import NOW, at, complete, do, edit, edit_contact, events, log, names, new_contact, plan, schedule

pytestmark = pytest.mark.usefixtures("clock")

ROOMS: dict[str, Any] = {"contact": contacts, "interaction": interactions, "meeting": meetings, "follow_up": follow_ups}
MODELS: dict[str, Any] = {"contact": Contact, "interaction": Interaction, "meeting": Meeting, "follow_up": FollowUp}
A_SECOND = timedelta(seconds=1)


def make(kind: str, member: Member, ada: Contact) -> Any:
    match kind:
        case "contact":
            return ada
        case "interaction":
            return log(member, ada, start_datetime=at(days=-1))
        case "meeting":
            return schedule(member, ada)
        case _:
            return plan(member, contact_id=ada.uid)


def hidden(kind: str, member: Member, ref: int) -> bool:
    db.session.rollback()
    try:
        ROOMS[kind].get(member, ref)
    except NotFound:
        return True
    return False


@pytest.mark.parametrize("kind", ROOMS)
def test_deleted_is_gone_and_undone_is_back(bob: Member, ada: Contact, kind: str) -> None:
    row = make(kind, bob, ada)
    ref, published = row.id, events()
    do(ROOMS[kind].delete, bob, row.uid)
    assert hidden(kind, bob, ref)
    with pytest.raises(NotFound):
        do(ROOMS[kind].delete, bob, ref)
    for _ in range(2):
        do(ROOMS[kind].restore, bob, row.uid)
        assert not hidden(kind, bob, ref)
    assert events() == published


@pytest.mark.parametrize("kind", ROOMS)
def test_what_is_deleted_cannot_be_changed(bob: Member, ada: Contact, kind: str) -> None:
    row = make(kind, bob, ada)
    do(ROOMS[kind].delete, bob, row.id)
    changes: dict[str, list[Any]] = {
        "contact": [lambda: edit_contact(bob, row.id, notes="x")],
        "interaction": [lambda: edit(bob, row.id, notes="x")],
        "meeting": [lambda: complete(bob, row.id), lambda: do(meetings.cancel, bob, row.id)],
        "follow_up": [lambda: do(follow_ups.complete, bob, row.id), lambda: do(follow_ups.reopen, bob, row.id)],
    }
    for change in changes[kind]:
        with pytest.raises(NotFound):
            change()


@pytest.mark.parametrize("kind", ROOMS)
@pytest.mark.parametrize("ref", [0, -1, 4711, 2**31 - 1, 2**31, 2**63, 2**64, 10**30, -(10**30)])
def test_a_number_that_is_nobodys_is_not_found(bob: Member, kind: str, ref: int) -> None:
    for verb in (ROOMS[kind].get, ROOMS[kind].delete, ROOMS[kind].restore):
        with pytest.raises(NotFound):
            do(verb, bob, ref)


def test_a_contact_takes_all_of_its_own_with_it_and_brings_it_back(bob: Member, ada: Contact) -> None:
    kept = log(bob, new_contact(bob, "Bert"), title="Bert's")
    rows = {kind: make(kind, bob, ada) for kind in ROOMS}
    counters = (ada.last_interaction_at, ada.next_meeting_at)
    assert None not in counters
    do(contacts.delete, bob, ada.id)
    assert all(hidden(kind, bob, row.id) for kind, row in rows.items())
    assert names(interactions.find(bob)) == names(interactions.recent(bob)) == [kept.title]
    assert (meetings.find(bob).total, agenda.upcoming(bob), follow_ups.due(bob, days_ahead=1000).total) == (0, [], 0)
    assert names(contacts.find(bob)) == ["Bert"]
    assert interactions.find(bob, contact_id=ada.uid).total == 0
    do(contacts.restore, bob, ada.id)
    assert not any(hidden(kind, bob, row.id) for kind, row in rows.items())
    assert (ada.last_interaction_at, ada.next_meeting_at) == counters
    assert (timeline.count(bob, ada), len(promises.of(bob, ada).ours)) == (1, 1)


@pytest.mark.parametrize("wait", [timedelta(0), A_SECOND])
@pytest.mark.parametrize("kind", ["interaction", "meeting", "follow_up"])
def test_it_brings_back_only_what_went_with_it(
    bob: Member, ada: Contact, clock: time_machine.Traveller, kind: str, wait: timedelta
) -> None:
    before, with_it = make(kind, bob, ada), make(kind, bob, ada)
    do(ROOMS[kind].delete, bob, before.id)
    clock.shift(wait)
    do(contacts.delete, bob, ada.id)
    for row in (before, with_it):
        with pytest.raises(Conflict, match="Ada Lovelace"):
            do(ROOMS[kind].restore, bob, row.id)
    do(contacts.restore, bob, ada.id)
    assert (hidden(kind, bob, before.id), hidden(kind, bob, with_it.id)) == (True, False)
    do(ROOMS[kind].restore, bob, before.id)
    assert not hidden(kind, bob, before.id)


def test_deleted_again_it_takes_all_again(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    call = make("interaction", bob, ada)
    for _ in range(2):
        do(contacts.delete, bob, ada.id)
        clock.shift(A_SECOND)
        do(contacts.restore, bob, ada.id)
        clock.shift(A_SECOND)
    do(interactions.delete, bob, call.id)
    do(contacts.delete, bob, ada.id)
    do(contacts.restore, bob, ada.id)
    assert hidden("interaction", bob, call.id)


def test_nothing_new_about_a_deleted_contact(bob: Member, ada: Contact) -> None:
    do(contacts.delete, bob, ada.id)
    for attempt in (lambda: log(bob, ada), lambda: schedule(bob, ada), lambda: plan(bob, contact_id=ada.uid)):
        with pytest.raises(Invalid):
            attempt()


@pytest.mark.parametrize("kind", ROOMS)
def test_undo_works_for_30_days(bob: Member, ada: Contact, clock: time_machine.Traveller, kind: str) -> None:
    row = make(kind, bob, ada)
    do(ROOMS[kind].delete, bob, row.id)
    clock.move_to(NOW + timedelta(days=30) - A_SECOND)
    do(deletion.remove_old)
    do(ROOMS[kind].restore, bob, row.id)
    assert not hidden(kind, bob, row.id)
    do(ROOMS[kind].delete, bob, row.id)
    ref = row.id
    clock.shift(timedelta(days=30) + A_SECOND)
    with pytest.raises(NotFound):
        do(ROOMS[kind].restore, bob, ref)


@pytest.mark.parametrize("kind", ROOMS)
def test_then_it_is_removed_with_its_history(bob: Member, ada: Contact, clock: time_machine.Traveller, kind: str) -> None:
    row, other = make(kind, bob, ada), make(kind, bob, new_contact(bob, "Bert"))
    ref, kept = row.id, other.id
    do(ROOMS[kind].delete, bob, ref)
    clock.shift(timedelta(days=30) + A_SECOND)
    assert do(deletion.remove_old) >= 1
    db.session.expire_all()
    assert list(db.session.scalars(select(MODELS[kind].id))) == [kept]
    lines = select(Change.subject_id).where(Change.subject_type == kind)
    assert set(db.session.scalars(lines)) == {kept}
    assert do(deletion.remove_old) == 0


def test_a_removed_contact_takes_its_own(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    done = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1)).id, action_items=["Send the offer"])
    assert done.interaction
    for kind in ("interaction", "meeting", "follow_up"):
        make(kind, bob, ada)
    do(contacts.delete, bob, ada.id)
    clock.shift(timedelta(days=31))
    while do(deletion.remove_old):
        pass
    for model in (Contact, Interaction, Meeting, FollowUp, Change):
        assert db.session.scalars(select(model)).all() == [], model


def test_what_a_removed_meeting_made_stays(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    meeting = complete(bob, schedule(bob, ada, scheduled_datetime=at(days=-1)).id, action_items=["Send the offer"])
    assert meeting.interaction
    ref = meeting.interaction.id
    do(meetings.delete, bob, meeting.id)
    clock.shift(timedelta(days=31))
    do(deletion.remove_old)
    db.session.expire_all()
    assert interactions.get(bob, ref).meeting_id is None
    assert names(promises.of(bob, ada).ours) == ["Send the offer"]


def test_a_removed_interaction_takes_the_follow_up_that_it_needed(
    bob: Member, ada: Contact, clock: time_machine.Traveller
) -> None:
    do(interactions.delete, bob, log(bob, ada, follow_up_needed=True).id)
    clock.shift(timedelta(days=31))
    do(deletion.remove_old)
    assert db.session.scalars(select(FollowUp)).all() == []
    assert names(contacts.find(bob)) == ["Ada Lovelace"]
