"""What is on the pictures: each is a page of the demo data, as Alice of Berlin sees it, with something done on it first.

`{contact}` and the like in an address stand for the page that the link SOMEBODY leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

# A link on a list, by the list's address and a selector: the first that is found.
SOMEBODY = {
    "contact": ("/contacts?search=lovelace", "#contacts td a[href^='/contacts/']"),
    "meeting": ("/meetings", ".agenda .row-link >> nth=1"),
    "unfinished": ("/meetings?show=unfinished", ".agenda .row-link"),
    "held": ("/meetings?show=completed", ".agenda .row-link"),
}
# Ada once more, as somebody typed her in a hurry: for the merge.
TWIN = "Name,Company,Email,Phone\nAda Lovelace,Nordlicht,ada@nordlicht.example,+49 30 5557100\n"
# For the import: one that is there already, and one whose address is none.
SHEET = b"""Full name,Company,Mail,Mobile,Notes
Ada Lovelace,Nordlicht Energie,ada.lovelace.0@example.com,,Knows the board
Rosalind Achterberg,Umbra Optics,rosalind@umbra.example,+31 20 555 0143,Met at the fair
Tomasz Wrona,Vantage Rail,tomasz@vantage.example,+48 22 555 0178,
Imani Mwangi,Quay Street Capital,imani@quay.example,+254 20 555 011,Prefers a call
Nobody At All,Papyrus Press,nobody at papyrus,,
"""


def nothing(page: Page) -> None:
    """The page as it opens."""


def log(page: Page) -> None:
    page.keyboard.press("n")
    page.get_by_role("radio", name="Call", exact=True).wait_for()
    page.get_by_role("radio", name="30", exact=True).check()
    page.get_by_label("Notes").fill("She wants the revised offer before the board meets.")


def quick_log(page: Page) -> None:
    page.keyboard.press("n")
    page.locator("#panel input").first.wait_for()


def panel(page: Page) -> None:
    page.locator("[data-line] .row-link").nth(2).click()
    page.locator("#peek h2").first.wait_for()


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette input[role=combobox]").press_sequentially("ma")
    page.locator("#palette-contacts [role=option]").first.wait_for()


def minutes(page: Page) -> None:
    page.get_by_label("What was agreed").fill("They name one person who decides. The pilot begins on the first of the month.")
    page.get_by_label("Action", exact=True).first.fill("Send the dates of the training")
    page.keyboard.press("Enter")


def merge(page: Page) -> None:
    page.get_by_role("link", name="Ada Lovelace").last.click()
    page.get_by_role("button", name="Merge").wait_for()


def upload(page: Page) -> None:
    page.get_by_label("A CSV or vCard file").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET})
    page.get_by_role("button", name="Upload").click()
    page.locator(".preview-table").wait_for()
    page.locator("#toasts").get_by_role("button", name="Dismiss").click()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()


@dataclass(frozen=True, slots=True)
class Picture:
    """docs/images/NAME.png: a page, what is done on it before, and in front of what."""

    name: str
    address: str
    act: Callable[[Page], None] = nothing
    phone: bool = False
    dark: bool = False
    height: int | None = None  # of the window, where the usual one cuts the point of it off


PICTURES = (
    Picture("today", "/"),
    Picture("contacts", "/contacts"),
    Picture("contacts-filtered", "/contacts?tag=customer&sort=last_interaction_at&order=desc"),
    Picture("contact", "/contacts/{contact}"),
    Picture("contact-log", "/contacts/{contact}", log, height=900),
    Picture("quick-log", "/", quick_log),
    Picture("palette", "/", palette),
    Picture("keys", "/", keys),
    Picture("interactions", "/interactions?type=call&mood=negative", panel),
    Picture("search", "/search?f1=notes&o1=contains&v1=security&f2=duration&o2=gt&v2=30"),
    Picture("meeting", "/meetings/{meeting}"),
    Picture("meeting-complete", "/meetings/{unfinished}/complete", minutes, height=1032),
    Picture("meeting-minutes", "/meetings/{held}"),
    Picture("calendar", "/meetings/calendar?view=week"),
    Picture("calendar-month", "/meetings/calendar?view=month"),
    Picture("follow-ups", "/follow-ups?view=board"),
    Picture("analytics", "/analytics"),
    Picture("merge", "/contacts/{contact}/merge", merge, height=900),
    Picture("import", "/imports", upload, height=900),
    Picture("settings-sign-ins", "/settings/sign-ins"),
    Picture("settings-members", "/settings/members"),
    Picture("phone-today", "/", phone=True),
    Picture("phone-contact", "/contacts/{contact}", phone=True),
    Picture("phone-log", "/contacts/{contact}", log, phone=True),
    Picture("dark-today", "/", dark=True),
    Picture("dark-contact", "/contacts/{contact}", dark=True),
    Picture("dark-analytics", "/analytics", dark=True),
)
