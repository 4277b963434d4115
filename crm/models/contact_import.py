"""Files of contacts that somebody is importing in the browser."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from crm.models.base import Base, Public, Stamped

STATUSES = ("uploaded", "waiting", "running", "done", "failed")


class ContactImport(Public, Stamped, Base):
    """`content` is the file, until it is imported or forgotten. `done` of `total` rows are written; each batch of rows is
    committed with the counts that tell of it, so an import that is interrupted goes on where it was."""

    __tablename__ = "contact_imports"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        Index(None, "site_id", "created_at"),
        Index(None, "status", "beat_at"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    # Column of the file → field of ours; nothing for a vCard file, which says itself what is what.
    columns: Mapped[dict[str, Any] | None]
    status: Mapped[str] = mapped_column(String(10), default="uploaded")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[Any]] = mapped_column(default=list)
    notes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unit: Mapped[str] = mapped_column(String(4), default="row")
    # When a worker was last heard of, how often one has begun, and what made it give up.
    beat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]
