"""Settings with the keyboard alone: the time zone of the browser, a member's role, an invitation, a restored contact."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_the_zone_of_the_browser_is_offered(open_page):
    page = open_page("bob", timezone_id="Asia/Tokyo")
    page.goto("/settings")
    offer = page.get_by_role("button", name="Asia/Tokyo: use it")
    offer.press("Enter")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_be_focused()
    expect(offer).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Your profile is saved.")
    page.get_by_label("Time zone").fill("")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_label("Time zone")).to_have_value("")


def test_members_with_the_keyboard(open_page):
    page = open_page("alice")
    page.goto("/settings/members")
    page.get_by_label("Invite by e-mail").fill("zoe@example.com")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("An invitation to zoe@example.com is on its way.")
    role = page.get_by_label("Role of Vera")
    role.select_option("member")
    expect(page.locator("#toasts")).to_contain_text("Vera is a member now.")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Vera is a viewer now.")
    page.get_by_label("Remove Alice").press("Enter")
    page.get_by_role("button", name="Remove", exact=True).press("Enter")
    expect(page.locator(".toast-failed")).to_contain_text("Alice is the only manager of HQ.")
    # A choice that was refused does not stand there as if it held.
    own = page.get_by_label("Role of Alice")
    own.select_option("viewer")
    expect(page.locator(".toast-failed")).to_contain_text("Make somebody else a manager first.")
    expect(own).to_have_value("manager")
    page.context.set_offline(True)
    role.select_option("member")
    expect(page.locator(".toast-failed")).to_contain_text("The server cannot be reached.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Vera is a member now.")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Vera is a viewer now.")


def test_a_deleted_contact_comes_back_in_place(open_page, house):
    address = house.contact("Hypatia of Alexandria", calls=2)
    page = open_page("bob")
    page.goto(address)
    form = "new FormData(document.querySelector('form[method=post]'))"
    page.evaluate(f"fetch(location.pathname + '/delete', {{method: 'POST', body: {form}}})")
    page.goto("/settings/deleted")
    page.get_by_role("button", name="Restore: Hypatia of Alexandria").press("Enter")
    gone = page.locator(".line-gone")
    expect(gone).to_contain_text("Hypatia of Alexandria is back.")
    expect(gone).to_be_focused()
    gone.get_by_role("link", name="Open").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(address)))
    expect(page.locator(".timeline .entry")).to_have_count(2)
