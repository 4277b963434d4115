"""The Procfile: what there is to run, for Heroku and for bin/run alike."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from launch.machine import Sorry


def read(path: Path) -> dict[str, list[str]]:
    """Each line's name and command. No shell reads the commands here: a signal reaches the program itself. Raises Sorry."""
    commands: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"([A-Za-z0-9_-]+):\s*(\S.*)", line)
        if not found or found[1] in commands:
            raise Sorry(f"line {number} of {path.name} is not 'name: command' with a name of its own: {line}")
        commands[found[1]] = shlex.split(found[2])
    return commands
