"""Meetings and follow-ups, with the keyboard, the mouse, and on a phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

import making

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# A Wednesday, noon in Berlin: in the middle of a week and of a month, and far enough ahead.
WEDNESDAY = datetime(2030, 5, 15, 10, tzinfo=UTC)


def follow_up(house, title: str, **fields) -> None:
    with house.app.app_context():
        making.plan(house.member("bob"), title, **fields)


def event(page: Page, name: str):
    return page.locator(".event", has_text=name)


def wide(page: Page) -> None:
    """Nothing sticks out to the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_meeting_is_moved_in_the_calendar_with_the_keyboard(open_page, house):
    house.meeting(house.contact("Hedy Lamarr"), scheduled_datetime=WEDNESDAY.isoformat())
    page = open_page("bob")
    page.goto("/meetings/calendar?view=week&date=2030-05-15")
    hedy = event(page, "Hedy Lamarr")
    hedy.focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#toasts")).to_contain_text("Moved to Thu 16 May 2030, 12:00.")
    expect(page.locator("[data-day='2030-05-16'] .event")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#toasts")).to_contain_text("12:15")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(hedy.locator(".event-time")).to_have_text("12:00")
    page.get_by_role("link", name="Month", exact=True).click()
    expect(page).to_have_url(re.compile(r"view=month&date=2030-05-15"))
    expect(page.locator("td[data-day='2030-05-16']")).to_contain_text("Hedy Lamarr")
    hedy.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Meeting with Hedy Lamarr", level=1)).to_be_visible()


def test_the_calendar_goes_along_with_a_meeting_that_leaves_it(open_page, house):
    house.meeting(house.contact("Lise Meitner"), scheduled_datetime=(WEDNESDAY - timedelta(days=30)).isoformat())
    page = open_page("bob")
    page.goto("/meetings/calendar?view=week&date=2030-04-15")
    event(page, "Lise Meitner").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.get_by_role("heading", name="8 Apr – 14 Apr 2030")).to_be_visible()
    expect(page.locator("[data-day='2030-04-14'] .event")).to_be_focused()


def test_the_list_is_searched_with_the_keyboard(open_page, house):
    for name, purpose in {"Chien-Shiung Wu": "Parity", "Vera Rubin": "Rotation curves"}.items():
        house.meeting(house.contact(name), scheduled_datetime=WEDNESDAY.isoformat(), purpose=purpose)
    page = open_page("bob")
    page.goto("/meetings")
    page.keyboard.press("f")
    page.keyboard.type("rotation")
    expect(page.locator(".agenda-line")).to_have_count(1)
    expect(page.get_by_label("Search the meetings")).to_be_focused()
    expect(page).to_have_url(re.compile("q=rotation"))
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Mine").press("Enter")
    expect(page.get_by_role("link", name="Mine")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("link", name="Mine")).to_be_focused()
    expect(page.locator(".agenda-line")).to_contain_text("Vera Rubin")
    page.get_by_role("link", name="Week", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("view=week&whose=mine"))


def test_a_meeting_is_dragged_and_a_free_place_schedules(open_page, house):
    house.meeting(house.contact("Mary Anning"), scheduled_datetime=(WEDNESDAY + timedelta(days=28)).isoformat())
    page = open_page("bob")
    page.goto("/meetings/calendar?date=2030-06-12")
    event(page, "Mary Anning").drag_to(page.locator("td[data-day='2030-06-20']"))
    expect(page.locator("td[data-day='2030-06-20']")).to_contain_text("12:00")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("td[data-day='2030-06-12']")).to_contain_text("Mary Anning")
    page.goto("/meetings/calendar?view=week&date=2030-06-12")
    # The grid begins at eight and shows eleven hours: the middle is half past one.
    event(page, "Mary Anning").drag_to(page.locator(".week-slots[data-day='2030-06-14']"), source_position={"x": 20, "y": 1})
    expect(page.locator("[data-day='2030-06-14'] .event-time")).to_have_text("13:30")
    page.locator(".week-slots[data-day='2030-06-11']").click(position={"x": 40, "y": 5})
    page.get_by_label("Find the contact").fill("mary anning")
    page.get_by_role("link", name=re.compile("Mary Anning")).click()
    expect(page.get_by_label("Time")).to_have_value("2030-06-11T08:00")


def test_a_month_on_a_phone_is_a_list_of_days(open_page, house):
    address = house.meeting(house.contact("Hedy Lamarr"), scheduled_datetime="2030-08-15T10:00:00Z")
    page = open_page("bob", **PHONE)
    page.goto("/meetings/calendar?date=2030-08-01")
    wide(page)
    expect(page.locator("td[data-day='2030-08-14']")).to_be_hidden()
    expect(page.get_by_role("link", name="Schedule on Thursday 15 August")).to_be_visible()
    event(page, "Hedy Lamarr").tap()
    expect(page).to_have_url(house.address + address)
    wide(page)


def test_the_agenda_in_order_with_the_keyboard(open_page, house):
    page = open_page("bob")
    page.goto(house.meeting(house.contact("Maria Mitchell"), agenda_items=["Stars", "Comets", "Budget"]))
    points = page.locator(".point-text")
    page.get_by_label("Up: Budget").press("Enter")
    expect(points).to_have_text(["Stars", "Budget", "Comets"])
    expect(page.get_by_label("Up: Budget")).to_be_focused()
    page.keyboard.press("Enter")
    expect(points).to_have_text(["Budget", "Stars", "Comets"])
    page.get_by_label("A point for the agenda").fill("Telescopes")
    page.keyboard.press("Enter")
    expect(points).to_have_text(["Budget", "Stars", "Comets", "Telescopes"])
    expect(page.get_by_label("A point for the agenda")).to_be_focused()
    page.locator("[data-point=Telescopes]").drag_to(page.locator("[data-point=Budget]"))
    expect(points).to_have_text(["Telescopes", "Budget", "Stars", "Comets"])


