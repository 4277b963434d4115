"""bin/run and its like as a person runs them: in a process of their own, on data of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.machine import ROOT

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Start]:
    """Starts `bin/<words>`; what is given by name becomes its environment. Whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def starting(*words: str, stdin: int | None = subprocess.DEVNULL, **env: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "bin" / words[0]), *words[1:]]
        given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "PORT")}
        process = subprocess.Popen(
            command,
            env=given | {"CRM_DATA": str(data)} | env,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield starting
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=40)


@pytest.fixture
def say(start: Start) -> Callable[..., tuple[int, str]]:
    """Runs `bin/<words>` to its end: the exit code and all that was printed."""

    def saying(*words: str, **env: str) -> tuple[int, str]:
        process = start(*words, **env)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed

    return saying


@pytest.fixture
def port() -> int:
    """One that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
