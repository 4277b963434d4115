"""The shape of a meeting and of its completion (interaction-tracking.md, "POST /api/meetings" and "PUT …/complete")."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from annotated_types import MaxLen
from pydantic import Field, model_validator

from crm.schemas.base import ABSENT, Blank, Day, Instant, Line500, Minutes, Prose, Schema, Texts, Zone


class MeetingEdit(Schema):
    """Changes the fields it names. Null clears a field. `duration` is the planned one, in minutes."""

    contact_id: UUID = ABSENT
    scheduled_datetime: Instant = ABSENT
    timezone: Zone | None = None
    duration: Minutes | None = None
    location: Annotated[Line500 | None, Blank] = None
    purpose: Annotated[Line500 | None, Blank] = None
    agenda_items: Texts | None = None
    preparation_notes: Prose | None = None
    calendar_synced: bool | None = None


class MeetingNew(MeetingEdit):
    contact_id: UUID
    scheduled_datetime: Instant


class ActionItem(Schema):
    """What is to be done, by whom, until when. A plain string is its title; owner and due date then follow the default."""

    title: Line500
    owner_id: int | None = None
    due_on: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"title": value} if isinstance(value, str) else value


class MeetingOutcome(Schema):
    """`duration` is the actual one, in minutes. `actual_date` is when the meeting began; left out: when it was to begin, or now
    where that is still to come. Outcomes and next steps together fit into the notes of the interaction that they make."""

    actual_date: Instant | None = None
    attendees: Texts | None = None
    duration: Minutes | None = None
    topics_covered: Texts | None = None
    outcomes: Annotated[Prose, MaxLen(80_000)] | None = None
    action_items: Annotated[list[ActionItem], Field(max_length=100)] | None = None
    next_steps: Annotated[Prose, MaxLen(19_000)] | None = None
    relationship_impact: Annotated[Line500 | None, Blank] = None
