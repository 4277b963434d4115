"""The data folder: the embedded database and Redis, who is using them, and the settings by which programs find them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from launch.environment import VENV
from launch.machine import ROOT, Sorry

LONGEST_SOCKET_PATH = 100  # what a sockaddr_un holds: 108 bytes on Linux, 104 on macOS


def folder() -> Path:
    """CRM_DATA, or var in the repository; made if it is not there. Raises Sorry."""
    data = Path(os.environ.get("CRM_DATA") or ROOT / "var").expanduser().resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Sorry(f"the data folder {data} cannot be made ({error.strerror}): set CRM_DATA to one that can.") from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise Sorry(f"the data folder {data} cannot be written to: set CRM_DATA to one that can.")
    return data


def settings(data: Path) -> dict[str, str]:
    """The environment that web, worker and commands run in: they agree on the data and on the Redis beside it."""
    given = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    if not given.get("DATABASE_URL"):
        given.pop("DATABASE_URL", None)
    return given | {
        "CRM_DATA": str(data),
        "FLASK_APP": str(ROOT / "wsgi.py"),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",  # what a worker prints is seen when it happens
        "REDIS_URL": given.get("REDIS_URL") or f"unix://{quote(str(socket_path(data)))}",
        "VIRTUAL_ENV": str(VENV),
    }


def socket_path(data: Path) -> Path:
    """Where the embedded Redis listens: in the data folder, or, if that path is too long for a socket, in a folder that
    is this user's alone."""
    path = data / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    ours = Path(tempfile.gettempdir()) / f"rapport-{os.getuid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    owner = ours.lstat()  # others can write to the temporary folder too, and may have been quicker
    if owner.st_uid != os.getuid() or owner.st_mode & 0o077 or ours.is_symlink():
        raise Sorry(f"{ours} does not belong to you alone: set CRM_DATA to a shorter path.")
    return ours / f"{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}.sock"


@contextlib.contextmanager
def only_one(data: Path, address: str) -> Iterator[None]:
    """Keeps a second bin/run off the same data. Raises Sorry. The system frees the lock however this process ends."""
    with (data / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            running = lock.read().strip() or "it is just starting"
            raise Sorry(f"Rapport already runs on the data in {data} ({running}): use that one, or set CRM_DATA.") from None
        lock.truncate(0)
        lock.write(f"{address}, process {os.getpid()}")
        lock.flush()
        yield
