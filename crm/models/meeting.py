"""Meetings: scheduled with an agenda, completed with an outcome."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, DeletableWithContact, Public, Stamped, Versioned, index_where, live_index
from crm.models.user import User

if TYPE_CHECKING:
    from crm.models.contact import Contact
    from crm.models.interaction import Interaction

STATUSES = ("scheduled", "completed", "cancelled")


class Meeting(Public, Stamped, Versioned, DeletableWithContact, Base):
    """`duration` (minutes) is the planned one until the meeting is completed, then the actual one."""

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("duration > 0", name="duration"),
        CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed"),
        live_index("ix_meetings_site", "site_id", "status", "scheduled_datetime", "id"),
        live_index("ix_meetings_time", "site_id", "scheduled_datetime", "id"),
        # Not only the living: removing a contact for good looks for its rows here.
        Index("ix_meetings_contact", "contact_id", "status", "scheduled_datetime", "id"),
        index_where("deleted_at", "meetings"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    scheduled_datetime: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(64))
    duration: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(String(500))
    purpose: Mapped[str | None] = mapped_column(String(500))
    agenda_items: Mapped[list[str]] = mapped_column(default=list)
    preparation_notes: Mapped[str | None] = mapped_column(Text)
    calendar_synced: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(10), default="scheduled")
    cancelled_at: Mapped[datetime | None]
    # A cancelled one that was not called off: its time came, and nobody did (docs/decisions/0008-no-show.md).
    no_show: Mapped[bool] = mapped_column(default=False)
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    # The outcome.
    actual_date: Mapped[datetime | None]
    attendees: Mapped[list[str]] = mapped_column(default=list)
    topics_covered: Mapped[list[str]] = mapped_column(default=list)
    outcomes: Mapped[str | None] = mapped_column(Text)
    action_items: Mapped[list[str]] = mapped_column(default=list)
    next_steps: Mapped[str | None] = mapped_column(Text)
    relationship_impact: Mapped[str | None] = mapped_column(String(500))

    # The texts, folded (services/folding.py); kept by services/meetings and indexed by the migration, as each database can.
    search_text: Mapped[str] = mapped_column(Text, default="", deferred=True)

    contact: Mapped[Contact] = relationship()
    completer: Mapped[User | None] = relationship(foreign_keys=[completed_by])
    interaction: Mapped[Interaction | None] = relationship(
        primaryjoin="and_(Interaction.meeting_id == Meeting.id, Interaction.deleted_at.is_(None))", viewonly=True, uselist=False
    )
