"""What happened, twice: domain events for other programs, history lines for people. Both are written in the same
transaction as what they tell of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, Public
from crm.models.user import User

EVENT_TYPES = (
    "InteractionLogged",
    "MeetingScheduled",
    "MeetingCompleted",
    "EmailExchangeTracked",
    "MeetingCancelled",
    "MeetingRescheduled",
    "FollowUpCompleted",
    "ContactCreated",
    "ContactMerged",
    "ContactMergeUndone",
)


class Event(Public, Base):
    """A domain event (one-contract.md, "Domain events"). `id` orders the events of one subject."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "subject_uid", "id"),
        Index(None, "site_id", "id"),
    )

    type: Mapped[str] = mapped_column(String(40))
    occurred_at: Mapped[datetime]
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_uid: Mapped[UUID]
    data: Mapped[dict[str, Any]]


class Change(Base):
    """A line of history: who did what, when, and which fields went from what to what (`fields`: name → [from, to]). That of an
    account belongs to no site."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(20))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    fields: Mapped[dict[str, Any]]

    actor: Mapped[User | None] = relationship()
