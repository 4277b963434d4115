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
ASK = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"


def ensure() -> Path:
    """The machine's own, else Playwright's, else one that is installed now, in the way this machine allows. Raises Sorry."""
    found = machines() or playwrights()
    if found:
        return found
    if os.getuid() == 0 and "ID=debian" in _text(Path("/etc/os-release")).splitlines():
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install = "apt-get install -y --no-install-recommends"
        shell = f"apt-get update && ({install} {SHELL} || {install} chromium)"
        step("Installing Chromium", ["sh", "-c", shell], LOGS / "chromium.log", env=env)
    else:
        step("Installing Chromium", [environment.PYTHON, "-m", "playwright", "install", "chromium"], LOGS / "chromium.log")
    found = machines() or playwrights()
    if not found:
        raise Sorry("Chromium was installed, and is not found.")
    return found


def machines() -> Path | None:
    paths = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in paths if path), None)


def playwrights() -> Path | None:
    answer = subprocess.run([environment.PYTHON, "-c", ASK], capture_output=True, text=True).stdout.strip()
    return Path(answer) if answer and Path(answer).exists() else None


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
