"""The commands for sites, users and demo data."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from crm import clock
from crm.extensions import db
from crm.models import Change, Contact, Event, FollowUp, Interaction, Meeting, Site, User
from crm.models.contact import last_interaction, next_meeting
from crm.services import auth, contacts
from world import PASSWORD, World


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=words, input=typed)


def ask(app: Flask, query: Any) -> Any:
    with app.app_context():
        return db.session.execute(query).all()


def create_user(app: Flask, email: str, *more: str, password: str = PASSWORD) -> Result:
    return run(app, "user", "create", email, "--name", "Grace Hopper", "--password-stdin", *more, typed=password + "\n")


def test_a_site_and_a_user_of_it(app: Flask) -> None:
    assert run(app, "site", "create", "Berlin", "--description", "Head office", "--timezone", "Europe/Berlin").exit_code == 0
    assert create_user(app, "Grace@Example.com", "--site", "Berlin:manager", "--admin").exit_code == 0
    with app.app_context():
        login = auth.sign_in("grace@example.com", PASSWORD, kind="browser", address="203.0.113.1")
        found = auth.signed_in(login.uid)
        assert found
        member = found.member()
        assert (member.name, member.site_name, member.role, member.is_admin) == ("Grace Hopper", "Berlin", "manager", True)
        assert member.timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("more", "password", "said"),
    [
        (["--site", "HQ:boss"], PASSWORD, "role: must be one of viewer, member, manager"),
        (["--site", "Nowhere:member"], PASSWORD, "There is no site “Nowhere”. There is: Annex, HQ."),
        (["--site", "HQ"], PASSWORD, "must be a site and a role"),
        ([], "short", "password: must have 10 to 1000 characters"),
    ],
)
def test_what_is_wrong_with_a_user_is_said_and_nothing_is_kept(
    app: Flask, world: World, more: list[str], password: str, said: str
) -> None:
    refused = create_user(app, "grace@example.com", *more, password=password)
    assert refused.exit_code == 1
    assert said in refused.output
    assert ask(app, select(User).where(User.email == "grace@example.com")) == []


def test_the_demo_has_what_a_team_would_have_after_a_year(app: Flask) -> None:
    assert "Added 60 contacts and 1,500 interactions." in run(app, "demo", "load").output
    accounts = run(app, "demo", "accounts").output
    assert accounts.count("rapport-demo") == 4
    assert len(ask(app, select(Site))) == 2
    [(most,)] = ask(
        app, select(func.count(Interaction.id)).group_by(Interaction.contact_id).order_by(func.count().desc()).limit(1)
    )
    assert most == 1000
    assert ask(app, select(func.count(Interaction.id))) == [(1500,)]
    held, all_meetings = (
        ask(app, count)[0][0] for count in (select(func.count(Meeting.completed_at)), select(func.count(Meeting.id)))
    )
    for model in (Change, Event):  # a meeting is scheduled, and some are completed
        assert ask(app, select(func.count(model.id))) == [(1500 + all_meetings + held,)]
    now, today = clock.now(), clock.today("UTC")
    planned = select(Meeting.id).where(Meeting.status == "scheduled")
    assert ask(app, planned.where(Meeting.scheduled_datetime < now))
    assert ask(app, planned.where(Meeting.scheduled_datetime > now))
    completed = select(Meeting.id).where(Meeting.status == "completed")
    told = select(Interaction.meeting_id).where(Interaction.source == "meeting")
    assert len(ask(app, completed)) == 25
    assert sorted(ask(app, completed)) == sorted(ask(app, told))
    assert ask(app, select(FollowUp.id).where(FollowUp.due_on < today))
    assert ask(app, select(FollowUp.id).where(FollowUp.due_on >= today))
    assert ask(app, select(Interaction.id).where(Interaction.start_datetime > now)) == []


def test_the_demos_counters_are_true_and_its_texts_are_found(app: Flask) -> None:
    run(app, "demo", "load")
    with app.app_context():
        truth = select(Contact, last_interaction(clock.horizon()), next_meeting(clock.now()))
        for contact, last, upcoming in db.session.execute(truth):
            assert (contact.last_interaction_at, contact.next_meeting_at) == (last, upcoming)
        login = auth.sign_in("alice@rapport.example", "rapport-demo", kind="api", address="203.0.113.1")
        found = auth.signed_in(login.uid)
        assert found
        assert [row.name for row in contacts.find(found.member(), search="LOVEL ada").items] == ["Ada Lovelace"]


def test_the_demo_is_loaded_once_and_is_the_same_each_time(app: Flask) -> None:
    rows = select(Interaction.uid, Interaction.title, Interaction.start_datetime, Interaction.notes).order_by(Interaction.id)
    with time_machine.travel("2026-03-02T12:00:00Z"):
        run(app, "demo", "load", "--contacts", "5", "--interactions", "40")
        first = ask(app, rows)
        assert "The demo data is here already." in run(app, "demo", "load").output
        assert ask(app, rows) == first
        with app.app_context(), db.engine.begin() as connection:
            for table in ("events", "changes", "follow_ups", "interactions", "meetings", "contacts", "memberships", "logins"):
                connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
            connection.execute(text("DELETE FROM users"))
            connection.execute(text("DELETE FROM sites"))
        run(app, "demo", "load", "--contacts", "5", "--interactions", "40")
        assert ask(app, rows) == first


def test_without_the_demo_it_says_how_to_get_it(app: Flask) -> None:
    assert "bin/flask demo load" in run(app, "demo", "accounts").output


def test_a_row_can_be_added_after_the_demo(app: Flask) -> None:
    """The keys that the demo gave are taken."""
    run(app, "demo", "load", "--contacts", "3", "--interactions", "9")
    assert run(app, "site", "create", "Oslo").exit_code == 0
    with app.app_context():
        login = auth.sign_in("alice@rapport.example", "rapport-demo", kind="api", address="203.0.113.1")
        found = auth.signed_in(login.uid)
        assert found
        contacts.add(found.member(), contacts.ContactNew(name="New", emails=["new@example.com"], phones=["12345"]))
