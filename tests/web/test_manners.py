"""Every page in the manner of its reader: their zone, their clock, their order of day and month, their marks in numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from browser.conftest import House
from browser.pages import WALKER, addresses
from crm.database import transaction
from crm.extensions import db
from crm.jobs import reminders as jobs
from crm.models import User
from crm.services import auth, reminders
from mailing import mails_in
from making import at, plan
from web.browsing import Browser, text_of, token_in

pytestmark = pytest.mark.usefixtures("clock")

ROOT = Path(__file__).parents[2]
TEMPLATES, WEB = ROOT / "templates", ROOT / "crm" / "web"
GERMAN, AMERICAN = {"Accept-Language": "de-DE"}, {"Accept-Language": "en-US"}

# An hour of 24; a day before its month; one with a dot. The examples of files and placeholders of inputs are no times.
OF_24 = re.compile(r"\b(?:[01]?\d|2[0-3]):[0-5]\d(?! ?[AP]M)\b")
MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DAY_FIRST, MONTH_FIRST = re.compile(rf"\b\d\d? {MONTHS}\b"), re.compile(rf"\b{MONTHS} \d\d?\b")
OF_12 = re.compile(r"\d ?[AP]M\b")


@pytest.fixture
def zone(app, world):
    def set_zone(name: str, of: str = "bob") -> None:
        with app.app_context(), transaction():
            db.session.get_one(User, world.people[of].id).timezone = name

    return set_zone


def seen(answer) -> str:
    """What is read, a line for each piece, and what is said on hover and to screen readers."""
    plain = re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.DOTALL)
    hints = re.findall(r'(?:title|aria-label)="([^"]*)"', plain)
    return "\n".join([*re.split(r"<[^>]*>", plain), *hints])


def test_no_page_has_another_manner_than_its_readers(app):
    """What is written into a template by hand is found here, on whatever page it is."""
    house = House(app, "")
    paths = addresses(house)
    client = app.test_client()
    with app.test_request_context(method="POST"), transaction():
        uid = str(auth.open_login(auth.user_by_email(f"{WALKER}@example.com"), kind="browser", address="127.0.0.1").uid)
    with client.session_transaction() as session:
        session["_user_id"] = uid
    wanda = Browser(client)
    wrong = []
    for path in paths:
        for headers, strange in ((AMERICAN, (OF_24, DAY_FIRST)), (GERMAN, (OF_12, DAY_FIRST, MONTH_FIRST))):
            answer = wanda.get(path, headers=headers)
            if answer.mimetype == "text/html":
                wrong += [f"{path} {headers}: {found}" for one in strange for found in one.findall(seen(answer))]
    assert wrong == [], "\n".join(wrong)


def test_nothing_writes_times_and_numbers_by_itself():
    by_hand = re.compile(r'strftime|\{:,|"%0?\d*[dg.]|:,\}|%B|%b')
    # What is in one manner for all: the words themselves, and the fields and files that programs read.
    theirs = {"times.py", "locales.py", "fields.py", "exports.py"}
    pages = [path for path in (*TEMPLATES.rglob("*.*"), *WEB.rglob("*.py")) if path.name not in theirs]
    assert [path.name for path in pages if by_hand.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("headers", "zone_name", "first", "hour", "title"),
    [
        (GERMAN, "Asia/Kolkata", "Mon", "19:00", "2. Mar – 8. Mar 2026"),
        (AMERICAN, "Asia/Kolkata", "Sun", "7 PM", "Mar 1 – Mar 7, 2026"),
        (AMERICAN, "America/New_York", "Sun", "8:30 AM", "Mar 1 – Mar 7, 2026"),
        ({"Accept-Language": "ar-EG"}, "America/New_York", "Sat", "8:30 AM", "28 Feb – 6 Mar 2026"),
    ],
)
def test_the_calendar(bob, zone, rows, ada, headers, zone_name, first, hour, title):
    rows.meeting(ada, scheduled_datetime="2026-03-04T13:30:00Z")
    zone(zone_name)
    month, week = (bob.get(f"/meetings/calendar?view={view}&date=2026-03-04", headers=headers) for view in ("month", "week"))
    for page in (month, week):
        assert f'<span class="event-time">{hour}</span>' in page.text
    assert re.search(r'<abbr title="\w+">(\w+)</abbr>', month.text)[1] == first
    assert re.search(r'<span class="cell-number">(\w+) <b>', week.text)[1] == first
    assert title in text_of(week)
    assert "8 AM" in text_of(week) if headers is not GERMAN else "08:00" in text_of(week)


def test_analytics(bob, rows, ada):
    for number in range(3):
        rows.log(ada, start_datetime=at(days=-number), duration=30, sentiment="positive")
    address = "/analytics?range=custom&from=2026-02-01&to=2026-03-02"
    german, american = (bob.get(address, headers=one) for one in (GERMAN, AMERICAN))
    # The site's days and hours, which are Berlin's; the week begins with the reader's first day.
    for page, words in (
        (german, ("between 13:00 and 14:00", "100\xa0%", "1. Feb 2026")),
        (american, ("between 1 PM and 2 PM", "100%", "Feb 1, 2026")),
    ):
        assert [word for word in words if word not in unescape(page.text)] == []
    assert [re.search(r'<abbr title="(\w+)">', page.text)[1] for page in (german, american)] == ["Monday", "Sunday"]


def test_files_are_for_programs(bob, rows, ada):
    rows.log(ada, start_datetime=at(days=-1), duration=30)
    for headers in (GERMAN, AMERICAN):
        hours = bob.get("/analytics/hours.csv", headers=headers).text
        assert "13:00," in hours
        assert "2026-03-02" in bob.get("/analytics/frequency.csv", headers=headers).text
        assert "2026-03-01 13:00" in bob.get("/interactions.csv", headers=headers).text


def test_a_refusal_is_in_it_too(bob, rows, ada, zone):
    meeting = rows.meeting(ada, scheduled_datetime=at(hours=-1))
    rows.completed(meeting, by="alice")
    zone("Asia/Kolkata")
    answer = bob.post(f"/meetings/{meeting}/complete", {"version": "1", "held": "held"}, headers=AMERICAN)
    assert "on March 2, 2026 at 5:30 PM" in text_of(answer)


def test_a_mail_has_the_manner_of_its_readers_browser(app, world, clock, browse, settings):
    """A job knows no browser: what it says was noted with the sign-in's use."""
    for name, language in (("bob", "de-DE,de;q=0.9"), ("alice", "en-US"), ("vera", "x-nonsense")):
        with app.app_context():
            member = world.member(name)
            if member.may_write:
                plan(member, "Early", due_on="2026-03-20", remind_on="2026-03-02")
        browser = browse(name)
        for _ in range(2):  # not with each page
            browser.get("/settings", headers={"Accept-Language": language})
            clock.shift(timedelta(minutes=6))
    with app.app_context():
        for user_id, site_id in reminders.pending():
            jobs.send_reminder(user_id, site_id)
            clock.shift(1)  # a mail is a file, named after the time
        assert auth.user(world.vera.id).locale is None
    said = {mail["To"]: mail.get_content() for mail in mails_in(settings.data_dir / "mail")}
    assert "due Friday 20. March\n" in said["bob@example.com"]
    assert "due Friday, March 20\n" in said["alice@example.com"]


def test_signing_in_notes_the_manner(app, world, client):
    german = {"Accept-Language": "de-CH"}
    token = token_in(client.get("/sign-in").text)
    typed = {"csrf_token": token, "username": world.bob.email, "password": world.bob.password}
    assert client.post("/sign-in", data=typed, headers=german).status_code == 303
    with app.app_context():
        user = auth.user(world.bob.id)
        assert (user.locale, user.updated_at) == ("de-CH", user.created_at)


def test_the_profile_says_whose_manner_it_is(bob):
    assert "mails that you get too: Monday, March 2, 2026, 1:00 PM, 1,234.5" in text_of(bob.get("/settings", headers=AMERICAN))
    assert "mails that you get too: Monday 2. March 2026, 13:00, 1.234,5" in text_of(bob.get("/settings", headers=GERMAN))
