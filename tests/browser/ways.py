"""The main ways to write something, each but for the last move: for the tests of a bad network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Locator, Page, expect

import making
from browser.conftest import House

WORDS = "Do not lose me."
# The bar at the top (static/base.css).
ON_ITS_WAY = "getComputedStyle(document.body, '::before').opacity === '1'"


class Ready(NamedTuple):
    """A page on which only the last move is missing."""

    send: Callable[[], Any]
    # What was typed or chosen, and stays while nothing arrives.
    stays: Callable[[], Any]
    # What is seen when it is done.
    done: Callable[[], Any]
    # Lines of history that it writes.
    lines: int = 1


def kept(field: Locator, words: str = WORDS) -> Callable[[], None]:
    return lambda: expect(field).to_have_value(words)


def said(page: Page, words: str) -> Callable[[], None]:
    return lambda: expect(page.locator("#toasts")).to_contain_text(words)


def fresh(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state()


# --- The main ways --------------------------------------------------------------------------------------------------------


def logging_in_the_panel(page: Page, house: House) -> Ready:
    house.contact("Panel Person")
    fresh(page, "/interactions")
    page.keyboard.press("n")
    panel = page.locator("#panel")
    panel.get_by_role("searchbox").fill("Panel Person")
    panel.locator(".pick-item", has_text="Panel Person").click()
    notes = panel.get_by_label("Notes")
    notes.fill(WORDS)
    return Ready(lambda: notes.press("Control+Enter"), kept(notes), said(page, "Logged"))


def logging_on_the_contacts_page(page: Page, house: House) -> Ready:
    fresh(page, house.contact("Page Person"))
    page.get_by_text("Log a call, a meeting, a coffee").click()
    notes = page.get_by_label("Notes")
    notes.fill(WORDS)
    return Ready(page.get_by_role("button", name="Log it").dblclick, kept(notes), said(page, "Logged"))


def scheduling(page: Page, house: House) -> Ready:
    fresh(page, f"/meetings/new?contact={house.contact('Schedule Person').rpartition('/')[2]}")
    purpose = page.get_by_label("Purpose")
    purpose.fill(WORDS)
    return Ready(lambda: purpose.press("Enter"), kept(purpose), said(page, "Scheduled with"))


def completing(page: Page, house: House) -> Ready:
    fresh(page, house.meeting(house.contact("Complete Person"), purpose="Review") + "/complete")
    agreed = page.get_by_label("What was agreed")
    agreed.fill(WORDS)
    page.get_by_label("Action", exact=True).first.fill("Send it")
    send = page.get_by_role("button", name="Complete the meeting").dblclick
    return Ready(send, kept(agreed), said(page, "The meeting is completed"), lines=3)  # with its interaction and follow-up


def editing_a_contact(page: Page, house: House) -> Ready:
    fresh(page, house.contact("Edit Person") + "/edit")
    company = page.get_by_label("Company")
    company.fill(WORDS)
    return Ready(lambda: company.press("Enter"), kept(company), said(page, "saved"))


def editing_in_the_panel(page: Page, house: House) -> Ready:
    house.contact("Peek Person", calls=1)
    fresh(page, "/interactions?q=peek+person")
    page.locator(".row-link").click()
    page.locator("#peek [data-edit]").click()
    notes = page.locator("#peek").get_by_label("Notes")
    notes.fill(WORDS)
    return Ready(page.locator("#peek").get_by_role("button", name="Save").dblclick, kept(notes), said(page, "Saved"))


def adding_a_contact(page: Page, house: House) -> Ready:
    fresh(page, "/contacts/new")
    name = page.get_by_label("Name")
    name.fill(WORDS)
    heading = page.get_by_role("heading", name=WORDS, level=1)
    return Ready(lambda: name.press("Enter"), kept(name), lambda: expect(heading).to_be_visible())


def planning_on_the_board(page: Page, house: House) -> Ready:
    fresh(page, "/follow-ups")
    page.get_by_role("link", name="Add a follow-up").click()
    what = page.get_by_label("What", exact=True)
    what.fill("Plan it")
    return Ready(lambda: what.press("Enter"), kept(what, "Plan it"), said(page, "Follow-up planned: Plan it"))


def follow_up(page: Page, house: House, title: str) -> Locator:
    """One that is overdue, on the board."""
    with house.app.app_context():
        making.plan(house.member("bob"), title, due_on="2020-01-01")
    fresh(page, "/follow-ups")
    return page.locator(".todo", has_text=title)


def doing_a_follow_up(page: Page, house: House) -> Ready:
    row = follow_up(page, house, "Do it")
    tick = row.get_by_role("button", name="Done: Do it")
    done = page.get_by_text("Done: Do it")
    return Ready(tick.dblclick, lambda: expect(tick).to_be_enabled(), lambda: expect(done).to_be_visible())


def putting_one_off(page: Page, house: House) -> Ready:
    row = follow_up(page, house, "Put it off")
    row.hover()
    row.get_by_label("More for Put it off").click()
    until = row.get_by_role("button", name="Next week")
    done = page.get_by_text(re.compile("Put off until"))
    return Ready(until.dblclick, lambda: expect(row).to_contain_text("Put it off"), lambda: expect(done).to_be_visible())


def editing_one_on_the_board(page: Page, house: House) -> Ready:
    row = follow_up(page, house, "Edit it")
    row.hover()
    row.get_by_label("More for Edit it").click()
    row.get_by_role("link", name="Edit, assign, remind").click()
    what = page.locator(".todo-edit").get_by_label("What", exact=True)
    what.fill("Edited it")
    done = page.locator(".todo-title", has_text="Edited it")
    return Ready(lambda: what.press("Enter"), kept(what, "Edited it"), lambda: expect(done).to_be_visible())


def dragging_one_to_another_column(page: Page, house: House) -> Ready:
    row = follow_up(page, house, "Drag it")
    column = page.locator("[data-column=undated]")
    overdue = page.locator(".board-column", has_text="Overdue").locator(".todo", has_text="Drag it")
    return Ready(lambda: row.drag_to(column), lambda: expect(overdue).to_be_visible(), said(page, "No date: Drag it"))


def tagging_many(page: Page, house: House) -> Ready:
    for name in ("Bulk One", "Bulk Two"):
        house.contact(name)
    fresh(page, "/contacts?search=bulk+")
    page.get_by_label("Select all").check()
    page.locator(".bulk summary", has_text="Tag").click()
    tags = page.get_by_label("Tags, separated by commas")
    tags.fill("spring")
    return Ready(lambda: tags.press("Enter"), kept(tags, "spring"), said(page, "2 contacts tagged."), lines=2)


def changing_many_interactions(page: Page, house: House) -> Ready:
    house.contact("Several Person", calls=2)
    fresh(page, "/interactions?q=several+person")
    page.locator("[data-all]").check()
    page.locator(".several summary", has_text="Topics").click()
    topics = page.get_by_label("Add topics")
    topics.fill("pricing")
    return Ready(lambda: topics.press("Enter"), kept(topics, "pricing"), said(page, "2 interactions are changed."), lines=2)


def moving_a_meeting(page: Page, house: House) -> Ready:
    house.meeting(house.contact("Drag Person"), scheduled_datetime="2031-06-10T10:00:00Z")
    fresh(page, "/meetings/calendar?date=2031-06-10")
    event, day = page.locator(".event", has_text="Drag Person"), page.locator("td[data-day='2031-06-12']")
    where = page.locator("td[data-day='2031-06-10'] .event")
    return Ready(lambda: event.drag_to(day), lambda: expect(where).to_be_visible(), said(page, "Moved to"))


def adding_to_an_agenda(page: Page, house: House) -> Ready:
    fresh(page, house.meeting(house.contact("Agenda Person")))
    point = page.get_by_label("A point for the agenda")
    point.fill("Budget")
    done = page.locator(".point-text", has_text="Budget")
    return Ready(lambda: point.press("Enter"), kept(point, "Budget"), lambda: expect(done).to_have_count(1))


def importing(page: Page, house: House) -> Ready:
    fresh(page, "/imports")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Name\nImported Person\n"}
    page.get_by_label("A CSV or vCard file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    start = page.get_by_role("button", name="Import 1 contact")
    start.wait_for()
    page.wait_for_load_state()
    waits = page.get_by_text("Waiting for its turn.")
    return Ready(start.dblclick, lambda: expect(start).to_be_enabled(), lambda: expect(waits).to_be_visible(), lines=0)


def merging(page: Page, house: House) -> Ready:
    kept_one, other = house.contact("Merge Person", company="First"), house.contact("Merge Persón", company="Second")
    fresh(page, f"{kept_one}/merge?with={other.rpartition('/')[2]}")
    second = page.get_by_role("radio", name="Second")
    second.check()
    merge = page.get_by_role("button", name="Merge")
    return Ready(merge.dblclick, lambda: expect(second).to_be_checked(), said(page, "Two became one"), lines=2)


def undoing(page: Page, house: House) -> Ready:
    fresh(page, house.meeting(house.contact("Undo Person")))
    page.locator(".page-head .menu summary").click()
    page.get_by_role("button", name="Delete").click()
    undo = page.get_by_role("button", name="Undo")
    undo.wait_for()
    page.wait_for_load_state()
    return Ready(undo.dblclick, lambda: expect(undo).to_be_enabled(), said(page, "The meeting is back"))


def saving_a_view(page: Page, house: House) -> Ready:
    fresh(page, "/interactions?q=something")
    page.locator("summary", has_text="Save view").click()
    name = page.get_by_label("Name of the view")
    name.fill("My view")
    return Ready(lambda: name.press("Enter"), kept(name, "My view"), said(page, "Saved as"), lines=0)


def changing_the_profile(page: Page, house: House) -> Ready:
    fresh(page, "/settings")
    zone = page.get_by_label("Time zone")
    zone.fill("Europe/Berlin")
    return Ready(lambda: zone.press("Enter"), kept(zone, "Europe/Berlin"), said(page, "Your profile is saved."), lines=0)


def making_a_token(page: Page, house: House) -> Ready:
    """Its answer is kept nowhere: another try says that there is one, and makes none."""
    fresh(page, "/settings/tokens")
    name = page.get_by_label("Name")
    name.fill(WORDS)
    unseen = page.get_by_role("heading", name=f"“{WORDS}” was made, but can be shown no more")
    return Ready(lambda: name.press("Enter"), kept(name), lambda: expect(unseen).to_be_focused(), lines=0)


WAYS = (
    logging_in_the_panel,
    logging_on_the_contacts_page,
    scheduling,
    completing,
    editing_a_contact,
    editing_in_the_panel,
    adding_a_contact,
    planning_on_the_board,
    doing_a_follow_up,
    putting_one_off,
    editing_one_on_the_board,
    dragging_one_to_another_column,
    tagging_many,
    changing_many_interactions,
    moving_a_meeting,
    adding_to_an_agenda,
    importing,
    merging,
    undoing,
    saving_a_view,
    changing_the_profile,
    making_a_token,
)
