"""Logging, editing in place, deleting, history."""

from __future__ import annotations

import json
import re

import pytest

from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


JUST_ENDED = {"type": "call", "when": "now", "length": "30"}


def test_logging_a_call_that_just_ended(bob, ada):
    page = bob.follow(bob.post(f"/contacts/{ada}/interactions", JUST_ENDED))
    text = text_of(page)
    assert "Logged: Call with Ada Lovelace." in text
    assert titles(page) == ["Call with Ada Lovelace"]
    assert "Today, 12:30" in text  # it ended at 13:00 in Berlin
    assert "Bob 30 min" in text


def test_logging_everything(bob, ada):
    body = {
        "type": "coffee",
        "when": "at",
        "at": "2026-02-27T09:15",
        "length": "",
        "duration": "25",
        "title": "Coffee in the sun",
        "topics": ["pricing", "roadmap"],
        "topics-new": "hiring,  pricing",
        "notes": "Went well",
        "sentiment": "positive",
        "lead": "Alice",
        "location": "Café",
        "follow_up_needed": "y",
        "follow_up_notes": "Send the offer",
        "follow_up_due": "2026-03-05",
    }
    text = text_of(bob.follow(bob.post(f"/contacts/{ada}/interactions", body)))
    assert "Coffee in the sun Edit" not in text  # the buttons are icons
    for words in (
        "Fri 27 Feb, 09:15",
        "Alice 25 min Good Café",
        "Went well",
        "pricing roadmap hiring Send the offer",
        "Thu 5 Mar Bob",
    ):
        assert words in text, words


def test_htmx_gets_the_closed_form_and_the_names_of_what_changed(bob, ada):
    answer = bob.post(f"/contacts/{ada}/interactions", JUST_ENDED, htmx=True)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<details id="log" class="log" data-log')
    assert 'hx-swap-oob="innerHTML:#toasts"' in answer.text
    events = json.loads(answer.headers["HX-Trigger-After-Settle"])
    uid = events["interactions-changed"]["focus"]
    timeline = bob.get(f"/contacts/{ada}/timeline?focus={uid}", htmx=True).text
    assert re.search(rf'<li id="interaction-{uid}" class="entry is-new" tabindex="-1" autofocus>', timeline)


def test_undoing_from_the_message(bob, ada):
    page = bob.follow(bob.post(f"/contacts/{ada}/interactions", JUST_ENDED))
    assert titles(bob.follow(bob.undo(page))) == []

    answer = bob.post(f"/contacts/{ada}/interactions", JUST_ENDED, htmx=True)
    url = re.search(r'hx-post="(/interactions/[^"]+/delete)" hx-swap="none"', answer.text)[1]
    undone = bob.post(url, {"undo": "1"}, htmx=True)
    assert undone.headers["HX-Reswap"] == "none"
    assert "interactions-changed" in undone.headers["HX-Trigger-After-Settle"]
    assert titles(bob.get(f"/contacts/{ada}")) == []


def test_a_time_ahead_is_a_plan(bob, ada):
    page = bob.follow(bob.post(f"/contacts/{ada}/interactions", {"type": "call", "when": "at", "at": "2026-03-04T10:00"}))
    assert "now-line" in page.text
    assert "Wed 4 Mar, 10:00" in text_of(page)
    assert "Planned: Call with Ada Lovelace. It counts as contact once it has begun." in text_of(page)


def test_a_refused_log_keeps_what_was_typed(bob, ada):
    typed = {
        "type": "lunch",
        "when": "at",
        "at": "",
        "duration": "-5",
        "title": "abc",
        "topics": "pricing",
        "topics-new": "new topic",
        "notes": "Do not lose me",
        "sentiment": "negative",
        "follow_up_needed": "y",
        "follow_up_notes": "Call back",
        "follow_up_due": "soon",
    }
    for htmx in (False, True):
        answer = bob.post(f"/contacts/{ada}/interactions", typed, htmx=htmx)
        assert answer.status_code == 422
        assert ("<html" in answer.text) is not htmx
        text = text_of(answer)
        for sentence in (
            "Time is required.",
            "Minutes must be greater than 0.",
            "Title must have at least 5 characters.",
            "This is not a date.",
        ):
            assert sentence in text, sentence
        for value in (
            'value="lunch" checked',
            'value="pricing" checked',
            "new topic",
            "Do not lose me",
            'value="negative" checked',
        ):
            assert value in answer.text, value
        assert "Call back" in answer.text
    assert titles(bob.get(f"/contacts/{ada}")) == []


@pytest.mark.parametrize("body", [{}, {"type": "dance", "when": "now"}, {"type": "call", "when": "at", "at": "yesterday"}])
def test_nonsense_is_refused(bob, ada, body):
    assert bob.post(f"/contacts/{ada}/interactions", body).status_code == 422


