"""Follow-ups: planning, doing, putting off; and Today, where most of them are met."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from making import at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


def test_an_empty_day_says_what_to_do(bob, vera):
    page = bob.get("/")
    assert "Begin with the people" in text_of(page)
    assert 'href="/interactions/new"' in page.text
    assert 'href="/contacts/new"' in page.text
    assert "Log your first" not in text_of(vera.get("/"))
    assert "Nothing due" in text_of(vera.get("/"))
    assert "Nothing is open" in text_of(bob.get("/follow-ups"))


def test_who_has_contacts_is_told_to_log(bob, vera, rows):
    rows.contact("Ada Lovelace")
    text = text_of(bob.get("/"))
    assert "Log the first talk" in text
    assert "Look at the 1 contact" in text
    assert "Import contacts" not in text
    assert "Nothing due" in text_of(vera.get("/"))


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
    none = bob.post(f"/follow-ups/{uid}/snooze", {"until": "day", "day": "soon"}, htmx=True)
    assert (none.status_code, "must be a day" in text_of(none)) == (422, True)
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


def columns(page):
    """The titles on the board, by column."""
    found = re.findall(r'<section class="board-column" aria-labelledby="h-(\w+)".*?</section>', page.text, re.DOTALL)
    parts = re.split(r'<section class="board-column" aria-labelledby="h-\w+"', page.text)[1:]
    return {
        code: [unescape(title) for title in re.findall(r'class="todo-title">([^<]+)<', part)]
        for code, part in zip(found, parts, strict=True)
    }


def test_the_board(bob, rows, ada, world):
    for title, due in {"Late": "2026-02-27", "Now": "2026-03-02", "Soon": "2026-03-09", "Far": "2026-03-10"}.items():
        rows.follow_up(title, contact_id=ada, due_on=due)
    rows.follow_up("Someday")
    rows.follow_up("Hers", by="alice", due_on="2026-03-02")
    board = columns(bob.get("/follow-ups"))
    assert board == {"overdue": ["Late"], "today": ["Now"], "week": ["Soon"], "later": ["Far"], "undated": ["Someday"]}
    assert columns(bob.get("/follow-ups?owner=all"))["today"] == ["Now", "Hers"]
    assert columns(bob.get(f"/follow-ups?owner={world.alice.id}"))["today"] == ["Hers"]
    assert columns(bob.get("/follow-ups?due=undated")) == {"undated": ["Someday"]}
    found = bob.follow(bob.get("/follow-ups?with=love"))
    assert columns(found)["undated"] == []
    assert "Ada Lovelace: show all contacts" in found.text
    assert "No contact is called “nobody”." in text_of(bob.follow(bob.get("/follow-ups?with=nobody")))
    assert bob.get("/follow-ups?with=nobody", htmx=True).status_code == 422


def test_more_of_a_column(bob, rows):
    for number in range(30):
        rows.follow_up(f"Number {number}", due_on="2026-03-02")
    page = bob.get("/follow-ups")
    assert len(columns(page)["today"]) == 25
    address = unescape(re.search(r'hx-get="(/follow-ups/more[^"]+)"', page.text)[1])
    more = bob.get(address, htmx=True)
    assert "Number 25" in more.text
    assert "Number 29" in more.text
    assert "Show 50 more" not in more.text
    assert len(columns(bob.get("/follow-ups?due=today&show=500"))["today"]) == 30


def test_dragging_and_undoing(bob, rows):
    uid = rows.follow_up(due_on="2026-02-20")
    answer = bob.post(f"/follow-ups/{uid}/column", {"column": "later"}, htmx=True)
    assert "Due Mon 16 Mar: Send the offer" in text_of(answer)
    assert "follow-ups-changed" in answer.headers["HX-Trigger-After-Settle"]
    assert columns(bob.get("/follow-ups"))["later"] == ["Send the offer"]
    bob.undo(answer)
    assert columns(bob.get("/follow-ups"))["overdue"] == ["Send the offer"]
    gone = bob.post(f"/follow-ups/{uid}/column", {"column": "overdue"}, htmx=True)
    assert (gone.status_code, gone.headers["HX-Reswap"]) == (422, "none")


def test_the_menu_of_a_row_does_what_dragging_does(bob, rows):
    uid = rows.follow_up(due_on="2026-02-20")
    for until, column in {"today": "today", "someday": "undated"}.items():
        bob.post(f"/follow-ups/{uid}/snooze", {"until": until})
        assert columns(bob.get("/follow-ups"))[column] == ["Send the offer"]
    answer = bob.post(f"/follow-ups/{uid}/snooze", {"until": "day", "day": "2026-03-20"}, htmx=True)
    assert "Put off until Fri 20 Mar" in text_of(answer)


@pytest.mark.parametrize("htmx", [False, True])
def test_editing_in_place(bob, rows, world, htmx):
    uid = rows.follow_up(due_on="2026-03-02")
    form = bob.get(f"/follow-ups/{uid}/edit", htmx=htmx)
    assert 'name="reminds" value="y" checked' in form.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', form.text)[1]
    body = {"version": version, "title": "Send two offers", "due_on": "2026-03-02", "owner_id": world.alice.id, "notes": "Both"}
    answer = bob.post(f"/follow-ups/{uid}/edit", body, htmx=htmx)
    page = answer if htmx else bob.follow(answer)
    if htmx:
        assert f'id="follow-up-{uid}"' in page.text
        assert "Send two offers today Alice" in text_of(page)
    assert 'value="y" checked' not in bob.get(f"/follow-ups/{uid}/edit").text
    stale = bob.post(f"/follow-ups/{uid}/edit", body | {"title": "Mine"}, htmx=htmx)
    assert stale.status_code == 422
    assert "While you were editing, Bob changed this" in text_of(stale)
    assert "Send two offers" in text_of(stale)
    assert 'value="Mine"' in stale.text
    refused = bob.post(f"/follow-ups/{uid}/edit", {"title": "", "remind_on": "2026-01-01"}, htmx=htmx)
    assert "What is required." in text_of(refused)


def test_a_row_tells_of_its_notes_and_its_reminder(bob, rows):
    uid = rows.follow_up(due_on="2026-03-20", notes="Ask for Eve. She has the key.", remind_on="2026-03-18")
    page = bob.get("/follow-ups")
    assert "Send the offer Fri 20 Mar 18 Mar Ask for Eve." in text_of(page)
    assert 'aria-label="Reminds by mail:"' in page.text
    bob.post(f"/follow-ups/{uid}/edit", {"title": "Send the offer", "remind_on": "2026-03-18"})
    assert "Reminds by mail:" not in bob.get(f"/follow-ups/{uid}").text


def test_who_only_looks_on_reads_all_of_the_notes(vera, rows, ada):
    long = "They asked for it twice. " * 8 + "Mind the end."
    rows.follow_up("Send the offer", contact_id=ada, notes=long)
    rows.follow_up("Call back", contact_id=ada, notes="Before ten. Never on Mondays.")
    for path in ("/follow-ups", f"/contacts/{ada}"):
        seen = text_of(vera.get(path))
        assert "Never on Mondays." in seen
        assert "Mind the end. Show all" in seen  # folded, by <details>
    uid = rows.follow_up("Ask again", notes="Once is enough.")
    assert text_of(vera.get(f"/follow-ups/{uid}")).count("Once is enough.") == 1


def test_what_is_done_can_be_opened_again(bob, vera, charlie, rows, ada, browse):
    uid = rows.follow_up("Send the offer", contact_id=ada, due_on="2026-02-27", notes="Both of them.")
    rows.follow_up("Still to do", contact_id=ada)
    assert "Nothing is done yet" in text_of(bob.get("/follow-ups/done?owner=all"))
    bob.post(f"/follow-ups/{uid}/done")
    assert 'href="/follow-ups/done?owner=me">Done</a>' in bob.get("/follow-ups").text
    listed = "Send the offer Today, 13:00 Ada Lovelace 3 days late Both of them. Open again"
    assert listed in text_of(bob.get("/follow-ups/done"))
    assert "Still to do" not in text_of(bob.get("/follow-ups/done"))
    assert listed.replace("13:00", "13:00 by Bob").removesuffix(" Open again") in text_of(vera.get("/follow-ups/done"))
    assert "Open again" not in text_of(vera.get("/follow-ups/done"))
    assert "Send the offer" not in text_of(charlie.get("/follow-ups/done?owner=all"))
    alice = browse("alice")
    assert "Send the offer" not in text_of(alice.get("/follow-ups/done"))
    for narrowed in ("owner=all", f"contact={ada}", f"owner=all&contact={ada}"):
        assert "Send the offer" in text_of(alice.get(f"/follow-ups/done?{narrowed}"))
    assert alice.follow(alice.get("/follow-ups/done?with=lovelace")).request.args["contact"] == str(ada)

    line = bob.post(f"/follow-ups/{uid}/reopen", {"listed": "1"}, htmx=True)
    assert "Open again: Send the offer Undo" in text_of(line)
    assert "Send the offer" not in text_of(bob.get("/follow-ups/done"))
    assert "Send the offer" in text_of(bob.get("/follow-ups"))
    bob.post(re.search(r'action="([^"]+)"', line.text)[1], htmx=True)
    page = bob.follow(
        bob.post(f"/follow-ups/{uid}/reopen", {"listed": "1"}, headers={"Referer": "http://localhost/follow-ups/done"})
    )
    assert page.request.path == "/follow-ups/done"
    bob.undo(page)
    assert "Send the offer" in text_of(bob.get("/follow-ups/done"))


def test_opening_again_is_taken_back_to_when_it_was_done(bob, browse, rows, clock):
    uid = rows.follow_up("Send the offer", due_on="2026-02-27")
    bob.post(f"/follow-ups/{uid}/done")
    clock.shift(timedelta(days=3))
    alice, listed = browse("alice"), {"Referer": "http://localhost/follow-ups/done?owner=all"}
    page = alice.follow(alice.post(f"/follow-ups/{uid}/reopen", {"listed": "1"}, headers=listed))
    alice.undo(page)
    assert "Send the offer Mon 2 Mar, 13:00 by Bob 3 days late" in text_of(alice.get("/follow-ups/done?owner=all"))
    # Done by hand meanwhile: that stands.
    page = alice.follow(alice.post(f"/follow-ups/{uid}/reopen", {"listed": "1"}, headers=listed))
    alice.post(f"/follow-ups/{uid}/done")
    alice.undo(page)
    assert "by Bob" not in text_of(alice.get("/follow-ups/done?owner=all"))
    # Nothing to be taken back.
    assert bob.post(f"/follow-ups/{rows.follow_up('Still open')}/done-again").status_code == 303


def test_more_of_what_is_done(bob, rows):
    for number in range(52):
        bob.post(f"/follow-ups/{rows.follow_up(f'Number {number}')}/done")
    first = bob.get("/follow-ups/done")
    more = unescape(re.search(r'href="([^"]+)"[^>]*>Show 50 more', first.text)[1])
    assert "Number 2" in text_of(first)
    for answer in (bob.get(more), bob.get(more, htmx=True)):
        assert re.findall(r'class="todo-title">([^<]+)', answer.text) == ["Number 1", "Number 0"]
    assert "Back to the newest" in text_of(bob.get(more))
    assert bob.get("/follow-ups/done?after=x").status_code == 422


def test_planning_on_the_board(bob, ada, charlie):
    body = {"title": "Order paper", "due_on": "2026-03-02", "owner_id": ""}
    assert columns(bob.follow(bob.post("/follow-ups", body)))["today"] == ["Order paper"]
    answer = bob.post("/follow-ups", body | {"title": "Ask Ada", "contact": ada}, htmx=True)
    assert "follow-ups-changed" in answer.headers["HX-Trigger-After-Settle"]
    assert "Ada Lovelace" in text_of(bob.get("/follow-ups"))
    assert "What is required." in text_of(bob.post("/follow-ups", body | {"title": ""}))
    assert charlie.post("/follow-ups", body | {"contact": ada}).status_code in (403, 422)


def test_planning_on_the_board_with_somebody(bob, rows, ada):
    body = {"title": "Ask about the engine", "owner_id": ""}
    bob.post("/follow-ups", body | {"whom": "ada LOVELACE"})
    assert "Ask about the engine Ada Lovelace" in text_of(bob.get(f"/follow-ups?contact={ada}"))
    unknown = bob.post("/follow-ups", body | {"whom": "Adb"}, htmx=True)
    assert unknown.status_code == 422
    assert "No contact is called “Adb”" in text_of(unknown)
    assert 'value="Adb"' in unknown.text
    rows.contact("Ada Lovelace", by="alice")
    twice = bob.post("/follow-ups", body | {"whom": "Ada Lovelace"})
    assert "Several contacts are called “Ada Lovelace”" in text_of(twice)
    assert "Ada Lovelace" in bob.get("/meetings/people?whom=love", htmx=True).text


def test_an_empty_column_says_so(bob, rows):
    rows.follow_up("Soon", due_on="2026-03-09")
    text = text_of(bob.get("/follow-ups"))
    for words in ("Nothing is overdue.", "Nothing is due today.", "Nothing further ahead.", "Nothing without a day."):
        assert words in text
    assert "Nothing in the next seven days." not in text


def test_who_only_looks_on_sees_everyones(vera, rows):
    rows.follow_up("His", due_on="2026-03-02")
    page = vera.get("/follow-ups")
    assert columns(page)["today"] == ["His"]
    assert "Mine" not in text_of(page)
    assert "Add a follow-up" not in text_of(page)


def test_the_shell_counts_what_is_due(bob, rows):
    assert "1 due" not in text_of(bob.get("/contacts"))
    uid = rows.follow_up(due_on="2026-03-02")
    rows.follow_up(due_on="2026-03-03")
    assert "1 due" in text_of(bob.get("/contacts"))
    answer = bob.post(f"/follow-ups/{uid}/done", htmx=True)
    assert "follow-ups-counted" in answer.headers["HX-Trigger-After-Settle"]
    assert "due" not in text_of(bob.get("/follow-ups/count", htmx=True))


def test_one_by_itself(bob, rows, charlie):
    uid = rows.follow_up(due_on="2026-03-02")
    assert "Send the offer" in text_of(bob.get(f"/follow-ups/{uid}"))
    assert bob.get(f"/follow-ups/{uid}", htmx=True).text.lstrip().startswith(f'<li id="follow-up-{uid}"')
