"""Contacts: the list, adding, editing, deleting."""

from __future__ import annotations

import re

import pytest

from crm.database import transaction
from crm.extensions import db
from crm.models import Change, Membership
from making import at
from web.browsing import text_of


def names(answer):
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', answer.text)


def test_the_list_is_empty_and_says_what_to_do(bob, vera):
    assert "add the first one" in text_of(bob.get("/contacts"))
    assert 'href="/imports"' in bob.get("/contacts").text
    assert 'href="/contacts/new"' in bob.get("/contacts").text
    assert 'href="/contacts/new"' not in vera.get("/contacts").text


def test_searching_finds_by_name_company_address_and_tag(bob, rows, ada):
    rows.contact("Étienne Hopper", company="Atelier Brume")
    for search, found in {
        "lovelace": ["Ada Lovelace"],
        "etienne": ["Étienne Hopper"],
        "ADA engines": ["Ada Lovelace"],
        "ada@example": ["Ada Lovelace"],
        "vip": ["Ada Lovelace"],
        "7946": ["Ada Lovelace"],
        "e": ["Ada Lovelace", "Étienne Hopper"],
    }.items():
        assert names(bob.get("/contacts", query_string={"search": search})) == found, search
    assert names(bob.get("/contacts?tag=vip")) == ["Ada Lovelace"]


def test_the_form_offers_the_tags_of_others(bob, ada):
    form = bob.get("/contacts/new").text
    assert re.search(r'<input type="checkbox" name="tags" value="vip"><span>vip', form)
    assert "Job title" in form
    added = bob.post("/contacts/new", {"name": "Grace Hopper", "tags": "vip", "tags-new": "navy"})
    assert "vip" in text_of(bob.follow(added))
    assert re.search(r'name="tags" value="navy" checked', bob.get(f"{added.location}/edit").text)
    assert 'value="vip"' in bob.post("/contacts/new", {"name": ""}, htmx=True).text


def test_what_was_never_changed_says_since_when_it_is_there(app, bob, ada):
    assert "created this" in text_of(bob.get(f"/contacts/{ada}/history"))
    with app.app_context(), transaction():
        db.session.execute(db.delete(Change))
    assert re.search(r"Added .* Nothing was changed since\.", text_of(bob.get(f"/contacts/{ada}/history")))


def test_the_history_says_it_in_words(bob, ada):
    version = re.search(r'name="version"[^>]*value="(\d+)"', bob.get(f"/contacts/{ada}/edit").text)[1]
    changes = {"version": version, "name": "Ada Lovelace", "job_title": "Countess", "keep_in_touch_days": "30"}
    bob.post(f"/contacts/{ada}/edit", changes | {"cadence_types": ["call", "email"], "cadence_by_owner": "y"})
    said = text_of(bob.get(f"/contacts/{ada}/history"))
    for words in ("job title Countess", "keep in touch every 30 days", "what counts as a talk Call, E-mail"):
        assert words in said, words


def test_nothing_found_offers_to_add_it(bob, ada):
    answer = bob.get("/contacts?search=Grace+Hopper")
    assert "No contact matches" in text_of(answer)
    assert "/contacts/new?name=Grace+Hopper" in answer.text
    assert 'value="Grace Hopper"' in bob.get("/contacts/new?name=Grace+Hopper").text


