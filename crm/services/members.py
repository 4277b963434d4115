"""Who acts, and what they may do. Every service takes the acting `Member` first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm.errors import Forbidden
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


def member_of(site: Site, user: User, role: str) -> Member:
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
