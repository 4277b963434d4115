"""Writes the demo data, in bulk: a million interactions take two or three minutes. What the services would have recorded along
the way, history, events and counters, is written too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Table, select, update

from crm import clock
from crm.extensions import db
from crm.models import Base, Contact, SavedView, User
from crm.models.contact import last_interaction, next_meeting
from crm.services import auth, bulk, sites, touches
from crm.services.demo import people
from crm.services.demo.generate import Generator, Team
from crm.services.imports.report import batches

PASSWORD = "rapport-demo"
BATCH = 10_000

TABLES: dict[str, Table] = {
    name: Base.metadata.tables[name]
    for name in ("contacts", "contact_emails", "contact_phones", "meetings", "interactions", "changes", "events", "follow_ups")
}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom one can sign in as; `role` is in words."""

    name: str
    email: str
    password: str
    role: str


def accounts() -> list[Account]:
    """The demo's people, as far as they are there."""
    emails = [_email(handle) for _, handle, *_ in people.USERS]
    found = set(db.session.scalars(select(User.email).where(User.email.in_(emails), User.is_active)))
    return [
        Account(name, _email(handle), PASSWORD, _in_words(roles, is_admin))
        for name, handle, is_admin, roles in people.USERS
        if _email(handle) in found
    ]


def load(*, contacts: int = 60, interactions: int = 1_500, progress: Callable[[int], object] = lambda _more: None) -> None:
    """Adds the demo's sites, people, contacts, interactions, meetings and follow-ups. `progress` is told how many more
    interactions are written. Two of three are with the first contact: 1,000 by default.

    Raises Invalid where the demo's sites or people are there already.
    """
    first = {name: bulk.next_id(table) for name, table in TABLES.items()}
    teams = _teams()
    generator = Generator(teams, contacts=contacts, interactions=interactions, now=clock.now(), first=first)
    bulk.insert(TABLES["contacts"], generator.contacts())
    bulk.insert(TABLES["contact_emails"], generator.emails())
    bulk.insert(TABLES["contact_phones"], generator.phones())
    bulk.insert(TABLES["meetings"], generator.meetings())
    rows = generator.interactions()
    with bulk.text_index_at_the_end():
        while batch := list(islice(rows, BATCH)):
            for name, part in zip(("interactions", "changes", "events"), zip(*batch, strict=True), strict=True):
                bulk.insert(TABLES[name], part)
            progress(len(batch))
    told = list(generator.meetings_told())
    bulk.insert(TABLES["changes"], (change for change, _ in told))
    bulk.insert(TABLES["events"], (event for _, event in told))
    bulk.insert(TABLES["follow_ups"], generator.follow_ups())
    _save_views(teams)
    for table in TABLES.values():
        bulk.keys_are_taken(table)
    now = clock.now()
    counters = {
        "stored_last_interaction_at": last_interaction(now),
        "stored_next_meeting_at": next_meeting(now),
        "settle_at": next_meeting(now),
    }
    everybody = update(Contact).where(Contact.id >= first["contacts"])
    db.session.execute(everybody.values(updated_at=Contact.updated_at, **counters).execution_options(synchronize_session=False))
    rhythmic = select(Contact.id).where(Contact.id >= first["contacts"], Contact.keep_in_touch_days.is_not(None))
    for some in batches(db.session.scalars(rhythmic).all(), 1_000):
        touches.settle(some)


def _teams() -> list[Team]:
    made = {name: sites.create(name, description, zone) for name, description, zone in people.SITES}
    teams = {name: Team(site.id, site.timezone, []) for name, site in made.items()}
    for name, handle, is_admin, roles in people.USERS:
        user = auth.create_user(_email(handle), name, PASSWORD, is_admin=is_admin)
        for site, role in roles.items():
            sites.add_member(made[site], user, role)
            if role != "viewer":
                teams[site].people.append((user.id, name))
    return list(teams.values())


def _save_views(teams: list[Team]) -> None:
    """What a team looks at again and again: shared, in the name of its first."""
    for team in teams:
        common = {"site_id": team.site_id, "user_id": team.people[0][0], "shared": True}
        named = enumerate(people.VIEWS)
        db.session.add_all(SavedView(name=name, query=query, place=at, **common) for at, (name, query) in named)
    db.session.flush()


def _email(handle: str) -> str:
    return f"{handle}@rapport.example"


def _in_words(roles: dict[str, str], is_admin: bool) -> str:
    words = ", ".join(f"{role} of {site}" for site, role in roles.items())
    return f"administrator, {words}" if is_admin else words
