"""Follow-ups: planning, completing, snoozing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Conflict, Invalid, Problems
from crm.extensions import db
from crm.models import Contact, FollowUp, Interaction, Meeting
from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew
from crm.services import events, rows, sites
from crm.services.contacts import Page
from crm.services.members import Member, require_edit, require_write
from crm.services.rows import Version

# An action item that names no day is due in a week: something without a date is forgotten.
DEFAULT_DUE = timedelta(days=7)


def plan(member: Member, new: FollowUpNew) -> FollowUp:
    """Plans a follow-up; its owner is the caller unless the body names one.

    Raises Forbidden, Invalid.
    """
    require_write(member)
    values = new.given()
    follow_up = FollowUp(site_id=member.site_id, created_by=member.user_id, owner_id=member.user_id)
    problems = Problems()
    with problems:
        uid = values.pop("contact_id", None)
        follow_up.contact = rows.contact_for(member, uid) if uid else None
    with problems:
        sites.require_colleague(member, values.get("owner_id"))
    problems.check()
    rows.assign(follow_up, values)
    return add(member, follow_up)


def mirror(
    member: Member, interaction: Interaction, changed: Collection[str] = (), *, hidden_at: datetime | None = None
) -> None:
    """Makes the follow-up of an interaction what the interaction says: there if one is needed, gone if not. An edit moves
    only the fields that it `changed`, so that a snoozed follow-up keeps its new day, and one that was deleted by itself
    stays deleted until it is needed anew; one that is done stays done. An interaction that was deleted at `hidden_at` and
    comes back brings with it what went with it."""
    follow_up = db.session.scalar(select(FollowUp).where(FollowUp.interaction_id == interaction.id))
    needed = interaction.follow_up_needed and interaction.deleted_at is None
    if follow_up is None and needed:
        follow_up = FollowUp(
            site_id=member.site_id,
            contact_id=interaction.contact_id,
            interaction_id=interaction.id,
            created_by=member.user_id,
            owner_id=member.user_id,
            title=_title(interaction),
            notes=interaction.follow_up_notes,
            due_on=interaction.follow_up_due or clock.today(member.timezone) + DEFAULT_DUE,
        )
        add(member, follow_up)
    elif follow_up is not None and follow_up.status == "open":
        said: dict[str, Any] = {"contact_id": interaction.contact_id}
        if "follow_up_notes" in changed or "title" in changed:
            said |= {"title": _title(interaction), "notes": interaction.follow_up_notes}
        if "follow_up_due" in changed and interaction.follow_up_due:
            said |= {"due_on": interaction.follow_up_due}
        gone = follow_up.deleted_at
        if not needed:
            gone = gone or interaction.deleted_at or clock.now()
        elif "follow_up_needed" in changed or gone == hidden_at:
            gone = None
        rows.assign(follow_up, said | {"deleted_at": gone})
        _changed(member, "updated", follow_up)


def edit(member: Member, ref: int | UUID, changes: FollowUpEdit, *, version: Version = None) -> FollowUp:
    """Changes the fields that `changes` names. The one that an interaction needed stays with its contact.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    values = changes.given()
    follow_up = rows.get(member, FollowUp, ref, lock=True, moves_to=values.get("contact_id"), version=version)
    require_edit(member, follow_up)
    problems = Problems()
    if "contact_id" in values:
        with problems:
            uid = values.pop("contact_id")
            _move(follow_up, rows.contact_for(member, uid) if uid else None)
    with problems:
        if values.get("owner_id") != follow_up.owner_id:  # who has left since may stay the owner
            sites.require_colleague(member, values.get("owner_id"))
    with problems:
        _require_ahead(member, follow_up, values.get("remind_on"))
    problems.check()
    if "due_on" in values:
        values = _moved(member, follow_up, values["due_on"]) | values
    rows.assign(follow_up, values)
    return _changed(member, "updated", follow_up)


