"""By the keyboard alone: the palette, the search field, the sheet of keys, and the main way from anywhere to a logged call."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

import making
from crm import clock


def chosen(page: Page, within: str):
    return page.locator(f"{within} [role=option][aria-selected=true]")


def test_from_anywhere_to_a_logged_call(open_page, house):
    address = house.contact("Katherine Coleman Johnson", company="Langley")
    page = open_page("bob")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Where to, whom, or what?")
    expect(field).to_be_focused()
    page.keyboard.type("coleman john")
    page.keyboard.press("Enter")  # sooner than the answer, perhaps
    expect(page).to_have_url(house.address + address)
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Call", exact=True)).to_be_focused()
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == "notes":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Orbits, and what / to do next?")  # keys that are typed are only typed
    page.keyboard.press("Control+Enter")
    entry = page.locator(".timeline .entry", has_text="Orbits, and what / to do next?")
    expect(entry).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Logged: Call with Katherine Coleman Johnson.")).to_be_visible()
    entry.press("z")
    expect(page.locator(".timeline .entry")).to_have_count(0)


def test_the_palette(open_page, house):
    with house.app.app_context():
        bob = house.member("bob")
        making.log(bob, making.new_contact(bob, "Ida Rhodes"), start_datetime=clock.now().isoformat())
    page = open_page("bob")
    page.get_by_role("link", name="Contacts").first.focus()
    page.keyboard.press("Control+k")
    field = page.locator("#palette input[role=combobox]")
    expect(page.locator("#palette").get_by_role("option", name="Ida Rhodes")).to_be_visible()

    # Arrows choose, round the ends; the field says to readers what is chosen.
    first = chosen(page, "#palette")
    expect(first).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(first).to_have_text("Sign out")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("follow")
    expect(first).to_contain_text("Follow-ups")
    page.keyboard.type(" nothing has this")
    expect(page.get_by_text("Nothing matches. Try")).to_be_visible()
    expect(first).to_have_count(0)

    # Escape gives the focus back; a second opening begins anew, with the same text too.
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Contacts").first).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Control+k")
        expect(field).to_have_value("")
        page.keyboard.type("rhodes")
        expect(first).to_contain_text("Ida Rhodes")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type("log")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Find the contact")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.type("sign out")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_search_field(open_page, house):
    address = house.contact("Jean Bartik", calls=1)
    house.meeting(address, purpose="About the stored program")
    page = open_page("bob")
    page.keyboard.press("/")
    field = page.locator("#search")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("bartik")
    found = page.get_by_role("listbox", name="Found")
    expect(found.get_by_role("option")).to_have_count(3)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(found).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(chosen(page, "#search-found")).to_contain_text("About the stored program")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="About the stored program", level=1)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("bartik")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=bartik"))


def test_going_places(open_page):
    page = open_page("bob")
    for key, title in (("c", "Contacts"), ("m", "Meetings"), ("f", "Follow-ups"), ("t", "Today")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        page.wait_for_load_state()


def test_the_sheet_of_keys_and_how_to_switch_them_off(open_page):
    page = open_page("bob")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    page.keyboard.press("n")  # nothing happens behind it
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("?")
    sheet.get_by_role("button", name="Switch single keys off").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    page.wait_for_load_state()
    for key in ("?", "n", "/", "g", "c"):
        page.keyboard.press(key)
    expect(sheet).to_be_hidden()
    expect(page.locator("#search")).not_to_be_focused()
    page.keyboard.press("Control+k")  # with Ctrl it is nobody's speech
    page.keyboard.type("keyboard")
    page.keyboard.press("Enter")
    sheet.get_by_role("button", name="Switch single keys on").press("Enter")
    expect(page.locator("html")).not_to_have_attribute("data-keys", "off")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()


def test_the_keys_of_a_list_are_in_the_sheet_and_are_switched_off_with_the_others(open_page, house):
    house.contact("Listed By Keys", calls=2)
    page = open_page("bob")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    for address in ("/contacts?search=listed", "/interactions?q=listed"):
        rows = page.locator("main .row-link")
        page.goto(address)
        page.wait_for_load_state()
        page.keyboard.press("j")
        expect(rows.first).to_be_focused()
        page.keyboard.press("?")
        expect(sheet.get_by_role("heading", name="In this list")).to_be_visible()
        expect(sheet).to_contain_text("Next, previous")
        sheet.get_by_role("button", name="Switch single keys off").press("Enter")
        expect(page.locator("html")).to_have_attribute("data-keys", "off")
        page.wait_for_load_state()
        page.keyboard.press("j")
        expect(rows.first).not_to_be_focused()
        rows.first.focus()
        page.keyboard.press("x")
        expect(page.locator("main input:checked")).to_have_count(0)
        page.keyboard.press("Control+k")
        page.keyboard.type("keyboard")
        page.keyboard.press("Enter")
        sheet.get_by_role("button", name="Switch single keys on").press("Enter")
        expect(page.locator("html")).not_to_have_attribute("data-keys", "off")
        page.wait_for_load_state()


def test_a_slow_answer_says_that_it_is_on_its_way(open_page, house):
    house.contact("Ida Rhodes")
    page = open_page("bob")
    page.goto("/contacts")
    held = []
    page.route("**/contacts?search=*", lambda route: held.append(route))
    page.keyboard.press("f")
    page.keyboard.type("x")
    expect(page.locator("#contacts")).to_have_attribute("aria-busy", "true")
    bar = "getComputedStyle(document.body, '::before').opacity"
    page.wait_for_function(f"{bar} === '1'")
    held[0].continue_()
    expect(page.locator("#contacts")).not_to_have_attribute("aria-busy", "true")
    page.wait_for_function(f"{bar} === '0'")

    # The same for a page that one leaves for another.
    page.evaluate("addEventListener('pagehide', () => { sessionStorage.busy = document.getElementById('main').ariaBusy; })")
    slow = {"offline": False, "latency": 500, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.get_by_role("link", name="Meetings").first.click()
    expect(page.get_by_role("heading", name="Meetings", level=1)).to_be_visible()
    assert page.evaluate("sessionStorage.busy") == "true"
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")


def test_what_colleagues_log_comes_by_itself(open_page, house):
    page = open_page("bob")
    page.clock.install()
    page.goto("/")
    expect(page.locator("#recent")).not_to_contain_text("Smalltalk")
    with house.app.app_context():
        alice = house.member("alice")
        her = making.new_contact(alice, "Adele Goldstine")
        making.log(alice, her, title="Smalltalk over coffee", start_datetime=clock.now().isoformat())
    page.clock.run_for(61_000)
    expect(page.locator("#recent")).to_contain_text("Smalltalk over coffee")


def test_a_call_is_logged_with_five_presses(open_page, house):
    """Enter comes sooner than what was typed is found: it must not take somebody else, who was talked to last."""
    house.contact("Somebody Else", calls=1)
    house.contact("Qiu Jin", company="The translators")
    page = open_page("bob")
    page.keyboard.press("n")
    expect(page.get_by_label("Find the contact")).to_be_focused()
    for key in ("q", "i", "u", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="With Qiu Jin")).to_be_visible()
    expect(page.get_by_role("radio", name="Call", exact=True)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Logged: Call with Qiu Jin.")
    expect(page.locator("#quick-log")).to_be_focused()


def test_choosing_among_those_who_were_found_by_arrows(open_page, house):
    house.contact("Lin Huiyin")
    house.contact("Lin Lanying")
    page = open_page("bob")
    page.keyboard.press("n")
    expect(page.get_by_label("Find the contact")).to_be_focused()
    page.keyboard.type("lin ")
    expect(page.locator("#picked")).to_have_attribute("data-search", "lin")
    expect(page.locator(".pick-item")).to_have_count(2)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_label("Find the contact")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="With Lin Lanying")).to_be_visible()


def test_what_lies_ahead_says_that_it_is_a_plan(open_page, house):
    address = house.contact("Wang Zhenyi")
    page = open_page("bob")
    page.goto(f"/interactions/new?contact={address.rpartition('/')[2]}")
    ahead = page.get_by_text("it is planned, and counts as contact once it has begun")
    page.get_by_role("radio", name="At another time").check()
    expect(ahead).to_be_hidden()
    page.get_by_label("Time, Europe/Berlin").fill("2100-01-04T10:00")
    expect(ahead).to_be_visible()
    page.get_by_label("Time, Europe/Berlin").fill("2020-01-04T10:00")
    expect(ahead).to_be_hidden()
    expect(page.get_by_role("button", name="Log it")).to_be_visible()
    page.get_by_label("Time, Europe/Berlin").fill("2100-01-04T10:00")
    page.get_by_role("button", name="Plan it").click()
    expect(page.locator("#toasts")).to_contain_text("Planned: Call with Wang Zhenyi.")


def test_the_palette_on_a_phone_and_what_it_starts(open_page, house):
    house.contact("Xie Xide")
    page = open_page("bob", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_role("navigation", name="Main, at hand").get_by_text("More").tap()
    page.get_by_role("button", name="Go anywhere").tap()
    page.locator("#palette input[role=combobox]").fill("coffee")
    page.get_by_role("option", name="Log a coffee").tap()
    page.get_by_label("Find the contact").fill("xide")
    page.locator(".pick-item", has_text="Xie Xide").tap()
    expect(page.get_by_role("radio", name="Coffee", exact=True)).to_be_checked()
    page.get_by_role("button", name="Log it").tap()  # in sight without scrolling
    expect(page.locator("#toasts")).to_contain_text("Logged: Coffee with Xie Xide.")
