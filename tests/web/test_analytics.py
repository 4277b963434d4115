"""The analytics page: what is asked for, drawn, said, in tables and in files."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import insert, select

from crm.database import transaction
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.models.interaction import TYPES
from crm.services import analytics
from making import NOW, at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def talks(rows, ada):
    """Three calls and a lunch with Ada, a coffee with Grace; of alice, bob's colleague, one more."""
    for days, more in ((0, {"sentiment": "positive", "duration": 30}), (1, {"duration": 60}), (8, {"sentiment": "negative"})):
        rows.log(ada, start_datetime=at(hours=-1, days=-days), **more)
    rows.log(ada, type="lunch", start_datetime=at(days=-3), duration=90, sentiment="positive")
    rows.log(rows.contact("Grace Hopper"), type="coffee", start_datetime=at(days=-120))
    rows.log(None, by="alice", type="email", start_datetime=at(days=-20))
    return ada


def bars(answer):
    """What each bar of the first chart says, by its title."""
    first = answer.text.partition('data-plot="mood"')[0]
    if "data-bars=" in answer.text:
        return bars_to_be(first)
    found = re.findall(r'class="bar" aria-label="([^":]+): ([^"]+)"', first)
    return {unescape(title): unescape(note) for title, note in found}


def bars_to_be(chart):
    """Of many bars come the figures alone; the browser makes the bars (tests/browser/test_analytics.py)."""
    titles, _ = json.loads(re.search(r"data-bars='([^']+)'", chart)[1])
    series = json.loads(re.search(r"data-series='([^']+)'", chart)[1])
    words = dict(re.findall(r'data-named="(\w+)"><span[^>]*></span><span>([^<]+)<', chart))
    notes = [", ".join(f"{words[key]} {one[at]}" for key, one in series.items() if one[at]) for at in range(len(titles))]
    return {title: note or "nothing" for title, note in zip(titles, notes, strict=True)}


def read(answer):
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_last_twelve_weeks(bob, talks):
    page = bob.get("/analytics")
    said = bars(page)
    assert len(said) == 12
    assert said["Week of Mon 2 Mar"] == "Call 1"
    assert said["Week of Mon 23 Feb"] == "Call 1, Lunch 1"
    assert said["Week of Mon 16 Feb"] == "Call 1"
    assert said["Week of Mon 9 Feb"] == "E-mail 1"
    text = text_of(page)
    assert "Interactions 5 400% · was 1" in text
    assert 'aria-label="more"' in page.text
    assert "3 of 5 were calls. The busiest was the week of 23 February, with 2" in text
    assert "Ada Lovelace comes first, with 4" in text
    assert "Bob led 4 of 5; 2 people led some." in text
    assert "3 have a duration, 1 h on average: lunches take 1 h 30, calls 45 min." in text
    assert "Of 3 whose mood was noted, 67% went well and 33% were difficult." in text


def test_the_address_says_it_all(bob, talks):
    page = bob.get("/analytics?range=custom&from=2026-02-27&to=2026-03-01&by=day")
    assert bars(page) == {"Fri 27 Feb": "Lunch 1", "Sat 28 Feb": "nothing", "Sun 1 Mar": "Call 1"}
    assert 'value="2026-02-27"' in page.text
    one = bob.get(f"/analytics?range=year&by=month&contact={talks}")
    assert bars(one) == {"January 2026": "nothing", "February 2026": "Call 1, Lunch 1", "March 2026": "Call 2"}
    assert "Ada Lovelace" in one.text
    hers = bob.get("/analytics?lead=Alice")
    assert "Interactions 1" in text_of(hers)
    assert list(bars(bob.get("/analytics?range=quarter")))[0] == "Week of Thu 1 Jan"