def test_searching_as_one_types_gets_the_list_alone(bob, ada):
    whole, part = bob.get("/contacts?search=ada"), bob.get("/contacts?search=ada", htmx=True)
    assert "<html" in whole.text
    assert part.text.lstrip().startswith('<div id="contacts"')
    assert part.text.strip() in whole.text
    restored = bob.get("/contacts", htmx=True, headers={"HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_sorting(bob, rows):
    for number, name in enumerate(("Cy", "Ann", "Bo")):
        contact = rows.contact(name, company="ZYX"[number])
        rows.log(contact, start_datetime=at(days=-number - 1))
    assert names(bob.get("/contacts")) == ["Ann", "Bo", "Cy"]
    assert names(bob.get("/contacts?sort=name&order=desc")) == ["Cy", "Bo", "Ann"]
    assert names(bob.get("/contacts?sort=company")) == ["Bo", "Ann", "Cy"]
    latest = bob.get("/contacts?sort=last_interaction_at")
    assert names(latest) == ["Cy", "Ann", "Bo"]
    assert 'aria-sort="descending"' in latest.text
    assert names(bob.get("/contacts?sort=password_hash&order=;drop")) == ["Ann", "Bo", "Cy"]


def test_paging(bob, rows):
    for number in range(53):
        rows.contact(f"Contact {number:02}")
    first = bob.get("/contacts")
    assert "1–50 of 53" in text_of(first)
    following = re.search(r'id="page-next" href="([^"]+)"', first.text)
    assert names(bob.get(following[1].replace("&amp;", "&"))) == ["Contact 50", "Contact 51", "Contact 52"]
    assert "past the end" in text_of(bob.get("/contacts?page=9"))
    assert bob.get("/contacts?page=-1").status_code == bob.get("/contacts?page=x").status_code == 200
    assert bob.get("/contacts?page=99999999999999999999").status_code == 200


def test_adding(bob, world):
    answer = bob.post(
        "/contacts/new",
        {
            "name": "  Grace Hopper ",
            "job_title": "Rear admiral",
            "company": "Navy",
            "emails": ["grace@example.com", "", "hopper@example.com"],
            "phones": ["+1 555 0100", ""],
            "tags": "vip",
            "tags-new": "press, VIPs,",
            "owner_id": world.alice.id,
            "keep_in_touch_days": "30",
            "notes": "Line one\nLine two",
        },
    )
    page = bob.follow(answer)
    text = text_of(page)
    for word in (
        "Grace Hopper is added",
        "Rear admiral, Navy",
        "hopper@example.com",
        "+1 555 0100",
        "vip",
        "press",
        "VIPs",
        "Alice",
    ):
        assert word in text, word
    assert "every 30 days" in text


def test_a_refused_contact_keeps_what_was_typed(bob, ada):
    typed = {
        "name": "",
        "emails": ["ada@example.com", "nonsense"],
        "phones": "no digits",
        "keep_in_touch_days": "often",
        "notes": "Do not lose me",
        "tags-new": "new one",
    }
    for htmx in (False, True):
        answer = bob.post("/contacts/new", typed, htmx=htmx)
        assert answer.status_code == 422
        assert ("<html" in answer.text) is not htmx
        text = text_of(answer)
        for sentence in (
            "Name is required.",
            "“nonsense” is not an e-mail address.",
            "“no digits” is not a phone number.",
            "This is not a whole number.",
        ):
            assert sentence in text, sentence
        for value in ("ada@example.com", "nonsense", "no digits", "often", "Do not lose me", "new one"):
            assert value in answer.text, value


def test_an_address_belongs_to_one_contact(bob, ada):
    answer = bob.post("/contacts/new", {"name": "Another", "emails": "ADA@example.com"})
    assert answer.status_code == 422
    assert "already belongs to Ada Lovelace" in text_of(answer)
    assert names(bob.get("/contacts")) == ["Ada Lovelace"]


def version_in(page):
    return re.search(r'name="version"[^>]*value="(\d+)"', page.text)[1]


def test_editing(bob, ada):
    page = bob.get(f"/contacts/{ada}/edit")
    assert 'value="ada@example.com"' in page.text
    answer = bob.post(f"/contacts/{ada}/edit", {"version": version_in(page), "name": "Ada King", "emails": "ada@king.example"})
    text = text_of(bob.follow(answer))
    assert "Ada King is saved" in text
    assert "ada@king.example" in text
    history = text_of(bob.get(f"/contacts/{ada}/history"))
    assert "Bob changed" in history
    assert "name Ada Lovelace Ada King" in history
    assert "company Analytical Engines –" in history
    assert "e-mail ada@example.com ada@king.example" in history


def test_a_stale_edit_is_not_lost_and_can_be_saved_after_a_look(bob, browse, ada):
    old = version_in(bob.get(f"/contacts/{ada}/edit"))
    browse("alice").post(f"/contacts/{ada}/edit", {"version": old, "name": "Countess Ada"})
    answer = bob.post(f"/contacts/{ada}/edit", {"version": old, "name": "Ada, mine"})
    assert answer.status_code == 422
    assert "While you were editing, Alice changed this" in text_of(answer)
    assert "Name Theirs Countess Ada Yours Ada, mine" in text_of(answer)
    assert 'value="Ada, mine"' in answer.text
    assert f'href="/contacts/{ada}"' in answer.text
    again = bob.post(f"/contacts/{ada}/edit", {"version": version_in(answer), "name": "Ada, mine"})
    assert "Ada, mine is saved" in text_of(bob.follow(again))


def test_deleting_and_undoing_without_javascript(bob, rows, ada):
    rows.log(ada, title="A long call")
    page = bob.follow(bob.post(f"/contacts/{ada}/delete"))
    assert "Ada Lovelace is deleted" in text_of(page)
    assert names(page) == []
    assert bob.get(f"/contacts/{ada}").status_code == 404
    back = bob.follow(bob.undo(page))
    assert "Ada Lovelace is back" in text_of(back)
    assert "A long call" in back.text


def test_htmx_is_sent_to_the_page_after_deleting(bob, ada):
    answer = bob.post(f"/contacts/{ada}/delete", htmx=True)
    assert answer.headers["HX-Redirect"] == "/contacts"
    assert "is deleted" in text_of(bob.get("/contacts"))
    assert "is deleted" not in text_of(bob.get("/contacts"))  # said once


@pytest.mark.parametrize("name", ["X" * 200, "Ünï çødé", "李明", "O'Neil & Sons <Ltd>"])
def test_any_name(bob, rows, name):
    contact = rows.contact(name, company=name, job_title=name)
    assert name in text_of(bob.get(f"/contacts/{contact}"))
    assert names(bob.get("/contacts"))


def test_an_edit_leaves_things_to_who_has_left_the_site(app, browse, world, rows, ada):
    """Their name is on no list to choose from any more: what is shown as chosen is what stays."""
    task = rows.follow_up("Send the offer")
    with app.app_context(), transaction():
        db.session.delete(db.session.get_one(Membership, (world.people["bob"].id, world.hq)))
    alice = browse("alice")
    for path, field, page in (
        (f"/contacts/{ada}/edit", "name", f"/contacts/{ada}"),
        (f"/follow-ups/{task}/edit", "title", "/follow-ups?owner=all"),
    ):
        form = alice.get(path).text
        owner, said = re.search(r'<option value="(\d+)" selected>([^<]+)<', form).groups()
        assert (int(owner), said) == (world.people["bob"].id, "Somebody who has left")
        version = re.search(r'name="version"[^>]*value="(\d+)"', form)[1]
        assert alice.post(path, {field: "Anew", "owner_id": owner, "version": version}).status_code == 303
        assert "Bob" in text_of(alice.get(page))
