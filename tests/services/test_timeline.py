"""A contact's timeline: what has happened, newest first, by a cursor."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from crm.errors import Invalid
from crm.models import Contact
from crm.questions import answer
from crm.services import interactions, timeline
from crm.services.members import Member
from making import NOW, at, do, edit, log, names, new_contact, schedule

pytestmark = pytest.mark.usefixtures("clock")


def walk(member: Member, contact: Contact, limit: int, before: str | None = None) -> list[str]:
    """The titles of the whole timeline (from a cursor on), a slice at a time."""
    found: list[str] = []
    for _ in range(100):
        part = timeline.past(member, contact, before=before, limit=limit)
        assert len(part.items) <= limit
        found += names(part)
        if part.before is None:
            return found
        before = part.before
    raise AssertionError("the timeline does not end")


def fill(member: Member, contact: Contact, *days: float) -> list[str]:
    """Logs one interaction at each of `days` before NOW; returns the titles in that order."""
    return [log(member, contact, title=f"Number {i}", start_datetime=at(days=-day)).title for i, day in enumerate(days)]


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7, 100])
def test_a_walk_meets_each_once_newest_first(bob: Member, ada: Contact, limit: int) -> None:
    titles = fill(bob, ada, 1, 2, 3, 4, 5, 6)
    log(bob, new_contact(bob, "Bert"), title="Another's")
    log(bob, title="Nobody's")
    assert walk(bob, ada, limit) == titles


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_those_of_one_instant_are_met_once_each(bob: Member, ada: Contact, limit: int) -> None:
    titles = fill(bob, ada, 1, 2, 2, 2, 2, 2, 3)
    assert walk(bob, ada, limit) == [titles[0], *titles[5:0:-1], titles[6]]


def test_an_instant_is_told_apart_by_its_microseconds(bob: Member, ada: Contact) -> None:
    for number in (1, 3, 2):
        log(bob, ada, title=f"Number {number}", start_datetime=f"2026-03-01T00:00:00.00000{number}Z")
    assert walk(bob, ada, 1) == ["Number 3", "Number 2", "Number 1"]


@pytest.mark.parametrize("days", [[0.1, 0.2], [2, 2.5, 3], [7, 8, 9]])
def test_a_cursor_stays_where_it_is_when_others_write(bob: Member, ada: Contact, days: list[float]) -> None:
    titles = fill(bob, ada, 1, 2, 3, 4, 5, 6)
    first = timeline.past(bob, ada, limit=3)
    for day in days:
        log(bob, ada, title="New one", start_datetime=at(days=-day))
    rest = walk(bob, ada, 2, first.before)
    assert [title for title in rest if title != "New one"] == titles[3:]
    assert rest.count("New one") == sum(day > 3 for day in days)


def test_a_cursor_outlives_the_row_it_stands_at(bob: Member, ada: Contact) -> None:
    titles = fill(bob, ada, 1, 2, 3, 4)
    first = timeline.past(bob, ada, limit=2)
    do(interactions.delete, bob, first.items[1].id)
    assert walk(bob, ada, 2, first.before) == titles[2:]


def test_instants_long_ago_have_cursors_too(bob: Member, ada: Contact) -> None:
    years = ["2020", "1970", "1969", "1900", "1066", "0001"]
    for year in years:
        log(bob, ada, title=f"Year {year}", start_datetime=f"{year}-01-01T00:00:00Z")
    assert walk(bob, ada, 1) == [f"Year {year}" for year in years]


@pytest.mark.parametrize(
    "before", ["x", "0", "1.2.3", "%", "é", "\x00", "\ud800", "AAAA", "!" * 5000, "9" * 400, "-1", "MTcwMDAwMDAwMDoxCg=="]
)
def test_a_cursor_that_is_none_is_refused(bob: Member, ada: Contact, before: str) -> None:
    fill(bob, ada, 1)
    with pytest.raises(Invalid) as refused:
        timeline.past(bob, ada, before=before)
    assert set(refused.value.details) == {"before"}


def test_any_changed_cursor_is_refused_or_answered(bob: Member, ada: Contact) -> None:
    titles = fill(bob, ada, 1, 2, 3)
    cursor = timeline.past(bob, ada, limit=1).before
    assert cursor
    for place in range(len(cursor)):
        for character in "09AZaz-_.=~":
            try:
                found = timeline.past(bob, ada, before=cursor[:place] + character + cursor[place + 1 :])
            except Invalid:
                continue
            assert set(names(found)) <= set(titles)


def test_filters_by_type_and_time(bob: Member, ada: Contact) -> None:
    for number, type in enumerate(["call", "lunch", "call", "email", "call"], start=1):
        log(bob, ada, type=type, title=f"Number {number}", start_datetime=at(days=-number))
    assert names(timeline.past(bob, ada, type="call")) == ["Number 1", "Number 3", "Number 5"]
    start, end = NOW - timedelta(days=4), NOW - timedelta(days=2)
    assert names(timeline.past(bob, ada, start=start, end=end)) == ["Number 3", "Number 4"]
    assert names(timeline.past(bob, ada, type="call", start=start, end=end)) == ["Number 3"]
    first = timeline.past(bob, ada, type="call", limit=2)
    assert names(timeline.past(bob, ada, type="call", before=first.before)) == ["Number 5"]
    assert timeline.count(bob, ada) == 5
    assert timeline.count(bob, ada, type="call", start=start, end=end) == 1


def test_pages_by_offset_agree_with_the_cursor(bob: Member, ada: Contact) -> None:
    titles = fill(bob, ada, 1, 2, 3, 4, 5)
    assert names(timeline.past(bob, ada, offset=2, limit=2)) == titles[2:4]
    assert names(timeline.past(bob, ada, offset=4, limit=2)) == titles[4:]
    assert names(timeline.past(bob, ada, offset=5, limit=2)) == []


def test_the_planned_stand_apart_until_they_begin(bob: Member, ada: Contact, clock: time_machine.Traveller) -> None:
    log(bob, ada, title="The past")
    for hours in (4, 2):
        log(bob, ada, title=f"In {hours} hours", start_datetime=at(hours=hours), ahead=True)
    schedule(bob, ada, scheduled_datetime=at(hours=1))
    assert (names(timeline.past(bob, ada)), timeline.count(bob, ada)) == (["The past"], 1)
    assert names(answer(timeline.ask_first(bob, ada)).planned) == ["In 2 hours", "In 4 hours"]
    clock.shift(timedelta(hours=2))
    assert (names(timeline.past(bob, ada)), timeline.count(bob, ada)) == (["In 2 hours", "The past"], 2)
    assert names(answer(timeline.ask_first(bob, ada)).planned) == ["In 4 hours"]


@pytest.mark.parametrize("limit", [2, 3, 4])
def test_the_first_page_is_what_is_planned_and_the_newest_of_the_past(bob: Member, ada: Contact, limit: int) -> None:
    fill(bob, ada, 1, 2, 3)
    for hours in (4, 2, 3):
        log(bob, ada, title=f"In {hours} hours", start_datetime=at(hours=hours), ahead=True)
    first = answer(timeline.ask_first(bob, ada, limit=limit, ahead=2))
    past = timeline.past(bob, ada, limit=limit)
    assert names(first.planned) == ["In 2 hours", "In 3 hours"]
    assert (names(first.past), first.past.before) == (names(past), past.before)
    assert {row.owner_id for row in first.past.items} == {ada.owner_id}


def test_what_was_just_logged_is_there_though_a_clock_is_fast(bob: Member, ada: Contact) -> None:
    """one-contract.md: an instant is future when it is more than 5 minutes ahead; what is not future is not planned."""
    log(bob, ada, title="Just now", start_datetime=at(minutes=4))
    assert (names(timeline.past(bob, ada)), names(answer(timeline.ask_first(bob, ada)).planned)) == (["Just now"], [])


def test_it_follows_each_change(bob: Member, ada: Contact) -> None:
    fill(bob, ada, 1, 2, 3)
    moved, deleted, given = timeline.past(bob, ada).items
    edit(bob, moved.id, start_datetime=at(days=-9))
    do(interactions.delete, bob, deleted.id)
    edit(bob, given.id, contact_id=new_contact(bob, "Bert").uid)
    assert names(timeline.past(bob, ada)) == ["Number 0"]
    do(interactions.restore, bob, deleted.id)
    assert names(timeline.past(bob, ada)) == ["Number 1", "Number 0"]
