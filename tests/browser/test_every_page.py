"""Every page there is: nothing that axe-core finds, light and dark and on a phone; nothing that the browser complains about (a
breach of the security policy among it); light enough; and nothing that scrolls sideways."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.audit import FIRST_LOAD, KB, LATER_PAGE, OF_COLOURS, OF_SIZE, violations, weight
from browser.pages import STRANGERS, WALKER, addresses

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

# These may bring a library of their own along.
WITH_A_LIBRARY = re.compile(r"/(analytics|meetings)\b")
LIBRARY = 150 * KB

PARTS = 3  # it takes as long as twenty other tests


def findings(page: Page, within: str = "") -> Iterator[str]:
    """What is wrong with the page that is open, or with a part of it: as it is, dark, and narrow."""
    page.emulate_media(color_scheme="light")
    yield from violations(page, within=within)
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {one}" for one in violations(page, OF_COLOURS, within))
    page.set_viewport_size(PHONE)
    yield from (f"phone: {one}" for one in violations(page, OF_SIZE, within))
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "phone: scrolls sideways"
    page.set_viewport_size(DESK)


def too_heavy(page: Page, address: str) -> Iterator[str]:
    first, later = weight(page)
    library = LIBRARY if WITH_A_LIBRARY.match(address) else 0
    if first > FIRST_LOAD + library:
        yield f"{first / KB:.0f} KB as the first page"
    if later > LATER_PAGE + library:
        yield f"{later / KB:.0f} KB after another page"


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(open_page, house, part):
    paths = addresses(house)[part::PARTS]
    page = open_page(WALKER)
    wrong, seen = [], set()
    for address in paths:
        answer = page.request.get(address)
        path = answer.url.removeprefix(house.address)
        if answer.status >= 400 and address != "/no-such-page":
            wrong.append(f"{address} answers {answer.status}")
        if path in seen or not answer.text().lstrip().startswith("<!doctype html"):
            continue  # a fragment, a file, or a way to a page that is here already
        seen.add(path)
        page.goto(path)
        wrong += [f"{path} {one}" for one in (*too_heavy(page, path), *findings(page))]
    assert wrong == [], "\n".join(["", *wrong])
    assert len(seen) > 10


def test_the_door(open_page, house):
    page = open_page(None)
    wrong = []
    for rule in {rule.rule for rule in house.app.url_map.iter_rules()} & set(STRANGERS):
        page.goto(rule.replace("<secret>", "a-secret-that-was-used"))
        wrong += [f"{rule} {one}" for one in findings(page)]
    assert wrong == [], "\n".join(["", *wrong])


def test_what_opens_over_a_page(open_page, house):
    """The palette, the results below the search field, the sheet of keys, the menus, the panel, a refused form."""
    address = house.contact("Hedy Lamarr", calls=2)
    page = open_page("dora")
    page.get_by_role("button", name="HQ").click()
    wrong = []

    def look(name: str, within: str = "") -> None:
        wrong.extend(f"{name}: {one}" for one in findings(page, within))

    page.goto(address)
    page.keyboard.press("Control+k")
    page.keyboard.type("hedy")
    expect(page.locator("#palette-contacts").get_by_role("option", name="Hedy Lamarr")).to_be_visible()
    look("the palette")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look("the keys")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("hedy")
    expect(page.get_by_role("listbox", name="Found")).to_be_visible()
    page.keyboard.press("ArrowDown")
    look("what is found")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".user-menu summary").click()
    look("the user's menu", ".user-menu .menu-body")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.get_by_text("Title, who led, place").click()
    page.get_by_label("Title").fill("abc")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".field-error")).to_be_visible()
    look("a refused form")
    page.goto("/follow-ups")
    page.keyboard.press("n")
    expect(page.get_by_label("Find the contact")).to_be_focused()
    look("the panel")
    page.goto("/contacts/new")
    page.get_by_label("Name").fill("Joan Clarke")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-note")).to_be_visible()
    look("a message")
    assert wrong == [], "\n".join(["", *wrong])


def test_the_first_load(open_page, house):
    """By the network's own log: who has never been here, and then goes on."""
    page = open_page("bob")
    log = page.context.new_cdp_session(page)
    log.send("Network.enable")
    log.send("Network.clearBrowserCache")
    sizes: list[int] = []
    log.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(sizes) <= FIRST_LOAD, f"{sum(sizes) / KB:.0f} KB"
    for address in ("/contacts", "/follow-ups", house.contact("Barbara Liskov", calls=5)):
        sizes.clear()
        page.goto(address, wait_until="networkidle")
        assert 0 < sum(sizes) <= LATER_PAGE, f"{address}: {sum(sizes) / KB:.0f} KB"
