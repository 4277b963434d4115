"""The application as people meet it: gunicorn on a database of its own, and Chromium in front of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright
from sqlalchemy import Table

import making
from crm import config, create_app
from crm.database import transaction
from crm.extensions import db
from crm.models import Base
from crm.services import auth, contacts, sites
from crm.services.members import Member
from servers import temporary_folder, web_server

PASSWORD = "a long enough password"
CHROMIUM = os.environ.get("TEST_BROWSER", "/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]

USUAL = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}

# Refusals and broken connections are part of the tests.
EXPECTED = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError", "htmx:sendAbort", "htmx:responseError")

expect.set_options(timeout=30_000)  # as long as Playwright waits for everything else: a busy machine is no failure


class House:
    """The running application: its address, and a way around the browser to put rows into it."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app, self.address = app, address
        self._first: dict[Table, list[dict[str, Any]]] = {}

    def member(self, name: str) -> Member:
        with transaction():
            user = auth.user_by_email(f"{name}@example.com")
            signed_in = auth.signed_in(auth.open_login(user, kind="api", address="127.0.0.1").uid)
        assert signed_in
        return signed_in.member()

    def session(self, name: str) -> str:
        """The session's cookie of a new sign-in, without typing the password."""
        client = self.app.test_client()
        with self.app.app_context(), transaction():
            login = auth.open_login(auth.user_by_email(f"{name}@example.com"), kind="browser", address="127.0.0.1")
            uid = str(login.uid)
        with client.session_transaction() as session:
            session["_user_id"], session.permanent = uid, True
        found = client.get_cookie("session")
        assert found
        return found.value

    def contact(self, name: str, calls: int = 0, **fields: Any) -> str:
        """The address of a new contact of bob's, with so many calls, one a day."""
        with self.app.app_context():
            bob = self.member("bob")
            contact = making.new_contact(bob, name, **fields)
            for number in range(calls):
                making.log(bob, contact, title=f"Call number {number}", start_datetime=making.at(days=-number))
            return f"/contacts/{contact.uid}"

    def meeting(self, contact: str, **fields: Any) -> str:
        """The address of a meeting with a contact."""
        with self.app.app_context():
            bob = self.member("bob")
            whom = contacts.get(bob, making.UUID(contact.rpartition("/")[2]))
            return f"/meetings/{making.schedule(bob, whom, **fields).uid}"

    def remember(self) -> None:
        """The people and their sites, as every test meets them."""
        with self.app.app_context(), db.engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                self._first[table] = [dict(row) for row in connection.execute(table.select()).mappings()]

    def clear(self) -> None:
        """As it was first, whatever a test has changed, and wherever it has failed."""
        with self.app.app_context(), db.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
            for table, rows in self._first.items():
                if rows:
                    connection.execute(table.insert(), rows)


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """For one test: it meets no rows of another's."""
    yield running
    running.clear()


@pytest.fixture(scope="session")
def running() -> Iterator[House]:
    with temporary_folder() as folder:
        env = {"CRM_DATA": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "RATELIMIT_ENABLED": "false"}
        app = create_app(config.from_environment(env))
        with app.app_context():
            upgrade()
            with transaction():
                hq, annex = sites.create("HQ", timezone="Europe/Berlin"), sites.create("Annex", timezone="America/New_York")
                for name, role in {"alice": "manager", "bob": "member", "vera": "viewer"}.items():
                    sites.add_member(hq, auth.create_user(f"{name}@example.com", name.capitalize(), PASSWORD), role)
                dora = auth.create_user("dora@example.com", "Dora", PASSWORD)
                sites.add_member(hq, dora, "member")
                sites.add_member(annex, dora, "member")
        with web_server(env) as address:
            house = House(app, address)
            house.remember()
            yield house


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        except Error as error:
            pytest.fail(f"Chromium does not start: {error}")
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """`open_page("bob")` is a page on which bob has signed in; options go to the browser's context. Whatever the browser
    complains about (a script's error, a breach of the security policy) fails the test."""
    contexts, complaints = [], []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            complaints.append(message.text)

    def open_one(who: str | None = "bob", **options: Any) -> Page:
        context = chromium.new_context(base_url=house.address, **(USUAL | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if who:
            context.add_cookies([{"name": "session", "value": house.session(who), "url": house.address, "httpOnly": True}])
            page.goto("/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail or user name").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.wait_for_load_state()  # the shortcuts work now
