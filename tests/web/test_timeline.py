"""A contact's page: what happened, what is ahead, and what is asked for."""

from __future__ import annotations

import re

import pytest

from making import at
from web.browsing import text_of, titles

pytestmark = pytest.mark.usefixtures("clock")


def test_nothing_yet(bob, vera, ada):
    assert "log it above" in text_of(bob.get(f"/contacts/{ada}"))
    assert "What the team logs stands here" in text_of(vera.get(f"/contacts/{ada}"))


def test_what_is_ahead_stands_above_now(bob, rows, ada):
    rows.log(ada, title="Past one", start_datetime=at(days=-1))
    rows.log(ada, title="Planned call", start_datetime=at(days=2))
    rows.meeting(ada, purpose="Next review", scheduled_datetime=at(days=1))
    rows.meeting(ada, purpose="Far review", scheduled_datetime=at(days=30))
    page = bob.get(f"/contacts/{ada}")
    assert titles(page) == ["Far review", "Planned call", "Next review", "Past one"]
    assert page.text.index("Next review</a></h4>") < page.text.index("now-line") < page.text.index("Past one</a>")


def test_a_meeting_whose_time_has_come_asks_to_be_completed(bob, rows, ada, clock):
    meeting = rows.meeting(ada, purpose="Quarterly review")
    assert "Did it take place?" not in text_of(bob.get(f"/contacts/{ada}"))
    clock.move_to(at(days=2))
    page = bob.get(f"/contacts/{ada}")
    assert "Quarterly review was planned for Tue 3 Mar, 13:00 . Did it take place?" in text_of(page)
    assert f"/meetings/{meeting}/complete" in page.text
    assert f"/meetings/{meeting}/missed" in page.text


def test_months_have_headings_and_times_are_the_readers(bob, rows, ada):
    rows.log(ada, title="In March", start_datetime="2026-03-01T22:30:00Z", timezone="America/New_York")
    rows.log(ada, title="In February", start_datetime="2026-02-10T12:00:00Z")
    rows.log(ada, title="Also in February", start_datetime="2026-02-09T12:00:00Z")
    rows.log(ada, title="The year before", start_datetime="2025-02-09T12:00:00Z")
    page = bob.get(f"/contacts/{ada}")
    assert re.findall(r"<h3>(\w+ \d{4})</h3>", page.text) == ["March 2026", "February 2026", "February 2025"]
    text = text_of(page)
    assert "Yesterday, 23:30 (17:30 New York)" in text
    assert "Sun 9 Feb 2025, 13:00" in text
    assert 'datetime="2026-03-01T22:30:00Z" title="Sunday 1 March 2026, 23:30 CET"' in page.text


def test_only_one_type(bob, rows, ada):
    rows.log(ada, title="A call it was", type="call")
    rows.log(ada, title="A coffee it was", type="coffee")
    rows.meeting(ada, purpose="Ahead")
    assert titles(bob.get(f"/contacts/{ada}?type=coffee")) == ["A coffee it was"]
    part = bob.get(f"/contacts/{ada}/timeline?type=coffee", htmx=True)
    assert titles(part) == ["A coffee it was"]
    assert re.search(r'id="only-coffee"[^>]*aria-current="true"', part.text)
    assert "Nothing of this kind yet" in text_of(bob.get(f"/contacts/{ada}?type=lunch"))
    assert titles(bob.get(f"/contacts/{ada}?type=nonsense")) == ["Ahead", "A coffee it was", "A call it was"]


def test_older_rows_load_by_cursor_with_and_without_htmx(bob, rows, ada):
    for number in range(115):
        rows.log(ada, title=f"Number {number:02}", start_datetime=at(days=-number - 1))
    seen, page = [], bob.get(f"/contacts/{ada}")
    for _ in range(2):
        seen += titles(page)
        older = re.search(r'<a class="btn" href="([^"]+)"[^>]*>Load older', page.text)
        page = bob.get(older[1].replace("&amp;", "&"))
        assert "Back to the newest" in page.text
    seen += titles(page)
    assert seen == [f"Number {number:02}" for number in range(115)]
    assert "Load older" not in page.text

    first = bob.get(f"/contacts/{ada}/timeline", htmx=True)
    more = re.search(r'class="ahead" hx-get="([^"]+)"', first.text)[1].replace("&amp;", "&")
    part = bob.get(more, htmx=True)
    assert titles(part) == [f"Number {number:02}" for number in range(50, 100)]
    assert "<section" not in part.text
    last_heading = re.findall(r"<h3>(.+?)</h3>", first.text)[-1]
    assert last_heading not in re.findall(r"<h3>(.+?)</h3>", part.text)  # it goes on under the same heading


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "A" * 500])
def test_a_broken_cursor_is_explained(bob, ada, cursor):
    answer = bob.get(f"/contacts/{ada}", query_string={"before": cursor})
    assert answer.status_code == 422
    assert "is not a cursor of this timeline" in text_of(answer)


def test_long_notes_are_folded_and_whole(bob, rows, ada):
    notes = "word " * 100
    rows.log(ada, notes=notes)
    page = bob.get(f"/contacts/{ada}")
    assert "Show all" in page.text
    assert notes.strip() in page.text


def test_the_head_says_how_things_stand(bob, rows, clock):
    ada = rows.contact(keep_in_touch_days=14)
    rows.log(ada, start_datetime=at(days=-3))
    rows.meeting(ada)
    text = text_of(bob.get(f"/contacts/{ada}"))
    assert "Last contact 3 days ago Next meeting Tomorrow, 13:00 Keep in touch every 14 days" in text
    assert "This quarter 1 talk Owner Bob" in text
    clock.move_to(at(days=20))
    assert "9 days over" in text_of(bob.get(f"/contacts/{ada}/head", htmx=True))


def test_open_follow_ups_stand_beside_it(bob, rows, ada):
    rows.follow_up("Send the offer", contact_id=ada, due_on="2026-03-01")
    rows.follow_up("Someday", contact_id=ada)
    text = text_of(bob.get(f"/contacts/{ada}/side", htmx=True))
    assert "Send the offer 1 day overdue Bob" in text
    assert "Someday someday Bob" in text


def test_the_link_to_the_minutes(bob, rows, ada):
    meeting = rows.meeting(ada, scheduled_datetime=at(days=-1))
    uid = rows.completed(meeting)
    assert f'href="/interactions/{uid}/meeting"' in bob.get(f"/contacts/{ada}").text
    assert bob.get(f"/interactions/{uid}/meeting").location == f"/meetings/{meeting}"
    assert bob.get(f"/interactions/{rows.log(ada)}/meeting").status_code == 404
