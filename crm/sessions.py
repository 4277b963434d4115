"""How connections to PostgreSQL are used: for a request that only reads without the two trips that a transaction takes, and
without asking before each request whether the connection is still there."""

from __future__ import annotations

import time
from typing import Any

import flask_sqlalchemy.session
import psycopg
from flask import Flask, Request, current_app, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError

READING = ("GET", "HEAD", "OPTIONS")
_READING_ENGINE = "crm.reading_engine"

# A connection that was used a moment ago is there; one that has been idle may have been cut by a restart or a firewall.
IDLE = 1.0  # seconds


def reads_only() -> bool:
    """Whether this is a request by a method that is safe (RFC 9110 §9.2.1)."""
    return has_request_context() and request.method in READING


class BrowserSessions(SecureCookieSessionInterface):
    """Flask's, for pages only: the API knows its callers by their tokens, and neither reads nor writes a cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith("/api/") else super().open_session(app, request)


class Session(flask_sqlalchemy.session.Session):
    """One that reads only does it statement by statement (AUTOCOMMIT), which sees what READ COMMITTED does.

    `session.info["writes"]` says that this one writes after all: a note after the answer.
    """

    def get_bind(  # one database: nothing to choose by the mapper
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **_: Any
    ) -> Engine | Connection:
        if bind is not None:
            chosen: Engine | Connection = bind
            return chosen
        reading: Engine | None = current_app.extensions.get(_READING_ENGINE)
        if reading is not None and reads_only() and "writes" not in self.info:
            return reading
        return self._db.engine


class Cursor(psycopg.Cursor[Any]):
    """One that says of its columns what SQLAlchemy asks: the name and the type. psycopg makes an object of each, which takes as
    long as reading a page of rows."""

    @property
    def description(self) -> list[Any] | None:
        result = self.pgresult
        if result is None or not result.nfields:
            return None
        return [
            ((result.fname(column) or b"").decode(), result.ftype(column), None, None, None, None, None)
            for column in range(result.nfields)
        ]


def prepare_postgresql(app: Flask, engine: Engine) -> None:
    """Makes the engine for reading, over the same pool; has instants told in UTC; and looks at
    connections that were idle."""
    app.extensions[_READING_ENGINE] = engine.execution_options(isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    @event.listens_for(engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", 0) < IDLE:
            return
        try:
            connection.execute("")  # an empty query: one trip, no transaction left open
            connection.rollback()
        except Exception as error:
            raise DisconnectionError from error
