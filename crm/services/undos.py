"""Keeping what it takes to take a large change back, for as long as a deleted thing can come back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from crm import clock
from crm.errors import Conflict, Forbidden, NotFound
from crm.extensions import db
from crm.models import KeptUndo
from crm.services.members import Member, require_write
from crm.services.rows import UNDO


def keep(member: Member, kind: str, data: dict[str, Any]) -> UUID:
    """Keeps `data` for an undo of this `kind`, and gives its name."""
    kept = KeptUndo(site_id=member.site_id, user_id=member.user_id, kind=kind, data=data)
    db.session.add(kept)
    db.session.flush()
    return kept.uid


def take(member: Member, uid: UUID, kind: str) -> dict[str, Any]:
    """What was kept, once.

    Raises NotFound, Forbidden, Conflict where it has been taken back already.
    """
    kept = find(member, uid, kind)
    if kept.undone_at is not None:
        raise Conflict("This has been taken back already.")
    kept.undone_at = clock.now()
    return kept.data


def find(member: Member, uid: UUID, kind: str) -> KeptUndo:
    """What was kept, whether it was taken back or not; until the transaction ends it is nobody else's.

    Raises NotFound, Forbidden.
    """
    require_write(member)
    kept = db.session.scalar(select(KeptUndo).where(KeptUndo.uid == uid, KeptUndo.kind == kind).with_for_update())
    if kept is None or kept.made_at < clock.now() - UNDO:
        raise NotFound
    if kept.site_id != member.site_id:
        raise Forbidden(f"This belongs to another site than {member.site_name}. Switch the site to see it.")
    return kept


def latest(member: Member, kind: str, name: str, value: str) -> KeptUndo | None:
    """The last undo of this `kind` that can still be used, of those in which `name` is `value`."""
    query = select(KeptUndo).where(
        KeptUndo.site_id == member.site_id,
        KeptUndo.kind == kind,
        KeptUndo.undone_at.is_(None),
        KeptUndo.made_at >= clock.now() - UNDO,
        KeptUndo.data[name].as_string() == value,
    )
    return db.session.scalar(query.order_by(KeptUndo.id.desc()).limit(1))


def forget_old() -> None:
    """Removes what is too old to be taken back. For a job."""
    db.session.execute(delete(KeptUndo).where(KeptUndo.made_at < clock.now() - UNDO))
