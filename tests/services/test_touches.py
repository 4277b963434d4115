"""Keeping in touch: what counts, and who goes cold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.errors import Invalid
from crm.questions import answers
from crm.schemas.base import read
from crm.schemas.contacts import ContactFormEdit
from crm.services import contacts, touches
from crm.services.contact_filters import Asked
from making import at, do, edit, log, new_contact, utc


@pytest.fixture(autouse=True)
def stopped(clock):
    return clock


def cold(member, **which):
    return [one.contact.name for one in touches.going_cold(member, **which)]


def set_cadence(member, contact, **fields):
    return do(contacts.edit, member, contact.uid, read(ContactFormEdit, fields))


def test_a_talk_begins_the_days_anew(bob, stopped):
    ada = new_contact(bob, keep_in_touch_days=30)
    assert contacts.get(bob, ada.uid).goes_cold_at == utc("2026-03-02 12:00") + timedelta(days=30)
    stopped.shift(timedelta(days=40))
    assert cold(bob) == ["Ada Lovelace"]
    cadence = touches.cadence(contacts.get(bob, ada.uid))
    assert (cadence.last, cadence.days, cadence.over) == (None, 40, 10)
    row = log(bob, ada, start_datetime=at(days=39))
    assert cold(bob) == []
    assert touches.cadence(contacts.get(bob, ada.uid)).days == 1
    edit(bob, row.uid, start_datetime=at(days=1))
    assert cold(bob) == ["Ada Lovelace"]


def test_today_the_list_and_the_contact_agree_who_has_gone_cold(bob, stopped):
    ada = new_contact(bob, keep_in_touch_days=30)

    def said():
        listed = [one.name for one in contacts.find(bob, Asked(last="cold")).items]
        over = touches.cadence(contacts.get(bob, ada.uid)).over
        return [cold(bob), listed, touches.count_cold(bob), over]

    for waited in (timedelta(days=30), timedelta(hours=23, minutes=59)):
        stopped.shift(waited)
        assert said() == [[], [], 0, 0]
    stopped.shift(timedelta(minutes=1))
    assert said() == [["Ada Lovelace"], ["Ada Lovelace"], 1, 1]


def test_only_some_types_count(bob, stopped):
    ada = new_contact(bob, keep_in_touch_days=7)
    log(bob, ada, type="coffee", start_datetime=at(days=-10))
    log(bob, ada, type="email", start_datetime=at(days=-1))
    assert cold(bob) == []
    set_cadence(bob, ada, cadence_types=["lunch", "coffee"])
    assert cold(bob) == ["Ada Lovelace"]
    cadence = touches.cadence(contacts.get(bob, ada.uid))
    assert (cadence.days, cadence.over) == (10, 3)
    log(bob, ada, type="lunch", start_datetime=at(hours=-1))
    assert cold(bob) == []
    with pytest.raises(Invalid):
        set_cadence(bob, ada, cadence_types=["telepathy"])


def test_only_the_owner_counts(alice, bob):
    ada = new_contact(bob, keep_in_touch_days=7)
    log(bob, ada, start_datetime=at(days=-10))
    log(alice, ada, start_datetime=at(days=-1))
    set_cadence(bob, ada, cadence_by_owner=True)
    assert cold(alice) == ["Ada Lovelace"]
    set_cadence(bob, ada, owner_id=alice.user_id)
    assert cold(alice) == []
    set_cadence(alice, ada, keep_in_touch_days=None)
    assert contacts.get(bob, ada.uid).goes_cold_at is None


def test_a_planned_talk_counts_when_it_has_begun(bob, stopped):
    ada = new_contact(bob, keep_in_touch_days=7)
    log(bob, ada, ahead=True, start_datetime=at(days=10))
    stopped.shift(timedelta(days=9))
    assert cold(bob) == ["Ada Lovelace"]
    stopped.shift(timedelta(days=2))
    do(contacts.settle_due)
    assert cold(bob) == []


def test_mine_and_my_sites_alone(alice, bob, charlie, stopped):
    new_contact(alice, "Grace", keep_in_touch_days=1)
    new_contact(bob, "Ada", keep_in_touch_days=2)
    new_contact(charlie, "Elsewhere", keep_in_touch_days=1)
    stopped.shift(timedelta(days=5))
    assert cold(bob) == ["Grace", "Ada"]
    assert cold(bob, mine=True) == ["Ada"]


def test_numbers(bob, ada):
    for days, duration, mood in ((-1, 30, "positive"), (-2, None, None), (-90, 60, "negative")):
        log(bob, ada, start_datetime=at(days=days), duration=duration, sentiment=mood)
    quarter, latest = answers(touches.ask_quarter(bob, ada), touches.ask_latest(bob, ada))
    numbers = touches.numbers(quarter, latest)
    assert (numbers.quarter, numbers.average, numbers.moods) == (2, 45, ("negative", "positive"))
