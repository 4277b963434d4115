"""A site with as many rows of everything as one likes, written past the services: they would take minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from crm.extensions import db
from crm.models import Base, Contact, Interaction, Meeting
from crm.services import bulk
from crm.services.imports import wizard
from crm.services.members import Member

Values = dict[str, Any]

# No house has more people, or sites, whatever there is of the rest.
PEOPLE = 1_000


def up_to(most: int, some: range) -> range:
    return range(min(some.start, most), min(some.stop, most))


class Filling:
    """Everything there is in the site of `member`, which has the examples of browser/pages.py already. Half of it is with
    Ada, the other half with others."""

    def __init__(self, member: Member, examples: dict[str, Any], now: datetime) -> None:
        self.member, self.now, self.count = member, now, 0
        self.site, self.mine = {"site_id": member.site_id}, {"created_by": member.user_id}
        self.ada = self._id(Contact, examples["contact_uid"])
        self.interaction = self._id(Interaction, examples["interactions.uid"])
        self.meetings = [self._id(Meeting, examples[name]) for name in ("meetings.uid", "web.meetings.minutes.uid")]
        self.users, self.contacts = [member.user_id], [self.ada]

    def up_to(self, count: int) -> UUID:
        """Adds rows until there are `count` of each kind; fewer where no more can be. Gives the import of a file with as many
        lines."""
        new, self.count = range(self.count, count), count
        self.users += self._people(up_to(PEOPLE, new))
        self.contacts += self._contacts(new)
        with bulk.text_index_at_the_end():
            self._add("interactions", map(self._interaction, new))
        self._add("meetings", map(self._meeting, new))
        self._add("follow_ups", map(self._follow_up, new))
        self._add("changes", (self._change("contact", self.ada) for _ in new))
        for kind, key in (
            ("interaction", self.interaction),
            ("site", self.member.site_id),
            *(("meeting", key) for key in self.meetings),
        ):
            self._add("changes", (self._change(kind, key) for _ in up_to(1_000, new)))
        of_account = self._change("user", self.member.user_id, "disabled") | {"fields": {"whom": [None, "Somebody"]}}
        self._add("changes", (of_account for _ in up_to(1_000, new)))
        self._deleted(range(new.start // 4, count // 4))
        self._others(new)
        lines = "".join(f"Person {number},{number}@example.org,tag {number}\n" for number in range(count))
        return wizard.upload(self.member, "many.csv", f"name,e-mail,tags\n{lines}".encode()).uid

    def _people(self, some: range) -> list[int]:
        names = ({"username": f"p{n}@example.net", "email": f"p{n}@example.net", "name": f"Person {n:03}"} for n in some)
        keys = self._add("users", (name | {"password_hash": "-"} for name in names))
        seats = [self.site | {"user_id": key, "role": "member"} for key in keys]
        if seats:
            db.session.execute(table("memberships").insert(), seats)
        return keys

    def _contacts(self, some: range) -> list[int]:
        past = self.now - timedelta(days=30)
        same = {
            "keep_in_touch_days": 7,
            "stored_last_interaction_at": past,
            "stored_next_meeting_at": self.now + timedelta(days=1),
            "goes_cold_at": past + timedelta(days=7),
        }

        def contact(n: int) -> Values:
            name, company = f"Contact {n:05}", f"Company {n}"
            keys = {"name_key": name.lower(), "company_key": company.lower()}
            owner = self._user(n) if n % 2 else self.member.user_id
            texts = {"tags": [f"tag {n}", "board"], "search_text": f"{name} {company} tag {n} board {n}@example.net".lower()}
            return {"name": name, "company": company, "owner_id": owner} | keys | texts | same | self.mine

        ids = self._add("contacts", map(contact, some))
        points = [{"contact_id": key, "position": 0} for key in ids]
        addresses = [f"{n}@example.net" for n in some]
        emails = zip(points, addresses, strict=True)
        self._add("contact_emails", (point | {"address": one, "address_key": one} for point, one in emails))
        numbers = zip(points, some, strict=True)
        self._add("contact_phones", (point | {"number": f"030 {n}", "number_key": f"030{n}"} for point, n in numbers))
        return ids

    def _interaction(self, n: int) -> Values:
        """One in ten is planned; they are spread over 300 days."""
        apart = timedelta(minutes=7_919 * n % 432_000 + 31)
        start = self.now + apart if n % 10 == 0 else self.now - apart
        return self.mine | {
            "contact_id": self._whom(n),
            "title": f"Talk {n} with a contact",
            "type": ("call", "email", "coffee", "meeting")[n % 4],
            "lead": f"Leader {n}",
            "start_datetime": start,
            "end_datetime": start + timedelta(minutes=30),
            "duration": 30,
            "timezone": "UTC",
            "sentiment": ("positive", "neutral", "negative", None)[n % 4],
            "topics_discussed": [f"topic {n}"],
            "notes": "They wait for the offer.",
            "search_text": f"talk {n} with a contact\nleader {n}\n\n\nthey wait for the offer.\n\ttopic {n}\t",
        }

    def _meeting(self, n: int) -> Values:
        """A third each: nobody has completed it, it is to come, it is completed. All within 16 days."""
        apart = timedelta(days=n // 3 % 8, minutes=n % 300 + 1)
        done = {"status": "completed", "completed_at": self.now} if n % 3 == 2 else {"status": "scheduled"}
        return self.mine | {
            "contact_id": self._whom(n),
            "scheduled_datetime": self.now + apart if n % 3 == 1 else self.now - apart,
            "timezone": "UTC",
            "duration": 30,
            "purpose": f"Meeting {n} with a contact",
            "agenda_items": ["Pricing"],
            "search_text": f"meeting {n} with a contact\n\n\n\n\n\tpricing\t\n",
            **done,
        }

    def _follow_up(self, n: int) -> Values:
        today = self.now.date()
        days: list[date | None] = [None, *(today + timedelta(days=ahead) for ahead in (-9, 0, 3, 90))]
        done = {"status": "done", "completed_at": self.now} if n % 3 == 1 else {"status": "open"}
        return self.mine | {
            "contact_id": self._whom(n // 5),
            "title": f"Promise {n} to a contact",
            "due_on": days[n % 5],
            "owner_id": self.member.user_id if n % 7 else self._user(n),
            "owed_by": "theirs" if n % 3 == 0 else "ours",
            # A meeting has as many as somebody types.
            "meeting_id": self.meetings[1] if n < 50 and n % 2 else None,
            **done,
        }

    def _change(self, kind: str, key: int, action: str = "edited") -> Values:
        edited = {"fields": {"title": ["One", "Another"]}} if action == "edited" else {}
        whose = {"subject_type": kind, "subject_id": key, "actor_id": self.member.user_id}
        return whose | {"action": action, "at": self.now} | edited

    def _deleted(self, some: range) -> None:
        gone = self.mine | {"deleted_at": self.now - timedelta(hours=1)}
        plain: dict[str, Values] = {
            "contact": {"name": "Gone", "name_key": "gone"},
            "interaction": {"title": "Gone", "type": "call", "lead": "W", "start_datetime": self.now, "timezone": "UTC"},
            "meeting": {"scheduled_datetime": self.now, "timezone": "UTC"},
            "follow_up": {"title": "Gone"},
        }
        for kind, values in plain.items():
            whose = {} if kind == "contact" else {"contact_id": self.ada}
            keys = self._add(f"{kind}s", (values | gone | whose for _ in some))
            self._add("changes", (self._change(kind, key, "deleted") for key in keys))

    def _others(self, some: range) -> None:
        """What there is once for a person or a site, as many as the services allow; and imports."""
        me, soon = {"user_id": self.member.user_id}, {"expires_at": self.now + timedelta(days=9)}
        login = {"kind": "api", "address": "127.0.0.1", "user_agent": "Other", "created_at": self.now, "seen_at": self.now}
        self._add("logins", (login | me | soon for _ in up_to(PEOPLE, some)))
        token = {"scope": "read", "ends_in": "abcd", "created_at": self.now} | me | soon
        self._add("access_tokens", (token | {"name": f"Token {n}", "token_hash": f"{n}"} for n in up_to(50, some)))
        view = {"user_id": self.users[-1], "query": "type=call", "shared": True}
        self._add("saved_views", (view | {"name": f"View {n}"} for n in up_to(60, some)))
        invited = {"role": "member", "asked_at": self.now}
        self._add("invitations", (invited | {"email": f"i{n}@example.net"} for n in up_to(200, some)))
        done = {"file_name": "old.csv", "status": "done", "refused": [[1, "has no name", []]] * 5}
        self._add("contact_imports", (done for _ in some))
        self._add("sites", ({"name": f"Site {n:04}"} for n in up_to(PEOPLE, some)))

    def _user(self, n: int) -> int:
        return self.users[n % len(self.users)]

    def _whom(self, n: int) -> int:
        return self.ada if n % 2 else self.contacts[n % len(self.contacts)]

    def _add(self, name: str, values: Iterable[Values]) -> list[int]:
        """Writes rows with the columns' own defaults, in this site, and gives their keys."""
        into = table(name)
        first = bulk.next_id(into)
        site = self.site if "site_id" in into.c else {}
        nothing: Values = dict.fromkeys(into.c.keys())
        plain = {column.name: column.default for column in into.c if column.default is not None}
        keys: list[int] = []

        def whole() -> Iterator[Values]:
            for number, row in enumerate(values, first):
                keys.append(number)
                usual = {
                    column: default.arg(None) if default.is_callable else default.arg
                    for column, default in plain.items()
                    if column not in row
                }
                yield nothing | usual | site | row | {"id": number}

        bulk.insert(into, whole())
        bulk.keys_are_taken(into)
        return keys

    def _id(self, model: Any, uid: UUID) -> int:
        return db.session.scalars(select(model.id).where(model.uid == uid)).one()


def table(name: str) -> Table:
    return Base.metadata.tables[name]
