"""Inviting people to a site by mail: a link that works once, for seven days.

Whoever invites learns nothing about an address that is not of the site; who has the link has shown that its mail is theirs.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import joinedload

from crm import clock
from crm.errors import Conflict, Invalid, NotFound, Problems
from crm.extensions import db
from crm.models import Invitation, Membership, User
from crm.schemas.contacts import email_address
from crm.services import auth, sites
from crm.services.members import Member, member_of
from crm.services.memberships import note, require_manager

LINK_LIFE = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=5)
MOST_OPEN = 200  # in one site
KEPT = timedelta(days=30)


def invite(member: Member, email: str, role: str) -> Invitation:
    """Writes an invitation down, for a job to send. An address that is already invited gets the new role and a new link.

    Raises Forbidden, Invalid, Conflict where too many are open or this one was sent a moment ago.
    """
    require_manager(member)
    problems = Problems()
    try:
        address = email_address(email.strip()).casefold()
    except ValueError:
        address = ""
        problems.details["email"] = "is not an e-mail address, such as ada@example.com"
    with problems:
        sites.require_role(role)
    problems.check()
    if db.session.scalar(_seats().where(User.email == address, Membership.site_id == member.site_id)):
        raise Invalid({"email": f"belongs to somebody who is already in {member.site_name}"})
    found = db.session.scalar(_open(member).where(Invitation.email == address).with_for_update())
    if found is None:
        if (db.session.scalar(_open(member).with_only_columns(func.count(Invitation.id))) or 0) >= MOST_OPEN:
            raise Conflict(f"{MOST_OPEN} invitations are open. Take some back before you send more.")
        found = Invitation(site_id=member.site_id, email=address, role=role, invited_by=member.user_id, asked_at=clock.now())
        db.session.add(found)
    else:
        found.role, found.invited_by = role, member.user_id
        _ask_again(found)
    note(member, "invited", address, now=role)
    db.session.flush()
    return found


def resend(member: Member, uid: UUID) -> Invitation:
    """Sends a new link; the old one is no longer good from then on.

    Raises NotFound, Forbidden, Conflict where it was sent a moment ago.
    """
    require_manager(member)
    found = _one(member, uid)
    _ask_again(found)
    db.session.flush()
    return found


def revoke(member: Member, uid: UUID) -> Invitation:
    """Takes an invitation back: its link is no longer good.

    Raises NotFound, Forbidden.
    """
    require_manager(member)
    found = _one(member, uid)
    found.closed_at, found.token_hash = clock.now(), None
    note(member, "revoked", found.email, was=found.role)
    db.session.flush()
    return found


def waiting(member: Member) -> list[Invitation]:
    """The open invitations of the site, newest first; those whose link is too old too."""
    query = _open(member).order_by(Invitation.asked_at.desc(), Invitation.id.desc()).options(joinedload(Invitation.inviter))
    return list(db.session.scalars(query))


def is_expired(invitation: Invitation) -> bool:
    return invitation.asked_at + LINK_LIFE <= clock.now()


def prepare(invitation_id: int) -> tuple[Invitation, str] | None:
    """An invitation with the secret of the link that is to be sent; None where there is nothing to send."""
    found = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if found is None or found.sent_at or found.closed_at:
        return None
    secret = secrets.token_urlsafe(32)
    found.token_hash = _hash(secret)
    return found, secret


def sent(invitation_id: int) -> None:
    db.session.execute(update(Invitation).where(Invitation.id == invitation_id).values(sent_at=clock.now()))


def unsent() -> list[int]:
    """Invitations of the last hour that no job is through with. For the clock."""
    now = clock.now()
    query = select(Invitation.id).where(
        Invitation.sent_at.is_(None),
        Invitation.asked_at.between(now - timedelta(hours=1), now - timedelta(minutes=1)),
        Invitation.closed_at.is_(None),
    )
    return list(db.session.scalars(query))


def forget_old() -> None:
    """Removes what nobody has touched for 30 days. For a job."""
    db.session.execute(delete(Invitation).where(Invitation.asked_at < clock.now() - KEPT))


def by_secret(secret: str) -> Invitation:
    """The invitation of a link. Raises NotFound where it is no longer good."""
    query = select(Invitation).where(
        Invitation.token_hash == _hash(secret),
        Invitation.closed_at.is_(None),
        Invitation.asked_at > clock.now() - LINK_LIFE,
    )
    found = db.session.scalar(query.options(joinedload(Invitation.site)).with_for_update(of=Invitation))
    if found is None:
        raise NotFound("This invitation is no longer good.")
    return found


def invited_user(invitation: Invitation) -> User | None:
    """Who signs in with the address already."""
    return db.session.scalar(select(User).where(User.email == invitation.email))


def accept(secret: str, *, name: str = "", password: str = "", timezone: str | None = None) -> User:
    """Uses the link: somebody who is known gets the seat, somebody new an account and the seat. A seat that they have by now
    is left as it is.

    Raises NotFound where the link is no longer good, Invalid on `name` and `password` of somebody new.
    """
    invitation = by_secret(secret)
    user = invited_user(invitation)
    if user is None:
        zone = timezone if timezone and clock.is_zone(timezone) and timezone != invitation.site.timezone else None
        user = auth.create_user(invitation.email, name, password, timezone=zone)
    elif not user.is_active:
        raise NotFound("This account is disabled. Ask an administrator to enable it, then use the link again.")
    if db.session.get(Membership, (user.id, invitation.site_id)) is None:
        sites.add_member(invitation.site, user, invitation.role)
        db.session.flush()
        note(member_of(invitation.site, user, invitation.role), "joined", user.name, now=invitation.role)
    invitation.closed_at, invitation.token_hash = clock.now(), None
    db.session.flush()
    return user


def _ask_again(found: Invitation) -> None:
    """Raises Conflict."""
    if found.asked_at > clock.now() - AGAIN_AFTER:
        raise Conflict(f"{found.email} was invited a moment ago. Give the mail five minutes, then send it again.")
    found.asked_at, found.sent_at = clock.now(), None


def _open(member: Member) -> Select[Invitation]:
    return select(Invitation).where(Invitation.site_id == member.site_id, Invitation.closed_at.is_(None))


def _one(member: Member, uid: UUID) -> Invitation:
    found = db.session.scalar(_open(member).where(Invitation.uid == uid).with_for_update())
    if found is None:
        raise NotFound("This invitation was accepted or taken back.")
    return found


def _seats() -> Select[int]:
    return select(Membership.user_id).join(User, User.id == Membership.user_id)


def _hash(secret: str) -> str:
    # The secret has 256 bits of chance: nothing slower is needed, and it can be looked up.
    return hashlib.sha256(secret.encode()).hexdigest()
