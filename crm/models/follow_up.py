"""Follow-ups: what was promised, by whom, until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, DeletableWithContact, Public, Stamped, Versioned, index_where, live_index
from crm.models.user import User

if TYPE_CHECKING:
    from crm.models.contact import Contact
    from crm.models.interaction import Interaction
    from crm.models.meeting import Meeting

STATUSES = ("open", "done")
OWED_BY = ("ours", "theirs")

# What may have to be reminded of.
_REMINDING = text("deleted_at IS NULL AND status = 'open' AND reminds")
_DONE = text("deleted_at IS NULL AND completed_at IS NOT NULL")


class FollowUp(Public, Stamped, Versioned, DeletableWithContact, Base):
    """`due_on` is a day, not an instant: it is due wherever its owner's day is. None: someday.

    `interaction_id` is set for the one follow-up that an interaction's own "follow-up needed" stands for. `owed_by`: "ours" is
    what we promised; "theirs" what the contact did, and `owner` is who waits for it.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"owed_by IN {OWED_BY}", name="owed_by"),
        CheckConstraint("(status = 'done') = (completed_at IS NOT NULL)", name="completed"),
        live_index("ix_follow_ups_site", "site_id", "status", "due_on", "id"),
        live_index("ix_follow_ups_owner", "site_id", "owner_id", "status", "due_on", "id"),
        Index("ix_follow_ups_done", "site_id", "completed_at", "id", sqlite_where=_DONE, postgresql_where=_DONE),
        # Not only the living: removing a contact for good looks for its rows here.
        Index("ix_follow_ups_contact", "contact_id", "status", "due_on", "id"),
        Index(None, "meeting_id"),
        Index(
            "ix_follow_ups_remind",
            text("coalesce(remind_on, due_on)"),
            "id",
            sqlite_where=_REMINDING,
            postgresql_where=_REMINDING,
        ),
        index_where("deleted_at", "follow_ups"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id", ondelete="CASCADE"), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(500))
    notes: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None]
    # Whether its owner gets a mail, and on which day; None: the day it is due. `reminded_on` is the day of the last one.
    reminds: Mapped[bool] = mapped_column(default=True)
    remind_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default="open")
    owed_by: Mapped[str] = mapped_column(String(6), default="ours")
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    contact: Mapped[Contact | None] = relationship()
    interaction: Mapped[Interaction | None] = relationship(viewonly=True)
    meeting: Mapped[Meeting | None] = relationship(viewonly=True)
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])

    @property
    def owner_name(self) -> str | None:
        return self.owner.name if self.owner else None