def test_a_bar_leads_to_its_rows(bob, talks):
    page = unescape(bob.get(f"/analytics?contact={talks}&lead=Bob").text)
    assert f'href="/interactions?from=2026-02-23&to=2026-03-01&contact={talks}&lead=Bob"' in page
    # The week that is running ends today, and so do its rows.
    assert f'href="/interactions?from=2026-03-02&to=2026-03-02&contact={talks}&lead=Bob&planned=no"' in page
    assert f'href="/interactions?from=2025-12-15&to=2026-03-02&contact={talks}&lead=Bob&planned=no&type=call"' in page
    assert f'href="/interactions?from=2025-12-15&to=2026-03-02&contact={talks}&lead=Bob&planned=no&mood=positive"' in page


def test_an_hour_leads_to_its_rows_and_to_as_many(bob, rows, talks):
    rows.log(talks, start_datetime=at(hours=2))  # later today: planned, and counted nowhere
    page = bob.get("/analytics").text
    cells = re.findall(r'<a href="([^"]+)" title="(\w+, \d\d:00): (\d+)"', page)
    assert {title: int(count) for _, title, count in cells} == {
        "Monday, 12:00": 1,
        "Sunday, 12:00": 2,
        "Friday, 13:00": 1,
        "Tuesday, 13:00": 1,
    }
    for address, title, count in cells:
        answer = bob.get(unescape(address))
        assert answer.status_code == 200
        assert re.search(rf"\b{count} interactions?\b", text_of(answer)), title


LATER_PAGE = 30 * 1024
RANGES = {
    "day": ("2025-01-27", 400),
    "week": ("2018-07-09", 400),
    "month": ("1995-07-15", 369),
}


@pytest.fixture
def busy(app, world, rows):
    """Something of each kind, in each mood, on nearly every day of more than a year, with thirty people led by a hundred."""
    chance = random.Random(7)
    for number in range(30):
        rows.contact(f"Contact Number {number}")
    with app.app_context(), transaction():
        people = list(db.session.scalars(select(Contact.id)))
        same = {"site_id": world.hq, "title": "A talk", "timezone": "Europe/Berlin", "topics_discussed": []}

        def talk(day, kind):
            return same | {
                "type": kind,
                "contact_id": chance.choice(people),
                "lead": f"Somebody Longname {chance.randrange(100)}",
                "start_datetime": NOW - timedelta(days=day, minutes=chance.randrange(1, 1400)),
                "duration": chance.choice((None, 30, 45, 60)),
                "sentiment": chance.choice((None, "positive", "neutral", "negative")),
            }

        made = [talk(day, kind) for day in range(401) for kind in TYPES for _ in range(chance.choice((0, 1, 2, 4)))]
        made += [talk(chance.randrange(400, 11_000), kind) for _ in range(400) for kind in TYPES]
        for at in range(0, len(made), 500):
            db.session.execute(insert(Interaction), made[at : at + 500])


def test_no_range_weighs_more_than_a_later_page_may(bob, busy):
    """As it comes over the network."""
    for address, encoding in (
        *((f"/analytics?range=custom&from={first}&to=2026-03-02&by={unit}", "gzip") for unit, (first, _) in RANGES.items()),
        ("/analytics?range=custom&from=2025-01-27&to=2026-03-02&by=day", "br"),
        ("/analytics?range=custom&from=2026-01-02&to=2026-03-02&by=day", "gzip"),  # as many bars as come ready
        ("/analytics/frequency/table?range=custom&from=2025-01-27&to=2026-03-02&by=day", "gzip"),
    ):
        answer = bob.get(address, headers={"Accept-Encoding": encoding})
        assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, encoding), address
        assert len(answer.data) <= LATER_PAGE, f"{address}, {encoding}: {len(answer.data) / 1024:.1f} KB"
    for unit, (first, count) in RANGES.items():
        assert len(bars(bob.get(f"/analytics?range=custom&from={first}&to=2026-03-02&by={unit}"))) == count


YEAR = "range=custom&from=2025-03-03&to=2026-03-02&by=day"


