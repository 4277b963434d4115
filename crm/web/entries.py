"""The entries of a timeline, as parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from crm.web import parts, times
from crm.web.session import member


def entries(rows: Iterable[Any], focus: str = "") -> Markup:
    """Interactions, or rows of services/timeline. `focus`: the GUID of the one that is to have it."""
    me, reader = member(), parts.the_reader()
    return Markup("".join([_entry(row, me.may_edit(row), focus, reader) for row in rows]))


def _entry(row: Any, may_edit: bool, focus: str, reader: parts.Reader) -> Markup:
    uid = str(row.uid)
    return parts.part(
        "interactions/_entry.html",
        (),
        reader,
        uid=uid,
        title=row.title,
        type=row.type,
        start_datetime=row.start_datetime,
        timezone=row.timezone,
        lead=row.lead,
        duration=row.duration,
        sentiment=row.sentiment,
        location=row.location,
        source=row.source,
        description=row.description,
        notes=row.notes,
        topics=tuple(row.topics_discussed),
        follow_up_needed=row.follow_up_needed,
        follow_up_notes=row.follow_up_notes,
        has_minutes=row.meeting_id is not None,
        may_edit=may_edit,
        focused=uid == focus,
    )


def by_month(rows: Iterable[Any]) -> Sequence[tuple[str, list[Any]]]:
    """ "March 2026" and what began in it, on the reader's wall clock."""
    zone = ZoneInfo(parts.the_reader().zone)
    found: list[tuple[str, list[Any]]] = []
    last = None
    for row in rows:
        there = row.start_datetime.astimezone(zone)
        if last != (there.year, there.month):
            last = there.year, there.month
            found.append((times.month(there), []))
        found[-1][1].append(row)
    return found
