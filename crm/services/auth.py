"""Users, passwords and sign-ins. One login row a sign-in, in a browser or over the API: ended here, it is ended on both sides.

Names, e-mail addresses and user names are compared casefolded.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any
from uuid import UUID, uuid4

from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from crm import clock
from crm.errors import Invalid, InvalidCredentials, InvalidRefreshToken, NotFound, Problems
from crm.extensions import db, hasher
from crm.models import Login, Membership, Site, User
from crm.schemas.contacts import email_address
from crm.services import sites, throttle
from crm.services.folding import anywhere, fold
from crm.services.members import SeenLogin, SeenSite, SeenUser, SignedIn

LOGIN_LIFE = timedelta(days=30)  # without being used
SEEN_EVERY = timedelta(minutes=5)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000


def create_user(email: str, name: str, password: str, *, is_admin: bool = False, timezone: str | None = None) -> User:
    """Raises Invalid, every field at once."""
    problems = Problems()
    details = problems.details
    try:
        email = email_address(email.strip()).casefold()
    except ValueError as error:
        details["email"] = str(error)
    name = name.strip()
    if not 1 <= len(name) <= 200:
        details["name"] = "must have 1 to 200 characters"
    with problems:
        check_password(password)
    if timezone and not clock.is_zone(timezone):
        details["timezone"] = "is not a time zone of the IANA list, such as Europe/Berlin"
    problems.check()
    user = User(
        username=email, email=email, name=name, password_hash=hash_password(password), is_admin=is_admin, timezone=timezone
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Invalid({"email": "belongs to another user"}) from error
    return user


def hash_password(password: str) -> str:
    """Argon2id, with the costs of the settings; the hash carries its own salt and parameters."""
    return hasher.hash(password)


def is_password(user: User, password: str) -> bool:
    return _verify(user.password_hash, password)


def check_password(password: str) -> None:
    """Raises Invalid on `password`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid({"password": f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"})


def user(user_id: int) -> User:
    """Raises NotFound."""
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found


def user_by_email(email: str) -> User:
    """Raises NotFound."""
    user = db.session.scalar(select(User).where(User.email == email.strip().casefold()))
    if user is None:
        raise NotFound(f"There is no user {email}.")
    return user


def sign_in(username: str, password: str, *, kind: str, address: str, user_agent: str = "") -> Login:
    """Checks a password and opens a login of `kind` "browser" or "api". `username` is a user name or an e-mail address.

    Raises InvalidCredentials, TooManyAttempts.
    """
    name = username.strip().casefold()[:254]
    user = db.session.scalar(select(User).where((User.username == name) | (User.email == name)).order_by(User.id).limit(1))
    attempt = throttle.begin(name, address, known=user is not None and _signed_in_before(user, address))
    # A password is checked in any case, so that an unknown name takes as long as a known one.
    good = _verify(user.password_hash if user else _nobodys_hash(), password)
    if user is None or not good or not user.is_active:
        throttle.failed(attempt)
        raise InvalidCredentials
    throttle.succeeded(attempt)
    if hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return open_login(user, kind=kind, address=address, user_agent=user_agent)


def open_login(user: User, *, kind: str, address: str, user_agent: str = "") -> Login:
    """Opens a login without asking for a password: for who has just shown one, or something as good."""
    now = clock.now()
    login = Login(
        user=user,
        kind=kind,
        address=address[:45],
        user_agent=user_agent[:300],
        created_at=now,
        seen_at=now,
        expires_at=now + LOGIN_LIFE,
    )
    if kind == "api":
        login.refresh_jti = str(uuid4())
    db.session.add(login)
    db.session.flush()
    return login


def _columns(seen: Any, table: Any) -> list[Any]:
    return [table.c[name] for name in seen._fields]


_LOGINS, _USERS, _SITES, _MEMBERSHIPS = (model.__table__ for model in (Login, User, Site, Membership))
_PARTS = (SeenLogin, SeenUser, SeenSite)
_ENDS = tuple(accumulate(len(part._fields) for part in _PARTS))
# Put together once, and without the session: each request asks it.
_SIGNED_IN = (
    select(*_columns(SeenLogin, _LOGINS), *_columns(SeenUser, _USERS), *_columns(SeenSite, _SITES), _MEMBERSHIPS.c.role)
    .select_from(
        _LOGINS.join(_USERS, _USERS.c.id == _LOGINS.c.user_id)
        .outerjoin(_MEMBERSHIPS, _MEMBERSHIPS.c.user_id == _USERS.c.id)
        .outerjoin(_SITES, _SITES.c.id == _MEMBERSHIPS.c.site_id)
    )
    .where(
        _LOGINS.c.uid == bindparam("uid"),
        _LOGINS.c.ended_at.is_(None),
        _LOGINS.c.expires_at > bindparam("now"),
        _USERS.c.is_active,
    )
    .order_by(_SITES.c.id)
)


def signed_in(login_uid: UUID) -> SignedIn | None:
    """The login with its user, sites and roles, in one query; None where it has ended or the user is disabled."""
    db.session.flush()
    found = db.session.connection().execute(_SIGNED_IN, {"uid": login_uid, "now": clock.now()}).all()
    if not found:
        return None
    login, user, site = _ENDS
    sites_of = [(SeenSite(*row[user:site]), row[site]) for row in found if row[user] is not None]
    first = found[0]
    return SignedIn(SeenLogin(*first[:login]), SeenUser(*first[login:user]), {seen.id: (seen, role) for seen, role in sites_of})


def login_of(who: SignedIn) -> Login:
    """The row of this login, to be changed."""
    return db.session.get_one(Login, who.login.id)


def login_by_uid(login_uid: UUID) -> Login | None:
    """The row of a login, whether it has ended or not."""
    return db.session.scalar(select(Login).where(Login.uid == login_uid))


def rotate(login_uid: UUID, jti: str) -> Login:
    """Spends the refresh token `jti` and gives the login a new one (RFC 9700 §4.14.2). One that was spent already has been
    copied: the login ends, for the thief and for the owner.

    Raises InvalidRefreshToken.
    """
    login = db.session.scalar(
        select(Login).where(Login.uid == login_uid).with_for_update().execution_options(populate_existing=True)
    )
    now = clock.now()
    if login is None or login.ended_at or login.expires_at <= now or not login.user.is_active:
        raise InvalidRefreshToken
    if login.refresh_jti != jti:
        end(login, "refresh token reused")
        raise InvalidRefreshToken
    login.refresh_jti = str(uuid4())
    login.seen_at, login.expires_at = now, now + LOGIN_LIFE
    return login


def end(login: Login, because: str) -> None:
    """Ends a login; one that has ended already is left as it is."""
    if login.ended_at is None:
        login.ended_at, login.ended_because, login.refresh_jti = clock.now(), because, None


def end_all(user: User, because: str) -> None:
    """Ends every login of `user`, in browsers and over the API."""
    for login in db.session.scalars(select(Login).where(Login.user_id == user.id, Login.ended_at.is_(None))):
        end(login, because)


def is_unnoted(login: SeenLogin) -> bool:
    """Whether it is time to note again that a login is in use; not every request needs to."""
    return login.seen_at <= clock.now() - SEEN_EVERY


def seen(login_id: int, locale: str | None = None) -> None:
    """Notes that a login is in use, which keeps it alive, and how its browser writes days and numbers."""
    now = clock.now()
    db.session.execute(
        update(Login).where(Login.id == login_id, Login.ended_at.is_(None)).values(seen_at=now, expires_at=now + LOGIN_LIFE)
    )
    if locale:
        theirs = User.id == select(Login.user_id).where(Login.id == login_id).scalar_subquery()
        noted = update(User).where(theirs, User.locale.is_distinct_from(locale[:35]))
        db.session.execute(noted.values(locale=locale[:35], updated_at=User.updated_at))  # nobody has edited anything


def choose_site(who: SignedIn, site_id: int) -> None:
    """Makes `site_id` the context of this login.

    Raises NotFound, Forbidden where the user has no role in it.
    """
    if site_id not in who.roles:
        sites.get(site_id, who.user.id, is_admin=False)
    login_of(who).site_id = site_id


def _signed_in_before(user: User, address: str) -> bool:
    query = (
        select(Login.id).where(Login.user_id == user.id, Login.address == address, Login.created_at > _season_ago()).limit(1)
    )
    return db.session.scalar(query) is not None


def _season_ago() -> datetime:
    return clock.now() - timedelta(days=90)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher.hash(str(uuid4()))


def has_words(search: str) -> list[ColumnElement[bool]]:
    """That every word of `search` is in somebody's name or address."""
    return [
        User.name.ilike(anywhere(word), escape="\\") | User.email.like(anywhere(fold(word)), escape="\\")
        for word in search.split()
    ]
