"""The minutes of a completed meeting: correcting them, and taking the completing back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from crm import clock
from crm.errors import Conflict, Forbidden, Invalid
from crm.extensions import db
from crm.models import Change, FollowUp, Interaction, Meeting
from crm.schemas.interactions import InteractionEdit
from crm.schemas.meetings import ActionItem, MeetingOutcome
from crm.services import action_items, events, follow_ups, interactions, meetings, rows
from crm.services.members import Member, require_write
from crm.services.rows import Version

# What the interaction has from the minutes.
_SHARED = ("title", "description", "start_datetime", "timezone", "duration", "location", "notes", "topics_discussed")


def may_revise(member: Member, meeting: Meeting) -> bool:
    """Minutes are of who wrote them, as the interaction is that they made: theirs, the contact's owner's, a manager's."""
    if member.role == "manager":
        return True
    return member.may_write and member.user_id in (meeting.completed_by, meeting.contact.owner_id)


def of(member: Member, ref: int | UUID) -> Meeting:
    """A completed meeting, for correcting its minutes.

    Raises NotFound, Forbidden, Conflict where there are none yet.
    """
    meeting = meetings.get(member, ref)
    _require(member, meeting)
    return meeting


def revise(member: Member, ref: int | UUID, outcome: MeetingOutcome, *, version: Version = None) -> Meeting:
    """Changes the fields of the minutes that `outcome` names; its action items are new ones, beside those that are there.
    The interaction follows, but for the fields that somebody has changed there by hand.

    Raises NotFound, Forbidden, Stale, Invalid, Conflict where the meeting is not completed.
    """
    meeting = rows.get(member, Meeting, ref, lock=True, version=version)
    _require(member, meeting)
    values = outcome.given()
    actions: list[ActionItem] = values.pop("action_items", None) or []
    if values.get("actual_date"):
        values["actual_date"] = meetings.instant(values["actual_date"], meeting.timezone, "actual_date")
        if clock.is_future(values["actual_date"]):
            raise Invalid({"actual_date": "cannot be in the future"})
    else:
        values.pop("actual_date", None)
    was = _of_interaction(meeting)
    meetings.assign(meeting, values)
    if actions:
        meeting.action_items = [*meeting.action_items, *(action.title for action in actions)]
    if events.changed_fields(meeting):
        meetings.changed(member, "revised", meeting)
        _keep_in_step(member, meeting, was)
    action_items.plan(member, meeting, actions)
    return meeting


def reopen(member: Member, ref: int | UUID, *, version: int | None = None) -> Meeting:
    """Takes completing back: the meeting is scheduled again, its interaction and its follow-ups are gone. What the minutes say
    stays for the next try. Publishes MeetingScheduled. One that is scheduled already is left as it is.

    Raises NotFound, Forbidden, Conflict where somebody has gone on working with what it made, or it is no longer `version`.
    """
    meeting = rows.get(member, Meeting, ref, lock=True)
    require_write(member)
    if meeting.status == "scheduled":
        return meeting
    _require(member, meeting)
    if version not in (None, meeting.version):
        raise Conflict("This meeting has been changed since. Look at it, then take completing back from its menu.")
    made = list(db.session.scalars(rows.within(member, FollowUp).where(FollowUp.meeting_id == meeting.id)))
    if any(row.version > 1 for row in made) or not _is_untouched(meeting):
        raise Conflict("Somebody has gone on working with what this meeting made. Correct its minutes instead.")
    # Not hidden for 30 days, as what a person deletes: it never was, and has no history for a later row to inherit with its
    # number (SQLite gives numbers anew). Completing again makes another one.
    number = select(Interaction.id).where(Interaction.meeting_id == meeting.id)
    db.session.execute(delete(Change).where(Change.subject_type == "interaction", Change.subject_id.in_(number)))
    db.session.execute(delete(Interaction).where(Interaction.meeting_id == meeting.id))
    for row in made:
        follow_ups.delete(member, row.id, version=row.version)
    rows.assign(meeting, {"status": "scheduled", "actual_date": None, "completed_at": None, "completed_by": None})
    db.session.expire(meeting, ["interaction"])
    meetings.changed(member, "reopened", meeting)
    meetings.announce(member, meeting)
    return meeting


def taken_back(meeting: Meeting) -> list[FollowUp]:
    """The action items of a completion that was taken back, for the next try."""
    if meeting.status != "scheduled" or not meeting.action_items:
        return []
    query = select(FollowUp).where(FollowUp.meeting_id == meeting.id, FollowUp.deleted_at.is_not(None))
    return list(db.session.scalars(query.order_by(FollowUp.id)))


def _require(member: Member, meeting: Meeting) -> None:
    if not may_revise(member, meeting):
        raise Forbidden("Minutes can be changed by who wrote them, by the contact's owner, and by managers.")
    if meeting.status != "completed":
        raise Conflict("This meeting has no minutes yet: complete it first.")


def _of_interaction(meeting: Meeting) -> dict[str, Any]:
    said = meetings.as_interaction(meeting)
    if said.title is None:
        said.title = interactions.title_for("meeting", meeting.contact)
    said.topics_discussed = said.topics_discussed or []
    return {name: getattr(said, name) for name in _SHARED}


def _keep_in_step(member: Member, meeting: Meeting, was: dict[str, Any]) -> None:
    made = meeting.interaction
    if made is None:
        return
    now = _of_interaction(meeting)
    changes = {name: now[name] for name in _SHARED if now[name] != was[name] and getattr(made, name) == was[name]}
    if changes:
        interactions.edit(member, made.id, InteractionEdit(**changes))


def _is_untouched(meeting: Meeting) -> bool:
    """Whether the interaction is what the minutes say, and no more."""
    made = meeting.interaction
    if made is None:  # somebody deleted it, which is theirs to take back
        return False
    said = _of_interaction(meeting) | {"contact_id": meeting.contact_id, "type": "meeting"}
    if meeting.completer:
        said["lead"] = meeting.completer.name
    by_hand = made.sentiment or made.medium or made.follow_up_needed
    return not by_hand and all(getattr(made, name) == value for name, value in said.items())
