"""Starts PostgreSQL, Redis, the application and the references, fills them, loads them with wrk, and prints a table.

`bin/bench [--rounds 3] [--seconds 5] [--only list,create]`
"""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from tests import servers

CONNECTIONS = (2, 16)
CONTACTS, INTERACTIONS, LONGEST = 1_000, 100_000, 1_500
RARE, COMMON, NONE = "zeppelin", "security", "xylophonist"
RARE_ROWS = 20
ME, PASSWORD = "alice@rapport.example", "rapport-demo"
UNLIMITED = {f"RATELIMIT_{kind}": "1000000000" for kind in ("USER", "SEARCH", "ANONYMOUS", "AUTH")}

NOTE = {
    "title": "Call about the new contract",
    "type": "Call",
    "start_datetime": "2026-01-15T10:00:00Z",
    "duration": 30,
    "notes": "They would like to sign before the end of the quarter, if legal has read it by then. " * 3,
}


SPREAD = """
    WITH others AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM contacts WHERE site_id = 1 AND id <> %(first)s
    ),
    many AS (SELECT id FROM interactions WHERE contact_id = %(first)s ORDER BY start_datetime DESC OFFSET %(longest)s)
    UPDATE interactions SET contact_id = others.id FROM many, others
    WHERE interactions.id = many.id AND others.place = many.id %% (SELECT count(*) FROM others)"""
MAKE_RARE = """
    UPDATE interactions SET notes = notes || %(more)s, search_text = search_text || %(more)s
    WHERE id IN (SELECT id FROM interactions WHERE site_id = 1 AND id %% 1000 = 17 ORDER BY id LIMIT %(rows)s)"""
TABLE = """
    CREATE TABLE bench_notes (
        id serial PRIMARY KEY, site_id int, contact_id int, title text, notes text, start_datetime timestamptz
    )"""


@dataclass(frozen=True)
class Case:
    """What is asked of us and of the reference; `goal`: the part of the reference's throughput that is wanted."""

    name: str
    ours: str
    reference: str
    goal: float | None = None
    body: str = ""
    in_browser: bool = False


def cases(contact: tuple[int, str]) -> list[Case]:
    number, uid = contact
    find = "/api/v1/search/interactions?query="
    return [
        Case("constant JSON, 8 KB (reference only)", "", "/constant"),
        Case("list of 20", "/api/v1/interactions", "/list", 1 / 2),
        Case(
            "timeline of a contact with 1,500, 50 rows",
            f"/api/v1/contacts/{uid}/interactions?pageSize=50",
            f"/timeline?contact={number}",
        ),
        Case("search, rare word", f"{find}{RARE}", f"/search?query={RARE}", 1 / 3),
        Case("search, common word", f"{find}{COMMON}", f"/search?query={COMMON}&common", 1 / 3),
        Case("search, no match", f"{find}{NONE}", f"/search?query={NONE}", 1 / 3),
        Case("create", "/api/v1/interactions", "/create", 1 / 3, body=json.dumps(NOTE)),
        Case("analytics by week", "/api/v1/analytics/interactions?groupBy=week", "/weeks"),
        Case("contact page (HTML), 50 rows", f"/contacts/{uid}", f"/page?contact={number}", 1 / 2, in_browser=True),
    ]


