"""A browser without JavaScript, and rows for it to look at."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import making
from crm.schemas.base import read
from crm.schemas.views import ViewNew
from crm.services import contacts, views
from crm.services.imports import wizard
from world import World

HTMX = {"HX-Request": "true"}


class Browser:
    """`bob.get("/contacts")`, `bob.post("/contacts/new", {"name": "Ada"})`: forms carry the token of the session.
    With `htmx=True` it asks as HTMX does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = token_in(client.get("/sign-in", follow_redirects=True).text)

    def get(self, path: str, htmx: bool = False, **more: Any) -> TestResponse:
        # Read to its end at once: what is sent as it is read holds its request open until then.
        return self.client.get(path, headers=(HTMX if htmx else {}) | more.pop("headers", {}), buffered=True, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, htmx: bool = False, **more: Any) -> TestResponse:
        headers = (HTMX if htmx else {}) | more.pop("headers", {})
        return self.client.post(path, data={"csrf_token": self.token} | (data or {}), headers=headers, **more)

    def follow(self, answer: TestResponse) -> TestResponse:
        """The page that a redirect (303) leads to."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.location)

    def undo(self, page: TestResponse) -> TestResponse:
        """Presses the "Undo" of the page's message."""
        found = re.search(r'<form method="post" action="([^"]+)"[^>]*>(?:(?!</form>).)*toast-act">Undo', page.text, re.DOTALL)
        assert found, "there is no Undo"
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[0]))
        return self.client.post(found[1], data={name: value for name, value in fields.items() if name != "undo"})


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


def form_in(answer: TestResponse, action: str) -> dict[str, str]:
    """What the last form that is sent to `action` has in its fields, but for the token."""
    found = re.findall(rf'<form[^>]* action="{re.escape(action)}".*?</form>', answer.text, re.DOTALL)
    assert found, f"no form is sent to {action}"
    fields = re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', found[-1])
    return {name: unescape(value) for name, value in fields if name != "csrf_token"}


def text_of(answer: TestResponse) -> str:
    """What a reader sees: the text without tags, space collapsed."""
    return " ".join(unescape(re.sub(r"<(script|style|template).*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)).split())


def titles(answer: TestResponse) -> list[str]:
    """What stands on a timeline, from the top."""
    return [unescape(title) for title in re.findall(r'<h4 class="entry-title"><a[^>]*>([^<]+)<', answer.text)]


class Rows:
    """Makes rows, in the name of somebody, and gives their GUIDs."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world

    def contact(self, name: str = "Ada Lovelace", *, by: str = "bob", **fields: Any) -> UUID:
        with self.app.app_context():
            return making.new_contact(self.world.member(by), name, **fields).uid

    def log(self, contact: UUID | None, *, by: str = "bob", ahead: bool = True, **fields: Any) -> UUID:
        with self.app.app_context():
            member = self.world.member(by)
            whom = contacts.get(member, contact) if contact else None
            return making.log(member, whom, ahead=ahead, **fields).uid

    def meeting(self, contact: UUID, *, by: str = "bob", **fields: Any) -> UUID:
        with self.app.app_context():
            member = self.world.member(by)
            return making.schedule(member, contacts.get(member, contact), **fields).uid

    def completed(self, meeting: UUID, *, by: str = "bob", **outcome: Any) -> UUID:
        with self.app.app_context():
            return making.complete(self.world.member(by), meeting, **outcome).interaction.uid

    def uploaded(self, text: str, *, by: str = "bob") -> UUID:
        with self.app.app_context():
            return making.do(wizard.upload, self.world.member(by), "contacts.csv", text.encode()).uid

    def follow_up(self, title: str = "Send the offer", *, by: str = "bob", **fields: Any) -> UUID:
        with self.app.app_context():
            return making.plan(self.world.member(by), title, **fields).uid

    def view(self, name: str = "Calls", query: str = "type=call", *, by: str = "bob", **fields: Any) -> UUID:
        """A saved view of somebody's."""
        with self.app.app_context():
            new = read(ViewNew, {"name": name, "query": query, **fields})
            return making.do(views.save, self.world.member(by), new).uid
