"""Contacts: what one looks like, whose addresses are whose, who may change whom."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Forbidden, NotFound, Stale
from crm.models import Contact
from crm.services import contacts
from crm.services.members import Member
from making import do, edit_contact, events, new_contact, refused
from world import World


def addresses(contact: Contact) -> list[str]:
    return [email.address for email in contact.emails]


def test_keeps_what_it_is_given(alice: Member, world: World) -> None:
    ada = new_contact(
        alice,
        emails=["ada@example.org", "lovelace@example.com"],
        phones=["+44 20 7946 0001"],
        company="Analytical Engines",
        job_title="Programmer",
        tags=["vip", "maths"],
        notes="Two\nlines",
        owner_id=world.bob.id,
        keep_in_touch_days=30,
    )
    found = contacts.get(alice, ada.uid)
    assert (found.id, found.site_id, found.name) == (ada.id, world.hq, "Ada Lovelace")
    assert addresses(found) == ["ada@example.org", "lovelace@example.com"]
    assert [phone.number for phone in found.phones] == ["+44 20 7946 0001"]
    assert (found.company, found.job_title, found.tags) == ("Analytical Engines", "Programmer", ["vip", "maths"])
    assert (found.notes, found.owner_id, found.keep_in_touch_days) == ("Two\nlines", world.bob.id, 30)
    assert (found.last_interaction_at, found.next_meeting_at) == (None, None)
    assert events(ada) == ["ContactCreated"]


def test_belongs_to_who_added_it(bob: Member) -> None:
    assert new_contact(bob).owner_id == bob.user_id


@pytest.mark.parametrize("ref", ["id", "uid"])
def test_is_found_by_number_and_by_guid(bob: Member, ref: str) -> None:
    ada = new_contact(bob)
    assert contacts.get(bob, getattr(ada, ref)).name == "Ada Lovelace"


def test_an_edit_leaves_what_it_does_not_name_and_clears_what_is_null(bob: Member) -> None:
    ada = new_contact(bob, emails=["ada@example.org"], company="Engines", tags=["vip"], notes="Likes tea")
    edit_contact(bob, ada.id, job_title="Countess", company=None)
    assert (ada.company, ada.job_title, ada.notes, ada.tags) == (None, "Countess", "Likes tea", ["vip"])
    assert addresses(ada) == ["ada@example.org"]
    edit_contact(bob, ada.id, emails=None, tags=None, notes=None, owner_id=None)
    assert (addresses(ada), ada.tags, ada.notes, ada.owner_id) == ([], [], None, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": None}, "name"),
        ({"name": 7}, "name"),
        ({"emails": ["nobody"]}, "emails"),
        ({"emails": ["good@example.org", "a@b@example.org"]}, "emails"),
        ({"emails": "ada@example.org"}, "emails"),
        ({"phones": ["call me"]}, "phones"),
        ({"company": "x" * 201}, "company"),
        ({"keep_in_touch_days": 0}, "keep_in_touch_days"),
        ({"keep_in_touch_days": -7}, "keep_in_touch_days"),
        ({"owner_id": 4711}, "owner_id"),
        ({"owner_id": 0}, "owner_id"),
        ({"owner_id": 10**30}, "owner_id"),
        ({"nickname": "Countess"}, "nickname"),
    ],
)
def test_refuses_by_field(bob: Member, fields: dict[str, Any], field: str) -> None:
    assert set(refused(lambda: new_contact(bob, **{"name": "Ada Lovelace", **fields}))) == {field}
    ada = new_contact(bob)
    assert set(refused(lambda: edit_contact(bob, ada.id, **fields))) == {field}


def test_refuses_everything_at_once(bob: Member) -> None:
    assert set(refused(lambda: new_contact(bob, "", emails=["x"], keep_in_touch_days=0))) == {
        "name",
        "emails",
        "keep_in_touch_days",
    }


@pytest.mark.parametrize("name", ["X", "x" * 200, "ß" * 200, "ΐ" * 200, "ﷺ" * 200, "😀" * 200, "مرحبا", "\u202eevil", "'; --"])
def test_names_may_be_any_text_up_to_200_characters(bob: Member, name: str) -> None:
    uid = new_contact(bob, name).uid
    assert contacts.get(bob, uid).name == name


def test_a_company_of_any_200_characters(bob: Member) -> None:
    assert new_contact(bob, company="ﷺ" * 200).company == "ﷺ" * 200


# Addresses


@pytest.mark.parametrize("taken", ["ada@example.org", "ADA@Example.ORG", " Ada@example.org "])
def test_an_address_of_another_contact_is_refused_by_name(alice: Member, bob: Member, taken: str) -> None:
    new_contact(alice, "Ada Lovelace", emails=["other@example.org", "Ada@example.org"])
    assert "Ada Lovelace" in refused(lambda: new_contact(bob, "Impostor", emails=["new@example.org", taken]))["emails"]
    bert = new_contact(bob, "Bert", emails=["bert@example.org"])
    assert "Ada Lovelace" in refused(lambda: edit_contact(bob, bert.id, emails=[taken]))["emails"]
    assert addresses(bert) == ["bert@example.org"]


def test_another_site_may_know_the_same_person(bob: Member, charlie: Member) -> None:
    new_contact(bob, emails=["ada@example.org"])
    assert addresses(new_contact(charlie, emails=["ada@example.org"])) == ["ada@example.org"]


def test_an_address_given_twice_is_one(bob: Member) -> None:
    assert addresses(new_contact(bob, emails=["Ada@example.org", "b@example.org", "ada@EXAMPLE.org"])) == [
        "Ada@example.org",
        "b@example.org",
    ]


@pytest.mark.parametrize(
    "emails",
    [
        ["b@example.org", "a@example.org"],
        ["b@example.org", "c@example.org", "a@example.org"],
        ["c@example.org", "a@example.org", "b@example.org"],
        ["A@example.org", "b@example.org"],
        ["b@example.org"],
        [],
    ],
)
def test_addresses_can_be_reordered_respelled_and_replaced(bob: Member, emails: list[str]) -> None:
    ada = new_contact(bob, emails=["a@example.org", "b@example.org"])
    edit_contact(bob, ada.id, emails=emails)
    assert addresses(ada) == emails


@pytest.mark.parametrize("phones", [["+49 2", "+49 1"], ["+491"], ["+49 3", "+49 1"], []])
def test_numbers_can_be_reordered_respelled_and_replaced(bob: Member, phones: list[str]) -> None:
    ada = new_contact(bob, phones=["+49 1", "+49 2"])
    edit_contact(bob, ada.id, phones=phones)
    assert [phone.number for phone in ada.phones] == phones


def test_an_address_that_is_given_up_is_free(bob: Member) -> None:
    ada = new_contact(bob, emails=["team@example.org"])
    edit_contact(bob, ada.id, emails=[])
    assert addresses(new_contact(bob, "Bert", emails=["TEAM@example.org"])) == ["TEAM@example.org"]


def test_colleagues_share_a_number_and_one_contact_has_it_once(bob: Member) -> None:
    for name in ("Ada", "Bert"):
        phones = [phone.number for phone in new_contact(bob, name, phones=["+49 30 1234-0", "+49 (30) 12340"]).phones]
        assert phones == ["+49 30 1234-0"]


def test_deletion_frees_an_address_and_restoring_asks_for_it_back(bob: Member) -> None:
    ada = new_contact(bob, emails=["ada@example.org", "second@example.org"])
    do(contacts.delete, bob, ada.id)
    heir = new_contact(bob, "Heir", emails=["ADA@example.org"])
    assert "Heir" in refused(contacts.restore, bob, ada.id)["emails"]
    with pytest.raises(NotFound):
        contacts.get(bob, ada.id)
    edit_contact(bob, heir.id, emails=["heir@example.org"])
    do(contacts.restore, bob, ada.id)
    assert addresses(contacts.get(bob, ada.id)) == ["ada@example.org", "second@example.org"]
    assert "Ada Lovelace" in refused(lambda: new_contact(bob, "Third", emails=["ada@example.org"]))["emails"]


# Roles


def test_viewers_only_read(vera: Member, alice: Member) -> None:
    ada = new_contact(alice, owner_id=vera.user_id)
    assert contacts.get(vera, ada.id).name == "Ada Lovelace"
    assert contacts.find(vera).total == 1
    for verb in (
        lambda: new_contact(vera),
        lambda: edit_contact(vera, ada.id, notes="x"),
        lambda: do(contacts.delete, vera, ada.id),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_members_change_what_is_theirs_and_managers_everything(alice: Member, bob: Member, world: World) -> None:
    dora = world.member("dora", world.hq)
    theirs, others, given = new_contact(bob), new_contact(dora), new_contact(alice, owner_id=bob.user_id)
    for mine in (theirs, given):
        edit_contact(bob, mine.id, notes="Mine")
        do(contacts.delete, bob, mine.id)
        do(contacts.restore, bob, mine.id)
    with pytest.raises(Forbidden):
        edit_contact(bob, others.id, notes="Not mine")
    with pytest.raises(Forbidden):
        do(contacts.delete, bob, others.id)
    do(contacts.delete, dora, others.id)
    with pytest.raises(Forbidden):
        do(contacts.restore, bob, others.id)
    do(contacts.restore, alice, others.id)
    edit_contact(alice, others.id, notes="The manager's")
    assert (theirs.notes, others.notes) == ("Mine", "The manager's")


def test_an_edit_of_an_older_version_is_stale(bob: Member) -> None:
    ada = new_contact(bob)
    seen = ada.version
    edit_contact(bob, ada.id, version=seen, notes="First")
    with pytest.raises(Stale):
        edit_contact(bob, ada.id, version=seen, notes="Second")
    assert ada.notes == "First"
    edit_contact(bob, ada.id, version=ada.version, notes="Third")
    assert ada.notes == "Third"
