"""The page that shows the OpenAPI document. (That the browser complains of nothing, conftest.py sees to.)"""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from world import PASSWORD


def opened(page: Page, operation: str) -> None:
    page.locator(f"#operations-{operation} .opblock-summary-control").click()
    page.locator(f"#operations-{operation} .try-out__btn").click()


def answer_of(page: Page, operation: str) -> str:
    page.locator(f"#operations-{operation} .execute").click()
    told = page.locator(f"#operations-{operation} .live-responses-table .response-col_description pre").first
    expect(told).to_be_visible()
    return told.inner_text()


def test_a_stranger_reads_it_logs_in_and_tries_it_out(open_page):
    page = open_page(None)
    outside = []
    page.on(
        "request", lambda asked: outside.append(asked.url) if not asked.url.startswith(("http://127.0.0.1", "data:")) else 0
    )
    page.goto("/api/docs?dialect=contact")
    expect(page.get_by_label("Dialect")).to_have_value("contact")
    opened(page, "Authentication-login")
    credentials = json.dumps({"username": "bob@example.com", "password": PASSWORD})
    page.locator("#operations-Authentication-login textarea").fill(credentials)
    assert '"token"' in answer_of(page, "Authentication-login")
    opened(page, "Contacts-list_contacts")
    assert '"pageSize": 20' in answer_of(page, "Contacts-list_contacts")

    page.get_by_label("Dialect").select_option("site")
    expect(page.locator("#operations-Contacts-list_contacts")).to_contain_text("page_size")
    assert page.url.partition("#")[0].endswith("?dialect=site")
    assert outside == []


def test_on_a_phone_in_the_dark(open_page):
    page = open_page(None, viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto("/api/docs")
    expect(page.locator("#operations-Contacts-add_contact")).to_be_visible()
    page.locator("#operations-Contacts-add_contact .opblock-summary-control").click()
    expect(page.locator("#operations-Contacts-add_contact")).to_contain_text("Idempotency-Key")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).some((part) => part > 100)")
    assert not light
