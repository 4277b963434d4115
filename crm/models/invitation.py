"""Invitations: a seat in a site that waits for whoever reads an address's mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, Public, Stamped
from crm.models.site import ROLES, Site
from crm.models.user import User


class Invitation(Public, Stamped, Base):
    """Only the hash of the link's secret is kept, and only the link of the last mail is good.

    `asked_at` is when it was last to be sent, `sent_at` when that mail went out (None: a job has yet to send it). `closed_at`
    is set once it was accepted or taken back. One stays open for each address and site, whatever its age.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index(None, "site_id", "closed_at"),
        Index(None, "sent_at", "asked_at"),
        Index(None, "asked_at"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(10))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship()
    inviter: Mapped[User | None] = relationship()