def test_nobody_came_and_minutes_that_are_corrected(open_page, house):
    past = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    contact = house.contact("Ada Yonath")
    house.contact("Rosalind Franklin", company="King’s College")
    page = open_page("bob")
    page.goto(house.meeting(contact, purpose="Ribosomes", scheduled_datetime=past))
    page.get_by_role("link", name="Complete").click()
    page.get_by_role("radio", name="Nobody came").check()
    expect(page.get_by_label("What was agreed")).to_be_hidden()
    page.get_by_role("button", name="Note that nobody came").click()
    expect(page.locator(".meeting-when")).to_contain_text("Nobody came")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Complete").click()
    page.get_by_label("Who was there: new ones").press_sequentially("Rosal")
    expect(page.locator("#people option")).to_have_attribute("value", "Rosalind Franklin")
    page.get_by_label("Who was there: new ones").fill("Rosalind Franklin")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Complete the meeting").click()
    expect(page.get_by_text("Ada Yonath, Bob, Rosalind Franklin")).to_be_visible()
    page.get_by_role("link", name="Edit the minutes").click()
    page.get_by_role("textbox", name="What was agreed").fill("They publish.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("They publish.")).to_be_visible()
    expect(page.get_by_role("link", name="Edit the minutes")).to_be_visible()


def test_the_board_by_mouse_and_by_keyboard(open_page, house):
    follow_up(house, "Drag me", due_on="2020-01-01")
    page = open_page("bob")
    page.goto("/follow-ups")
    row = page.locator("#" + str(page.locator(".todo", has_text="Drag me").get_attribute("id")))
    row.drag_to(page.locator("[data-column=undated]"))
    expect(page.locator("[data-column=undated]")).to_contain_text("Drag me")
    expect(row).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("region", name=re.compile("Overdue"))).to_contain_text("Drag me")
    row.get_by_label("More for Drag me").press("Enter")
    row.get_by_role("button", name="No date").press("Enter")
    expect(row).to_contain_text("No date any more: Drag me")
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(row.get_by_label("More for Drag me")).to_be_attached()
    row.get_by_label("More for Drag me").press("Enter")
    row.get_by_role("link", name="Edit, assign, remind").press("Enter")
    expect(row.get_by_label("What")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    row.get_by_label("More for Drag me").press("Enter")
    row.get_by_role("link", name="Edit, assign, remind").press("Enter")
    row.get_by_label("Due").fill("")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-column=undated]")).to_contain_text("Drag me")


def test_a_follow_up_is_added_on_the_board_with_the_keyboard(open_page, house):
    house.contact("Emmy Noether")
    page = open_page("bob")
    page.goto("/follow-ups")
    add = page.get_by_role("link", name="Add a follow-up")
    add.press("Enter")
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(add).to_be_focused()
    expect(page.get_by_label("What", exact=True)).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    page.keyboard.type("Ask about symmetry")
    page.keyboard.press("Tab")
    page.keyboard.type("Emmy")
    expect(page.locator("#people option")).to_have_attribute("value", "Emmy Noether")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("No contact is called “Emmy”")).to_be_visible()
    expect(page.get_by_label("With", exact=True)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" noether")
    page.keyboard.press("Control+Enter")
    row = page.locator("[data-column=undated] .todo", has_text="Ask about symmetry")
    expect(row).to_contain_text("Emmy Noether")
    expect(row).to_be_focused()


def test_what_is_done_is_opened_again(open_page, house):
    follow_up(house, "Too early", due_on="2020-01-01")
    for options in ({}, PHONE):
        page = open_page("bob", **options)
        page.goto("/follow-ups")
        page.wait_for_load_state()
        page.get_by_role("button", name="Done: Too early").press("Enter")
        expect(page.locator(".todo-gone")).to_contain_text("Done: Too early")
        page.get_by_role("link", name="Done", exact=True).press("Enter")
        row = page.locator("#done .todo", has_text="Too early")
        row.get_by_role("button", name="Open again").press("Enter")
        expect(row).to_contain_text("Open again: Too early")
        page.keyboard.press("Enter")  # the focus is on Undo
        expect(row).to_contain_text("Done: Too early")
        page.keyboard.press("Enter")
        expect(row.get_by_role("button", name="Done: Too early")).to_be_attached()
        wide(page)
        page.get_by_role("link", name="Open", exact=True).press("Enter")
        expect(page.locator("#board .todo")).to_contain_text("Too early")


def test_the_board_on_a_phone(open_page, house):
    follow_up(house, "Tap me", due_on="2020-01-01")
    page = open_page("bob", **PHONE)
    page.goto("/follow-ups")
    wide(page)
    row = page.locator(".todo", has_text="Tap me")
    row.get_by_role("button", name="Tomorrow").tap()
    expect(row).to_contain_text("Put off until")
    page.get_by_role("link", name="Add a follow-up").tap()
    page.get_by_label("What", exact=True).fill("Buy stamps")
    page.get_by_role("button", name="Add", exact=True).tap()
    expect(page.locator("[data-column=undated]")).to_contain_text("Buy stamps")
    wide(page)
