"""What administrators do with sites and users (one-contract.md, "Auth": "An administrator manages users and sites")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.errors import Conflict, Forbidden, NotFound
from crm.extensions import db
from crm.models import Change, Membership, Site, User
from crm.services import auth, events, memberships, sites
from crm.services.contacts import Page
from crm.services.members import Person, member_of


@dataclass(frozen=True, slots=True)
class SiteLine:
    site: Site
    people: int


def require_admin(user: Person) -> None:
    """Raises Forbidden."""
    if not user.is_admin:
        raise Forbidden("Sites and accounts are for administrators to manage. Ask one of them.")


def overview(user: Person, *, page: int = 1, page_size: int = 50) -> Page:
    """All sites by name, with how many belong to each, as SiteLines. Raises Forbidden."""
    require_admin(user)
    total = db.session.scalar(select(func.count(Site.id))) or 0
    part = select(Site.id).order_by(Site.name).offset((page - 1) * page_size).limit(page_size)
    people = select(func.count()).where(Membership.site_id == Site.id).scalar_subquery()
    query = select(Site, people).where(Site.id.in_(part)).order_by(Site.name)
    return Page([SiteLine(site, count) for site, count in db.session.execute(query)], total, page, page_size)


def get(user: Person, site_uid: UUID) -> Site:
    """Raises Forbidden, NotFound."""
    require_admin(user)
    site = db.session.scalar(select(Site).where(Site.uid == site_uid))
    if site is None:
        raise NotFound("There is no such site.")
    return site


def create(user: Person, *, name: str, description: str, timezone: str, join: bool) -> Site:
    """`join`: the administrator manages it too. Raises Forbidden, Invalid."""
    require_admin(user)
    site = sites.create(name, description, timezone)
    if join:
        _take_seat(user, site)
    return site


def edit(user: Person, site: Site, wanted: Mapping[str, Any], *, before: Mapping[str, Any] | None) -> Site:
    """`wanted`: the name, the description and the time zone; `before`: how the edit found them.

    Raises Forbidden, NotFound, Stale, Invalid.
    """
    require_admin(user)
    was = {name: getattr(site, name) for name in wanted}
    edited = sites.edit(site.id, **wanted, before=before)
    changed = {name: [was[name], now] for name in wanted if (now := getattr(edited, name)) != was[name]}
    if changed:
        events.remember(member_of(edited, user, "manager"), "updated", edited, changed)
    return edited


def join(user: Person, site_uid: UUID) -> Site:
    """Makes the administrator a manager of a site. Raises Forbidden, NotFound."""
    site = get(user, site_uid)
    _take_seat(user, site)
    return site


def _take_seat(user: Person, site: Site) -> None:
    sites.add_member(site, user, "manager")
    db.session.flush()
    memberships.note(member_of(site, user, "manager"), "joined", user.name, now="manager")


def users(user: Person, *, search: str = "", page: int = 1, page_size: int = 50) -> Page:
    """Everybody who has an account, by name, with their sites. Raises Forbidden."""
    require_admin(user)
    query = select(User).where(*auth.has_words(search))
    total = db.session.scalar(query.with_only_columns(func.count(User.id)))
    query = query.order_by(User.name, User.id).offset((page - 1) * page_size).limit(page_size)
    found = db.session.scalars(query.options(selectinload(User.memberships).options(joinedload(Membership.site))))
    return Page(list(found), total or 0, page, page_size)


def set_active(user: Person, uid: UUID, active: bool) -> User:
    """Enables or disables an account; a disabled one is signed out everywhere.

    Raises Forbidden, NotFound, Conflict for one's own.
    """
    found = _other(user, uid, "disable")
    if found.is_active != active:
        events.remember_account(user, "enabled" if active else "disabled", found)
    found.is_active = active
    if not active:
        auth.end_all(found, "account disabled")
    return found


def set_admin(user: Person, uid: UUID, admin: bool) -> User:
    """Makes somebody an administrator, or no longer one. Raises as `set_active`: so there always is one."""
    found = _other(user, uid, "demote")
    if found.is_admin != admin:
        events.remember_account(user, "admin_given" if admin else "admin_taken", found)
    found.is_admin = admin
    return found


def history(user: Person, limit: int = 200) -> list[Change]:
    """Who made whom an administrator, or no longer one, and who disabled or enabled whose account: the newest lines.

    Raises Forbidden.
    """
    require_admin(user)
    return events.history_of_accounts(limit)


def _other(user: Person, uid: UUID, verb: str) -> User:
    require_admin(user)
    # All administrators are locked: of two who disable each other, one is too late and is no administrator any more.
    db.session.execute(select(User.id).where(User.is_admin).order_by(User.id).with_for_update())
    acting = auth.user(user.id)
    db.session.refresh(acting)
    require_admin(acting)
    found = db.session.scalar(select(User).where(User.uid == uid))
    if found is None:
        raise NotFound("There is no such account.")
    if found.id == user.id:
        raise Conflict(f"You cannot {verb} yourself. Ask another administrator.")
    return found
