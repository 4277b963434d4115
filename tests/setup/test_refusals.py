"""What keeps bin/run from starting is said in one sentence, before anything is started."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import data as data_folder
from launch import python
from launch.machine import reason

Say = Callable[..., tuple[int, str]]


def test_a_taken_port(say: Say, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code, printed = say("run", PORT=str(port))
    assert code == 1
    assert printed.startswith(f"bin/run: port {port} is taken by another program: end that one, or run PORT=")
    assert printed.endswith(" bin/run.\n")
    assert printed.count("\n") == 1
    assert sorted(path.name for path in data.iterdir()) == ["run.lock"]


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no ::1")
def test_a_port_taken_where_the_browser_looks_first(say: Say) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        code, printed = say("run", PORT=str(listener.getsockname()[1]))
    assert (code, "is taken" in printed) == (1, True)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none(say: Say, port: str) -> None:
    assert say("run", PORT=port) == (1, f"bin/run: PORT is a number from 1 to 65535, not '{port}'.\n")


def test_a_second_start_on_the_same_data(say: Say, data: Path, port: int) -> None:
    data.mkdir()
    with data_folder.only_one(data, "http://localhost:8123"):
        code, printed = say("run", PORT=str(port))
    here = f"http://localhost:8123, process {os.getpid()}"
    assert code == 1
    assert printed == f"bin/run: Rapport already runs on the data in {data} ({here}): use that one, or set CRM_DATA.\n"


def test_a_data_folder_that_cannot_be(say: Say, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, printed = say("run", CRM_DATA=str(tmp_path / "file" / "data"))
    assert (code, printed.count("\n")) == (1, 1)
    assert printed.endswith("set CRM_DATA to one that can.\n")


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "argv", ["bin/run"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit) as refused:
        python.require()
    assert str(refused.value).startswith("Rapport needs Python 3.11 or newer, and this is Python 3.9. Install one")


def test_an_old_python_beside_a_new_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A python3.13 that only says that it is not there, as pyenv puts it on the PATH, is passed over."""
    for name, does in (("python3.13", "exit 127"), ("python3.12", f'exec "{sys.executable}" "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    taken: list[str] = []
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "argv", ["bin/run", "--empty"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda _program, words: taken.extend(words) or sys.exit(0))
    with pytest.raises(SystemExit):
        python.require()
    assert taken == [str(tmp_path / "python3.12"), "bin/run", "--empty"]


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (
            "  running build_ext\n  error: command 'gcc' failed: No such file or directory\nERROR: wheel",
            "no C compiler works here",
        ),
        ("  error: [Errno 2] No such file or directory: 'x86_64-linux-gnu-g++'", "no C compiler works here"),
        ("x.c:1:10: fatal error: Python.h: No such file or directory", "no C compiler works here"),
        ("not created successfully because ensurepip is not available.", "apt-get install python3-venv"),
        ("NewConnectionError('<…>: Temporary failure in name resolution')", "the package registry cannot be reached"),
        ("npm error code ENOTFOUND\nnpm error network request failed", "the package registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "Collecting flask\nERROR: No matching distribution found for flask==99\n",
            "No matching distribution found for flask==99",
        ),
        ("npm error code X\nnpm error It broke.\nnpm error A complete log of this run is in: /x", "npm error It broke"),
        ("", "it said nothing"),
    ],
)
def test_why_a_step_failed(output: str, why: str) -> None:
    assert why in reason(output)
