"""Finding anything in a site by its text: contacts, interactions and meetings at once, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.services import contacts, folding, matching, rows, search
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Found:
    """The first of each; `total_…` says how many there are."""

    terms: list[str]
    contacts: Sequence[Contact]
    total_contacts: int
    interactions: Sequence[Interaction]
    total_interactions: int
    meetings: Sequence[Meeting]
    total_meetings: int

    @property
    def is_empty(self) -> bool:
        return not (self.total_contacts or self.total_interactions or self.total_meetings)


def everywhere(member: Member, text: str, limit: int = 6) -> Found:
    """What every term of `text` is in: contacts by name, company, title, address, number and tags; interactions and meetings
    by their texts and their contact's name. The latest first, contacts by name. Raises Invalid on `q`.
    """
    terms = folding.terms(text, "q")
    if not terms:
        return Found([], [], 0, [], 0, [], 0)
    people = contacts.find(member, search=text, page_size=limit)
    talks = search.latest(member, text, limit)
    planned, total = _meetings(member, terms, limit)
    return Found(terms, people.items, people.total, talks.items, talks.total, planned, total)


def _meetings(member: Member, terms: list[str], limit: int) -> tuple[list[Meeting], int]:
    """All that match are gathered once, without their texts, as of interactions (services/search.py)."""
    wanted = rows.within(member, Meeting).where(*(matching.meeting_has(member, term) for term in terms))
    hits = wanted.with_only_columns(Meeting.id, Meeting.scheduled_datetime).cte("hits").prefix_with("MATERIALIZED")
    latest = (hits.c.scheduled_datetime.desc(), hits.c.id.desc())
    part = select(hits.c.id, func.count().over().label("total")).order_by(*latest).limit(limit).subquery("part")
    query = select(Meeting, part.c.total).join(part, part.c.id == Meeting.id)
    query = query.order_by(Meeting.scheduled_datetime.desc(), Meeting.id.desc())
    shown = joinedload(Meeting.contact).load_only(Contact.uid, Contact.name, Contact.owner_id)
    found = db.session.execute(query.options(shown)).all()
    return [row.Meeting for row in found], found[0].total if found else 0
