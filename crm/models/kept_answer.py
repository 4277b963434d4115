"""Answers that are kept, so that a request that is sent again is not done again (Idempotency-Key)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base


class KeptAnswer(Base):
    """The answer to one request of one user. `key` is a hash of whom, where and the key that was sent; `fingerprint` one of
    what was sent with it."""

    __tablename__ = "kept_answers"
    __table_args__ = (Index(None, "kept_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]
