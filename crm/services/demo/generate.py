"""The demo's rows, made one after the other from a seeded generator: none of them is ever all in memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from crm.models.interaction import TYPES
from crm.schemas.contacts import phone_digits
from crm.services import events
from crm.services.demo import held, people, promised
from crm.services.folding import fold, folded_topics

Values = dict[str, Any]

_TYPES = [kind for kind in TYPES if kind != "other"]
_TYPE_WEIGHTS = (18, 34, 22, 12, 7, 5, 2)
_DURATIONS = (10, 15, 20, 30, 30, 45, 60, 60, 90)

_folded = lru_cache(fold)  # the same few words, a million times


@dataclass(frozen=True, slots=True)
class Team:
    """A site, and who of it writes: (user id, name)."""

    site_id: int
    timezone: str
    people: list[tuple[int, str]]


class Generator:
    """`now` is brought down to the day, so that the same day gives the same rows. Keys start at `first`, by table."""

    def __init__(self, teams: list[Team], *, contacts: int, interactions: int, now: datetime, first: dict[str, int]) -> None:
        self._random = random.Random(1843)  # the year of the first published program
        self._teams, self._contacts, self._interactions, self._first = teams, contacts, interactions, first
        self._today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._told: list[tuple[Values, Values]] = []
        self._needing: list[Values] = []  # interactions that need a follow-up
        self._names = {user: name for team in teams for user, name in team.people}
        self._texts = [self._text() for _ in range(500)]

    def contacts(self) -> Iterator[Values]:
        for number in range(self._contacts):
            team = self._team(number)
            owner = self._writer(team, number)[0]
            name, company = self._name(number), people.COMPANIES[number % len(people.COMPANIES)]
            job_title, tags = (
                people.JOB_TITLES[number % len(people.JOB_TITLES)],
                sorted({people.TAGS[number % 8], people.TAGS[number % 5]}),
            )
            made = self._today - timedelta(days=366)
            reached_by = [self._address(number), self._number(number), phone_digits(self._number(number))]
            words = [name, company, job_title, *tags, *reached_by]
            yield self._row("contacts", number, made) | {
                "site_id": team.site_id,
                "name": name,
                "company": company,
                "job_title": job_title,
                "tags": tags,
                "notes": "Prefers a call to an e-mail. Never before ten." if number % 9 == 0 else None,
                "owner_id": owner,
                "keep_in_touch_days": (14, 30, 90, None)[number % 4],
                "cadence_types": ["meeting", "coffee", "lunch"] if number % 12 == 2 else [],
                "cadence_by_owner": False,
                "merged_into_uid": None,
                "created_by": owner,
                "name_key": fold(name),
                "company_key": fold(company),
                "search_text": fold(" ".join(words)),
                "stored_last_interaction_at": None,
                "stored_next_meeting_at": None,
                "settle_at": None,
                "goes_cold_at": None,
            }

    def emails(self) -> Iterator[Values]:
        for number in range(self._contacts):
            address = self._address(number)
            yield self._point("contact_emails", number) | {
                "address": address,
                "address_key": address.casefold(),
                "deleted_at": None,
            }

    def phones(self) -> Iterator[Values]:
        for number in range(self._contacts):
            yield self._point("contact_phones", number) | {
                "number": self._number(number),
                "number_key": phone_digits(self._number(number)),
            }

    def interactions(self) -> Iterator[tuple[Values, Values, Values]]:
        """Each with its line of history and its event."""
        step = timedelta(days=364) / max(1, self._interactions)
        for number in range(self._interactions):
            # Two of three are with the first contact.
            contact = 0 if number % 3 != 2 or self._contacts == 1 else 1 + self._random.randrange(self._contacts - 1)
            start = self._working_time(self._today - timedelta(days=365) + step * number)
            row = self._interaction(number, contact, start)
            if held.is_held(number):
                meeting = self._completed(number)
                row |= held.interaction(meeting, self._names[meeting["completed_by"]])
            elif promised.is_needed(number, self._interactions):
                row |= promised.needed(number, row)
                self._needing.append(row)
            yield row, self._change(number, row), self._event(number, row)

    def meetings(self) -> Iterator[Values]:
        for meeting in self._meetings():
            self._told += held.lines(meeting)
            yield meeting

    def meetings_told(self) -> Iterator[tuple[Values, Values]]:
        """The history and the events of `meetings`, which have to have been made."""
        for number, (change, event) in enumerate(self._told, self._interactions):
            yield (
                change | {"id": self._first["changes"] + number},
                event | {"id": self._first["events"] + number, "uid": self._uid(event["occurred_at"])},
            )

    def _meetings(self) -> Iterator[Values]:
        """One to come for every third contact, beginning today, and one more with the first; some of this week that nobody
        has completed."""
        days = [(0, 3)] + [(contact, contact // 6 + (contact % 2)) for contact in range(0, self._contacts, 3)]
        days += [(contact, -(1 + contact % 5)) for contact in range(1, self._contacts, 20)]
        for number, (contact, day) in enumerate(days[:500]):
            team = self._team(contact)
            user, _ = self._writer(team, number)
            on = _weekday(self._today.date(), day)
            local = datetime.combine(on, time(9 + number % 8, (0, 30)[number % 2]), tzinfo=ZoneInfo(team.timezone))
            yield self._row("meetings", number, self._today - timedelta(days=8)) | held.searchable(
                {
                    "site_id": team.site_id,
                    "contact_id": self._first["contacts"] + contact,
                    "scheduled_datetime": local.astimezone(UTC),
                    "timezone": team.timezone,
                    "duration": (30, 45, 60)[number % 3],
                    "location": people.PLACES[number % len(people.PLACES)],
                    "purpose": people.PURPOSES[number % len(people.PURPOSES)],
                    "agenda_items": list(people.AGENDAS[number % len(people.AGENDAS)]),
                    "preparation_notes": people.SENTENCES[number % len(people.SENTENCES)] if number % 2 else None,
                    **held.UNTOLD,
                    "created_by": user,
                }
            )
        for number in range(self._interactions):
            if held.is_held(number):
                yield self._completed(number)

    def _completed(self, number: int) -> Values:
        """The meeting that the interaction `number` is of."""
        contact = 1 + number * 7 % (self._contacts - 1) if number % 3 == 2 and self._contacts > 1 else 0
        team = self._team(contact)
        user, name = self._writer(team, number // 60)
        day = self._today - timedelta(days=365 - 364 * number // self._interactions)
        start = day - timedelta(days=max(0, day.weekday() - 4)) + timedelta(hours=8 + number % 7)
        whose = {"site_id": team.site_id, "contact_id": self._first["contacts"] + contact, "timezone": team.timezone}
        minutes = held.minutes(number // 60, start, user, [name, self._name(contact)])
        return self._row("meetings", 500 + number // 60, start - timedelta(days=9)) | whose | minutes

    def follow_ups(self) -> Iterator[Values]:
        """What is promised, for everybody who writes; and what came of the meetings and the `interactions`, which have to have
        been made."""
        first = min(self._contacts, 40)
        for number in range(first):
            team = self._team(number)
            user, _ = self._writer(team, number // 3)
            whose = {"site_id": team.site_id, "contact_id": self._first["contacts"] + number}
            about = whose | {"owner_id": user, "created_by": user} | promised.open_one(number, self._today)
            yield self._row("follow_ups", number, self._today - timedelta(days=10)) | about
        held_ones = (self._completed(number) for number in range(self._interactions) if held.is_held(number))
        made = ((meeting["completed_at"], one) for meeting in held_ones for one in promised.of_meeting(meeting, self._today))
        more = ((row["created_at"], promised.of_interaction(row, self._today)) for row in self._needing)
        for number, (at, one) in enumerate(chain(made, more), first):
            yield self._row("follow_ups", number, at) | one

    def _interaction(self, number: int, contact: int, start: datetime) -> Values:
        choose = self._random.choice
        team = self._team(contact)
        user, lead = self._writer(team, self._random.randrange(7))
        kind = self._random.choices(_TYPES, _TYPE_WEIGHTS)[0]
        duration = None if kind in ("email", "message") else choose(_DURATIONS)
        topic = choose(people.TOPICS)
        title = people.TITLES[kind].format(topic)
        notes, folded = choose(self._texts)
        place = choose(people.PLACES) if kind in ("meeting", "coffee", "lunch", "conference") else None
        medium = {"call": "phone", "email": "e-mail", "message": "chat"}.get(kind)
        topics = list(dict.fromkeys([topic] if number % 2 else [topic, choose(people.TOPICS)]))
        return self._row("interactions", number, start + timedelta(minutes=(duration or 0) + 5)) | {
            "site_id": team.site_id,
            "contact_id": self._first["contacts"] + contact,
            "title": title,
            "type": kind,
            "lead": lead,
            "start_datetime": start,
            "end_datetime": start + timedelta(minutes=duration) if duration else None,
            "duration": duration,
            "timezone": team.timezone,
            "location": place,
            "medium": medium,
            "description": None,
            "notes": notes,
            "sentiment": self._random.choices(("positive", "neutral", "negative", None), (5, 4, 1, 3))[0],
            "topics_discussed": topics,
            "follow_up_needed": False,
            "follow_up_notes": None,
            "follow_up_due": None,
            "source": "manual",
            "external_id": None,
            "meeting_id": None,
            "created_by": user,
            "deleted_with_contact": False,
            "search_text": "\n".join((_folded(title), _folded(lead), _folded(place), "", folded, folded_topics(topics))),
            "other_text": f"{medium or ''}\n",
        }

    def _change(self, number: int, row: Values) -> Values:
        return {
            "id": self._first["changes"] + number,
            "site_id": row["site_id"],
            "at": row["created_at"],
            "actor_id": row["created_by"],
            "action": "created",
            "subject_type": "interaction",
            "subject_id": row["id"],
            "fields": {},
        }

    def _event(self, number: int, row: Values) -> Values:
        start = events.plain(row["start_datetime"])
        return {
            "id": self._first["events"] + number,
            "uid": self._uid(row["created_at"]),
            "type": "InteractionLogged",
            "occurred_at": row["created_at"],
            "site_id": row["site_id"],
            "actor_id": row["created_by"],
            "subject_type": "interaction",
            "subject_uid": row["uid"],
            "data": {"type": row["type"], "start_datetime": start, "planned": False},
        }

    def _row(self, table: str, number: int, made: datetime) -> Values:
        common: Values = {"created_at": made, "updated_at": made, "version": 1, "deleted_at": None}
        return {"id": self._first[table] + number, "uid": self._uid(made)} | common

    def _point(self, table: str, number: int) -> Values:
        owner = {"contact_id": self._first["contacts"] + number, "site_id": self._team(number).site_id}
        return {"id": self._first[table] + number, "position": 0} | owner

    def _uid(self, made: datetime) -> UUID:
        """A UUIDv7 (RFC 9562 §5.7) whose random part is the generator's."""
        milliseconds = int(made.timestamp() * 1000)
        bits = self._random.getrandbits(74)
        return UUID(int=milliseconds << 80 | 7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1)

    def _working_time(self, moment: datetime) -> datetime:
        """A weekday's working hours (UTC) near `moment`, never later than it by more than those of its day."""
        day = moment - timedelta(days=max(0, moment.weekday() - 4))
        return day.replace(
            hour=7 + self._random.randrange(10), minute=self._random.randrange(0, 60, 5), second=0, microsecond=0
        )

    def _team(self, contact: int) -> Team:
        return self._teams[0 if contact == 0 else contact % 3 // 2]

    def _writer(self, team: Team, number: int) -> tuple[int, str]:
        return team.people[number % len(team.people)]

    def _text(self) -> tuple[str, str]:
        text = " ".join(self._random.sample(people.SENTENCES, 3))
        return text, fold(text)

    def _name(self, number: int) -> str:
        first, last = people.FIRST_NAMES, people.LAST_NAMES
        row = number // len(first)
        name = f"{first[number % len(first)]} {last[(number + row * 7) % len(last)]}"
        return name if row < len(last) else f"{name} {row}"

    def _address(self, number: int) -> str:
        return f"{fold(self._name(number)).replace(' ', '.').replace('’', '')}.{number}@example.com"

    def _number(self, number: int) -> str:
        return f"+49 30 {5550000 + number}"


def _weekday(today: date, ahead: int) -> date:
    """The day so far ahead of today, but no weekend's: then the Monday or Tuesday after it, or the Friday before."""
    day = today + timedelta(days=ahead)
    over = max(0, day.weekday() - 4) if ahead else 0
    return day + timedelta(days=2 if ahead > 0 and over else -over)
