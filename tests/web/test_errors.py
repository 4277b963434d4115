"""What people read when something is refused or breaks."""

from __future__ import annotations

from uuid import uuid4

import pytest

from crm.services import contacts
from making import at
from web.browsing import form_in, text_of


def test_an_unknown_address(bob, client, world):
    page = bob.get("/no-such-page")
    assert page.status_code == 404
    assert "Go to the contacts of HQ" in text_of(page)
    assert "Follow-ups" in text_of(page)  # the frame is there
    assert client.get("/no-such-page").status_code == 404
    assert "HQ" not in text_of(client.get("/no-such-page"))


def test_logging_is_elsewhere_where_there_is_no_contact(bob):
    page = bob.get(f"/contacts/{uuid4()}").text
    assert 'href="/interactions/new"' in page
    assert 'href="#log"' not in page


@pytest.mark.parametrize("path", ["/contacts/{}", "/meetings/{}", "/interactions/{}", "/contacts/{}/edit"])
def test_an_unknown_row(bob, path):
    page = bob.get(path.format(uuid4()))
    assert page.status_code == 404
    assert "It may have been deleted" in text_of(page)
    assert bob.get(path.format("x")).status_code == 404


def test_a_row_of_the_other_office_offers_to_switch(browse, rows, world):
    hers = rows.contact("Carla", by="charlie")
    dora = browse("dora", site=world.hq)
    page = dora.get(f"/contacts/{hers}")
    assert page.status_code == 403
    assert "This belongs to another site than HQ" in text_of(page)
    assert f'href="/sites?next=/contacts/{hers}"' in page.text
    assert dora.post("/sites", {"site": world.annex, "next": f"/contacts/{hers}"}).location == f"/contacts/{hers}"
    assert dora.get(f"/contacts/{hers}").status_code == 200


def test_a_wrong_method(bob):
    page = bob.get("/sign-out")
    assert page.status_code == 405
    assert page.headers["Allow"]
    assert "Go back and use the buttons" in text_of(page)


def test_too_large(bob):
    page = bob.post("/contacts/new", {"name": "Ada", "notes": "x" * 2_200_000})
    assert page.status_code == 413
    assert "2 MB" in text_of(page)


@pytest.mark.parametrize("htmx", [False, True])
def test_something_breaks(app, bob, monkeypatch, htmx):
    def broken(*_args, **_kwargs):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(contacts, "find", broken)
    app.testing = False
    try:
        answer = bob.get("/contacts", htmx=htmx)
    finally:
        app.testing = True
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert "Nothing was changed" in text_of(answer) or "It has been noted" in text_of(answer)


@pytest.mark.parametrize("number", ["9" * 23, "9" * 5000])
def test_a_number_larger_than_any(bob, rows, number):
    ada = rows.contact()
    there = 422 if len(number) < 1000 else 303  # what is longer than any number was not sent
    meeting, talk = rows.meeting(ada, scheduled_datetime=at(days=-1)), rows.log(ada)
    for path, fields, status in (
        ("/interactions/several/undo", {"first": number, "last": number}, 303),
        (f"/meetings/{meeting}/agenda", {"point": "Budget", "to": number}, 303),
        (f"/meetings/{meeting}/complete", {"length": number}, there),
        (f"/interactions/{talk}/edit", {"title": "A talk", "type": "call", "version": number}, there),
    ):
        assert bob.post(path, fields).status_code == status, path
    for field in ("hour", "weekday"):
        assert bob.get(f"/interactions?{field}={number}").status_code == 422


def test_htmx_gets_a_message_and_no_swap(bob, rows):
    hers = rows.contact("Carla", by="charlie")
    for path, status in ((f"/contacts/{hers}/edit", 403), (f"/contacts/{uuid4()}/edit", 404)):
        answer = bob.get(path, htmx=True)
        assert (answer.status_code, answer.headers["HX-Reswap"]) == (status, "none")
        assert answer.text.lstrip().startswith('<div hx-swap-oob="innerHTML:#toasts">')


@pytest.mark.parametrize(
    ("path", "typed", "corrected", "says"),
    [
        ("/views", {"name": "w" * 61, "query": "type=call"}, {"name": "Calls"}, "Name must"),
        (
            "/interactions/several",
            {"row": "{call}", "act": "topics", "new_topics": "t" * 600},
            {"new_topics": "Prices"},
            "Topics",
        ),
        ("/contacts/bulk/tag", {"contact": "{ada}", "tags": "t" * 600}, {"tags": "vip"}, "Tags"),
        ("/meetings/{meeting}/agenda", {"point": "p" * 600}, {"point": "Prices"}, "Agenda"),
    ],
)
def test_a_word_that_is_refused_is_there_to_be_corrected(bob, rows, ada, path, typed, corrected, says):
    here = {"ada": ada, "call": rows.log(ada, type="call"), "meeting": rows.meeting(ada)}
    path, typed = path.format(**here), {name: text.format(**here) for name, text in typed.items()}
    page = bob.post(path, typed)
    assert page.status_code == 422
    assert says in text_of(page)
    form = form_in(page, path)
    assert {name: form[name] for name in typed} == typed
    assert f'value="{typed[next(iter(corrected))]}" autocomplete="off" autofocus' in page.text
    assert bob.post(path, form | corrected).status_code == 303


def test_back_to_the_page_of_a_form_that_is_refused(bob):
    refused = bob.post(
        "/interactions/several", {"act": "topics"}, headers={"Referer": "http://localhost/interactions?type=call"}
    )
    assert '<a class="btn btn-primary" href="/interactions?type=call">Back to the page</a>' in refused.text
    for from_there in ("http://localhost/interactions/several", "http://elsewhere.example/interactions"):
        refused = bob.post("/interactions/several", {"act": "topics"}, headers={"Referer": from_there})
        assert refused.status_code == 422
        assert "Back to the page" not in refused.text


def test_a_word_that_comes_too_late_is_not_lost(bob, rows, ada):
    over = rows.meeting(ada, scheduled_datetime=at(days=-1))
    rows.completed(over)
    page = bob.post(f"/meetings/{over}/agenda", {"point": "Prices"})
    assert page.status_code == 409
    assert form_in(page, f"/meetings/{over}/agenda") == {"point": "Prices"}
    assert f'href="/meetings/{over}"' in page.text


def test_a_point_that_is_moved_is_no_word(bob, rows, ada):
    meeting = rows.meeting(ada)
    page = bob.post(f"/meetings/{meeting}/agenda", {"point": "p" * 600, "to": "0"})
    assert page.status_code == 422
    assert "Send it again" not in page.text
