"""Interactions: what may be logged, who may change it, and the list of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crm.errors import Forbidden, Stale
from crm.services import contacts, interactions
from crm.services.members import Member
from making import NOW, at, do, edit, edit_contact, log, names, new_contact, refused
from world import World

pytestmark = pytest.mark.usefixtures("clock")


# What it looks like


def test_keeps_what_it_is_given(bob: Member) -> None:
    ada = new_contact(bob)
    fields: dict[str, Any] = {
        "title": "About the engine",
        "lead": "Charles Babbage",
        "location": "London",
        "medium": "Phone",
        "description": "First\nline",
        "notes": "Notes",
        "sentiment": "positive",
        "topics_discussed": ["engine", "cards"],
        "timezone": "America/New_York",
    }
    found = interactions.get(bob, log(bob, ada, **fields).uid)
    assert {name: getattr(found, name) for name in fields} == fields
    assert (found.contact, found.type, found.source, found.created_by) == (ada, "call", "manual", bob.user_id)


@pytest.mark.parametrize("type", ["meeting", "call", "email", "message", "coffee", "lunch", "conference", "other"])
@pytest.mark.parametrize("spelled", [str.lower, str.capitalize, str.upper])
def test_types_are_read_in_any_case(bob: Member, type: str, spelled: Any) -> None:
    assert log(bob, type=spelled(type)).type == type


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"type": "fax"}, "type"),
        ({"type": None}, "type"),
        ({"type": ""}, "type"),
        ({"title": "Chat"}, "title"),
        ({"title": "  Chat  "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"lead": "x" * 201}, "lead"),
        ({"sentiment": "ecstatic"}, "sentiment"),
        ({"duration": 0}, "duration"),
        ({"duration": -5}, "duration"),
        ({"duration": 1.5}, "duration"),
        ({"duration": "30"}, "duration"),
        ({"duration": True}, "duration"),
        ({"start_datetime": None}, "start_datetime"),
        ({"start_datetime": "yesterday"}, "start_datetime"),
        ({"start_datetime": 1_700_000_000}, "start_datetime"),
        ({"start_datetime": "1700000000"}, "start_datetime"),
        ({"start_datetime": "2026-02-30T10:00:00Z"}, "start_datetime"),
        ({"start_datetime": "0001-01-01T00:00:00+14:00"}, "start_datetime"),
        ({"end_datetime": "9999-12-31T23:59:59-14:00"}, "end_datetime"),
        ({"end_datetime": at(hours=-2)}, "end_datetime"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"topics_discussed": ["x" * 501]}, "topics_discussed"),
        ({"topics_discussed": "engine"}, "topics_discussed"),
        ({"contact_id": "42"}, "contact_id"),
        ({"contact_id": "019a0000-0000-7000-8000-000000000000"}, "contact_id"),
        ({"follow_up_due": "soon"}, "follow_up_due"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_refuses_by_field(bob: Member, fields: dict[str, Any], field: str) -> None:
    assert set(refused(lambda: log(bob, **fields))) == {field}
    interaction = log(bob)
    assert set(refused(lambda: edit(bob, interaction.id, **fields))) == {field}


@pytest.mark.parametrize("length", [5, 100])
def test_titles_have_5_to_100_characters(bob: Member, length: int) -> None:
    assert log(bob, title="x" * length).title == "x" * length


@pytest.mark.parametrize("blank", [{}, {"title": None}, {"title": ""}, {"title": "   "}])
def test_a_title_left_out_is_made(bob: Member, blank: dict[str, Any]) -> None:
    assert log(bob, new_contact(bob, "Ada Lovelace"), **blank).title == "Call with Ada Lovelace"


@pytest.mark.parametrize("type", ["meeting", "call", "email", "message", "coffee", "lunch", "conference", "other"])
@pytest.mark.parametrize("name", [None, "Å", "x" * 200])
def test_a_made_title_is_a_title(bob: Member, type: str, name: str | None) -> None:
    interaction = log(bob, name and new_contact(bob, name), type=type)
    assert 5 <= len(interaction.title) <= 100
    assert edit(bob, interaction.id, title=interaction.title).title == interaction.title


@pytest.mark.parametrize("blank", [{}, {"lead": None}, {"lead": " "}])
def test_the_lead_is_the_caller_unless_told(bob: Member, blank: dict[str, Any]) -> None:
    assert log(bob, **blank).lead == "Bob"


def test_an_edit_leaves_what_it_does_not_name_and_clears_what_is_null(bob: Member) -> None:
    ada = new_contact(bob)
    call = log(
        bob,
        ada,
        title="About tea",
        lead="Ada",
        location="London",
        notes="Green",
        sentiment="positive",
        topics_discussed=["tea"],
    )
    edit(bob, call.id, location="Paris", notes=None)
    assert (call.location, call.notes, call.sentiment, call.topics_discussed) == ("Paris", None, "positive", ["tea"])
    edit(bob, call.id, title=None, lead=None, sentiment=None, topics_discussed=None)
    assert (call.title, call.lead, call.sentiment, call.topics_discussed) == ("Call with Ada Lovelace", "Bob", None, [])


@pytest.mark.parametrize(
    "field", ["location", "medium", "description", "notes", "sentiment", "follow_up_notes", "lead", "title"]
)
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_text_is_none(bob: Member, field: str, blank: str | None) -> None:
    default = {"lead": "Bob", "title": "Call with Ada Lovelace"}.get(field)
    call = log(bob, new_contact(bob), **{field: blank})
    assert getattr(call, field) == default
    edit(bob, call.id, **{field: "positive"})
    assert getattr(edit(bob, call.id, **{field: blank}), field) == default


# Contacts, roles, versions


def test_a_deleted_contact_is_unknown(bob: Member) -> None:
    ada, bert = new_contact(bob), new_contact(bob, "Bert")
    call = log(bob, bert)
    do(contacts.delete, bob, ada.id)
    assert set(refused(lambda: log(bob, ada))) == {"contact_id"}
    assert set(refused(lambda: edit(bob, call.id, contact_id=ada.uid))) == {"contact_id"}


def test_who_may_change_what(world: World, alice: Member, bob: Member, vera: Member) -> None:
    dora = world.member("dora", world.hq)
    bobs, doras = new_contact(bob, "Bob's"), new_contact(dora, "Dora's")
    own, about_his, others = log(bob, doras), log(dora, bobs), log(dora, doras)
    for call in (own, about_his):
        edit(bob, call.id, notes="Mine")
        do(interactions.delete, bob, call.id)
        do(interactions.restore, bob, call.id)
    for verb in (interactions.delete, interactions.restore, lambda who, ref: edit(who, ref, notes="x")):
        with pytest.raises(Forbidden):
            do(verb, bob, others.id)
        for call in (own, others):
            with pytest.raises(Forbidden):
                do(verb, vera, call.id)
    with pytest.raises(Forbidden):
        log(vera, bobs)
    assert interactions.get(vera, others.id).notes is None
    assert edit(alice, others.id, notes="The manager's").notes == "The manager's"


def test_an_edit_of_an_older_version_is_stale(bob: Member) -> None:
    call = log(bob)
    edit(bob, call.id, version=1, notes="First")
    with pytest.raises(Stale):
        edit(bob, call.id, version=1, notes="Second")
    assert call.notes == "First"


# The list


def test_the_list_filters(bob: Member) -> None:
    ada, bert = new_contact(bob), new_contact(bob, "Bert")
    log(bob, ada, title="First", start_datetime=at(days=-3))
    log(bob, ada, title="Second", start_datetime=at(days=-2), type="lunch")
    log(bob, bert, title="Third", start_datetime=at(days=-1))
    log(bob, title="Planned", start_datetime=at(days=1), ahead=True)
    assert names(interactions.find(bob)) == ["Planned", "Third", "Second", "First"]
    assert names(interactions.find(bob, contact_id=ada.uid)) == ["Second", "First"]
    assert names(interactions.find(bob, type="call", contact_id=ada.uid)) == ["First"]
    days = [NOW - timedelta(days=number) for number in range(4)]
    assert names(interactions.find(bob, start=days[2], end=days[1])) == ["Second"]
    page = interactions.find(bob, page=2, page_size=3)
    assert (names(page), page.total) == (["First"], 4)


def test_a_renamed_contact_is_found_by_the_new_name(bob: Member) -> None:
    ada = new_contact(bob, "Ada Byron")
    call = log(bob, ada, title="About tea")
    edit_contact(bob, ada.id, name="Ada Lovelace")
    assert names(interactions.find(bob, search="lovelace TEA")) == ["About tea"]
    assert names(interactions.find(bob, search="byron")) == []
    edit(bob, call.id, contact_id=None)
    assert names(interactions.find(bob, search="lovelace")) == []
