"""Merging two contacts in the browser."""

from __future__ import annotations

import re

import pytest

from crm.database import transaction
from crm.extensions import db
from crm.models import Membership
from web.browsing import text_of, titles


@pytest.fixture
def king(rows):
    fields = {"emails": ["king@example.com"], "company": "Engines & Sons", "tags": ["press"], "phones": ["+44 20 7946 0000"]}
    return rows.contact("Ada King", **fields)


def fields_of(page):
    return dict(re.findall(r'<input type="hidden" name="(with|version|other_version)" value="([^"]*)"', page.text))


def test_finding_the_other_one(bob, rows, ada, king):
    page = bob.get(f"/contacts/{ada}/merge")
    assert "These may be the same person Found" not in text_of(page)
    assert f"/contacts/{ada}/merge?with={king}" in page.text  # the same number
    rows.contact("Grace Hopper")
    part = bob.get(f"/contacts/{ada}/merge?search=hopper", htmx=True)
    assert part.text.lstrip().startswith('<div id="picked"')
    assert "Grace Hopper" in part.text
    assert "Ada King" not in part.text


def test_merging_and_taking_it_back(bob, rows, ada, king):
    rows.log(king, title="With the king")
    look = bob.get(f"/contacts/{ada}/merge?with={king}")
    assert re.search(r'aria-current="page">\s*<svg[^>]*>.*?</svg><span class="nav-word">Contacts', look.text, re.DOTALL)
    assert "1 interaction moves to Ada Lovelace. It can" in text_of(look)
    chosen = fields_of(look) | {"name": "kept", "company": "gone"}
    page = bob.follow(bob.post(f"/contacts/{ada}/merge", chosen))
    assert "Two became one: Ada Lovelace." in text_of(page)
    assert titles(page) == ["With the king"]
    for word in ("Engines & Sons", "king@example.com", "press"):
        assert word in text_of(page), word
    assert bob.get(f"/contacts/{king}").location == f"/contacts/{ada}"
    back = bob.follow(bob.undo(page))
    assert "Ada Lovelace and Ada King are two again." in text_of(back)
    assert titles(back) == []
    assert titles(bob.get(f"/contacts/{king}")) == ["With the king"]


def test_it_can_be_taken_back_later_from_the_history(bob, vera, ada, king):
    history = f"/contacts/{ada}/history"
    assert "Make two of them again" not in bob.get(history).text
    look = bob.get(f"/contacts/{ada}/merge?with={king}")
    assert "Nothing was logged with Ada King, so nothing else moves." in text_of(look)
    bob.post(f"/contacts/{ada}/merge", fields_of(look))
    page = bob.get(history)
    assert "Ada King went into Ada Lovelace." in text_of(page)
    assert "Make two of them again" not in vera.get(history).text
    undo = re.search(r'name="merge" value="([^"]+)"', page.text)[1]
    assert "are two again" in text_of(bob.follow(bob.post("/contacts/unmerge", {"merge": undo})))
    assert "Make two of them again" not in bob.get(history).text


def test_an_edit_ends_the_undo_of_a_merge(bob, ada, king):
    bob.post(f"/contacts/{ada}/merge", fields_of(bob.get(f"/contacts/{ada}/merge?with={king}")))
    form = bob.get(f"/contacts/{ada}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)[1]
    bob.post(f"/contacts/{ada}/edit", {"version": version, "name": "Ada King Lovelace"})
    assert "Make two of them again" not in bob.get(f"/contacts/{ada}/history").text


def test_who_changed_meanwhile_is_looked_at_again(bob, browse, ada, king):
    look = fields_of(bob.get(f"/contacts/{ada}/merge?with={king}"))
    browse("alice").post(f"/contacts/{king}/edit", {"version": look["other_version"], "name": "Ada Queen"})
    answer = bob.post(f"/contacts/{ada}/merge", look)
    assert answer.status_code == 409
    assert "changed meanwhile" in text_of(answer)
    assert "Ada Queen" in answer.text
    assert "became one" in text_of(bob.follow(bob.post(f"/contacts/{ada}/merge", fields_of(answer))))


def test_the_same_one_or_nobody(bob, ada):
    assert "choose another one" in text_of(bob.follow(bob.post(f"/contacts/{ada}/merge", {"with": str(ada)})))
    assert bob.post("/contacts/unmerge", {"merge": "nonsense"}).status_code == 404


def test_one_of_them_belongs_to_somebody_who_has_left(app, browse, world, rows):
    kept, gone = rows.contact("Ada", by="alice", owner_id=None), rows.contact("Ada King", emails=["king@example.com"])
    with app.app_context(), transaction():
        db.session.delete(db.session.get_one(Membership, (world.people["bob"].id, world.hq)))
    alice = browse("alice")
    page = alice.follow(alice.post(f"/contacts/{kept}/merge", fields_of(alice.get(f"/contacts/{kept}/merge?with={gone}"))))
    assert "Two became one: Ada. Undo" in text_of(page)
    assert "Owner Bob E-mail king@example.com" in text_of(page)
    assert "Ada and Ada King are two again." in text_of(alice.follow(alice.undo(page)))
    assert "king@example.com" in alice.get(f"/contacts/{gone}").text
    assert "Owner nobody" in text_of(alice.get(f"/contacts/{kept}"))


@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_refused_has_changed_nothing(bob, ada, king, htmx):
    answer = bob.post(f"/contacts/{ada}/merge", {"with": str(king), "name": "both"}, htmx=htmx)
    assert "must be one of kept, gone" in text_of(answer if htmx else bob.follow(answer))
    assert "king@example.com" in bob.get(f"/contacts/{king}").text


def test_only_those_who_may(vera, charlie, bob, rows, ada, king):
    hers = rows.contact("Hers", by="alice")
    for who, one, other in ((vera, ada, king), (charlie, ada, king), (bob, ada, hers)):
        assert who.get(f"/contacts/{one}/merge?with={other}").status_code == 403
        assert who.post(f"/contacts/{one}/merge", {"with": str(other)}).status_code == 403
