"""The list of contacts: filters in the address, and what is done to many at once."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from making import NOW, at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


def names(answer):
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', answer.text)


@pytest.fixture
def people(rows, world):
    ada = rows.contact("Ada", tags=["vip", "press"], keep_in_touch_days=7)
    bo = rows.contact("Bo", tags=["vip"], owner_id=world.alice.id)
    cy = rows.contact("Cy", owner_id=None)
    rows.log(ada, start_datetime=at(days=-20))
    rows.log(bo, start_datetime=at(days=-2))
    rows.meeting(cy)
    return {"Ada": ada, "Bo": bo, "Cy": cy}


def test_each_filter_is_in_the_address(bob, people, world):
    for query, found in {
        "tag=vip": ["Ada", "Bo"],
        "tag=vip&tag=press": ["Ada"],
        f"owner={world.alice.id}": ["Bo"],
        "owner=nobody": ["Cy"],
        "last=within-7": ["Bo"],
        "last=not-30": ["Cy"],
        "last=within-30": ["Ada", "Bo"],
        "last=never": ["Cy"],
        "last=cold": ["Ada"],
        "next=some": ["Cy"],
        "next=none": ["Ada", "Bo"],
        "next=nonsense&last=1&owner=x": ["Ada", "Bo", "Cy"],
        "tag=vip&search=bo&sort=name&order=desc": ["Bo"],
    }.items():
        assert names(bob.get(f"/contacts?{query}")) == found, query


def test_a_chip_takes_its_part_of_the_filter_away(bob, people):
    page = bob.get("/contacts?tag=vip&tag=press&last=within-30&sort=company")
    chips = {
        unescape(said): unescape(url)
        for url, said in re.findall(r'chip-removable" href="([^"]+)">.*?truncate">([^<]+)<', page.text)
    }
    assert list(chips) == ["vip", "press", "Last contact: in the last 30 days"]
    assert names(bob.get(chips["press"])) == ["Ada", "Bo"]
    assert "sort=company" in chips["press"]


def test_nothing_matches(bob, people):
    page = bob.get("/contacts?tag=none&owner=nobody")
    assert "No contact matches" in text_of(page)
    assert "Clear the filters" in text_of(page)


def tick(people, *chosen):
    return {"contact": [str(people[name]) for name in chosen]}


def test_tagging_many_and_taking_it_back(bob, people):
    page = bob.follow(bob.post("/contacts/bulk/tag", tick(people, "Ada", "Cy") | {"tags": "spring, vip"}))
    assert "2 contacts tagged." in text_of(page)
    assert names(bob.get("/contacts?tag=spring")) == ["Ada", "Cy"]
    assert "2 contacts as before." in text_of(bob.follow(bob.undo(page)))
    assert names(bob.get("/contacts?tag=spring")) == []
    assert names(bob.get("/contacts?tag=vip")) == ["Ada", "Bo"]


def test_all_that_the_filter_finds(bob, people, world):
    page = bob.follow(bob.post("/contacts/bulk/owner", {"all": "1", "tag": "vip", "assign_to": str(world.bob.id)}))
    assert "1 contact given away, 1 was so already." in text_of(page)
    assert names(bob.get(f"/contacts?owner={world.bob.id}")) == ["Ada", "Bo"]
    assert names(bob.get("/contacts?owner=nobody")) == ["Cy"]


def test_an_undo_that_is_none(bob):
    for data in ({}, {"bulk": "nonsense"}):
        assert bob.post("/contacts/bulk/undo", data).status_code == 404


def test_nothing_is_selected_and_no_tag_is_named(bob, people):
    assert "No contact is selected" in text_of(bob.follow(bob.post("/contacts/bulk/tag", {"tags": "x"})))
    assert "name a tag" in text_of(bob.post("/contacts/bulk/tag", tick(people, "Ada")))
    assert "name a tag" in text_of(bob.post("/contacts/bulk/tag", tick(people, "Ada"), htmx=True))


def test_another_site_changes_nothing_and_a_viewer_is_refused(bob, charlie, vera, people):
    assert "0 contacts tagged." in text_of(
        charlie.follow(charlie.post("/contacts/bulk/tag", tick(people, "Ada") | {"tags": "x"}))
    )
    assert vera.post("/contacts/bulk/tag", tick(people, "Ada") | {"tags": "x"}).status_code == 403
    assert names(bob.get("/contacts?tag=x")) == []
    assert "Ada" not in charlie.get("/contacts/export.csv?all=1").text


def test_exporting(vera, people):
    answer = vera.get("/contacts/export.csv?all=1&tag=vip")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="contacts-2026-03-02.csv"'
    assert [line.split(",")[0] for line in answer.text.splitlines()[1:]] == ["Ada", "Bo"]
    cards = vera.get(f"/contacts/export.vcf?contact={people['Cy']}&version=3")
    assert cards.text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert re.findall("FN:(.*)\r", cards.text) == ["Cy"]


def test_what_cannot_be_found_is_not_exported_either(bob, people):
    """An answer that has begun cannot be taken back."""
    for ending in ("csv", "vcf"):
        assert bob.get(f"/contacts/export.{ending}?all=1&search={'x' * 600}").status_code == 422


def test_the_filter_finds_whom_today_says_to_go_cold(bob, rows, clock):
    rows.contact("Dot", keep_in_touch_days=7)
    for days, found in ((7, []), (8, ["Dot"])):
        clock.move_to(NOW + timedelta(days=days, hours=1))
        assert names(bob.get("/contacts?last=cold")) == found
        assert ("Dot" in text_of(bob.get("/cold", htmx=True))) is bool(found)
