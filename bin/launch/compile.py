"""bin/compile: from the packages that setup.cfg asks for to the exact versions in requirements*.txt."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

from launch import environment
from launch.machine import LOGS, ROOT, Sorry, say, step, told

PIP_TOOLS = "pip-tools==7.6.2"
# Nothing of the machine that compiles: no registry's address, no folder.
QUIET = [
    "--quiet",
    "--strip-extras",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
]


def main(arguments: list[str]) -> None:
    """Arguments go to pip-compile: --upgrade, --upgrade-package NAME. Versions already chosen stay otherwise."""
    with told("bin/compile"):
        if sys.version_info[:2] != (3, 11):
            raise Sorry("the pins must hold on the oldest Python that is supported: run python3.11 bin/compile.")
        tools = environment.VENV / "pip-tools"
        with environment.alone():
            environment.ensure()
            step("Installing pip-tools", [*environment.PIP, "--target", tools, "--upgrade", PIP_TOOLS], LOGS / "pip-tools.log")
        asked = configparser.ConfigParser()
        asked.read(ROOT / "setup.cfg")
        compile_layer(tools, ROOT / environment.RUNTIME, asked["options"]["install_requires"], arguments)
        for extra, wanted in asked["options.extras_require"].items():  # on top of the run-time versions, and agreeing with them
            compile_layer(tools, ROOT / f"requirements-{extra}.txt", f"-c {ROOT / environment.RUNTIME}\n{wanted}", arguments)


def compile_layer(tools: Path, target: Path, wanted: str, arguments: list[str]) -> None:
    command = [
        environment.PYTHON,
        "-m",
        "piptools",
        "compile",
        *QUIET,
        "--annotation-style=line",
        *arguments,
        "--output-file",
        target.name,
        "-",
    ]
    env = os.environ | {"PYTHONPATH": str(tools), "CUSTOM_COMPILE_COMMAND": "bin/compile"}
    if subprocess.run(command, input=wanted, text=True, cwd=ROOT, env=env).returncode:
        raise Sorry(f"{target.name} could not be compiled; why is above.")
    target.write_text(target.read_text().replace("-r -", "setup.cfg").replace(f"{ROOT}/", ""))
    say(f"{target.name} is compiled.")
