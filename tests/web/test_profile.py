"""Who changes their profile in two places at once is asked; and what was typed outlives the sign-in of the page."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from web.browsing import text_of, token_in


def opened(browser, path="/settings"):
    """The form's fields, as they stand on the page."""
    found = re.search(r'name="version"[^>]*value="([^"]*)"', browser.get(path).text)
    return {"version": unescape(found[1])}


def test_a_stale_profile_shows_both_versions_and_asks(browse):
    phone, laptop = browse("bob"), browse("bob")
    began = opened(laptop)
    phone.post("/settings", opened(phone) | {"name": "Robert", "timezone": "Asia/Tokyo"})
    answer = laptop.post("/settings", began | {"name": "Bob", "timezone": "Europe/Paris"})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "While you were editing, this was changed elsewhere." in text
    assert "Name Theirs Robert Yours, as it was when you began Bob" in text
    assert "Time zone Theirs Asia/Tokyo Yours Europe/Paris" in text
    chosen = dict(re.findall(r'name="keep-(\w+)" value="(\w+)" checked', answer.text))
    assert chosen == {"name": "theirs", "timezone": "yours"}
    again = {"version": unescape(re.search(r'name="version"[^>]*value="([^"]*)"', answer.text)[1])}
    typed = {"name": "Bob", "timezone": "Europe/Paris", "keep-name": "theirs", "keep-timezone": "yours"}
    saved = text_of(laptop.follow(laptop.post("/settings", again | typed)))
    assert "Your profile is saved." in saved
    assert "Robert" in saved
    assert 'value="Europe/Paris"' in laptop.get("/settings").text


def test_the_same_change_in_two_places_only_needs_a_second_save(browse):
    phone, laptop = browse("bob"), browse("bob")
    began = opened(laptop)
    phone.post("/settings", opened(phone) | {"name": "Robert", "timezone": ""})
    answer = laptop.post("/settings", began | {"name": "Robert", "timezone": "Asia/Tokyo"})
    assert (answer.status_code, "does not touch their change" in answer.text) == (422, True)


@pytest.mark.parametrize("version", ["", "nonsense", "[]", '"text"', json.dumps({"name": 5}), json.dumps({"name": []})])
def test_a_form_that_does_not_say_how_it_began_is_saved(bob, version):
    answer = bob.post("/settings", {"version": version, "name": "Robert", "timezone": ""})
    assert answer.status_code == 303


SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("headers", [SAME, {"Origin": "http://localhost"}])
def test_a_page_older_than_the_sign_in_offers_to_send_the_same_again(bob, headers):
    typed = {"name": "Bob & <b>Robert</b>", "timezone": "Asia/Tokyo"}
    answer = bob.post("/settings", typed | {"csrf_token": "of the sign-in before"}, headers=headers)
    assert answer.status_code == 400
    assert "Nothing is lost: send it again. What you typed goes with it. You are Bob here." in text_of(answer)
    assert "<b>Robert" not in answer.text
    form = re.search(r'<form method="post" action="/settings">.*?</form>', answer.text, re.DOTALL)[0]
    fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}
    assert fields.pop("csrf_token") == token_in(bob.get("/settings").text)
    assert fields == typed
    assert "Robert" in text_of(bob.follow(bob.post("/settings", fields)))


def test_it_is_offered_where_no_site_is_chosen_too(browse):
    dora = browse("dora")
    answer = dora.post("/settings", {"name": "Theodora", "timezone": "", "csrf_token": "old"}, headers=SAME)
    assert (answer.status_code, "Send it again" in answer.text) == (400, True)


def test_what_another_page_sends_is_not_offered_again(bob):
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = bob.post("/settings", {"name": "Mallory", "csrf_token": "guessed"}, headers=headers)
        assert answer.status_code == 400
        assert "Mallory" not in answer.text


def test_a_password_is_never_written_into_a_page(bob):
    answer = bob.post("/settings/password", {"old": "hunter2", "password": "hunter22222", "csrf_token": "old"}, headers=SAME)
    assert (answer.status_code, "hunter2" in answer.text) == (400, False)


def test_the_hint_of_the_time_zone_is_read_with_it(bob):
    page = bob.get("/settings").text
    hint = re.search(r'<input[^>]*id="timezone"[^>]*aria-describedby="([^"]+)"', page)[1]
    assert re.search(rf'<p[^>]*id="{hint}">Times are shown in it', page)
