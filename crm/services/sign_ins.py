"""Where somebody is signed in: in browsers and over the API."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import NotFound
from crm.extensions import db
from crm.models import Login
from crm.services import auth
from crm.services.members import SignedIn

MOST = 200


def open_ones(who: SignedIn) -> list[Login]:
    """This sign-in first, then the others, the last used first."""
    query = _mine(who).order_by(Login.seen_at.desc(), Login.id.desc()).limit(MOST).options(joinedload(Login.site))
    return sorted(db.session.scalars(query), key=lambda login: login.id != who.login.id)


def end_one(who: SignedIn, uid: UUID) -> Login:
    """Raises NotFound where it is somebody else's, or has ended."""
    login = db.session.scalar(_mine(who).where(Login.uid == uid))
    if login is None:
        raise NotFound("This sign-in has ended already.")
    auth.end(login, "ended by user")
    return login


def end_others(who: SignedIn, because: str = "ended by user") -> int:
    """Ends all but this one. Returns how many."""
    others = db.session.scalars(_mine(who).where(Login.id != who.login.id)).all()
    for login in others:
        auth.end(login, because)
    return len(others)


def _mine(who: SignedIn) -> Select[Login]:
    return select(Login).where(Login.user_id == who.user.id, Login.ended_at.is_(None), Login.expires_at > clock.now())
