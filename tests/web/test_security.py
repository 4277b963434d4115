"""What the browser is told to refuse."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crm import create_app

TEMPLATES = sorted((Path(__file__).resolve().parent.parent.parent / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", ["/", "/sign-in", "/contacts", "/no-such-page", "/healthz"])
def test_headers(bob, path):
    answer = bob.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


def test_pages_are_private_and_told_from_fragments(bob):
    answer = bob.get("/contacts")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "HX-Request"} <= set(answer.vary)


def test_over_https_the_browser_is_told_to_stay_there(settings):
    app = create_app(replace(settings, secure_cookies=True))
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_nobody_is_sent_away_from_a_page_whose_path_is_another_address(bob):
    """A link to //elsewhere.example on this server is a page without a row, and has buttons like any other."""
    answer = bob.post("/theme", {"theme": "dark"}, headers={"Referer": "http://localhost//elsewhere.example/"})
    assert answer.location == "/"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_script_or_style_in_it(template):
    source = template.read_text()
    assert not re.search(r"<style|\sstyle=|javascript:|\son[a-z]+\s*=|hx-on|hx-vals=['\"]js:|hx-vars", source, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_posts_carries_the_token(template):
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", template.read_text(), re.DOTALL):
        assert "token()" in form


def test_what_people_type_is_shown_as_text(bob, rows):
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    ada = rows.contact(nasty[:200], notes=nasty, tags=[nasty], company=nasty)
    uid = rows.log(ada, notes=nasty, topics_discussed=[nasty], location=nasty, lead=nasty)
    rows.meeting(ada, purpose=nasty, agenda_items=[nasty], location=nasty)
    rows.follow_up(nasty, contact_id=ada)
    for path in (
        "/",
        "/contacts",
        f"/contacts?search={nasty}",
        f"/contacts/{ada}",
        f"/interactions/{uid}",
        f"/interactions/{uid}/edit",
    ):
        page = bob.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
