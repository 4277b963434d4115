"""The Chromium that the browser tests drive."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from launch import environment
from launch.machine import LOGS, Sorry, step

# The one that Playwright drives by itself: no window is built and thrown away for each page, which takes as long as the page.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")
# An archive that does not answer is not waited for.
INSTALL = (
    "apt-get -o Acquire::http::Timeout=20 update && apt-get -o Acquire::http::Timeout=20 install -y --no-install-recommends "
)
ASK = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"


def ensure() -> Path:
    """The machine's own, else Playwright's, else one that is installed now, in the way this machine allows: where that takes
    seconds, also beside one that has a window. Raises Sorry."""
    found = machines() or playwrights()
    if found and (found.name == SHELL or not is_debian()):
        return found
    try:
        install()
    except Sorry:
        if not found:
            raise
    found = machines() or playwrights()
    if not found:
        raise Sorry("Chromium was installed, and is not found.")
    return found


def is_debian() -> bool:
    """Whether packages are installed here as Debian does, and we may."""
    return os.getuid() == 0 and "ID=debian" in _text(Path("/etc/os-release")).splitlines()


def install() -> None:
    log = LOGS / "chromium.log"
    if is_debian():
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        step("Installing Chromium", ["sh", "-c", INSTALL + SHELL], log, env=env)
    else:
        step("Installing Chromium", [environment.PYTHON, "-m", "playwright", "install", "chromium"], log)


def machines() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


def playwrights() -> Path | None:
    answer = subprocess.run([environment.PYTHON, "-c", ASK], capture_output=True, text=True).stdout.strip()
    return Path(answer) if answer and Path(answer).exists() else None


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
