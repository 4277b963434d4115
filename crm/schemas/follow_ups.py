"""The shape of a follow-up."""

from __future__ import annotations

from uuid import UUID

from crm.schemas.base import ABSENT, Day, Prose, Schema, line


class FollowUpEdit(Schema):
    """Changes the fields it names. Null clears a field; no `due_on` is "someday"."""

    title: line(500) = ABSENT  # type: ignore[valid-type]
    notes: Prose | None = None
    due_on: Day | None = None
    owner_id: int | None = None


class FollowUpNew(FollowUpEdit):
    title: line(500)  # type: ignore[valid-type]
    contact_id: UUID | None = None
