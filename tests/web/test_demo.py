"""On a machine of one's own with demo data, the sign-in page lets one in with one click."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.database import transaction
from crm.extensions import db
from crm.models import FollowUp, Interaction
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


def test_some_of_its_interactions_need_a_follow_up(app: Flask) -> None:
    with app.app_context():
        with transaction():
            demo.load(contacts=3, interactions=160)
        needing = set(
            db.session.execute(
                select(Interaction.id, Interaction.follow_up_notes, Interaction.follow_up_due, Interaction.contact_id).where(
                    Interaction.follow_up_needed
                )
            )
        )
        wanted = select(FollowUp.interaction_id, FollowUp.title, FollowUp.due_on, FollowUp.contact_id)
        theirs = wanted.where(FollowUp.interaction_id.is_not(None))
        statuses = db.session.scalars(select(FollowUp.status).where(FollowUp.interaction_id.is_not(None)))
        too_early = theirs.join(FollowUp.interaction).where(FollowUp.completed_at <= Interaction.start_datetime)
        assert len(needing) == 32
        assert needing == set(db.session.execute(theirs))
        assert set(statuses) == {"open", "done"}
        assert db.session.execute(too_early).all() == []
