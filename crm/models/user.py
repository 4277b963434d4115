"""People who sign in, and their sign-ins."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, Public, Stamped, new_uid
from crm.models.site import Membership, Site


class User(Public, Stamped, Base):
    """`username` and `email` are kept casefolded, so that they are unique whatever the case they are typed in. `locale`: how
    their browser writes days and numbers ("de-CH"), as it was last seen."""

    __tablename__ = "users"

    username: Mapped[str] = mapped_column(String(254), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(35))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)

    memberships: Mapped[list[Membership]] = relationship(order_by=Membership.site_id)


class Login(Base):
    """One sign-in, in a browser or over the API. It carries the site context, and ends on both sides at once.

    `refresh_jti` is the only refresh token that is good now; each refresh replaces it.
    """

    __tablename__ = "logins"
    __table_args__ = (
        CheckConstraint("kind IN ('browser', 'api')", name="kind"),
        Index(None, "user_id", "ended_at"),
        Index(None, "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))
    refresh_jti: Mapped[str | None] = mapped_column(String(36))
    address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship()
    site: Mapped[Site | None] = relationship()


class LoginThrottle(Base):
    """Failed sign-ins of one account or one address (`key`), and until when the next one has to wait."""

    __tablename__ = "login_throttles"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime]
    wait_until: Mapped[datetime]
