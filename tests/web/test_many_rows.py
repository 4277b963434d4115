"""Every page, with 10 and with 10,000 rows of everything behind it: it asks the database no more often, and is no longer.

The pages are those of the URL map (browser/pages.py): a new one is here by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import brotli
import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text

from browser.audit import KB, LATER_PAGE
from browser.conftest import House
from browser.pages import WALKER, addresses, examples
from conftest import emptied
from crm import clock
from crm.database import transaction
from crm.extensions import db
from crm.services import auth
from web.browsing import Browser
from web.many import Filling

FEW, FULL, MANY = 10, 1_000, 10_000  # a page of anything is full with 1,000

# The login, what the frame counts, and what a contact's page has to say.
MOST_QUERIES = 14

# Files grow with what is in them.
FILES = ("text/csv", "text/vcard")

MORE = (
    "/palette/contacts?search=contact",
    "/find?q=contact",
    "/contacts?search=contact&tag=board&sort=-last_interaction_at&next=some&last=not-30",
    "/meetings?show=unfinished&page=3",
    "/meetings/calendar?view=week",
    "/meetings/people?whom=contact",
    "/follow-ups?owner=all",
    "/follow-ups?due=overdue",
    "/follow-ups/more?column=overdue&after=2020-01-01.0",
    "/interactions?planned=yes&sort=when",
    "/interactions?q=contact&mood=none&sort=lead",
    "/interactions?lead=Leader+5",
    "/search?q=contact",
    "/search?f1=title&o1=contains&v1=talk",
    "/analytics?range=year",
    "/analytics/follow-ups/on-time?range=custom&from=2015-01-01&to=2035-01-01",
    "/analytics/people?whom=contact",
    "/settings/deleted?page=9",
    "/settings/members?search=person",
    "/settings/people?search=person",
)


class Seen(NamedTuple):
    """What a page took: the statements; the length of its text, and as it is sent."""

    status: int
    kind: str
    queries: list[str]
    length: int
    packed: int


@pytest.fixture(scope="module")
def seen(migrated_app: Flask) -> Iterator[dict[str, dict[int, Seen]]]:
    """For each address what was seen of it, by how many rows there were."""
    app, found = migrated_app, {}
    # A login that was last seen five minutes ago is written to: the clock stands still, however slow the machine.
    with emptied(app), time_machine.travel(clock.now(), tick=False):
        house = House(app, "")
        known = examples(house)
        paths = [*addresses(house, known), *MORE]
        with app.app_context():
            filling = Filling(house.member(WALKER), known, clock.now())
        browser = walker(app)
        for count in (FEW, FULL, MANY):
            with app.app_context(), transaction():
                upload = filling.up_to(count)
                if db.engine.dialect.name == "postgresql":  # as it does by itself, a minute later
                    db.session.execute(text("ANALYZE"))
            for path in (*paths, "/imports/of-as-many-lines"):
                shown = look(app, browser, path.replace("of-as-many-lines", str(upload)))
                found.setdefault(path, {})[count] = shown
        yield found


def walker(app: Flask) -> Browser:
    client = app.test_client()
    with app.test_request_context(method="POST"), transaction():
        user = auth.user_by_email(f"{WALKER}@example.com")
        uid = str(auth.open_login(user, kind="browser", address="127.0.0.1").uid)
    with client.session_transaction() as session:
        session["_user_id"] = uid
    return Browser(client)


def look(app: Flask, browser: Browser, path: str) -> Seen:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT")):
            asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = browser.get(path, headers={"Accept-Encoding": "br"})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    plain = brotli.decompress(answer.data) if answer.headers.get("Content-Encoding") == "br" else answer.data
    return Seen(answer.status_code, answer.mimetype, asked, len(plain), len(answer.data))


def test_every_page_is_there(seen):
    wrong = {path for path, by_count in seen.items() if {one.status for one in by_count.values()} - {200, 303}}
    assert wrong == {"/no-such-page"}


def test_no_page_asks_more_often(seen):
    grown = {
        path: [len(one.queries) for one in by_count.values()]
        for path, by_count in seen.items()
        if len({len(one.queries) for one in by_count.values()}) > 1
    }
    assert grown == {}
    assert {path: len(by[MANY].queries) for path, by in seen.items() if len(by[MANY].queries) > MOST_QUERIES} == {}


def test_no_page_is_longer(seen):
    """Beside one that is full."""
    pages = {path: by_count for path, by_count in seen.items() if by_count[MANY].kind not in FILES}
    grown = {path: (by[FULL].length, by[MANY].length) for path, by in pages.items() if by[MANY].length > 1.5 * by[FULL].length}
    assert grown == {}
    heavy = {path: f"{by[MANY].packed / KB:.0f} KB" for path, by in pages.items() if by[MANY].packed > LATER_PAGE}
    assert heavy == {}


def test_they_have_rows_to_show(seen):
    """Else nothing would be measured."""
    lists = ("/", "/contacts", "/meetings", "/meetings/calendar", "/follow-ups", "/interactions")
    lists += ("/settings/deleted", "/settings/members", "/settings/people", "/settings/sites", "/settings/sign-ins")
    for path in (*lists, *(path for path in seen if re.search(r"/(history|timeline|side)$", path))):
        assert seen[path][FULL].length > 1.3 * seen[path][FEW].length, path
