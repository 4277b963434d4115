"""Requests for a new password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base
from crm.models.user import User


class PasswordReset(Base):
    """Somebody typed an address. A job finds out whose it is and sends a link; only the link's hash is kept.

    `sent_at` is set once the job is through with it, `used_at` once the link has been used or has been replaced.
    """

    __tablename__ = "password_resets"
    __table_args__ = (Index(None, "email", "requested_at"), Index(None, "sent_at", "requested_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()
