"""What was typed and is open nowhere is offered again, and two tabs do not write over each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.audit import violations
from browser.conftest import sign_in
from browser.test_drafts import KEPT, close_and_reopen, note, sign_out_elsewhere, wait_until_kept


def offer(page: Page):
    return page.locator("#unsaved")


def begun_in_the_panel(page: Page, name: str):
    """A talk with somebody, half written down in the panel."""
    page.goto("/interactions")
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.locator("#panel").get_by_role("searchbox").fill(name)
    page.locator("#panel .pick-item", has_text=name).click()
    page.locator("#panel").get_by_label("Notes").fill("Do not lose me.")
    wait_until_kept(page)


def test_the_next_page_offers_what_was_begun_in_a_panel(open_page, house):
    address = house.contact("Ada Panel")
    page = open_page("bob")
    begun_in_the_panel(page, "Ada Panel")
    sign_out_elsewhere(page)
    page = close_and_reopen(page, "/sign-in")
    sign_in(page, "bob")
    expect(offer(page)).to_contain_text("Not saved: Log an interaction with Ada Panel, a moment ago")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []

    # Put aside: this tab does not ask again, the words stay.
    page.get_by_role("button", name="Later: Log an interaction with Ada Panel").press("Enter")
    expect(offer(page)).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    page = close_and_reopen(page, "/contacts")
    page.get_by_role("link", name="Continue: Log an interaction with Ada Panel").press("Enter")
    expect(note(page)).to_contain_text("Restored what you typed")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    expect(offer(page)).to_have_count(0)
    page.get_by_role("button", name="Log it").click()
    expect(page).to_have_url(house.address + address)
    expect(page.locator(".entry")).to_have_count(1)
    wait_until_kept(page, 0)


def test_closing_a_panel_says_so_and_discarding_forgets(open_page, house):
    house.contact("Ada Closed")
    page = open_page("bob", viewport={"width": 390, "height": 844})
    begun_in_the_panel(page, "Ada Closed")
    page.keyboard.press("Escape")
    expect(offer(page)).to_contain_text("Log an interaction with Ada Closed")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Discard: Log an interaction with Ada Closed").click()
    expect(offer(page)).to_have_count(0)
    assert page.evaluate(KEPT) == []


def test_two_tabs_on_one_form_keep_both(open_page, house):
    address = house.contact("Ada Twice") + "/edit"
    one = open_page("bob")
    one.goto(address)
    one.get_by_label("Company").fill("The first tab")
    wait_until_kept(one)
    two = one.context.new_page()
    two.goto(address)
    two.wait_for_load_state()
    two.get_by_label("Company").fill("The second tab")
    wait_until_kept(two, 2)

    # Each finds its own.
    one.reload()
    expect(note(one)).to_contain_text("Restored")
    expect(one.get_by_label("Company")).to_have_value("The first tab")
    two.reload()
    expect(note(two)).to_contain_text("Restored")
    expect(two.get_by_label("Company")).to_have_value("The second tab")
    assert len(one.evaluate(KEPT)) == 2

    # Both closed: one is restored, the other offered.
    other = one.context.new_page()
    one.close()
    two.close()
    other.goto("/")
    other.wait_for_function("openElsewhere().then((names) => names.size === 0)")
    other.goto(address)
    expect(note(other).filter(has_text="Restored")).to_have_count(1)
    expect(other.get_by_label("Company")).to_have_value("The second tab")
    expect(offer(other)).to_contain_text("Edit Ada Twice")
    offer(other).get_by_role("link", name="Continue").click()
    expect(other.get_by_label("Company")).to_have_value("The first tab")
    assert len(other.evaluate(KEPT)) == 2


@pytest.mark.parametrize("late", ["the script", "the person"])
def test_what_was_typed_before_the_page_was_there(open_page, house, late):
    """The scripts come late: what is typed meanwhile is neither replaced by a draft nor left out of one."""
    page = open_page("bob")
    page.goto("/contacts/new")
    page.get_by_label("Name").fill("An old draft")
    wait_until_kept(page)
    held = []
    page.route("**/drafts.js*", lambda route: held.append(route))
    with page.expect_request("**/drafts.js*"):
        page.goto("/contacts/new", wait_until="commit")
    page.get_by_label("Name").wait_for()
    if late == "the script":
        page.get_by_label("Name").fill("Typed early")
    held[0].continue_()
    if late == "the person":
        expect(page.get_by_label("Name")).to_have_value("An old draft")
        return
    expect(offer(page)).to_contain_text("Not saved: New contact")
    expect(page.get_by_label("Name")).to_have_value("Typed early")
    wait_until_kept(page, 2)
