"""Editing a contact in the list itself, a cell at a time."""

from __future__ import annotations

import re
from html import unescape

import pytest

from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def alice(browse):
    return browse("alice")


def row(answer):
    """The row of the list, as a reader sees it."""
    found = re.search(r'<tr id="line-.*?</tr>', answer.text, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def change(browser, uid, of, version=1, **values):
    return browser.post(f"/contacts/{uid}/cell", {"of": of, "version": str(version), **values}, htmx=True)


@pytest.mark.parametrize(
    ("of", "values", "seen"),
    [
        ("name", {"name": "Ada King", "job_title": "Countess"}, "Ada King Countess"),
        ("company", {"company": "Babbage & Co"}, "Babbage & Co"),
        ("tags", {"tags": ["vip"], "tags-new": "board, press"}, "vip board press"),
        ("owner", {"owner_id": "ALICE"}, "Alice"),
        ("owner", {"owner_id": ""}, "vip never"),
    ],
)
def test_a_cell_is_changed_where_it_stands_and_can_be_undone(bob, world, ada, of, values, seen):
    values = {name: world.alice.id if value == "ALICE" else value for name, value in values.items()}
    assert f'name="of" value="{of}"' in bob.get(f"/contacts/{ada}/cell?of={of}", htmx=True).text
    before = row(bob.get("/contacts"))
    assert seen not in before
    answer = change(bob, ada, of, **values)
    assert re.search(rf'<tr id="line-{ada}"[^>]*hx-swap-oob="true">', answer.text)
    assert seen in row(answer)
    assert "Saved: Ada" in text_of(answer)
    assert row(bob.follow(bob.undo(answer))) == before


def test_the_other_fields_stay_as_they_are(bob, ada):
    change(bob, ada, "company", company="Babbage & Co", name="Not this", notes="Not this", emails="")
    page = text_of(bob.get(f"/contacts/{ada}"))
    for words in ("Ada Lovelace", "ada@example.com", "+44 20 7946 0000", "vip", "Babbage & Co"):
        assert words in page


def test_an_empty_cell_clears_the_field_and_a_name_is_needed(bob, ada):
    assert "Analytical" not in row(change(bob, ada, "company", company=""))
    assert "vip" not in row(change(bob, ada, "tags", version=2))
    answer = change(bob, ada, "name", version=3, name=" ", job_title="Countess")
    assert answer.status_code == 422
    assert "Name is required" in text_of(answer)
    assert 'value="Countess"' in answer.text


def test_a_stale_cell_shows_both_versions_and_asks(bob, alice, ada):
    change(alice, ada, "tags", **{"tags-new": "hers"})
    answer = change(bob, ada, "tags", tags=["vip"], **{"tags-new": "his"})
    assert answer.status_code == 422
    assert "While you were editing, Alice changed this" in text_of(answer)
    assert "Theirs hers Yours vip, his" in text_of(answer)
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    assert "vip his" in row(change(bob, ada, "tags", version, tags=["vip"], **{"tags-new": "his", "keep-tags": "yours"}))


def test_what_a_member_has_given_away_by_it_is_not_theirs_to_take_back(bob, alice, world, rows):
    hers = rows.contact("Grace Hopper", by="alice", owner_id=world.bob.id)
    answer = change(bob, hers, "owner", owner_id=world.alice.id)
    assert "Saved: Grace Hopper" in text_of(answer)
    assert "Undo" not in answer.text
    assert "data-cell" not in answer.text
    assert "Undo" in change(alice, hers, "owner", version=2, owner_id=world.bob.id).text


def test_who_may_not_edit_gets_no_cells(bob, vera, charlie, rows, ada):
    others = rows.contact("Grace Hopper", by="alice")
    assert bob.get("/contacts").text.count('data-cell="name"') == 1
    assert "data-cell" not in vera.get("/contacts").text
    for browser, uid in ((vera, ada), (bob, others), (charlie, ada)):
        assert browser.get(f"/contacts/{uid}/cell?of=company", htmx=True).status_code == 403
        assert change(browser, uid, "company", company="Mine").status_code == 403


def test_without_javascript_there_is_the_whole_form(bob, ada):
    assert bob.get(f"/contacts/{ada}/cell?of=tags").location == f"/contacts/{ada}/edit"
    page = bob.follow(bob.post(f"/contacts/{ada}/cell", {"of": "company", "version": "1", "company": "Babbage & Co"}))
    assert "Babbage & Co" in text_of(page)
    refused = bob.follow(bob.post(f"/contacts/{ada}/cell", {"of": "name", "version": "2", "name": ""}))
    assert "Name is required" in text_of(refused)
