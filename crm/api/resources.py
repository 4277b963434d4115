"""What each resource calls its fields, in both documents (the table of one-contract.md, and what follows from it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

Value = Callable[[Any], Any]


def camel(name: str) -> str:
    """ "follow_up_needed" → "followUpNeeded" """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the site document's spelling, and the services'; `contact` the contact document's; `too` are others
    that are read for it. `server`: only the server sets it. `items`: the keys of the objects in a list."""

    name: str
    contact: str
    value: Value
    site_value: Value
    server: bool = False
    too: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Resource:
    """`one` and `many` are its names in answers; fields are written in the order in which they stand."""

    def __init__(self, one: str, many: str, *fields: Field) -> None:
        self.one, self.many = one, many
        self.by_name = {field.name: field for field in fields}
        self.site_keys = {key: field for field in fields for key in (field.name, *field.too)}
        self.contact_keys = {key: field for field in fields for key in (field.contact, *field.too)}
        # What tells a body of the contact dialect from one of the site dialect.
        self.contact_only = self.contact_keys.keys() - self.site_keys.keys()
        self.site_columns = _id_first((field.name, field.site_value) for field in fields)
        self.contact_columns = _id_first((field.contact, field.value) for field in fields)


def _id_first(columns: Iterable[tuple[str, Value]]) -> list[tuple[str, Value]]:
    return sorted(columns, key=lambda column: column[0] != "id")


def field(name: str, contact: str | None = None, value: Value | None = None, **more: Any) -> Field:
    value = value or attrgetter(name)
    return Field(name, contact or camel(name), value, **{"site_value": value} | more)


def server(name: str, contact: str | None = None, value: Value | None = None) -> Field:
    return field(name, contact, value, server=True)


def stamp(name: str, contact: str | None = None) -> Field:
    """An instant of the server's own clock, in whole seconds, as in the site document's examples."""

    def whole_seconds(row: Any) -> Any:
        at = getattr(row, name)
        return at.replace(microsecond=0) if at else None

    return server(name, contact, whole_seconds)


def guid_of(name: str) -> Value:
    """The GUID of the row that `name` relates to."""

    def guid(row: Any) -> Any:
        other = getattr(row, name)
        return other.uid if other is not None else None

    return guid


def each(name: str, inside: str) -> Value:
    return lambda row: [getattr(item, inside) for item in getattr(row, name)]


_WHICH = (server("uid", "id"), server("id", "number"), server("site_id"))
_WHEN = (server("created_by"), stamp("created_at"), stamp("updated_at"))

INTERACTION = Resource(
    "interaction",
    "interactions",
    *_WHICH,
    field("contact_id", value=guid_of("contact")),
    field("title"),
    field("type", "interactionType", site_value=lambda row: row.type.capitalize(), too=("type",)),
    field("lead"),
    field("start_datetime", "date"),
    field("end_datetime", "endDate"),
    field("duration"),
    field("timezone"),
    field("location"),
    field("medium"),
    field("description"),
    field("notes"),
    field("sentiment"),
    field("topics_discussed"),
    field("follow_up_needed"),
    field("follow_up_notes"),
    field("follow_up_due"),
    server("source"),
    server("meeting_id", value=guid_of("meeting")),
    *_WHEN,
)

CONTACT = Resource(
    "contact",
    "contacts",
    *_WHICH,
    field("name"),
    field("emails", value=each("emails", "address")),
    field("phones", value=each("phones", "number")),
    field("company"),
    field("job_title"),
    field("tags"),
    field("notes"),
    field("owner_id"),
    field("keep_in_touch_days"),
    server("last_interaction_at"),
    server("next_meeting_at"),
    *_WHEN,
)

# How a meeting went: said once, when it is completed.
_OUTCOME = (
    field("actual_date"),
    field("attendees"),
    field("topics_covered"),
    field("outcomes"),
    field("action_items", items=("title", "owner_id", "due_on")),
    field("next_steps"),
    field("relationship_impact"),
)
_MEETING_STATE = (
    server("status"),
    server("interaction_id", value=guid_of("interaction")),
    stamp("completed_at", "completedDate"),
    server("completed_by"),
    stamp("cancelled_at"),
)

MEETING = Resource(
    "meeting",
    "meetings",
    *_WHICH,
    field("contact_id", value=guid_of("contact")),
    field("scheduled_datetime", "scheduledDateTime"),
    field("timezone"),
    field("duration"),
    field("location"),
    field("purpose"),
    field("agenda_items"),
    field("preparation_notes"),
    field("calendar_synced"),
    *_MEETING_STATE,
    *(replace(said, server=True) for said in _OUTCOME),
    *_WHEN,
)

# What completing (and, without fields of its own, cancelling) takes.
OUTCOME = Resource("meeting", "meetings", *_WHICH, field("duration"), *_OUTCOME, *_MEETING_STATE, *_WHEN)

_FOLLOW_UP_STATE = (
    server("status"),
    stamp("completed_at"),
    server("completed_by"),
    server("interaction_id", value=guid_of("interaction")),
    server("meeting_id", value=guid_of("meeting")),
)

FOLLOW_UP = Resource(
    "follow_up",
    "follow_ups",
    *_WHICH,
    field("title"),
    field("notes"),
    field("due_on"),
    field("owner_id"),
    field("owed_by"),
    field("contact_id", value=guid_of("contact")),
    *_FOLLOW_UP_STATE,
    *_WHEN,
)

# What snoozing (and, without a day, completing and reopening) takes.
SNOOZE = Resource("follow_up", "follow_ups", *_WHICH, field("due_on", too=("until",)), *_FOLLOW_UP_STATE, *_WHEN)


def _counts(contact_id: str) -> Value:
    return lambda report: [
        {contact_id: top.contact.uid, "name": top.contact.name, "count": top.count} for top in report.top_contacts
    ]


ANALYTICS = Resource(
    "analytics",
    "analytics",
    server("total_interactions"),
    field("by_type", site_value=lambda report: {name.capitalize(): count for name, count in report.by_type.items()}),
    server("frequency"),
    server("average_duration"),
    server("buckets"),
    server("by_sentiment"),
    server("by_lead"),
    field("top_contacts", value=_counts("contactId"), site_value=_counts("contact_id")),
)
