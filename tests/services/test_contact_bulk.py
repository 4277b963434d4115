"""Many contacts at once."""

from __future__ import annotations

import pytest

from crm.errors import Conflict, Forbidden
from crm.services import contact_bulk, contacts, events
from crm.services.contact_filters import Asked, Chosen
from making import do, edit_contact, new_contact, refused


def tags_of(member, *made):
    return [contacts.get(member, contact.uid).tags for contact in made]


@pytest.fixture
def people(bob):
    return [new_contact(bob, name, tags=tags) for name, tags in (("Ada", ["vip"]), ("Bo", []), ("Cy", ["VIP", "press"]))]


def test_tagging_adds_what_is_not_there_and_can_be_taken_back(bob, people):
    outcome = do(contact_bulk.tag, bob, Chosen(tuple(one.uid for one in people)), ["vip", " new one ", ""])
    assert (outcome.changed, outcome.same, outcome.refused) == (3, 0, 0)
    assert tags_of(bob, *people) == [["vip", "new one"], ["vip", "new one"], ["VIP", "press", "new one"]]
    assert contacts.find(bob, search="new one").total == 3
    assert contacts.tags(bob) == [("new one", 3), ("vip", 2), ("VIP", 1), ("press", 1)]
    edit_contact(bob, people[1].uid, tags=["changed since"])
    assert do(contact_bulk.undo, bob, outcome.undo).changed == 2
    assert tags_of(bob, *people) == [["vip"], ["changed since"], ["VIP", "press"]]
    assert contacts.find(bob, search="new one").total == 0
    with pytest.raises(Conflict):
        do(contact_bulk.undo, bob, outcome.undo)


def test_taking_tags_away(bob, people):
    outcome = do(contact_bulk.untag, bob, Chosen(all=Asked()), ["Vip"])
    assert (outcome.changed, outcome.same) == (2, 1)
    assert tags_of(bob, *people) == [[], [], ["press"]]
    (line, _created) = events.history(bob, contacts.get(bob, people[0].uid))
    assert line.fields == {"tags": [["vip"], []]}


def test_giving_to_a_colleague(bob, alice, charlie, people):
    outcome = do(contact_bulk.assign, bob, Chosen(all=Asked(tags=("vip",))), alice.user_id)
    assert outcome.changed == 1
    assert contacts.get(bob, people[0].uid).owner_id == alice.user_id
    assert set(refused(contact_bulk.assign, bob, Chosen(all=Asked()), charlie.user_id)) == {"owner_id"}


def test_what_is_not_theirs_is_left_alone(alice, bob, vera, charlie, people):
    hers = new_contact(alice, "Grace")
    outcome = do(contact_bulk.tag, bob, Chosen(all=Asked()), ["x"])
    assert (outcome.changed, outcome.refused) == (3, 1)
    assert tags_of(alice, hers) == [[]]
    with pytest.raises(Forbidden):
        do(contact_bulk.tag, vera, Chosen(all=Asked()), ["y"])
    assert do(contact_bulk.tag, charlie, Chosen((hers.uid, people[0].uid)), ["z"]).changed == 0
    with pytest.raises(Forbidden):
        do(contact_bulk.undo, charlie, outcome.undo)
    with pytest.raises(Forbidden):
        do(contact_bulk.undo, vera, outcome.undo)
    assert set(refused(contact_bulk.tag, bob, Chosen(all=Asked()), [" "])) == {"tags"}
