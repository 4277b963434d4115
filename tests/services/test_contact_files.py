"""Contacts as files; what comes out goes in again and adds nothing."""

from __future__ import annotations

import csv
import io

import pytest

from crm.services import contact_files, contacts
from crm.services.contact_filters import Asked, Chosen
from crm.services.imports.contacts import import_contacts
from making import do, new_contact

EVERYBODY = Chosen(all=Asked())


@pytest.fixture
def people(alice, bob):
    return [
        new_contact(
            bob,
            "Ada King, Countess of Lovelace",
            emails=["ada@example.com", "ada@analytical.example"],
            phones=["+44 20 7946 0000", "020 1"],
            company="Analytical; Engines, Ltd.",
            job_title="Inventor \\ poet",
            tags=["vip", "a, b"],
            notes='Line one\nLine "two", and; more\n\nBackslash \\n',
            keep_in_touch_days=30,
        ),
        new_contact(alice, "Étienne " + "Ünï" * 60, phones=["+49 30 1"], tags=["press"]),
        new_contact(bob, "李明"),
        new_contact(bob, "=HYPERLINK(1)", company="@home"),
        new_contact(bob, "Cher", company="Moonstruck"),
    ]


@pytest.mark.parametrize("kind", ["csv", "3.0", "4.0"])
def test_an_export_adds_nothing_when_it_is_imported(alice, people, kind):
    write = contact_files.as_csv if kind == "csv" else lambda *args: contact_files.as_vcards(*args, kind)
    text = "".join(write(alice, EVERYBODY))
    report = do(import_contacts, alice, text.encode())
    assert str(report) == "0 added, 0 updated, 5 unchanged, 0 refused"


@pytest.mark.parametrize("kind", ["csv", "3.0", "4.0"])
def test_an_export_brings_everything_to_another_site(alice, charlie, people, kind):
    write = contact_files.as_csv if kind == "csv" else lambda *args: contact_files.as_vcards(*args, kind)
    text = "".join(write(alice, EVERYBODY))
    report = do(import_contacts, charlie, text.encode())
    assert (report.added, report.refused) == (5, [])

    def told(member):
        return [
            (
                one.name,
                [email.address for email in one.emails],
                [phone.number for phone in one.phones],
                one.company,
                one.job_title,
                one.tags,
                one.notes,
            )
            for one in contacts.find(member).items
        ]

    assert told(charlie) == told(alice)


def test_lines_of_a_card_are_short_and_end_as_they_must(alice, people):
    text = "".join(contact_files.as_vcards(alice, EVERYBODY)).encode()
    lines = text.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)


def test_a_spreadsheet_finds_no_formula(alice, people):
    rows = list(csv.reader(io.StringIO("".join(contact_files.as_csv(alice, EVERYBODY)).removeprefix("\ufeff"))))
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_some_of_them_and_those_of_the_site_alone(alice, bob, charlie, people):
    some = "".join(contact_files.as_csv(bob, Chosen((people[0].uid, people[4].uid))))
    assert [row["name"] for row in csv.DictReader(io.StringIO(some.removeprefix("\ufeff")))] == [people[0].name, "Cher"]
    tagged = "".join(contact_files.as_csv(bob, Chosen(all=Asked(tags=("press",)))))
    assert len(tagged.splitlines()) == 2
    assert len("".join(contact_files.as_csv(charlie, Chosen(tuple(one.uid for one in people)))).splitlines()) == 1


def test_any_number_of_them_in_order(bob, monkeypatch):
    monkeypatch.setattr(contact_files, "BATCH", 3)
    for number in range(7):
        new_contact(bob, f"Contact {number // 2}")
    names = [line.split(",")[0] for line in "".join(contact_files.as_csv(bob, EVERYBODY)).splitlines()[1:]]
    assert names == [f"Contact {number // 2}" for number in range(7)]
