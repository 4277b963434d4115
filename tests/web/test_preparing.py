"""The preparation sheet: the agenda in order, who comes, what was said and promised."""

from __future__ import annotations

import re
from html import unescape

import pytest

from making import at
from web.browsing import form_in, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def meeting(rows, ada):
    return rows.meeting(ada, purpose="Kick-off", agenda_items=["Goals", "Dates", "Price & term"], attendees=["Ada", "Charles"])


def points(page):
    return [unescape(text) for text in re.findall(r'class="point-text">([^<]+)<', page.text)]


def test_what_one_wants_to_know_before(bob, rows, ada, meeting):
    for number in range(6):
        rows.log(ada, title=f"Talk {number}", notes=f"First {number}. Second {number}.", start_datetime=at(days=-number - 1))
    rows.follow_up("Send the offer", contact_id=ada, due_on="2026-03-04")
    rows.meeting(ada, purpose="The one after", scheduled_datetime=at(days=9))
    text = text_of(bob.get(f"/meetings/{meeting}"))
    for words in ("Ada, Charles", "Talk 0 yesterday First 0.", "We owe", "Send the offer", "After this one", "The one after"):
        assert words in text, words
    for words in ("Second 0", "Talk 5"):
        assert words not in text, words


def test_nothing_is_known_yet(bob, rows):
    text = text_of(bob.get(f"/meetings/{rows.meeting(rows.contact('Grace Hopper'))}"))
    assert "Nobody has talked to Grace Hopper yet." in text
    assert "Nothing is open." in text


@pytest.mark.parametrize("htmx", [False, True])
def test_the_agenda_is_put_in_order(bob, meeting, htmx):
    def place(**body):
        answer = bob.post(f"/meetings/{meeting}/agenda", body, htmx=htmx)
        return points(answer if htmx else bob.follow(answer))

    assert place(point="Price & term", to="0") == ["Price & term", "Goals", "Dates"]
    assert place(point="Price & term", to="1") == ["Goals", "Price & term", "Dates"]
    assert place(point="Hiring") == ["Goals", "Price & term", "Dates", "Hiring"]
    assert place(point="Goals", to="99") == ["Price & term", "Dates", "Hiring", "Goals"]


def test_a_point_is_removed_and_comes_back(bob, meeting):
    page = bob.follow(bob.post(f"/meetings/{meeting}/agenda/remove", {"point": "Dates"}))
    assert points(page) == ["Goals", "Price & term"]
    assert points(bob.follow(bob.undo(page))) == ["Goals", "Dates", "Price & term"]
    assert points(bob.post(f"/meetings/{meeting}/agenda/remove", {"point": "Never there"}, htmx=True)) == [
        "Goals",
        "Dates",
        "Price & term",
    ]


def test_new_points_of_two_do_not_stand_in_each_others_way(bob, browse, meeting):
    alice, pages = browse("alice"), {}
    for person in (bob, alice):
        pages[person] = form_in(person.get(f"/meetings/{meeting}"), f"/meetings/{meeting}/agenda")
    for person, point in ((alice, "Hiring"), (bob, "Budget")):
        answer = person.post(f"/meetings/{meeting}/agenda", pages[person] | {"point": point})
    assert points(bob.follow(answer)) == ["Goals", "Dates", "Price & term", "Hiring", "Budget"]


def test_refusals(bob, vera, rows, ada, meeting):
    assert bob.post(f"/meetings/{meeting}/agenda", {"point": " "}, htmx=True).status_code == 422
    stale = bob.post(f"/meetings/{meeting}/agenda", {"point": "Goals", "to": "1", "version": "0"}, htmx=True)
    assert (stale.status_code, stale.headers["HX-Reswap"]) == (412, "none")
    page = vera.get(f"/meetings/{meeting}")
    assert "Goals" in page.text
    assert "/agenda" not in page.text
    over = rows.meeting(ada, agenda_items=["Goals"], scheduled_datetime=at(days=-1))
    rows.completed(over)
    assert bob.post(f"/meetings/{over}/agenda", {"point": "Late"}).status_code == 409


def test_who_comes_is_asked_when_scheduling(bob, ada):
    form = bob.get(f"/meetings/new?contact={ada}").text
    for person, comes in {"Ada Lovelace": True, "Bob": True, "Alice": False}.items():
        assert (f'name="attendees" value="{person}" checked' in form) is comes
    body = {"scheduled_datetime": "2026-03-10T15:00", "attendees": ["Ada Lovelace"], "attendees-new": "Grace, Emmy"}
    page = bob.follow(bob.post(f"/meetings/new?contact={ada}", body))
    assert "Who comes Ada Lovelace, Grace, Emmy" in text_of(page)
