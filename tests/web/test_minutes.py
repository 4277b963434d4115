"""Completing a meeting: held, missed, moved; and its minutes afterwards."""

from __future__ import annotations

import re

import pytest

from making import at
from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def meeting(rows, ada):
    """One that began an hour ago."""
    return rows.meeting(ada, purpose="Quarterly review", scheduled_datetime=at(hours=-1), agenda_items=["Pricing"])


def completed(bob, meeting, world):
    outcome = {
        "took_place": "held",
        "topics": ["Pricing"],
        "outcomes": "They take it.",
        "action_title": ["Send the contract"],
        "action_owner": [str(world.alice.id)],
        "action_due": ["2026-03-06"],
        "attendees": ["Ada Lovelace", "Bob"],
        "relationship_impact": "stronger",
    }
    return bob.post(f"/meetings/{meeting}/complete", outcome)


def fields_of(page):
    """What a browser would send back."""
    version = re.search(r'name="version"[^>]*value="(\d+)"', page.text)[1]
    return {"version": version, "outcomes": "They take it.", "topics": ["Pricing"], "attendees": ["Ada Lovelace", "Bob"]}


def version_in(answer):
    return re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]


@pytest.mark.parametrize("htmx", [False, True])
def test_nobody_came(bob, ada, meeting, htmx):
    assert "Nobody came" in text_of(bob.get(f"/meetings/{meeting}/complete"))
    answer = bob.post(f"/meetings/{meeting}/complete", {"took_place": "no-show"}, htmx=htmx)
    page = answer if htmx else bob.follow(answer)
    assert "Noted: nobody came." in text_of(page)
    assert f'href="/meetings/new?contact={ada}&amp;again={meeting}"' in page.text
    assert "Nobody came" in text_of(bob.get("/meetings?show=cancelled"))
    assert titles(bob.get(f"/contacts/{ada}")) == []
    assert "The meeting is on again" in text_of(bob.follow(bob.undo(page)))


def test_another_one_is_about_the_same(bob, ada, meeting):
    form = bob.get(f"/meetings/new?contact={ada}&again={meeting}&at=2026-04-01T09:30").text
    for value in ("Quarterly review", "Pricing", "2026-04-01T09:30"):
        assert f'value="{value}"' in form, value
    assert 'value="2026-03-03T10:00"' in bob.get(f"/meetings/new?contact={ada}&at=whenever").text


@pytest.mark.parametrize("htmx", [False, True])
def test_moved(bob, meeting, htmx):
    body = {"took_place": "moved", "moved_to": "2026-03-10T09:00", "outcomes": "not sent along"}
    answer = bob.post(f"/meetings/{meeting}/complete", body, htmx=htmx)
    page = answer if htmx else bob.follow(answer)
    assert "Moved to Tue 10 Mar, 09:00." in text_of(page)
    assert "Moved to Mon 2 Mar, 12:00." in text_of(bob.follow(bob.undo(page)))
    refused = bob.post(f"/meetings/{meeting}/complete", body | {"moved_to": "soon"}, htmx=htmx)
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text


def test_a_move_that_somebody_was_faster_with(bob, meeting):
    answer = bob.post(f"/meetings/{meeting}/move", {"scheduled_datetime": "2026-03-10T09:00", "version": "0"}, htmx=True)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "Somebody changed this" in text_of(answer)
    page = bob.follow(bob.post(f"/meetings/{meeting}/move", {"scheduled_datetime": ""}))
    assert "Time is required." in text_of(page)


def test_who_completes_does_not_move_it_over_another_move(bob, meeting):
    opened = version_in(bob.get(f"/meetings/{meeting}/complete"))
    bob.post(f"/meetings/{meeting}/move", {"scheduled_datetime": "2026-03-12T15:00", "version": opened})
    body = {"took_place": "moved", "moved_to": "2026-03-10T09:00"}
    refused = bob.post(f"/meetings/{meeting}/complete", body | {"version": opened}, htmx=True)
    assert refused.status_code == 422
    assert "Somebody changed this" in text_of(refused)
    assert "Thu 12 Mar, 15:00" in text_of(refused)
    again = bob.post(f"/meetings/{meeting}/complete", body | {"version": version_in(refused)}, htmx=True)
    assert "Moved to Tue 10 Mar, 09:00." in text_of(again)


def test_one_that_is_still_to_come_cannot_have_been_missed(bob, rows, ada):
    ahead = rows.meeting(ada)
    assert "Nobody came" not in text_of(bob.get(f"/meetings/{ahead}/complete"))
    assert bob.post(f"/meetings/{ahead}/missed").status_code == 422


