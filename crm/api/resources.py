"""What each resource calls its fields, in both documents (the table of one-contract.md, and what follows from it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal, get_args
from uuid import UUID

from pydantic import create_model

from crm.schemas.access_tokens import ScopeName
from crm.schemas.follow_ups import OwedBy
from crm.schemas.follow_ups import Status as FollowUpStatus
from crm.schemas.interactions import SentimentName, SourceName, TypeName
from crm.schemas.meetings import Status as MeetingStatus
from crm.services.analytics import Bucket

Value = Callable[[Any], Any]

# How the site document writes the types.
SiteTypeName = Literal[tuple(name.capitalize() for name in get_args(TypeName))]  # type: ignore[valid-type]


def camel(name: str) -> str:
    """ "follow_up_needed" → "followUpNeeded" """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the site document's spelling, and the services'; `contact` the contact document's; `too` are others
    that are read for it. `kind` is the type that it is answered with, for the OpenAPI document. `server`: only the server sets
    it. `items`: the keys of the objects in a list."""

    name: str
    contact: str
    value: Value
    site_value: Value
    kind: Any
    site_kind: Any
    server: bool = False
    too: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Resource:
    """`one` and `many` are its names in answers; fields are written in the order in which they stand. `kind`: the name of its
    shape, where that is another than the resource usually has. `versioned`: its rows count their changes, for If-Match."""

    def __init__(self, one: str, many: str, *fields: Field, kind: str | None = None, versioned: bool = True) -> None:
        self.one, self.many, self.kind, self.versioned = one, many, kind or one, versioned
        self.by_name = {field.name: field for field in fields}
        self.site_keys = {key: field for field in fields for key in (field.name, *field.too)}
        self.contact_keys = {key: field for field in fields for key in (field.contact, *field.too)}
        # What tells a body of the contact dialect from one of the site dialect.
        self.contact_only = self.contact_keys.keys() - self.site_keys.keys()
        self.site_columns = _id_first((field.name, field.site_value) for field in fields)
        self.contact_columns = _id_first((field.contact, field.value) for field in fields)


def _id_first(columns: Iterable[tuple[str, Value]]) -> list[tuple[str, Value]]:
    return sorted(columns, key=lambda column: column[0] != "id")


def field(name: str, kind: Any, contact: str | None = None, value: Value | None = None, **more: Any) -> Field:
    value = value or attrgetter(name)
    return Field(name, contact or camel(name), value, **{"site_value": value, "kind": kind, "site_kind": kind} | more)


def server(name: str, kind: Any, contact: str | None = None, value: Value | None = None) -> Field:
    return field(name, kind, contact, value, server=True)


def stamp(name: str, contact: str | None = None, kind: Any = datetime) -> Field:
    """An instant of the server's own clock, in whole seconds, as in the site document's examples."""

    def whole_seconds(row: Any) -> Any:
        at = getattr(row, name)
        return at.replace(microsecond=0) if at else None

    return server(name, kind, contact, whole_seconds)


def guid_of(name: str) -> Value:
    """The GUID of the row that `name` relates to."""

    def guid(row: Any) -> Any:
        other = getattr(row, name)
        return other.uid if other is not None else None

    return guid


def each(name: str, inside: str) -> Value:
    return lambda row: [getattr(item, inside) for item in getattr(row, name)]


_WHICH = (server("uid", UUID, "id"), server("id", int, "number"), server("site_id", int))
_WHEN = (server("created_by", int | None), stamp("created_at"), stamp("updated_at"))

INTERACTION = Resource(
    "interaction",
    "interactions",
    *_WHICH,
    field("contact_id", UUID | None, value=attrgetter("contact_uid")),
    field("title", str),
    field(
        "type",
        TypeName,
        "interactionType",
        site_value=lambda row: row.type.capitalize(),
        site_kind=SiteTypeName,
        too=("type",),
    ),
    field("lead", str),
    field("start_datetime", datetime, "date"),
    field("end_datetime", datetime | None, "endDate"),
    field("duration", int | None),
    field("timezone", str),
    field("location", str | None),
    field("medium", str | None),
    field("description", str | None),
    field("notes", str | None),
    field("sentiment", SentimentName | None),
    field("topics_discussed", list[str]),
    field("follow_up_needed", bool),
    field("follow_up_notes", str | None),
    field("follow_up_due", date | None),
    server("source", SourceName),
    server("meeting_id", UUID | None, value=attrgetter("meeting_uid")),
    *_WHEN,
)

