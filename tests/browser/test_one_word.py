"""What is typed into a menu, a word for many rows or a view's name, is not lost with the tab, and is not in the way either."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.audit import violations
from browser.test_drafts import KEPT, close_and_reopen, note, wait_until_kept
from browser.test_kept import end_sign_ins, sign_in_here


def resume(page: Page, what: str) -> None:
    """On another page, by keys: it says what is left, and leads there."""
    expect(page.locator("#unsaved")).to_contain_text(f"Not saved: {what}")
    page.get_by_role("link", name=f"Continue: {what}").press("Enter")
    expect(note(page)).to_contain_text("Restored what you typed")


def type_tags(page: Page, *, pick: str) -> Locator:
    """For the contacts whose boxes are called so, on the list that is open."""
    for box in page.get_by_label(re.compile(pick)).all():
        box.check()
    page.locator(".bulk summary", has_text="Tag").click()
    tags = page.get_by_label("Tags, separated by commas")
    tags.fill("spring")
    return tags


@pytest.mark.parametrize("width", [1280, 390])
def test_tags_for_several_contacts(open_page, house, width):
    for name in ("Ada One", "Bo Two", "Cy Three"):
        house.contact(name)
    page = open_page("bob", viewport={"width": width, "height": 844})
    page.goto("/contacts")
    page.wait_for_load_state()
    page.get_by_label("Select Ada One").check()
    expect(page.locator("[data-picked]")).to_have_text("1")
    assert page.evaluate(KEPT) == []  # ticks alone are nothing typed
    type_tags(page, pick="^Select Cy Three")
    wait_until_kept(page)

    page = close_and_reopen(page, "/contacts")
    expect(page.locator("#unsaved")).to_contain_text("A change of several contacts")
    expect(page.locator(".bulk")).not_to_be_visible()
    page = close_and_reopen(page, "/meetings")
    resume(page, "A change of several contacts")
    tags = page.get_by_label("Tags, separated by commas")
    expect(tags).to_have_value("spring")
    expect(tags).to_be_focused()
    expect(page.locator("[data-picked]")).to_have_text("2")
    assert violations(page, within=".bulk") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Another menu of the same bar sends nothing of it.
    page.locator(".bulk summary", has_text="Assign").click()
    page.locator(".bulk").get_by_role("button", name="Assign").click()
    expect(page.locator("#toasts")).to_contain_text("2 were so already")
    assert len(page.evaluate(KEPT)) == 1
    resume_here = page.get_by_role("link", name="Continue: A change of several contacts")
    resume_here.click()
    page.locator(".bulk").get_by_role("button", name="Add").click()
    expect(page.locator("#toasts")).to_contain_text("2 contacts tagged.")
    wait_until_kept(page, 0)


def test_a_word_for_several_contacts_is_discarded_with_its_ticks(open_page, house):
    house.contact("Ada One")
    page = open_page("bob")
    page.goto("/contacts")
    page.wait_for_load_state()
    type_tags(page, pick="^Select Ada One")
    wait_until_kept(page)
    page = close_and_reopen(page, "/")
    resume(page, "A change of several contacts")
    page.get_by_role("button", name="Discard").press("Enter")
    expect(page.locator(".bulk")).not_to_be_visible()
    expect(page.get_by_label("Select Ada One")).not_to_be_checked()
    assert page.evaluate(KEPT) == []


def test_topics_for_several_interactions(open_page, house):
    house.contact("Ada Talks", calls=3)
    page = open_page("bob")
    page.goto("/interactions?type=meeting&sort=title")
    page.goto("/interactions?sort=title")
    page.wait_for_load_state()
    for box in page.get_by_label(re.compile("Select .*number [01]")).all():
        box.check()
    page.locator(".several summary", has_text="Topics").click()
    page.get_by_label("Add topics").fill("Prices")
    wait_until_kept(page)
    page = close_and_reopen(page, "/contacts")
    resume(page, "A change of several interactions")
    expect(page).to_have_url(re.compile("sort=title"))
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    topics = page.get_by_label("Add topics")
    expect(topics).to_be_focused()
    assert violations(page, within=".several") == []
    topics.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 interactions are changed.")
    wait_until_kept(page, 0)


def test_the_name_of_a_view(open_page, house):
    house.contact("Ada Views", calls=1)
    page = open_page("bob")
    page.goto("/interactions?type=call")
    page.wait_for_load_state()
    page.locator("summary", has_text="Save view").click()
    page.get_by_label("Name of the view").fill("Calls of all")
    wait_until_kept(page)
    page = close_and_reopen(page, "/interactions")
    resume(page, "The name of a new view")
    expect(page).to_have_url(re.compile("type=call"))
    name = page.get_by_label("Name of the view")
    expect(name).to_be_focused()
    assert violations(page, within=".view-bar") == []
    name.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved as “Calls of all”.")
    wait_until_kept(page, 0)

    page.get_by_label("Change the view Calls of all").click()
    page.get_by_label("Name of the view").fill("Every call")
    wait_until_kept(page)
    page = close_and_reopen(page, "/contacts")
    resume(page, "Another name of the view Calls of all")
    page.get_by_label("Name of the view").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("“Every call” is saved.")
    wait_until_kept(page, 0)


def test_a_word_goes_through_a_sign_in_that_has_ended(open_page, house):
    house.contact("Tagged Person")
    page = open_page("bob")
    page.goto("/contacts?search=tagged")
    page.wait_for_load_state()
    tags = type_tags(page, pick="^Select Tagged")
    end_sign_ins(house)
    tags.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("What you wrote is kept")
    page.locator("#toasts").get_by_role("link", name="Sign in").click()
    sign_in_here(page)
    expect(page.locator("[data-picked]")).to_have_text("1")
    expect(tags).to_be_focused()
    expect(tags).to_have_value("spring")
    tags.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 contact tagged")
    wait_until_kept(page, 0)