def test_of_many_bars_come_the_figures_and_an_outline(bob, talks):
    page = bob.get(f"/analytics?{YEAR}")
    said = bars(page)
    assert len(said) == 365
    assert {title: note for title, note in said.items() if note != "nothing"} == {
        "Sun 2 Nov 2025": "Coffee 1",
        "Tue 10 Feb": "E-mail 1",
        "Sun 22 Feb": "Call 1",
        "Fri 27 Feb": "Lunch 1",
        "Sun 1 Mar": "Call 1",
        "Mon 2 Mar": "Call 1",
    }
    outline = re.search(r'class="type-fill type-call" d="([^"]+)"', page.text)[1]
    # One of four that fit, on the last day; below it the plot is 240 high.
    assert outline.startswith("M0 240h1")
    assert outline.endswith("V180h1h1V240z")
    assert outline.count("h1") == 365
    urls = json.loads(re.search(r"data-bars='([^']+)'", page.text)[1])[1]
    assert urls[0] == "/interactions?from=2025-03-03&to=2025-03-03"
    assert urls[-1] == "/interactions?from=2026-03-02&to=2026-03-02&planned=no"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_long_table_is_fetched(bob, vera, charlie, talks, htmx):
    page = bob.get(f"/analytics?{YEAR}")
    assert '<th scope="row">' in page.text  # the short ones are there
    assert "1 Mar 2026</th>" not in page.text
    address = unescape(re.search(r'id="t-frequency" href="([^"]+)"', page.text)[1])
    table = bob.get(address, htmx=htmx)
    assert ("<html" in table.text) != htmx
    text = text_of(table)
    assert "From To Call E-mail Coffee Lunch All 2 Nov 2025 2 Nov 2025 0 0 1 0 1 10 Feb 2026" in text
    assert "1 Mar 2026 1 Mar 2026 1 0 0 0 1" in text
    assert "Only the days, weeks and months that have something" in text
    assert '<a href="/interactions?from=2026-03-01&amp;to=2026-03-01">1 Mar 2026</a>' in table.text
    assert '<details class="figure-table" id="t-frequency" open>' in table.text
    assert text_of(vera.get(address, htmx=True)) in text
    assert "Coffee" not in text_of(charlie.get(address, htmx=True))
    assert bob.get(f"/analytics/king/table?{YEAR}").status_code == 404


def test_who_begins_weeks_on_another_day_is_told_that_these_begin_on_monday(bob, talks):
    said = "weeks from Monday to Sunday, in every country"
    for language, by, told in (
        ("en-US", "week", True),  # Sunday
        ("ar-EG", "week", True),  # Saturday
        ("de-DE", "week", False),
        ("en-US", "day", False),
    ):
        text = text_of(bob.get(f"/analytics?by={by}", headers={"Accept-Language": language}))
        assert (said in text) is told, (language, by)


def test_what_cannot_be_had_is_said(bob, talks):
    for asked, said in {
        "range=custom&from=2026-03-02&to=2026-03-01": "must not be after the last",
        "range=custom&from=yesterday": "A day is written like",
        "range=custom&from=1970-01-01&to=2026-01-01": "More than 30 years",
        "range=custom&from=2024-01-01&to=2026-01-01&by=day": "too many bars",
        "range=custom&from=2018-07-05&to=2026-03-02&by=week": "too many bars",  # 400 weeks long, from a Thursday
    }.items():
        answer = bob.get(f"/analytics?{asked}")
        assert answer.status_code == 200, asked
        assert said in text_of(answer), asked
        assert bars(answer), asked
    for asked in ("range=ever&by=decade&contact=me&lead=%00", "from=9999-12-31", "range=custom&to=0001-01-01"):
        assert bob.get(f"/analytics?{asked}").status_code == 200, asked


def test_htmx_gets_the_report_alone(bob, talks):
    part = bob.get("/analytics?by=day", htmx=True)
    assert part.text.lstrip().startswith('<div id="report">')
    assert "<html" not in part.text
    assert "Ada Lovelace" in bob.get("/analytics/people?whom=lovel", htmx=True).text
    assert "Nobody matches" in text_of(bob.get("/analytics/people?whom=zzz"))


