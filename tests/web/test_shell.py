"""What every page has around it: places, the palette, the search field, keys, cookies, and files that travel compressed."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import brotli
import pytest
import time_machine

from crm import clock, create_app
from making import at
from web.browsing import text_of

ROOT = Path(__file__).resolve().parent.parent.parent


def options(answer):
    return [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in re.findall(r'role="option".*?>(.*?)</(?:a|button)>', answer.text)
    ]


def test_the_places_say_where_one_is(bob, ada):
    for path, label in (
        ("/", "Today"),
        (f"/contacts/{ada}", "Contacts"),
        ("/meetings", "Meetings"),
        ("/follow-ups", "Follow-ups"),
        ("/imports", "Contacts"),
        (f"/contacts/{ada}/merge", "Contacts"),
    ):
        page = bob.get(path).text
        here = re.findall(r'<a class="nav-item" href="[^"]+" title="([^"]+)"[^>]*aria-current="page"', page)
        assert here == [label]


def test_the_palette_offers_people_places_and_what_can_be_started(bob, rows, ada):
    rows.log(ada)
    found = options(bob.get("/palette", htmx=True))
    assert found[0].startswith("AL Ada Lovelace")
    for label in (
        "Log an interaction n",
        "New contact",
        "New follow-up",
        "Contacts g c",
        "Theme: dark",
        "Keyboard shortcuts ?",
        "Sign out",
    ):
        assert label in found
    assert not any("Switch to" in option for option in found)


def test_the_palette_of_who_only_reads_starts_nothing_that_writes(vera):
    found = options(vera.get("/palette", htmx=True))
    assert "Contacts g c" in found
    assert not {"Log an interaction n", "New contact", "New follow-up", "Schedule a meeting"} & set(found)


def test_the_palette_switches_the_site(browse, world):
    dora = browse("dora", site=world.hq)
    found = options(dora.get("/palette", htmx=True))
    assert "Switch to Annex" in found
    assert "Switch to HQ" not in found


def test_finding_anybody(bob, charlie, rows):
    rows.contact("Grace Hopper", company="Navy")
    assert options(bob.get("/palette/contacts?search=hop", htmx=True)) == ["GH Grace Hopper Navy"]
    assert options(bob.get("/palette/contacts?search=nobody", htmx=True)) == []
    assert options(charlie.get("/palette/contacts?search=hop", htmx=True)) == []


def test_a_follow_up_from_anywhere_asks_with_whom(bob, ada):
    page = bob.get("/palette/follow-up")
    assert "New follow-up" in text_of(page)
    assert "Follow up with Ada Lovelace" in text_of(bob.follow(bob.get(f"/palette/follow-up?contact={ada}")))


def test_results_as_one_types(bob, charlie, rows, ada):
    rows.log(ada, title="About pricing")
    rows.meeting(ada, purpose="Pricing review")
    answer = bob.get("/find?q=pricing", htmx=True)
    assert [text.split(" with ")[0].removeprefix("Call ") for text in options(answer)] == ["Pricing review", "About pricing"]
    assert options(bob.get("/find?q=lovelace", htmx=True))[0].startswith("AL Ada Lovelace Analytical Engines")
    assert "Nothing has “xyz” in it" in text_of(bob.get("/find?q=xyz", htmx=True))
    assert text_of(bob.get("/find?q=", htmx=True)) == ""
    assert options(charlie.get("/find?q=pricing", htmx=True)) == []


def test_a_text_that_cannot_be_searched_for_is_refused_with_a_reason(bob):
    answer = bob.get("/find?q=" + "x" * 501, htmx=True)
    assert answer.status_code == 422
    assert "at most 500 characters" in text_of(answer)


def test_single_keys_can_be_switched_off(bob):
    assert "data-keys" not in bob.get("/").text
    answer = bob.post("/keys", {"keys": "off"}, headers={"Referer": "http://localhost/meetings"})
    assert answer.location == "/meetings"
    assert '<html lang="en" data-theme-chosen="auto" data-keys="off">' in bob.get("/").text
    bob.post("/keys", {"keys": "on"})
    assert "data-keys" not in bob.get("/").text


@pytest.mark.parametrize("form", [("/theme", {"theme": "dark"}), ("/keys", {"keys": "off"})])
def test_what_a_browser_keeps_travels_over_https_only(settings, form):
    app = create_app(replace(settings, secure_cookies=True))
    app.config["WTF_CSRF_ENABLED"] = False
    # A proxy that ends https in front may not say so: the settings do.
    answer = app.test_client().post(form[0], data=form[1])
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_page_may_stay_open_for_weeks(bob):
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        assert bob.post("/contacts/new", {"name": "Ada Lovelace"}).status_code == 303


def test_who_is_going_cold(bob, vera, rows):
    grace = rows.contact("Grace Hopper", keep_in_touch_days=7)
    rows.log(grace, start_datetime=at(days=-30))
    page = bob.get("/")
    assert "Grace Hopper" in text_of(page)
    assert "wanted every 7" in text_of(page)
    assert f"/interactions/new?contact={grace}" in page.text
    rows.log(grace, start_datetime=clock.now().isoformat())
    assert "wanted every 7" not in text_of(bob.get("/cold", htmx=True))
    assert "/interactions/new?contact" not in vera.get("/cold", htmx=True).text


def test_a_viewer_sees_who_is_going_cold_in_the_whole_site(browse, vera, rows):
    """They own nobody, so that nobody would ever be theirs."""
    rows.log(rows.contact("Grace Hopper", keep_in_touch_days=7), start_datetime=at(days=-30))
    assert "Grace Hopper" in text_of(vera.get("/cold", htmx=True))
    assert "Grace Hopper" not in text_of(browse("alice").get("/cold", htmx=True))


def test_more_that_go_cold_are_in_the_list(bob, rows):
    for number in range(7):
        rows.log(rows.contact(f"Contact {number}", keep_in_touch_days=7), start_datetime=at(days=-30))
    page = bob.get("/")
    assert page.text.count('<li class="cold">') == 6
    address = unescape(re.search(r'href="(/contacts\?last=cold[^"]*)"', page.text)[1])
    assert "7 contacts" in text_of(bob.get(address))


def test_a_face_has_the_colour_of_the_name(bob, rows):
    """Wherever it stands, and however often the same people are loaded anew."""
    ada = rows.contact("Ada Lovelace")
    other = rows.contact("Ada Lovelace", company="Another")
    faces = re.findall(r'class="face (face-\d) ?[^"]*"[^>]*>AL<', bob.get(f"/contacts/{ada}").text)
    faces += re.findall(r'class="face (face-\d) ?[^"]*"[^>]*>AL<', bob.get(f"/contacts/{other}").text)
    faces += re.findall(r'class="face (face-\d) ?[^"]*"[^>]*>AL<', bob.get("/contacts").text)
    assert len(faces) >= 4
    assert len(set(faces)) == 1


def test_the_font_is_the_one_that_is_fetched():
    """One address in the style sheet and in the page's head, with the version of the package: else it is loaded twice, or an
    old one is kept for good."""
    version = json.loads((ROOT / "package.json").read_text())["dependencies"]["@fontsource-variable/inter"]
    for name in ("static/base.css", "templates/bare.html"):
        assert f"vendor/inter.woff2?v={version}" in (ROOT / name).read_text()
    assert f"vendor/inter-more.woff2?v={version}" in (ROOT / "static/base.css").read_text()


def test_the_font_has_the_letters_of_europe(app):
    """Each in one of the two files, and not in both: else a page would fetch the second one for nothing."""
    faces = re.findall(r"(inter(?:-more)?)\.woff2.*?unicode-range: ([^;]+);", (ROOT / "static/base.css").read_text(), re.DOTALL)
    ranges = {name: re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", said) for name, said in faces}
    letters = {
        name: {chr(code) for first, last in some for code in range(int(first, 16), int(last or first, 16) + 1)}
        for name, some in ranges.items()
    }
    assert not letters["inter"] & letters["inter-more"]
    for alphabet in ("äöüßẞ", "éèêçœ", "łńśźżąęć", "čďěňřšťůž", "őű", "șțăâî", "ğışİ", "ģķļņ", "āēīū", "æøåð", "ħġċ", "ŵŷẅ"):
        assert set(alphabet + alphabet.upper()) - {"S"} <= letters["inter"] | letters["inter-more"], alphabet
    assert set("Contacts, 1,234 · “Łukasz”…") - letters["inter"] == {"Ł"}


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)])
def test_files_travel_compressed(app, encoding, unpack):
    answer = app.test_client().get("/static/base.css", headers={"Accept-Encoding": encoding})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert unpack(answer.data) == (ROOT / "static/base.css").read_bytes()
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_file_that_is_known_is_not_sent_again(app):
    client = app.test_client()
    first = client.get("/static/base.css", headers={"Accept-Encoding": "br"})
    again = client.get(
        "/static/base.css", headers={"Accept-Encoding": "br", "If-Modified-Since": first.headers["Last-Modified"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert client.head("/static/base.css", headers={"Accept-Encoding": "br"}).data == b""
    assert client.get("/static/logo.svg", headers={"Range": "bytes=0-3"}).status_code == 206
