"""The database connection, and the one transaction of a request, a job or a command.

Services add and flush. The edge commits once: success commits, any error rolls back, unless the error itself says that
what was written is to be kept (CrmError.keeps_changes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from crm import logs
from crm.errors import CrmError
from crm.extensions import db
from crm.sessions import reads_only

T = TypeVar("T")


def prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log, foreign keys, a patient lock, and transactions that begin where we say (Python 3.11's driver would
    begin them too late)."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("split_part", 3, _split_part, deterministic=True)
        connection.create_function("translate", 3, _translate, deterministic=True)
        connection.create_function("wall_part", 3, _wall_part, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # There is one writer. A transaction that reads first and writes later fails with SQLITE_BUSY, whatever the
        # time-out, when another has written in between: who may write takes the lock at the start.
        connection.exec_driver_sql("BEGIN" if reads_only() or g.get("reads_only") else "BEGIN IMMEDIATE")


def _split_part(text: str | None, separator: str, number: int) -> str | None:
    """PostgreSQL's function of this name: the part of `text` with this number, from 1; none is ""."""
    if text is None:
        return None
    parts = text.split(separator, number)
    return parts[number - 1] if number <= len(parts) else ""


def _translate(text: str | None, known: str, other: str) -> str | None:
    """PostgreSQL's function of this name: each character of `known` becomes the one of `other` in its place."""
    return None if text is None else text.translate(_table(known, other))


@lru_cache(maxsize=4)
def _table(known: str, other: str) -> dict[int, int]:
    return str.maketrans(known, other)


def _wall_part(instant: str | None, zone: str, part: str) -> int | None:
    """The "hour" or the "isodow" (Monday is 1) of an instant, as SQLite keeps it, on the wall clock of `zone`."""
    if instant is None:
        return None
    there = datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return there.hour if part == "hour" else there.isoweekday()


@contextmanager
def transaction() -> Iterator[None]:
    """The edge of a job or a command: commits at the end, rolls back on any error."""
    try:
        yield
    except CrmError as error:
        if error.keeps_changes:
            commit()
        raise
    else:
        commit()
    finally:
        rollback()


def streamed(pieces: Iterable[T]) -> Iterator[T]:
    """`pieces`, which read the database, in an app context and a reading transaction of their own: an answer that is sent
    piece by piece outlives its request."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> Iterator[T]:
        with app.app_context():
            g.reads_only = True
            yield from pieces

    return run()


def after_commit(action: Callable[[], object]) -> None:
    """Runs `action` once the transaction is committed; not at all if it is rolled back. For enqueueing jobs by id."""
    db.session.info.setdefault("after_commit", []).append(action)


def note_afterwards(note: Callable[[], object]) -> None:
    """Writes `note` in a transaction of its own, after this one: a request that only reads takes no lock for it. A database
    that is too busy for a note is no reason to withhold the answer."""

    def write() -> None:
        try:
            db.session.info["writes"] = True
            with transaction():
                note()
        except OperationalError:
            logs.warning("note not written")
        finally:
            db.session.info.pop("writes", None)

    after_commit(write)


def commit() -> None:
    actions = db.session.info.pop("after_commit", [])
    db.session.commit()
    for action in actions:
        action()


def _nothing_to_commit() -> bool:
    return reads_only() and not db.session.info.get("after_commit")


def rollback() -> None:
    db.session.info.pop("after_commit", None)
    db.session.rollback()


def commit_once(app: Flask) -> None:
    """The edge of a request. An error handler that must keep what was written sets `g.keep_changes`."""

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code < 400 or g.get("keep_changes"):
            if not _nothing_to_commit():
                commit()
        else:
            rollback()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        if reads_only():
            db.session.remove()
        else:
            rollback()
