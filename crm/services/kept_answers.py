"""Answers kept for a day, so that a request that is sent again is not done again (draft-ietf-httpapi-idempotency-key-header).

An answer is kept in the transaction of what it tells of: a crash leaves both or neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, func, select

from crm import clock
from crm.errors import Conflict, Invalid
from crm.extensions import db
from crm.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)  # at least; a job comes by every hour


def name(*parts: str) -> str:
    """One name for a request: by whom, where, and under which key."""
    return _digest("\0".join(parts).encode())


def find(name: str, payload: bytes) -> KeptAnswer | None:
    """The answer to the request `name`, or None where it is to be done now; then nobody else does it until the transaction
    ends. On PostgreSQL the others are told so; on SQLite, where one writes at a time, they have waited and find the answer.

    Raises Conflict where it is being done, Invalid where it was another payload.
    """
    mine = func.pg_try_advisory_xact_lock(_number(name))
    if db.engine.dialect.name == "postgresql" and not db.session.scalar(select(mine)):
        raise Conflict("A request with this Idempotency-Key is still running. Send it again in a moment.")
    kept = db.session.scalar(select(KeptAnswer).where(KeptAnswer.key == name))
    if kept and not is_same(kept, payload):
        raise Invalid({"Idempotency-Key": "was used for another request here; take a new key for each"})
    return kept


def first(name: str) -> KeptAnswer | None:
    """As `find`, for who waits until the other one is done rather than being told so, and compares by himself (`is_same`)."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_number(name))))
    return db.session.scalar(select(KeptAnswer).where(KeptAnswer.key == name))


def is_same(kept: KeptAnswer, payload: bytes) -> bool:
    """Whether what was sent then is what is sent now."""
    return kept.fingerprint == _digest(payload)


def keep(name: str, payload: bytes, user_id: int, *, status: int, headers: Mapping[str, str], body: str) -> None:
    db.session.add(
        KeptAnswer(
            key=name,
            user_id=user_id,
            fingerprint=_digest(payload),
            status=status,
            headers=dict(headers),
            body=body,
            kept_at=clock.now(),
        )
    )
    db.session.flush()


def forget_old() -> None:
    """Removes answers of more than a day ago. For a job."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < clock.now() - KEPT_FOR))


def _number(name: str) -> int:
    return int.from_bytes(bytes.fromhex(name)[:8], signed=True)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
