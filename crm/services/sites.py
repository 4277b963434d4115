"""Sites and who belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from crm import clock
from crm.errors import Forbidden, Invalid, NotFound, Problems, Stale
from crm.extensions import db
from crm.models import Membership, Site, User
from crm.models.site import ROLES
from crm.questions import Question, answer
from crm.services.members import Member, Person, SeenUser

LARGEST_ID = 2**31 - 1


def create(name: str, description: str = "", timezone: str = "UTC") -> Site:
    """Raises Invalid."""
    site = Site()
    _fill(site, name, description, timezone)
    return site


def edit(site_id: int, name: str, description: str, timezone: str, *, before: Mapping[str, Any] | None = None) -> Site:
    """Changes all three. `before`: how the edit found them. Whoever calls has made sure that an administrator asks.

    Raises NotFound, Stale, Invalid.
    """
    site = db.session.scalar(select(Site).where(Site.id == site_id).with_for_update().execution_options(populate_existing=True))
    if site is None:
        raise NotFound("There is no such site.")
    if before and any(getattr(site, name) != value for name, value in before.items()):
        raise Stale
    _fill(site, name, description, timezone)
    return site


def _fill(site: Site, name: str, description: str, timezone: str) -> None:
    problems = Problems()
    name, description = name.strip(), description.strip()
    if not 1 <= len(name) <= 100:
        problems.details["name"] = "must have 1 to 100 characters"
    if len(description) > 1000:
        problems.details["description"] = "must have at most 1000 characters"
    if not clock.is_zone(timezone):
        problems.details["timezone"] = "is not a time zone of the IANA list, such as Europe/Berlin"
    problems.check()
    site.name, site.description, site.timezone = name, description, timezone
    db.session.add(site)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Invalid({"name": "is the name of another site"}) from error


def by_name(name: str) -> Site:
    """Raises NotFound."""
    site = db.session.scalar(select(Site).where(Site.name == name))
    if site is None:
        known = ", ".join(db.session.scalars(select(Site.name).order_by(Site.name)))
        raise NotFound(f"There is no site “{name}”. There is: {known or 'none yet'}.")
    return site


def add_member(site: Site, user: Person, role: str) -> Membership:
    """Gives `user` the role in `site`, whatever it was before.

    Raises Invalid.
    """
    require_role(role)
    return db.session.merge(Membership(user_id=user.id, site_id=site.id, role=role))


def require_role(role: str) -> None:
    """Raises Invalid."""
    if role not in ROLES:
        raise Invalid({"role": f"must be one of {', '.join(ROLES)}"})


def visible(user_id: int, *, is_admin: bool) -> list[Site]:
    """one-contract.md, "Auth": what the caller may see: all for an administrator, their own for the rest."""
    query = select(Site).order_by(Site.id)
    if not is_admin:
        query = query.join(Membership, Membership.site_id == Site.id).where(Membership.user_id == user_id)
    return list(db.session.scalars(query))


def get(site_id: int, user_id: int, *, is_admin: bool) -> Site:
    """Raises NotFound, Forbidden."""
    site = db.session.get(Site, site_id) if 0 < site_id <= LARGEST_ID else None
    if site is None:
        raise NotFound("There is no such site.")
    if not is_admin and db.session.get(Membership, (user_id, site_id)) is None:
        raise Forbidden("You do not belong to this site.")
    return site


_COLLEAGUES = (
    select(*[getattr(User, name) for name in SeenUser._fields])
    .join(Membership, Membership.user_id == User.id)
    .where(Membership.site_id == bindparam("site"), User.is_active)
    .order_by(User.name, User.id)
)


def colleagues(member: Member) -> tuple[SeenUser, ...]:
    """The active people of the member's site, by name."""
    return answer(ask_colleagues(member))


def ask_colleagues(member: Member) -> Question[tuple[SeenUser, ...]]:
    return Question(_COLLEAGUES, {"site": member.site_id}, lambda found: tuple(SeenUser(*row) for row in found))


def require_colleague(member: Member, user_id: int | None, field: str = "owner_id", prefix: str = "") -> None:
    """Raises Invalid on `field` where `user_id` is nobody of the member's site. None is nobody, and all right."""
    if user_id is None or user_id == member.user_id:
        return
    if not 0 < user_id <= LARGEST_ID or db.session.get(Membership, (user_id, member.site_id)) is None:
        raise Invalid({field: f"{prefix}is not a member of {member.site_name}"})
