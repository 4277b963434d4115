"""bin/run for real: to a page that answers, and back to nothing."""

from __future__ import annotations

import http.client
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from launch import data as data_folder
from launch import redis
from launch.machine import wait_for

Start = Callable[..., "subprocess.Popen[str]"]


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """All that it prints up to the line with this text; it has a minute for it."""
    assert process.stdout
    printed = ""
    deadline = time.monotonic() + 60
    for line in process.stdout:
        printed += line
        if text in line or time.monotonic() > deadline:
            break
    assert text in printed, printed
    return printed


def status(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path)
    return line.getresponse().status


def is_free(port: int) -> bool:
    try:
        status(port, "/healthz")
    except OSError:
        return True
    return False


def test_it_starts_and_stops_as_one(start: Start, data: Path, port: int) -> None:
    process = start("run", "--empty", PORT=str(port))
    printed = read_until(process, "Ctrl-C stops it.")
    assert f"Rapport is at http://localhost:{port}" in printed
    assert 'bin/flask site create "Our team"' in printed
    assert status(port, "/healthz") == 200
    assert status(port, "/static/vendor/icons.svg") == 200
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=40)
    assert process.returncode == 128 + signal.SIGINT
    assert is_free(port)
    assert redis.ask(data_folder.socket_path(data), "PING") is None


def test_the_first_start_has_people_to_sign_in_as(start: Start, port: int) -> None:
    first = start("run", PORT=str(port))
    printed = read_until(first, "Ctrl-C stops it.")
    sign_ins = printed.partition("Rapport is at")[2]
    assert "@" in sign_ins
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=40)

    second = start("run", PORT=str(port))
    printed = read_until(second, "Ctrl-C stops it.")
    assert "Loading the demo data" not in printed
    assert printed.partition("Rapport is at")[2] == sign_ins


def test_nothing_is_left_when_it_is_killed(start: Start, data: Path, port: int) -> None:
    process = start("run", "--empty", PORT=str(port))
    read_until(process, "Ctrl-C stops it.")
    process.kill()
    process.wait()
    assert wait_for(lambda: is_free(port) and redis.ask(data_folder.socket_path(data), "PING") is None, seconds=30)


def test_a_command_has_its_stdin_and_its_exit_code(start: Start, tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/a.db"}
    process = start("flask", "shell", stdin=subprocess.PIPE, **env)
    printed, _ = process.communicate("import os\nprint('from stdin:', 6 * 7)\nos._exit(3)\n", timeout=60)
    assert "from stdin: 42" in printed
    assert process.returncode == 3


def test_a_command_on_a_new_machine_has_its_tables(start: Start, data: Path) -> None:
    process = start("flask", "site", "create", "Our team")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    assert (data / "rapport.db").exists()
