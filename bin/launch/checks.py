"""bin/test: lint, types, and all tests on SQLite, on PostgreSQL and in a browser, on a machine that has none of it."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from launch import assets, browser, environment, redis
from launch.machine import ROOT, Sorry, Stop, end, say, spawn, told

BROWSER_TESTS = "tests/browser"
SETUP_TESTS = "tests/setup"
SCHEMA_TESTS = "tests/schema"  # a minute of the same requests: on PostgreSQL where it is asked for
# For two processors: in front of a browser each test waits for it, or for the server, a third of its time.
AT_A_TIME, IN_A_BROWSER = 2, 3
NO_TESTS = 5  # pytest's exit code
# A person's own data and keys: no test may see them.
PRIVATE = (
    "DATABASE_URL",
    "REDIS_URL",
    "CRM_DATA",
    "SECRET_KEY",
    "JWT_PRIVATE_KEY",
    "PORT",
    "CRM_HOST",
    "RATELIMIT_ENABLED",
    "RATELIMIT_USER",
    "RATELIMIT_SEARCH",
    "RATELIMIT_ANONYMOUS",
    "RATELIMIT_AUTH",
    "BASE_URL",
    "MAIL_URL",
    "MAIL_FROM",
    "FLASK_APP",
)


def main(arguments: list[str]) -> None:
    """Arguments go to pytest; lint and types are left out then."""
    with told("bin/test"):
        with environment.alone():
            environment.ensure(environment.RUNTIME, environment.TEST)
            assets.ensure()
            redis.program()
        if Path(sys.prefix) != environment.VENV:  # from here on with the packages
            os.execv(environment.PYTHON, [environment.PYTHON, str(ROOT / "bin" / "test"), *arguments])
        checks = Checks(some=bool(arguments))
        if not arguments:
            checks.run("Lint", ["ruff", "check", "."])
            checks.run("Format", ["ruff", "format", "--check", "."])
            checks.run("Types", ["mypy"])
        tests(checks, arguments)
        sys.exit(checks.summary())


def tests(checks: Checks, arguments: list[str]) -> None:
    """All of them on SQLite, those that meet a database on PostgreSQL too, and those in a browser; or what was asked for."""
    asked = [word for word in arguments if (ROOT / word.partition("::")[0]).exists()]
    paths = asked or ["tests"]
    options = [word for word in arguments if word not in asked]
    alone = any("::" in path for path in asked) or any(word.startswith(("-n", "--pdb", "-s")) for word in options)

    def pytest(count: int) -> list[str]:
        """Each of `count` begins with its own part of the tests, and who is done takes from the others."""
        return ["pytest", *([] if alone else ["-n", str(count), "--dist", "worksteal"]), *options]

    unseen = f"--ignore={BROWSER_TESTS}"

    plain = [path for path in paths if not is_within(path, BROWSER_TESTS)]
    if plain:
        checks.run("SQLite", [*pytest(AT_A_TIME), unseen, *plain])
    on_postgresql = [path for path in plain if not is_within(path, SETUP_TESTS)]
    if on_postgresql:
        with contextlib.ExitStack() as stack:
            try:
                url = stack.enter_context(servers().postgresql())
            except servers().NoServer as why:
                checks.leave_out("PostgreSQL", why)
            else:
                spared = [] if any(is_within(path, SCHEMA_TESTS) for path in paths) else [f"--ignore={SCHEMA_TESTS}"]
                ignored = [f"--ignore={SETUP_TESTS}", *spared]
                checks.run("PostgreSQL", [*pytest(AT_A_TIME), unseen, *ignored, *on_postgresql], TEST_DATABASE_URL=url)
    in_browser = [path for path in paths if is_within(path, BROWSER_TESTS)]
    if any(is_within(BROWSER_TESTS, path) for path in paths):
        in_browser = [BROWSER_TESTS]
    if in_browser:
        try:
            checks.run("Browser", [*pytest(IN_A_BROWSER), *in_browser], TEST_BROWSER=str(browser.ensure()))
        except Sorry as why:
            checks.leave_out("Browser", why)


def is_within(path: str, folder: str) -> bool:
    return (ROOT / path.partition("::")[0]).resolve().is_relative_to(ROOT / folder)


def servers() -> ModuleType:
    """tests/servers.py, which needs the packages."""
    sys.path.append(str(ROOT))
    return importlib.import_module("tests.servers")


class Checks:
    """What was run and how it ended."""

    def __init__(self, *, some: bool) -> None:
        env = {name: value for name, value in os.environ.items() if name not in PRIVATE}
        self._env = env | {"PATH": f"{environment.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        self._strict = os.environ.get("CI", "").lower() in ("1", "true")
        # Where only some tests were asked for, a part may hold none of them.
        self._fine = {0, NO_TESTS} if some else {0}
        self._lines: list[str] = []
        self._codes: list[int] = []

    def run(self, title: str, command: Sequence[str], **env: str) -> None:
        say(f"\n── {title}: {' '.join(command)}")
        began = time.monotonic()
        process = spawn([environment.VENV / "bin" / command[0], *command[1:]], env=self._env | env, foreground=True)
        try:
            code = process.wait()
        except Stop as asked:
            if asked.signal_number != signal.SIGINT:  # Ctrl-C has reached it too
                process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            raise
        finally:
            end(process)
        self._codes.append(code)
        result = "passed" if code == 0 else "no tests" if code == NO_TESTS and command[0] == "pytest" else "FAILED"
        self._lines.append(f"{title:<10}  {result}, {time.monotonic() - began:.0f} s")

    def leave_out(self, title: str, why: object) -> None:
        """Not tested: a person is told so, and CI does not accept it."""
        self._lines.append(f"{title:<10}  NOT TESTED: {why}")
        if self._strict:
            self._codes.append(1)

    def summary(self) -> int:
        """Prints how each part ended, and answers the exit code."""
        say("\n── " + "\n   ".join(self._lines))
        wrong = [code for code in self._codes if code not in self._fine]
        return wrong[0] if wrong else 0 if 0 in self._codes else NO_TESTS
