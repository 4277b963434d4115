"""The database connection, and the one transaction of a request, a job or a command.

Services add and flush. The edge commits once: success commits, any error rolls back, unless the error itself says that
what was written is to be kept (CrmError.keeps_changes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from crm import logs
from crm.errors import CrmError
from crm.extensions import db

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

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # There is one writer. A transaction that reads first and writes later fails with SQLITE_BUSY, whatever the
        # time-out, when another has written in between: who may write takes the lock at the start.
        reads_only = has_request_context() and request.method in ("GET", "HEAD", "OPTIONS") or g.get("reads_only")
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _split_part(text: str | None, separator: str, number: int) -> str | None:
    """PostgreSQL's function of this name: the part of `text` with this number, from 1; none is ""."""
    if text is None:
        return None
    parts = text.split(separator, number)
    return parts[number - 1] if number <= len(parts) else ""


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
            with transaction():
                note()
        except OperationalError:
            logs.warning("note not written")

    after_commit(write)


def commit() -> None:
    actions = db.session.info.pop("after_commit", [])
    db.session.commit()
    for action in actions:
        action()


def rollback() -> None:
    db.session.info.pop("after_commit", None)
    db.session.rollback()


def commit_once(app: Flask) -> None:
    """The edge of a request. An error handler that must keep what was written sets `g.keep_changes`."""

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code < 400 or g.get("keep_changes"):
            commit()
        else:
            rollback()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        rollback()
