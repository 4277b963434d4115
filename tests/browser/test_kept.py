"""What is typed survives a sign-in that has ended: without JavaScript, with it, and in a cell of a list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from browser.audit import violations
from browser.conftest import PASSWORD, House
from browser.test_drafts import KEPT, close_and_reopen, note, wait_until_kept
from crm import clock
from crm.database import transaction
from crm.extensions import db
from crm.models import Login


def end_sign_ins(house: House) -> None:
    """From another device: the cookies are still there."""
    with house.app.app_context(), transaction():
        db.session.execute(update(Login).values(ended_at=clock.now(), ended_because="ended by its owner"))


def sign_in_here(page: Page, who: str = "bob") -> None:
    page.get_by_label("E-mail or user name").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


# --- Without JavaScript ---------------------------------------------------------------------------------------------------


def typed_without_javascript(open_page, house, name: str) -> tuple[Page, str]:
    """A talk that was written down and sent, after the sign-in had ended."""
    address = house.contact(name)
    page = open_page("bob", java_script_enabled=False)
    page.goto(f"/interactions/new?contact={address.rpartition('/')[2]}")
    page.get_by_label("Notes").fill("Do not lose me.\nNor me.")
    end_sign_ins(house)
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("What you typed is kept on this page")).to_be_visible()
    return page, address


def test_without_javascript_it_is_shown_and_sent_once(open_page, house):
    page, address = typed_without_javascript(open_page, house, "Kept Person")
    page.get_by_label("E-mail or user name").fill("bob@example.com")
    page.get_by_label("Password").fill("not this one, though")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Check both, and try again")
    sign_in_here(page)
    expect(page.get_by_role("heading", name="What you typed is kept", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="What was typed")).to_contain_text("Do not lose me.")
    send = page.get_by_role("button", name="Send it now")
    expect(send).to_be_focused()
    page.reload()  # asked for again, which the browser sends once more
    expect(page.get_by_role("region", name="What was typed")).to_contain_text("Do not lose me.")
    send.dblclick()
    expect(page).to_have_url(house.address + address)
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry")).to_contain_text("Nor me.")


def test_somebody_else_is_asked(open_page, house):
    page, _ = typed_without_javascript(open_page, house, "Other Person")
    sign_in_here(page, "alice")
    expect(page.get_by_role("alert")).to_contain_text("Bob typed this. You are Alice here")
    expect(page.get_by_role("button", name="Send it as Alice")).not_to_be_focused()
    page.get_by_role("link", name="Do not send it").click()
    expect(page).to_have_url(re.compile("/interactions/new"))


def test_its_pages_hold_the_rules(open_page, house):
    address = house.contact("Audited Person")
    page = open_page("bob", viewport={"width": 390, "height": 844})
    page.goto(f"/interactions/new?contact={address.rpartition('/')[2]}")
    page.get_by_label("Notes").fill("A long line. " * 300)
    end_sign_ins(house)
    page.evaluate("document.querySelector('form.log-form').submit()")  # as a browser without JavaScript does
    expect(page.get_by_text("What you typed is kept on this page")).to_be_visible()
    for step in ("the sign-in page", "what was kept"):
        if step == "what was kept":
            sign_in_here(page, "alice")
            expect(page.get_by_role("heading", name="What Bob typed is kept")).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], step
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- With it --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["its own page", "the panel"])
def test_the_draft_has_the_focus_after_the_sign_in(open_page, house, where):
    contact = house.contact("Focused Person").rpartition("/")[2]
    page = open_page("bob")
    if where == "the panel":
        page.goto("/interactions")
        page.wait_for_load_state()
        page.keyboard.press("n")
        page.locator("#panel").get_by_role("searchbox").fill("Focused Person")
        page.locator("#panel .pick-item", has_text="Focused Person").click()
    else:
        page.goto(f"/interactions/new?contact={contact}")
    page.get_by_label("Notes").fill("Do not lose me.")
    end_sign_ins(house)
    page.keyboard.press("Control+Enter")
    page.locator("#toasts").get_by_role("link", name="Sign in").click()
    sign_in_here(page)
    expect(page.get_by_label("Notes")).to_be_focused()
    expect(note(page)).to_contain_text("Restored what you typed a moment ago.")
    page.keyboard.type(" Nor this.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry")).to_contain_text("Do not lose me. Nor this.")
    wait_until_kept(page, 0)


def test_a_form_without_a_draft_stays_while_somebody_signs_in(open_page, house):
    kept, gone = house.contact("Kept Person", company="Engines"), house.contact("Gone Person", company="Looms")
    page = open_page("bob")
    page.goto(f"{kept}/merge?with={gone.rpartition('/')[2]}")
    page.wait_for_load_state()
    chosen, toast = page.get_by_label("Looms"), page.locator("#toasts")
    merge = page.get_by_role("button", name="Merge")
    chosen.check()
    end_sign_ins(house)
    merge.press("Enter")
    expect(toast).to_contain_text("Sign in in another tab")
    with page.expect_popup() as opened:
        toast.get_by_role("link", name="Sign in").click()
    sign_in_here(opened.value)
    expect(opened.value).not_to_have_url(re.compile("/sign-in"))
    opened.value.close()
    expect(chosen).to_be_checked()
    merge.press("Enter")  # this one brings the new token
    expect(toast).to_contain_text("once more")
    expect(chosen).to_be_checked()
    merge.press("Enter")
    expect(page).to_have_url(house.address + kept)
    expect(page.locator("#main")).to_contain_text("Looms")


# --- In a cell ------------------------------------------------------------------------------------------------------------


def typed_in_a_cell(page: Page, name: str, text: str = "Do not lose me") -> None:
    """A title that is half changed where it stands."""
    page.goto(f"/interactions?q={name}")
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("e")
    title = page.get_by_label("Title: Call number 0")
    expect(title).to_be_focused()
    page.keyboard.type(text)
    wait_until_kept(page)


def test_a_cell_stays_open_while_nothing_arrives(open_page, house):
    house.contact("Celloff", calls=2)
    page = open_page("bob")
    typed_in_a_cell(page, "celloff")
    title, failed = page.get_by_label("Title: Call number 0"), page.locator(".toast-failed")
    page.context.set_offline(True)
    for leave in (lambda: page.keyboard.press("Enter"), lambda: page.keyboard.press("Tab"), page.locator("h1").click):
        leave()
        expect(failed).to_contain_text("The server cannot be reached. What you typed is still here.")
        expect(title).to_have_value("Do not lose me")
        failed.get_by_role("button", name="Dismiss").click()
        title.focus()
    page.locator("[data-line]").nth(1).locator(".col-lead").click()
    expect(failed).to_have_count(1)
    expect(title).to_have_value("Do not lose me")
    page.context.set_offline(False)
    title.press("Enter")
    expect(page.locator(".row-link").first).to_have_text("Do not lose me")
    wait_until_kept(page, 0)


def test_a_cell_and_an_ended_sign_in(open_page, house):
    house.contact("Cellout", calls=1)
    page = open_page("bob")
    typed_in_a_cell(page, "cellout")
    end_sign_ins(house)
    for key in ("Enter", "Tab"):  # it goes on to no other cell
        page.keyboard.press(key)
        expect(page.locator("#toasts")).to_contain_text("What you wrote is kept")
        page.evaluate("document.querySelector('#toasts').replaceChildren()")
        expect(page.get_by_label("Title: Call number 0")).to_be_focused()
    expect(page.locator(".cell-form")).to_have_count(1)
    expect(page.get_by_label("Title: Call number 0")).to_have_value("Do not lose me")
    page.keyboard.press("Enter")
    page.locator("#toasts").get_by_role("link", name="Sign in").click()
    sign_in_here(page)
    # The page that has all of it; what was not in the cell is as it was.
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Do not lose me")
    expect(note(page)).to_contain_text("Restored")
    expect(page.get_by_role("radio", name="Call", exact=True)).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#main")).to_contain_text("Do not lose me")
    wait_until_kept(page, 0)


def test_a_cell_and_a_closed_tab(open_page, house):
    house.contact("Cellshut", calls=1)
    page = open_page("bob")
    typed_in_a_cell(page, "cellshut")
    page = close_and_reopen(page, "/interactions?q=cellshut")
    expect(page.locator("#unsaved")).to_contain_text("Not saved: Edit Call number 0")
    page.locator("[data-line]").first.hover()
    page.get_by_role("button", name="Change the title of Call number 0").click()
    title = page.get_by_label("Title: Call number 0")
    expect(title).to_have_value("Do not lose me")
    expect(page.locator(".cell-form .draft-note")).to_contain_text("Restored")
    assert violations(page, within=".cell-form") == []
    page.keyboard.press("Escape")  # as it was: nothing is offered again
    expect(page.locator(".row-link")).to_have_text("Call number 0")
    assert page.evaluate(KEPT) == []


def test_the_length_of_a_cell_in_the_whole_form(open_page, house):
    """A number that was typed takes the place of the chip beside it, and what the cell did not have is left alone."""
    house.contact("Celllong", calls=1, tags=["vip"])
    page = open_page("bob")
    page.goto("/interactions?q=celllong")
    page.wait_for_load_state()
    page.locator("[data-line] .col-length").click()
    page.get_by_label("Minutes: Call number 0").fill("30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line] .col-length")).to_have_text("30 min")
    page.locator("[data-line] .col-length").click()
    page.get_by_label("Minutes: Call number 0").fill("52")
    wait_until_kept(page)
    page = close_and_reopen(page, "/")
    page.get_by_role("link", name="Continue: Edit Call number 0").click()
    expect(page.get_by_label("Minutes")).to_have_value("52")
    expect(page.get_by_label("Minutes")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#main")).to_contain_text("52 min")


def test_a_point_of_an_agenda_is_kept_and_joins_what_others_added(open_page, house):
    """Nobody's change of the agenda meanwhile stands in its way: it comes last."""
    address = house.meeting(house.contact("Point Person"), purpose="Review", agenda_items=["Prices"])
    page = open_page("bob")
    page.goto(address)
    page.wait_for_load_state()
    page.get_by_label("A point for the agenda").fill("Budget")
    wait_until_kept(page)
    alice = open_page("alice")
    alice.goto(address)
    alice.get_by_label("A point for the agenda").fill("Hiring")
    alice.keyboard.press("Enter")
    expect(alice.locator(".point-text")).to_have_text(["Prices", "Hiring"])
    page = close_and_reopen(page, "/meetings")
    page.get_by_role("link", name="Continue: A point for the agenda of Review").click()
    point = page.get_by_label("A point for the agenda")
    expect(point).to_have_value("Budget")
    expect(point).to_be_focused()
    assert violations(page, within="#agenda") == []
    page.keyboard.press("Enter")
    expect(page.locator(".point-text")).to_have_text(["Prices", "Hiring", "Budget"])
    expect(point).to_have_value("")
    expect(note(page)).to_have_count(0)
    wait_until_kept(page, 0)
