"""Finding as one types: the few rows that somebody most likely means, by three quick queries. services/search.py finds all."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.orm import contains_eager, load_only

from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.services import folding, matching, rows, search
from crm.services.contacts import KEY_LENGTH
from crm.services.matching import SHORTEST_INDEXED
from crm.services.members import Member

_BRIEF = load_only(Contact.uid, Contact.name, Contact.company, Contact.job_title)


def contacts(member: Member, text: str, limit: int = 5) -> list[Contact]:
    """Whose name, company, address, number or tag has every word of `text`: those whose name begins with it first, then those
    talked to last. Without a text, those talked to last. Raises Invalid on `search`."""
    terms = folding.terms(text)
    query = rows.within(member, Contact).options(_BRIEF)
    if not terms:
        query = query.where(Contact.stored_last_interaction_at.is_not(None))
        query = query.order_by(Contact.stored_last_interaction_at.desc(), Contact.id.desc())
    else:
        begins = Contact.name_key.startswith(" ".join(terms), autoescape=True)
        last = Contact.stored_last_interaction_at
        query = query.where(*(matching.has(term, Contact) for term in terms))
        query = query.order_by(case((begins, 0), else_=1), last.desc().nulls_last(), Contact.name_key, Contact.id)
    return list(db.session.scalars(query.limit(limit)))


def these(member: Member, uids: Collection[UUID]) -> list[Contact]:
    """The site's contacts of `uids`, by name."""
    query = rows.within(member, Contact).where(Contact.uid.in_(uids)).options(_BRIEF)
    return list(db.session.scalars(query.order_by(Contact.name_key, Contact.id))) if uids else []


def named(member: Member, name: str) -> Contact:
    """The one contact who is called `name`, whatever the case and the accents. Raises Invalid on `whom`."""
    folding.storable(name, "whom")
    query = rows.within(member, Contact).where(Contact.name_key == folding.fold(name)[:KEY_LENGTH]).limit(2)
    found = list(db.session.scalars(query))
    if not found:
        raise Invalid({"whom": f"no contact is called “{name}”: take one of those that are suggested"})
    if len(found) > 1:
        raise Invalid({"whom": f"several contacts are called “{name}”: add it on the page of the one you mean"})
    return found[0]


def interactions(member: Member, text: str, limit: int = 5) -> list[Interaction]:
    """The newest with every word of `text`. Words too short for the index are not worth a search of all. Raises Invalid."""
    if not any(len(term) >= SHORTEST_INDEXED for term in folding.terms(text)):
        return []
    return list(search.latest(member, text, limit).items)


def meetings(member: Member, text: str, limit: int = 5) -> list[Meeting]:
    """The latest with every word of `text` in the texts or the contact's name. Raises Invalid on `search`."""
    terms = folding.terms(text)
    if not terms:
        return []
    query = rows.within(member, Meeting).join(Meeting.contact).where(Meeting.status != "cancelled")
    query = query.where(*(matching.meeting_has(member, term) for term in terms))
    query = query.order_by(Meeting.scheduled_datetime.desc(), Meeting.id.desc()).limit(limit)
    return list(db.session.scalars(query.options(contains_eager(Meeting.contact).load_only(Contact.uid, Contact.name))))
