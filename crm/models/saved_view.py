"""Saved views: lists that somebody has given a name."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, Deletable, Public, Stamped, index_where, live_index


class SavedView(Public, Stamped, Deletable, Base):
    """A list of interactions: its filters and its order are `query`, the query string of its address (schemas/selections.py).
    It is its maker's, and where it is `shared` everybody's of the site."""

    __tablename__ = "saved_views"
    __table_args__ = (
        live_index("ix_saved_views_site", "site_id", "user_id", "id"),
        index_where("deleted_at", "saved_views"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    # Where it stands among the others: what is less stands further left. A new one comes last.
    place: Mapped[float] = mapped_column(default=0.0)
