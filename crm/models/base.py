"""What all tables share: types that mean the same on SQLite and PostgreSQL, public ids, soft deletion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, DateTime, Dialect, Index, MetaData, TextClause, TypeDecorator, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from crm import clock

# Lists of short texts: agenda, topics, tags.
JsonList = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. PostgreSQL keeps `timestamptz`; SQLite, which has no zones, the naive UTC time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a zone would be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        # PostgreSQL's are in UTC already: our connections say so (crm/sessions.py).
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)


def new_uid() -> UUID:
    """A time-ordered GUID (UUIDv7, RFC 9562 §5.7): new rows land at the end of the index."""
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            UUID: Uuid,
            list[str]: JsonList,
            list[Any]: JsonList,
            dict[str, Any]: JsonList,
        },
    )


class Stamped:
    """When a row was made and last changed (UTC)."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Public:
    """An integer key inside, a GUID outside."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid, sort_order=-1)


class Deletable:
    """Deleting is soft: `deleted_at` hides a row for 30 days in which it can come back, then a job removes it."""

    deleted_at: Mapped[datetime | None]


class DeletableWithContact(Deletable):
    """What belongs to a contact goes and comes back with it; what was deleted before the contact was, stays deleted."""

    deleted_with_contact: Mapped[bool] = mapped_column(default=False)


def live_index(name: str, *columns: str | TextClause, unique: bool = False, include: Sequence[str] = ()) -> Index:
    """An index over the rows that are not deleted: the only ones that lists show. `include`: what PostgreSQL keeps beside the
    key. (SQLite cannot; as a part of the key it would have SQLite take this index where another one serves better.)"""
    alive = text("deleted_at IS NULL")
    return Index(name, *columns, unique=unique, sqlite_where=alive, postgresql_where=alive, postgresql_include=include)


def index_where(column: str, table: str) -> Index:
    """An index over the few rows that have a value in `column`: what jobs look for."""
    some = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=some, postgresql_where=some)


class Versioned:
    """`version` counts the changes of a row; an edit that started from an older one is stale."""

    version: Mapped[int] = mapped_column(default=1)