def test_logging_from_anywhere_picks_the_contact_first(bob, rows, ada):
    rows.contact("Grace Hopper")
    page = bob.get("/interactions/new")
    assert f'href="/interactions/new?contact={ada}"' in page.text
    assert "Grace" not in bob.get("/interactions/new?search=ada").text
    form = bob.get(f"/interactions/new?contact={ada}&type=email")
    assert 'value="email" checked' in form.text
    picking = bob.get("/interactions/new?panel=1", htmx=True)
    assert f'hx-get="/interactions/new?contact={ada}" hx-target="#pick"' in picking.text
    assert "hx-get" not in re.search(r'<a class="pick-item"[^>]*>', page.text)[0]
    assert (
        bob.get("/interactions/new?search=ada", htmx=True, headers={"HX-Target": "picked"})
        .text.lstrip()
        .startswith('<div id="picked"')
    )
    panel = bob.get(f"/interactions/new?contact={ada}", htmx=True)
    assert panel.text.lstrip().startswith('<div id="pick"')
    answer = bob.post(f"/contacts/{ada}/interactions", JUST_ENDED | {"panel": "1"}, htmx=True)
    assert answer.text.lstrip().startswith('<div hx-swap-oob="innerHTML:#toasts">')  # the panel is empty now
    assert f'href="/contacts/{ada}">Open' in answer.text


def test_editing_in_place_and_on_a_page(bob, rows, ada):
    uid = rows.log(ada, title="A long call", duration=45, topics_discussed=["pricing"], start_datetime="2026-03-02T10:00:30Z")
    part = bob.get(f"/interactions/{uid}/edit", htmx=True)
    assert part.text.lstrip().startswith(f'<li id="interaction-{uid}" class="entry entry-edit">')
    assert 'value="2026-03-02T11:00"' in part.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', part.text)[1]
    form = {
        "version": version,
        "type": "call",
        "at": "2026-03-02T11:00",
        "length": "45",
        "title": "A longer call",
        "topics": "pricing",
    }
    answer = bob.post(f"/interactions/{uid}/edit", form | {"lead": "Bob"}, htmx=True)
    assert titles(answer) == ["A longer call"]
    assert "contact-changed" in answer.headers["HX-Trigger-After-Settle"]
    history = text_of(bob.get(f"/interactions/{uid}/history", htmx=True))
    assert "Bob changed" in history
    assert "title A long call A longer call" in history
    assert "start" not in history  # the seconds that the form does not show are still there

    page = bob.follow(bob.post(f"/interactions/{uid}/edit", form | {"version": "", "at": "2026-02-01T11:00", "lead": "Bob"}))
    assert "Sun 1 Feb, 11:00" in text_of(page)
    moved = bob.post(f"/interactions/{uid}/edit", form | {"version": "", "at": "2026-02-02T11:00", "lead": "Bob"}, htmx=True)
    assert "interactions-changed" in moved.headers["HX-Trigger-After-Settle"]


def test_a_refused_edit_keeps_what_was_typed(bob, rows, ada):
    uid = rows.log(ada)
    typed = {"type": "call", "at": "", "title": "abc", "notes": "Do not lose me"}
    for htmx in (False, True):
        answer = bob.post(f"/interactions/{uid}/edit", typed, htmx=htmx)
        assert answer.status_code == 422
        assert "Title must have at least 5 characters." in text_of(answer)
        assert "Do not lose me" in answer.text


def test_a_stale_edit_shows_the_way(bob, browse, rows, ada):
    uid = rows.log(ada, title="A long call")
    form = {"version": "1", "type": "call", "at": "2026-03-02T12:00"}
    browse("alice").post(f"/interactions/{uid}/edit", form | {"title": "Alice was here"})
    answer = bob.post(f"/interactions/{uid}/edit", form | {"title": "Bob was here"}, htmx=True)
    assert answer.status_code == 422
    assert "While you were editing, Alice changed this" in text_of(answer)
    assert "Title Theirs Alice was here Yours Bob was here" in text_of(answer)
    assert 'value="Bob was here"' in answer.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    assert (
        bob.post(f"/interactions/{uid}/edit", form | {"title": "Bob was here", "version": version}, htmx=True).status_code
        == 200
    )


def test_deleting_leaves_a_line_that_takes_it_back(bob, rows, ada):
    uid = rows.log(ada, title="A long call")
    answer = bob.post(f"/interactions/{uid}/delete", htmx=True)
    assert "Deleted: A long call" in text_of(answer)
    assert f'hx-post="/interactions/{uid}/restore"' in answer.text
    assert titles(bob.get(f"/contacts/{ada}")) == []
    assert titles(bob.post(f"/interactions/{uid}/restore", htmx=True)) == ["A long call"]
    assert titles(bob.get(f"/contacts/{ada}")) == ["A long call"]


def test_deleting_and_undoing_without_javascript(bob, rows, ada):
    uid = rows.log(ada, title="A long call")
    page = bob.follow(bob.post(f"/interactions/{uid}/delete"))
    assert titles(page) == []
    assert titles(bob.follow(bob.undo(page))) == ["A long call"]


def test_a_row_of_its_own_has_a_page(bob, rows, ada):
    uid = rows.log(ada, title="A long call")
    assert "<h1>A long call</h1>" in bob.get(f"/interactions/{uid}").text
    assert bob.get(f"/interactions/{uid}", htmx=True).text.lstrip().startswith("<li")
    lonely = rows.log(None, title="With nobody")
    assert bob.get(f"/interactions/{lonely}").status_code == bob.get(f"/interactions/{lonely}/edit").status_code == 200
    assert bob.post(f"/interactions/{lonely}/delete").location == "/"
