"""What stands in the cells of exported lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from crm.services.members import Member
from crm.web import words


def interactions(found: Iterable[Any], member: Member) -> Iterator[list[object]]:
    """A head and a line for each of `found` (services/selections.exported), in the reader's zone. The importer knows these
    heads, too."""
    zone = ZoneInfo(member.timezone)
    yield [
        "Start",
        "Type",
        "Contact",
        "Title",
        "Lead",
        "Minutes",
        "Mood",
        "Topics",
        "Place",
        "Medium",
        "Description",
        "Notes",
        "Follow-up needed",
        "Follow-up",
        "Follow-up due",
        "Source",
        "Created by",
        "GUID",
    ]
    types, moods = words.labels(words.TYPES), words.labels(words.MOODS)
    for row in found:
        yield [
            f"{row.start_datetime.astimezone(zone):%Y-%m-%d %H:%M}",
            types[row.type],
            row.contact,
            row.title,
            row.lead,
            row.duration,
            moods.get(row.sentiment),
            "; ".join(row.topics_discussed),
            row.location,
            row.medium,
            row.description,
            row.notes,
            "yes" if row.follow_up_needed else "no",
            row.follow_up_notes,
            row.follow_up_due,
            words.SOURCES[row.source],
            row.creator,
            row.uid,
        ]
