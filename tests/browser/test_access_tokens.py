"""Making an access token, copying and revoking it, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_made_copied_and_revoked(open_page, house):
    page = open_page("vera", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".user-menu summary").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Access tokens").click()
    expect(page.get_by_text("No access tokens yet")).to_be_visible()

    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("Name is required")).to_be_visible()
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_label("The access token")
    expect(secret).to_be_focused()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"rapport_pat_[0-9A-Za-z]{49}", copied)
    assert copied == secret.input_value()

    api = f"{house.address}/api/v1/contacts"
    assert page.request.get(api, headers={"Authorization": f"Bearer {copied}"}).status == 200
    page.reload()
    expect(page.get_by_text("used just now")).to_be_visible()
    expect(page.get_by_text(copied)).to_have_count(0)

    page.get_by_label("Revoke Nightly export").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("“Nightly export” is revoked")).to_be_visible()
    expect(page.get_by_text("No access tokens yet")).to_be_visible()
    assert page.request.get(api, headers={"Authorization": f"Bearer {copied}"}).status == 401


def test_without_a_script(open_page):
    page = open_page("bob", java_script_enabled=False)
    page.goto("/settings/tokens")
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_label("Read and write").check(force=True)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("The access token")).to_have_value(re.compile("^rapport_pat_"))
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    page.get_by_label("Revoke Nightly export").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("“Nightly export” is revoked")).to_be_visible()


def test_one_whose_answer_was_lost_gives_way_to_another(open_page, house):
    page = open_page("bob")
    page.goto("/settings/tokens")
    page.get_by_label("Name").fill("Weekly report")

    lost = []

    def lose(route):
        if lost or route.request.method != "POST":
            return route.fallback()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/settings/tokens", lose)
    page.get_by_label("Name").press("Enter")
    page.locator(".toast-failed").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="“Weekly report” was made, but can be shown no more")).to_be_focused()
    expect(page.locator("[data-draft=token]").get_by_label("Name")).to_have_value("")  # no draft of what was sent
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Revoke it and make another")).to_be_focused()
    page.keyboard.press("Enter")
    secret = page.get_by_label("The access token")
    expect(secret).to_be_focused()
    expect(page.locator(".token-row", has_text="Weekly report")).to_have_count(1)
    api = f"{house.address}/api/v1/contacts"
    assert page.request.get(api, headers={"Authorization": f"Bearer {secret.input_value()}"}).status == 200
