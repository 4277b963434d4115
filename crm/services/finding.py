"""Finding anything in a site by its text: contacts, interactions and meetings at once, in a fixed number of queries."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
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
    query = rows.within(member, Meeting).join(Meeting.contact).where(*(meeting_has(term) for term in terms))
    # Counted as it is read: of meetings there are few, and their texts have no index.
    counted = query.add_columns(func.count().over().label("total"))
    part = db.session.execute(
        counted.order_by(Meeting.scheduled_datetime.desc(), Meeting.id.desc())
        .limit(limit)
        .options(joinedload(Meeting.contact).load_only(Contact.uid, Contact.name, Contact.owner_id))
    ).all()
    return [row.Meeting for row in part], part[0].total if part else 0


_TEXTS = ("purpose", "location", "preparation_notes", "outcomes", "next_steps")
_LISTS = ("agenda_items", "topics_covered")


def meeting_has(term: str) -> ColumnElement[bool]:
    """That the folded `term` is in one of a meeting's texts, or in the name of its contact, which is joined."""
    pattern = folding.anywhere(term)
    texts: list[ColumnElement[str]] = [getattr(Meeting, name) for name in _TEXTS]
    texts += [_joined(getattr(Meeting, name)) for name in _LISTS]
    known, plain = _letters()
    return or_(
        Contact.name_key.like(pattern, escape="\\"),
        *(and_(text.is_not(None), func.lower(func.translate(text, known, plain)).like(pattern, escape="\\")) for text in texts),
    )


def _joined(texts: Any) -> ColumnElement[str]:
    """A list of texts as one. SQLite keeps it with escapes for what is not ASCII."""
    if matching.is_postgresql():
        return cast(texts, String)
    values = func.json_each(texts).table_valued("value")
    return select(func.group_concat(values.c.value, "\n")).select_from(values).scalar_subquery()


@lru_cache(maxsize=1)
def _letters() -> tuple[str, str]:
    """Letters with accents, and those of other alphabets in capitals, with what each is folded to: unlike interactions,
    meetings keep no folded text, and databases fold only ASCII alike. What becomes two letters ("ß") stays as it is."""
    letters = [chr(code) for code in range(0xC0, 0x530) if unicodedata.category(chr(code)) in ("Lu", "Ll")]
    pairs = [(letter, folding.fold(letter)) for letter in letters]
    single = [(letter, plain) for letter, plain in pairs if len(plain) == 1 and plain != letter]
    return "".join(letter for letter, _ in single), "".join(plain for _, plain in single)
