"""The calendar: a month or a week of meetings on the reader's wall, and moving them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from making import at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


def shown(page):
    """The meetings of each day that has any: time and contact."""
    parts = re.split(r'data-day="([\d-]+)"', page.text)[1:]
    days = zip(parts[::2], parts[1::2], strict=True)
    found = {
        day: re.findall(r'event-time">([\d:]+)</span>\s*<span class="event-words"><strong>([^<]+)<', part) for day, part in days
    }
    return {day: [f"{time} {unescape(name)}" for time, name in events] for day, events in found.items() if events}


@pytest.mark.parametrize("view", ["month", "week"])
def test_days_are_the_readers(bob, browse, rows, ada, view):
    for moment in ("2026-03-03T22:59:00Z", "2026-03-03T23:00:00Z", "2026-03-09T12:00:00Z", "2026-05-01T12:00:00Z"):
        rows.meeting(ada, scheduled_datetime=moment)
    page = bob.get(f"/meetings/calendar?view={view}&date=2026-03-04")
    expected = {"2026-03-03": ["23:59 Ada Lovelace"], "2026-03-04": ["00:00 Ada Lovelace"]}
    if view == "month":
        expected["2026-03-09"] = ["13:00 Ada Lovelace"]
    assert shown(page) == expected
    assert "Europe/Berlin time" in text_of(page)


def test_a_month_is_whole_weeks(bob, rows, ada):
    page = bob.get("/meetings/calendar?date=2026-03-15")
    days = re.findall(r'data-day="([\d-]+)"', page.text)
    assert (days[0], days[-1], len(days)) == ("2026-02-23", "2026-04-05", 42)
    assert "March 2026" in text_of(page)
    for code in ("before", "after"):
        assert f'id="calendar-{code}"' in page.text
    assert "date=2026-02-01" in page.text
    assert "date=2026-04-01" in page.text
    for odd in ("nonsense", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert "March 2026" in text_of(bob.get(f"/meetings/calendar?date={odd}"))
    february = re.findall(r'data-day="([\d-]+)"', bob.get("/meetings/calendar?date=2027-02-10").text)
    assert (february[0], february[-1], len(february)) == ("2027-02-01", "2027-02-28", 28)


def test_what_became_of_them_is_seen(bob, rows, ada):
    ahead = rows.meeting(ada)
    waiting = rows.meeting(ada, scheduled_datetime=at(hours=-1))
    done, off, missed = (rows.meeting(ada, scheduled_datetime=at(hours=-2)) for _ in range(3))
    rows.completed(done)
    bob.post(f"/meetings/{off}/cancel")
    bob.post(f"/meetings/{missed}/missed")
    page = bob.get("/meetings/calendar?view=week").text
    states = dict(re.findall(r'class="event event-(\w+)" id="event-([0-9a-f-]+)"', page))
    found = {uid: state for state, uid in re.findall(r'class="event event-(\w+)" id="event-([0-9a-f-]+)"', page)}
    assert len(states) == 5
    expected = {ahead: "scheduled", waiting: "waits", done: "completed", off: "cancelled", missed: "missed"}
    assert found == {str(uid): state for uid, state in expected.items()}
    movable = re.findall(r'data-event="([0-9a-f-]+)"', page)
    assert sorted(movable) == sorted(map(str, (ahead, waiting)))


def test_a_full_day(bob, rows, ada):
    for minute in range(7):
        rows.meeting(ada, scheduled_datetime=f"2026-03-03T09:{minute:02}:00Z")
    month = bob.get("/meetings/calendar")
    assert len(shown(month)["2026-03-03"]) == 4
    assert "3 more" in text_of(month)
    week = bob.get("/meetings/calendar?view=week")
    assert len(shown(week)["2026-03-03"]) == 7
    assert "lane-4 lanes-5" in week.text


def test_places_in_a_week(bob, rows, ada):
    rows.meeting(ada, scheduled_datetime="2026-03-03T05:30:00Z", duration=45)  # 06:30 in Berlin: earlier than the usual hours
    rows.meeting(ada, scheduled_datetime="2026-03-03T05:45:00Z", duration=15)
    rows.meeting(ada, scheduled_datetime="2026-03-03T22:30:00Z", duration=120)
    page = bob.get("/meetings/calendar?view=week").text
    assert 'data-first="6"' in page
    places = re.findall(r'class="slot (at-\d+ for-\d+ lane-\d+ lanes-\d+)"', page)
    assert places == ["at-2 for-3 lane-0 lanes-2", "at-3 for-2 lane-1 lanes-2", "at-70 for-2 lane-0 lanes-1"]


def test_over_midnight(bob, rows, ada):
    rows.meeting(ada, purpose="Launch", scheduled_datetime="2026-03-03T22:00:00Z", duration=150)  # 23:00 to 01:30 in Berlin
    rows.meeting(ada, scheduled_datetime="2026-03-01T23:30:00Z", duration=24 * 60)
    called_off = rows.meeting(ada, scheduled_datetime="2026-03-05T22:30:00Z", duration=120)
    bob.post(f"/meetings/{called_off}/cancel")
    page = bob.get("/meetings/calendar?view=week")
    rests = dict(re.findall(r'data-day="([\d-]+)"(?:(?!data-day).)*?event-until">(until .*?)</span>', page.text, re.DOTALL))
    said = {day: re.sub("<[^>]+>", "", words) for day, words in rests.items()}
    assert said == {"2026-03-03": "until 00:30", "2026-03-04": "until 01:30"}
    sunday = bob.get("/meetings/calendar?view=week&date=2026-03-09")
    assert "until" not in text_of(sunday)
    rows.meeting(ada, scheduled_datetime="2026-03-08T22:30:00Z", duration=90)
    assert "until 01:00" in text_of(bob.get("/meetings/calendar?view=week&date=2026-03-09"))
    assert page.text.count('data-event="') == 2  # a rest is not moved


def test_what_is_free_beside_a_meeting_is_used(bob, rows, ada):
    for start, minutes in (("09:00", 120), ("09:00", 30), ("10:00", 60), ("10:15", 30)):
        rows.meeting(ada, scheduled_datetime=f"2026-03-03T{start}:00+01:00", duration=minutes)
    page = bob.get("/meetings/calendar?view=week").text
    places = re.findall(r'class="slot (at-\d+ for-\d+ lane-\d+ lanes-\d+(?: span-\d)?)"', page)
    assert places == [
        "at-4 for-8 lane-0 lanes-3",
        "at-4 for-2 lane-1 lanes-3 span-2",
        "at-8 for-4 lane-1 lanes-3",
        "at-9 for-2 lane-2 lanes-3",
    ]


def test_more_at_a_time_than_fit_beside_each_other_can_all_be_reached(bob, rows, ada):
    for _ in range(7):
        rows.meeting(ada, scheduled_datetime="2026-03-03T09:00:00Z")
    page = bob.get("/meetings/calendar?view=week").text
    assert re.findall(r"lane-4 lanes-5(?: (deep-\d))?", page) == ["", "deep-1", "deep-2"]


@pytest.mark.parametrize("view", ["month", "week"])
def test_only_ones_own(bob, rows, ada, view):
    rows.meeting(ada)
    rows.meeting(rows.contact("Grace Hopper", by="alice"), by="alice")
    page = bob.get(f"/meetings/calendar?view={view}&whose=mine")
    assert shown(page) == {"2026-03-03": ["13:00 Ada Lovelace"]}
    assert f"view={view}&amp;date=2026-03-02&amp;whose=mine" in page.text
    assert f"No meetings this {view}." not in text_of(page)
    assert f"None of yours this {view}." in text_of(bob.get(f"/meetings/calendar?view={view}&date=2026-06-01&whose=mine"))


def test_moving_and_undoing(bob, rows, ada):
    uid = rows.meeting(ada)
    page = bob.get("/meetings/calendar").text
    version = re.search(r'data-version="(\d+)"', page)[1]
    answer = bob.post(f"/meetings/{uid}/move", {"scheduled_datetime": "2026-03-12T09:15", "version": version}, htmx=True)
    assert "Moved to Thu 12 Mar, 09:15." in text_of(answer)
    assert f'"focus": "{uid}"' in answer.headers["HX-Trigger-After-Settle"]
    assert shown(bob.get("/meetings/calendar")) == {"2026-03-12": ["09:15 Ada Lovelace"]}
    assert f'id="event-{uid}"' in bob.get(f"/meetings/calendar?focus={uid}", htmx=True).text
    bob.undo(answer)
    assert shown(bob.get("/meetings/calendar")) == {"2026-03-03": ["13:00 Ada Lovelace"]}
    late = bob.post(f"/meetings/{uid}/move", {"scheduled_datetime": "2026-03-20T09:15", "version": version}, htmx=True)
    assert late.status_code == 422


@pytest.mark.parametrize(("view", "title"), [("month", "April 2026"), ("week", "30 Mar – 5 Apr 2026")])
def test_the_page_goes_along_with_what_is_moved_off_it(bob, charlie, rows, ada, view, title):
    uid = rows.meeting(ada, scheduled_datetime="2026-04-03T08:00:00Z")
    here = f"/meetings/calendar?view={view}&date=2026-02-10&focus="
    page = bob.get(f"{here}{uid}", htmx=True)
    assert title in text_of(page)
    assert shown(page) == {"2026-04-03": ["10:00 Ada Lovelace"]}
    for unknown in (ada, "nonsense"):
        assert "Feb" in text_of(bob.get(f"{here}{unknown}", htmx=True))
    assert "Feb" in text_of(charlie.get(f"{here}{uid}", htmx=True))


def test_a_free_place_schedules(bob, vera, rows, ada):
    page = bob.get("/meetings/calendar").text
    assert 'href="/meetings/new?at=2026-03-03T10:00"' in page
    whom = bob.get("/meetings/new?at=2026-03-03T14:30")
    link = f"/meetings/new?contact={ada}&at=2026-03-03T14:30"
    assert link in unescape(whom.text)
    assert 'value="2026-03-03T14:30"' in bob.get(link).text
    assert "/meetings/new" not in vera.get("/meetings/calendar").text
    assert "/meetings/new" not in vera.get("/meetings/calendar?view=week").text


def test_another_site_sees_none_of_it(charlie, rows, ada):
    rows.meeting(ada)
    assert shown(charlie.get("/meetings/calendar")) == {}
