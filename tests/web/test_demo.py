"""On a machine of one's own with demo data, the sign-in page lets one in with one click."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from crm.database import transaction
from crm.services import demo


def test_the_demos_people_are_offered_and_let_in(app: Flask, client: FlaskClient) -> None:
    assert "try the demo" not in client.get("/sign-in").text
    with app.app_context(), transaction():
        demo.load(contacts=3, interactions=30)
    page = client.get("/sign-in").text
    form = re.findall(r"<form class=\"site-list\".*?</form>", page, re.S)[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["username"] == "alice@rapport.example"
    answer = client.post("/sign-in", data=fields, follow_redirects=True)
    assert answer.request.path == "/"
    assert "Alice Moreau" in answer.text
