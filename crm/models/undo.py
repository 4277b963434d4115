"""What it takes to take a large change back: a bulk edit, a merge."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm import clock
from crm.models.base import Base, Public


class KeptUndo(Public, Base):
    """`data` is what was before, as the service that made it knows to read it. Removed after 30 days."""

    __tablename__ = "kept_undos"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    undone_at: Mapped[datetime | None]
    data: Mapped[dict[str, Any]]
