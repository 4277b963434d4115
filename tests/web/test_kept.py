"""What is typed into a form that is sent after its sign-in has ended, by a browser without JavaScript."""

from __future__ import annotations

import re
from html import unescape
from secrets import token_urlsafe

import pytest
from sqlalchemy import select

from crm import clock
from crm.extensions import db
from crm.models import Login
from web.browsing import Browser, text_of, titles, token_in
from web.test_once import key_in
from world import PASSWORD

pytestmark = pytest.mark.usefixtures("clock")

CALL = {"type": "call", "when": "now", "length": "30", "notes": "They wait for\r\nthe <offer>.", "topics": "pricing"}


@pytest.fixture
def end(app):
    """`end()` ends all that are signed in, as somebody does from another device: their cookies are still there."""

    def end_all():
        with app.app_context():
            for login in db.session.scalars(select(Login).where(Login.ended_at.is_(None))):
                login.ended_at, login.ended_because = clock.now(), "ended by its owner"
            db.session.commit()

    return end_all


def fields_of(page, action):
    """The hidden fields of the form that is sent to `action`, in their order, the token and repeated ones included."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form, text_of(page)
    return [(name, unescape(value)) for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form[1])]


def sign_in(browser, page, who="bob", password=PASSWORD):
    """By the form of `page`, as it is."""
    typed = dict(fields_of(page, "/sign-in")) | {"username": f"{who}@example.com", "password": password}
    return browser.client.post("/sign-in", data=typed)


def send(browser, page, action):
    """Presses the button of what was kept."""
    data: dict[str, list[str]] = {}
    for name, value in fields_of(page, action):
        data.setdefault(name, []).append(value)
    return browser.client.post(action, data=data)


@pytest.fixture
def logging(bob, ada, end):
    """What bob sends about ada when nobody is signed in any more."""
    path = f"/contacts/{ada}/interactions"
    body = CALL | {"once": key_in(bob.get(f"/contacts/{ada}"))}
    end()
    return path, body


def test_it_is_offered_after_the_sign_in_and_written_once(bob, ada, logging):
    path, body = logging
    page = bob.post(path, body, headers={"Referer": f"http://localhost/contacts/{ada}"})
    assert page.status_code == 401
    assert "Your sign-in had ended. What you typed is kept on this page" in text_of(page)
    assert ("next", f"/contacts/{ada}") in fields_of(page, "/sign-in")

    kept = sign_in(bob, page)
    assert kept.status_code == 200
    assert "nothing was saved yet" in text_of(kept)
    assert "Type Call Minutes 30 Notes They wait for the <offer>. Topics pricing Send it now" in text_of(kept)
    assert f'href="/contacts/{ada}">Do not send it' in kept.text
    assert fields_of(kept, path)[1:] == list(body.items())
    assert titles(bob.get(f"/contacts/{ada}")) == []

    for _ in range(2):
        assert send(bob, kept, path).location == f"/contacts/{ada}"
    found = bob.get(f"/contacts/{ada}")
    assert titles(found) == ["Call with Ada Lovelace"]
    assert "They wait for the <offer>." in text_of(found)


def test_it_is_said_as_people_say_it(bob, ada, end):
    end()
    typed = {
        "type": "coffee",
        "when": "at",
        "at": "2026-03-01T09:15",
        "sentiment": "negative",
        "they_owe": "The numbers",
        "they_owe_due": "2026-03-05",
        "follow_up_due": "2026-03-09",  # which stands there by itself
        "owner_id": "7",
        "contact": str(ada),
    }
    kept = sign_in(bob, bob.post(f"/contacts/{ada}/interactions", typed))
    said = dict(re.findall(r'<dt>(.*?)</dt><dd class="wording">(.*?)</dd>', kept.text))
    assert said == {
        "Type": "Coffee",
        "Time": "Sunday 1 March 2026, 09:15",
        "Mood": "Difficult",
        "They promised": "The numbers",
        "They promised it until": "Thursday 5 March 2026",
    }


def test_of_a_word_for_several_rows_only_the_word_is_said(bob, rows, ada, end):
    call = rows.log(ada, type="call")
    end()
    typed = {"row": str(call), "act": "topics", "new_topics": "Prices", "new_lead": "", "back": "/interactions?type=call"}
    kept = sign_in(bob, bob.post("/interactions/several", typed))
    assert re.findall(r'<dt>(.*?)</dt><dd class="wording">(.*?)</dd>', kept.text) == [("Topics", "Prices")]
    assert "1 interaction is changed" in text_of(bob.follow(send(bob, kept, "/interactions/several")))


def test_it_survives_a_wrong_password(bob, logging):
    path, body = logging
    refused = sign_in(bob, bob.post(path, body), password="not this one")
    assert refused.status_code == 401
    assert "They wait" in text_of(sign_in(bob, refused))


def test_what_is_refused_comes_back_in_its_form(bob, ada, end):
    end()
    path = f"/contacts/{ada}/interactions"
    kept = sign_in(bob, bob.post(path, CALL | {"title": "abc"}))
    refused = send(bob, kept, path)
    assert refused.status_code == 422
    assert "at least 5 characters" in text_of(refused)
    assert "the &lt;offer&gt;." in refused.text


def test_a_stale_edit_still_asks(bob, browse, rows, end):
    ada = rows.contact()
    path = f"/contacts/{ada}/edit"
    end()
    page = bob.post(path, {"version": "1", "name": "Ada King"})
    assert browse("alice").post(path, {"version": "1", "name": "Countess"}).status_code == 303
    asked = send(bob, sign_in(bob, page), path)
    assert asked.status_code == 422
    assert "Alice changed this" in text_of(asked)


def test_somebody_else_is_told_whose_it_is(bob, ada, logging):
    path, body = logging
    kept = sign_in(bob, bob.post(path, body), "alice")
    assert "Bob typed this. You are Alice here: what you send is in your name." in text_of(kept)
    assert "Send it as Alice" in text_of(kept)
    assert titles(bob.get(f"/contacts/{ada}")) == []


def test_another_site_gets_nothing_of_it(bob, logging):
    path, body = logging
    answer = send(bob, sign_in(bob, bob.post(path, body), "charlie"), path)
    assert answer.status_code == 403


def test_it_is_sent_in_the_site_in_which_it_was_typed(browse, rows, world, end):
    ada = rows.contact()
    dora = browse("dora", site=world.hq)
    end()
    path = f"/contacts/{ada}/interactions"
    kept = sign_in(dora, dora.post(path, CALL), "dora")
    assert "nothing was saved yet" in text_of(kept)
    assert send(dora, kept, path).location == f"/contacts/{ada}"


def test_who_has_to_choose_a_site_is_asked_before(bob, world, logging):
    path, body = logging
    sites = sign_in(bob, bob.post(path, body), "dora")
    assert "Choose a site" in text_of(sites)
    kept = bob.client.post("/sites", data=dict(fields_of(sites, "/sites")) | {"site": world.hq})
    assert "Bob typed this. You are Dora here" in text_of(kept)
    assert send(bob, kept, path).status_code == 303


def test_the_page_loaded_again_and_the_other_tab(bob, ada, logging):
    """Their tokens are those of the session before: what was typed is shown, and nobody is signed in by it."""
    path, body = logging
    one, other = bob.post(path, body), bob.post(path, body | {"notes": "The other tab", "once": "another"})
    sign_in(bob, one)
    typed = dict(fields_of(other, "/sign-in")) | {"username": "bob@example.com", "password": "no matter"}
    for where, status in (("same-origin", 200), ("cross-site", 400)):
        page = bob.client.post("/sign-in", data=typed, headers={"Sec-Fetch-Site": where})
        assert page.status_code == status
        assert ("The other tab" in text_of(page)) == (status == 200)


def test_a_sign_in_page_that_is_too_old_keeps_it(bob, logging):
    path, body = logging
    page = bob.post(path, body)
    bob.client.delete_cookie("session")
    typed = dict(fields_of(page, "/sign-in")) | {"username": "bob@example.com", "password": PASSWORD}
    again = bob.client.post("/sign-in", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Sign in once more" in text_of(again)
    assert "They wait" in text_of(sign_in(bob, again))


@pytest.mark.parametrize("sealed", ["", "made up", "WyIvIixbXSwiIl0.made-up"])
def test_nothing_that_was_made_up_is_shown(client, world, sealed):
    stranger = Browser(client)
    answer = stranger.post("/sign-in", {"username": "bob@example.com", "password": PASSWORD, "kept": sealed})
    assert (answer.status_code, answer.location) == (303, "/")


def test_only_what_was_typed_on_a_page_of_that_session_goes_along(bob, logging):
    path, body = logging
    for data, headers in (
        (body | {"csrf_token": "of another session"}, {}),
        (body, {"Sec-Fetch-Site": "cross-site"}),
        (body, {"Sec-Fetch-Site": "same-site"}),
    ):
        answer = bob.post(path, data, headers=headers)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")


def test_a_stranger_has_typed_nothing(client, world, ada):
    stranger = Browser(client)
    assert stranger.post(f"/contacts/{ada}/interactions", CALL).status_code == 303


def test_passwords_files_and_other_servers_are_left_out(bob, end):
    end()
    secret = {"old": PASSWORD, "password": "another long password"}
    assert bob.post("/settings/password", secret).status_code == 303
    assert bob.post("/contacts/new", {"name": "Ada", "password": "x"}).status_code == 303
    assert bob.post("/contacts/new", {"name": ""}).status_code == 303  # nothing was typed
    answer = bob.post("//evil.example/contacts/new", {"name": "Ada"})
    assert "evil.example" not in answer.text.partition("<body")[2]


def test_what_is_too_long_is_said(bob, ada, logging):
    path, body = logging
    page = bob.post(path, body | {"notes": token_urlsafe(300_000)})
    assert page.status_code == 401
    assert "too long to be kept" in text_of(page)
    assert 'name="kept"' not in page.text
    assert "go back for your text" in text_of(page)


def test_htmx_keeps_its_page(bob, logging):
    path, body = logging
    answer = bob.post(path, body, htmx=True)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (401, "none")
    assert token_in(bob.get("/sign-in").text)
