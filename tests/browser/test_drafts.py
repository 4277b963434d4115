"""Nothing typed is lost: a closed tab, an expired sign-in, a lost connection; and nothing is written twice."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from browser.audit import violations
from browser.conftest import PASSWORD, sign_in

KEPT = "() => Object.keys(localStorage).filter((name) => name.startsWith('draft:'))"


def note(page: Page):
    return page.locator(".draft-note")


def wait_until_kept(page: Page, count: int = 1):
    page.wait_for_function(f"(count) => ({KEPT})().length === count", arg=count)


def close_and_reopen(page: Page, address: str) -> Page:
    """The tab is closed, and another one of the same browser opened."""
    other = page.context.new_page()
    page.close()
    other.goto(address)
    return other


def sign_out_elsewhere(page: Page):
    """The sign-in has ended without this page: its cookie is gone."""
    page.context.clear_cookies()


def test_a_closed_tab(open_page, house):
    address = house.contact("Ada Lovelace", tags=["vip"])
    page = open_page("bob")
    page.goto(address)
    expect(note(page)).to_have_count(0)
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.get_by_role("radio", name="Coffee").check()
    page.get_by_label("Notes").fill("Do not lose me.")
    page.get_by_label("Topics: new ones, separated by commas").fill("pricing")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Good").check()

    page = close_and_reopen(page, address)
    expect(note(page)).to_contain_text("Restored what you typed a moment ago.")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    expect(page.get_by_role("radio", name="Coffee")).to_be_checked()
    expect(page.get_by_role("radio", name="Good")).to_be_checked()
    expect(page.get_by_role("checkbox", name="pricing")).to_be_checked()
    page.get_by_label("Notes").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry")).to_contain_text("Do not lose me.")
    # Saved: nothing is kept.
    wait_until_kept(page, 0)
    page.reload()
    expect(page.locator(".entry")).to_have_count(1)
    expect(note(page)).to_have_count(0)


def test_rows_and_ticks_of_an_edit_and_its_conflict(open_page, house):
    address = house.contact("Grace Hopper", emails=["grace@example.com"])
    page = open_page("bob")
    page.goto(f"{address}/edit")
    page.get_by_label("E-mail").nth(1).fill("hopper@example.com")
    page.get_by_label("Company").fill("Navy")
    page.get_by_text("What counts as a talk").click()
    page.get_by_role("checkbox", name="Coffee").check()
    wait_until_kept(page)

    alice = open_page("alice")
    alice.goto(f"{address}/edit")
    alice.get_by_label("Company").fill("Harvard")
    alice.get_by_role("button", name="Save").click()
    expect(alice).to_have_url(house.address + address)

    page = close_and_reopen(page, f"{address}/edit")
    expect(note(page)).to_be_visible()
    expect(page.get_by_label("E-mail").nth(1)).to_have_value("hopper@example.com")
    expect(page.get_by_role("checkbox", name="Coffee")).to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-conflict]")).to_contain_text("Alice changed this")
    expect(page.locator("[data-conflict]")).to_contain_text("Harvard")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(house.address + address)
    expect(page.locator("#main")).to_contain_text("Navy")
    expect(page.locator("#main")).to_contain_text("hopper@example.com")


def test_discarding_with_the_keyboard(open_page, house):
    page = open_page("bob")
    page.goto("/contacts/new")
    page.get_by_label("Name").fill("Nobody yet")
    page.get_by_label("E-mail").first.fill("nobody@example.com")
    wait_until_kept(page)
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("Nobody yet")
    expect(note(page)).to_contain_text("Restored")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.get_by_role("button", name="Discard").focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("")
    expect(page.get_by_label("Name")).to_be_focused()
    wait_until_kept(page, 0)
    # It is a form like any other: it keeps again, and sends.
    page.keyboard.type("Somebody")
    wait_until_kept(page)
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_role("heading", name="Somebody", level=1)).to_be_visible()


def test_another_user_sees_nothing_and_signing_out_forgets(open_page, house):
    address = house.contact("Katherine Johnson")
    page = open_page("bob")
    page.goto(f"/meetings/new?contact={address.rpartition('/')[2]}")
    page.get_by_label("Purpose").fill("A secret")
    wait_until_kept(page)
    sign_out_elsewhere(page)
    sign_in(page, "alice")
    page.goto(f"/meetings/new?contact={address.rpartition('/')[2]}")
    expect(page.get_by_label("Purpose")).to_have_value("")
    expect(note(page)).to_have_count(0)
    sign_out_elsewhere(page)
    sign_in(page, "bob")
    page.goto(f"/meetings/new?contact={address.rpartition('/')[2]}")
    expect(page.get_by_label("Purpose")).to_have_value("A secret")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate(KEPT) == []


def test_an_expired_sign_in(open_page, house):
    contact = house.contact("Mary Jackson").rpartition("/")[2]
    page = open_page("bob")
    page.goto(f"/meetings/new?contact={contact}")
    page.get_by_label("Purpose").fill("Quarterly review")
    page.get_by_label("Agenda").first.fill("Pricing")
    sign_out_elsewhere(page)
    page.get_by_role("button", name="Schedule").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("You have been signed out. What you wrote is kept")
    expect(page.get_by_label("Purpose")).to_have_value("Quarterly review")
    toast.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail or user name").fill("bob@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{house.address}/meetings/new?contact={contact}")
    expect(note(page)).to_contain_text("Restored")
    expect(page.get_by_label("Agenda").first).to_have_value("Pricing")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("heading", name="Quarterly review", level=1)).to_be_visible()


def test_an_expired_sign_in_in_the_panel_leads_to_the_form_by_itself(open_page, house):
    contact = house.contact("Dorothy J. Vaughan").rpartition("/")[2]
    page = open_page("bob")
    page.goto("/interactions")
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.locator("#panel").get_by_role("searchbox").fill("Vaughan")
    page.locator("#panel .pick-item", has_text="Dorothy J. Vaughan").click()
    page.locator("#panel").get_by_label("Notes").fill("Do not lose me.")
    sign_out_elsewhere(page)
    page.keyboard.press("Control+Enter")
    page.locator("#toasts").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail or user name").fill("bob@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{house.address}/interactions/new?contact={contact}")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    page.get_by_role("button", name="Log it").click()
    expect(page).to_have_url(f"{house.address}/contacts/{contact}")
    expect(page.locator(".entry")).to_contain_text("Do not lose me.")
    wait_until_kept(page, 0)


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_a_lost_connection(open_page, house, lost):
    """The way there breaks, or only the way back: trying again makes one row."""
    address = house.contact(f"Annie Easley {lost}")
    page = open_page("bob", viewport={"width": 390, "height": 844})
    page.goto(address)
    page.get_by_text("Log a call, a meeting, a coffee").click()
    page.get_by_label("Notes").fill("Do not lose me.")
    if lost == "request":
        page.context.set_offline(True)
    else:
        page.route("**/interactions", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Log it").click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("The server cannot be reached")
    expect(page.get_by_label("Notes")).to_have_value("Do not lose me.")
    page.context.set_offline(False)
    page.unroute("**/interactions")
    toast.get_by_role("button", name="Try again").click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(toast).to_contain_text("Logged")
    page.reload()
    expect(page.locator(".entry")).to_have_count(1)
    expect(note(page)).to_have_count(0)


def test_a_lost_answer_and_another_text(open_page, house):
    address = house.contact("Melba Roy Mouton")
    page = open_page("bob")
    page.goto(address)
    page.route("**/interactions", lambda route: (route.fetch(), route.abort()))
    page.get_by_text("Log a call, a meeting, a coffee").click()
    page.get_by_label("Notes").fill("First.")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#toasts")).to_contain_text("The server cannot be reached")
    page.unroute("**/interactions")
    page.get_by_label("Notes").fill("Second.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("This was saved as you first sent it")
    expect(page.get_by_label("Notes")).to_have_value("Second.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry")).to_have_count(2)


def test_a_double_click_without_javascript(open_page, house):
    address = house.contact("Gladys West")
    page = open_page("bob", java_script_enabled=False)
    page.goto(f"/follow-ups/for/{address.rpartition('/')[2]}")
    page.get_by_label("What", exact=True).fill("Send the offer")
    page.get_by_role("button", name="Add").dblclick()
    expect(page).to_have_url(house.address + address)
    expect(page.locator(".todo-title")).to_have_text(["Send the offer"])


def test_what_is_kept(open_page, house):
    """No token, nothing of a form that nobody wrote in, and nothing for longer than a week."""
    page = open_page("bob")
    page.goto("/contacts/new")
    page.get_by_label("Name").fill("Somebody")
    wait_until_kept(page)
    (name,) = page.evaluate(KEPT)
    kept = json.loads(page.evaluate("(name) => localStorage.getItem(name)", name))
    assert "csrf_token" not in dict(kept["fields"])
    assert dict(kept["fields"])["name"] == "Somebody"
    page.get_by_label("Name").fill("")
    wait_until_kept(page, 0)
    kept["at"] -= 7 * 24 * 3600 * 1000 + 1000
    page.evaluate("([name, text]) => localStorage.setItem(name, text)", [name, json.dumps(kept)])
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("")
    assert page.evaluate(KEPT) == []
