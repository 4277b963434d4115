"""Recording what happened: domain events for programs, lines of history for people. In the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import joinedload

from crm import clock
from crm.extensions import db
from crm.models import Base, Change, Event, User
from crm.models.base import new_uid
from crm.services.members import Member, Person

# Bookkeeping that would only be noise in a history.
_NOT_HISTORY = {
    "updated_at",
    "version",
    "name_key",
    "company_key",
    "search_text",
    "other_text",
    "settle_at",
    "deleted_at",
    "deleted_with_contact",
    "goes_cold_at",
    "merged_into_uid",
    "reminded_on",
}


def publish(member: Member, event_type: str, subject: Any, **data: Any) -> None:
    """Records a domain event about `subject`, a row with a GUID. `data` values: JSON, or instants, dates and GUIDs."""
    _insert(
        Event,
        uid=new_uid(),
        type=event_type,
        occurred_at=clock.now(),
        site_id=member.site_id,
        actor_id=member.user_id,
        subject_type=_kind(subject),
        subject_uid=subject.uid,
        data={name: plain(value) for name, value in data.items()},
    )


def changed_fields(row: Any) -> dict[str, list[Any]]:
    """What has been set on `row` since it was loaded: field → [from, to]. Call it before the flush."""
    state = inspect(row)
    fields = {}
    for name in state.mapper.columns.keys():  # noqa: SIM118  (a mapper's columns are no dict)
        if name in _NOT_HISTORY or name.startswith("stored_"):
            continue
        history = state.attrs[name].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                fields[name] = [plain(before), plain(after)]
    return fields


def remember(member: Member, action: str, row: Any, fields: dict[str, list[Any]] | None = None) -> None:
    """Adds a line to the history of `row`, which must have its key already."""
    _remember(member.site_id, member.user_id, action, row, fields or {})


def remember_account(actor: Person | None, action: str, user: User) -> None:
    """Adds a line to the history of accounts, which belong to no site. `actor`: None for whoever runs the machine."""
    _remember(None, actor.id if actor else None, action, user, {"whom": [None, f"{user.name} ({user.email})"]})


def _remember(site_id: int | None, actor_id: int | None, action: str, row: Any, fields: dict[str, list[Any]]) -> None:
    _insert(
        Change,
        site_id=site_id,
        at=clock.now(),
        actor_id=actor_id,
        action=action,
        subject_type=_kind(row),
        subject_id=row.id,
        fields=fields,
    )


def history(member: Member, row: Any, limit: int = 100) -> list[Change]:
    """The newest `limit` lines of the history of `row`, with their actors."""
    query = (
        select(Change)
        .where(Change.subject_type == _kind(row), Change.subject_id == row.id, Change.site_id == member.site_id)
        .order_by(Change.id.desc())
        .limit(limit)
        .options(joinedload(Change.actor))
    )
    return list(db.session.scalars(query))


def history_of_accounts(limit: int) -> list[Change]:
    """The newest `limit` lines of the history of all accounts, with their actors."""
    query = select(Change).where(Change.subject_type == "user").order_by(Change.id.desc()).limit(limit)
    return list(db.session.scalars(query.options(joinedload(Change.actor))))


def plain(value: Any) -> Any:
    """`value` as JSON has it: instants as ISO 8601 with Z."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _insert(model: type[Event | Change], **values: Any) -> None:
    """Each write has such rows, and nobody looks at them before the transaction ends: the session need not know them."""
    db.session.connection().execute(_INSERT[model], values)


_INSERT: dict[type, Any] = {model: insert(Base.metadata.tables[model.__tablename__]) for model in (Event, Change)}


def _kind(row: Any) -> str:
    return str(row.__tablename__).removesuffix("s")
