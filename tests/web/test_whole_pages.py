"""What is aimed at #main goes on to another page, or comes back as its own: as a plain form, but sent by HTMX."""

from __future__ import annotations

from web.browsing import text_of, titles

MAIN = {"HX-Target": "main"}


def test_a_refused_form_is_shown_with_its_page(bob):
    answer = bob.post("/settings", {"name": "", "timezone": ""}, htmx=True, headers=MAIN)
    assert answer.status_code == 422
    assert answer.headers["HX-Reswap"].startswith("outerHTML")
    assert '<main id="main"' in answer.text
    assert "field-error" in answer.text


def test_a_write_leads_on_even_where_it_has_a_part(bob, ada, rows):
    logged = rows.log(ada)
    answer = bob.post(f"/interactions/{logged}/delete", htmx=True, headers=MAIN)
    assert (answer.text, answer.headers["HX-Redirect"]) == ("", f"/contacts/{ada}")
    page = bob.get(f"/contacts/{ada}")
    assert titles(page) == []
    assert "Deleted:" in text_of(page)
    # The "Undo" that a page brings along leads back to a page.
    assert 'hx-target="#main"' in page.text[page.text.index("toast-note") :]


def test_what_is_refused_for_good_leaves_the_page(bob, ada, browse):
    browse("alice").post(f"/contacts/{ada}/delete")
    answer = bob.post(f"/contacts/{ada}/delete", htmx=True, headers=MAIN)
    assert answer.status_code == 404
    assert answer.headers["HX-Reswap"] == "none"
    assert 'hx-swap-oob="innerHTML:#toasts"' in answer.text


def test_merging_twice_is_merging_once(bob, ada, rows):
    other = rows.contact("Ada L.")
    body = {"with": str(other), "once": "a-key-of-the-form"}
    first, again = (bob.post(f"/contacts/{ada}/merge", body) for _ in range(2))
    assert first.location == again.location == f"/contacts/{ada}"
    assert "Two became one" in text_of(bob.follow(again))
