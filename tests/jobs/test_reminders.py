"""Reminders: one mail a morning to each owner, and never the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from crm import config
from crm.database import transaction
from crm.errors import ProviderError
from crm.extensions import db
from crm.jobs import reminders as jobs
from crm.models import User
from crm.services import follow_ups, reminders
from mailing import mails_in
from making import do, edit_follow_up, new_contact, plan, utc
from world import World

# Bob's wall is Berlin's: at 07:00 UTC it is eight there.
MORNING = utc("2026-03-02 07:00")


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def work() -> None:
    """What the clock and the workers do together."""
    with transaction():
        pending = reminders.pending()
    for user_id, site_id in pending:
        jobs.send_reminder(user_id, site_id)


def test_one_mail_in_the_morning(world: World, mailbox: Path, clock: time_machine.Traveller) -> None:
    bob, alice = world.member("bob"), world.member("alice")
    ada = new_contact(bob)
    plan(bob, "Send the offer", due_on="2026-03-02", contact_id=ada.uid)
    plan(bob, "Call back", due_on="2026-03-02")
    plan(bob, "Not yet", due_on="2026-03-03")
    plan(bob, "Someday")
    plan(alice, "Hers", due_on="2026-03-02")
    clock.move_to(MORNING - timedelta(minutes=1))
    work()
    assert mails_in(mailbox) == []
    clock.move_to(MORNING)
    work()
    work()
    hers, his = sorted(mails_in(mailbox), key=lambda mail: mail["To"])
    assert (his["To"], his["Subject"]) == ("bob@example.com", "2 follow-ups for today")
    text = his.get_content()
    for line in ("Hello Bob,", "- Send the offer (Ada Lovelace)\n", "- Call back\n", "/follow-ups"):
        assert line in text, line
    assert "Not yet" not in text
    assert (hers["To"], hers["Subject"]) == ("alice@example.com", "To do: Hers")
    clock.shift(timedelta(days=1))
    work()
    assert mails_in(mailbox)[-1]["Subject"] == "To do: Not yet"
    assert len(mails_in(mailbox)) == 3


def test_it_is_morning_where_the_owner_is(world: World, mailbox: Path, clock: time_machine.Traveller) -> None:
    bob = world.member("bob")
    with transaction():
        db.session.get_one(User, bob.user_id).timezone = "America/New_York"
    plan(bob, due_on="2026-03-02")
    work()
    assert mails_in(mailbox) == []
    clock.move_to(utc("2026-03-02 13:00"))
    work()
    assert len(mails_in(mailbox)) == 1


def test_on_another_day_or_not_at_all(world: World, mailbox: Path, clock: time_machine.Traveller) -> None:
    bob = world.member("bob")
    plan(bob, "Early", due_on="2026-03-20", remind_on="2026-03-02")
    plan(bob, "Silent", due_on="2026-03-02", reminds=False)
    plan(bob, "Late", due_on="2026-03-02", remind_on="2026-03-04")
    done = plan(bob, "Done", due_on="2026-03-02")
    do(follow_ups.complete, bob, done.id)
    work()
    [mail] = mails_in(mailbox)
    assert mail["Subject"] == "To do: Early"
    assert "- Early, due Friday 20 March\n\nTick" in mail.get_content()


def test_what_is_put_off_is_remembered_again(world: World, mailbox: Path, clock: time_machine.Traveller) -> None:
    bob = world.member("bob")
    row = plan(bob, due_on="2026-03-02", remind_on="2026-03-02")
    version = row.version
    work()
    assert row.version == version
    do(lambda: follow_ups.snooze(bob, row.id, date(2026, 3, 3)))
    assert row.remind_on is None
    clock.shift(timedelta(days=1))
    work()
    assert len(mails_in(mailbox)) == 2


def test_old_news_and_people_who_left_get_none(world: World, mailbox: Path, clock: time_machine.Traveller) -> None:
    bob = world.member("bob")
    plan(bob, "Long overdue", due_on="2026-02-20")
    work()
    assert mails_in(mailbox) == []
    plan(bob, "Now", due_on="2026-03-02")
    with transaction():
        db.session.get_one(User, bob.user_id).is_active = False
    work()
    assert mails_in(mailbox) == []


def test_a_mail_server_that_refuses_for_now(
    app: Flask, world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = plan(world.member("bob"), due_on="2026-03-02")
    settings = app.extensions["crm.settings"]
    monkeypatch.setitem(app.extensions, "crm.settings", _with_mail_at(settings, "smtp://127.0.0.1:1"))
    with pytest.raises(ProviderError):
        jobs.send_reminder(row.owner_id, row.site_id)
    with transaction():
        assert reminders.pending() == [(row.owner_id, row.site_id)]


def _with_mail_at(settings: config.Settings, url: str) -> config.Settings:
    from dataclasses import replace

    return replace(settings, mail_url=url)


def test_a_reminder_is_not_for_a_day_that_has_gone(world: World, clock: time_machine.Traveller) -> None:
    from making import refused

    bob = world.member("bob")
    row = plan(bob, due_on="2026-03-20")
    assert set(refused(lambda: edit_follow_up(bob, row.id, remind_on="2026-03-01"))) == {"remind_on"}
