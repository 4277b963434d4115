"""Follow-ups: planning, doing, putting off; and Today, where most of them are met."""

from __future__ import annotations

import pytest
import time_machine

from making import NOW, at
from web.browsing import text_of


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_an_empty_day_says_what_to_do(bob, vera):
    page = bob.get("/")
    assert "Begin with the people" in text_of(page)
    assert 'href="/interactions/new"' in page.text
    assert 'href="/contacts/new"' in page.text
    assert "Log your first" not in text_of(vera.get("/"))
    assert "Nothing due" in text_of(vera.get("/"))
    assert "Nothing is open" in text_of(bob.get("/follow-ups"))


def test_today_in_order(bob, rows, ada):
    rows.meeting(ada, purpose="Forgotten", scheduled_datetime=at(days=-2))
    for day in (0.1, 1, 5, 6, 7):
        rows.meeting(ada, purpose=f"In {day} days", scheduled_datetime=at(days=day))
    for title, due in {"Late": "2026-02-27", "Now": "2026-03-02", "Soon": "2026-03-06", "Far": "2026-04-06"}.items():
        rows.follow_up(title, contact_id=ada, due_on=due)
    rows.follow_up("Hers", by="alice", due_on="2026-03-02")
    rows.log(ada, title="Just talked")
    text = text_of(bob.get("/"))
    order = [
        "To complete",
        "Forgotten",
        "Next meetings",
        "In 0.1",
        "In 1",
        "In 5",
        "Overdue",
        "Late",
        "Now",
        "Soon",
    ]
    places = [text.index(words) for words in [*order, "Recently logged", "Just talked"]]
    assert places == sorted(places)
    assert "3 days overdue" in text
    for words in ("In 6", "In 7", "Far", "Hers"):  # too far, or not his
        assert words not in text
    assert "Far" in text_of(bob.get("/follow-ups"))


def test_what_colleagues_logged_is_on_today(bob, rows, ada):
    rows.log(ada, by="alice", title="A word about prices")
    assert "A word about prices Ada Lovelace · Alice · 1 h ago" in text_of(bob.get("/recent", htmx=True))


def test_planning_on_the_contacts_page(bob, ada, world):
    body = {"title": "Send the offer", "due_on": "2026-03-05", "owner_id": ""}
    assert "Send the offer Thu 5 Mar Bob" in text_of(bob.follow(bob.post(f"/follow-ups/for/{ada}", body)))
    answer = bob.post(f"/follow-ups/for/{ada}", body | {"title": "Hers", "owner_id": world.alice.id}, htmx=True)
    assert "follow-ups-changed" in answer.headers["HX-Trigger-After-Settle"]
    assert "Hers Thu 5 Mar Alice" in text_of(bob.get(f"/contacts/{ada}/side", htmx=True))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_follow_up_keeps_what_was_typed(bob, ada, world, htmx):
    answer = bob.post(f"/follow-ups/for/{ada}", {"title": "", "due_on": "soon", "owner_id": world.charlie.id}, htmx=htmx)
    assert answer.status_code == 422
    assert "What is required." in text_of(answer)
    assert 'value="soon"' in answer.text
    assert "open" in answer.text


def test_done_and_undone_in_place(bob, rows, ada):
    uid = rows.follow_up(contact_id=ada, due_on="2026-03-02")
    answer = bob.post(f"/follow-ups/{uid}/done", htmx=True)
    assert "Done: Send the offer" in text_of(answer)
    assert f'hx-post="/follow-ups/{uid}/reopen" hx-target="#follow-up-{uid}"' in answer.text
    assert "Send the offer" not in text_of(bob.get("/follow-ups"))
    assert "Send the offer" in text_of(bob.post(f"/follow-ups/{uid}/reopen", htmx=True))
    assert "Send the offer" in text_of(bob.get("/follow-ups"))


def test_done_and_undone_without_javascript(bob, rows):
    uid = rows.follow_up(due_on="2026-03-02")
    answer = bob.post(f"/follow-ups/{uid}/done", headers={"Referer": "http://localhost/"})
    assert answer.location == "/"
    page = bob.get("/")
    assert "Done: Send the offer" in text_of(page)
    assert "As before: Send the offer" in text_of(bob.follow(bob.undo(page)))


def test_putting_off_and_back(bob, rows):
    uid = rows.follow_up(due_on="2026-02-20")
    for until, day in {"tomorrow": "Tue 3 Mar", "next-week": "Mon 9 Mar", "2026-03-20": "Fri 20 Mar"}.items():
        answer = bob.post(f"/follow-ups/{uid}/snooze", {"until": until}, htmx=True)
        assert f"Put off until {day}: Send the offer" in text_of(answer)
    assert 'name="due_on" value="2026-03-09"' in answer.text
    page = bob.follow(bob.post(f"/follow-ups/{uid}/day", {"due_on": "2026-02-20"}))
    assert "10 days overdue" in text_of(page)
    gone = bob.post(f"/follow-ups/{uid}/snooze", {"until": "2026-01-01"}, htmx=True)
    assert (gone.status_code, gone.headers["HX-Reswap"]) == (422, "none")
    assert "has already gone" in text_of(gone)


def test_nobody_is_sent_to_another_site_after_a_write(bob, rows):
    uid = rows.follow_up(due_on="2026-03-02")
    answer = bob.post(f"/follow-ups/{uid}/done", headers={"Referer": "https://evil.example/"})
    assert answer.location == "/follow-ups"


def test_deleting_and_undoing(bob, rows):
    uid = rows.follow_up(due_on="2026-03-02")
    page = bob.follow(bob.post(f"/follow-ups/{uid}/delete"))
    assert "Deleted: Send the offer" in text_of(page)
    assert "As before" in text_of(bob.follow(bob.undo(page)))
