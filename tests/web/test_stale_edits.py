"""A stale edit shows both versions, field by field, and asks which to keep."""

from __future__ import annotations

import re

import pytest

from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


FORM = {
    "version": "1",
    "type": "call",
    "at": "2026-03-02T12:00",
    "title": "A long call",
    "notes": "Said hello",
    "sentiment": "",
}


@pytest.fixture
def call(rows, ada):
    """A call whose form bob has open while alice changes its title and its mood."""
    return rows.log(ada, title="A long call", notes="Said hello", topics_discussed=["pricing"], lead="Bob")


@pytest.fixture
def alice(browse):
    return browse("alice")


def version_in(answer):
    return re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]


def kept(answer):
    """What the form proposes: field → whose version."""
    return dict(re.findall(r'name="keep-(\w+)" value="(\w+)" checked', answer.text))


def mine(**changes):
    return FORM | {"topics": "pricing", "lead": "Bob"} | changes


def test_only_what_others_have_changed_is_asked_about(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(title="Alice was here", sentiment="positive"))
    answer = bob.post(f"/interactions/{call}/edit", mine(title="Bob was here", notes="Said goodbye"))
    assert answer.status_code == 422
    assert "Title Theirs Alice was here Yours Bob was here" in text_of(answer)
    assert "Mood Theirs Good Yours, as it was when you began –" in text_of(answer)
    assert kept(answer) == {"title": "yours", "sentiment": "theirs"}
    assert "Said goodbye" in answer.text
    page = bob.get(f"/interactions/{call}").text
    assert "Bob was here" not in page


def test_each_field_is_kept_as_chosen(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(title="Alice was here", sentiment="positive", location="Berlin"))
    typed = mine(title="Bob was here", notes="Said goodbye", location="Paris")
    answer = bob.post(f"/interactions/{call}/edit", typed, htmx=True)
    chosen = {"keep-title": "yours", "keep-sentiment": "theirs", "keep-location": "theirs"}
    saved = bob.post(f"/interactions/{call}/edit", typed | chosen | {"version": version_in(answer)}, htmx=True)
    assert saved.status_code == 200
    text = text_of(bob.get(f"/interactions/{call}"))
    assert "Bob was here" in text
    assert "Good" in text
    assert "Berlin" in text
    assert "Said goodbye" in text


def test_the_choice_outlives_a_refused_field(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(sentiment="positive"))
    answer = bob.post(f"/interactions/{call}/edit", mine())
    chosen = {"version": version_in(answer), "keep-sentiment": "theirs"}
    refused = bob.post(f"/interactions/{call}/edit", mine(title="abc") | chosen)
    assert "Title must have at least 5 characters." in text_of(refused)
    assert 'type="hidden" name="keep-sentiment" value="theirs"' in refused.text
    assert bob.post(f"/interactions/{call}/edit", mine() | chosen).status_code == 303
    assert "Good" in text_of(bob.get(f"/interactions/{call}"))


def test_edits_of_different_fields_only_need_a_second_save(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(title="The same new title"))
    answer = bob.post(f"/interactions/{call}/edit", mine(title="The same new title", notes="Said goodbye"))
    assert "What you typed does not touch their change" in text_of(answer)
    assert kept(answer) == {}


def test_a_changed_time_is_compared_by_the_minute(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(at="2026-03-01T09:00"))
    answer = bob.post(f"/interactions/{call}/edit", mine(notes="Said goodbye"))
    assert "Time Theirs Sun 1 Mar 2026, 09:00 Yours, as it was when you began Mon 2 Mar 2026, 12:00" in text_of(answer)


def test_a_third_change_is_asked_about_again(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(title="Alice was here"))
    answer = bob.post(f"/interactions/{call}/edit", mine(title="Bob was here"))
    second = version_in(answer)
    alice.post(f"/interactions/{call}/edit", mine(version=second, title="Alice again"))
    again = bob.post(f"/interactions/{call}/edit", mine(version=second, title="Bob was here") | {"keep-title": "yours"})
    assert again.status_code == 422
    assert "Title Theirs Alice again Yours Bob was here" in text_of(again)


def test_contacts_and_meetings_ask_too(bob, alice, rows, ada):
    alice.post(f"/contacts/{ada}/edit", {"version": "1", "name": "Ada Lovelace", "emails": ["countess@example.com"]})
    typed = {"version": "1", "name": "Ada King", "emails": ["ada@king.example"]}
    answer = bob.post(f"/contacts/{ada}/edit", typed)
    assert "E-mail Theirs countess@example.com Yours ada@king.example" in text_of(answer)
    chosen = {"keep-emails": "theirs", "version": version_in(answer)} | {
        f"keep-{name}": whose for name, whose in kept(answer).items() if name != "emails"
    }
    bob.post(f"/contacts/{ada}/edit", typed | chosen)
    assert "countess@example.com" in bob.get(f"/contacts/{ada}").text

    meeting = rows.meeting(ada, purpose="Kick-off")
    body = {"version": "1", "purpose": "Kick-off", "scheduled_datetime": "2026-03-03T13:00"}
    alice.post(f"/meetings/{meeting}/edit", body | {"location": "Room 1"})
    answer = bob.post(f"/meetings/{meeting}/edit", body | {"location": "Room 2", "agenda_items": ["Budget"]})
    assert "Place Theirs Room 1 Yours Room 2" in text_of(answer)


def test_a_form_without_a_version_of_its_own_is_saved_as_before(bob, alice, call):
    alice.post(f"/interactions/{call}/edit", mine(title="Alice was here"))
    assert bob.post(f"/interactions/{call}/edit", mine(version="", title="Bob was here")).status_code == 303
