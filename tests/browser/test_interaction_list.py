"""The list of interactions and the search, with the keyboard alone and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from browser.audit import violations

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def ready(page, path):
    page.goto(path)
    page.wait_for_load_state()


def test_along_the_list_with_the_keyboard_alone(open_page, house):
    house.contact("Keyed In", calls=3)
    page = open_page("bob")
    ready(page, "/interactions?q=keyed")
    page.keyboard.press("f")
    expect(page.get_by_label("Search these interactions")).to_be_focused()
    rows = page.locator("[data-line] .row-link")
    expect(rows).to_have_count(3)
    page.keyboard.press("ArrowDown")  # out of the field, to what it has found
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.locator("#peek")
    expect(panel.get_by_role("heading", name="Call number 0")).to_be_visible()
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("heading", name="Call number 1")).to_be_visible()
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("e")
    title = panel.get_by_label("Title")
    expect(title).to_be_focused()
    title.fill("A better title")
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_role("heading", name="A better title")).to_be_visible()
    expect(panel.locator(".history")).to_contain_text("title Call number 1")
    expect(rows.nth(1)).to_have_text("A better title")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(rows.nth(1)).to_be_focused()


def test_editing_in_the_cells_with_the_keyboard_alone(open_page, house):
    house.contact("Typed Over", calls=2)
    page = open_page("bob")
    ready(page, "/interactions?q=typed")
    row = page.locator("[data-line]").first
    page.keyboard.press("j")
    page.keyboard.press("e")
    title = page.get_by_label("Title: Call number 0")
    expect(title).to_be_focused()
    page.keyboard.type("Written in its cell")
    page.keyboard.press("Tab")  # saves, and goes on
    expect(page.get_by_label("Led by: Written in its cell")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Minutes: Written in its cell")).to_be_focused()
    page.keyboard.type("25")
    page.keyboard.press("Tab")
    mood = page.get_by_role("group", name="Mood: Written in its cell")
    expect(mood.get_by_role("button", name="Good")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row.locator(".row-link")).to_be_focused()
    expect(row).to_contain_text("Difficult")
    expect(row.locator(".col-length")).to_have_text("25 min")
    page.keyboard.press("z")
    expect(row).not_to_contain_text("Difficult")
    expect(row).to_contain_text("Written in its cell")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Title: Written in its cell")).to_be_focused()
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    expect(row.locator(".row-link")).to_be_focused()
    expect(row.locator(".row-link")).to_have_text("Written in its cell")


def test_a_click_on_a_cell_and_one_beside_it(open_page, house):
    house.contact("Clicked On", calls=2)
    page = open_page("bob")
    ready(page, "/interactions?q=clicked")
    row = page.locator("[data-line]").first
    row.get_by_role("checkbox").check()
    row.locator(".col-type").click()
    expect(row.get_by_role("button", name="Call", exact=True)).to_be_focused()
    assert list(violations(page, within=".cell-form")) == []
    row.get_by_role("button", name="Lunch").click()
    expect(row.locator(".type-lunch")).to_be_visible()
    expect(row.get_by_role("checkbox")).to_be_checked()
    row.locator(".col-length").click()
    expect(page.get_by_label("Minutes: Call number 0")).to_be_focused()
    page.keyboard.type("40")
    page.locator("h1").click()
    expect(row.locator(".col-length")).to_have_text("40 min")
    row.locator(".col-follow").click()
    expect(page.get_by_label("What: Call number 0")).to_be_focused()
    assert list(violations(page, within=".cell-form")) == []
    page.get_by_role("button", name="Cancel").click()
    row.locator(".row-link").click()
    panel = page.locator("#peek")
    expect(panel.get_by_role("heading", name="Call number 0")).to_be_visible()
    row.locator(".col-type").click()
    row.get_by_role("button", name="Coffee").click()
    expect(panel.locator(".type-coffee")).to_be_visible()


def test_more_rows_take_the_focus_with_them(open_page, house):
    house.contact("Very Busy", calls=55)
    page = open_page("bob", viewport={"width": 1280, "height": 500})
    ready(page, "/interactions?q=busy&sort=title")
    rows = page.locator("[data-line] .row-link")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Load more").press("Enter")
    expect(rows).to_have_count(55)
    expect(rows.nth(50)).to_be_focused()


def test_ticking_changing_and_undoing(open_page, house):
    house.contact("Ticked Off", calls=3)
    page = open_page("bob")
    ready(page, "/interactions?q=ticked")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    bar = page.locator("#several")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_text("Contact", exact=True).press("Enter")
    expect(bar.get_by_label("Find the contact to move them to")).to_be_focused()
    expect(bar.get_by_role("radio").first).to_be_visible()  # whom one talked to last, without a letter typed
    page.keyboard.press("Escape")
    bar.get_by_text("Mood", exact=True).click()
    bar.get_by_role("button", name="Difficult").click()
    expect(page.locator("#toasts")).to_contain_text("2 interactions are changed.")
    expect(page.locator(".col-mood .mood-negative")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="3 interactions")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".col-mood .mood-negative")).to_have_count(0)


def test_filters_chips_and_a_view(open_page, house):
    house.contact("Filtered Out", calls=2)
    page = open_page("bob")
    ready(page, "/interactions")
    page.get_by_label("Search these interactions").fill("filtered")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"\?q=filtered$"))
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Find a contact to filter by").fill("filtered")
    page.get_by_label("Find a contact to filter by").press("Enter")  # sooner than the answer
    expect(page.get_by_role("radio", name="Filtered Out")).to_be_checked()
    page.get_by_role("button", name="Apply").click()
    chip = page.get_by_role("link", name="Contact Filtered Out Remove this filter")
    expect(chip).to_be_visible()
    page.get_by_text("Save view").click()
    page.get_by_label("Name of the view").fill("About filters")
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("navigation", name="Views").get_by_role("link", name="About filters")).to_have_attribute(
        "aria-current", "page"
    )
    chip.press("Enter")
    expect(chip).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="2 interactions")).to_be_focused()
    expect(page.get_by_role("button", name="Save changes")).to_be_visible()


def test_searching_everything_and_by_rows(open_page, house):
    address = house.contact("Sought After", calls=1)
    house.meeting(address, purpose="Sought for")
    page = open_page("bob")
    ready(page, "/search")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.type("sought")
    expect(page.locator("mark").first).to_have_text("Sought")
    for group in ("Contacts", "Interactions", "Meetings"):
        expect(page.get_by_role("heading", name=group)).to_be_visible()
    page.get_by_role("link", name="Filters").click()
    page.wait_for_load_state()
    page.get_by_label("Field").select_option("type")
    page.get_by_label("Condition").select_option("in")
    page.get_by_role("checkbox", name="Call", exact=True).check()
    page.get_by_role("button", name="Add a filter").click()
    expect(page.get_by_label("Field").nth(1)).to_be_focused()
    page.get_by_label("Value", exact=True).fill("number 0")
    page.get_by_label("And every word").fill("sought")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"f1=type.*f2=title"))
    page.reload()
    expect(page.locator("[data-line]")).to_have_count(1)
    page.get_by_role("button", name="Remove filter 2").click()
    expect(page.locator(".rule")).to_have_count(1)


def test_one_of_several_contacts_with_the_keyboard_alone(open_page, house):
    for name in ("Long Ago", "Once Upon", "Never Mind"):
        house.contact(name, calls=1)
    for number in range(8):
        house.contact(f"Latest {number}", calls=1)
    page = open_page("bob")
    ready(page, "/search?by=filters")
    page.get_by_label("Field").select_option(label="Contact")
    page.get_by_label("Condition").select_option(label="is one of")
    search = page.get_by_label("Find the contacts")
    expect(search).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(8)
    expect(page.get_by_label("Long Ago")).to_have_count(0)
    search.focus()
    for name in ("Long Ago", "Once Upon"):
        page.keyboard.type(name.lower())
        page.keyboard.press("Enter")  # sooner than the answer
        expect(page.get_by_label(name)).to_be_checked()
        expect(search).to_have_value("")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Long Ago")).to_be_checked()


def test_on_a_phone(open_page, house):
    house.contact("Pocket Sized", calls=2)
    page = open_page("bob", **PHONE)
    ready(page, "/interactions?q=pocket")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".row-link").first.tap()
    panel = page.locator("#peek")
    expect(panel.get_by_role("heading", name="Call number 0")).to_be_visible()
    panel.get_by_role("button", name="Close").tap()
    expect(panel).to_be_hidden()
    page.get_by_text("Filter", exact=True).tap()
    page.get_by_role("form", name="Filters").get_by_role("checkbox", name="Coffee").tap()
    page.get_by_role("button", name="Apply").tap()
    expect(page.get_by_text("No interaction matches")).to_be_visible()


def test_two_versions_of_an_edit(open_page, house):
    house.contact("Torn Between", calls=1)
    alice, bob = open_page("alice"), open_page("bob")
    for page in (alice, bob):
        ready(page, "/interactions?q=torn")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#peek").get_by_role("heading", name="Call number 0")).to_be_visible()
        page.keyboard.press("e")
        expect(page.locator("#peek").get_by_label("Title")).to_be_focused()
    alice.keyboard.type("Alice was here")
    alice.get_by_label("Notes").fill("Her notes")
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(".detail-notes")).to_have_text("Her notes")
    bob.locator("#peek").get_by_label("Title").fill("Bob was here")
    bob.keyboard.press("Control+Enter")
    box = bob.locator(".conflict")
    expect(box).to_be_focused()
    expect(box).to_contain_text("Alice changed this")
    expect(box.get_by_role("group", name="Notes").get_by_label("Theirs")).to_be_checked()
    box.get_by_role("group", name="Title").get_by_label("Theirs").check()
    bob.get_by_label("Title", exact=True).fill("Bob once more")  # goes on typing: his own version
    expect(box.get_by_role("group", name="Title").get_by_label("Yours")).to_be_checked()
    bob.keyboard.press("Control+Enter")
    expect(bob.locator(".detail-notes")).to_have_text("Her notes")
    expect(bob.locator("#peek").get_by_role("heading", name="Bob once more")).to_be_visible()
