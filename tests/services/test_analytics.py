"""What interactions add up to, beside a model that walks through the range in steps of 15 minutes and looks at the wall."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import insert

from crm import clock as clocks
from crm.database import transaction
from crm.errors import Forbidden, NotFound
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.services import analytics, contacts, interactions
from crm.services.analytics import Report, Unit
from crm.services.members import Member
from making import NOW, at, do, edit, log, new_contact, refused, utc

pytestmark = pytest.mark.usefixtures("clock")

QUARTER, INSTANT = timedelta(minutes=15), timedelta(microseconds=1)
UNITS: tuple[Unit, ...] = ("day", "week", "month")


def in_zone(member: Member, zone: str) -> Member:
    return replace(member, site_timezone=zone)


def counts(report: Report) -> list[int]:
    return [bucket.count for bucket in report.buckets]


# The model


@dataclass(frozen=True)
class Talk:
    start: datetime
    type: str
    sentiment: str | None
    lead: str
    contact_id: int | None
    duration: int | None


def unit_of(unit: Unit, moment: datetime, zone: str) -> Hashable:
    """What the calendar on the wall says."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}[unit]


def expected_counts(talks: list[Talk], unit: Unit, start: datetime, end: datetime, zone: str) -> list[int]:
    steps = range((end - start) // QUARTER + 1)
    calendar = dict.fromkeys(unit_of(unit, moment, zone) for n in steps if (moment := start + n * QUARTER) < end)
    found = Counter(unit_of(unit, talk.start, zone) for talk in talks)
    return [found[entry] for entry in calendar]


def expected_top(talks: list[Talk]) -> list[tuple[int, int]]:
    found = Counter(talk.contact_id for talk in talks if talk.contact_id)
    return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))


def generated(chance: random.Random, around: date, zone: str, people: list[Contact], member: Member) -> list[Talk]:
    """Some of them at, just before and just after midnights. Deleted, planned and another site's rows are stored beside."""
    middle = datetime(around.year, around.month, around.day, tzinfo=UTC)
    midnights = [clocks.start_of_day(around + timedelta(days=n), zone) for n in range(-40, 41)]
    starts = [middle + timedelta(seconds=chance.randint(-40 * 86400, 40 * 86400)) for _ in range(150)]
    starts += [chance.choice(midnights) + chance.choice([-INSTANT, 0 * INSTANT, INSTANT, QUARTER]) for _ in range(150)]
    talks = [
        Talk(
            start,
            chance.choice(["meeting", "call", "email"]),
            chance.choice([None, "positive", "negative"]),
            chance.choice(["Alice", "Bob", "Émile", "bob"]),
            chance.choice([None, *(person.id for person in people)]),
            chance.choice([None, 1, 15, 60, 100_000]),
        )
        for start in starts
    ]
    hidden = [(talk, {"deleted_at": NOW}) for talk in talks[::7]]
    planned = [(replace(talk, start=NOW + timedelta(minutes=6)), {}) for talk in talks[::9]]
    with transaction():
        db.session.execute(insert(Interaction), [stored(member, talk) for talk in talks])
        db.session.execute(insert(Interaction), [stored(member, talk, **more) for talk, more in hidden + planned])
    return talks


def stored(member: Member, talk: Talk, **more: Any) -> dict[str, Any]:
    plain = {"site_id": member.site_id, "title": "A talk", "timezone": "UTC", "deleted_at": None}
    end = talk.start + timedelta(minutes=talk.duration) if talk.duration else None
    about = {name: getattr(talk, name) for name in ("type", "sentiment", "lead", "contact_id", "duration")}
    return plain | about | {"start_datetime": talk.start, "end_datetime": end} | more


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Europe/Berlin", date(2025, 3, 30)),
        ("Europe/Berlin", date(2025, 10, 26)),
        ("America/New_York", date(2025, 3, 9)),
        ("America/New_York", date(2025, 11, 2)),
        ("Asia/Kolkata", date(2025, 12, 31)),
        ("Australia/Lord_Howe", date(2025, 4, 6)),  # half an hour
        ("America/Sao_Paulo", date(2018, 11, 4)),  # there is no midnight
        ("America/Havana", date(2025, 11, 2)),  # there are two
        ("Pacific/Apia", date(2011, 12, 30)),  # there is no such day
        ("UTC", date(2024, 2, 29)),
    ],
)
def test_agrees_with_the_calendar_on_the_wall(alice: Member, charlie: Member, zone: str, around: date) -> None:
    chance = random.Random(f"{zone} {around}")
    member = in_zone(alice, zone)
    people = [new_contact(alice, name) for name in ("Ada", "Bert", "Cleo")]
    talks = generated(chance, around, zone, people, alice)
    generated(chance, around, zone, [new_contact(charlie, "Grace")], charlie)
    for trial in range(12):
        days = sorted(around + timedelta(days=chance.randint(-40, 40)) for _ in range(2))
        start, end = clocks.start_of_day(days[0], zone), clocks.start_of_day(days[1] + timedelta(days=1), zone)
        if trial % 3 == 2:
            start, end = start + chance.randint(0, 95) * QUARTER, end + chance.randint(0, 95) * QUARTER
        if end <= start:
            continue
        unit, whom = chance.choice(UNITS), chance.choice([None, *people])
        meant = [talk for talk in talks if start <= talk.start < end and (whom is None or talk.contact_id == whom.id)]
        report = analytics.interactions(member, unit=unit, start=start, end=end, contact_id=whom and whom.uid)
        assert counts(report) == expected_counts(meant, unit, start, end, zone), (unit, start, end)
        assert list(report.frequency) == [f"{unit}{n}" for n in range(1, len(report.buckets) + 1)]
        assert (report.buckets[0].start, report.buckets[-1].end) == (start, end)
        assert all(one.end == other.start for one, other in zip(report.buckets, report.buckets[1:], strict=False))
        assert report.total_interactions == len(meant)
        assert report.by_type == Counter(talk.type for talk in meant)
        assert report.by_sentiment == Counter(talk.sentiment for talk in meant if talk.sentiment)
        assert report.by_lead == Counter(talk.lead for talk in meant)
        assert Counter({top.contact.id: top.count for top in report.top_contacts}) == dict(expected_top(meant))
        timed = [talk.duration for talk in meant if talk.duration]
        assert report.average_duration == (int(sum(timed) / len(timed) + 0.5) if timed else None)


