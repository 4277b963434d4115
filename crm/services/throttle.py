"""Slowing down the guessing of passwords, per account and per address, without locking anybody out for good.

The first wrong passwords cost nothing; each further one doubles the wait, up to a limit. What is tried while waiting is
refused unseen and does not lengthen the wait. An address from which the account was signed in before counts for itself:
a stranger who keeps guessing makes other strangers wait, not the owner at the usual place. (OWASP ASVS 5.0, 6.3.1)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from crm import clock
from crm.errors import TooManyAttempts
from crm.extensions import db
from crm.models import LoginThrottle

FORGET_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    free: int  # failures that cost nothing
    longest: timedelta  # the wait doubles up to this


ACCOUNT = Limit(free=5, longest=timedelta(minutes=5))
ADDRESS = Limit(free=20, longest=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Attempt:
    """The counters that an attempt is held against: the account's first, then the address's."""

    counters: tuple[tuple[LoginThrottle, Limit], ...]


def begin(username: str, address: str, *, known: bool) -> Attempt:
    """Opens an attempt. The counters stay locked until the transaction ends, so that many guesses at once count one by one.

    Raises TooManyAttempts.
    """
    account = f"account:{username}" + (f"@{address}" if known else "")
    attempt = Attempt(((_locked(account), ACCOUNT), (_locked(f"address:{address}"), ADDRESS)))
    wait = max(counter.wait_until for counter, _ in attempt.counters) - clock.now()
    if wait > timedelta(0):
        raise TooManyAttempts(-(-wait // timedelta(seconds=1)))
    return attempt


def failed(attempt: Attempt) -> None:
    now = clock.now()
    for counter, limit in attempt.counters:
        counter.failures = 1 + (counter.failures if counter.failed_at > now - FORGET_AFTER else 0)
        counter.failed_at = now
        over = counter.failures - limit.free
        # The exponent is bounded, or the doubling would overflow long before the limit cuts it.
        counter.wait_until = now + min(timedelta(seconds=2 ** min(over, 16)), limit.longest) if over > 0 else now


def succeeded(attempt: Attempt) -> None:
    """Clears the account's counter. The address's stays: who has one password may be guessing others."""
    account, _ = attempt.counters[0]
    db.session.delete(account)


def forget_old() -> None:
    """Removes counters that no longer matter. For a job."""
    db.session.execute(delete(LoginThrottle).where(LoginThrottle.failed_at < clock.now() - FORGET_AFTER))


def _locked(key: str) -> LoginThrottle:
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    now = clock.now()
    db.session.execute(
        insert(LoginThrottle).values(key=key, failures=0, failed_at=now, wait_until=now).on_conflict_do_nothing()
    )
    return db.session.scalars(select(LoginThrottle).where(LoginThrottle.key == key).with_for_update()).one()
