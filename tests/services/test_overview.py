"""The figures of the analytics page beside plain Python, and beside the API's."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from crm import clock as clocks
from crm.database import transaction
from crm.errors import Invalid
from crm.extensions import db
from crm.models import FollowUp
from crm.models.base import new_uid
from crm.services import analytics, follow_ups, response, touches, wall
from crm.services.members import Member
from crm.services.overview import Span, overview
from making import NOW, at, do, log, new_contact, plan, schedule, utc
from services.test_analytics import UNITS, generated, in_zone

pytestmark = pytest.mark.usefixtures("clock")

ZONES = [
    ("Europe/Berlin", date(2025, 3, 30)),
    ("Europe/Berlin", date(2025, 10, 26)),
    ("America/New_York", date(2025, 11, 2)),
    ("Asia/Kolkata", date(2025, 12, 31)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),  # half an hour
    ("America/Sao_Paulo", date(2018, 11, 4)),  # there is no midnight
    ("America/Sao_Paulo", date(2018, 2, 18)),  # Saturday's last hour comes twice
    ("America/Havana", date(2025, 11, 2)),  # there are two midnights
    ("Pacific/Apia", date(2011, 12, 30)),  # there is no such day
    ("Africa/Monrovia", date(1972, 1, 7)),  # 44 minutes and 30 seconds
    ("UTC", date(1969, 12, 31)),
]


@pytest.mark.parametrize(("zone", "around"), ZONES)
def test_agrees_with_plain_python_and_with_the_api(alice: Member, charlie: Member, zone: str, around: date) -> None:
    chance = random.Random(f"{zone} {around}")
    member = in_zone(alice, zone)
    people = [new_contact(alice, name) for name in ("Ada", "Bert", "Cleo")]
    talks = generated(chance, around, zone, people, alice)
    generated(chance, around, zone, [new_contact(charlie, "Grace")], charlie)

    def on_the_wall(moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(zone))

    for _ in range(8):
        span = Span(*sorted(around + timedelta(days=chance.randint(-40, 40)) for _ in range(2)))
        unit, whom, lead = chance.choice(UNITS), chance.choice([None, *people]), chance.choice(["", "", "Émile"])
        meant = [
            talk
            for talk in talks
            if span.first <= on_the_wall(talk.start).date() <= span.last
            and (whom is None or talk.contact_id == whom.id)
            and lead in ("", talk.lead)
        ]
        found = overview(member, span, unit=unit, contact=whom, lead=lead)
        assert found.hours == Counter((on_the_wall(talk.start).weekday(), on_the_wall(talk.start).hour) for talk in meant)
        for bucket in found.buckets:
            there = [talk for talk in meant if bucket.span.first <= on_the_wall(talk.start).date() <= bucket.span.last]
            assert bucket.types == Counter(talk.type for talk in there)
            assert bucket.moods == Counter(talk.sentiment for talk in there if talk.sentiment)
        for type, (timed, minutes) in found.durations.items():
            lengths = [talk.duration for talk in meant if talk.type == type and talk.duration]
            assert (timed, minutes) == (len(lengths), sum(lengths))
        assert found.totals.contacts == len({talk.contact_id for talk in meant} - {None})
        if not lead:
            start, end = span.instants(zone)
            report = analytics.interactions(member, unit=unit, start=start, end=end, contact_id=whom and whom.uid)
            assert [bucket.count for bucket in found.buckets] == [bucket.count for bucket in report.buckets if bucket]
            assert sum((bucket.types for bucket in found.buckets), Counter()) == report.by_type
            assert sum((bucket.moods for bucket in found.buckets), Counter()) == report.by_sentiment
            assert list(found.leads.items()) == list(report.by_lead.items())
            assert found.top_contacts == report.top_contacts
            assert found.totals.average == report.average_duration
            assert found.totals.count == report.total_interactions
        before = span.before()
        assert (before.days, before.last + timedelta(days=1)) == (span.days, span.first)
        earlier = overview(member, before, unit="month", contact=whom, lead=lead)
        assert found.before == earlier.totals


def test_parts_are_bounded(alice: Member) -> None:
    with pytest.raises(Invalid):
        overview(alice, Span(date(2020, 1, 1), date(2026, 1, 1)), unit="day")
    assert len(overview(alice, Span(date(2020, 1, 1), date(2020, 12, 31)), unit="month").buckets) == 12


def test_what_is_planned_does_not_count(alice: Member) -> None:
    log(alice)
    log(alice, start_datetime=(NOW + timedelta(minutes=6)).isoformat(), ahead=True)
    today = clocks.today(alice.site_timezone)
    assert overview(alice, Span(today, today), unit="day").totals.count == 1


def test_three_queries(alice: Member, queries) -> None:
    log(alice, new_contact(alice))
    today = clocks.today(alice.site_timezone)
    queries.statements.clear()
    overview(alice, Span(today, today), unit="day")
    assert len([one for one in queries.statements if not one.startswith("BEGIN")]) == 3, queries.statements


def test_offsets_change_where_the_clocks_do() -> None:
    spans = wall.offsets("Europe/Berlin", utc("2025-01-01 00:00"), utc("2026-01-01 00:00"))
    assert spans == (
        (utc("2025-03-30 01:00"), 3600),
        (utc("2025-10-26 01:00"), 7200),
        (utc("2026-01-01 00:00"), 3600),
    )


# Response to follow-ups


def test_response_agrees_with_plain_python(alice: Member, charlie: Member) -> None:
    chance = random.Random(7)
    zone = ZoneInfo(alice.site_timezone)
    ada = new_contact(alice)
    today = clocks.today(alice.site_timezone)
    made = []
    for member in (alice, charlie):
        for _ in range(300):
            created = NOW - timedelta(minutes=chance.randint(0, 400 * 1440))
            done = chance.choice([None, min(created + timedelta(minutes=chance.randint(0, 30 * 1440)), NOW)])
            made.append(
                {
                    "uid": new_uid(),
                    "site_id": member.site_id,
                    "title": "x",
                    "due_on": chance.choice([None, created.date() + timedelta(days=chance.randint(-2, 20))]),
                    "contact_id": ada.id if member is alice and chance.random() < 0.5 else None,
                    "owner_id": member.user_id,
                    "status": "done" if done else "open",
                    "completed_at": done,
                    "created_at": created,
                    "updated_at": created,
                    "deleted_at": NOW if chance.random() < 0.1 else None,
                }
            )
    with transaction():
        db.session.execute(insert(FollowUp), made)
    for _ in range(20):
        span = Span(*sorted(today + timedelta(days=chance.randint(-420, 20)) for _ in range(2)))
        whom = chance.choice([None, ada])
        expected, took = Counter(), []
        for row in made:
            if row["site_id"] != alice.site_id or row["deleted_at"] or (whom and row["contact_id"] != whom.id):
                continue
            if not row["due_on"] or not span.first <= row["due_on"] <= span.last:
                continue
            if row["completed_at"]:
                finished = row["completed_at"].astimezone(zone).date()
                expected["on_time" if finished <= row["due_on"] else "late"] += 1
                took.append((finished - row["created_at"].astimezone(zone).date()).days)
            else:
                expected["overdue" if row["due_on"] < today else "open"] += 1
        found = response.follow_ups(alice, span, contact=whom)
        assert (found.on_time, found.late, found.overdue, found.open) == tuple(
            expected[name] for name in ("on_time", "late", "overdue", "open")
        )
        assert sorted(found.took.elements()) == sorted(took)
        took.sort()
        middle = len(took) // 2
        median = None if not took else took[middle] if len(took) % 2 else (took[middle - 1] + took[middle]) / 2
        assert found.median_days == median


def test_response_by_whose_it_is(alice: Member, bob: Member) -> None:
    plan(bob, due_on="2026-03-01")
    mine = plan(alice, due_on="2026-03-03")
    do(follow_ups.complete, alice, mine.id)
    span = Span(date(2026, 3, 1), date(2026, 3, 31))
    everybody, alices = response.follow_ups(alice, span), response.follow_ups(alice, span, lead="Alice")
    assert (everybody.count, everybody.overdue, everybody.on_time) == (2, 1, 1)
    assert (alices.count, alices.on_time, alices.median_days) == (1, 1, 0)


# Going cold


def test_who_goes_cold(alice: Member, charlie: Member, clock) -> None:
    people = {days: new_contact(alice, f"Every {days}", keep_in_touch_days=days) for days in (1, 7, 30)}
    new_contact(alice, "No rhythm")
    new_contact(charlie, "Grace", keep_in_touch_days=1)
    log(alice, people[30], start_datetime=(NOW - timedelta(days=29)).isoformat())
    clock.shift(timedelta(days=8) - timedelta(seconds=1))
    assert [(cold.contact.name, cold.days, cold.late) for cold in touches.going_cold(alice)] == [
        ("Every 1", 7, 6),
        ("Every 30", 36, 6),
    ]
    clock.shift(timedelta(seconds=1))
    schedule(alice, new_contact(alice, "Meets soon", keep_in_touch_days=1), scheduled_datetime=at(days=99))
    assert touches.count_cold(alice) == 3
    assert [(cold.contact.name, cold.late) for cold in touches.going_cold(alice, limit=2)] == [("Every 1", 7), ("Every 30", 7)]
    assert touches.going_cold(alice)[2].late == 1
