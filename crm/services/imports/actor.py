"""Who imports, and into which site, where nobody is signed in: on the command line."""

from __future__ import annotations

from sqlalchemy import select

from crm.errors import Forbidden, NotFound
from crm.extensions import db
from crm.models import Membership, Site, User
from crm.services import auth, sites
from crm.services.members import Member, member_of


def acting(site_name: str | None, email: str | None) -> Member:
    """The member that a command acts as: of the site and the user that are named, or of the only site there is, as its
    only manager.

    Raises NotFound or Forbidden, with the choices, where one of them is unknown or does not follow by itself.
    """
    site = sites.by_name(site_name) if site_name else _only_site()
    membership = _membership(site, auth.user_by_email(email)) if email else _only_manager(site)
    user = db.session.get_one(User, membership.user_id)
    return member_of(site, user, membership.role)


def _only_site() -> Site:
    found = list(db.session.scalars(select(Site).order_by(Site.name)))
    if not found:
        raise NotFound("There is no site yet. Make one: flask site create NAME.")
    if len(found) > 1:
        raise NotFound(f"Say which site, with --site: {', '.join(f'“{site.name}”' for site in found)}.")
    return found[0]


def _membership(site: Site, user: User) -> Membership:
    membership = db.session.get(Membership, (user.id, site.id))
    if membership is None or not user.is_active:
        raise Forbidden(f"{user.email} does not belong to {site.name}. {_people(site)}")
    return membership


def _only_manager(site: Site) -> Membership:
    query = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.site_id == site.id, Membership.role == "manager", User.is_active)
    )
    managers = list(db.session.scalars(query))
    if len(managers) != 1:
        raise NotFound(f"Say who imports, with --user. {_people(site)}")
    return managers[0]


def _people(site: Site) -> str:
    query = (
        select(User.email, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.site_id == site.id, User.is_active, Membership.role != "viewer")
        .order_by(User.email)
    )
    people = [f"{email} ({role})" for email, role in db.session.execute(query)]
    return f"In {site.name}: {', '.join(people)}." if people else f"Nobody in {site.name} may add anything yet."
