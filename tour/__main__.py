"""Fills a temporary folder with the demo data, runs the application on it, and takes the pictures in Chromium.

`bin/tour [NAME …]`: those pictures only, or all of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from crm.services.demo import PASSWORD
from tests.servers import ROOT, temporary_folder, web_server
from tour import png
from tour.pictures import PICTURES, SOMEBODY, TWIN, Picture

IMAGES = ROOT / "docs" / "images"
ME = "alice@rapport.example"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (Linux; Android) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
}
ALWAYS: dict[str, Any] = {
    "locale": "en-GB",
    "timezone_id": "Europe/Berlin",
    "reduced_motion": "reduce",
    "device_scale_factor": 1,
}


def main(names: list[str]) -> None:
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        sys.exit(
            f"bin/tour: no picture is called {', '.join(sorted(unknown))}. There are {', '.join(one.name for one in PICTURES)}."
        )
    from launch.checks import PRIVATE  # tests/servers.py has put bin/ on the path

    for name in PRIVATE:  # a person's own database is not the place for the demo
        os.environ.pop(name, None)
    IMAGES.mkdir(exist_ok=True)
    with temporary_folder() as folder:
        env = {"CRM_DATA": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "RATELIMIT_ENABLED": "false"}
        fill(env, folder)
        with web_server(env) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("TEST_BROWSER", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu", "--lang=en-GB"],
                env={**os.environ, "LANGUAGE": "en_GB"},  # how a field shows a date
            )
            take(browser, address, [picture for picture in PICTURES if not names or picture.name in names])
            browser.close()
    total = sum(path.stat().st_size for path in IMAGES.glob("*.png"))
    print(f"docs/images holds {total / 1024:,.0f} KB.")


def fill(env: Mapping[str, str], folder: Path) -> None:
    """The demo's year, and a contact who is there twice."""
    twin = folder / "twin.csv"
    twin.write_text(TWIN)
    for command in (["db", "upgrade"], ["demo", "load"], ["import", "contacts", str(twin), "--site", "Berlin", "--user", ME]):
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
        done = subprocess.run(flask, env={**os.environ, **env}, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"bin/tour: flask {' '.join(command)}: {done.stdout}{done.stderr}")


def take(browser: Browser, address: str, pictures: list[Picture]) -> None:
    found: dict[str, str] = {}
    # The desktop comes last: its list of sign-ins has something to show then.
    for phone, dark in ((True, False), (True, True), (False, True), (False, False)):
        asked = [picture for picture in pictures if (picture.phone, picture.dark) == (phone, dark)]
        if not asked:
            continue
        with signed_in(browser, address, phone, dark) as page:
            usual = page.viewport_size
            for picture in asked:
                if usual:
                    page.set_viewport_size({"width": usual["width"], "height": picture.height or usual["height"]})
                visit(page, resolved(page, picture.address, found))
                picture.act(page)
                page.mouse.move(0, 0)
                settle(page)
                file = IMAGES / f"{picture.name}.png"
                file.write_bytes(png.smaller(page.screenshot(animations="disabled", caret="hide")))
                print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1024:.0f} KB", flush=True)


@contextmanager
def signed_in(browser: Browser, address: str, phone: bool, dark: bool) -> Iterator[Page]:
    looks = ALWAYS | (PHONE if phone else DESKTOP) | {"color_scheme": "dark" if dark else "light"}
    context = browser.new_context(base_url=address, **looks)
    # What is typed for one picture is not to be offered again on the next one.
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none here'); } })")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail or user name").fill(ME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("/$"))
    yield page
    context.close()


def resolved(page: Page, address: str, found: dict[str, str]) -> str:
    """The address, with what stands in braces looked up once."""
    for name in re.findall(r"{(\w+)}", address):
        if name not in found:
            where, selector = SOMEBODY[name]
            visit(page, where)
            found[name] = (page.locator(selector).first.get_attribute("href") or "").rpartition("/")[2]
        address = address.replace(f"{{{name}}}", found[name])
    return address


def visit(page: Page, address: str) -> None:
    answer = page.goto(address)
    if not answer or not answer.ok:
        sys.exit(f"bin/tour: {address} answers {answer and answer.status}.")
    settle(page)


def settle(page: Page) -> None:
    """Whatever was asked for is there, and drawn in its own font."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")


if __name__ == "__main__":
    main(sys.argv[1:])
