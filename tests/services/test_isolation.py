"""Another site's rows can be neither read, nor changed, nor referred to, by any verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from crm.errors import Forbidden, NotFound
from crm.extensions import db
from crm.models import Change, Contact, Event, FollowUp, Interaction, Meeting
from crm.services import agenda, board, contacts, events, follow_ups, interactions, meetings, promises, sites, timeline
from crm.services.board import Whose
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
    utc,
)
from world import World

pytestmark = pytest.mark.usefixtures("clock")


@dataclass(frozen=True)
class Annex:
    """What charlie has in the other site."""

    contact: Contact
    interaction: Interaction
    meeting: Meeting
    follow_up: FollowUp


@pytest.fixture
def annex(charlie: Member) -> Annex:
    contact = new_contact(charlie, "Grace Hopper", emails=["grace@example.org"], tags=["navy"])
    interaction = log(charlie, contact, title="About bugs", follow_up_needed=True, topics_discussed=["bugs"])
    follow_up = plan(charlie, due_on="2026-03-01", contact_id=contact.uid)
    return Annex(contact, interaction, schedule(charlie, contact), follow_up)


Verb = Callable[[Member, int | UUID], object]
VERBS: dict[str, dict[str, Verb]] = {
    "contact": {
        "get": contacts.get,
        "edit": lambda who, ref: edit_contact(who, ref, name="Taken"),
        "edit nothing": lambda who, ref: edit_contact(who, ref),
        "delete": contacts.delete,
        "restore": contacts.restore,
    },
    "interaction": {
        "get": interactions.get,
        "edit": lambda who, ref: edit(who, ref, title="Taken over"),
        "edit nothing": lambda who, ref: edit(who, ref),
        "delete": interactions.delete,
        "restore": interactions.restore,
    },
    "meeting": {
        "get": meetings.get,
        "edit": lambda who, ref: edit_meeting(who, ref, location="Here"),
        "cancel": meetings.cancel,
        "reinstate": meetings.reinstate,
        "complete": lambda who, ref: complete(who, ref),
        "delete": meetings.delete,
        "restore": meetings.restore,
    },
    "follow_up": {
        "get": follow_ups.get,
        "edit": lambda who, ref: edit_follow_up(who, ref, title="Taken"),
        "snooze": lambda who, ref: follow_ups.snooze(who, ref, NOW.date()),
        "complete": follow_ups.complete,
        "reopen": follow_ups.reopen,
        "delete": follow_ups.delete,
        "restore": follow_ups.restore,
    },
}
ALL = [(kind, name) for kind, verbs in VERBS.items() for name in verbs]


def written() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Change, Event, Interaction, FollowUp)]


@pytest.mark.parametrize(("kind", "name"), ALL)
@pytest.mark.parametrize("key", ["id", "uid"])
def test_no_verb_reaches_over(alice: Member, annex: Annex, kind: str, name: str, key: str) -> None:
    row, before = getattr(annex, kind), written()
    with pytest.raises(Forbidden, match="HQ"):
        do(VERBS[kind][name], alice, getattr(row, key))
    assert (written(), row.version, row.deleted_at) == (before, 1, None)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_not_even_to_what_is_deleted(alice: Member, charlie: Member, annex: Annex, kind: str, name: str) -> None:
    row = getattr(annex, kind)
    do(VERBS[kind]["delete"], charlie, row.id)
    before = written()
    with pytest.raises((Forbidden, NotFound)):
        do(VERBS[kind][name], alice, row.id)
    assert written() == before
    assert row.deleted_at is not None


def test_a_role_elsewhere_is_no_role_here(world: World, annex: Annex) -> None:
    dora = world.member("dora", world.annex)  # a member of HQ, and a viewer here
    assert contacts.get(dora, annex.contact.id).name == "Grace Hopper"
    for kind, name in ALL:
        if name != "get":
            with pytest.raises((Forbidden, NotFound)):
                do(VERBS[kind][name], dora, getattr(annex, kind).id)
    assert annex.meeting.status == "scheduled"


def test_nothing_refers_to_their_contact(alice: Member, ada: Contact, annex: Annex) -> None:
    call, meeting = log(alice, ada), schedule(alice, ada)
    theirs = annex.contact
    attempts: list[Callable[[], object]] = [
        lambda: log(alice, theirs),
        lambda: schedule(alice, theirs),
        lambda: plan(alice, contact_id=theirs.uid),
        lambda: edit(alice, call.id, contact_id=theirs.uid),
        lambda: edit_meeting(alice, meeting.id, contact_id=theirs.uid),
    ]
    before = written()
    for attempt in attempts:
        assert set(refused(attempt)) == {"contact_id"}
    assert written() == before


def test_nothing_is_given_to_their_people(alice: Member, ada: Contact, charlie: Member) -> None:
    row, meeting = plan(alice), schedule(alice, ada)
    stranger = charlie.user_id
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("owner_id", lambda: new_contact(alice, owner_id=stranger)),
        ("owner_id", lambda: edit_contact(alice, ada.id, owner_id=stranger)),
        ("owner_id", lambda: plan(alice, owner_id=stranger)),
        ("owner_id", lambda: edit_follow_up(alice, row.id, owner_id=stranger)),
        ("action_items", lambda: complete(alice, meeting.id, action_items=[{"title": "Send it", "owner_id": stranger}])),
    ]
    for field, attempt in attempts:
        assert set(refused(attempt)) == {field}


LISTS: dict[str, Callable[[Member, Annex], Any]] = {
    "contacts": lambda who, annex: contacts.find(who).items,
    "contacts by name": lambda who, annex: contacts.find(who, search="grace").items,
    "contacts by tag": lambda who, annex: contacts.find(who, tag="navy").items,
    "interactions": lambda who, annex: interactions.find(who).items,
    "interactions by text": lambda who, annex: interactions.find(who, search="bugs").items,
    "interactions by contact": lambda who, annex: interactions.find(who, contact_id=annex.contact.uid).items,
    "recent": lambda who, annex: interactions.recent(who),
    "topics": lambda who, annex: interactions.topics(who, annex.contact),
    "meetings": lambda who, annex: meetings.find(who).items,
    "meetings by contact": lambda who, annex: meetings.find(who, contact_id=annex.contact.uid).items,
    "upcoming": lambda who, annex: agenda.upcoming(who),
    "upcoming by contact": lambda who, annex: agenda.upcoming(who, contact=annex.contact),
    "follow-ups": lambda who, annex: follow_ups.find(who).items,
    "follow-ups of a contact": lambda who, annex: follow_ups.find(who, contact_id=annex.contact.uid).items,
    "follow-ups due": lambda who, annex: follow_ups.due(who, days_ahead=1000).items,
    "the board": lambda who, annex: [row for column in board.columns(who, Whose(None)) for row in column.items],
    "the board of a contact": lambda who, annex: [
        row for column in board.columns(who, Whose(None, annex.contact)) for row in column.items
    ],
    "the calendar": lambda who, annex: agenda.spans(who, [utc("2000-01-01 00:00"), utc("2100-01-01 00:00")], 10)[0].meetings,
    "promises": lambda who, annex: promises.of(who, annex.contact).ours,
    "timeline": lambda who, annex: timeline.past(who, annex.contact).items,
    "history": lambda who, annex: events.history(who, annex.contact),
}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_it(alice: Member, charlie: Member, annex: Annex, name: str) -> None:
    assert LISTS[name](charlie, annex), "the owner would see something"
    assert list(LISTS[name](alice, annex)) == []


def test_counts_are_the_sites_own(alice: Member, annex: Annex) -> None:
    assert (contacts.find(alice).total, interactions.find(alice).total, meetings.find(alice).total) == (0, 0, 0)
    assert (follow_ups.due(alice, days_ahead=1000).total, timeline.count(alice, annex.contact)) == (0, 0)


def test_their_past_and_unfinished_meetings_stay_theirs(alice: Member, charlie: Member, annex: Annex) -> None:
    meeting = schedule(charlie, annex.contact, scheduled_datetime=at(days=-1))
    assert (agenda.unfinished(charlie), agenda.unfinished(alice)) == ([meeting], [])
    complete(charlie, meeting.id, action_items=["Send it"])
    assert (len(follow_ups.of_meeting(charlie, meeting)), follow_ups.of_meeting(alice, meeting)) == (1, [])


def test_colleagues_are_those_of_the_site(alice: Member, charlie: Member) -> None:
    assert [user.name for user in sites.colleagues(alice)] == ["Alice", "Bob", "Dora", "Vera"]
    assert [user.name for user in sites.colleagues(charlie)] == ["Charlie", "Dora"]