def test_completing_is_undone(bob, ada, meeting, world):
    page = bob.follow(completed(bob, meeting, world))
    assert titles(bob.get(f"/contacts/{ada}")) == ["Quarterly review"]
    back = bob.follow(bob.undo(page))
    assert "The meeting is open again, and off the timeline" in text_of(back)
    contact = bob.get(f"/contacts/{ada}")
    assert titles(contact) == []
    assert "Send the contract" not in text_of(contact)
    form = bob.get(f"/meetings/{meeting}/complete").text
    assert "They take it." in form
    assert 'value="Send the contract"' in form
    assert 'value="2026-03-06"' in form
    assert 'value="stronger" checked' in form


def test_completing_is_not_undone_over_somebodys_work(bob, rows, meeting, world):
    page = bob.follow(completed(bob, meeting, world))
    follow_up = re.search(r'id="follow-up-([0-9a-f-]+)"', page.text)[1]
    bob.post(f"/follow-ups/{follow_up}/done")
    answer = bob.post(f"/meetings/{meeting}/reopen")
    assert answer.status_code == 409
    assert "Correct its minutes instead" in text_of(answer)


def test_undo_leaves_what_somebody_has_made_of_the_minutes_since(bob, browse, ada, meeting, world):
    page = bob.follow(completed(bob, meeting, world))
    alice = browse("alice")
    body = fields_of(alice.get(f"/meetings/{meeting}/minutes")) | {"outcomes": "They take two."}
    alice.post(f"/meetings/{meeting}/minutes", body)
    late = bob.undo(page)
    assert late.status_code == 409
    assert "This meeting has been changed since." in text_of(late)
    assert titles(bob.get(f"/contacts/{ada}")) == ["Quarterly review"]
    assert "They take two." in text_of(bob.get(f"/meetings/{meeting}"))


def test_points_are_ticked_off_in_the_order_of_the_agenda(bob, rows, ada):
    points = ["Pricing", "A point, with a comma, that is far too long for a chip " * 3, "Hiring"]
    meeting = rows.meeting(ada, scheduled_datetime=at(hours=-1), agenda_items=points)
    rows.completed(meeting, topics_covered=["Parking", "Hiring"])
    form = bob.get(f"/meetings/{meeting}/minutes").text
    ticks = re.findall(r'name="topics" value="([^"]*)"( checked)?', form)
    assert ticks == [("Pricing", ""), (points[1].strip(), ""), ("Hiring", " checked"), ("Parking", " checked")]


@pytest.mark.parametrize("htmx", [False, True])
def test_minutes_are_corrected(bob, ada, meeting, world, htmx):
    completed(bob, meeting, world)
    form = bob.get(f"/meetings/{meeting}/minutes", htmx=htmx)
    assert "They take it." in form.text
    assert 'value="stronger" checked' in form.text
    body = fields_of(form) | {
        "outcomes": "They take two.",
        "attendees-new": "Charles",
        "action_title": ["Send the second contract"],
        "action_owner": [str(world.bob.id)],
        "action_due": [""],
    }
    answer = bob.post(f"/meetings/{meeting}/minutes", body, htmx=htmx)
    page = answer if htmx else bob.follow(answer)
    for words in ("The minutes are saved", "They take two.", "Bob, Charles", "Send the contract", "Send the second contract"):
        assert words in text_of(page), words
    assert "They take two." in text_of(bob.get(f"/contacts/{ada}"))
    assert "corrected the minutes" in text_of(bob.get(f"/meetings/{meeting}/history"))
    stale = bob.post(f"/meetings/{meeting}/minutes", body | {"outcomes": "Mine"}, htmx=htmx)
    assert stale.status_code == 422
    assert "While you were editing, Bob changed this" in text_of(stale)
    assert "Mine" in stale.text


def test_minutes_of_others(bob, browse, rows, vera):
    hers = rows.contact("Grace Hopper", by="alice")
    meeting = rows.meeting(hers, by="alice", scheduled_datetime=at(hours=-1))
    assert bob.get(f"/meetings/{meeting}/minutes").status_code == 403
    rows.completed(meeting, by="alice")
    for reader in (bob, vera):
        assert "Edit the minutes" not in reader.get(f"/meetings/{meeting}").text
        assert reader.get(f"/meetings/{meeting}/minutes").status_code == 403
    assert "Edit the minutes" in browse("alice").get(f"/meetings/{meeting}").text


def test_a_programs_own_words_for_the_relationship_stay(bob, rows, meeting):
    rows.completed(meeting, relationship_impact="Much closer")
    form = bob.get(f"/meetings/{meeting}/minutes")
    assert 'value="Much closer" checked' in form.text


def test_people_are_suggested(bob, rows, ada, charlie):
    rows.contact("Adam Smith", company="Wealth")
    answer = bob.get("/meetings/people?attendees-new=Grace, ada", htmx=True)
    assert re.findall(r'<option value="([^"]+)"', answer.text) == ["Ada Lovelace", "Adam Smith"]
    assert "option" not in bob.get("/meetings/people?attendees-new=", htmx=True).text
    assert "option" not in charlie.get("/meetings/people?attendees-new=ada", htmx=True).text