# Days, weeks, months


def test_a_day_lasts_from_midnight_to_midnight(alice: Member) -> None:
    spring = analytics.interactions(alice, unit="day", start=utc("2025-03-28 23:00"), end=utc("2025-03-31 22:00"))
    assert [(bucket.start, bucket.end) for bucket in spring.buckets] == [
        (utc("2025-03-28 23:00"), utc("2025-03-29 23:00")),
        (utc("2025-03-29 23:00"), utc("2025-03-30 22:00")),  # 23 hours
        (utc("2025-03-30 22:00"), utc("2025-03-31 22:00")),
    ]
    autumn = analytics.interactions(alice, unit="day", start=utc("2025-10-25 22:00"), end=utc("2025-10-26 23:00"))
    assert [bucket.end - bucket.start for bucket in autumn.buckets] == [timedelta(hours=25)]


def test_weeks_begin_on_monday_and_only_the_range_counts(alice: Member) -> None:
    for start in ("2026-01-14T22:59:59Z", "2026-01-14T23:00:00Z", "2026-01-18T22:59:59Z", "2026-01-18T23:00:00Z"):
        log(alice, start_datetime=start)
    # From Thursday, 15 January, until Tuesday, 20 January, in Berlin.
    report = analytics.interactions(alice, start=utc("2026-01-14 23:00"), end=utc("2026-01-20 23:00"))
    assert report.frequency == {"week1": 2, "week2": 1}
    assert [bucket.start for bucket in report.buckets] == [utc("2026-01-14 23:00"), utc("2026-01-18 23:00")]


def test_months(alice: Member) -> None:
    for start in ("2026-01-31T22:59:59Z", "2026-01-31T23:00:00Z"):
        log(alice, start_datetime=start)
    report = analytics.interactions(alice, unit="month", start=utc("2025-12-31 23:00"), end=utc("2026-02-28 23:00"))
    assert report.frequency == {"month1": 1, "month2": 1}


def test_nothing_is_something(alice: Member) -> None:
    report = analytics.interactions(alice)
    assert report.frequency == {f"week{n}": 0 for n in range(1, 13)}
    assert (report.by_type, report.by_sentiment, report.by_lead, report.top_contacts) == ({}, {}, {}, [])
    assert (report.total_interactions, report.average_duration) == (0, None)


def test_without_dates_it_is_the_last_twelve_weeks(alice: Member) -> None:
    report = analytics.interactions(alice)  # NOW is a Monday
    assert [bucket.start for bucket in report.buckets][::11] == [utc("2025-12-14 23:00"), utc("2026-03-01 23:00")]
    assert report.buckets[-1].end == utc("2026-03-02 23:00")
    report = analytics.interactions(alice, end=utc("2025-06-01 22:00"))  # Sunday is the last day
    assert (len(report.buckets), report.buckets[0].start) == (12, utc("2025-03-09 23:00"))
    assert len(analytics.interactions(alice, unit="day").buckets) == 78
    assert len(analytics.interactions(alice, start=utc("2026-02-22 23:00")).buckets) == 2


def test_in_the_sites_zone_not_in_the_readers(alice: Member) -> None:
    log(alice, start_datetime="2026-02-28T23:30:00Z")
    start, end = utc("2026-02-27 23:00"), utc("2026-03-01 23:00")
    reader = replace(alice, timezone="America/New_York")
    assert counts(analytics.interactions(reader, unit="day", start=start, end=end)) == [0, 1]


