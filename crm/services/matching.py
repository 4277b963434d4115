"""The SQL of finding text in interactions, by the text index of the database at hand.

SQLite has a trigram table (FTS5) that triggers keep; PostgreSQL a trigram index (pg_trgm), if the extension is to be had.
Both hold the folded texts and serve pieces of three characters and more; shorter ones are looked for row by row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, collate, column, func, literal_column, or_, select, table

from crm.extensions import db
from crm.models import Contact, Interaction
from crm.services import folding
from crm.services.members import Member

_INDEX = table("interactions_text", column("rowid"))
SHORTEST_INDEXED = 3
MOST_NAMED = 200


def has_terms(member: Member, search: str, field: str = "search") -> list[ColumnElement[bool]]:
    """one-contract.md, "Search": every term of `search` in one of the texts or in the contact's name.

    Raises Invalid on `field`.
    """
    terms = folding.terms(search, field)
    people = _named(member, terms) if terms else {}
    return [has(term) if not people[term] else or_(has(term), *people[term]) for term in terms]


def has(folded: str) -> ColumnElement[bool]:
    """That one of the texts has `folded` in it."""
    if is_postgresql() or len(folded) < SHORTEST_INDEXED:
        return Interaction.search_text.like(folding.anywhere(folded), escape="\\")
    phrase = '"' + folded.replace('"', '""') + '"'
    return Interaction.id.in_(select(_INDEX.c.rowid).where(literal_column("interactions_text").op("MATCH")(phrase)))


def line(name: str) -> ColumnElement[Any]:
    """The field `name`, folded; NULL where it is."""
    source, number = next((source, names.index(name) + 1) for source, names in folding.LINES.items() if name in names)
    # On SQLite, split_part is ours (crm/database.py).
    return case((getattr(Interaction, name).is_not(None), func.split_part(getattr(Interaction, source), "\n", number)))


def bytewise(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """`text` compared by its code points, as SQLite and Python do, whatever the language of the database."""
    return collate(text, "C") if is_postgresql() else text


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _named(member: Member, terms: list[str]) -> dict[str, list[ColumnElement[bool]]]:
    """For each term, that the interaction is with somebody whose name it is in; nothing where nobody's is.

    The names stay with the contacts: who is renamed may have 100,000 interactions. And they are looked up beforehand, because
    how many rows an OR with a subquery will give a database can only guess, and often guesses that no index is worth it.
    """
    patterns = {term: Contact.name_key.like(folding.anywhere(term), escape="\\") for term in terms}
    ours = select(Contact.id, Contact.name_key).where(Contact.site_id == member.site_id, Contact.deleted_at.is_(None))
    known = db.session.execute(ours.where(or_(*patterns.values())).limit(MOST_NAMED + 1)).all()
    if len(known) > MOST_NAMED:
        return {
            term: [Interaction.contact_id.in_(ours.with_only_columns(Contact.id).where(named))]
            for term, named in patterns.items()
        }
    found = {term: [contact_id for contact_id, name in known if term in name] for term in terms}
    return {term: [Interaction.contact_id.in_(ids)] if ids else [] for term, ids in found.items()}
