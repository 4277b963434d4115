"""What a sign-in was made with, said as its owner would: "Firefox on Linux"."""

from __future__ import annotations

import re
from typing import NamedTuple


class Device(NamedTuple):
    name: str
    icon: str


# The first that is found counts: each of the later ones is also named by browsers that stand before it.
BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)
HANDHELD = {"iPhone", "iPad", "Android"}


def of(user_agent: str, kind: str) -> Device:
    """From the header of the sign-in; `kind` is "browser" or "api"."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser:
        name = f"{browser} on {system}" if system else browser
        return Device(name, "device-mobile" if system in HANDHELD else "device-desktop")
    product = re.match(r"[\w.+-]{1,40}", user_agent)
    if kind == "api":
        return Device(f"{product[0]}, over the API" if product else "A program, over the API", "code")
    return Device(product[0] if product else "A browser", "device-desktop")


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for name, pattern in known if re.search(pattern, text)), None)