def snooze(member: Member, ref: int | UUID, until: date, *, version: Version = None) -> FollowUp:
    """Moves an open follow-up to the day `until`.

    Raises NotFound, Forbidden, Stale, Invalid for a day that has gone, Conflict for one that is done.
    """
    follow_up = rows.get(member, FollowUp, ref, lock=True, version=version)
    require_edit(member, follow_up)
    if follow_up.status != "open":
        raise Conflict("This follow-up is already done. Reopen it to give it another day.")
    if until < clock.today(member.timezone):
        raise Invalid({"due_on": "has already gone"})
    rows.assign(follow_up, _moved(member, follow_up, until))
    return _changed(member, "snoozed", follow_up)


def complete(member: Member, ref: int | UUID, *, version: Version = None) -> FollowUp:
    """Marks it done; one that is done already is left as it is. Publishes FollowUpCompleted. Raises as `edit` does."""
    follow_up = rows.get(member, FollowUp, ref, lock=True, version=version)
    require_edit(member, follow_up)
    if follow_up.status == "done":
        return follow_up
    rows.assign(follow_up, {"status": "done", "completed_at": clock.now(), "completed_by": member.user_id})
    _changed(member, "completed", follow_up)
    contact = follow_up.contact
    events.publish(member, "FollowUpCompleted", follow_up, contact=contact.uid if contact else None, title=follow_up.title)
    return follow_up


def reopen(member: Member, ref: int | UUID, *, version: Version = None) -> FollowUp:
    """Undoes `complete`.

    Raises NotFound, Forbidden, Stale.
    """
    follow_up = rows.get(member, FollowUp, ref, lock=True, version=version)
    require_edit(member, follow_up)
    rows.assign(follow_up, {"status": "open", "completed_at": None, "completed_by": None})
    return _changed(member, "reopened", follow_up)


def finish_again(member: Member, ref: int | UUID) -> FollowUp:
    """Undoes `reopen`: done since when it was, by whom it was. Where more has happened since, it is done now.

    Raises NotFound, Forbidden.
    """
    follow_up = rows.get(member, FollowUp, ref, lock=True)
    require_edit(member, follow_up)
    last = next(iter(events.history(member, follow_up, limit=1)), None)
    was = {name: before for name, (before, _now) in last.fields.items()} if last and last.action == "reopened" else {}
    if not was.get("completed_at"):
        return complete(member, ref)
    at, by = datetime.fromisoformat(was["completed_at"]), was.get("completed_by")
    rows.assign(follow_up, {"status": "done", "completed_at": at, "completed_by": by})
    return _changed(member, "completed", follow_up)


def delete(member: Member, ref: int | UUID, *, version: Version = None) -> FollowUp:
    """Hides it for 30 days.

    Raises NotFound, Forbidden, Stale.
    """
    follow_up = rows.get(member, FollowUp, ref, lock=True, version=version)
    require_edit(member, follow_up)
    follow_up.deleted_at = clock.now()
    follow_up.version += 1
    events.remember(member, "deleted", follow_up)
    return follow_up


def restore(member: Member, ref: int | UUID) -> FollowUp:
    """Raises NotFound, Forbidden, Conflict where its contact is deleted too."""
    follow_up = rows.get(member, FollowUp, ref, lock=True, deleted=True)
    require_edit(member, follow_up)
    if follow_up.deleted_at is None:
        return follow_up
    rows.require_contact(follow_up)
    follow_up.deleted_at = None
    follow_up.version += 1
    events.remember(member, "restored", follow_up)
    return follow_up


def get(member: Member, ref: int | UUID) -> FollowUp:
    """Raises NotFound, Forbidden."""
    return rows.get(member, FollowUp, ref)


@dataclass(frozen=True, slots=True)
class Due:
    """`items`, the first ones by day; `total`, how many there are in all."""

    items: list[FollowUp]
    total: int


