"""Settings → Access tokens."""

from __future__ import annotations

import re

import pytest
import time_machine
from sqlalchemy import select

from crm.database import transaction
from crm.extensions import db
from crm.models import KeptAnswer, Membership
from web.browsing import text_of

PATH = "/settings/tokens"
NEW = {"name": "Nightly export", "scope": "write", "expires_in_days": "30"}
NOW = "2026-03-02T12:00:00Z"


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(NOW, tick=False):
        yield


def make(browser, world, htmx=False, **fields):
    return browser.post(PATH, NEW | {"site_id": world.hq} | fields, htmx=htmx)


def secret_in(answer):
    return re.search(r"rapport_pat_[0-9A-Za-z]{49}", answer.text)[0]


def revoke_address(answer):
    return re.search(r'action="(/settings/tokens/[^"]+/revoke)"', answer.text)[1]


def test_nothing_there_yet_says_what_it_is_for(bob):
    page = bob.get(PATH)
    assert "No access tokens yet" in page.text
    assert 'href="/api/docs"' in page.text
    assert f'href="{PATH}"' in bob.get("/settings").text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_token_is_shown_once_and_works(bob, world, client, htmx):
    answer = make(bob, world, htmx)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("<html" in answer.text) != htmx
    secret = secret_in(answer)
    said = client.get("/api/auth/profile", headers={"Authorization": f"Bearer {secret}"})
    assert said.json["user"]["email"] == world.bob.email

    page = bob.get(PATH)
    assert secret not in page.text
    shown = text_of(page)
    assert "Nightly export read and write" in shown
    assert f"HQ ends in {secret[-4:]} used just now expires Wed 1 Apr" in shown


def test_what_is_missing_is_said_and_what_was_typed_stays(bob, world):
    answer = make(bob, world, name=" ")
    assert answer.status_code == 422
    assert "Name is required" in text_of(answer)
    assert 'value="write" checked' in answer.text
    assert 'value="30" checked' in answer.text


@pytest.mark.parametrize("days", ["", "366", "x", "-1", "²"])
def test_it_ends_within_a_year(bob, world, days):
    answer = make(bob, world, expires_in_days=days)
    if answer.status_code == 200:  # nothing was chosen: the usual 90 days
        assert "expires Sun 31 May" in text_of(answer)
    else:
        assert answer.status_code == 422


@pytest.mark.parametrize("htmx", [False, True])
def test_revoking(bob, world, client, htmx):
    secret = secret_in(made := make(bob, world))
    address = revoke_address(made)
    for _ in range(2):  # a second click changes nothing
        answer = bob.post(address, htmx=htmx)
        page = answer if htmx else bob.follow(answer)
        assert "“Nightly export” is revoked" in page.text
        assert "No access tokens yet" in page.text
    assert client.get("/api/contacts", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_somebody_elses(bob, vera, charlie, world, client):
    secret = secret_in(made := make(bob, world))
    for other in (vera, charlie):
        assert "Nightly export" not in other.get(PATH).text
        assert other.post(revoke_address(made)).status_code == 403
    assert client.get("/api/contacts", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_site_is_chosen_where_there_are_several(browse, world, bob):
    dora = browse("dora", world.hq)
    assert '<select class="form-select" id="token-site_id"' in dora.get(PATH).text
    assert '<select class="form-select" id="token-site_id"' not in bob.get(PATH).text
    assert "Annex ends in" in text_of(make(dora, world, site_id=world.annex))
    assert make(bob, world, site_id=world.annex).status_code == 403
    assert make(bob, world, site_id="x").status_code == 422


def test_an_expired_one_says_so(bob, browse, world):
    make(bob, world)
    with time_machine.travel("2026-04-03T12:00:00Z", tick=False):
        assert "expired 2 days ago" in text_of(browse("bob").get(PATH))


def test_queries_of_the_page(browse, world, queries):
    dora = browse("dora", world.hq)
    asked_for = []
    for _ in range(2):
        for site in (world.hq, world.annex):
            make(dora, world, site_id=site)
        queries.statements.clear()
        dora.get(PATH)
        asked_for.append(len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]))
    assert asked_for == [3, 3]  # the login, the tokens, and what is due in the frame


def form_in(answer, action):
    """What the form with this address would send."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', answer.text, re.DOTALL)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_token_whose_answer_was_lost(bob, vera, world, client, htmx):
    once = form_in(bob.get(PATH), PATH)["once"]
    lost = secret_in(make(bob, world, htmx, once=once))
    again = make(bob, world, htmx, once=once)
    to = again.headers["HX-Redirect"] if htmx else again.location
    page = bob.get(to)
    assert "“Nightly export” was made, but can be shown no more" in text_of(page)
    assert lost not in page.text
    assert text_of(page).count("ends in") == 1  # one token was made
    # It is not for others to see, and can have gone by the time.
    assert "can be shown no more" not in vera.get(to).text
    assert "can be shown no more" not in bob.get(f"{PATH}?made=x").text

    action = re.search(r'action="(/settings/tokens/[^"]+/again)"', page.text)[1]
    assert vera.post(action).status_code == 403
    fields = form_in(page, action)
    answer = bob.post(action, fields, htmx=htmx)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert text_of(answer).count("ends in") == 1
    assert "Nightly export read and write HQ" in text_of(answer)
    assert "expires Wed 1 Apr" in text_of(answer)
    for secret, status in ((lost, 401), (secret_in(answer), 200)):
        assert client.get("/api/contacts", headers={"Authorization": f"Bearer {secret}"}).status_code == status
    # This answer may get lost as well; without the form's key a second try is refused.
    again = bob.post(action, fields, htmx=htmx)
    assert "can be shown no more" in bob.get(again.headers["HX-Redirect"] if htmx else again.location).text
    assert bob.post(action).status_code == 409
    assert text_of(bob.get(PATH)).count("ends in") == 1


def test_no_token_is_kept_with_the_answer(app, bob, world):
    secret = secret_in(make(bob, world, once=form_in(bob.get(PATH), PATH)["once"]))
    with app.app_context():
        kept = db.session.scalars(select(KeptAnswer)).one()
        assert secret not in f"{kept.headers} {kept.body}"


def test_no_token_takes_the_place_of_one_in_a_site_that_was_left(app, browse, world):
    dora = browse("dora", world.hq)
    page = make(dora, world, site_id=world.annex)
    action = revoke_address(page).replace("/revoke", "/again")
    with app.app_context(), transaction():
        db.session.delete(db.session.get_one(Membership, (world.dora.id, world.annex)))
    assert dora.post(action).status_code == 403
    assert text_of(dora.get(PATH)).count("ends in") == 1
