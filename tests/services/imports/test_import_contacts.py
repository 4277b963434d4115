"""Contacts on their way into a site: once, all or nothing, and never over what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from crm.database import rollback, transaction
from crm.errors import Forbidden
from crm.extensions import db
from crm.models import Contact, ContactEmail, ContactPhone, Event
from crm.schemas.base import read
from crm.schemas.contacts import ContactEdit, ContactNew
from crm.services import contacts
from crm.services.imports.contacts import import_contacts
from crm.services.imports.report import BATCH, Report
from crm.services.imports.rows import Refused, Unreadable
from crm.services.members import Member

if TYPE_CHECKING:
    from conftest import Queries

SAMPLES = Path(__file__).parents[2] / "samples"


def load(member: Member, source: str | bytes) -> Report:
    with transaction():
        return import_contacts(member, SAMPLES / source if isinstance(source, str) else source)


def add(member: Member, **values: object) -> int:
    with transaction():
        return contacts.add(member, read(ContactNew, values)).id


def one(member: Member, name: str) -> Contact:
    found = contacts.find(member, page_size=100).items
    (contact,) = [contact for contact in found if contact.name == name]
    assert isinstance(contact, Contact)
    return contact


def addresses(contact: Contact) -> list[str]:
    return [email.address for email in contact.emails]


def numbers(contact: Contact) -> list[str]:
    return [phone.number for phone in contact.phones]


def count(model: type[Contact | ContactEmail | ContactPhone | Event]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("name", "added", "refused"),
    [
        ("google-until-2024.csv", 4, []),
        ("google-since-2024.csv", 4, [6]),
        ("outlook.csv", 3, []),
        ("outlook-german.csv", 2, []),
        ("hubspot.csv", 2, [4, 5]),
        ("ours.csv", 3, []),
        ("excel-unicode-text.txt", 3, []),
        ("excel-sep-line.csv", 1, []),
        ("apple.vcf", 3, [31, 41, 46]),
        ("vcard4.vcf", 2, [18]),
        ("phone21.vcf", 1, [27]),
    ],
)
def test_every_export_twice(alice: Member, name: str, added: int, refused: list[int]) -> None:
    first = load(alice, name)
    assert (first.added, first.updated, first.unchanged) == (added, 0, 0)
    assert [row.number for row in first.refused] == refused
    before = count(Contact), count(ContactEmail), count(ContactPhone), count(Event)
    again = load(alice, name)
    assert (again.added, again.updated, again.unchanged) == (0, 0, added)
    assert again.refused == first.refused
    assert (count(Contact), count(ContactEmail), count(ContactPhone), count(Event)) == before


def test_all_of_a_row_arrives(alice: Member, bob: Member) -> None:
    report = load(alice, "ours.csv")
    grace = one(alice, "Grace Hopper")
    assert addresses(grace) == ["grace@navy.example", "hopper@yale.example"]
    assert numbers(grace) == ["+1 202 555 0143;ext=12", "+1 202 555 0199"]
    assert (grace.company, grace.job_title, grace.keep_in_touch_days) == ("Navy", "Rear Admiral", 30)
    assert (grace.tags, grace.notes) == (["Compilers", "COBOL"], "First line\nsecond line; with a semicolon")
    assert grace.owner_id == bob.user_id
    assert one(alice, "山田太郎").owner_id == alice.user_id
    assert (str(report), report.unit) == ("3 added, 0 updated, 0 unchanged, 0 refused", "row")


def test_refusals_name_field_and_reason(alice: Member) -> None:
    report = load(alice, b"name,email,keep in touch days\nAda,foo@,1\nGrace,,soon\n" + b"x" * 201 + b",,\n")
    assert report.refused == [
        Refused(2, "E-mail: “foo@” is not an e-mail address"),
        Refused(3, "Keep in touch: “soon” is not a number of days"),
        Refused(4, "Name: must have at most 200 characters"),
    ]
    assert load(alice, "hubspot.csv").refused[0] == Refused(4, "E-mail: “broken@@example.com” is not an e-mail address")


def test_an_owner_who_is_nobody_here(alice: Member) -> None:
    report = load(alice, "hubspot.csv")
    assert one(alice, "Gaëlle Perrin").owner_id == alice.user_id
    assert report.notes == {
        "The owner “Alice Adams” is nobody in HQ: the contact is Alice’s.": 1,
        "The owner “Somebody Gone” is nobody in HQ: the contact is Alice’s.": 1,
    }


def test_a_duplicate_is_completed_and_not_overwritten(alice: Member) -> None:
    add(alice, name="Ada King", emails=["ADA@analytical.example"], company="Engines", phones=["+44 (20) 7946-0018"])
    report = load(alice, "google-until-2024.csv")
    assert (report.added, report.updated) == (3, 1)
    ada = one(alice, "Ada King")
    assert addresses(ada) == ["ADA@analytical.example", "countess@lovelace.example"]
    assert numbers(ada) == ["+44 (20) 7946-0018", "+44 7700 900123"]
    assert (ada.company, ada.job_title, ada.tags) == ("Engines", "Mathematician", ["Advisers"])
    assert load(alice, "google-until-2024.csv").unchanged == 4


def test_an_address_of_somebody_else_stays_theirs(alice: Member) -> None:
    add(alice, name="Ada", emails=["ada@analytical.example"])
    countess = add(alice, name="The Countess", emails=["countess@lovelace.example"])
    report = load(alice, "google-until-2024.csv")
    assert (report.added, report.updated, report.refused) == (3, 1, [])
    assert addresses(one(alice, "Ada")) == ["ada@analytical.example"]
    assert addresses(contacts.get(alice, countess)) == ["countess@lovelace.example"]


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ("Ada Lovelace,,+44 20 7946 0018,", True),  # a number
        ("ADA  LOVELACE,,,engines", True),  # the company, whatever the case
        ("Ada Lovelace,,0800 1,Engines", True),
        ("Ada Lovelace,,,", False),  # a bare name means one without a company
        ("Ada Lovelace,,0800 1,", False),
        ("Ada Lovelace,,,Somewhere else", False),
        ("Ada Lovelace,new@ada.example,,Engines", False),  # an address decides alone
        ("Augusta,,+44 20 7946 0018,Engines", False),  # colleagues share a switchboard
    ],
)
def test_what_is_a_duplicate(alice: Member, row: str, same: bool) -> None:
    add(alice, name="Ada Lovelace", company="Engines", phones=["+44 20 7946 0018"])
    source = f"name,email,phone,company\n{row}\n".encode()
    assert load(alice, source).added == (0 if same else 1)
    assert load(alice, source).unchanged == 1
    assert count(Contact) == (1 if same else 2)


def test_duplicates_within_the_file(alice: Member) -> None:
    source = (
        b"name,email,phone,company\n"
        b"Ada,ada@a.example,1234,\n"
        b"Ada King,ADA@A.example; king@a.example,,Engines\n"  # completes the first
        b"Ada,king@a.example,,\n"  # adds nothing
        b"Grace,,,Navy\nGrace,,,Navy\nGrace,,5678,navy\n"
        b"Peter,,111,\nPeter,,222,\n"  # two phones, no more: two people
    )
    first = load(alice, source)
    assert (first.added, first.updated, first.unchanged) == (4, 2, 2)
    assert addresses(one(alice, "Ada")) == ["ada@a.example", "king@a.example"]
    assert load(alice, source).unchanged == 8


def test_names_that_unfold_beyond_their_key(alice: Member) -> None:
    source = f"name,company\n{'ﷺ' * 150},{'ﷺ' * 150}\n".encode()
    assert (load(alice, source).added, load(alice, source).unchanged) == (1, 1)


def test_another_site_is_another_world(alice: Member, charlie: Member) -> None:
    load(alice, "ours.csv")
    assert load(charlie, "ours.csv").added == 3
    assert count(Contact) == 6


def test_a_deleted_contact_is_not_there(alice: Member) -> None:
    load(alice, "excel-sep-line.csv")
    with transaction():
        contacts.delete(alice, one(alice, "Grace Hopper").id)
    assert load(alice, "excel-sep-line.csv").added == 1


def test_what_is_not_yours_is_left_alone(alice: Member, bob: Member) -> None:
    add(alice, name="Ada", emails=["ada@analytical.example"])
    report = load(bob, "google-until-2024.csv")
    assert (report.added, report.updated, report.unchanged) == (3, 0, 1)
    assert list(report.notes.values()) == [1]
    assert numbers(one(alice, "Ada")) == []


def test_who_only_reads(vera: Member) -> None:
    with pytest.raises(Forbidden):
        load(vera, "ours.csv")


def test_a_dry_run_writes_nothing(alice: Member) -> None:
    with transaction():
        assert import_contacts(alice, SAMPLES / "ours.csv").added == 3
        rollback()
    assert count(Contact) == count(Event) == 0


def test_a_crash_leaves_nothing(alice: Member) -> None:
    """Not even of a batch that was through."""
    lines = "".join(f"Contact {number},c{number}@example.com\n" for number in range(BATCH + 1))

    def crash(done: int, size: int) -> None:
        if done == size:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction():
        import_contacts(alice, f"name,email\n{lines}".encode(), progress=crash)
    assert count(Contact) == 0


def test_an_unreadable_file(alice: Member) -> None:
    with pytest.raises(Unreadable):
        load(alice, b"colour\nred\n")


def test_the_same_contact_edited_between_two_runs(alice: Member) -> None:
    load(alice, "excel-sep-line.csv")
    with transaction():
        changes = {"name": "Amazing Grace", "company": None, "tags": ["Legend"]}
        contacts.edit(alice, one(alice, "Grace Hopper").id, read(ContactEdit, changes))
    assert load(alice, "excel-sep-line.csv").updated == 1
    grace = one(alice, "Amazing Grace")
    assert (grace.company, grace.tags) == ("Navy", ["Legend"])


def test_looking_for_duplicates_costs_the_same_for_one_row_and_for_many(alice: Member, queries: Queries) -> None:
    def source(rows: int) -> bytes:
        return b"name,email,phone\n" + b"".join(b"C%d,c%d@example.com,\nD%d,,55%d\n" % (n, n, n, n) for n in range(rows))

    load(alice, source(100))
    asked = []
    for rows in (1, 100):
        db.session.rollback()
        queries.statements.clear()
        assert load(alice, source(rows)).unchanged == 2 * rows
        asked.append(len([text for text in queries.statements if "SAVEPOINT" not in text]))
    assert asked[0] == asked[1]
