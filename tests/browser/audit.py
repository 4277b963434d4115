"""What is measured on a page: axe-core's findings, and what it weighs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"

# WCAG 2.2 AA, and what axe's authors hold to be good practice.
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What light and dark change, and what a narrow window does.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
OF_SIZE = [
    "target-size",
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "label",
    "button-name",
    "link-name",
]

KB = 1024
FIRST_LOAD, LATER_PAGE = 200 * KB, 30 * KB

# The document and all that it loaded, whether it came now or lies in the browser's cache: (address, bytes, bytes now).
LOADED = """
performance.getEntries().filter((one) => "encodedBodySize" in one)
  .map((one) => [one.name, one.encodedBodySize, one.transferSize])
"""


# What still passes over from one colour to another has none that could be judged.
AT_REST = """
const still = new CSSStyleSheet();
still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
document.adoptedStyleSheets = [still];
"""


@cache
def axe() -> str:
    return AXE.read_text() + AT_REST


def violations(page: Page, rules: list[str] | None = None, within: str = "") -> list[str]:
    """One line for each element that breaks a rule; of all rules, unless `rules` names some, and
    of the whole page, unless `within` selects a part."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe())
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": EVERYTHING}
    options: dict[str, Any] = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    if not rules:
        options["rules"] = {"target-size": {"enabled": True}}  # which is off by itself
    run = "([within, options]) => axe.run(within || document, options).then((result) => result.violations)"
    found = page.evaluate(run, [within, options])
    return [
        f"{rule['id']}: {' '.join(node['target'][0]) if isinstance(node['target'][0], list) else node['target'][0]}"
        f" ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in found
        for node in rule["nodes"]
    ]


def weight(page: Page) -> tuple[int, int]:
    """Bytes on their way, bodies compressed: of this page as the first one, and of this page after others."""
    loaded = {name: (whole, now) for name, whole, now in page.evaluate(LOADED)}
    return sum(whole for whole, _ in loaded.values()), sum(now for _, now in loaded.values())
