"""Interactions: logging, planning, editing, deleting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Invalid, Problems
from crm.extensions import db
from crm.models import Contact, Interaction
from crm.schemas.interactions import InteractionEdit, InteractionNew
from crm.services import contacts, events, follow_ups, listing, rows
from crm.services.folding import LINES, folded_texts
from crm.services.members import Member, require_edit, require_write
from crm.services.rows import Version

TIMES = ("start_datetime", "end_datetime", "duration", "timezone")


def log(
    member: Member,
    new: InteractionNew,
    *,
    ahead: bool = False,
    source: str = "manual",
    external_id: str | None = None,
    meeting_id: int | None = None,
) -> Interaction:
    """Logs an interaction; with `ahead` it may be a planned one, in the future. Publishes InteractionLogged.

    Where a follow-up is needed, it is made too. Raises Forbidden, Invalid.
    """
    require_write(member)
    values = new.given()
    problems, contact = Problems(), None
    with problems:
        uid = values.pop("contact_id", None)
        contact = rows.contact_for(member, uid) if uid else None
    interaction = Interaction(
        site_id=member.site_id,
        created_by=member.user_id,
        contact=contact,
        source=source,
        external_id=external_id,
        meeting_id=meeting_id,
        timezone=values.get("timezone") or member.timezone,
        **{"lead": member.name, "topics_discussed": []} | _plain_values(member, values),
    )
    with problems:
        _set_times(interaction, values)
        if not ahead:
            _refuse_future(interaction.start_datetime)
    problems.check()
    _complete(interaction)
    db.session.add(interaction)
    db.session.flush()
    if interaction.follow_up_needed:
        follow_ups.mirror(member, interaction)
    contacts.settle(interaction.contact_id)
    events.remember(member, "created", interaction)
    events.publish(
        member,
        "InteractionLogged",
        interaction,
        contact=contact.uid if contact else None,
        type=interaction.type,
        start_datetime=interaction.start_datetime,
        planned=clock.is_future(interaction.start_datetime),
    )
    return interaction


def edit(
    member: Member, ref: int | UUID, changes: InteractionEdit, *, ahead: bool = False, version: Version = None
) -> Interaction:
    """Changes the fields that `changes` names, and leaves the others.

    Raises NotFound, Forbidden, Stale, Invalid.
    """
    values = changes.given()
    interaction = rows.get(member, Interaction, ref, lock=True, moves_to=values.get("contact_id"), version=version)
    require_edit(member, interaction)
    was_with, was_at = interaction.contact_id, interaction.start_datetime
    problems = Problems()
    with problems:
        if "contact_id" in values:
            uid = values.pop("contact_id")
            interaction.contact = rows.contact_for(member, uid) if uid else None
            interaction.contact_id = interaction.contact.id if interaction.contact else None
    rows.assign(interaction, _plain_values(member, values))
    if "timezone" in values:
        rows.assign(interaction, {"timezone": values["timezone"] or member.timezone})
    with problems:
        _set_times(interaction, values)
        if interaction.start_datetime != was_at and not ahead:
            _refuse_future(interaction.start_datetime)
    problems.check()
    _complete(interaction)
    fields = events.changed_fields(interaction)
    if fields:
        interaction.version += 1
        interaction.updated_at = clock.now()
        db.session.flush()
        follow_ups.mirror(member, interaction, set(fields))
        for contact_id in {was_with, interaction.contact_id}:
            contacts.settle(contact_id)
        events.remember(member, "updated", interaction, fields)
    return interaction


def delete(member: Member, ref: int | UUID, *, version: Version = None) -> Interaction:
    """Hides an interaction, and the follow-up that it needed, for 30 days.

    Raises NotFound, Forbidden, Stale.
    """
    interaction = rows.get(member, Interaction, ref, lock=True, version=version)
    require_edit(member, interaction)
    interaction.deleted_at = clock.now()
    interaction.version += 1
    follow_ups.mirror(member, interaction)
    contacts.settle(interaction.contact_id)
    events.remember(member, "deleted", interaction)
    return interaction


def restore(member: Member, ref: int | UUID) -> Interaction:
    """Brings a deleted interaction back; one that is not deleted is left as it is.

    Raises NotFound, Forbidden, Conflict where its contact is deleted too.
    """
    interaction = rows.get(member, Interaction, ref, lock=True, deleted=True)
    require_edit(member, interaction)
    if interaction.deleted_at is None:
        return interaction
    rows.require_contact(interaction)
    hidden_at, interaction.deleted_at = interaction.deleted_at, None
    interaction.version += 1
    follow_ups.mirror(member, interaction, hidden_at=hidden_at)
    contacts.settle(interaction.contact_id)
    events.remember(member, "restored", interaction)
    return interaction


def get(member: Member, ref: int | UUID) -> Interaction:
    """Raises NotFound, Forbidden."""
    return rows.get(member, Interaction, ref)


# A page of them, with how many there are: the statements of it are a matter of their own.
find = listing.find


def recent(member: Member, limit: int = 10) -> list[Interaction]:
    """What was logged last in the site, newest first, with contacts."""
    query = rows.within(member, Interaction).order_by(Interaction.created_at.desc(), Interaction.id.desc()).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Interaction.contact))))


_LATEST_TOPICS = (
    select(Interaction.topics_discussed)
    .where(
        Interaction.site_id == bindparam("site"),
        Interaction.deleted_at.is_(None),
        Interaction.contact_id == bindparam("contact"),
    )
    .order_by(Interaction.start_datetime.desc(), Interaction.id.desc())
    .limit(50)
)


def topics(member: Member, contact: Contact) -> tuple[str, ...]:
    """Topics of the contact's latest interactions, for suggesting."""
    latest = db.session.connection().execute(_LATEST_TOPICS, {"site": member.site_id, "contact": contact.id}).all()
    return topics_of(latest)


