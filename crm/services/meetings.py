"""Meetings: scheduling, moving, cancelling, completing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, inspect
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Invalid, Over, Problems
from crm.extensions import db
from crm.models import Contact, FollowUp, Meeting
from crm.schemas.interactions import InteractionNew
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services import action_items, contacts, events, folding, interactions, rows
from crm.services.contacts import Page
from crm.services.members import Member, require_edit, require_write
from crm.services.rows import Version

# The time and the person of a meeting that is over are history.
_FIXED = {"scheduled_datetime": "moved", "contact_id": "given to another contact"}


def schedule(member: Member, new: MeetingNew) -> Meeting:
    """Schedules a meeting. Publishes MeetingScheduled.

    Raises Forbidden, Invalid.
    """
    require_write(member)
    values = new.given()
    timezone = values.pop("timezone", None) or member.timezone
    meeting = Meeting(site_id=member.site_id, created_by=member.user_id, timezone=timezone)
    problems = Problems()
    with problems:
        meeting.contact = rows.contact_for(member, values.pop("contact_id"))
    with problems:
        meeting.scheduled_datetime = instant(values.pop("scheduled_datetime"), timezone, "scheduled_datetime")
    problems.check()
    assign(meeting, values)
    db.session.add(meeting)
    contacts.settle(meeting.contact.id)
    events.remember(member, "created", meeting)
    announce(member, meeting)
    return meeting


def edit(member: Member, ref: int | UUID, changes: MeetingEdit, *, version: Version = None) -> Meeting:
    """Changes the fields that `changes` names. A new time publishes MeetingRescheduled.

    Raises NotFound, Forbidden, Stale, Invalid, Conflict where the meeting is over and its time or contact would change.
    """
    values = changes.given()
    meeting = rows.get(member, Meeting, ref, lock=True, moves_to=values.get("contact_id"), version=version)
    require_edit(member, meeting)
    was_with, was_at = meeting.contact_id, meeting.scheduled_datetime
    if "timezone" in values:
        values["timezone"] = values["timezone"] or member.timezone
    if "scheduled_datetime" in values:
        values["scheduled_datetime"] = instant(
            values["scheduled_datetime"], values.get("timezone", meeting.timezone), "scheduled_datetime"
        )
    if "contact_id" in values:
        values["contact_id"] = rows.contact_for(member, values["contact_id"]).id
    for name, what in _FIXED.items():
        if meeting.status != "scheduled" and values.get(name, getattr(meeting, name)) != getattr(meeting, name):
            raise over(meeting, member, f" It cannot be {what}.")
    assign(meeting, values)
    fields = events.changed_fields(meeting)
    if fields:
        meeting.version += 1
        meeting.updated_at = clock.now()
        for contact_id in {was_with, meeting.contact_id}:
            contacts.settle(contact_id)
        db.session.refresh(meeting, ["contact"])
        moved = "scheduled_datetime" in fields
        events.remember(member, "moved" if moved else "updated", meeting, fields)
        if moved:
            events.publish(member, "MeetingRescheduled", meeting, was=was_at, scheduled_datetime=meeting.scheduled_datetime)
    return meeting


def cancel(member: Member, ref: int | UUID, *, no_show: bool = False, version: Version = None) -> Meeting:
    """Calls it off, or notes that its time has come and nobody has (`no_show`), which whoever may complete it may do too.
    Publishes MeetingCancelled.

    Raises NotFound, Forbidden, Stale, Conflict where it is over already, Invalid where its time is still to come.
    """
    meeting = rows.get(member, Meeting, ref, lock=True, version=version)
    (require_write(member) if no_show else require_edit(member, meeting))
    _require_scheduled(meeting, member)
    if no_show and clock.is_future(meeting.scheduled_datetime):
        raise Invalid({"took_place": "cannot be told yet: its time is still to come"})
    rows.assign(meeting, {"status": "cancelled", "cancelled_at": clock.now(), "no_show": no_show})
    changed(member, "missed" if no_show else "cancelled", meeting)
    events.publish(
        member, "MeetingCancelled", meeting, contact=meeting.contact.uid, scheduled_datetime=meeting.scheduled_datetime
    )
    return meeting


def reinstate(member: Member, ref: int | UUID) -> Meeting:
    """Undoes `cancel`. Publishes MeetingScheduled.

    Raises NotFound, Forbidden, Conflict for a completed one.
    """
    meeting = rows.get(member, Meeting, ref, lock=True)
    (require_write(member) if meeting.no_show else require_edit(member, meeting))
    if meeting.status == "scheduled":
        return meeting
    if meeting.status == "completed":
        raise over(meeting, member)
    rows.assign(meeting, {"status": "scheduled", "cancelled_at": None, "no_show": False})
    changed(member, "reinstated", meeting)
    announce(member, meeting)
    return meeting


def complete(member: Member, ref: int | UUID, outcome: MeetingOutcome, *, version: Version = None) -> Meeting:
    """Completes a scheduled meeting: its interaction is made, and a follow-up for each action item, all in one
    transaction. The row is locked, so of several who complete it at once one does and the others are refused.
    Publishes MeetingCompleted and InteractionLogged.

    Raises NotFound, Forbidden, Stale, Invalid, Conflict where it is over already.
    """
    require_write(member)
    meeting = rows.get(member, Meeting, ref, lock=True, version=version)
    _require_scheduled(meeting, member)
    values = outcome.given()
    actions = values.pop("action_items", None) or []
    began = values.pop("actual_date", None)
    actual_date = instant(began, meeting.timezone, "actual_date") if began else min(meeting.scheduled_datetime, clock.now())
    if clock.is_future(actual_date):
        raise Invalid({"actual_date": "cannot be in the future"})
    if values.get("duration") is None:
        values["duration"] = meeting.duration
    assign(meeting, values)
    rows.assign(
        meeting,
        {
            "status": "completed",
            "actual_date": actual_date,
            "completed_at": clock.now(),
            "completed_by": member.user_id,
            "action_items": [action.title for action in actions],
        },
    )
    changed(member, "completed", meeting)
    events.publish(
        member,
        "MeetingCompleted",
        meeting,
        contact=meeting.contact.uid,
        actual_date=actual_date,
        outcomes=meeting.outcomes,
        actions=meeting.action_items,
    )
    # Those of a completion that was taken back; this one makes its own.
    db.session.execute(delete_rows(FollowUp).where(FollowUp.meeting_id == meeting.id, FollowUp.deleted_at.is_not(None)))
    interactions.log(member, as_interaction(meeting), source="meeting", meeting_id=meeting.id)
    action_items.plan(member, meeting, actions)
    db.session.expire(meeting, ["interaction"])
    return meeting


def delete(member: Member, ref: int | UUID, *, version: Version = None) -> Meeting:
    """Hides a meeting for 30 days. What a completed one made, its interaction and follow-ups, happened and stays.

    Raises NotFound, Forbidden, Stale.
    """
    meeting = rows.get(member, Meeting, ref, lock=True, version=version)
    require_edit(member, meeting)
    meeting.deleted_at = clock.now()
    changed(member, "deleted", meeting)
    return meeting


def restore(member: Member, ref: int | UUID) -> Meeting:
    """Raises NotFound, Forbidden, Conflict where its contact is deleted too."""
    meeting = rows.get(member, Meeting, ref, lock=True, deleted=True)
    require_edit(member, meeting)
    if meeting.deleted_at is None:
        return meeting
    rows.require_contact(meeting)
    meeting.deleted_at = None
    changed(member, "restored", meeting)
    return meeting


def get(member: Member, ref: int | UUID) -> Meeting:
    """Raises NotFound, Forbidden."""
    return rows.get(member, Meeting, ref)


def find(
    member: Member,
    *,
    status: str | None = None,
    contact_id: UUID | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    descending: bool = True,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the site's meetings with contacts and interactions, latest first unless told otherwise. `start` is the
    first instant (UTC), `end` the first that is no longer meant."""
    query = rows.within(member, Meeting)
    if status:
        query = query.where(Meeting.status == status)
    if contact_id:
        query = query.join(Contact, Contact.id == Meeting.contact_id).where(Contact.uid == contact_id)
    if start:
        query = query.where(Meeting.scheduled_datetime >= start)
    if end:
        query = query.where(Meeting.scheduled_datetime < end)
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
    order = (Meeting.scheduled_datetime.desc(), Meeting.id.desc()) if descending else (Meeting.scheduled_datetime, Meeting.id)
    query = query.order_by(*order).offset((page - 1) * page_size).limit(page_size)
    return Page(
        list(db.session.scalars(query.options(joinedload(Meeting.contact), joinedload(Meeting.interaction)))),
        total or 0,
        page,
        page_size,
    )