def test_nothing_yet_says_what_to_do(bob, vera):
    page = bob.get("/analytics")
    assert "Nothing was logged in this time" in text_of(page)
    assert 'href="/interactions/new"' in page.text
    assert 'href="/interactions/new"' not in vera.get("/analytics").text


def test_each_chart_is_a_file_of_the_same_figures(bob, talks):
    every = ("frequency", "mood", "hours", "durations", "contacts", "leads", "cold", "follow-ups")
    page = bob.get("/analytics?by=month")
    for name in every:
        answer = bob.get(f"/analytics/{name}.csv?by=month")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-2025-12-15-2026-03-02.csv"'
        if name not in ("cold", "follow-ups"):  # there are none
            assert f"/analytics/{name}.csv?" in page.text
    assert read(bob.get("/analytics/frequency.csv?by=month")) == [
        ["From", "To", "Call", "E-mail", "Lunch", "All"],
        ["2025-12-15", "2025-12-31", "0", "0", "0", "0"],
        ["2026-01-01", "2026-01-31", "0", "0", "0", "0"],
        ["2026-02-01", "2026-02-28", "1", "1", "1", "3"],
        ["2026-03-01", "2026-03-02", "2", "0", "0", "2"],
    ]
    hours = read(bob.get("/analytics/hours.csv"))
    assert hours[0][:3] == ["Hour", "Monday", "Tuesday"]
    assert hours[13][:2] == ["12:00", "1"]  # 11:00 in UTC, on a Monday in Berlin
    assert read(bob.get("/analytics/contacts.csv")) == [["Contact", "Interactions"], ["Ada Lovelace", "4"]]
    assert bob.get("/analytics/king.csv").status_code == 404


def test_no_name_becomes_a_formula(bob, rows):
    rows.log(rows.contact("=1+1"))
    assert read(bob.get("/analytics/contacts.csv"))[1] == ["'=1+1", "1"]


def test_promises_and_who_goes_cold(bob, rows, clock):
    ada = rows.contact("Ada", keep_in_touch_days=7)
    rows.follow_up("Late", due_on="2026-03-01")
    done = rows.follow_up("Kept", due_on="2026-03-02")
    bob.post(f"/follow-ups/{done}/done")
    rows.log(ada)
    page = bob.get("/analytics")
    text = text_of(page)
    assert "Of 2 follow-ups due in this time, 1 was done by the day; half of what is done took 0 days at most." in text
    links = dict(re.findall(r'<a href="(/analytics/follow-ups/[^"]+)">([^<]+)', page.text))
    assert sorted(links.values()) == ["Done on time", "Overdue"]
    for address, part in links.items():
        assert todo_titles(bob.get(unescape(address))) == [{"Done on time": "Kept", "Overdue": "Late"}[part]]
    assert "Going cold" not in text
    clock.move_to(NOW.replace(day=20))
    text = text_of(bob.get("/analytics"))
    assert "1 contact has waited too long, whatever the range; Ada the longest, 11 days more than planned." in text


def todo_titles(page):
    return re.findall(r'class="todo-title">([^<]+)<', page.text)


