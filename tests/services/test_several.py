"""Changing several interactions at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from crm.errors import Forbidden
from crm.services import contacts, interactions, promises, several
from making import at, do, edit, log, new_contact, refused

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def grace(alice):
    return new_contact(alice, "Grace Hopper")


@pytest.fixture
def mixed(alice, bob, ada, grace):
    """Two of bob's, and one of alice's about her contact, which bob may not change."""
    return [
        log(bob, ada, title="First call", topics_discussed=["Pricing"]),
        log(bob, None, title="Second call"),
        log(alice, grace, title="Hers alone"),
    ]


def uids(rows):
    return [row.uid for row in rows]


def now(member, rows, field):
    return [getattr(interactions.get(member, row.uid), field) for row in rows]


def test_each_by_its_own_rules_and_a_report_of_the_rest(bob, mixed):
    outcome = do(several.edit, bob, uids(mixed), {"type": "coffee"})
    assert outcome.changed == 2
    assert [(one.title, one.reason[:21]) for one in outcome.refused] == [("Hers alone", "You can change what y")]
    assert now(bob, mixed, "type") == ["coffee", "coffee", "call"]


def test_every_field_that_can_be_set(alice, mixed, grace):
    for values, field, result in (
        ({"sentiment": "negative"}, "sentiment", ["negative"] * 3),
        ({"sentiment": None}, "sentiment", [None] * 3),
        ({"lead": "Dora"}, "lead", ["Dora"] * 3),
        ({"contact_id": grace.uid}, "contact_id", [grace.id] * 3),
        ({"add_topics": ["pricing", "Budget"]}, "topics_discussed", [["Pricing", "Budget"], *[["pricing", "Budget"]] * 2]),
    ):
        outcome = do(several.edit, alice, uids(mixed), values)
        assert (outcome.changed, outcome.same) == ((2, 1) if field == "contact_id" else (3, 0))
        assert now(alice, mixed, field) == result
    assert contacts.get(alice, grace.uid).last_interaction_at == mixed[0].start_datetime


def test_undoing_puts_back_what_was(alice, mixed, ada, grace):
    for values in ({"type": "lunch"}, {"contact_id": grace.uid}, {"add_topics": ["Budget"]}, {"lead": "Dora"}):
        before = [now(alice, mixed, field) for field in ("type", "contact_id", "topics_discussed", "lead")]
        lines = do(several.edit, alice, uids(mixed), values).lines
        assert do(several.take_back, alice, lines).refused == []
        assert [now(alice, mixed, field) for field in ("type", "contact_id", "topics_discussed", "lead")] == before


def test_what_somebody_changed_since_is_left_as_it_is(alice, bob, mixed):
    lines = do(several.edit, bob, uids(mixed[:2]), {"type": "lunch"}).lines
    edit(alice, mixed[0].uid, type="coffee")
    outcome = do(several.take_back, bob, lines)
    assert (outcome.changed, [one.title for one in outcome.refused]) == (1, ["First call"])
    assert now(bob, mixed[:2], "type") == ["coffee", "call"]


def test_deleting_and_undoing(alice, bob, ada, mixed):
    needs = log(bob, ada, title="Needs more", follow_up_needed=True)
    outcome = do(several.delete, bob, uids([*mixed, needs]))
    assert (outcome.changed, len(outcome.refused)) == (3, 1)
    assert interactions.find(bob).total == 1
    assert promises.of(bob, ada).ours == []
    assert do(several.take_back, bob, outcome.lines).changed == 3
    assert interactions.find(bob).total == 4
    assert len(promises.of(bob, ada).ours) == 1


def test_nobody_undoes_what_somebody_else_did(alice, bob, mixed):
    lines = do(several.edit, bob, uids(mixed), {"type": "lunch"}).lines
    assert do(several.take_back, alice, lines).changed == 0


def test_what_is_gone_is_reported(bob, mixed):
    do(interactions.delete, bob, mixed[0].uid)
    outcome = do(several.edit, bob, uids(mixed[:2]), {"type": "lunch"})
    assert (outcome.changed, [one.title for one in outcome.refused]) == (1, ["First call"])


def test_another_sites_rows_and_contacts(charlie, bob, mixed, ada):
    outcome = do(several.edit, charlie, uids(mixed), {"type": "lunch"})
    assert (outcome.changed, len(outcome.refused)) == (0, 3)
    assert {one.title for one in outcome.refused} == {"An interaction"}
    theirs = log(charlie, None, title="In the annex")
    assert "contact_id" in refused(several.edit, charlie, [theirs.uid], {"contact_id": ada.uid})
    assert do(several.delete, charlie, uids(mixed)).changed == 0
    assert now(bob, mixed, "type") == ["call"] * 3


def test_a_viewer_and_nonsense(vera, bob, mixed):
    for verb in (lambda: several.edit(vera, uids(mixed), {"type": "call"}), lambda: several.delete(vera, uids(mixed))):
        with pytest.raises(Forbidden):
            do(verb)
    assert "type" in refused(several.edit, bob, uids(mixed), {"type": "dance"})
    assert "lead" in refused(several.edit, bob, uids(mixed), {"lead": "x" * 201})


def test_a_planned_one_too(bob, ada):
    plan = log(bob, ada, start_datetime=at(days=3), ahead=True)
    assert do(several.edit, bob, [plan.uid], {"type": "lunch"}).changed == 1


def test_there_is_an_end_to_them(bob, mixed):
    assert "at most 500" in refused(several.delete, bob, [uuid4() for _ in range(501)])["row"]