def announce(member: Member, meeting: Meeting) -> None:
    """That it stands in the calendar, for the first time or again."""
    at, purpose = meeting.scheduled_datetime, meeting.purpose
    events.publish(member, "MeetingScheduled", meeting, contact=meeting.contact.uid, scheduled_datetime=at, purpose=purpose)


def as_interaction(meeting: Meeting) -> InteractionNew:
    """What a completed meeting says of itself on the timeline."""
    title = (meeting.purpose or "").strip()
    if len(title) > 100:
        title = title[:99] + "…"
    notes = [meeting.outcomes, f"Next steps: {meeting.next_steps}" if meeting.next_steps else None]
    return InteractionNew(
        contact_id=meeting.contact.uid,
        type="meeting",
        title=title if len(title) >= 5 else None,
        description=meeting.purpose if title != meeting.purpose or len(title) < 5 else None,
        start_datetime=meeting.actual_date,
        timezone=meeting.timezone,
        duration=meeting.duration,
        location=meeting.location,
        notes="\n\n".join(note for note in notes if note) or None,
        topics_discussed=meeting.topics_covered,
    )


def instant(moment: datetime, zone: str, field: str) -> datetime:
    """Raises Invalid on `field`."""
    try:
        return clock.to_utc(moment, zone)
    except OverflowError:
        raise Invalid({field: "is too far away"}) from None


