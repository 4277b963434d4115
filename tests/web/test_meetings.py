"""Meetings: scheduling, moving, cancelling, completing."""

from __future__ import annotations

import re
from html import unescape

import pytest

from making import at
from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def meeting(rows, ada):
    """One that began an hour ago."""
    return rows.meeting(
        ada,
        purpose="Quarterly review",
        scheduled_datetime=at(hours=-1),
        duration=45,
        agenda_items=["Pricing", "Roadmap", "Hiring"],
    )


def test_scheduling(bob, ada):
    page = bob.get("/meetings/new")
    assert f'href="/meetings/new?contact={ada}"' in page.text
    form = bob.get(f"/meetings/new?contact={ada}").text
    assert "Europe/Berlin time" in form
    assert 'value="2026-03-03T10:00"' in form
    body = {
        "purpose": "Kick-off",
        "scheduled_datetime": "2026-03-10T15:00",
        "length": "",
        "duration": "50",
        "location": "Room Elbe",
        "agenda_items": ["First", "", "Second"],
        "preparation_notes": "Bring cake",
    }
    page = bob.follow(bob.post(f"/meetings/new?contact={ada}", body))
    text = text_of(page)
    for words in (
        "Scheduled with Ada Lovelace",
        "Kick-off",
        "Tue 10 Mar, 15:00",
        "50 min",
        "Room Elbe",
        "First Second",
        "Bring cake",
    ):
        assert words in text, words
    gone = bob.undo(page)
    assert gone.location == f"/contacts/{ada}"
    assert "No meeting is scheduled" in text_of(bob.get("/meetings"))


def test_a_refused_meeting_keeps_what_was_typed(bob, ada):
    typed = {"purpose": "Keep me", "scheduled_datetime": "", "duration": "0", "agenda_items": ["Keep me too", ""]}
    for htmx in (False, True):
        answer = bob.post(f"/meetings/new?contact={ada}", typed, htmx=htmx)
        assert answer.status_code == 422
        assert "Time is required." in text_of(answer)
        assert "Minutes must be greater than 0." in text_of(answer)
        assert 'value="Keep me"' in answer.text
        assert 'value="Keep me too"' in answer.text


def test_the_lists(bob, rows, ada, meeting):
    rows.meeting(ada, purpose="Ahead")
    rows.completed(rows.meeting(ada, purpose="Over and done", scheduled_datetime=at(days=-2)))
    bob.post(f"/meetings/{rows.meeting(ada, purpose='Called off')}/cancel")
    shown = {
        show: text_of(bob.get(f"/meetings?show={show}"))
        for show in ("upcoming", "unfinished", "completed", "cancelled", "nonsense")
    }
    purposes = {"upcoming": "Ahead", "unfinished": "Quarterly review", "completed": "Over and done", "cancelled": "Called off"}
    for show, purpose in purposes.items():
        assert purpose in shown[show]
        assert not any(other in shown[show] for other in purposes.values() if other != purpose)
    assert "Ahead" in shown["nonsense"]


def purposes(page):
    """What the list shows, from the top."""
    return re.findall(r'class="quiet truncate sub">([^<·]+?)(?: ·[^<]*)?<', page.text)


def test_finding_one_in_the_list(bob, rows, ada, meeting):
    grace = rows.contact("Grace Hopper", by="alice")
    rows.meeting(ada, purpose="Kick-off", agenda_items=["Señal"], location="Elbe")
    rows.meeting(grace, by="alice", purpose="Compilers", preparation_notes="Bring the offer")
    rows.meeting(grace, by="bob", purpose="Nanoseconds", scheduled_datetime=at(days=2))
    assert purposes(bob.get("/meetings")) == ["Kick-off", "Compilers", "Nanoseconds"]
    for asked, found in {
        "grace": ["Compilers", "Nanoseconds"],
        "GRÁCE offer": ["Compilers"],
        "senal": ["Kick-off"],
        "elbe kick": ["Kick-off"],
        "nobody": [],
        "100%": [],
    }.items():
        assert purposes(bob.get("/meetings", query_string={"q": asked}, htmx=True)) == found, asked
    assert purposes(bob.get("/meetings?whose=mine")) == ["Kick-off", "Nanoseconds"]
    assert purposes(bob.get("/meetings?whose=mine&q=grace")) == ["Nanoseconds"]
    assert "No meeting here has “nobody” in it" in text_of(bob.get("/meetings?q=nobody"))
    assert "None of yours" in text_of(bob.get("/meetings?whose=mine&show=cancelled"))
    kept = unescape(bob.get("/meetings?whose=mine&q=grace").text)
    for link in (
        "/meetings?show=completed&q=grace&whose=mine",
        "/meetings?show=upcoming&q=grace",
        "/meetings/calendar?view=month&whose=mine",
    ):
        assert f'href="{link}"' in kept, link
    assert bob.get("/meetings", query_string={"q": "x" * 2000}).status_code == 422


