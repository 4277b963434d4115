"""Examples, those of the requirement documents where they have some: by the services' names, written in both dialects by the
tables in resources.py. A field that has none here is shown with a value of its kind."""

from __future__ import annotations

from typing import Any

from crm.api.described import Body
from crm.api.dialects import Dialect
from crm.api.openapi import shapes
from crm.api.resources import ACCESS_TOKEN, ANALYTICS, CONTACT, FOLLOW_UP, INTERACTION, MEETING, Field, Resource, camel
from crm.schemas.shapes import Shape

_ADA, _ROW, _MEETING = (
    "01a1fd0a-6d3c-7a51-8f0e-5b8e6f1c2d3e",
    "01a1fd0b-12bf-779e-928d-1db3332a47e1",
    "01a1fd0c-4b1d-7c9a-8f25-90c2f7a1b3d4",
)
_OF_ROW = {
    "id": 1,
    "uid": _ROW,
    "site_id": 2,
    "contact_id": _ADA,
    "created_by": 123,
    "created_at": "2023-06-01T15:30:00Z",
    "updated_at": "2023-06-01T15:30:00Z",
}

# interaction-management-api.md, "Get Interaction"; interaction-tracking.md where that has the field.
ROWS: dict[str, dict[str, Any]] = {
    INTERACTION.one: _OF_ROW
    | {
        "title": "Team Kickoff Meeting",
        "type": "meeting",
        "lead": "John Smith",
        "start_datetime": "2023-06-12T10:00:00Z",
        "end_datetime": "2023-06-12T11:00:00Z",
        "duration": 60,
        "timezone": "America/New_York",
        "location": "Conference Room A",
        "medium": None,
        "description": "Initial project kickoff meeting with team members",
        "notes": "Bring project documentation",
        "sentiment": "positive",
        "topics_discussed": ["budget"],
        "follow_up_needed": False,
        "follow_up_notes": None,
        "follow_up_due": None,
        "source": "manual",
        "meeting_id": None,
    },
    CONTACT.one: _OF_ROW
    | {
        "uid": _ADA,
        "name": "Ada Lovelace",
        "emails": ["ada@example.org"],
        "phones": ["+49 30 901820"],
        "company": "Analytical Engines",
        "job_title": "Analyst",
        "tags": ["compilers"],
        "owner_id": 123,
        "keep_in_touch_days": 90,
    },
    MEETING.one: _OF_ROW
    | {
        "uid": _MEETING,
        "scheduled_datetime": "2023-06-20T14:00:00Z",
        "timezone": "America/New_York",
        "duration": 60,
        "location": "Conference Room A",
        "purpose": "Project status",
        "agenda_items": ["Budget"],
        "status": "scheduled",
        "actual_date": "2023-06-20T14:05:00Z",
        "attendees": ["Jane Doe"],
        "topics_covered": ["Budget"],
        "outcomes": "Agreed.",
        "action_items": ["Send the paper"],
        "next_steps": "Meet again",
        "relationship_impact": "Closer",
    },
    FOLLOW_UP.one: _OF_ROW | {"title": "Send the compiler manual", "due_on": "2999-03-12", "owner_id": 123, "status": "open"},
    ACCESS_TOKEN.one: _OF_ROW
    | {
        "name": "Newsletter",
        "scope": "read",
        "token": "rapport_pat_…",
        "ends_in": "x7Qd",
        "expires_in_days": 90,
        "expires_at": "2023-08-30T15:30:00Z",
        "used_at": None,
    },
    # interaction-tracking.md, "GET /api/analytics/interactions"
    ANALYTICS.one: {
        "total_interactions": 15,
        "by_type": {"meeting": 10, "call": 5},
        "frequency": {"week1": 3, "week2": 12},
        "average_duration": 30,
        "buckets": [
            {"key": "week1", "start": "2026-01-04T23:00:00Z", "end": "2026-01-11T23:00:00Z", "count": 3},
            {"key": "week2", "start": "2026-01-11T23:00:00Z", "end": "2026-01-18T23:00:00Z", "count": 12},
        ],
        "by_sentiment": {"positive": 4},
        "by_lead": {"John Smith": 15},
        "top_contacts": [{"contact_id": _ADA, "name": "Ada Lovelace", "count": 15}],
    },
}


def row(resource: Resource, dialect: Dialect) -> dict[str, Any]:
    is_contact = dialect is Dialect.CONTACT
    shape = shapes.row(resource, dialect)["properties"]
    by_key = {field.contact if is_contact else field.name: field for field in resource.by_name.values()}
    return {key: _value(resource, by_key[key], dialect, kind) for key, kind in shape.items()}


def body(reads: Body, dialect: Dialect) -> Any:
    """What may be sent: what is not left to the server, of the row."""
    if reads.example is not None or reads.resource is None:
        return reads.example(dialect is Dialect.CONTACT) if callable(reads.example) else reads.example
    schema = (reads.contact or reads.site) if dialect is Dialect.CONTACT else reads.site
    shape = shapes.read(reads, dialect)["properties"]
    sent = {}
    for field in reads.resource.by_name.values():
        key = field.contact if dialect is Dialect.CONTACT else field.name
        value = _value(reads.resource, field, dialect, shape.get(key, {}))
        # Without the end: the start and the duration say it.
        if field.name in schema.model_fields and not field.server and field.name != "end_datetime" and value not in (None, []):
            sent[key] = value
    return sent


def _value(resource: Resource, field: Field, dialect: Dialect, shape: Shape) -> Any:
    known = ROWS.get(resource.one, {})
    value = known[field.name] if field.name in known else _of_kind(shape)
    if isinstance(value, list) and dialect is Dialect.CONTACT:
        return [_in_camels(item) for item in value]
    return value if dialect is Dialect.CONTACT or field.kind == field.site_kind else _for_site(value)


def _in_camels(item: Any) -> Any:
    return {camel(name): value for name, value in item.items()} if isinstance(item, dict) else item


def _for_site(value: Any) -> Any:
    """What the site dialect writes differently: the types, and keys of objects."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return {name.capitalize(): count for name, count in value.items()}
    return value.capitalize() if isinstance(value, str) else value


def _of_kind(shape: Shape) -> Any:
    options = [shape, *shape.get("anyOf", ())]
    if any(option.get("type") == "null" for option in options):
        return None
    if "enum" in shape:
        return shape["enum"][0]
    return {"integer": 1, "boolean": False, "array": [], "object": {}}.get(shape.get("type", ""), "text")
