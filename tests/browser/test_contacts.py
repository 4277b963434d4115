"""Contacts: going through the list by keys, many at once, the timeline's filters, merging, on a phone too."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from browser.audit import violations

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def sideways(page: Page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_list_by_keyboard_alone(open_page, house):
    for name in ("Keys One", "Keys Three", "Keys Two"):
        house.contact(name, tags=["keys"])
    page = open_page("bob")
    page.goto("/contacts?tag=keys")
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Keys One")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Keys Two")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_contain_text("2 selected")
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Keys Two")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tags, separated by commas")).to_be_focused()
    page.keyboard.type("spring")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 contacts tagged.")
    expect(page.locator("tr", has_text="Keys Two")).to_contain_text("spring")
    expect(page.locator("tr", has_text="Keys Three")).not_to_contain_text("spring")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 contacts as before.")
    expect(page.locator("tr", has_text="Keys Two")).not_to_contain_text("spring")
    page.locator("tr", has_text="Keys Three").get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keys Three", level=1)).to_be_visible()


def test_editing_in_the_cells_by_keyboard_and_mouse(open_page, house):
    house.contact("Typed Over", tags=["cells"])
    page = open_page("bob")
    page.goto("/contacts?tag=cells")
    page.wait_for_load_state()
    row = page.locator("[data-line]")
    row.get_by_role("checkbox").check()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_label("Name: Typed Over")).to_be_focused()
    page.keyboard.type("Ada King")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Job title: Typed Over")).to_be_focused()
    page.keyboard.type("Countess")
    page.keyboard.press("Tab")  # saves, and goes on
    expect(page.get_by_label("Company: Ada King")).to_be_focused()
    expect(row).to_contain_text("Countess")
    expect(row.get_by_role("checkbox").first).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Tags: Ada King")).to_be_focused()
    assert list(violations(page, within=".cell-form")) == []
    page.keyboard.type("board")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row.get_by_role("link", name="Ada King")).to_be_focused()
    expect(row).to_contain_text("board")
    page.keyboard.press("z")
    expect(row).not_to_contain_text("board")
    row.locator("[data-cell=owner]").click()
    expect(row.get_by_role("button", name="Bob")).to_be_focused()
    assert list(violations(page, within=".cell-form")) == []
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(row.locator("[data-cell=owner]")).to_have_text("Alice")
    row.locator("[data-cell=company]").click()
    expect(page.get_by_label("Company: Ada King")).to_be_focused()
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    expect(row.get_by_role("link", name="Ada King")).to_be_focused()
    expect(row).not_to_contain_text("Never mind")
    row.locator("[data-cell=company]").click()
    expect(page.get_by_label("Company: Ada King")).to_be_focused()
    page.keyboard.type("Analytical Engines")
    page.locator("h1").click()
    expect(row).to_contain_text("Analytical Engines")


def test_on_a_phone_a_tap_on_a_cell_opens_the_contact(open_page, house):
    house.contact("Tapped On", tags=["tap"])
    page = open_page("bob", **PHONE)
    page.goto("/contacts?tag=tap")
    page.wait_for_load_state()
    page.locator("[data-line] [data-cell=name]").tap()
    expect(page.get_by_role("heading", name="Tapped On", level=1)).to_be_visible()


def test_all_that_are_found_are_selected_until_one_is_taken_out(open_page, house):
    for number in range(51):
        house.contact(f"Zz Crowd {number:02}", tags=["crowd"])
    page = open_page("bob")
    page.goto("/contacts?tag=crowd")
    boxes = page.locator(".pick-row")
    boxes.nth(0).check()
    page.get_by_label("All 51").check()
    expect(page.locator(".bulk-count")).to_have_text("51 selected")
    expect(boxes.nth(49)).to_be_checked()
    boxes.nth(3).uncheck()
    expect(page.get_by_label("All 51")).not_to_be_checked()
    expect(page.locator(".bulk-count")).to_have_text("49 selected")


def test_the_filter_is_in_the_address_and_goes_with_the_search(open_page, house):
    house.contact("Filter One", tags=["filtered"])
    house.contact("Filter Two")
    page = open_page("bob")
    page.goto("/contacts?search=filter")
    page.get_by_label("With the tag").select_option(label="filtered (1)")
    expect(page.get_by_role("link", name="Filter Two")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"search=filter.*tag=filtered"))
    page.get_by_role("link", name="Last contact").click()
    expect(page.locator("th[aria-sort]")).to_have_text("Last contact")
    page.get_by_label("Search the contacts").fill("filter o")
    expect(page.get_by_role("status").first).to_contain_text("1 contact for “filter o”")
    expect(page).to_have_url(re.compile(r"tag=filtered.*sort=last_interaction_at"))
    page.get_by_label("Search the contacts").fill("nobody at all")
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.get_by_role("link", name="Filter Two")).to_be_visible()


def test_a_promise_of_theirs_and_the_timeline(open_page, house):
    address = house.contact("Timeline Person", calls=25)
    page = open_page("bob")
    page.goto(address)
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.get_by_text("They promised something").press("Enter")
    page.get_by_label("What they promised").fill("Sign the contract")
    page.get_by_label("Notes").fill("A rare word: xylophone")
    page.keyboard.press("Control+Enter")
    owed = page.locator("section", has=page.get_by_role("heading", name="They owe"))
    expect(owed.locator(".todo-title")).to_have_text("Sign the contract")
    expect(page.locator(".timeline .entry", has_text="xylophone")).to_be_focused()
    page.locator(".timeline-more summary").press("Enter")
    expect(page.locator("#only-call")).to_be_in_viewport()
    page.get_by_label("Words in it").fill("xylophone")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline .entry")).to_have_count(1)
    expect(page.get_by_label("Words in it")).to_be_focused()
    page.get_by_role("link", name="Clear").click()
    expect(page.locator(".timeline .entry")).not_to_have_count(1)
    page.keyboard.press("End")
    expect(page.locator(".timeline .entry")).to_have_count(26)


def test_merging_by_keyboard_and_undo(open_page, house):
    kept = house.contact("Merge Me", company="First")
    house.contact("Merge Mé", calls=2, company="Second")
    page = open_page("bob")
    page.goto(kept)
    page.locator(".contact-acts summary").press("Enter")
    page.get_by_role("link", name="Merge…").press("Enter")
    expect(page.get_by_text("These may be the same person")).to_be_visible()
    page.get_by_role("link", name="Merge Mé").press("Enter")
    page.get_by_role("radio", name="Second").press("Space")
    page.get_by_role("button", name="Merge").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Two became one: Merge Me.")
    expect(page.locator(".contact-role")).to_contain_text("Second")
    expect(page.locator(".timeline .entry")).to_have_count(2)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("are two again")
    expect(page.locator(".contact-role")).to_contain_text("First")
    expect(page.locator(".timeline .entry")).to_have_count(0)


def test_on_a_phone(open_page, house):
    address = house.contact("Phone Person " + "x" * 60, calls=4, tags=["phone", "y" * 60], keep_in_touch_days=1)
    other = house.contact("Phone Other", company="Z" * 80)
    page = open_page("bob", **PHONE)
    merge = f"{address}/merge?with={other.rpartition('/')[2]}"
    for path in ("/contacts", "/contacts?tag=phone&owner=2", "/imports", f"{address}/merge", merge, f"{address}/edit", address):
        page.goto(path)
        assert not sideways(page), path
    page.goto("/contacts?search=phone")
    page.locator(".pick-row").first.check()
    page.locator(".bulk").locator("summary", has_text="Assign").tap()
    page.get_by_label("Whose they are").select_option(label="Alice")
    assert not sideways(page)
    page.locator(".bulk").get_by_role("button", name="Assign").tap()
    expect(page.locator("#toasts")).to_contain_text("1 contact given away.")


def test_the_columns_of_a_file_without_javascript(open_page, house):
    page = open_page("bob", java_script_enabled=False)
    page.goto("/imports")
    page.get_by_label("A CSV or vCard file").set_input_files(
        {"name": "p.csv", "mimeType": "text/csv", "buffer": b"Who,Mail\nNoscript Person,n@example.com\n"}
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("Who", exact=True).select_option(label="Name")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".preview-table")).to_contain_text("Noscript Person")
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()


def test_the_columns_are_looked_at_again_as_they_are_chosen(open_page):
    page = open_page("bob")
    page.goto("/imports")
    page.get_by_label("A CSV or vCard file").set_input_files(
        {"name": "q.csv", "mimeType": "text/csv", "buffer": b"Who,Mail,Firm\nChosen Person,q@example.com,Engines\n"}
    )
    page.get_by_role("button", name="Upload").press("Enter")
    preview = page.locator(".preview-table")
    expect(preview).to_contain_text("q@example.com")
    expect(page.get_by_role("button", name="Look again")).to_have_count(0)
    page.wait_for_load_state()
    who, where = (page.get_by_label(name, exact=True) for name in ("Who", "Firm"))
    held = []
    page.route("**/columns", lambda route: held.append(route))
    with page.expect_request("**/columns"):
        who.press("n")
    page.unroute("**/columns")
    where.select_option(label="Company")  # while the answer about the first one is on its way
    expect(preview).to_contain_text("Engines")
    expect(preview).to_contain_text("Chosen Person")
    expect(who).to_have_value("name")
    expect(page.locator("#toasts")).to_contain_text("Looked again: 1 new")
    who.select_option(label="Left out")
    where.select_option(label="Notes")
    page.get_by_label("Mail", exact=True).select_option(label="Left out")
    expect(page.get_by_role("alert")).to_contain_text("one of them must be a name")
    expect(where).to_have_value("notes")
    who.press("n")
    page.get_by_role("button", name="Import 1 contact").press("Enter")
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()


def test_a_promise_is_opened_and_left_by_keys(open_page, house):
    page = open_page("bob")
    page.goto(house.contact("Promise Person"))
    page.wait_for_load_state()
    page.locator("#plan summary").press("Enter")
    expect(page.locator("#plan").get_by_label("What", exact=True)).to_be_focused()
    page.keyboard.type("Send the book")
    page.keyboard.press("Control+Enter")
    page.locator(".todo-list").get_by_role("link", name="Send the book").press("Enter")
    expect(page.locator(".todo-edit").get_by_label("What")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".todo", has_text="Send the book")).to_be_focused()


def test_quick_log_fills_its_panel_on_the_list_of_contacts(open_page, house):
    house.contact("Panel Person", calls=1)
    page = open_page("bob")
    page.goto("/contacts")
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.get_by_label("Find the contact")).to_be_focused()
    page.keyboard.type("Panel Person")
    expect(page.locator("#picked .pick-item")).to_have_count(1)
    page.keyboard.press("Enter")
    page.get_by_text("They promised something").press("Enter")
    for name, least in (("Notes", 400), ("What they promised", 200)):
        assert page.locator("#panel").get_by_label(name).bounding_box()["width"] > least, name


def test_a_message_goes_although_the_page_asks_every_second(open_page):
    page = open_page("bob")
    page.clock.install()
    page.goto("/imports")
    page.get_by_label("A CSV or vCard file").set_input_files(
        {"name": "r.csv", "mimeType": "text/csv", "buffer": b"name\nPatient Person\n"}
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Import 1 contact").click()
    page.clock.run_for(200)
    expect(page.locator("#toasts")).to_contain_text("The import is on its way.")
    for _ in range(11):
        with page.expect_response("**/imports/*"):
            page.clock.run_for(1000)
    expect(page.locator("#toasts")).to_be_empty()