def test_the_list_says_how_many_wait(bob, charlie, rows, ada, meeting):
    rows.meeting(ada, scheduled_datetime=at(days=-3))
    assert "Upcoming To complete 2 Completed Cancelled" in text_of(bob.get("/meetings"))
    assert "To complete Completed" in text_of(charlie.get("/meetings"))


def test_an_empty_list_says_what_belongs_there(bob, vera):
    assert "Schedule the first" in text_of(bob.get("/meetings"))
    assert "Schedule" not in text_of(vera.get("/meetings"))
    words = {"unfinished": "Nothing to complete", "completed": "No minutes yet", "cancelled": "None was cancelled"}
    for show, said in words.items():
        assert said in text_of(vera.get(f"/meetings?show={show}"))


def test_before_it_the_page_prepares(bob, rows, ada):
    rows.log(ada, title="The last call", notes="They wait for the offer")
    meeting = rows.meeting(ada, preparation_notes="Bring cake", location="https://meet.example/x")
    text = text_of(bob.get(f"/meetings/{meeting}"))
    assert "Meeting with Ada Lovelace" in text
    assert "Bring cake" in text
    assert "The last call 1 h ago They wait for the offer" in text
    assert 'href="https://meet.example/x"' in bob.get(f"/meetings/{meeting}").text


def test_moving(bob, rows, ada):
    meeting = rows.meeting(ada, purpose="Kick-off")
    version = re.search(r'name="version"[^>]*value="(\d+)"', bob.get(f"/meetings/{meeting}/edit").text)[1]
    body = {"version": version, "purpose": "Kick-off", "scheduled_datetime": "2026-04-01T09:00"}
    assert "Wed 1 Apr, 09:00" in text_of(bob.follow(bob.post(f"/meetings/{meeting}/edit", body)))
    history = bob.get(f"/meetings/{meeting}/history")
    assert "moved this" in text_of(history)
    assert "<title>History of Kick-off" in history.text
    stale = bob.post(f"/meetings/{meeting}/edit", body | {"purpose": "Mine"})
    assert stale.status_code == 422
    assert "While you were editing, Bob changed this" in text_of(stale)


def test_cancelling_and_undoing(bob, rows, ada):
    meeting = rows.meeting(ada)
    page = bob.follow(bob.post(f"/meetings/{meeting}/cancel"))
    assert "The meeting is cancelled" in text_of(page)
    assert "Hold it after all" in text_of(page)
    assert "The meeting is on again" in text_of(bob.follow(bob.undo(page)))
    in_place = bob.post(f"/meetings/{meeting}/cancel", htmx=True)
    assert in_place.text.lstrip().startswith('<div id="meeting"')


def test_deleting_and_undoing(bob, rows, ada):
    meeting = rows.meeting(ada, purpose="Kick-off")
    page = bob.follow(bob.post(f"/meetings/{meeting}/delete"))
    assert titles(page) == []
    assert "Kick-off" in text_of(bob.follow(bob.undo(page)))


def test_the_form_for_completing_is_nearly_filled_in(bob, meeting):
    page = bob.get(f"/meetings/{meeting}/complete")
    for item in ("Pricing", "Roadmap", "Hiring"):
        assert f'name="topics" value="{item}" checked' in page.text
    for person, there in {"Ada Lovelace": True, "Bob": True, "Alice": False}.items():
        assert (f'name="attendees" value="{person}" checked' in page.text) is there
    assert 'value="2026-03-02T12:00"' in page.text
    assert 'name="length" value="45" checked' in page.text
    assert bob.get(f"/meetings/{meeting}/complete", htmx=True).text.lstrip().startswith('<div id="meeting"')


