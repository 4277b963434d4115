"""Access tokens: what programs sign in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, Public
from crm.models.site import Site
from crm.models.user import User

SCOPES = ("read", "write")


class AccessToken(Public, Base):
    """A person's own, for one site. Only the hash of the token is kept, and its last four characters to tell it by."""

    __tablename__ = "access_tokens"
    __allow_unmapped__ = True
    __table_args__ = (
        CheckConstraint(f"scope IN {SCOPES}", name="scope"),
        Index(None, "user_id", "revoked_at"),
        Index(None, "site_id"),
        Index(None, "expires_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(5))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    ends_in: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    site: Mapped[Site] = relationship()

    # The token itself, in the moment in which it is made. It is no column.
    secret: str | None = None
