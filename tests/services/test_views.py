"""Saved views: lists with a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.errors import Forbidden, NotFound
from crm.schemas.base import read
from crm.schemas.views import ViewEdit, ViewNew
from crm.services import deletion, views
from making import do, names, refused

pytestmark = pytest.mark.usefixtures("clock")


def save(member, name="Difficult calls", query="type=call&mood=negative", **fields):
    return do(lambda: views.save(member, read(ViewNew, {"name": name, "query": query, **fields})))


def edit(member, view, **fields):
    return do(lambda: views.edit(member, view.uid, read(ViewEdit, fields)))


def test_a_view_is_its_makers(alice, bob, vera):
    save(bob)
    assert names(views.of(bob)) == ["Difficult calls"]
    assert views.of(alice) == views.of(vera) == []


def test_a_shared_one_is_everybodys_of_the_site(alice, bob, vera, charlie):
    view = save(bob, shared=True)
    assert names(views.of(alice)) == names(views.of(vera)) == ["Difficult calls"]
    assert views.of(charlie) == []
    edit(bob, view, shared=False)
    assert views.of(alice) == []


def test_its_query_is_kept_in_one_spelling(bob):
    assert save(bob, query="?mood=negative&&type=call&page=7&unknown=1").query == "type=call&mood=negative"


def test_what_no_list_could_show_is_refused(bob):
    assert refused(save, bob, query="from=soon") == {
        "query": "cannot be saved: from must be a date or an ISO 8601 date and time, such as 2026-03-01T14:30:00Z"
    }
    assert refused(save, bob, name=" ") == {"name": "is required"}
    assert refused(save, bob, name="x" * 61) == {"name": "must have at most 60 characters"}


def test_there_is_an_end_to_them(bob, alice):
    for number in range(views.MOST):
        save(bob, f"View {number}")
    assert "30 views are the most" in refused(save, bob)["name"]
    save(alice)


def test_a_site_shares_so_many(world, alice, bob):
    dora = world.member("dora", world.hq)
    for number in range(views.MOST_SHARED // 2):
        view = save(alice, f"View {number}", shared=True)
        save(bob, f"View {number}", shared=True)
    own = save(dora)
    assert "60 views are the most" in refused(save, dora, shared=True)["name"]
    assert "60 views are the most" in refused(edit, dora, own, shared=True)["name"]
    edit(alice, view, name="Calls", shared=True)
    do(lambda: views.delete(alice, view.uid))
    assert edit(dora, own, shared=True).shared


def test_changing_deleting_and_restoring(bob, clock):
    view = save(bob)
    edit(bob, view, name="Calls", query="type=call")
    assert (views.of(bob)[0].name, views.of(bob)[0].query) == ("Calls", "type=call")
    do(views.delete, bob, view.uid)
    assert views.of(bob) == []
    with pytest.raises(NotFound):
        edit(bob, view, name="Gone")
    do(views.restore, bob, view.uid)
    do(views.restore, bob, view.uid)
    assert names(views.of(bob)) == ["Calls"]
    do(views.delete, bob, view.uid)
    clock.shift(timedelta(days=31))
    with pytest.raises(NotFound):
        do(views.restore, bob, view.uid)
    do(deletion.remove_old)
    assert views.of(bob) == []


def test_who_may_change_one(alice, bob, vera, charlie):
    own, shared = save(bob), save(bob, shared=True)
    with pytest.raises(NotFound):
        edit(alice, own, name="Hers")
    edit(alice, shared, name="Everybody's")
    with pytest.raises(Forbidden):
        edit(vera, shared, name="Hers")
    for verb in (views.delete, views.restore):
        with pytest.raises(Forbidden):
            do(verb, charlie, shared.uid)


def test_a_viewer_has_views_of_their_own_and_shares_none(vera):
    save(vera)
    assert names(views.of(vera)) == ["Difficult calls"]
    with pytest.raises(Forbidden):
        save(vera, shared=True)


def test_putting_them_in_an_order(bob, alice):
    one, two, three = (save(bob, name, shared=True) for name in ("One", "Two", "Three"))
    do(views.move, bob, three.uid, -1)
    assert names(views.of(bob)) == names(views.of(alice)) == ["One", "Three", "Two"]
    do(views.move, bob, one.uid, 9)
    assert names(views.of(bob)) == ["Three", "Two", "One"]
    do(views.move, bob, three.uid, -1)
    assert names(views.of(bob)) == ["Three", "Two", "One"]
    save(bob, "Four")
    assert names(views.of(bob)) == ["Three", "Two", "One", "Four"]


def test_an_order_can_be_changed_without_end(bob):
    for name in ("One", "Two", "Three", "Four"):
        save(bob, name)
    for _ in range(130):
        do(views.move, bob, views.of(bob)[1].uid, 1)
    assert names(views.of(bob)) == ["One", "Two", "Three", "Four"]


def test_only_who_may_change_a_view_moves_it(alice, bob, vera):
    mine, shared = save(bob, "Mine"), save(bob, "Ours", shared=True)
    do(views.move, alice, shared.uid, -1)
    with pytest.raises(Forbidden):
        do(views.move, vera, shared.uid, -1)
    with pytest.raises(NotFound):
        do(views.move, vera, mine.uid, -1)