def test_what_a_range_must_be(alice: Member) -> None:
    start = utc("2026-01-01 00:00")
    report = lambda **more: refused(lambda: analytics.interactions(alice, **more))  # noqa: E731
    assert report(start=start, end=start).keys() == {"start_date"}
    assert report(start=NOW + timedelta(days=2)).keys() == {"start_date"}
    assert report(unit="day", start=start - timedelta(days=400), end=start + INSTANT).keys() == {"group_by"}
    assert len(analytics.interactions(alice, unit="day", start=start - timedelta(days=399), end=start).buckets) == 400
    ends_of_time = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)
    for member in (alice, in_zone(alice, "America/New_York")):
        assert report(start=ends_of_time[0], end=ends_of_time[1]) != {}
        assert report(end=ends_of_time[0] + INSTANT).keys() == {"start_date"}
        refused(lambda member=member: analytics.interactions(member, start=ends_of_time[0]))
    assert report(unit="month", start=ends_of_time[1] - timedelta(days=1), end=ends_of_time[1]).keys() == {"start_date"}


# What counts


def test_what_is_planned_counts_once_it_has_begun(alice: Member, clock: time_machine.Traveller) -> None:
    log(alice, start_datetime=at(minutes=5))
    log(alice, start_datetime=at(minutes=5, microseconds=1), ahead=True)
    log(alice, start_datetime=at(days=3), ahead=True, duration=60)
    wide = {"start": NOW - timedelta(days=1), "end": NOW + timedelta(days=30)}
    assert (analytics.interactions(alice, **wide).total_interactions, len(analytics.interactions(alice, **wide).buckets)) == (
        1,
        6,
    )
    clock.shift(timedelta(microseconds=1))
    assert analytics.interactions(alice, **wide).total_interactions == 2
    clock.shift(timedelta(days=3))
    report = analytics.interactions(alice, **wide)
    assert (report.total_interactions, report.average_duration, report.by_type) == (3, 60, {"call": 3})
    all_ahead = analytics.interactions(alice, start=NOW + timedelta(days=10), end=NOW + timedelta(days=20))
    assert (all_ahead.total_interactions, set(all_ahead.frequency.values())) == (0, {0})


def test_what_is_deleted_does_not_count(alice: Member) -> None:
    ada = new_contact(alice)
    calls = [log(alice, ada) for _ in range(3)]
    do(interactions.delete, alice, calls[0].id)
    assert analytics.interactions(alice).total_interactions == 2
    do(contacts.delete, alice, ada.id)
    report = analytics.interactions(alice)
    assert (report.total_interactions, report.top_contacts) == (0, [])


def test_half_a_minute_is_rounded_up(alice: Member) -> None:
    for minutes in (None, 1, 2):
        log(alice, duration=minutes)
    assert analytics.interactions(alice).average_duration == 2
    edit(alice, 2, duration=2)
    edit(alice, 3, duration=3)
    assert analytics.interactions(alice).average_duration == 3


def test_the_most_frequent_first_and_at_most_so_many(alice: Member) -> None:
    people = [new_contact(alice, f"Contact {n}") for n in range(12)]
    talks = [Talk(NOW, "call", None, f"Lead {n}", people[n % 12].id, None) for n in range(101)]
    talks += [Talk(NOW, "email", None, "Zoë", people[11].id, None), *(Talk(NOW, "email", None, "Zoë", None, 5),) * 101]
    with transaction():
        db.session.execute(insert(Interaction), [stored(alice, talk) for talk in talks])
    report = analytics.interactions(alice)
    assert list(report.by_type.items()) == [("email", 102), ("call", 101)]
    assert list(report.by_lead) == ["Zoë", *(f"Lead {n}" for n in range(99))]
    assert [(top.contact.name, top.count) for top in report.top_contacts] == [
        *((f"Contact {n}", 9) for n in (0, 1, 2, 3, 4, 11)),
        *((f"Contact {n}", 8) for n in (5, 6, 7, 8)),
    ]


# Whose


def test_another_sites_contact_and_one_that_is_none(alice: Member, charlie: Member) -> None:
    grace = new_contact(charlie, "Grace")
    with pytest.raises(Forbidden):
        analytics.interactions(alice, contact_id=grace.uid)
    with pytest.raises(NotFound):
        analytics.interactions(alice, contact_id=UUID(int=7))


def test_the_sites_stay_apart(alice: Member, charlie: Member) -> None:
    log(charlie, new_contact(charlie, "Grace"), sentiment="positive", duration=5)
    assert analytics.interactions(charlie).total_interactions == 1
    report = analytics.interactions(alice)
    assert (report.total_interactions, report.by_type, report.by_sentiment, report.by_lead) == (0, {}, {}, {})
    assert (report.top_contacts, report.average_duration) == ([], None)
