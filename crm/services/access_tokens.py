"""Personal access tokens: a program acts as its person, in one site, with the role that the person has there at that time.

A token looks like `rapport_pat_` + 43 characters of chance (256 bits) + 6 of checksum: the CRC-32 of the 43, in base 62, as
GitHub's tokens have it, so that secret scanners find ours and are not mistaken, and a mistyped one costs no query.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast
from uuid import UUID
from zlib import crc32

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Conflict, Forbidden, InvalidAccessToken, NotFound
from crm.extensions import db
from crm.models import AccessToken, Membership, Site, User
from crm.schemas.access_tokens import AccessTokenNew, ScopeName
from crm.services.members import Member, member_of
from crm.services.rows import LARGEST_ID

PREFIX = "rapport_pat_"
USED_EVERY = timedelta(minutes=1)
MOST_TOKENS = 50  # that are good, of one person
KEPT_FOR = timedelta(days=30)  # after their end, so that whoever still sends one is told what became of it

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHANCE, _CHECK = 43, 6
_SHAPE = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{_CHANCE}}})([0-9A-Za-z]{{{_CHECK}}})")
_MAKE_ANOTHER = "Make a new one under Settings, Access tokens."


@dataclass(frozen=True, slots=True)
class TokenBearer:
    """Whoever shows an access token: its user, who is here as if the token's site were their only one, and no
    administrator."""

    token: AccessToken
    user: User
    roles: dict[int, tuple[Site, str]]

    is_admin = False

    @property
    def sites(self) -> list[Site]:
        return [site for site, _ in self.roles.values()]

    @property
    def may_write(self) -> bool:
        return self.token.scope == "write"

    def member(self, site_id: int | None = None) -> Member:
        """The user in the token's site. Who may only read is a viewer there, whatever the user is.

        Raises Forbidden where `site_id` is another one, and where the user has no role in it any more.
        """
        if self.token.site_id not in self.roles:
            raise Forbidden("You do not belong to the site of this access token any more. Ask a manager of the site.")
        site, role = self.roles[self.token.site_id]
        if site_id not in (None, site.id):
            raise Forbidden(f"This access token is for {site.name} alone. Make another one for another site.")
        acting = replace(member_of(site, self.user, role), is_admin=False)
        return acting if self.may_write else replace(acting, role="viewer")


def make(member: Member, new: AccessTokenNew) -> AccessToken:
    """A token for the member's user and site. Its `secret` is told here, and never again.

    Raises Conflict where there are too many.
    """
    # Of two who ask at once, the second counts what the first has made.
    db.session.execute(select(User.id).where(User.id == member.user_id).with_for_update(key_share=True))
    now = clock.now()
    good = select(func.count(AccessToken.id)).where(
        AccessToken.user_id == member.user_id, AccessToken.revoked_at.is_(None), AccessToken.expires_at > now
    )
    if db.session.scalars(good).one() >= MOST_TOKENS:
        raise Conflict(f"You have {MOST_TOKENS} access tokens. Revoke those that are not used any more.")
    chance = "".join(secrets.choice(_DIGITS) for _ in range(_CHANCE))
    secret = PREFIX + chance + _checksum(chance)
    token = AccessToken(
        user_id=member.user_id,
        site_id=member.site_id,
        name=new.name,
        scope=new.scope,
        token_hash=_hash(secret),
        ends_in=secret[-4:],
        created_at=now,
        expires_at=now + timedelta(days=new.expires_in_days),
    )
    db.session.add(token)
    db.session.flush()
    token.secret = secret
    return token


def make_again(member: Member, ref: int | UUID) -> AccessToken:
    """Revokes a token of the member's, whose secret nobody has, and makes another one like it, from now on.

    Raises NotFound, Forbidden, Conflict where it is revoked already.
    """
    token = get(member.user_id, ref)
    if token.revoked_at is not None:
        raise Conflict(f"“{token.name}” is revoked already. Make another one below.")
    revoke(member.user_id, ref)
    db.session.flush()
    days = (token.expires_at - token.created_at).days
    return make(member, AccessTokenNew(name=token.name, scope=cast(ScopeName, token.scope), expires_in_days=days))


def bearer(secret: str) -> TokenBearer:
    """Who shows `secret`, in one query.

    Raises InvalidAccessToken. It says what became of the token only to who has it whole.
    """
    shape = _SHAPE.fullmatch(secret)
    if shape is None or shape[2] != _checksum(shape[1]):
        raise InvalidAccessToken("This access token is not whole. Copy all of it, from “rapport_pat_” to its last character.")
    query = (
        select(AccessToken, User, Site, Membership.role)
        .join(User, User.id == AccessToken.user_id)
        .join(Site, Site.id == AccessToken.site_id)
        .outerjoin(Membership, (Membership.user_id == AccessToken.user_id) & (Membership.site_id == AccessToken.site_id))
        .where(AccessToken.token_hash == _hash(secret))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise InvalidAccessToken(f"This access token is not known here. {_MAKE_ANOTHER}")
    token, user, site, role = found
    if token.revoked_at is not None:
        raise InvalidAccessToken(f"This access token was revoked on {token.revoked_at:%Y-%m-%d}. {_MAKE_ANOTHER}")
    if token.expires_at <= clock.now():
        raise InvalidAccessToken(f"This access token expired on {token.expires_at:%Y-%m-%d}. {_MAKE_ANOTHER}")
    if not user.is_active:
        raise InvalidAccessToken("The person whose access token this is cannot sign in any more. Ask an administrator.")
    return TokenBearer(token, user, {site.id: (site, role)} if role else {})


def of(user_id: int) -> list[AccessToken]:
    """The user's tokens, with their sites, the newest first: those that are good, and those that have expired not long ago."""
    query = (
        select(AccessToken)
        .where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None))
        .order_by(AccessToken.id.desc())
        .options(joinedload(AccessToken.site))
    )
    return list(db.session.scalars(query))


def get(user_id: int, ref: int | UUID) -> AccessToken:
    """Raises NotFound, Forbidden where it is somebody else's."""
    if isinstance(ref, int) and not 0 < ref <= LARGEST_ID:
        raise NotFound
    key = AccessToken.uid == ref if isinstance(ref, UUID) else AccessToken.id == ref
    token = db.session.scalar(select(AccessToken).where(key))
    if token is None:
        raise NotFound
    if token.user_id != user_id:
        raise Forbidden("This is somebody else's access token.")
    return token


def revoke(user_id: int, ref: int | UUID) -> AccessToken:
    """Ends a token at once and for good. One that has been revoked already is left as it is.

    Raises NotFound, Forbidden where it is somebody else's.
    """
    token = get(user_id, ref)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
    return token


def is_unnoted(token: AccessToken) -> bool:
    """Whether it is time to note again that a token is in use: once a minute, so that reading stays reading."""
    return token.used_at is None or token.used_at <= clock.now() - USED_EVERY


def used(token_id: int) -> None:
    """Notes that a token is in use."""
    db.session.execute(update(AccessToken).where(AccessToken.id == token_id).values(used_at=clock.now()))


def forget_old() -> None:
    """Removes tokens that ended 30 days ago. For a job."""
    before = clock.now() - KEPT_FOR
    db.session.execute(delete(AccessToken).where((AccessToken.revoked_at < before) | (AccessToken.expires_at < before)))


def _hash(secret: str) -> str:
    # 256 bits of chance: nothing slower is needed, and it can be looked up.
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(chance: str) -> str:
    number, digits = crc32(chance.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
