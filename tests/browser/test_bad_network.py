"""A network that breaks and one that is slow: whatever somebody writes stays, is offered again, and is written once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from browser.conftest import House
from browser.ways import ON_ITS_WAY, WAYS, saving_a_view
from crm.extensions import db
from crm.models import Change, ContactImport, SavedView


def written(house: House) -> list[int]:
    """How much there is of what leaves a line of history, and of what does not."""
    with house.app.app_context():
        return [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Change, ContactImport, SavedView)]


class Slow:
    """Writes are held on their way until the test lets them go."""

    def __init__(self, page: Page) -> None:
        self.held, self.holds = list[Route](), True
        page.route("**/*", self.hold)

    def hold(self, route: Route) -> None:
        if self.holds and route.request.method == "POST":
            self.held.append(route)
        else:
            route.fallback()

    def lose_the_answer(self) -> None:
        """What was sent arrives and is done; the way back breaks."""
        self.holds = False
        for route in self.held:
            route.fetch(max_redirects=0)
            route.abort()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_connection_then_a_slow_one_then_a_lost_answer(open_page, house, way):
    page = open_page("bob")
    ready = way(page, house)
    failed = page.locator(".toast-failed")
    before = written(house)

    # No connection: all stays as it was, and it is said.
    page.context.set_offline(True)
    ready.send()
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("The server cannot be reached.")
    ready.stays()
    assert written(house) == before

    # A slow one: it shows at once that it is on its way, and who is impatient sends it once.
    page.context.set_offline(False)
    slow = Slow(page)
    with page.expect_request(lambda request: request.method == "POST"):
        failed.get_by_role("button", name="Try again").click()
    page.wait_for_function(ON_ITS_WAY)
    assert page.evaluate("parseFloat(getComputedStyle(document.body, '::before').animationDelay)") <= 0.2
    busy = page.locator("button[aria-busy=true]")
    if busy.count():
        busy.first.dispatch_event("click")
        box = busy.first.bounding_box()
        page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    assert len(slow.held) == 1

    # It arrives, the answer does not: another try is shown what the first one did.
    slow.lose_the_answer()
    expect(failed).to_contain_text("The server cannot be reached.")
    ready.stays()
    failed.get_by_role("button", name="Try again").click()
    ready.done()
    expect(failed).to_have_count(0)
    lines, imports, views = written(house)
    assert [lines - before[0], imports - before[1]] == [ready.lines, 0]
    assert views - before[2] == (way is saving_a_view)
