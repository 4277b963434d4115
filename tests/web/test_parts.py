"""Parts of pages that are rendered once and shown again: each reader still gets their own, and what is true now."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
import time_machine

from making import NOW
from web.browsing import token_in

pytestmark = pytest.mark.usefixtures("clock")

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"


@pytest.fixture
def talk(rows, ada):
    return rows.log(ada, title="A talk", start_datetime="2026-03-02T08:00:00Z")


def test_times_are_the_readers_own(browse, ada, talk):
    bob, alice = browse("bob"), browse("alice")
    assert "Today, 09:00" in bob.get(f"/contacts/{ada}").text
    alice.post("/settings", {"name": "Alice", "timezone": "Asia/Tokyo"})
    page = alice.get(f"/contacts/{ada}").text
    assert "Today, 17:00" in page
    assert "Today, 09:00" not in page
    american = bob.get(f"/contacts/{ada}", headers={"Accept-Language": "en-US"}).text
    assert "Today, 9:00 AM" in american
    assert "Today, 09:00" in bob.get(f"/contacts/{ada}").text


def test_today_is_yesterday_tomorrow(bob, ada, talk):
    assert "Today, 09:00" in bob.get(f"/contacts/{ada}").text
    with time_machine.travel(datetime.fromisoformat(str(NOW)[:10] + "T23:30:00+00:00"), tick=False):
        assert "Yesterday, 09:00" in bob.get(f"/contacts/{ada}").text


def test_who_only_reads_is_offered_no_change(bob, vera, ada, talk):
    assert f"/interactions/{talk}/edit" in bob.get(f"/contacts/{ada}").text
    page = vera.get(f"/contacts/{ada}").text
    assert "A talk" in page
    assert f"/interactions/{talk}/edit" not in page
    assert f"/contacts/{ada}/edit" not in page


def test_a_change_shows_at_once(bob, rows, ada, talk):
    assert "A talk" in bob.get(f"/contacts/{ada}").text
    form = bob.get(f"/interactions/{talk}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)[1]
    bob.post(f"/interactions/{talk}/edit", {"title": "A long talk", "type": "call", "version": version})
    page = bob.get(f"/contacts/{ada}").text
    assert "A long talk" in page
    assert ">A talk<" not in page


def test_everybody_writes_with_the_token_of_their_own_session(browse, ada):
    first, second = browse("bob"), browse("bob")
    tokens = {token for one in (first, second) for token in re.findall(r'name="csrf_token" value="([^"]+)"', one.get("/").text)}
    assert len(tokens) == 2
    page = first.get(f"/contacts/{ada}").text
    assert token_in(second.get("/").text) not in page


def test_a_part_says_nothing_that_changes_by_the_minute_or_with_who_asks():
    """Their templates, and what these include: no "5 min ago", no key that is to be another one in each form, and nothing that
    HTMX gets and a plain browser does not."""
    sources = {path: path.read_text() for path in [*TEMPLATES.rglob("*.html"), *(ROOT / "crm").rglob("*.py")]}
    named = {name for source in sources.values() for name in re.findall(r'\bpart\(\s*"([\w/-]+\.html)"', source)}
    named |= {f"shell/_{name}.html" for source in sources.values() for name in re.findall(r'{{ frame\("(\w+)"', source)}
    assert len(named) >= 8
    while named:
        source = sources[TEMPLATES / named.pop()]
        assert not re.search(r"\|\s*(ago|ahead|begun)\b|ui\.once|new_key|messages\(|wall_clock|scripted\(|forms\.rows", source)
        named |= set(re.findall(r'{% include "([^"]+)"', source))