def main() -> None:
    options = _options()
    if not shutil.which("wrk"):
        sys.exit("bench: wrk is missing: apt-get install wrk, or brew install wrk.")
    with contextlib.ExitStack() as stack:
        superuser = stack.enter_context(servers.postgresql("shared_buffers=512MB", hasty=False))
        env = {
            "DATABASE_URL": _database(superuser),
            "REDIS_URL": stack.enter_context(servers.redis_server()),
            "CRM_DATA": stack.enter_context(tempfile.TemporaryDirectory()),
            "WEB_CONCURRENCY": "2",
        } | UNLIMITED
        asked = [case for case in cases(_fill(env)) if options.only in case.name]
        ours = stack.enter_context(servers.web_server(env))
        theirs = stack.enter_context(servers.web_server(env, "-c", "bench/gunicorn.conf.py", "bench.reference:app"))
        _measure(ours, theirs, asked, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bin/bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", default="", help="cases with this in their names")
    return parser.parse_args()


# The data


def _database(superuser: str) -> str:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    return superuser.replace("/postgres?", "/bench?")


def _fill(env: dict[str, str]) -> tuple[int, str]:
    """The demo's data, spread: one contact keeps LONGEST interactions. Answers that contact's id and GUID."""
    flask = [sys.executable, "-m", "flask"]
    counts = ["--contacts", str(CONTACTS), "--interactions", str(INTERACTIONS)]
    for command in (["db", "upgrade"], ["demo", "load", *counts]):
        subprocess.run([*flask, *command], env=os.environ | env, check=True, capture_output=True)
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        first, uid = connection.execute("SELECT id, uid FROM contacts ORDER BY id LIMIT 1").fetchone()  # type: ignore[misc]
        connection.execute(SPREAD, {"first": first, "longest": LONGEST})
        connection.execute(MAKE_RARE, {"more": f" {RARE}", "rows": RARE_ROWS})
        connection.execute(TABLE)
        connection.execute("VACUUM ANALYZE")
    return first, str(uid)


# The load


def _measure(ours: str, theirs: str, asked: Iterable[Case], options: argparse.Namespace) -> None:
    asked = list(asked)
    token, cookie = _token(ours), _cookie(ours)
    seen: dict[tuple[str, int, str], list[float]] = {}
    for turn in range(options.rounds + 1):  # the first warms up
        for case in asked:
            for connections in CONNECTIONS:
                for side, address, path in (("ours", ours, case.ours), ("reference", theirs, case.reference)):
                    if path:
                        headers = {"Cookie": cookie} if case.in_browser else {"Authorization": f"Bearer {token}"}
                        seconds = options.seconds if turn else 2
                        speed = _wrk(address + path, headers, case.body, connections, seconds)
                        if turn:
                            seen.setdefault((case.name, connections, side), []).append(speed)
        print(f"round {turn} of {options.rounds}", file=sys.stderr)
    _tell(asked, {key: median(speeds) for key, speeds in seen.items()})


def _wrk(url: str, headers: dict[str, str], body: str, connections: int, seconds: int) -> float:
    """Requests a second. Ends the program at an answer that is no success."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.TemporaryDirectory() as folder:
        if body:
            script = Path(folder) / "post.lua"
            script.write_text(
                f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[{body}]==]\n"
            )
            command += ["-s", str(script)]
        said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    speed = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if speed is None or "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"bench: {url} does not answer well:\n{said}")
    return float(speed[1])


def _token(address: str) -> str:
    body = json.dumps({"username": ME, "password": PASSWORD}).encode()
    request = urllib.request.Request(f"{address}/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["token"])


def _cookie(address: str) -> str:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = browser.open(f"{address}/sign-in").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    fields = {"csrf_token": token[1] if token else "", "username": ME, "password": PASSWORD}
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(fields).encode()).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _tell(asked: list[Case], medians: dict[tuple[str, int, str], float]) -> None:
    print("| | requests/s at 2 / 16 connections | reference | part of it at 2 / 16 | goal at 16 |")
    print("|---|---|---|---|---|")
    for case in asked:
        ours, theirs = ([medians.get((case.name, n, side), 0) for n in CONNECTIONS] for side in ("ours", "reference"))
        told = " / ".join(f"{speed:.0f}" for speed in ours) if case.ours else "–"
        parts = " / ".join(f"{mine / other:.2f}" for mine, other in zip(ours, theirs, strict=True)) if case.ours else "–"
        goal = f"{case.goal:.2f}" if case.goal else "–"
        print(f"| {case.name} | {told} | {theirs[0]:.0f} / {theirs[1]:.0f} | {parts} | {goal} |")


main()
