"""The walk-throughs of docs/walkthroughs, run as they stand against a real server with demo data: all the blocks of a page one
after the other, and what they print compared with what the page says. "…" stands for anything in a line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.database import transaction
from crm.services import demo
from servers import ROOT, redis_server, web_server

PAGES = ROOT / "docs" / "walkthroughs"

# Waiting for the next minute takes no minute here: it begins when somebody waits for it.
NO_WAITING = """
import sys as _sys, time as _time
from redis import Redis as _Redis
_time.sleep = lambda seconds: (_sys.exit(f"waits for {seconds} s") if seconds > 60 else _Redis.from_url(%r).flushall())
"""


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", (PAGES / page).read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found


def prints(said: str, page: str) -> None:
    """Compares line by line, so that the first one that is different is told."""
    expected = "".join(blocks(page, "text")).splitlines()
    for line, pattern in zip(said.splitlines(), expected, strict=False):
        assert re.fullmatch(re.escape(pattern).replace("…", ".*"), line), f"{line!r} is not {pattern!r}"
    assert len(said.splitlines()) == len(expected), said


@pytest.fixture
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def api(app, settings, redis_url) -> Iterator[str]:
    """The address of the API, with the demo's people, some contacts, and limits."""
    with app.app_context(), transaction():
        demo.load(contacts=8, interactions=60)
    env = {"CRM_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url, "REDIS_URL": redis_url}
    with web_server(env | {"WEB_CONCURRENCY": "2", "RATELIMIT_ENABLED": "true"}) as address:
        yield f"{address}/api/v1"


def run(command: list[str], api: str, folder: Path) -> str:
    env = {**os.environ, "RAPPORT_API": api, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def test_python(api, redis_url, tmp_path):
    script = tmp_path / "walk.py"
    script.write_text(NO_WAITING % redis_url + "\n".join(blocks("python.md", "python")))
    prints(run([sys.executable, str(script)], api, tmp_path), "python.md")


def test_curl(api, tmp_path):
    missing = [program for program in ("bash", "curl", "python3") if not shutil.which(program)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"the page with curl is not tested: there is no {', no '.join(missing)} on this machine")
    script = tmp_path / "walk.sh"
    script.write_text("set -euo pipefail\n" + "\n".join(blocks("curl.md", "bash")))
    prints(run(["bash", str(script)], api, tmp_path), "curl.md")
    assert [path.name for path in tmp_path.iterdir()] == ["walk.sh"]  # nothing is left lying about
