"""Removing for good what was deleted long enough ago."""

from __future__ import annotations

from sqlalchemy import delete, select

from crm import clock
from crm.extensions import db
from crm.models import Change, Contact, FollowUp, Interaction, Login, Meeting, SavedView
from crm.services.rows import UNDO

BATCH = 1_000


def remove_old() -> int:
    """Removes up to 1,000 rows of each kind, of all sites, that were deleted 30 days ago and can no longer come back, with
    their history. Returns how many. Saved views go too, and logins that ended as long ago. For a job that comes again."""
    before = clock.now() - UNDO
    removed = 0
    for model in (FollowUp, Interaction, Meeting, Contact):
        old = db.session.scalars(
            select(model.id).where(model.deleted_at < before).order_by(model.deleted_at).limit(BATCH)
        ).all()
        kind = model.__tablename__.removesuffix("s")
        db.session.execute(delete(Change).where(Change.subject_type == kind, Change.subject_id.in_(old)))
        db.session.execute(delete(model).where(model.id.in_(old)).execution_options(synchronize_session=False))
        removed += len(old)
    db.session.execute(delete(Login).where((Login.ended_at < before) | (Login.expires_at < before)))
    db.session.execute(delete(SavedView).where(SavedView.deleted_at < before))
    return removed
