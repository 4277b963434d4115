"""Instants and days in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import localedata

from crm.web import locales, times
from crm.web.filters import initials
from crm.web.respond import local_path

NOW = datetime(2026, 3, 2, 13, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(hours=-14), "tomorrow"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=-13), "in 13 days"),
        (timedelta(days=21), "3 weeks ago"),
        (timedelta(days=90), "3 months ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(days=-366), "in 1 year"),
    ],
)
def test_how_far(gap, words):
    assert times.relative(NOW - gap, NOW) == words


def test_late_last_night_is_not_yesterday_yet():
    just_after_midnight = NOW.replace(hour=0, minute=30)
    assert times.relative(just_after_midnight - timedelta(hours=1), just_after_midnight) == "1 h ago"


@pytest.mark.parametrize("now", [datetime(2026, 3, 29, 1, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)])
def test_half_an_hour_is_half_an_hour_while_the_clocks_change(now):
    now = now.astimezone(NOW.tzinfo)
    moment = (now.astimezone(UTC) - timedelta(minutes=30)).astimezone(NOW.tzinfo)
    assert times.relative(moment, now) == "30 min ago"
    assert times.relative(now, moment) == "in 30 min"


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 3, 2), "today"),
        (date(2026, 3, 3), "tomorrow"),
        (date(2026, 3, 1), "1 day overdue"),
        (date(2026, 2, 20), "10 days overdue"),
        (date(2026, 3, 9), "Mon 9 Mar"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
    ],
)
def test_due(on, words):
    assert times.due(on, NOW.date()) == words


@pytest.mark.parametrize(("count", "words"), [(5, "5 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05"), (1500, "25 h")])
def test_minutes(count, words):
    assert times.minutes(count) == words


def test_a_time_elsewhere_is_shown_where_it_differs():
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert times.elsewhere(noon, "America/New_York", "Europe/Berlin") == "07:00 New York"
    assert times.elsewhere(noon, "Europe/Paris", "Europe/Berlin") == ""
    assert times.elsewhere(noon, "Pacific/Auckland", "Europe/Berlin") == "Tue 01:00 Auckland"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Lovelace", "AL"), ("Ada King Lovelace", "AL"), ("ada", "A"), ("Étienne", "É"), ("!", "?"), ("李 明", "李明")],
)
def test_initials(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/contacts?x=1", True),
        ("/", True),
        ("", False),
        (None, False),
        ("contacts", False),
        ("//e.x", False),
        ("/\t/e.x", False),
    ],
)
def test_local_paths(target, safe):
    assert local_path(target, "/default") == (target if safe else "/default")


AT = datetime(2026, 11, 21, 14, 5, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("languages", "day", "long", "hour", "number"),
    [
        ("", "Sat 21 Nov", "Saturday 21 November 2026", "14:05", "1,234"),
        ("en-GB,en;q=0.9", "Sat 21 Nov", "Saturday 21 November 2026", "14:05", "1,234"),
        ("en-US", "Sat, Nov 21", "Saturday, November 21, 2026", "2:05 PM", "1,234"),
        ("de-DE,de;q=0.9,en;q=0.8", "Sat 21. Nov", "Saturday 21. November 2026", "14:05", "1.234"),
        ("de-CH", "Sat 21. Nov", "Saturday 21. November 2026", "14:05", "1’234"),
        ("fr", "Sat 21 Nov", "Saturday 21 November 2026", "14:05", "1\u202f234"),
        ("ja", "Sat, Nov 21", "Saturday, November 21, 2026", "14:05", "1,234"),
        ("en-AU", "Sat 21 Nov", "Saturday 21 November 2026", "2:05 PM", "1,234"),
        ("xx-nonsense, *;q=0.1", "Sat 21 Nov", "Saturday 21 November 2026", "14:05", "1,234"),
        ("tlh, de;q=0.5", "Sat 21. Nov", "Saturday 21. November 2026", "14:05", "1.234"),
    ],
)
def test_the_manner_of_the_readers_country(app, languages, day, long, hour, number):
    with app.test_request_context(headers={"Accept-Language": languages}):
        assert times.day(AT.date(), AT.date()) == day
        assert times.long_day(AT.date()) == long
        assert times.hour(AT) == hour
        assert times.exact(AT) == f"{long}, {hour} CET"
        assert locales.number(1234) == number


def test_every_language_has_a_manner():
    """Persian writes its months in the form in which they stand by themselves."""
    unknown = [tag for tag in localedata.locale_identifiers() if not locales.of(tag.replace("_", "-"))]
    assert unknown == []


@pytest.mark.parametrize(("at", "said"), [(0, "12:05 AM"), (11, "11:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")])
def test_twelve_hours(app, at, said):
    with app.test_request_context(headers={"Accept-Language": "en-US"}):
        assert times.hour(AT.replace(hour=at)) == said


def test_a_page_is_written_in_it(bob, rows, ada):
    meeting = rows.meeting(ada, scheduled_datetime="2030-03-05T13:30:00Z")
    for language, said in (("en-US", "Tue, Mar 5, 2030, 2:30 PM"), ("de", "Tue 5. Mar 2030, 14:30")):
        page = bob.get(f"/meetings/{meeting}", headers={"Accept-Language": language}).text
        assert said in page
        assert 'title="Tuesday' in page