def assign(meeting: Meeting, values: dict[str, Any]) -> None:
    """Sets `values`; what has to be there and is None becomes what it is without."""
    defaults = {"agenda_items": [], "attendees": [], "topics_covered": [], "calendar_synced": False}
    rows.assign(meeting, values | {name: default for name, default in defaults.items() if values.get(name, ...) is None})
    attributes = inspect(meeting).attrs
    if any(attributes[name].history.has_changes() for name in folding.MEETING_TEXTS):
        meeting.search_text = folding.folded_meeting({name: getattr(meeting, name) for name in folding.MEETING_TEXTS})


def _require_scheduled(meeting: Meeting, member: Member) -> None:
    if meeting.status != "scheduled":
        raise over(meeting, member)


def over(meeting: Meeting, member: Member, more: str = "") -> Over:
    """ "This meeting was already completed by Bob on 3 May 2026 at 14:05." The time is that of the reader."""
    at = meeting.completed_at or meeting.cancelled_at or meeting.updated_at
    who = f" by {meeting.completer.name}" if meeting.completer else ""
    return Over(f"This meeting was already {meeting.status}{who} {{when}}.{more}", at.astimezone(ZoneInfo(member.timezone)))


def changed(member: Member, action: str, meeting: Meeting) -> None:
    """Counts, stamps and remembers what was set on `meeting`."""
    fields = events.changed_fields(meeting)
    meeting.version += 1
    meeting.updated_at = clock.now()
    contacts.settle(meeting.contact_id)
    events.remember(member, action, meeting, fields)
