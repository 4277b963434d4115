"""Finding anything in a site by its text."""

from __future__ import annotations

import pytest

from crm.errors import Invalid
from crm.services import finding
from making import complete, edit_contact, edit_meeting, log, names, new_contact, refused, schedule

pytestmark = pytest.mark.usefixtures("clock")


def purposes(found):
    return [meeting.purpose for meeting in found.meetings]


def test_contacts_interactions_and_meetings_at_once(bob, ada):
    log(bob, ada, title="A long call")
    schedule(bob, ada, purpose="Kick-off")
    found = finding.everywhere(bob, "lovelace")
    assert (names(found.contacts), names(found.interactions), purposes(found)) == (
        ["Ada Lovelace"],
        ["A long call"],
        ["Kick-off"],
    )
    assert (found.total_contacts, found.total_interactions, found.total_meetings) == (1, 1, 1)
    assert finding.everywhere(bob, "lovelace nobody").is_empty


@pytest.mark.parametrize("text", ["cafe", "CAFÉ", "étoile", "budget", "uberblick", "Bring cake", "ada plan", "скидка"])
def test_every_text_of_a_meeting_whatever_its_accents(bob, ada, text):
    schedule(
        bob,
        ada,
        purpose="The plan: СКИДКА",
        location="Café Étoile",
        agenda_items=["Budget", "Überblick"],
        preparation_notes="Bring cake",
    )
    assert purposes(finding.everywhere(bob, text)) == ["The plan: СКИДКА"]


def test_the_outcome_of_a_meeting(bob, ada):
    meeting = schedule(bob, ada, purpose="Kick-off", scheduled_datetime="2026-03-01T10:00:00Z")
    complete(bob, meeting.uid, outcomes="They want a discount", next_steps="Ask legal", topics_covered=["Prices"])
    for text in ("discount", "legal", "prices"):
        assert purposes(finding.everywhere(bob, text)) == ["Kick-off"]


def test_what_is_corrected_is_found_as_it_is_now(bob, ada):
    meeting = schedule(bob, ada, purpose="Kick-off", agenda_items=["Pricing"])
    edit_meeting(bob, meeting.uid, purpose="Review", agenda_items=["Hiring"])
    assert finding.everywhere(bob, "kick-off").is_empty
    assert finding.everywhere(bob, "pricing").is_empty
    assert purposes(finding.everywhere(bob, "hiring")) == ["Review"]
    edit_contact(bob, ada.uid, name="Grace Hopper")
    assert finding.everywhere(bob, "lovelace").is_empty
    assert purposes(finding.everywhere(bob, "hopper hiring")) == ["Review"]


def test_signs_are_no_patterns(bob, ada):
    schedule(bob, ada, purpose="100% of it")
    schedule(bob, ada, purpose="Nothing of it")
    assert purposes(finding.everywhere(bob, "0%")) == ["100% of it"]
    assert finding.everywhere(bob, "_").is_empty


def test_few_of_many(bob):
    for number in range(5):
        ada = new_contact(bob, f"Ada {number}")
        log(bob, ada)
        schedule(bob, ada)
    found = finding.everywhere(bob, "ada", limit=2)
    assert [len(part) for part in (found.contacts, found.interactions, found.meetings)] == [2, 2, 2]
    assert (found.total_contacts, found.total_interactions, found.total_meetings) == (5, 5, 5)


def test_nothing_asked_is_nothing_found(bob, ada):
    assert finding.everywhere(bob, "  ").is_empty


def test_another_sites_is_not_found(charlie, bob, ada):
    log(bob, ada)
    schedule(bob, ada)
    assert finding.everywhere(charlie, "ada").is_empty


def test_what_cannot_be_searched_for(bob):
    assert refused(finding.everywhere, bob, "x" * 501) == {"q": "must have at most 500 characters"}
    with pytest.raises(Invalid):
        finding.everywhere(bob, "\x00")
