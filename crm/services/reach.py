"""How a contact is reached, as their page says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, select, union_all

from crm.models import Contact, ContactEmail, ContactPhone, User
from crm.questions import Question


class Reach(NamedTuple):
    """The addresses; the numbers, each as it was typed and as it is dialled; and which of us the contact belongs to."""

    emails: tuple[str, ...]
    phones: tuple[tuple[str, str], ...]
    owner: str | None


_REACH = union_all(
    select(literal("email").label("kind"), ContactEmail.position.label("place"), ContactEmail.address, literal("")).where(
        ContactEmail.contact_id == bindparam("contact")
    ),
    select(literal("phone"), ContactPhone.position, ContactPhone.number, ContactPhone.number_key).where(
        ContactPhone.contact_id == bindparam("contact")
    ),
    select(literal("owner"), literal(0), User.name, literal("")).where(User.id == bindparam("owner")),
).order_by("kind", "place")


def ask(contact: Contact) -> Question[Reach]:
    """One query, where the contact's own lists take one each. Whoever has the contact may see it."""
    return Question(_REACH, {"contact": contact.id, "owner": contact.owner_id}, _read)


def _read(found: Sequence[Any]) -> Reach:
    return Reach(
        tuple(text for kind, _, text, _ in found if kind == "email"),
        tuple((text, digits) for kind, _, text, digits in found if kind == "phone"),
        next((text for kind, _, text, _ in found if kind == "owner"), None),
    )
