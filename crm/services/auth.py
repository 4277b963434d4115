"""Users, passwords and sign-ins. One login row a sign-in, in a browser or over the API: ended here, it is ended on both sides.

Names, e-mail addresses and user names are compared casefolded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from crm import clock
from crm.errors import Forbidden, Invalid, InvalidCredentials, InvalidRefreshToken, NotFound, Problems, SiteRequired
from crm.extensions import db
from crm.models import Login, Membership, Site, User
from crm.schemas.contacts import email_address
from crm.services import sites, throttle
from crm.services.members import Member, member_of

LOGIN_LIFE = timedelta(days=30)  # without being used
SEEN_EVERY = timedelta(minutes=5)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login that is good, its user, and the sites with their roles that the user has; flask-login's "user" too."""

    login: Login
    user: User
    roles: dict[int, tuple[Site, str]]

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.login.uid)

    @property
    def is_admin(self) -> bool:
        return self.user.is_admin

    @property
    def sites(self) -> list[Site]:
        return [site for site, _ in self.roles.values()]

    def member(self, site_id: int | None = None) -> Member:
        """The user in a site: `site_id`, or the chosen one, or the only one.

        Raises SiteRequired, Forbidden where the user has no role in `site_id`.
        """
        chosen = site_id if site_id is not None else self.login.site_id
        if chosen is None and len(self.roles) == 1:
            chosen = next(iter(self.roles))
        if site_id is not None and site_id not in self.roles:
            raise Forbidden("You do not belong to this site.")
        if chosen not in self.roles:
            raise SiteRequired("You belong to no site yet. Ask an administrator." if not self.roles else None)
        site, role = self.roles[chosen]
        return member_of(site, self.user, role)


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
    """Argon2id, with the library's recommended costs; the hash carries its own salt and parameters."""
    return _hasher.hash(password)


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
    if _hasher.check_needs_rehash(user.password_hash):
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


# Put together once: each request asks it.
_SIGNED_IN = (
    select(Login, User, Site, Membership.role)
    .join(User, User.id == Login.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .outerjoin(Site, Site.id == Membership.site_id)
    .where(Login.uid == bindparam("uid"), Login.ended_at.is_(None), Login.expires_at > bindparam("now"), User.is_active)
    .order_by(Site.id)
)


def signed_in(login_uid: UUID) -> SignedIn | None:
    """The login with its user, sites and roles, in one query; None where it has ended or the user is disabled."""
    found = db.session.execute(_SIGNED_IN, {"uid": login_uid, "now": clock.now()}).all()
    if not found:
        return None
    return SignedIn(found[0].Login, found[0].User, {row.Site.id: (row.Site, row.role) for row in found if row.Site})


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


def is_unnoted(login: Login) -> bool:
    """Whether it is time to note again that a login is in use; not every request needs to."""
    return login.seen_at <= clock.now() - SEEN_EVERY


def seen(login_id: int) -> None:
    """Notes that a login is in use, which keeps it alive."""
    now = clock.now()
    db.session.execute(
        update(Login).where(Login.id == login_id, Login.ended_at.is_(None)).values(seen_at=now, expires_at=now + LOGIN_LIFE)
    )


def choose_site(who: SignedIn, site_id: int) -> None:
    """Makes `site_id` the context of this login.

    Raises NotFound, Forbidden where the user has no role in it.
    """
    if site_id not in who.roles:
        sites.get(site_id, who.user.id, is_admin=False)
    who.login.site_id = site_id


def _signed_in_before(user: User, address: str) -> bool:
    query = (
        select(Login.id).where(Login.user_id == user.id, Login.address == address, Login.created_at > _season_ago()).limit(1)
    )
    return db.session.scalar(query) is not None


def _season_ago() -> datetime:
    return clock.now() - timedelta(days=90)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(str(uuid4()))
