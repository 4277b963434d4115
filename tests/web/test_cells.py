"""Editing an interaction in the list itself, a cell at a time."""

from __future__ import annotations

import re
from html import unescape

import pytest

from making import at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def call(rows, ada):
    return rows.log(
        ada, title="Pricing call", duration=30, notes="Said hello", topics_discussed=["pricing"], start_datetime=at(hours=-1)
    )


@pytest.fixture
def alice(browse):
    return browse("alice")


def row(answer):
    """The line of the list, as a reader sees it, with the type that the icon stands for before it."""
    found = re.search(r'<tr id="line-.*?</tr>', answer.text, re.DOTALL)[0]
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())
    icon = re.search(r'class="type type-(\w+)', found)[1]
    return f"{icon}: {words}"


def change(browser, uid, of, version=1, **values):
    return browser.post(f"/interactions/{uid}/cell", {"of": of, "version": str(version), **values}, htmx=True)


@pytest.mark.parametrize(
    ("of", "values", "seen"),
    [
        ("title", {"title": "Prices, once more"}, "Prices, once more"),
        ("type", {"type": "lunch"}, "lunch:"),
        ("length", {"duration": "50"}, "50 min"),
        ("mood", {"sentiment": "negative"}, "Difficult"),
        ("lead", {"lead": "Alice"}, "Alice"),
        ("when", {"at": "2026-03-01T09:15"}, "Yesterday, 09:15"),
        ("follow_up", {"follow_up_needed": "y", "follow_up_notes": "Send it", "follow_up_due": "2026-03-03"}, "tomorrow"),
    ],
)
def test_a_cell_is_changed_where_it_stands_and_can_be_undone(bob, call, of, values, seen):
    form = bob.get(f"/interactions/{call}/cell?of={of}", htmx=True)
    assert f'name="of" value="{of}"' in form.text
    before = row(bob.get("/interactions"))
    assert seen not in before
    answer = change(bob, call, of, **values)
    assert re.search(rf'<tr id="line-{call}"[^>]*hx-swap-oob="true">', answer.text)
    assert seen in row(answer)
    assert "Saved:" in text_of(answer)
    assert row(bob.follow(bob.undo(answer))) == before


def test_the_other_fields_stay_as_they_are(bob, call):
    change(bob, call, "mood", sentiment="positive", title="Not this", notes="")
    page = text_of(bob.get(f"/interactions/{call}"))
    for words in ("Pricing call", "Said hello", "pricing", "30 min", "Good"):
        assert words in page


def test_an_empty_cell_clears_the_field(bob, call):
    assert "30 min" not in row(change(bob, call, "length", duration=""))
    assert "Call with Ada Lovelace" in row(change(bob, call, "title", version=2, title=""))


def test_what_does_not_fit_is_said_in_the_cell(bob, call):
    answer = change(bob, call, "title", title="abc")
    assert answer.status_code == 422
    assert 'value="abc"' in answer.text
    assert "at least 5 characters" in text_of(answer)


def test_a_stale_cell_shows_both_versions_and_asks(bob, alice, call):
    change(alice, call, "mood", sentiment="positive")
    answer = change(bob, call, "mood", sentiment="negative")
    assert answer.status_code == 422
    assert "While you were editing, Alice changed this" in text_of(answer)
    assert "Theirs Good Yours Difficult" in text_of(answer)
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    mine = change(bob, call, "mood", version=version, sentiment="negative", **{"keep-sentiment": "yours"})
    assert "Difficult" in row(mine)


def test_theirs_can_be_kept(bob, alice, call):
    change(alice, call, "title", title="Alice was here")
    answer = change(bob, call, "title", version=2, title="Bob was here", **{"keep-title": "theirs"})
    assert "Alice was here" in text_of(answer)
    assert "Undo" not in answer.text


def test_an_empty_follow_up_is_offered_for_next_week(bob, call):
    form = bob.get(f"/interactions/{call}/cell?of=follow_up", htmx=True)
    assert 'name="follow_up_needed" value="y" checked' in form.text
    assert 'value="2026-03-09"' in form.text


def test_who_may_not_edit_gets_no_cells(bob, vera, charlie, rows, call):
    others = rows.log(None, by="alice", title="Coffee alone")
    assert bob.get("/interactions").text.count('data-cell="mood"') == 1
    assert "data-cell" not in vera.get("/interactions").text
    for browser, uid in ((vera, call), (bob, others), (charlie, call)):
        assert browser.get(f"/interactions/{uid}/cell?of=mood", htmx=True).status_code == 403
        assert change(browser, uid, "mood", sentiment="positive").status_code == 403


def test_without_javascript_there_is_the_whole_form(bob, call):
    assert bob.get(f"/interactions/{call}/cell?of=mood").location == f"/interactions/{call}/edit"
    page = bob.follow(bob.post(f"/interactions/{call}/cell", {"of": "title", "version": "1", "title": "Prices, once more"}))
    assert "Prices, once more" in text_of(page)
    refused = bob.follow(bob.post(f"/interactions/{call}/cell", {"of": "title", "version": "2", "title": "abc"}))
    assert "at least 5 characters" in text_of(refused)
