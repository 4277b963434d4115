"""Runs migrations on the application's own engine, each in one transaction (PostgreSQL and SQLite both roll back tables)."""

import re
from typing import Any

from alembic import context

from crm.extensions import db
from crm.models.base import JsonList, UtcDateTime


def render(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """A migration stands by itself: it names plain types, not those of a model that will change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is JsonList:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def concerns_models(_object: Any, name: str | None, kind: str, _reflected: bool, _compared_to: Any) -> bool:
    """What makes texts quick to find is written by hand (0002, 0010), for each database in its own way, and is in no model."""
    return not re.match(r"(ix_)?(interactions|contacts|meetings)_text|ix_contacts_talked_to", name or "")


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadatas[None],
        compare_type=True,
        render_item=render,
        include_object=concerns_models,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
