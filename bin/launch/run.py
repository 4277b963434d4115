"""bin/run: from a fresh clone to the sign-in page, without another keystroke."""

from __future__ import annotations

import argparse
import contextlib
import errno
import hashlib
import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launch import assets, data, environment, procfile, redis
from launch.machine import ROOT, Sorry, end, is_well, reason, say, short, spawn, step, told
from launch.processes import together

ABOUT = """Starts Rapport, and sets it up first where that has not been done: the packages, the pages' assets, the database
and, on the first start, demo data. Ctrl-C stops all of it."""
SETTINGS = """settings, from the environment:
  PORT               where it listens (8000)
  CRM_DATA           the folder of the embedded database and Redis (var)
  DATABASE_URL       another database: postgresql://… or sqlite:///…
  REDIS_URL          another Redis
  CRM_HOST           the address it listens on (127.0.0.1: only this machine)
  RATELIMIT_ENABLED  false leaves the rate limits out"""
FIRST_PEOPLE = """There is no one who could sign in yet. In another terminal, make a site and its first user (type a password):
  bin/flask site create "Our team"
  bin/flask user create you@example.com --name "Your Name" --admin --site "Our team:manager" --password-stdin"""
COUNT_USERS = """
from crm.extensions import db
from crm.models.user import User
from wsgi import app

with app.app_context():
    print(db.session.query(User).count())
"""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        "bin/run", description=ABOUT, epilog=SETTINGS, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--empty", action="store_true", help="load no demo data")
    options = parser.parse_args(arguments)
    with told("bin/run"):
        port = port_number(os.environ.get("PORT") or "8000")
        host = os.environ.get("CRM_HOST") or "127.0.0.1"
        folder = data.folder()
        address = f"http://localhost:{port}"
        with data.only_one(folder, address):
            check_port(host, port)
            with environment.alone():
                environment.ensure(environment.RUNTIME)
                assets.ensure()
                redis_server = None if os.environ.get("REDIS_URL") else redis.program()
            run(
                folder,
                redis_server,
                address,
                data.settings(folder) | {"PORT": str(port), "CRM_HOST": host},
                empty=options.empty,
            )


def run(folder: Path, redis_server: Path | None, address: str, env: Mapping[str, str], *, empty: bool) -> None:
    commands = procfile.read(ROOT / "Procfile")
    with together() as processes:
        if redis_server:
            redis.clear_away(folder)
            processes.lean_on(f"Redis (see {short(redis.log(folder))})", redis.start(redis_server, folder))
        step("Preparing the database", commands.pop("release"), folder / "log" / "release.log", env=env)
        sign_ins = people(folder, env, empty=empty)
        processes.start("web", commands.pop("web"), env)
        reachable = "127.0.0.1" if env["CRM_HOST"] in ANYWHERE else env["CRM_HOST"]
        if not processes.wait_until(lambda: is_well(reachable, int(env["PORT"])), seconds=60):
            raise Sorry(f"{address}/healthz does not answer well. What the server said is above.")
        say("\n\n".join(["", f"Rapport is at {address}", *([sign_ins] if sign_ins else []), "Ctrl-C stops it.", ""]))
        for name, command in commands.items():  # only now: a person waits for the page, not for them
            processes.start(name, command, env)
        processes.watch()


def people(folder: Path, env: Mapping[str, str], *, empty: bool) -> str:
    """Loads the demo data if this is the first start on this database, and answers what a person needs to sign in.

    A load that was cut short is done again. A database that has people in it already is left as it is. The answer is
    kept, so that the next start need not ask.
    """
    database = hashlib.sha256(env.get("DATABASE_URL", "").encode()).hexdigest()[:8]
    settled, begun = folder / f"sign-ins-{database}", folder / f"demo-begun-{database}"
    if settled.exists():
        return settled.read_text()
    sign_ins = ""
    nobody = python(["-c", COUNT_USERS], env).strip() == "0"
    if nobody and empty:
        return FIRST_PEOPLE
    if not empty and (nobody or begun.exists()):
        begun.touch()
        say("Loading the demo data …")
        loading = spawn([environment.PYTHON, "-m", "flask", "demo", "load"], env=env)
        try:
            loading.wait()
        finally:
            end(loading)
        if loading.returncode:
            raise Sorry("the demo data could not be loaded; why is above. bin/run --empty starts without it.")
        sign_ins = python(["-m", "flask", "demo", "accounts"], env).strip("\n")
    settled.write_text(sign_ins)
    begun.unlink(missing_ok=True)
    return sign_ins


def python(arguments: list[str], env: Mapping[str, str]) -> str:
    """What a short program in the project's Python prints. Raises Sorry."""
    done = subprocess.run([environment.PYTHON, *arguments], env=env, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Sorry(f"the application does not start: {reason(done.stderr)}. bin/flask routes shows all of it.")
    return done.stdout


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Sorry(f"PORT is a number from 1 to 65535, not '{text}'.")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Raises Sorry if the port is not to be had, before anything is started."""
    try:
        if not is_free(host, port):
            other = next((number for number in range(port + 1, min(port + 20, 65535)) if is_free(host, number)), 8001)
            raise Sorry(f"port {port} is taken by another program: end that one, or run PORT={other} bin/run.")
    except PermissionError:
        raise Sorry(f"only root may listen on port {port}: run PORT=8000 bin/run.") from None
    except OSError:
        raise Sorry(f"CRM_HOST={host} is no address of this machine.") from None


def is_free(host: str, port: int) -> bool:
    for loopback in ("127.0.0.1", "::1"):  # a browser that is told "localhost" tries both
        with contextlib.suppress(OSError):
            socket.create_connection((loopback, port), timeout=1).close()
            return False
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise
    return True


ANYWHERE = ("0.0.0.0", "::")