def outcome(world):
    return {
        "topics": ["Pricing", "Roadmap"],
        "topics-new": "Parking",
        "outcomes": "They take it.",
        "action_title": ["Send the contract", "", "Book the room"],
        "action_owner": [str(world.alice.id), str(world.bob.id), str(world.bob.id)],
        "action_due": ["2026-03-06", "", ""],
        "next_steps": "Sign in April",
        "actual_date": "2026-03-02T12:05",
        "duration": "50",
        "attendees": ["Ada Lovelace", "Bob"],
        "attendees-new": "Charles",
        "relationship_impact": "stronger",
    }


@pytest.mark.parametrize("htmx", [False, True])
def test_completing(bob, rows, ada, meeting, world, htmx):
    answer = bob.post(f"/meetings/{meeting}/complete", outcome(world), htmx=htmx)
    page = answer if htmx else bob.follow(answer)
    text = text_of(page)
    for words in (
        "The meeting is completed",
        "Mon 2 Mar, 12:05",
        "Completed by Bob",
        "Ada Lovelace, Bob, Charles",
        "They take it.",
        "Sign in April",
        "Stronger",
        "Send the contract Fri 6 Mar Alice",
        "Book the room Mon 9 Mar Bob",
    ):
        assert words in text, words
    assert re.search(r'class="left-open">.*?Hiring', page.text, re.DOTALL)
    assert 'class="left-open">' in page.text
    contact = bob.get(f"/contacts/{ada}")
    assert titles(contact) == ["Quarterly review"]
    assert "Pricing Roadmap Parking" in text_of(contact)


def test_a_refused_outcome_keeps_what_was_typed(bob, meeting, world):
    typed = outcome(world) | {
        "actual_date": "2026-03-03T12:00",
        "action_title": ["X" * 501],
        "action_owner": [""],
        "action_due": [""],
    }
    answer = bob.post(f"/meetings/{meeting}/complete", typed)
    assert answer.status_code == 422
    assert "must have at most 500 characters" in text_of(answer)
    typed["action_title"] = ["Send the contract"]
    answer = bob.post(f"/meetings/{meeting}/complete", typed, htmx=True)
    assert "Held cannot be in the future." in text_of(answer)
    for value in ("They take it.", "Send the contract", "Sign in April", "Parking", "Charles", 'value="stronger" checked'):
        assert value in answer.text, value
    assert 'value="Hiring" checked' not in answer.text
    assert "Complete the meeting" in text_of(bob.get(f"/meetings/{meeting}/complete"))


def test_somebody_else_completed_it_first(bob, browse, meeting, world):
    assert browse("alice").post(f"/meetings/{meeting}/complete", outcome(world)).status_code == 303
    assert bob.get(f"/meetings/{meeting}/complete").location == f"/meetings/{meeting}"
    page = bob.post(f"/meetings/{meeting}/complete", outcome(world))
    assert page.status_code == 409
    assert "already completed by Alice on 2 March 2026 at 13:00" in text_of(page)
    assert f'href="/meetings/{meeting}"' in page.text
    toast = bob.post(
        f"/meetings/{meeting}/complete",
        outcome(world),
        htmx=True,
        headers={"HX-Current-URL": f"http://localhost/meetings/{meeting}"},
    )
    assert (toast.status_code, toast.headers["HX-Reswap"]) == (409, "none")
    assert "already completed by Alice" in text_of(toast)
    assert f'href="/meetings/{meeting}"' in toast.text


def test_a_completed_meeting_cannot_be_moved_but_edited(bob, rows, meeting, world):
    bob.post(f"/meetings/{meeting}/complete", outcome(world))
    body = {"version": "", "purpose": "Quarterly review", "scheduled_datetime": "2026-03-20T12:00"}
    assert "It cannot be moved" in text_of(bob.post(f"/meetings/{meeting}/edit", body))
    body["scheduled_datetime"] = "2026-03-02T12:00"
    assert bob.post(f"/meetings/{meeting}/edit", body | {"preparation_notes": "Later thought"}).status_code == 303
