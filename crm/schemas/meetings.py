"""The shape of a meeting and of its completion (interaction-tracking.md, "POST /api/meetings" and "PUT …/complete")."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic_core.core_schema import CoreSchema

from crm.schemas.base import (
    ABSENT,
    Blank,
    Day,
    Flag,
    Instant,
    Line500,
    Minutes,
    PastInstant,
    Prose,
    Schema,
    Storable,
    Texts,
    Zone,
)

Status = Literal["scheduled", "completed", "cancelled"]
# Together they fit into the notes of the interaction that they make.
Outcomes = Annotated[Annotated[str, StringConstraints(max_length=80_000), Storable] | None, Blank]
NextSteps = Annotated[Annotated[str, StringConstraints(max_length=19_000), Storable] | None, Blank]


class MeetingEdit(Schema):
    """Changes the fields it names. Null clears a field. `duration` is the planned one, in minutes; `attendees` are those who
    are to come."""

    contact_id: UUID = ABSENT
    scheduled_datetime: Instant = ABSENT
    timezone: Zone | None = None
    duration: Minutes | None = None
    location: Annotated[Line500 | None, Blank] = None
    purpose: Annotated[Line500 | None, Blank] = None
    agenda_items: Texts | None = None
    attendees: Texts | None = None
    preparation_notes: Prose = None
    calendar_synced: Flag | None = None


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

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [whole["properties"]["title"], whole]}


class MeetingOutcome(Schema):
    """`duration` is the actual one, in minutes. `actual_date` is when the meeting began; left out: when it was to begin, or now
    where that is still to come."""

    actual_date: PastInstant | None = None
    attendees: Texts | None = None
    duration: Minutes | None = None
    topics_covered: Texts | None = None
    outcomes: Outcomes = None
    action_items: Annotated[list[ActionItem], Field(max_length=100)] | None = None
    next_steps: NextSteps = None
    relationship_impact: Annotated[Line500 | None, Blank] = None