CONTACT = Resource(
    "contact",
    "contacts",
    *_WHICH,
    field("name", str),
    field("emails", list[str], value=each("emails", "address")),
    field("phones", list[str], value=each("phones", "number")),
    field("company", str | None),
    field("job_title", str | None),
    field("tags", list[str]),
    field("notes", str | None),
    field("owner_id", int | None),
    field("keep_in_touch_days", int | None),
    server("last_interaction_at", datetime | None),
    server("next_meeting_at", datetime | None),
    *_WHEN,
)

# How a meeting went: said once, when it is completed.
_OUTCOME = (
    field("actual_date", datetime | None),
    field("attendees", list[str]),
    field("topics_covered", list[str]),
    field("outcomes", str | None),
    field("action_items", list[str], items=("title", "owner_id", "due_on")),
    field("next_steps", str | None),
    field("relationship_impact", str | None),
)
_MEETING_STATE = (
    server("status", MeetingStatus),
    server("interaction_id", UUID | None, value=guid_of("interaction")),
    stamp("completed_at", "completedDate", kind=datetime | None),
    server("completed_by", int | None),
    stamp("cancelled_at", kind=datetime | None),
)

MEETING = Resource(
    "meeting",
    "meetings",
    *_WHICH,
    field("contact_id", UUID, value=guid_of("contact")),
    field("scheduled_datetime", datetime, "scheduledDateTime"),
    field("timezone", str),
    field("duration", int | None),
    field("location", str | None),
    field("purpose", str | None),
    field("agenda_items", list[str]),
    field("preparation_notes", str | None),
    field("calendar_synced", bool),
    *_MEETING_STATE,
    *(replace(said, server=True) for said in _OUTCOME),
    *_WHEN,
)

# What completing (and, without fields of its own, cancelling) takes.
OUTCOME = Resource("meeting", "meetings", *_WHICH, field("duration", int | None), *_OUTCOME, *_MEETING_STATE, *_WHEN)

_FOLLOW_UP_STATE = (
    server("status", FollowUpStatus),
    stamp("completed_at", kind=datetime | None),
    server("completed_by", int | None),
    server("interaction_id", UUID | None, value=guid_of("interaction")),
    server("meeting_id", UUID | None, value=guid_of("meeting")),
)

FOLLOW_UP = Resource(
    "follow_up",
    "follow_ups",
    *_WHICH,
    field("title", str),
    field("notes", str | None),
    field("due_on", date | None),
    field("owner_id", int | None),
    field("owed_by", OwedBy),
    field("contact_id", UUID | None, value=guid_of("contact")),
    *_FOLLOW_UP_STATE,
    *_WHEN,
)

# What snoozing (and, without a day, completing and reopening) takes.
SNOOZE = Resource("follow_up", "follow_ups", *_WHICH, field("due_on", date | None, too=("until",)), *_FOLLOW_UP_STATE, *_WHEN)


def _counts(contact_id: str) -> Value:
    return lambda report: [
        {contact_id: top.contact.uid, "name": top.contact.name, "count": top.count} for top in report.top_contacts
    ]


def _kind_of_counts(contact_id: str) -> Any:
    names: dict[str, Any] = {contact_id: (UUID, ...), "name": (str, ...), "count": (int, ...)}
    return create_model("TopContact", **names)


ANALYTICS = Resource(
    "analytics",
    "analytics",
    server("total_interactions", int),
    field(
        "by_type",
        dict[TypeName, int],
        site_value=lambda report: {name.capitalize(): count for name, count in report.by_type.items()},
        site_kind=dict[SiteTypeName, int],  # type: ignore[valid-type]
    ),
    server("frequency", dict[str, int]),
    server("average_duration", int | None),
    server("buckets", list[Bucket]),
    server("by_sentiment", dict[SentimentName, int]),
    server("by_lead", dict[str, int]),
    field(
        "top_contacts",
        list[_kind_of_counts("contactId")],  # type: ignore[misc]
        value=_counts("contactId"),
        site_value=_counts("contact_id"),
        site_kind=list[_kind_of_counts("contact_id")],  # type: ignore[misc]
    ),
)

_TOKEN_STATE = (
    server("ends_in", str),
    stamp("created_at"),
    stamp("expires_at"),
    stamp("used_at", kind=datetime | None),
)
_TOKEN = (field("name", str), field("scope", ScopeName))

ACCESS_TOKEN = Resource("access_token", "access_tokens", *_WHICH, *_TOKEN, *_TOKEN_STATE, versioned=False)

# The answer to making one, and what making one takes.
MADE_ACCESS_TOKEN = Resource(
    "access_token",
    "access_tokens",
    *_WHICH,
    *_TOKEN,
    server("token", str, value=attrgetter("secret")),
    *_TOKEN_STATE,
    kind="made_access_token",
    versioned=False,
)
NEW_ACCESS_TOKEN = Resource("access_token", "access_tokens", *_TOKEN, field("site_id", int), field("expires_in_days", int))
