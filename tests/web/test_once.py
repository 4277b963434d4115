"""A form that is sent twice is written once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


CALL = {"type": "call", "when": "now", "length": "30", "notes": "They wait for the offer.", "sentiment": ""}


def key_in(answer, form="log-"):
    """The key of a form, as it was rendered."""
    found = re.search(rf'data-draft="{form}.*?name="once" value="(\w+)"', answer.text, re.DOTALL)
    assert found
    return found[1]


def test_each_rendering_has_a_key_of_its_own(bob, ada):
    assert key_in(bob.get(f"/contacts/{ada}")) != key_in(bob.get(f"/contacts/{ada}"))
    for form, path in {
        "plan-": f"/follow-ups/for/{ada}",
        "schedule-": f"/meetings/new?contact={ada}",
        "contact-new": "/contacts/new",
        "contact-": f"/contacts/{ada}/edit",
    }.items():
        assert key_in(bob.get(path), form)


def test_logging_twice(bob, ada):
    body = CALL | {"once": key_in(bob.get(f"/contacts/{ada}"))}
    first = bob.post(f"/contacts/{ada}/interactions", body)
    again = bob.post(f"/contacts/{ada}/interactions", body)
    assert first.location == again.location == f"/contacts/{ada}"
    page = bob.follow(again)
    assert "Logged: Call with Ada Lovelace." in text_of(page)
    assert len(titles(page)) == 1
    # The "Undo" of the second answer takes back the one row there is.
    assert titles(bob.follow(bob.undo(page))) == []


def test_logging_twice_with_htmx(bob, ada):
    body = CALL | {"once": key_in(bob.get(f"/contacts/{ada}")), "panel": "1"}
    assert "Logged:" in text_of(bob.post(f"/contacts/{ada}/interactions", body, htmx=True))
    again = bob.post(f"/contacts/{ada}/interactions", body, htmx=True)
    assert again.headers["HX-Redirect"] == f"/contacts/{ada}"
    assert len(titles(bob.get(f"/contacts/{ada}"))) == 1


def test_the_other_forms_twice(bob, ada):
    for path, form, body, words in (
        (f"/follow-ups/for/{ada}", "plan-", {"title": "Send the offer", "owner_id": ""}, "Send the offer"),
        ("/contacts/new", "contact-new", {"name": "Grace Hopper"}, "Grace Hopper"),
        (
            f"/meetings/new?contact={ada}",
            "schedule-",
            {"purpose": "Review", "scheduled_datetime": "2026-03-09T10:00", "length": "30"},
            "Review",
        ),
    ):
        body = body | {"once": key_in(bob.get(path), form)}
        first, again = bob.post(path, body), bob.post(path, body)
        assert first.status_code == again.status_code == 303, text_of(first)
        assert first.location == again.location
        assert words in text_of(bob.follow(again))
    assert text_of(bob.get("/contacts")).count("Grace Hopper") == 1
    assert bob.get("/meetings").text.count("Review") == bob.get("/meetings?").text.count("Review")


def test_a_refused_try_keeps_its_key_for_the_next(bob, ada):
    body = {"title": "", "once": key_in(bob.get(f"/follow-ups/for/{ada}"), "plan-")}
    assert bob.post(f"/follow-ups/for/{ada}", body).status_code == 422
    assert bob.post(f"/follow-ups/for/{ada}", body | {"title": "Call back"}).status_code == 303


def test_a_changed_second_try_is_not_thrown_away(bob, ada):
    body = CALL | {"once": key_in(bob.get(f"/contacts/{ada}"))}
    bob.post(f"/contacts/{ada}/interactions", body)
    changed = body | {"notes": "And they take it."}
    answer = bob.post(f"/contacts/{ada}/interactions", changed, htmx=True)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (409, "none")
    assert "saved as you first sent it" in text_of(answer)
    assert len(titles(bob.get(f"/contacts/{ada}"))) == 1
    # The form has got another key: sent once more it is another one.
    assert bob.post(f"/contacts/{ada}/interactions", changed | {"once": answer.headers["X-Once"]}).status_code == 303
    assert len(titles(bob.get(f"/contacts/{ada}"))) == 2
    plain = bob.follow(bob.post(f"/contacts/{ada}/interactions", body | {"notes": "Other"}))
    assert "Go back for your text" in text_of(plain)


def test_a_key_is_its_users_alone(bob, browse, ada, vera):
    body = CALL | {"once": "the-same-key"}
    for who in (bob, browse("alice")):
        assert who.post(f"/contacts/{ada}/interactions", body).status_code == 303
    assert len(titles(bob.get(f"/contacts/{ada}"))) == 2
    assert vera.post(f"/contacts/{ada}/interactions", body).status_code == 403


def test_a_double_click(browse, ada):
    """Two at once, each on a connection of its own: the second waits for the first, and shows what it made."""
    clicks = [browse("bob") for _ in range(4)]
    body = CALL | {"once": "a-double-click"}
    with ThreadPoolExecutor(len(clicks)) as pool:
        answers = list(pool.map(lambda one: one.post(f"/contacts/{ada}/interactions", body), clicks))
    assert [answer.location for answer in answers] == [f"/contacts/{ada}"] * len(clicks)
    assert len(titles(clicks[0].get(f"/contacts/{ada}"))) == 1


def test_an_expired_sign_in_leads_back_to_the_form(client, ada, bob):
    """The login has ended, or the cookie has gone altogether: either way it is a sign-in that is missing."""
    page = f"/meetings/new?contact={ada}"
    for end in (lambda: bob.post("/sign-out"), lambda: bob.client.delete_cookie("session")):
        end()
        plain = bob.post(page, headers={"Referer": f"http://localhost{page}"})
        assert plain.status_code == 303
        assert plain.location == f"/sign-in?next=/meetings/new?contact%3D{ada}"
        answer = bob.post(page, htmx=True, headers={"HX-Current-URL": f"http://localhost{page}"})
        assert answer.status_code == 401
        assert "You have been signed out" in text_of(answer)
        assert f'href="/sign-in?next=/meetings/new?contact%3D{ada}"' in answer.text


def test_a_form_on_its_own_page_with_htmx(bob, ada):
    """It goes to the contact's page when it is done, and comes back alone when it is refused."""
    refused = bob.post(f"/contacts/{ada}/interactions", {"type": "", "alone": "1"}, htmx=True)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith('<form class="log-form"')
    assert 'name="alone"' in refused.text
    done = bob.post(f"/contacts/{ada}/interactions", CALL | {"alone": "1"}, htmx=True)
    assert done.headers["HX-Redirect"] == f"/contacts/{ada}"
