"""Interactions on their way into a site: with the contact they name, and once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm.database import rollback, transaction
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction
from crm.schemas.base import read
from crm.schemas.contacts import ContactNew
from crm.services import contacts, interactions
from crm.services.imports.interactions import import_interactions
from crm.services.imports.report import Report
from crm.services.imports.rows import Refused
from crm.services.members import Member

SAMPLES = Path(__file__).parents[2] / "samples"


def load(member: Member, source: str | bytes, *, create_contacts: bool = False) -> Report:
    with transaction():
        path = SAMPLES / source if isinstance(source, str) else source
        return import_interactions(member, path, create_contacts=create_contacts)


def add(member: Member, name: str, *emails: str) -> Contact:
    with transaction():
        return contacts.add(member, read(ContactNew, {"name": name, "emails": list(emails)}))


def logged(member: Member) -> list[Interaction]:
    found: list[Interaction] = list(interactions.find(member, page_size=100).items)
    return sorted(found, key=lambda interaction: interaction.start_datetime)


def count(model: type[Contact | Interaction | FollowUp]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def ada(alice: Member) -> Contact:
    return add(alice, "Ada Lovelace", "ada@analytical.example")


@pytest.fixture
def grace(alice: Member) -> Contact:
    return add(alice, "Grace Hopper", "grace@navy.example")


def test_the_sample_twice(alice: Member, ada: Contact, grace: Contact) -> None:
    report = load(alice, "interactions.csv")
    assert str(report) == "3 added, 0 updated, 0 unchanged, 4 refused"
    assert report.refused[0] == Refused(
        5, "contact: “Nobody Known” is nobody in HQ: import the contacts first, or use --create-contacts"
    )
    assert {refused.number: refused.reason for refused in report.refused}[8] == "date: cannot be in the future"
    first, coffee, call = logged(alice)
    assert (first.contact_id, first.title, first.type, first.lead) == (ada.id, "About the engine", "call", "Bob")
    assert first.start_datetime == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert (first.end_datetime, first.timezone) == (datetime(2026, 3, 2, 15, 15, tzinfo=UTC), "Europe/London")
    assert (first.topics_discussed, first.sentiment, first.medium) == (["engine", "notes"], "positive", "phone")
    assert (first.source, first.external_id) == ("import", "crm-1")
    assert (coffee.title, coffee.duration, coffee.lead) == ("Coffee with Ada Lovelace", 90, "Alice")
    # 16:15 on the wall of the importer's time zone, Berlin.
    assert (call.contact_id, call.start_datetime) == (grace.id, datetime(2026, 3, 4, 15, 15, tzinfo=UTC))
    follow_up = db.session.scalars(select(FollowUp)).one()
    assert (follow_up.title, follow_up.due_on, follow_up.contact_id) == ("Send the drawings", date(2026, 3, 9), ada.id)

    again = load(alice, "interactions.csv")
    assert str(again) == "0 added, 0 updated, 3 unchanged, 4 refused"
    assert (count(Interaction), count(FollowUp)) == (3, 1)
    assert contacts.get(alice, ada.id).last_interaction_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_two_alike_are_two(alice: Member, ada: Contact) -> None:
    source = b"date,type,contact\n2026-03-02 9:00,call,Ada Lovelace\n2026-03-02 9:00,call,ada lovelace\n"
    assert load(alice, source).added == 2
    longer = source + b"2026-03-02 9:00,call,Ada Lovelace\n2026-03-02 9:00,email,Ada Lovelace\n"
    assert (load(alice, longer).added, load(alice, longer).unchanged) == (2, 4)


def test_an_external_id_that_stands_twice_is_one(alice: Member, ada: Contact) -> None:
    source = b"id,date,type,contact\n7,2026-03-02,call,Ada Lovelace\n7,2026-03-03,call,Ada Lovelace\n"
    report = load(alice, source)
    assert (report.added, report.unchanged) == (1, 1)


def test_what_was_deleted_stays_deleted(alice: Member, ada: Contact) -> None:
    source = b"date,type,contact\n2026-03-02,call,Ada Lovelace\n"
    load(alice, source)
    with transaction():
        interactions.delete(alice, logged(alice)[0].id)
    assert (load(alice, source).unchanged, logged(alice)) == (1, [])


def test_names_that_several_have(alice: Member, ada: Contact) -> None:
    add(alice, "ada lovelace", "other@ada.example")
    add(alice, "Ada Byron", "byron@a.example")
    add(alice, "Ada Byron", "byron@b.example")
    report = load(
        alice,
        b"date,type,contact,contact_email\n"
        b"2026-03-02,call,Ada Lovelace,\n"  # written exactly so by one of them
        b"2026-03-02,call,ADA LOVELACE,\n"
        b"2026-03-02,call,Ada Byron,\n"
        b"2026-03-02,call,Ada Byron,Byron@B.example\n",
    )
    assert report.added == 2
    assert [refused.reason for refused in report.refused] == [
        "contact: HQ has 2 contacts named “ADA LOVELACE”: give the e-mail address",
        "contact: HQ has 2 contacts named “Ada Byron”: give the e-mail address",
    ]


def test_another_sites_contact_is_nobody(charlie: Member, ada: Contact) -> None:
    report = load(charlie, b"date,type,contact_email\n2026-03-02,call,ada@analytical.example\n")
    assert (report.added, len(report.refused)) == (0, 1)


def test_without_a_contact(alice: Member) -> None:
    source = b"date,type,title\n2026-03-02,conference,PyCon 2026\n"
    assert (load(alice, source).added, load(alice, source).unchanged) == (1, 1)
    assert logged(alice)[0].contact_id is None


def test_creating_contacts(alice: Member, ada: Contact) -> None:
    source = (
        b"date,type,contact,contact_email\n"
        b"2026-03-02,call,Ada Lovelace,\n"
        b"2026-03-02,call,Charles Babbage,charles@engine.example\n"
        b"2026-03-03,call,,CHARLES@engine.example\n"
        b"2026-03-04,call,,only@address.example\n"
        b"2099-01-01,call,From The Future,\n"  # neither the interaction nor the contact
        b"2026-03-05,call,Ada Lovelace,broken@\n"  # whoever it is: not the next run's Ada either
    )
    report = load(alice, source, create_contacts=True)
    assert (report.added, list(report.notes.values())) == (4, [2])
    assert [refused.reason for refused in report.refused] == [
        "date: cannot be in the future",
        "contact_email: “broken@” is not an e-mail address",
    ]
    names = sorted(contact.name for contact in contacts.find(alice).items)
    assert names == ["Ada Lovelace", "Charles Babbage", "only@address.example"]
    again = load(alice, source, create_contacts=True)
    assert (again.added, again.unchanged, again.notes) == (0, 4, {})


def test_rules_of_the_services_are_reasons(alice: Member, ada: Contact) -> None:
    report = load(
        alice,
        b"date,type,contact,title,timezone,sentiment,end,duration,id\n"
        b"2026-03-02 10:00,dance,Ada Lovelace,Hi,Mars/Olympus,furious,,,\n"
        b"2026-03-02 10:00,call,Ada Lovelace,,,,2026-03-02 09:00,,\n"
        b"2026-03-02 10:00,call,Ada Lovelace,,,,2026-03-02 11:00,30,\n"
        b"2026-03-02 10:00,call,Ada Lovelace,,,,,," + b"x" * 301 + b"\n",
    )
    assert [refused.reason for refused in report.refused] == [
        "title: must have at least 5 characters; "
        "type: must be one of meeting, call, email, message, coffee, lunch, conference, other; "
        "timezone: is not a time zone of the IANA list, such as Europe/Berlin; "
        "sentiment: must be one of positive, neutral, negative",
        "end: cannot be before the start",
        "end: disagrees with the duration: from start to end it is 60 minutes",
        "external_id: must have at most 300 characters",
    ]
    assert count(Interaction) == 0


def test_a_dry_run_writes_nothing(alice: Member, ada: Contact) -> None:
    with transaction():
        assert import_interactions(alice, SAMPLES / "interactions.csv", create_contacts=True).added == 4
        rollback()
    assert (count(Interaction), count(FollowUp), count(Contact)) == (0, 0, 1)
    assert contacts.get(alice, ada.id).last_interaction_at is None
