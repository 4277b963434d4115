"""The shape of an interaction (one-contract.md, "Two dialects of one resource")."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from crm.schemas.base import (
    ABSENT,
    Blank,
    Day,
    Flag,
    Instant,
    Line100,
    Line200,
    Line500,
    Lower,
    Minutes,
    PastInstant,
    Prose,
    Schema,
    Storable,
    Texts,
    Zone,
)

Title = Annotated[str, StringConstraints(min_length=5, max_length=100), Storable]
TypeName = Literal["meeting", "call", "email", "message", "coffee", "lunch", "conference", "other"]
SentimentName = Literal["positive", "neutral", "negative"]
SourceName = Literal["manual", "meeting", "calendar", "email", "import"]
Type = Annotated[TypeName, Lower]
Sentiment = Annotated[SentimentName, Lower]


class InteractionEdit(Schema):
    """Changes the fields it names. Null clears a field, or sets it back to its default."""

    contact_id: UUID | None = None
    title: Annotated[Title | None, Blank] = None
    type: Type = ABSENT
    lead: Annotated[Line200 | None, Blank] = None
    start_datetime: Instant = ABSENT
    end_datetime: Instant | None = None
    duration: Minutes | None = None
    timezone: Zone | None = None
    location: Annotated[Line500 | None, Blank] = None
    medium: Annotated[Line100 | None, Blank] = None
    description: Prose = None
    notes: Prose = None
    sentiment: Annotated[Sentiment | None, Blank] = None
    topics_discussed: Texts | None = None
    follow_up_needed: Flag | None = None
    follow_up_notes: Prose = None
    follow_up_due: Day | None = None


class InteractionNew(InteractionEdit):
    """A new interaction. The title, where it is left out, is made from the type and the contact's name."""

    type: Type
    start_datetime: Instant


class SiteInteractionNew(InteractionNew):
    """The site document requires a title."""

    title: Title


class ContactInteractionNew(InteractionNew):
    """The contact document requires a contact, and knows no future."""

    contact_id: UUID
    start_datetime: PastInstant


class ContactInteractionEdit(InteractionEdit):
    """The contact document requires a contact."""

    contact_id: UUID = ABSENT
