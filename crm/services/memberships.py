"""Who belongs to a site, and as what. A manager of the site decides, or an administrator, who needs no role in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from crm.errors import Conflict, Forbidden, NotFound
from crm.extensions import db
from crm.models import Change, Login, Membership, Site, User
from crm.services import auth, events, sites, undos
from crm.services.contacts import Page
from crm.services.members import Member, SignedIn, member_of

REMOVED = "member_removed"  # the kind of its undo


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's place in a site."""

    user: User
    role: str


def acting(who: SignedIn, site_uid: UUID) -> Member:
    """`who` as a member of the site: in their own role, or as a manager where they are an administrator.

    Raises NotFound, Forbidden.
    """
    site = db.session.scalar(select(Site).where(Site.uid == site_uid))
    if site is None:
        raise NotFound("There is no such site.")
    role = "manager" if who.user.is_admin else who.roles[site.id][1] if site.id in who.roles else None
    if role is None:
        raise Forbidden("You do not belong to this site.")
    return member_of(site, who.user, role)


def require_manager(member: Member) -> None:
    """Raises Forbidden."""
    if member.role != "manager":
        raise Forbidden(f"Who belongs to {member.site_name} is for its managers to say. Ask one of them.")


def seats(member: Member, *, search: str = "", page: int = 1, page_size: int = 50) -> Page:
    """Everybody in the site (or whose name or address has every word of `search`), by name; those whose account is disabled
    too. Its items are Seats."""
    query = select(User, Membership.role).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.site_id == member.site_id, *auth.has_words(search))
    total = db.session.scalar(query.with_only_columns(func.count())) or 0
    found = db.session.execute(query.order_by(User.name, User.id).offset((page - 1) * page_size).limit(page_size))
    return Page([Seat(user, role) for user, role in found], total, page, page_size)


def change_role(member: Member, user_uid: UUID, role: str, *, was: str | None = None) -> Seat:
    """Gives somebody of the site another role. `was` is the role that the caller saw.

    Raises NotFound, Forbidden, Invalid, Conflict where it is no longer what the caller saw, or nobody would manage the site.
    """
    require_manager(member)
    user, membership = _seat(member, user_uid)
    if was and was != membership.role and membership.role != role:
        raise Conflict(f"{user.name} is a {membership.role} by now. Somebody else changed it.")
    if role != "manager":
        _require_another_manager(member, user, "Make somebody else a manager first.")
    sites.require_role(role)
    if role != membership.role:
        note(member, "role_changed", user.name, was=membership.role, now=role)
    membership.role = role
    db.session.flush()
    return Seat(user, role)


def remove(member: Member, user_uid: UUID) -> tuple[User, UUID]:
    """Takes somebody out of the site. What they own stays theirs, and they are asked for another site at their next click.
    Anybody may leave by themselves. Gives the name of the undo, which only a manager can use (`put_back`), too.

    Raises NotFound, Forbidden, Conflict where nobody would manage the site.
    """
    user, membership = _seat(member, user_uid)
    if user.id != member.user_id:
        require_manager(member)
    _require_another_manager(member, user, "Make somebody else a manager before this one goes.")
    note(member, "left" if user.id == member.user_id else "removed", user.name, was=membership.role)
    there = list(db.session.scalars(select(Login.id).where(Login.user_id == user.id, Login.site_id == member.site_id)))
    undo = undos.keep(member, REMOVED, {"user": user.id, "role": membership.role, "logins": there})
    db.session.delete(membership)
    db.session.execute(update(Login).where(Login.id.in_(there)).values(site_id=None))
    db.session.flush()
    return user, undo


def put_back(member: Member, undo: UUID) -> Seat:
    """Gives somebody who was removed their seat back, in the role that they had, and leads them back to the site where they
    were in it. Somebody who has a seat by now, through this or an invitation, keeps it as it is.

    Raises NotFound, Forbidden, Conflict where it was taken back before, and they have gone since.
    """
    require_manager(member)
    kept = undos.find(member, undo, REMOVED)
    user = auth.user(kept.data["user"])
    here = db.session.get(Membership, (user.id, member.site_id))
    if here is not None:
        return Seat(user, here.role)
    was = undos.take(member, undo, REMOVED)
    db.session.add(Membership(user_id=user.id, site_id=member.site_id, role=was["role"]))
    back = update(Login).where(Login.id.in_(was["logins"]), Login.site_id.is_(None))
    db.session.execute(back.values(site_id=member.site_id))
    note(member, "put_back", user.name, now=was["role"])
    db.session.flush()
    return Seat(user, was["role"])


def note(member: Member, action: str, whom: str, *, was: str | None = None, now: str | None = None) -> None:
    """Adds a line to the history of the site: who belongs to it, and as what, is what its managers answer for."""
    site = db.session.get_one(Site, member.site_id)
    events.remember(member, action, site, {"whom": [None, whom], "role": [was, now]})


def history(member: Member, limit: int = 200) -> list[Change]:
    """Who was invited, joined, left, or got another role, and what was changed about the site: the newest lines.

    Raises Forbidden.
    """
    require_manager(member)
    return events.history(member, db.session.get_one(Site, member.site_id), limit)


def _seat(member: Member, user_uid: UUID) -> tuple[User, Membership]:
    """Everybody's seat is locked: of two managers who demote each other, one is too late. Raises NotFound."""
    db.session.execute(
        select(Membership.user_id).where(Membership.site_id == member.site_id).order_by(Membership.user_id).with_for_update()
    )
    found = db.session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.site_id == member.site_id, User.uid == user_uid)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(f"This person does not belong to {member.site_name}, or no longer does.")
    return found.User, found.Membership


def _require_another_manager(member: Member, user: User, advice: str) -> None:
    others = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.site_id == member.site_id, Membership.role == "manager", User.is_active, User.id != user.id)
    )
    mine = db.session.get(Membership, (user.id, member.site_id))
    if mine and mine.role == "manager" and not db.session.scalar(others):
        raise Conflict(f"{user.name} is the only manager of {member.site_name}. {advice}")
