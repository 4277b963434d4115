"""The main job, end to end: find a contact, log a call, schedule a meeting, complete it, see both on the timeline."""

from __future__ import annotations

from playwright.sync_api import Page, expect

import making


def titles(page: Page):
    return page.locator(".timeline .entry-title")


def test_with_javascript(open_page, house):
    address = house.contact("Ada Lovelace", company="Analytical Engines")
    house.contact("Grace Hopper")
    page = open_page("bob")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()

    # Find: the list answers while one types.
    page.get_by_role("link", name="Contacts").first.click()
    expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("f")
    page.keyboard.type("lovel")
    expect(page.get_by_role("status").filter(has_text="for “lovel”")).to_be_visible()
    expect(page.get_by_role("link", name="Grace Hopper")).to_have_count(0)
    expect(page.get_by_label("Search the contacts")).to_be_focused()
    expect(page).to_have_url(f"{house.address}/contacts?search=lovel")
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page).to_have_url(house.address + address)
    page.wait_for_load_state()

    # Log, with the keyboard alone.
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Call", exact=True)).to_be_focused()
    page.get_by_role("radio", name="60", exact=True).check()
    page.get_by_label("Notes").fill("They wait for the offer.")
    page.get_by_label("Topics: new ones, separated by commas").fill("pricing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="pricing")).to_be_checked()
    page.get_by_label("Notes").focus()
    page.keyboard.press("Control+Enter")
    logged = page.locator(".entry", has_text="Call with Ada Lovelace")
    expect(logged).to_be_focused()
    expect(logged).to_contain_text("They wait for the offer.")
    expect(logged.locator(".tag")).to_have_text("pricing")
    expect(page.get_by_label("Notes")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("Logged: Call with Ada Lovelace.")
    expect(page.locator("#contact-head")).to_contain_text("1 h ago")  # for an hour: "30 min" would be over in a minute

    # Schedule.
    page.get_by_role("link", name="Schedule").first.click()
    page.get_by_label("Purpose").fill("Quarterly review")
    page.get_by_label("Agenda").first.fill("Pricing")
    page.keyboard.press("Enter")
    page.keyboard.type("Hiring")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("heading", name="Quarterly review", level=1)).to_be_visible()
    expect(page.locator(".points li")).to_have_text(["Pricing", "Hiring"])
    meeting = page.url

    # Complete, in place: the address stays.
    page.get_by_role("link", name="Complete").click()
    expect(page.get_by_label("What was agreed")).to_be_focused()
    page.keyboard.type("They take it.")
    page.get_by_role("checkbox", name="Hiring").uncheck()
    page.get_by_label("Action", exact=True).fill("Send the contract")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Action", exact=True)).to_have_count(2)
    page.keyboard.type("Book the room")
    page.get_by_role("radio", name="Stronger").check()
    page.get_by_role("button", name="Complete the meeting").click()
    expect(page.get_by_text("Completed by Bob")).to_be_visible()
    assert page.url == meeting
    expect(page.locator(".ticks .left-open")).to_contain_text("Hiring")
    expect(page.locator(".todo-title")).to_have_text(["Send the contract", "Book the room"])

    # See both; delete one and take it back.
    page.get_by_role("link", name="Ada Lovelace").first.click()
    expect(titles(page)).to_have_text(["Quarterly review", "Call with Ada Lovelace"])
    expect(page.locator("#contact-side .todo-title")).to_have_text(["Send the contract", "Book the room"])
    logged.hover()
    logged.get_by_label("More about Call with Ada Lovelace").click()
    logged.get_by_role("button", name="Delete").click()
    undo = page.get_by_role("button", name="Undo: deleted Call with Ada Lovelace")
    expect(undo).to_be_focused()
    expect(titles(page)).to_have_text(["Quarterly review"])
    undo.press("Enter")
    expect(titles(page)).to_have_text(["Quarterly review", "Call with Ada Lovelace"])
    expect(logged).to_be_focused()


def test_without_javascript(open_page, house):
    house.contact("Emmy Noether")
    page = open_page("bob", java_script_enabled=False)

    page.get_by_role("link", name="Contacts").first.click()
    page.get_by_label("Search the contacts").fill("noether")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Emmy Noether").click()
    address = page.url

    page.get_by_text("Log a call, a meeting, a coffee…").click()
    page.get_by_role("radio", name="Coffee").check()
    page.get_by_role("radio", name="At another time").check()
    page.get_by_label("Time, Europe/Berlin").fill("2026-01-15T10:30")
    page.get_by_label("Notes").fill("Rings and fields.")
    page.get_by_label("Topics: new ones, separated by commas").fill("algebra, physics")
    page.get_by_role("checkbox", name="Follow up").check()
    page.get_by_label("What has to be done").first.fill("Send the paper")
    page.get_by_role("button", name="Log it").click()
    expect(page.locator("#toasts")).to_contain_text("Logged: Coffee with Emmy Noether.")
    expect(page.locator(".entry .tag")).to_have_text(["algebra", "physics"])
    expect(page.locator(".todo-title")).to_have_text("Send the paper")

    page.get_by_role("link", name="Edit Coffee with Emmy Noether").click()
    page.get_by_label("Title").fill("abc")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field-error")).to_have_text("Title must have at least 5 characters.")
    expect(page.get_by_label("Notes")).to_have_value("Rings and fields.")
    page.get_by_label("Title").fill("Coffee at the institute")
    page.get_by_role("button", name="Save").click()
    expect(titles(page)).to_have_text("Coffee at the institute")

    page.get_by_role("link", name="Schedule").first.click()
    page.get_by_label("Purpose").fill("Lecture plan")
    for number, item in enumerate(("Dates", "Rooms", "Fees")):
        page.get_by_label("Agenda").nth(number).fill(item)
    page.get_by_role("button", name="Schedule").click()
    page.get_by_role("link", name="Complete").click()
    page.get_by_label("What was agreed").fill("Two lectures in May.")
    page.get_by_label("Action", exact=True).nth(0).fill("Book the hall")
    page.get_by_label("Action", exact=True).nth(1).fill("Print the posters")
    page.get_by_role("button", name="Complete the meeting").click()
    expect(page.get_by_text("Completed by Bob")).to_be_visible()
    expect(page.locator(".todo-title")).to_have_text(["Book the hall", "Print the posters"])

    page.goto(address)
    expect(titles(page)).to_have_text(["Lecture plan", "Coffee at the institute"])
    page.get_by_label("More about Coffee at the institute").click()
    page.get_by_role("button", name="Delete").last.click()
    expect(titles(page)).to_have_text(["Lecture plan"])
    page.get_by_role("button", name="Undo").click()
    expect(titles(page)).to_have_text(["Lecture plan", "Coffee at the institute"])

    page.get_by_role("button", name="Done: Book the hall").click()
    expect(page.get_by_role("button", name="Done: Book the hall")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Done: Book the hall")).to_be_visible()


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_on_a_phone(open_page, house):
    address = house.contact(
        "Maximiliana Konstantina Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh",
        calls=3,
        company="Gesellschaft für außerordentlich lange Firmennamen mbH & Co. KG",
        emails=["maximiliana.konstantina.wolfeschlegelsteinhausenbergerdorff@example.com"],
        tags=["a tag", "another tag that goes on for longer than one would think"],
    )
    meeting = house.meeting(
        address, purpose="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz", location="x" * 120
    )
    page = open_page("bob", **PHONE)
    for path in ("/", "/contacts", address, f"{address}/edit", "/meetings", meeting, f"{meeting}/complete", "/follow-ups"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"

    # One hand: plus, whom, log.
    page.goto("/")
    page.get_by_role("link", name="Log an interaction").tap()
    page.get_by_label("Find the contact").fill("maximiliana")
    page.get_by_role("link", name="Maximiliana").tap()
    page.get_by_role("radio", name="Lunch").check()
    page.get_by_label("Notes").fill("Soup.")
    page.get_by_role("button", name="Log it").tap()
    expect(page.locator(".timeline .entry").filter(has_text="Soup.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_text("More", exact=True).tap()
    page.locator(".bottombar").get_by_role("link", name="Follow-ups").tap()
    expect(page.get_by_role("heading", name="Follow-ups", level=1)).to_be_visible()


def test_a_follow_ups_menu_stays_on_a_phones_screen(open_page, house):
    with house.app.app_context():
        making.plan(house.member("bob"), "Send the slides", due_on="2026-03-01")
    page = open_page("bob", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for address in ("/follow-ups", "/"):
        page.goto(address)
        page.get_by_label("More for Send the slides").click()
        menu = page.locator(".todo-menu .menu-body")
        expect(menu).to_be_in_viewport(ratio=1)
        assert menu.bounding_box()["width"] > 250


def test_what_is_refused_comes_out_from_below_the_bar_that_saves(open_page, house):
    house.contact("Ada Lovelace", calls=1)
    page = open_page("bob", viewport={"width": 1280, "height": 700})
    page.goto("/follow-ups")
    page.wait_for_load_state()
    page.keyboard.press("n")
    panel = page.locator("#panel")
    panel.locator(".pick-item").first.click()
    panel.get_by_text("Title, who led, place").click()
    panel.get_by_label("Title", exact=True).fill("abc")
    page.keyboard.press("Control+Enter")
    expect(panel.locator(".field-error")).to_be_visible()
    bottom, top = (
        panel.locator(box).evaluate(f"box => box.getBoundingClientRect().{edge}")
        for box, edge in ((".field-error", "bottom"), (".log-form > .form-acts", "top"))
    )
    assert bottom <= top