def topics_of(latest: Iterable[Any], limit: int = 12) -> tuple[str, ...]:
    """The topics of these, each once."""
    return tuple(islice(dict.fromkeys(topic for row in latest for topic in row.topics_discussed), limit))


def title_for(type: str, contact: Contact | None) -> str:
    """one-contract.md: "Left out in the contact dialect: made, as in 'Call with Ada Lovelace'"."""
    kind = {"email": "E-mail", "other": "Interaction"}.get(type, type.capitalize())
    title = f"{kind} with {contact.name}" if contact else f"{kind} (no contact)"
    return title if len(title) <= 100 else title[:99] + "…"


def minutes_between(start: datetime, end: datetime) -> int | None:
    """Whole minutes, at least 1; None where both are one instant."""
    seconds = (end - start).total_seconds()
    return max(1, round(seconds / 60)) if seconds else None


def _plain_values(member: Member, values: dict[str, Any]) -> dict[str, Any]:
    """The named values but those of time, which go together (_set_times); null becomes the default."""
    defaults = {"title": "", "lead": member.name, "topics_discussed": [], "follow_up_needed": False}
    plain = {name: value for name, value in values.items() if name not in TIMES}
    return plain | {name: default for name, default in defaults.items() if name in plain and plain[name] is None}


def _complete(interaction: Interaction) -> None:
    """Fills what follows from the other fields."""
    if not interaction.title:
        interaction.title = title_for(interaction.type, interaction.contact)
    rows.assign(interaction, folded_texts({name: getattr(interaction, name) for names in LINES.values() for name in names}))


def _set_times(interaction: Interaction, values: dict[str, Any]) -> None:
    """Start, end and duration, so that end = start + duration: a new start or duration moves the end, a new end changes the
    duration. Raises Invalid."""
    zone = interaction.timezone
    problems: dict[str, str] = {}

    def instant(name: str) -> datetime | None:
        try:
            return clock.to_utc(values[name], zone) if values.get(name) else None
        except OverflowError:
            problems[name] = "is too far away"
            return None

    start, end = instant("start_datetime") or interaction.start_datetime, instant("end_datetime")
    duration = values.get("duration", interaction.duration)
    if problems:
        raise Invalid(problems)
    if end:
        if end < start:
            raise Invalid({"end_datetime": "cannot be before the start"})
        between = minutes_between(start, end)
        if values.get("duration") is not None and between != duration:
            raise Invalid({"end_datetime": f"disagrees with the duration: from start to end it is {between or 0} minutes"})
        duration = between
    elif "end_datetime" in values and values.get("duration") is None:
        duration = None
    try:
        if end is None and duration is not None:
            end = start + timedelta(minutes=duration)
    except OverflowError:
        raise Invalid({"duration": "ends too far away"}) from None
    rows.assign(interaction, {"start_datetime": start, "end_datetime": end, "duration": duration})


def _refuse_future(start: datetime) -> None:
    if clock.is_future(start):
        raise Invalid({"start_datetime": "cannot be in the future"})
