"""Interactions: what happened between the site and a contact, or (planned ones) what will."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, DeletableWithContact, Public, Stamped, Versioned, index_where, live_index

if TYPE_CHECKING:
    from crm.models.contact import Contact
    from crm.models.meeting import Meeting

TYPES = ("meeting", "call", "email", "message", "coffee", "lunch", "conference", "other")
SENTIMENTS = ("positive", "neutral", "negative")
SOURCES = ("manual", "meeting", "calendar", "email", "import")

# What analytics counts by: on PostgreSQL it reads the index and no row of the table.
FIGURES = ("type", "sentiment", "lead", "contact_id", "duration")


class Interaction(Public, Stamped, Versioned, DeletableWithContact, Base):
    """`duration` is in minutes; `end_datetime` is start + duration, and they are both there or both not.

    `external_id` is the key under which another system knows it: unique within a site and source, so that what is
    imported twice is one row.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        CheckConstraint(f"type IN {TYPES}", name="type"),
        CheckConstraint(f"sentiment IN {SENTIMENTS}", name="sentiment"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        CheckConstraint("duration > 0", name="duration"),
        CheckConstraint("end_datetime >= start_datetime", name="end"),
        # A contact's timeline, whole and by type; a site's list.
        live_index("ix_interactions_timeline", "contact_id", "start_datetime", "id"),
        # Not only the living: removing a contact for good looks for its rows here.
        Index("ix_interactions_timeline_type", "contact_id", "type", "start_datetime", "id"),
        live_index("ix_interactions_site", "site_id", "start_datetime", "id", include=FIGURES),
        live_index("ix_interactions_site_type", "site_id", "type", "start_datetime", "id"),
        live_index("ix_interactions_created", "site_id", "created_at", "id"),
        # When it ended: what has no end ended when it began.
        live_index("ix_interactions_ended", "site_id", text("coalesce(end_datetime, start_datetime)"), "id"),
        Index(
            "uq_interactions_external",
            "site_id",
            "source",
            "external_id",
            unique=True,
            sqlite_where=text("external_id IS NOT NULL"),
            postgresql_where=text("external_id IS NOT NULL"),
        ),
        index_where("deleted_at", "interactions"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(12))
    lead: Mapped[str] = mapped_column(String(200))
    start_datetime: Mapped[datetime]
    end_datetime: Mapped[datetime | None]
    duration: Mapped[int | None]
    timezone: Mapped[str] = mapped_column(String(64))
    location: Mapped[str | None] = mapped_column(String(500))
    medium: Mapped[str | None] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    sentiment: Mapped[str | None] = mapped_column(String(10))
    topics_discussed: Mapped[list[str]] = mapped_column(default=list)
    follow_up_needed: Mapped[bool] = mapped_column(default=False)
    follow_up_notes: Mapped[str | None] = mapped_column(Text)
    follow_up_due: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(10), default="manual")
    external_id: Mapped[str | None] = mapped_column(String(300))
    # Completed meetings make one interaction each, however often and by however many they are completed.
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"), unique=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    # The texts, folded (case, accents), a line for each field (services/folding.py); kept by services/interactions. The first
    # is what a search looks at, and indexed by the migration, as each database can; the other is for filters only.
    search_text: Mapped[str] = mapped_column(Text, default="\n\n\n\n\n")
    other_text: Mapped[str] = mapped_column(Text, default="\n")

    contact: Mapped[Contact | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship(viewonly=True)

    @property
    def contact_uid(self) -> UUID | None:
        return self.contact.uid if self.contact else None

    @property
    def meeting_uid(self) -> UUID | None:
        return self.meeting.uid if self.meeting else None
