"""Importing contacts in steps, by a job that may be lost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from crm.database import transaction
from crm.errors import Conflict, Forbidden, NotFound
from crm.extensions import db
from crm.jobs import contact_imports as jobs
from crm.models import ContactImport, Membership
from crm.services import contacts
from crm.services.imports import preview, wizard
from making import do, names, new_contact, refused

HEAD = "Full name,Mail,Where,Nonsense\n"


def upload(member, text):
    return do(wizard.upload, member, "people.csv", text.encode())


def now(row):
    db.session.rollback()
    found = db.session.get(ContactImport, row.id)
    assert found
    return found


def counts(row):
    row = now(row)
    return (row.status, row.done, row.added, row.updated, row.unchanged, len(row.refused))


def many(count):
    return "name,email\n" + "".join(f"Contact {number},c{number}@example.com\n" for number in range(count))


def test_a_file_is_kept_and_its_columns_are_guessed(bob):
    row = upload(bob, HEAD + "Ada,ada@example.com,Engines,x\nBo,bo@example.com,,y\n")
    assert (row.status, row.total) == ("uploaded", 2)
    found = wizard.columns(row)
    assert [(one.name, one.target) for one in found] == [
        ("Full name", "name"),
        ("Mail", "emails*"),
        ("Where", ""),
        ("Nonsense", ""),
    ]
    assert found[3].samples == ["x", "y"]


def test_the_columns_mean_what_somebody_says(bob):
    row = upload(bob, HEAD + "Ada,ada@example.com,Engines,x\n")
    do(wizard.choose, bob, row.uid, {"Full name": "name", "Mail": "", "Where": "company"})
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    (ada,) = contacts.find(bob).items
    assert (ada.name, ada.company, list(ada.emails)) == ("Ada", "Engines", [])
    with pytest.raises(Conflict):
        do(wizard.choose, bob, row.uid, {"Mail": "emails*"})
    another = upload(bob, HEAD + "Ada,ada@example.com,Engines,x\n")
    assert set(refused(wizard.choose, bob, another.uid, {"Where": "notes"})) == {"columns"}


def test_a_file_of_which_no_column_is_known_can_be_explained(bob):
    row = upload(bob, "A,B\nAda,Engines\n")
    assert preview.preview(bob, row).trouble
    with pytest.raises(Conflict):
        do(wizard.start, bob, row.uid)
    do(wizard.choose, bob, row.uid, {"A": "name", "B": "company"})
    assert preview.preview(bob, now(row)).fresh == 1


def test_a_look_beforehand_writes_nothing(bob):
    new_contact(bob, "Ada", emails=["ada@example.com"])
    text = "name,email\nAda L.,ADA@example.com\nBo,bo@example.com\nBo again,bo@example.com\nCy,nonsense\n,\nDi,\n"
    seen = preview.preview(bob, upload(bob, text))
    assert (seen.looked_at, seen.fresh, seen.there, seen.again, seen.refused) == (5, 2, 1, 1, 1)
    assert [(one.number, one.known and one.known.name) for one in seen.duplicates] == [(2, "Ada")]
    assert [(one.number, one.again) for one in seen.first if one.again] == [(4, 3)]
    assert [(one.number, one.problem) for one in seen.problems] == [(5, "E-mail: “nonsense” is not an e-mail address")]
    assert (seen.people, seen.problems[0].name) == (3, "Cy")
    assert names(contacts.find(bob)) == ["Ada"]


@pytest.mark.parametrize("text", ["", "\n\n", "name\n", "PK\x03\x04nonsense"])
def test_what_is_no_file_is_refused(bob, text):
    assert set(refused(wizard.upload, bob, "x.csv", text.encode())) == {"file"}


def test_importing_and_importing_again(bob, monkeypatch):
    monkeypatch.setattr(wizard, "BATCH", 3)
    text = many(7) + "Bad,nonsense\n"
    row = upload(bob, text)
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    assert counts(row) == ("done", 8, 7, 0, 0, 1)
    jobs.run(row.id)
    do(wizard.start, bob, row.uid)
    assert counts(row) == ("done", 8, 7, 0, 0, 1)
    again = upload(bob, text)
    do(wizard.start, bob, again.uid)
    jobs.run(again.id)
    assert counts(again) == ("done", 8, 0, 0, 7, 1)
    assert contacts.find(bob).total == 7


def test_vcards(bob):
    card = "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nEMAIL:ada@example.com\nEND:VCARD\n"
    row = upload(bob, card + card.replace("ada", "bo").replace("Ada", "Bo") + "BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\n")
    assert row.total == 3
    assert wizard.columns(row) == []
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    assert counts(row) == ("done", 3, 2, 0, 0, 1)
    assert "it has no name" in "".join(preview.refused_rows(now(row)))


def test_a_lost_worker_loses_nothing_and_doubles_nothing(bob, monkeypatch, clock):
    monkeypatch.setattr(wizard, "BATCH", 2)
    row = upload(bob, many(7))
    do(wizard.start, bob, row.uid)
    # A worker that is killed after its second batch.
    work = do(wizard.begin, row.id)
    batches = work.batches()
    for behind in (0, 2):
        assert do(wizard.write, row.id, next(batches), behind)
    assert counts(row) == ("running", 4, 4, 0, 0, 0)
    assert do(wizard.lost) == []
    clock.shift(timedelta(minutes=3))
    assert do(wizard.lost) == [row.id]
    jobs.run(row.id)
    assert counts(row) == ("done", 7, 7, 0, 0, 0)
    # It was only slow, and comes back.
    assert do(wizard.write, row.id, next(batches), 4) is False
    assert contacts.find(bob).total == 7


def test_a_file_that_stops_every_worker_is_given_up_and_can_go_on(bob, clock):
    row = upload(bob, many(3))
    do(wizard.start, bob, row.uid)
    for _ in range(wizard.MOST_ATTEMPTS):
        assert do(wizard.begin, row.id)
    assert do(wizard.begin, row.id) is None
    assert now(row).status == "failed"
    assert "stopped 4 times after row 0" in now(row).trouble
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    assert counts(row) == ("done", 3, 3, 0, 0, 0)


def test_who_left_imports_nothing_more(bob):
    row = upload(bob, many(3))
    do(wizard.start, bob, row.uid)
    with transaction():
        db.session.delete(db.session.get(Membership, (bob.user_id, bob.site_id)))
    jobs.run(row.id)
    assert counts(row) == ("failed", 0, 0, 0, 0, 0)
    assert "does not belong to the site any more" in now(row).trouble


def test_what_was_refused_comes_out_with_its_columns(bob):
    row = upload(bob, 'name,email,notes\nAda,ada@example.com,\nBad,nonsense,"Keep, this"\n')
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    (line,) = csv.DictReader(io.StringIO("".join(preview.refused_rows(now(row))).removeprefix("\ufeff")))
    assert (line["name"], line["notes"], line["import row"]) == ("Bad", "Keep, this", "3")
    assert "not an e-mail address" in line["import problem"]


def test_only_who_may(alice, bob, vera, charlie):
    row = upload(bob, many(1))
    for who in (vera, charlie):
        with pytest.raises(Forbidden):
            wizard.get(who, row.uid)
        with pytest.raises(Forbidden):
            do(wizard.start, who, row.uid)
    with pytest.raises(Forbidden):
        upload(vera, many(1))
    do(wizard.start, alice, row.uid)
    with pytest.raises(Conflict):
        do(wizard.forget, bob, row.uid)
    assert wizard.latest(charlie) == []


def test_files_are_cleaned_up(bob, clock):
    row = upload(bob, many(2))
    do(wizard.start, bob, row.uid)
    jobs.run(row.id)
    clock.shift(wizard.KEPT_FILE + timedelta(hours=1))
    do(wizard.forget_old)
    assert now(row).content is None
    assert wizard.columns(now(row)) == []
    clock.shift(wizard.KEPT)
    do(wizard.forget_old)
    with pytest.raises(NotFound):
        wizard.get(bob, row.uid)
