"""What people change about themselves: their name, their time zone, their password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm import clock
from crm.errors import Invalid, Problems, Stale
from crm.extensions import db
from crm.models import User
from crm.services import auth, sign_ins, throttle
from crm.services.members import SignedIn


def edit(user: User, name: str, timezone: str | None, *, before: Mapping[str, Any] | None = None) -> User:
    """`timezone`: an IANA name, or None for the one of the site. `before`: both, as the edit found them.

    Raises Stale where they are no longer so, Invalid.
    """
    db.session.refresh(user, with_for_update=True)
    if before and (user.name, user.timezone) != (before["name"], before["timezone"]):
        raise Stale
    problems = Problems()
    name = " ".join(name.split())
    if not 1 <= len(name) <= 200:
        problems.details["name"] = "must have 1 to 200 characters"
    if timezone and not clock.is_zone(timezone):
        problems.details["timezone"] = "is not a time zone of the IANA list, such as Europe/Berlin"
    problems.check()
    user.name, user.timezone = name, timezone or None
    return user


def change_password(who: SignedIn, old: str, new: str, *, address: str) -> None:
    """Changes the password, and ends every sign-in but this one. Wrong old ones are slowed down as at the door.

    Raises Invalid on `old` or `password`, WrongPassword, TooManyAttempts.
    """
    auth.check_password(new)
    user = auth.user(who.user.id)
    attempt = throttle.begin(user.username, address, known=True)
    if not auth.is_password(user, old):
        throttle.failed(attempt)
        raise WrongPassword
    throttle.succeeded(attempt)
    if old == new:
        raise Invalid({"password": "is the one you have. Choose another"})
    user.password_hash = auth.hash_password(new)
    sign_ins.end_others(who, "password changed")


class WrongPassword(Invalid):
    keeps_changes = True  # the failed attempt is counted

    def __init__(self) -> None:
        super().__init__({"old": "is not right"})
