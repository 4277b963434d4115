"""What happens without leaving the page: scrolling, filters, the panel, errors, and where the focus goes."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_the_timeline_loads_as_one_scrolls(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Long Standing", calls=70))
    rows = page.locator(".timeline .entry")
    expect(rows).to_have_count(50)
    while page.locator(".older .btn").count():
        before = rows.count()
        page.locator("#older, .older").last.scroll_into_view_if_needed()
        expect(rows).not_to_have_count(before)
    expect(rows).to_have_count(70)
    expect(rows.last).to_contain_text("Call number 69")
    headings = page.locator(".month h3").all_text_contents()
    assert len(headings) == len(set(headings))


def test_filters_keep_the_focus(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Some Body", calls=1))
    page.get_by_role("link", name="Coffee", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing of this kind yet")).to_be_visible()
    expect(page.get_by_role("link", name="Coffee", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name="Coffee", exact=True)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"\?type=coffee$"))


def test_logging_from_another_page(open_page, house):
    house.contact("Katherine Johnson")
    page = open_page("bob")
    page.keyboard.press("n")
    search = page.get_by_label("Find the contact")
    expect(search).to_be_focused()
    page.keyboard.type("katherine")
    expect(page.locator(".pick-item")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="With Katherine Johnson")).to_be_visible()
    expect(page.get_by_role("radio", name="Call", exact=True)).to_be_focused()
    page.get_by_label("Notes").fill("Orbits.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#recent")).to_contain_text("Call with Katherine Johnson")
    expect(page.get_by_role("link", name="Log", exact=True)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#recent")).not_to_contain_text("Call with Katherine Johnson")

    page.keyboard.press("n")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_a_refused_form_keeps_all_and_shows_where(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Dorothy Vaughan"))
    page.keyboard.press("n")
    page.get_by_label("Notes").fill("Do not lose me.")
    page.get_by_text("Title, who led, place").click()
    page.get_by_label("Title").fill("abc")
    page.keyboard.press("Control+Enter")
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    title.fill("A proper title")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry-title")).to_have_text("A proper title")


def test_editing_in_place_and_changing_ones_mind(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Mary Jackson", calls=2))
    row = page.locator(".entry").first
    row.hover()
    row.get_by_label("Edit Call number 0").click()
    expect(page.locator(".entry-edit").get_by_label("Title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".entry").first).to_be_focused()
    row.get_by_label("Edit Call number 0").click()
    row.get_by_label("Title").fill("A better title")
    row.get_by_label("Time").fill("2020-01-01T10:00")
    row.get_by_role("button", name="Save").click()
    expect(page.locator(".entry-title")).to_have_text(["Call number 1", "A better title"])
    moved = page.locator(".entry").last
    expect(moved).to_be_focused()
    moved.get_by_label("More about").click()
    page.get_by_role("link", name="History").last.click()
    expect(page.locator(".history")).to_contain_text("title Call number 0")


def test_follow_ups_are_done_and_undone_in_place(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Annie Easley"))
    page.get_by_text("Add a follow-up").click()
    expect(page.get_by_label("What", exact=True)).to_be_focused()
    page.keyboard.type("Send the slides")
    page.keyboard.press("Control+Enter")
    row = page.locator("#contact-side .todo")
    expect(row).to_contain_text("Send the slides")
    row.get_by_role("button", name="Done: Send the slides").click()
    expect(row).to_contain_text("Done: Send the slides")
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(row.get_by_role("button", name="Done: Send the slides")).to_be_visible()
    row.hover()
    row.get_by_role("button", name="Next week").click()
    expect(row).to_contain_text("Put off until Mon")


def test_somebody_else_completed_it(open_page, house):
    address = house.contact("Valerie Thomas")
    meeting = house.meeting(address, purpose="Image processing")
    bob, alice = open_page("bob"), open_page("alice")
    for page in (bob, alice):
        page.goto(f"{meeting}/complete")
    alice.get_by_role("button", name="Complete the meeting").click()
    expect(alice.get_by_text("Completed by Alice")).to_be_visible()
    bob.get_by_label("What was agreed").fill("Do not lose me.")
    bob.get_by_role("button", name="Complete the meeting").click()
    message = bob.locator("#toasts")
    expect(message).to_contain_text("already completed by Alice")
    expect(bob.get_by_label("What was agreed")).to_have_value("Do not lose me.")
    message.get_by_role("link", name="Look at it").click()
    expect(bob.get_by_text("Completed by Alice")).to_be_visible()


def test_without_a_connection_nothing_is_lost(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Evelyn Boyd Granville"))
    page.keyboard.press("n")
    page.get_by_label("Notes").fill("Do not lose me.")
    page.route("**/interactions", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("The server cannot be reached")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    page.unroute("**/interactions")
    page.get_by_label("Notes").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry")).to_contain_text("Do not lose me.")


def test_a_second_sign_in_does_not_lose_the_form_of_the_first(open_page, house):
    address = house.contact("Gladys West")
    page = open_page("bob")
    page.goto(address)
    page.keyboard.press("n")
    page.get_by_label("Notes").fill("Do not lose me.")
    other = page.context.new_page()
    other.goto("/")
    other.locator(".user-menu summary").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile("/sign-in"))
    page.get_by_label("Notes").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("signed")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")


def test_dark_and_back(open_page, house):
    page = open_page("bob", color_scheme="light")

    def ground():
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = ground()
    page.locator(".user-menu summary").click()
    page.locator(".user-menu").get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert ground() != light
    page.locator(".user-menu summary").click()
    page.locator(".user-menu").get_by_role("button", name="Automatic").click()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", "dark")
    assert ground() == light
    page.emulate_media(color_scheme="dark")
    assert ground() != light


def test_menus_close_by_themselves(open_page, house):
    page = open_page("bob")
    menu = page.locator(".user-menu")
    menu.locator("summary").click()
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.get_by_role("heading", name="Today").click()
    expect(menu.get_by_role("button", name="Sign out")).to_be_hidden()


def test_switching_the_site(open_page, house):
    page = open_page("dora")
    page.get_by_role("button", name="Annex").click()
    page.locator(".site-menu summary").click()
    page.locator(".site-menu").get_by_role("button", name="HQ").click()
    expect(page.locator(".site-menu summary")).to_contain_text("HQ")
