"""Forgotten passwords: a link by mail that works once and for an hour (one-contract.md, "Auth"; facts of OWASP ASVS 5.0, 6.4).

Whoever asks learns nothing: an unknown address is written down like a known one, and only the job finds out which it is.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from crm import clock
from crm.errors import Invalid, InvalidEmail
from crm.extensions import db
from crm.models import PasswordReset, User
from crm.schemas.contacts import email_address
from crm.services import auth

LINK_LIFE = timedelta(hours=1)
MOST_AN_HOUR = 5  # mails to one address; more are not sent, and nobody is told


def request_reset(email: str) -> int:
    """Writes down that `email` wants a new password. Returns the id of the request, for the job that sends the link.

    Raises InvalidEmail.
    """
    try:
        address = email_address(email.strip()).casefold()
    except ValueError:
        raise InvalidEmail from None
    if len(address) > 254:
        raise InvalidEmail
    reset = PasswordReset(email=address, requested_at=clock.now())
    db.session.add(reset)
    db.session.flush()
    return reset.id


def prepare(reset_id: int) -> tuple[User, str] | None:
    """The user and the secret of the link that is to be sent to them; None where there is nothing to send: nobody has
    the address, too many were sent, or this one was sent already."""
    reset = db.session.scalar(select(PasswordReset).where(PasswordReset.id == reset_id).with_for_update())
    if reset is None or reset.sent_at:
        return None
    user = db.session.scalar(select(User).where(User.email == reset.email, User.is_active))
    sent = select(func.count(PasswordReset.id)).where(
        PasswordReset.email == reset.email,
        PasswordReset.requested_at > clock.now() - timedelta(hours=1),
        PasswordReset.token_hash.is_not(None),
        PasswordReset.id != reset.id,
    )
    if user is None or db.session.scalars(sent).one() >= MOST_AN_HOUR:
        reset.sent_at = clock.now()
        return None
    secret = secrets.token_urlsafe(32)
    reset.user_id, reset.token_hash = user.id, _hash(secret)
    return user, secret


def sent(reset_id: int) -> None:
    db.session.execute(update(PasswordReset).where(PasswordReset.id == reset_id).values(sent_at=clock.now()))


def unsent() -> list[int]:
    """Requests of the last hour that no job is through with. For the clock."""
    query = select(PasswordReset.id).where(
        PasswordReset.sent_at.is_(None),
        PasswordReset.requested_at.between(clock.now() - LINK_LIFE, clock.now() - timedelta(minutes=1)),
    )
    return list(db.session.scalars(query))


def is_good(secret: str) -> bool:
    """Whether the link with `secret` can still be used."""
    return _good(secret) is not None


def confirm(secret: str, password: str) -> User:
    """Sets the password by a link, which is used up with all others of the user; every login of theirs ends.

    Raises Invalid on `token` or `password`.
    """
    reset = _good(secret)
    if reset is None or reset.user is None:
        raise Invalid({"token": "is no longer good: a link works once, and for an hour. Ask for a new one"})
    auth.check_password(password)
    user = reset.user
    user.password_hash = auth.hash_password(password)
    links = update(PasswordReset).where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    db.session.execute(links.values(used_at=clock.now()))
    auth.end_all(user, "password reset")
    return user


def forget_old() -> None:
    """Removes requests that are a day old. For a job."""
    db.session.execute(delete(PasswordReset).where(PasswordReset.requested_at < clock.now() - timedelta(days=1)))


def _good(secret: str) -> PasswordReset | None:
    query = (
        select(PasswordReset)
        .join(User, User.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_hash == _hash(secret),
            PasswordReset.used_at.is_(None),
            PasswordReset.requested_at > clock.now() - LINK_LIFE,
            User.is_active,
        )
        .with_for_update(of=PasswordReset)
    )
    return db.session.scalar(query)


def _hash(secret: str) -> str:
    # The secret has 256 bits of chance: nothing slower is needed, and it can be looked up.
    return hashlib.sha256(secret.encode()).hexdigest()
