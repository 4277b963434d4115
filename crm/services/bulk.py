"""Writing very many rows at once, by each database's fastest way, in the session's transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Table, func, select, text

from crm.extensions import db


def next_id(table: Table) -> int:
    return (db.session.scalar(select(func.max(table.c.id))) or 0) + 1


def insert(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Adds `rows`, each with every column of `table`, the key included."""
    db.session.flush()
    dialect = db.engine.dialect
    names = [column.name for column in table.columns]
    connection: Any = db.session.connection().connection.driver_connection
    if dialect.name == "postgresql":
        encoders: list[Callable[[Any], Any] | None] = [
            json.dumps if isinstance(column.type, JSON) else None for column in table.columns
        ]
        with connection.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for values in _encoded(rows, names, encoders):
                copy.write_row(values)
    else:
        encoders = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  names of our own tables
        connection.executemany(statement, _encoded(rows, names, encoders))


@contextmanager
def text_index_at_the_end() -> Iterator[None]:
    """Within, the texts of interactions are not indexed row by row; after it they are all at once, which is many times
    faster. On PostgreSQL nobody else can write interactions meanwhile, on SQLite nobody can write at all."""
    execute = db.session.connection().exec_driver_sql
    if db.engine.dialect.name == "postgresql":
        made = execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_interactions_text'").scalar()
        execute("DROP INDEX IF EXISTS ix_interactions_text")
        yield
        execute("SET LOCAL maintenance_work_mem = '512MB'")
    else:
        made = execute("SELECT sql FROM sqlite_master WHERE name = 'interactions_text_insert'").scalar_one()
        execute("DROP TRIGGER interactions_text_insert")
        yield
        execute("INSERT INTO interactions_text (interactions_text, rank) VALUES ('hashsize', 268435456)")
        execute("INSERT INTO interactions_text (interactions_text) VALUES ('rebuild')")
        execute("INSERT INTO interactions_text (interactions_text, rank) VALUES ('hashsize', 1048576)")
    if made:
        execute(made)


def keys_are_taken(table: Table) -> None:
    """Tells the database that keys were given by us, so that it goes on after them (SQLite looks by itself)."""
    if db.engine.dialect.name == "postgresql":
        statement = f"SELECT setval(pg_get_serial_sequence(:name, 'id'), (SELECT coalesce(max(id), 1) FROM {table.name}))"  # noqa: S608  as above
        db.session.execute(text(statement), {"name": table.name})


def _encoded(
    rows: Iterable[dict[str, Any]], names: list[str], encoders: list[Callable[[Any], Any] | None]
) -> Iterable[list[Any]]:
    plan = list(zip(names, encoders, strict=True))
    for row in rows:
        yield [encode(row[name]) if encode else row[name] for name, encode in plan]
