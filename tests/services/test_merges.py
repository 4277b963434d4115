"""Merging two contacts, and taking it back: exactly as before."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select

from crm.database import transaction
from crm.errors import Conflict, Forbidden, Merged, Stale
from crm.extensions import db
from crm.models import Base
from crm.services import contacts, events, interactions, merges
from making import at, complete, do, edit, edit_contact, log, names, new_contact, plan, refused, schedule
from making import events as event_types

# What a change leaves behind, whatever it is.
LEFT = {"version", "updated_at"}
TABLES = ("contacts", "contact_emails", "contact_phones", "interactions", "meetings", "follow_ups")


@pytest.fixture(autouse=True)
def stopped(clock):
    return clock


def everything() -> dict[str, Any]:
    """All rows of contacts and of what hangs on them."""
    with transaction():
        return {
            name: {
                row.id: {k: v for k, v in row._asdict().items() if k not in LEFT} for row in db.session.execute(select(table))
            }
            for name, table in ((name, Base.metadata.tables[name]) for name in TABLES)
        }


@pytest.fixture
def two(bob):
    kept = new_contact(
        bob,
        "Ada Lovelace",
        emails=["ada@example.com"],
        phones=["+44 1", "+44 20"],
        tags=["vip"],
        notes="Ours",
        keep_in_touch_days=30,
    )
    gone = new_contact(
        bob,
        "A. King",
        emails=["king@example.com", "a@king.example"],
        phones=["+44 20", "+44 30"],
        tags=["VIP", "press"],
        company="Engines",
        notes="Theirs",
    )
    return kept, gone


def test_all_of_it_moves(bob, two):
    kept, gone = two
    log(bob, kept, title="With the one", start_datetime=at(days=-3))
    late = log(bob, gone, title="With the other", start_datetime=at(days=-1), follow_up_needed=True)
    hidden = log(bob, gone, title="Deleted before")
    do(interactions.delete, bob, hidden.uid)
    meeting = schedule(bob, gone)
    plan(bob, contact_id=gone.uid, owed_by="theirs")
    one, _undo = do(merges.merge, bob, kept.uid, gone.uid, {"name": "gone", "notes": "both"})
    assert (one.name, one.company, one.notes, one.tags) == ("A. King", "Engines", "Ours\n\nTheirs", ["vip", "press"])
    assert one.keep_in_touch_days == 30
    assert [email.address for email in one.emails] == ["ada@example.com", "king@example.com", "a@king.example"]
    assert [phone.number for phone in one.phones] == ["+44 1", "+44 20", "+44 30"]
    assert one.last_interaction_at == late.start_datetime
    assert one.next_meeting_at == meeting.scheduled_datetime
    assert names(interactions.find(bob, contact_id=one.uid)) == ["With the other", "With the one"]
    do(interactions.restore, bob, hidden.uid)
    assert interactions.get(bob, hidden.uid).contact_id == one.id
    assert names(contacts.find(bob, search="king@example.com ada@example.com")) == ["A. King"]
    assert contacts.find(bob).total == 1
    assert [line.action for line in events.history(bob, one)][0] == "merged"
    assert event_types(gone) == ["ContactCreated", "ContactMerged"]


def test_who_asks_for_the_other_learns_where_it_is(bob, charlie, two):
    kept, gone = two
    do(merges.merge, bob, kept.uid, gone.uid, {})
    for ref in (gone.uid, gone.id):
        with pytest.raises(Merged) as error:
            contacts.get(bob, ref)
        assert error.value.into == kept.uid
    with pytest.raises(Conflict):
        do(contacts.restore, bob, gone.uid)


def test_a_merge_that_is_taken_back_leaves_nothing(bob, two):
    kept, gone = two
    log(bob, gone, start_datetime=at(days=-1), follow_up_needed=True)
    complete(bob, schedule(bob, gone, scheduled_datetime=at(days=-2)).uid, action_items=["One", "Two"])
    log(bob, kept, start_datetime=at(days=-5))
    before = everything()
    _one, undo = do(merges.merge, bob, kept.uid, gone.uid, dict.fromkeys(merges.FIELDS, "gone"))
    assert everything() != before
    do(merges.undo, bob, undo)
    assert everything() == before
    with pytest.raises(Conflict):
        do(merges.undo, bob, undo)
    assert everything() == before


@pytest.mark.parametrize("seed", range(12))
def test_any_merge_taken_back_leaves_nothing(bob, seed):
    """Random contacts with random rows: whatever they were, they are again."""
    chance = random.Random(seed)

    def some(values: list[Any], most: int = 3) -> list[Any]:
        return chance.sample(values, chance.randint(0, min(most, len(values))))

    addresses = [f"{number}@example.com" for number in range(6)]
    people = []
    for name in ("One", "Two"):
        mine = some(addresses)
        addresses = [address for address in addresses if address not in mine]
        fields = {
            "emails": mine,
            "phones": some(["030 1", "030 2", "030 3"]),
            "tags": some(["a", "A", "b"]),
            "company": chance.choice([None, "X", "Y"]),
            "notes": chance.choice([None, "N", "M"]),
            "owner_id": chance.choice([None, bob.user_id]),
            "keep_in_touch_days": chance.choice([None, 7, 30]),
        }
        person = new_contact(bob, name, **fields)
        people.append(person)
        for number in range(chance.randint(0, 4)):
            row = log(
                bob, person, ahead=True, start_datetime=at(days=chance.randint(-9, 9)), follow_up_needed=chance.random() < 0.5
            )
            if number == 0:
                do(interactions.delete, bob, row.uid)
        for _ in range(chance.randint(0, 2)):
            schedule(bob, person, scheduled_datetime=at(days=chance.randint(1, 9)))
    before = everything()
    choices = {name: chance.choice(["kept", "gone"]) for name in merges.FIELDS}
    _one, undo = do(merges.merge, bob, people[0].uid, people[1].uid, choices)
    do(merges.undo, bob, undo)
    assert everything() == before


def test_what_came_later_stays_and_what_went_elsewhere_stays_there(bob, two):
    kept, gone = two
    third = new_contact(bob, "Third")
    row = log(bob, gone)
    _one, undo = do(merges.merge, bob, kept.uid, gone.uid, {})
    later = log(bob, kept, title="Logged later")

    edit(bob, row.uid, contact_id=str(third.uid))
    do(merges.undo, bob, undo)
    assert interactions.get(bob, later.uid).contact_id == kept.id
    assert interactions.get(bob, row.uid).contact_id == third.id


def test_an_edited_contact_is_not_taken_apart(bob, two):
    kept, gone = two
    _one, undo = do(merges.merge, bob, kept.uid, gone.uid, {})
    edit_contact(bob, kept.uid, name="Edited")
    with pytest.raises(Conflict):
        do(merges.undo, bob, undo)
    assert contacts.get(bob, kept.uid).name == "Edited"
    assert contacts.find(bob).total == 1


def test_who_may_and_what_is_refused(alice, bob, vera, charlie, two):
    kept, gone = two
    hers, elsewhere = new_contact(alice, "Hers"), new_contact(charlie, "Elsewhere")
    for who, one, other in (
        (vera, kept, gone),
        (charlie, kept, gone),
        (bob, kept, hers),
        (bob, hers, kept),
        (bob, kept, elsewhere),
    ):
        with pytest.raises(Forbidden):
            do(merges.merge, who, one.uid, other.uid, {})
    assert set(refused(merges.merge, bob, kept.uid, kept.uid, {})) == {"gone"}
    assert set(refused(merges.merge, bob, kept.uid, gone.uid, {"name": "both"})) == {"name"}
    with pytest.raises(Stale):
        do(merges.merge, bob, kept.uid, gone.uid, {}, versions=(kept.version, gone.version + 1))
    _one, undo = do(merges.merge, bob, kept.uid, gone.uid, {})
    for who in (vera, charlie):
        with pytest.raises(Forbidden):
            do(merges.undo, who, undo)


def test_who_may_be_the_same(bob, charlie):
    ada = new_contact(bob, "Ada", phones=["030 1"])
    new_contact(bob, "ADÁ")
    new_contact(bob, "Switchboard", phones=["0301"])
    new_contact(bob, "Another")
    new_contact(charlie, "Ada")
    assert names(merges.duplicates(bob, ada)) == ["ADÁ", "Switchboard"]