def due(member: Member, *, limit: int = 20, days_ahead: int = 0) -> Due:
    """The caller's open follow-ups that are due by today (on the wall in their zone) or `days_ahead` later, overdue first."""
    query = rows.within(member, FollowUp).where(
        FollowUp.owner_id == member.user_id,
        FollowUp.status == "open",
        FollowUp.due_on <= clock.today(member.timezone) + timedelta(days=days_ahead),
    )
    total = db.session.scalar(query.with_only_columns(func.count()))
    query = query.order_by(FollowUp.due_on, FollowUp.id).limit(limit).options(joinedload(FollowUp.contact))
    return Due(list(db.session.scalars(query)), total or 0)


def find(
    member: Member,
    *,
    status: str | None = None,
    owner_id: int | None = None,
    contact_id: UUID | None = None,
    due_after: date | None = None,
    due_before: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the site's follow-ups, overdue first, those without a day last. `due_after` and `due_before` are not meant
    themselves, and nothing without a day is: what is overdue is due before today. An unknown contact or owner has none."""
    query = rows.within(member, FollowUp)
    if status:
        query = query.where(FollowUp.status == status)
    if owner_id is not None:
        query = query.where(FollowUp.owner_id == owner_id)
    if contact_id:
        query = query.join(Contact, Contact.id == FollowUp.contact_id).where(Contact.uid == contact_id)
    if due_after:
        query = query.where(FollowUp.due_on > due_after)
    if due_before:
        query = query.where(FollowUp.due_on < due_before)
    total = db.session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
    query = query.order_by(FollowUp.due_on.asc().nulls_last(), FollowUp.id).offset((page - 1) * page_size).limit(page_size)
    guids = (
        joinedload(FollowUp.contact).load_only(Contact.uid),
        joinedload(FollowUp.interaction).load_only(Interaction.uid),
        joinedload(FollowUp.meeting).load_only(Meeting.uid),
    )
    return Page(list(db.session.scalars(query.options(*guids))), total or 0, page, page_size)


def of_meeting(member: Member, meeting: Meeting) -> list[FollowUp]:
    """What a completed meeting's action items became, in their order."""
    query = rows.within(member, FollowUp).where(FollowUp.meeting_id == meeting.id).order_by(FollowUp.id)
    return list(db.session.scalars(query.options(joinedload(FollowUp.owner), joinedload(FollowUp.contact))))


def _move(follow_up: FollowUp, contact: Contact | None) -> None:
    contact_id = contact.id if contact else None
    if contact_id != follow_up.contact_id and follow_up.interaction_id is not None:
        raise Invalid({"contact_id": "is the interaction's: give that to another contact"})
    follow_up.contact, follow_up.contact_id = contact, contact_id


def _moved(member: Member, follow_up: FollowUp, due_on: date | None) -> dict[str, Any]:
    """Another day. A reminder of its own that has gone does not keep it from being remembered on the new one."""
    gone = follow_up.remind_on is not None and follow_up.remind_on <= clock.today(member.timezone)
    return {"due_on": due_on} | ({"remind_on": None} if gone and due_on != follow_up.due_on else {})


def _require_ahead(member: Member, follow_up: FollowUp, remind_on: date | None) -> None:
    if remind_on and remind_on != follow_up.remind_on and remind_on < clock.today(member.timezone):
        raise Invalid({"remind_on": "has already gone"})


def _title(interaction: Interaction) -> str:
    notes = interaction.follow_up_notes
    title = notes.splitlines()[0].strip() if notes else f"Follow up: {interaction.title}"
    return title if len(title) <= 500 else title[:499] + "…"


def add(member: Member, follow_up: FollowUp) -> FollowUp:
    """Adds a new one, and remembers who made it."""
    db.session.add(follow_up)
    db.session.flush()
    events.remember(member, "created", follow_up)
    return follow_up


def _changed(member: Member, action: str, follow_up: FollowUp) -> FollowUp:
    fields = events.changed_fields(follow_up)
    if fields:
        follow_up.version += 1
        follow_up.updated_at = clock.now()
        events.remember(member, action, follow_up, fields)
    db.session.flush()
    return follow_up
