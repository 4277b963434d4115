"""Finding as one types."""

from __future__ import annotations

import pytest

from crm.errors import Invalid
from crm.models import Contact
from crm.services import contacts, lookup, meetings
from crm.services.members import Member
from making import at, do, log, names, new_contact, schedule

pytestmark = pytest.mark.usefixtures("clock")


def test_those_talked_to_last_come_unasked(bob: Member, charlie: Member) -> None:
    for name, days in (("Ada", 3), ("Grace", 1), ("Emmy", 2)):
        log(bob, new_contact(bob, name), start_datetime=at(days=-days))
    new_contact(bob, "Never talked to")
    log(charlie, new_contact(charlie, "Elsewhere"))
    assert names(lookup.contacts(bob, "")) == ["Grace", "Emmy", "Ada"]
    assert names(lookup.contacts(bob, " ", limit=1)) == ["Grace"]


def test_names_that_begin_so_come_first(bob: Member) -> None:
    log(bob, new_contact(bob, "Mary Adams"))
    new_contact(bob, "Ádá Lovelace")
    new_contact(bob, "Grace Hopper", company="Adamant", emails=["g@example.com"])
    assert names(lookup.contacts(bob, "ada")) == ["Ádá Lovelace", "Mary Adams", "Grace Hopper"]
    assert names(lookup.contacts(bob, "hopper ADAM")) == ["Grace Hopper"]
    assert names(lookup.contacts(bob, "100%")) == []


def test_meetings_by_purpose_or_name(bob: Member, charlie: Member, ada: Contact) -> None:
    grace = new_contact(bob, "Grace Hopper")
    schedule(bob, ada, purpose="Quarterly review", scheduled_datetime=at(days=2))
    schedule(bob, grace, purpose="Review of the compiler", scheduled_datetime=at(days=5))
    gone = schedule(bob, grace, purpose="Review of nothing")
    do(lambda: meetings.cancel(bob, gone.uid))
    schedule(charlie, new_contact(charlie, "Grace"), purpose="Review")
    found = lookup.meetings(bob, "review")
    assert [meeting.purpose for meeting in found] == ["Review of the compiler", "Quarterly review"]
    assert [meeting.contact.name for meeting in lookup.meetings(bob, "grace rev")] == ["Grace Hopper"]
    assert lookup.meetings(bob, " ") == []


def test_interactions_by_any_text(bob: Member, ada: Contact) -> None:
    log(bob, ada, title="About pricing", notes="They wait for the offer.")
    assert names(lookup.interactions(bob, "wait lovelace")) == ["About pricing"]
    assert lookup.interactions(bob, "wa it") == []  # too short for the index
    assert lookup.interactions(bob, "") == []


def test_what_was_deleted_is_not_found(bob: Member, ada: Contact) -> None:
    log(bob, ada, title="About pricing")
    schedule(bob, ada)
    do(lambda: contacts.delete(bob, ada.uid))
    assert [look(bob, "lovelace") for look in (lookup.contacts, lookup.interactions, lookup.meetings)] == [[], [], []]


@pytest.mark.parametrize("look", [lookup.contacts, lookup.interactions, lookup.meetings])
def test_what_no_row_can_have_in_it(bob: Member, look) -> None:
    with pytest.raises(Invalid):
        look(bob, "x\x00")
    with pytest.raises(Invalid):
        look(bob, "x" * 501)
