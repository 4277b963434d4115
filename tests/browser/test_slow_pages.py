"""Pages over a network that is slow, or gone: it is seen at once that they are on their way, and what is open stays."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from browser.ways import ON_ITS_WAY, WORDS, fresh


class SlowPage:
    """Pages whose address matches are held until the one that is left has shown that they are on their way."""

    def __init__(self, page: Page, address: str) -> None:
        self.held, self.seen = list[Route](), 0
        page.route(address, lambda route: self.held.append(route))
        page.route("**/seen", self.let_go)
        page.evaluate(
            f"""() => {{
                const main = document.querySelector('#main');
                const seen = () => {ON_ITS_WAY} && main.ariaBusy === 'true';
                const look = () => seen() ? fetch('/seen') : requestAnimationFrame(look);
                look();
            }}"""
        )

    def let_go(self, route: Route) -> None:
        route.fulfill(status=204)
        self.seen += 1
        for one in self.held:
            one.continue_()


def test_a_link_over_a_slow_network_shows_that_it_is_on_its_way(open_page, house):
    page = open_page("bob")
    fresh(page, "/")
    slow = SlowPage(page, "**/contacts")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_visible()
    assert slow.seen == 1

    # The calendar's free places lead on without being links.
    fresh(page, "/meetings/calendar?view=week&date=2031-03-03")
    slow = SlowPage(page, "**/meetings/new*")
    page.locator(".week-slots").first.click(position={"x": 40, "y": 40})
    expect(page).to_have_url(re.compile(r"/meetings/new\?at="))
    assert slow.seen == 1


def test_a_part_of_a_page_is_asked_for_once(open_page, house):
    """Who presses the key again, because nothing has come yet, does not lose what they type into what comes."""
    page = open_page("bob")
    fresh(page, "/")
    held = list[Route]()
    page.route("**/interactions/new*", lambda route: held.append(route))
    with page.expect_request("**/interactions/new*"):
        page.keyboard.press("n")
    page.keyboard.press("n")
    page.wait_for_function(ON_ITS_WAY)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_label("Find the contact")).to_be_focused()


def test_a_link_without_a_connection_leaves_the_page_as_it_is(open_page, house):
    page = open_page("bob")
    fresh(page, "/interactions/new")
    page.get_by_label("Find the contact").fill("half a na")
    expect(page.locator("#picked")).to_have_attribute("data-search", "half a na")  # else it is this that does not arrive
    page.context.set_offline(True)
    page.get_by_role("link", name="Follow-ups").first.click()
    failed = page.locator(".toast-failed")
    expect(failed).to_contain_text("You are off line.")
    expect(page.get_by_label("Find the contact")).to_have_value("half a na")
    # A form that the browser sends by itself.
    page.locator(".user-menu summary").click()
    page.locator(".user-menu").get_by_role("button", name="Dark").click()
    expect(failed).to_have_count(1)
    page.context.set_offline(False)
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_filter_that_did_not_arrive_can_be_tried_again(open_page, house):
    house.contact("Tagged Wanderer", tags=["offline"])
    house.contact("Untagged Wanderer")
    page = open_page("bob")
    fresh(page, "/contacts?search=wanderer")
    rows = page.locator("#contacts tbody tr")
    expect(rows).to_have_count(2)
    page.context.set_offline(True)
    page.get_by_label("With the tag").select_option(label="offline (1)")
    failed = page.locator(".toast-failed")
    expect(failed).to_contain_text("The server cannot be reached.")
    expect(rows).to_have_count(2)
    page.context.set_offline(False)
    failed.get_by_role("button", name="Try again").click()
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile("tag=offline"))


def test_a_page_whose_scripts_never_come(open_page, house):
    """What a plain form and a link do, they do before the scripts are there."""
    address = house.contact("Early Person")
    page = open_page("bob")
    page.route("**/*.js*", lambda route: None)
    page.goto(address, wait_until="commit")
    page.get_by_text("Log a call, a meeting, a coffee").click()
    page.get_by_label("Notes").fill(WORDS)
    page.get_by_role("button", name="Log it").dblclick(no_wait_after=True)
    expect(page.locator("#toasts")).to_contain_text("Logged")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("link", name="Interactions").first.click(no_wait_after=True)
    expect(page.get_by_role("heading", name="Interactions", level=1)).to_be_visible()
    page.get_by_label("Search these interactions").fill("early person")
    page.get_by_label("Search these interactions").press("Enter", no_wait_after=True)
    expect(page.locator(".row-link")).to_have_count(1)
    page.unroute_all(behavior="ignoreErrors")
