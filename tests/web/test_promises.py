"""Promises of both sides, and the cadence, on the page of a contact."""

from __future__ import annotations

import re

import pytest

from making import at
from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


def section(page, key):
    found = re.search(rf'aria-labelledby="h-{key}">(.*?)</section>', page.text, re.DOTALL)
    return re.findall(r'todo-title">(?:<span[^>]*>)?([^<]+)<', found[1]) if found else []


def owed(page):
    return section(page, "ours"), section(page, "theirs")


def test_what_they_promise_is_logged_with_the_talk_and_goes_with_it(bob, ada):
    page = bob.follow(
        bob.post(
            f"/contacts/{ada}/interactions",
            {
                "type": "call",
                "when": "now",
                "follow_up_needed": "y",
                "follow_up_notes": "Send the offer",
                "they_owe": "Sign the contract",
                "they_owe_due": "2026-03-06",
            },
        )
    )
    assert owed(page) == (["Send the offer"], ["Sign the contract"])
    undone = bob.follow(bob.undo(page))
    assert titles(undone) == []
    assert owed(undone) == ([], [])


def test_a_promise_opens_where_it_stands(bob, vera, rows, ada):
    promise = rows.follow_up("Send the offer", contact_id=ada)
    page = bob.get(f"/contacts/{ada}")
    assert re.search(
        rf'<a href="/follow-ups/{promise}/edit" hx-get="/follow-ups/{promise}/edit"[^>]*>Send the offer</a>', page.text
    )
    assert owed(page) == (["Send the offer"], [])
    assert f"/follow-ups/{promise}/edit" not in vera.get(f"/contacts/{ada}").text
    assert "Send the offer" in text_of(vera.get(f"/contacts/{ada}"))


def test_a_refused_talk_makes_no_promise(bob, ada):
    typed = {"type": "call", "when": "now", "title": "abc", "they_owe": "Sign the contract"}
    answer = bob.post(f"/contacts/{ada}/interactions", typed, htmx=True)
    assert answer.status_code == 422
    assert 'value="Sign the contract"' in answer.text
    long = bob.post(f"/contacts/{ada}/interactions", {"type": "call", "when": "now", "they_owe": "x" * 501})
    assert long.status_code == 422
    assert "must have at most 500 characters" in text_of(long)
    assert owed(bob.get(f"/contacts/{ada}")) == ([], [])
    assert titles(bob.get(f"/contacts/{ada}")) == []


def test_a_promise_of_theirs_is_planned_and_closed(bob, vera, ada):
    page = bob.follow(
        bob.post(f"/follow-ups/for/{ada}", {"title": "Name a reference", "owed_by": "theirs", "due_on": "2026-03-06"})
    )
    assert owed(page) == ([], ["Name a reference"])
    assert owed(vera.get(f"/contacts/{ada}")) == ([], ["Name a reference"])
    assert "they owe it" in text_of(bob.get("/follow-ups"))
    done = re.search(r'action="(/follow-ups/[^"]+/done)"', page.text)[1]
    bob.post(done)
    assert owed(bob.get(f"/contacts/{ada}")) == ([], [])


def test_undoing_needs_the_right(vera, charlie, rows, ada):
    row, promise = rows.log(ada), rows.follow_up(contact_id=ada, owed_by="theirs")
    for who in (vera, charlie):
        assert who.post(f"/interactions/{row}/unlog", {"promise": str(promise)}).status_code == 403


def test_the_timeline_by_words_mood_and_person(bob, rows, ada):
    rows.log(ada, title="About Pricing", sentiment="positive", start_datetime=at(days=-1))
    rows.log(ada, by="alice", title="Another call", notes="The price again", sentiment="negative", start_datetime=at(days=-2))
    rows.log(ada, title="Ahead of us", start_datetime=at(days=2))
    for query, found in {
        "text=pric": ["About Pricing", "Another call"],
        "text=PRICE+again": ["Another call"],
        "mood=positive": ["About Pricing"],
        "lead=Alice": ["Another call"],
        "lead=Alice&mood=positive": [],
        "text=pric&type=call&mood=negative": ["Another call"],
        "mood=nonsense": ["Ahead of us", "About Pricing", "Another call"],
    }.items():
        assert titles(bob.get(f"/contacts/{ada}?{query}")) == found, query
    assert "Nothing matches" in text_of(bob.get(f"/contacts/{ada}?lead=Alice&mood=positive"))
    part = bob.get(f"/contacts/{ada}/timeline?text=pric", htmx=True)
    assert "type=coffee&amp;text=pric" in part.text


def test_what_counts_as_a_talk_is_chosen_on_the_form(bob, rows, clock):
    ada = rows.contact(keep_in_touch_days=7)
    rows.log(ada, type="email", start_datetime=at(days=-1))
    form = bob.get(f"/contacts/{ada}/edit")
    version = re.search(r'name="version"[^>]*value="(\d+)"', form.text)[1]
    fields = {"name": "Ada", "keep_in_touch_days": "7", "cadence_types": ["coffee", "lunch"], "cadence_by_owner": "y"}
    bob.post(f"/contacts/{ada}/edit", fields | {"version": version})
    clock.move_to(at(days=9))
    head = text_of(bob.get(f"/contacts/{ada}/head", htmx=True))
    assert "2 days over" in head
    assert "counting Coffee, Lunch led by the owner" in head
    assert "last that counts: never" in head
    again = bob.get(f"/contacts/{ada}/edit").text
    assert re.findall(r'name="cadence_types" value="(\w+)" checked', again) == ["coffee", "lunch"]


def test_the_mood_has_words(bob, rows, ada):
    for number, mood in enumerate(("positive", "positive", "negative")):
        rows.log(ada, sentiment=mood, start_datetime=at(days=-number - 1))
    page = bob.get(f"/contacts/{ada}")
    assert 'aria-label="Mood of the last 3 talks: 2 good, 1 difficult. The last: good."' in page.text
