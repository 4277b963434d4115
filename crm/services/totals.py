"""How many rows match, exactly, without counting them again while nothing has changed.

PostgreSQL says which transactions a statement sees (its snapshot). Two statements of the same snapshot see the same rows, so
a count is good for as long as the snapshot is, and for every page of a list: the first commit of anybody ends it. The counts
are kept in the process; another process counts for itself. SQLite has no such word, and counts each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, String, cast, func, null

from crm.extensions import db

MOST_KEPT = 1_000

_Kept = OrderedDict[Hashable, tuple[str, int]]  # question → snapshot, total; the oldest first

_by_database: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_lock = Lock()


def snapshot(on_postgresql: bool) -> ColumnElement[str | None]:
    """The snapshot of the statement that selects it, as text."""
    return cast(func.pg_current_snapshot(), String) if on_postgresql else cast(null(), String)


def last_known(key: Hashable) -> int | None:
    """What was counted last, however long ago: for an estimate."""
    known = _known(key)
    return known[1] if known else None


def at(snapshot: str | None, key: Hashable) -> int | None:
    """What was counted for `key` in this very snapshot; None where it has not been."""
    known = _known(key)
    return known[1] if known and known[0] == snapshot else None


def keep(snapshot: str | None, key: Hashable, total: int) -> int:
    """Keeps `total`, and answers it."""
    if snapshot:
        with _lock:
            kept = _by_database.setdefault(db.engine, OrderedDict())
            kept[key] = snapshot, total
            kept.move_to_end(key)
            if len(kept) > MOST_KEPT:
                kept.popitem(last=False)
    return total


def _known(key: Hashable) -> tuple[str, int] | None:
    kept = _by_database.get(db.engine)
    return kept.get(key) if kept else None
