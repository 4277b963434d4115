"""Analytics by the keyboard, by the pointer, without JavaScript, and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

import making

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
EVERY = "/analytics?range=custom&from=2026-01-05&to=2026-03-08&by=week"  # tests log in the weeks around 2 March 2026
A_YEAR = "/analytics?range=custom&from=2025-03-10&to=2026-03-08"


def test_with_the_keyboard_alone(open_page, house):
    house.contact("Katherine Johnson", calls=20)
    page = open_page("bob")
    page.goto(EVERY)
    last = page.locator(".plot").first.locator(".bar").last
    last.focus()
    page.keyboard.press("ArrowLeft")
    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("Week of Mon 23 Feb")
    expect(tip).to_contain_text("Call")
    page.keyboard.press("Home")
    expect(tip).to_contain_text("Week of Mon 5 Jan")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    # The unit changes in place, and the focus stays where it was.
    page.get_by_role("link", name="Month", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("by=month"))
    expect(page.get_by_role("link", name="Month", exact=True)).to_be_focused()
    expect(page.locator(".plot").first.locator(".bar")).to_have_count(3)
    page.go_back()
    expect(page.locator(".plot").first.locator(".bar")).to_have_count(9)

    page.locator("#f-frequency summary").press("Enter")
    table = page.get_by_role("region", name="How often, as a table")
    expect(table).to_be_visible()
    heads, numbers = table.locator("thead th"), table.locator("tbody tr").first.locator("td")
    assert heads.last.bounding_box()["x"] == numbers.last.bounding_box()["x"], "each number stands below its word"
    with page.expect_download() as download:
        page.get_by_role("link", name="How often: download as CSV").press("Enter")
    assert download.value.suggested_filename == "frequency-2026-01-05-2026-03-08.csv"


def test_how_many_promises_were_kept_is_drawn(open_page, house):
    with house.app.app_context():
        making.plan(house.member("bob"), "Never done", due_on="2026-02-10")
    page = open_page("bob")
    page.goto(EVERY)
    piece = page.locator("#f-follow-ups rect.kept-overdue")
    expect(piece).to_be_visible()
    assert piece.bounding_box()["height"] > 8


def test_a_piece_of_a_bar_leads_to_its_rows(open_page, house):
    house.contact("Dorothy Vaughan", calls=3)
    page = open_page("bob")
    page.goto(EVERY)
    asked = []
    page.route("**/interactions?**", lambda route: (asked.append(route.request.url), route.fulfill(body="rows")))
    piece = page.locator('.plot [data-key="call"]').last
    piece.hover()
    expect(page.locator(".chart-tip")).to_contain_text("Week of")
    piece.click()
    page.wait_for_url("**/interactions?**")
    assert re.search(r"from=2026-03-02&to=2026-03-08&type=call$", asked[0])


def test_one_contact_is_found_while_one_types(open_page, house):
    house.contact("Sofya Kovalevskaya", calls=2)
    page = open_page("bob")
    page.goto(EVERY)
    page.get_by_text("Any contact").click()
    page.get_by_label("Find a contact").last.fill("kovalev")
    page.locator("#whom-found").get_by_role("link", name="Sofya Kovalevskaya").click()
    expect(page).to_have_url(re.compile("contact="))
    expect(page.locator("#filter-contact")).to_contain_text("Sofya Kovalevskaya")
    page.locator("#filter-contact").click()
    expect(page.get_by_text("Any contact")).to_be_visible()


def test_without_javascript_and_on_a_phone(open_page, house):
    house.contact("Mary Somerville", calls=3)
    page = open_page("bob", java_script_enabled=False)
    page.goto(EVERY)
    page.get_by_role("link", name="Month", exact=True).click()
    expect(page).to_have_url(re.compile("by=month"))
    page.locator("#f-hours summary").click()
    expect(page.get_by_role("region", name="When, as a table")).to_be_visible()
    page.get_by_label("Led by").select_option("Bob")
    page.get_by_role("button", name="Show").first.click()
    expect(page).to_have_url(re.compile("lead=Bob"))

    phone = open_page("bob", **PHONE)
    for path in (EVERY, "/settings", "/settings/members", "/settings/sign-ins", "/settings/deleted", "/settings/password"):
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"


def test_an_hour_of_the_heat_map_with_the_keyboard_alone(open_page, house):
    house.contact("Emmy Noether", calls=20)
    page = open_page("bob")
    page.goto(EVERY)
    hours = page.locator(".heat a")
    assert hours.evaluate_all("all => all.filter((hour) => hour.tabIndex === 0).length") == 1
    hours.first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".heat tr:nth-child(2) a:focus")).to_have_count(1)
    count = int(page.locator(".heat a:focus").inner_text())
    said = page.locator(".heat a:focus").get_attribute("aria-label")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("weekday=1&hour="))
    expect(page.locator("#interactions")).to_contain_text(f"{count} interaction")
    expect(page.locator("#interactions")).to_contain_text(said.partition(",")[0])


def test_a_year_by_day_has_its_bars_and_its_table(open_page, house):
    house.contact("Grace Hopper", calls=3)
    page = open_page("bob")
    page.goto(f"{A_YEAR}&by=month")
    page.get_by_role("link", name="Day", exact=True).press("Enter")
    plot = page.locator(".plot").first
    bars = plot.locator(".bar")
    expect(bars.last).to_have_attribute("aria-label", re.compile(r"^Mon 2 Mar( 2026)?: .*Call \d+"))
    expect(plot).to_have_role("group")
    expect(page.locator(".plot-area")).to_have_count(0)
    assert plot.locator(".bar[tabindex='0']").count() == 1
    bars.last.focus()
    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("Call")
    assert re.search(r"/interactions\?from=([\d-]+)&to=\1$", bars.last.get_attribute("href"))
    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    # The table comes when it is asked for, and the focus with it.
    page.get_by_role("link", name="How often: as a table").press("Enter")
    region = page.get_by_role("region", name="How often, as a table")
    expect(region).to_be_visible()
    expect(page.locator("#f-frequency summary")).to_be_focused()
    over, under = (region.locator(f"{part} tr").first.locator("th").first.bounding_box() for part in ("thead", "tbody"))
    assert (over["x"], over["width"]) == (under["x"], under["width"])  # each word stands over its column
    page.locator("#f-frequency summary").press("Enter")
    expect(region).to_be_hidden()
    bars.last.press("Enter")
    page.wait_for_url("**/interactions?**")


def test_a_year_by_day_without_javascript(open_page, house):
    house.contact("Edith Clarke", calls=3)
    page = open_page("bob", java_script_enabled=False)
    page.goto(f"{A_YEAR}&by=day")
    assert page.locator(".plot-area path").first.bounding_box()["height"] > 10
    page.get_by_role("link", name="How often: as a table").click()
    region = page.get_by_role("region", name="How often, as a table")
    expect(region).to_be_visible()
    region.get_by_role("link").last.click()
    page.wait_for_url("**/interactions?**")
