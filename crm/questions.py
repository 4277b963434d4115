"""Questions to the database that are asked together: PostgreSQL gets them all in one trip, and its answers come in one.

A page says a dozen things that do not follow from each other. Asked one by one, each waits for the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from psycopg import OperationalError
from psycopg.rows import namedtuple_row
from sqlalchemy import CompoundSelect, Dialect, Select

from crm.extensions import db

A = TypeVar("A")
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """A statement that was put together once, the values of its parameters, and what makes the answer of its rows."""

    statement: Statement
    values: Mapping[str, Any]
    read: Callable[[Sequence[Any]], A]


def answer(question: Question[A]) -> A:
    """To one question."""
    return question.read(db.session.connection().execute(question.statement, question.values).all())


def answers(*questions: Question[Any]) -> list[Any]:
    """To each of `questions`, none of which needs the answer to another. What the session has not flushed is not seen."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return [answer(question) for question in questions]
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():  # https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html
            cursors = [driver.cursor(row_factory=namedtuple_row) for _ in questions]
            for cursor, question in zip(cursors, questions, strict=True):
                asked = _asked(question.statement, connection.dialect)
                cursor.execute(asked.text, asked.parameters(question.values))
    except OperationalError as error:
        if driver.closed:  # the pool learns of it, as it does of every statement of SQLAlchemy's
            connection.invalidate(error)
        raise
    return [question.read(cursor.fetchall()) for cursor, question in zip(cursors, questions, strict=True)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A statement as psycopg takes it. It makes of the rows what SQLAlchemy would, for our types have nothing to add."""

    text: str
    constants: Mapping[str, Any]
    to_driver: Mapping[str, Callable[[Any], Any]]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self.to_driver[name](value) if name in self.to_driver else value for name, value in values.items()}
        return {**self.constants, **given}


@lru_cache(maxsize=256)
def _asked(statement: Statement, dialect: Dialect) -> _Asked:
    compiled = statement.compile(dialect=dialect)
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    to_driver = {name: change for name, type in types.items() if (change := type.bind_processor(dialect))}
    made = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]
    if any(made) or any(bind.callable or bind.expanding for bind in compiled.binds.values()):
        raise TypeError(f"SQLAlchemy has more to do for this than to send it: {compiled}")
    unsaid = _Asked(compiled.string, {}, to_driver)
    return _Asked(compiled.string, unsaid.parameters(compiled.params), to_driver)
