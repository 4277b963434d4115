"""Sites: the offices of a team. Nearly everything belongs to exactly one."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, Public, Stamped

ROLES = ("viewer", "member", "manager")


class Site(Public, Stamped, Base):
    __tablename__ = "sites"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")


class Membership(Stamped, Base):
    """Who may do what in a site. One role for each person and site."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        Index(None, "site_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))

    site: Mapped[Site] = relationship()
