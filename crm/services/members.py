"""Who acts, and what they may do. Every service takes the acting `Member` first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from crm.errors import Forbidden, SiteRequired
from crm.models import Site, User


@dataclass(frozen=True, slots=True)
class Member:
    """A user in a site. `timezone` is the user's own, or else the site's (IANA name)."""

    user_id: int
    name: str
    is_admin: bool
    timezone: str
    site_id: int
    site_name: str
    site_timezone: str
    role: str

    @property
    def may_write(self) -> bool:
        return self.role in ("member", "manager")

    def may_edit(self, row: Any) -> bool:
        """one-contract.md, "Roles": a member edits what is theirs or their contacts', a manager everything in the site."""
        if self.role == "manager":
            return True
        if self.role != "member":
            return False
        contact = getattr(row, "contact", None)
        owners = {row.created_by, getattr(row, "owner_id", None), contact.owner_id if contact else None}
        return self.user_id in owners


class SeenLogin(NamedTuple):
    id: int
    uid: UUID
    site_id: int | None
    seen_at: datetime


class SeenUser(NamedTuple):
    id: int
    uid: UUID
    username: str
    email: str
    name: str
    timezone: str | None
    is_admin: bool


# Whoever acts, as the row or as they were seen.
Person = User | SeenUser


class SeenSite(NamedTuple):
    id: int
    uid: UUID
    name: str
    description: str
    timezone: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login that is good, its user, and the sites with their roles that the user has; flask-login's "user" too.

    As they were when the request began: each request asks for them, few change them (`login_of`, `user`).
    """

    login: SeenLogin
    user: SeenUser
    roles: dict[int, tuple[SeenSite, str]] = field(hash=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.login.uid)

    @property
    def is_admin(self) -> bool:
        return self.user.is_admin

    @property
    def sites(self) -> list[SeenSite]:
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


def member_of(site: Site | SeenSite, user: Person, role: str) -> Member:
    return Member(
        user_id=user.id,
        name=user.name,
        is_admin=user.is_admin,
        timezone=user.timezone or site.timezone,
        site_id=site.id,
        site_name=site.name,
        site_timezone=site.timezone,
        role=role,
    )


def require_write(member: Member) -> None:
    """Raises Forbidden for who only reads."""
    if not member.may_write:
        raise Forbidden(f"You can read everything in {member.site_name}, but not change it. Ask a manager for the member role.")


def require_edit(member: Member, row: Any) -> None:
    """Raises Forbidden where the row is neither theirs nor about their contact."""
    require_write(member)
    if not member.may_edit(row):
        raise Forbidden(
            "You can change what you made yourself and what is about your own contacts. Ask a manager for this one."
        )