def test_the_rows_behind_promises_kept(bob, vera, charlie, browse, rows, ada, clock):
    for day, title in enumerate(("First", "Second", "Third"), 1):
        uid = rows.follow_up(title, due_on=f"2026-03-0{day}", contact_id=ada if day == 2 else None)
        bob.post(f"/follow-ups/{uid}/done")  # on the 2nd
    rows.follow_up("Ahead", due_on="2026-03-09", by="alice")
    asked = "range=custom&from=2026-03-01&to=2026-03-09"
    assert todo_titles(bob.get(f"/analytics/follow-ups/on-time?{asked}")) == ["Third", "Second"]
    late = bob.get(f"/analytics/follow-ups/late?{asked}")
    assert todo_titles(late) == ["First"]
    assert "Done late Yesterday – Mon 9 Mar" in text_of(late)
    assert "1 day late" in text_of(late)
    assert todo_titles(bob.get(f"/analytics/follow-ups/open?{asked}")) == ["Ahead"]
    assert todo_titles(bob.get(f"/analytics/follow-ups/open?{asked}&lead=Bob")) == []
    assert todo_titles(bob.get(f"/analytics/follow-ups/open?{asked}&lead=Alice")) == ["Ahead"]
    assert todo_titles(bob.get(f"/analytics/follow-ups/on-time?{asked}&contact={ada}")) == ["Second"]
    assert todo_titles(bob.get("/analytics/follow-ups/on-time?range=custom&from=2026-03-03&to=2026-03-09")) == ["Third"]
    assert "Open again" not in vera.get(f"/analytics/follow-ups/late?{asked}").text
    assert todo_titles(charlie.get(f"/analytics/follow-ups/late?{asked}")) == []
    clock.move_to(NOW.replace(day=10))
    assert todo_titles(bob.get(f"/analytics/follow-ups/overdue?{asked}")) == ["Ahead"]
    assert bob.get("/analytics/follow-ups/never").status_code == 404
    assert bob.get("/analytics/follow-ups/late?after=x").status_code == 422


def test_more_of_the_rows_behind_promises_kept(bob, rows):
    for number in range(52):
        rows.follow_up(f"Number {number}", due_on="2026-03-01")
    first = bob.get("/analytics/follow-ups/overdue")
    assert len(todo_titles(first)) == 50
    more = unescape(re.search(r'href="([^"]+)"[^>]*>Show 50 more', first.text)[1])
    for answer in (bob.get(more), bob.get(more, htmx=True)):
        assert todo_titles(answer) == ["Number 1", "Number 0"]
    assert "Back to the first ones" in text_of(bob.get(more))
    for key in (10**30, -(10**30)):
        for path in ("/analytics/follow-ups/overdue?", "/follow-ups/more?column=overdue&"):
            assert bob.get(f"{path}after=2026-03-01.{key}").status_code == 200


def test_who_was_never_talked_to_goes_cold_too(bob, rows, clock):
    rows.contact("Grace", keep_in_touch_days=7)
    clock.move_to(NOW.replace(day=20))
    assert "Grace never talked to, wanted every 7" in text_of(bob.get("/analytics"))


@pytest.mark.parametrize("language", ["de", "en-US"])
def test_an_hour_leads_to_its_own_weekday(bob, rows, ada, language):
    """Whatever day the reader's week begins with."""
    rows.log(ada, start_datetime=at(hours=-1))  # a Monday, at noon in Berlin
    page = bob.get("/analytics", headers={"Accept-Language": language}).text
    assert re.findall(r'<a href="[^"]*weekday=(\d)[^"]*" title="(\w+)', page) == [("0", "Monday")]


def test_another_site_counts_for_itself(charlie, talks):
    assert "Nothing was logged" in text_of(charlie.get("/analytics"))
    assert charlie.get(f"/analytics?contact={talks}").status_code == 403
    assert read(charlie.get("/analytics/contacts.csv")) == [["Contact", "Interactions"]]


def test_the_pages_figures_are_the_apis(app, world, bob, talks):
    with app.app_context():
        report = analytics.interactions(world.member("bob"))
    assert [sum(map(int, re.findall(r"\d+", note))) for note in bars(bob.get("/analytics")).values()] == list(
        report.frequency.values()
    )


def test_queries_do_not_grow(bob, rows, queries, ada):
    def asked():
        queries.statements.clear()
        answer = bob.get("/analytics")
        assert answer.status_code == 200
        return len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]), len(answer.text)

    rows.log(ada)
    few, length = asked()
    for number in range(8):
        contact = rows.contact(f"Contact {number}", keep_in_touch_days=1)
        for days in range(4):
            rows.log(contact, start_datetime=at(days=-30 - days * number), type="meeting" if days else "coffee")
        rows.follow_up(contact_id=contact, due_on="2026-03-01")
    many, longer = asked()
    assert longer > length
    assert (few, many) == (8, 8)
