"""Contacts: the people a site talks to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, ScalarSelect, String, Text, bindparam, case, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from crm import clock
from crm.models.base import Base, Deletable, Public, Stamped, UtcDateTime, Versioned, index_where, live_index
from crm.models.interaction import Interaction
from crm.models.meeting import Meeting
from crm.models.user import User


class ContactEmail(Base):
    """An address belongs to one contact of a site. A deleted contact gives its addresses free (`deleted_at`)."""

    __tablename__ = "contact_emails"
    __table_args__ = (
        live_index("uq_contact_emails_address", "site_id", "address_key", unique=True),
        Index(None, "contact_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    position: Mapped[int]
    address: Mapped[str] = mapped_column(String(254))
    address_key: Mapped[str] = mapped_column(String(254))
    deleted_at: Mapped[datetime | None]


class ContactPhone(Base):
    """A number as it was typed, and its digits. Colleagues share a switchboard, so it is unique within a contact only."""

    __tablename__ = "contact_phones"
    __table_args__ = (
        Index("uq_contact_phones_number", "contact_id", "number_key", unique=True),
        Index(None, "site_id", "number_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(50))
    number_key: Mapped[str] = mapped_column(String(50))


def _at_any_moment(stored: Any, live: Callable[[Any], Any], as_of: Callable[[], datetime]) -> Any:
    """`stored`, unless time alone has changed the answer since it was stored: then `live`, looked up in the index."""
    now, moment = (bindparam("now", callable_=source, type_=UtcDateTime, unique=True) for source in (clock.now, as_of))
    return case((Contact.settle_at <= now, live(moment)), else_=stored)


class Contact(Public, Stamped, Versioned, Deletable, Base):
    """A person of another house.

    `last_interaction_at` and `next_meeting_at` are always true. What they were at the last change is stored, for sorting by
    an index; from `settle_at` on, when a planned interaction begins or the next meeting does, they are looked up, until
    the next change or the `settle` job stores them anew.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("keep_in_touch_days > 0", name="cadence"),
        live_index("ix_contacts_name", "site_id", "name_key", "id"),
        live_index("ix_contacts_last", "site_id", "stored_last_interaction_at", "id"),
        live_index("ix_contacts_next", "site_id", "stored_next_meeting_at", "id"),
        live_index("ix_contacts_created", "site_id", "created_at", "id"),
        live_index("ix_contacts_updated", "site_id", "updated_at", "id"),
        live_index("ix_contacts_company", "site_id", "company_key", "id"),
        live_index("ix_contacts_cold", "site_id", "goes_cold_at", "id"),
        index_where("settle_at", "contacts"),
        index_where("deleted_at", "contacts"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    company: Mapped[str | None] = mapped_column(String(200))
    job_title: Mapped[str | None] = mapped_column(String(200))
    tags: Mapped[list[str]] = mapped_column(default=list)
    notes: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    keep_in_touch_days: Mapped[int | None]
    # What counts as keeping in touch (services/touches.py): the types, none of them being all; and whether the owner alone.
    cadence_types: Mapped[list[str]] = mapped_column(default=list)
    cadence_by_owner: Mapped[bool] = mapped_column(default=False)
    # A contact that was merged into another one is deleted, and names that one (services/merges.py).
    merged_into_uid: Mapped[UUID | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    # Folded (case, accents) for sorting and searching; kept by services/contacts.
    name_key: Mapped[str] = mapped_column(String(400))
    company_key: Mapped[str] = mapped_column(String(400), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")

    stored_last_interaction_at: Mapped[datetime | None]
    stored_next_meeting_at: Mapped[datetime | None]
    settle_at: Mapped[datetime | None]
    # When the last talk that counts will be longer ago than it should be; none without a cadence. Kept as the counters are.
    goes_cold_at: Mapped[datetime | None]

    if TYPE_CHECKING:  # they are set below, where the tables that they look into are known
        last_interaction_at: Mapped[datetime | None]
        next_meeting_at: Mapped[datetime | None]

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    emails: Mapped[list[ContactEmail]] = relationship(
        order_by=ContactEmail.position, cascade="all, delete-orphan", passive_deletes=True
    )
    phones: Mapped[list[ContactPhone]] = relationship(
        order_by=ContactPhone.position, cascade="all, delete-orphan", passive_deletes=True
    )


def last_interaction(at: Any) -> ScalarSelect[datetime]:
    """SQL: when the contact was last talked to, of what has begun by the instant `at`."""
    return (
        select(func.max(Interaction.start_datetime))
        .where(Interaction.contact_id == Contact.id, Interaction.deleted_at.is_(None), Interaction.start_datetime <= at)
        .correlate(Contact)
        .scalar_subquery()
    )


def next_meeting(at: Any) -> ScalarSelect[datetime]:
    """SQL: when the contact's next scheduled meeting is, as of the instant `at`."""
    return (
        select(func.min(Meeting.scheduled_datetime))
        .where(
            Meeting.contact_id == Contact.id,
            Meeting.deleted_at.is_(None),
            Meeting.status == "scheduled",
            Meeting.scheduled_datetime > at,
        )
        .correlate(Contact)
        .scalar_subquery()
    )


Contact.last_interaction_at = column_property(
    _at_any_moment(Contact.stored_last_interaction_at, last_interaction, clock.horizon)
)
Contact.next_meeting_at = column_property(_at_any_moment(Contact.stored_next_meeting_at, next_meeting, clock.now))
