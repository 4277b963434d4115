"""The SQL of finding text in interactions, contacts and meetings, by the text index of the database at hand.

SQLite has a trigram table (FTS5) for each, that triggers keep; PostgreSQL a trigram index (pg_trgm), if the extension is to be
had. Both hold the folded texts and serve pieces of three characters and more; shorter ones are looked for row by row.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, bindparam, case, collate, column, func, literal_column, or_, select, table

from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.services import folding
from crm.services.members import Member

Searched = type[Interaction] | type[Contact] | type[Meeting]

SHORTEST_INDEXED = 3
MOST_NAMED = 200


def has_terms(member: Member, search: str, field: str = "search") -> list[ColumnElement[bool]]:
    """one-contract.md, "Search": every term of `search` in one of the texts or in the contact's name.

    Raises Invalid on `field`.
    """
    terms = folding.terms(search, field)
    people = _named(member, terms) if terms else {}
    return [_has_term(member, term, people) for term in terms]


def _has_term(member: Member, term: str, people: dict[str, list[int]] | None) -> ColumnElement[bool]:
    if people is None:
        return or_(has(term), Interaction.contact_id.in_(_ids_named(member, term)))
    return or_(has(term), Interaction.contact_id.in_(people[term])) if people[term] else has(term)


class Word(NamedTuple):
    """What a statement has to know of a searched word; its values are parameters. `people`: whether it is in names of contacts
    ("none"; "some", whose ids are given; "many")."""

    people: Literal["none", "some", "many"]
    is_short: bool


def words(member: Member, search: str, field: str) -> list[tuple[Word, dict[str, Any]]]:
    """Each word of `search`, and the values of the parameters that has_word gives it. Raises Invalid on `field`."""
    found: list[tuple[Word, dict[str, Any]]] = []
    terms = folding.terms(search, field)
    people = _named(member, terms) if terms else {}
    for term in terms:
        ids = people[term] if people is not None else []
        kind: Literal["none", "some", "many"] = "many" if people is None else "some" if ids else "none"
        is_short = len(term) < SHORTEST_INDEXED
        values: dict[str, Any] = {"pattern": folding.anywhere(term)}
        if is_postgresql():
            values["text"] = term
        elif not is_short:
            values["phrase"] = _phrase(term)
        if ids:
            values["people"] = ids
        found.append((Word(kind, is_short), values))
    return found


def numbered(values: dict[str, Any], position: int) -> dict[str, Any]:
    """`values` as the parameters of the word at `position`."""
    return {f"{name}{position}": value for name, value in values.items()}


def has_word(word: Word, position: int, *, by_text_index: bool = True) -> ColumnElement[bool]:
    """That `word` is in one of the texts or in the contact's name. Without `by_text_index` PostgreSQL looks into the rows that
    it meets in another way, one by one: no index serves strpos, and it takes a third of all rows to have the word."""
    pattern = bindparam(f"pattern{position}", type_=Text())
    if is_postgresql():
        text = bindparam(f"text{position}", type_=Text())
        indexed, walked = Interaction.search_text.like(pattern, escape="\\"), func.strpos(Interaction.search_text, text) > 0
        condition: ColumnElement[bool] = indexed if by_text_index else walked
    elif word.is_short:
        condition = Interaction.search_text.like(pattern, escape="\\")
    else:
        condition = _matches(bindparam(f"phrase{position}", type_=Text()))
    if word.people == "some":
        return or_(condition, Interaction.contact_id.in_(bindparam(f"people{position}", expanding=True)))
    if word.people == "many":
        named = select(Contact.id).where(
            Contact.site_id == bindparam("site"), Contact.deleted_at.is_(None), Contact.name_key.like(pattern, escape="\\")
        )
        return or_(condition, Interaction.contact_id.in_(named))
    return condition


def has(folded: str, model: Searched = Interaction) -> ColumnElement[bool]:
    """That one of the texts has `folded` in it."""
    if is_postgresql() or len(folded) < SHORTEST_INDEXED:
        return model.search_text.like(folding.anywhere(folded), escape="\\")
    return _matches(_phrase(folded), model)


def meeting_has(member: Member, folded: str) -> ColumnElement[bool]:
    """That one of the meeting's texts, or its contact's name, has `folded` in it. Each is looked up in its own index: of an OR
    over two tables no database makes that."""
    alive = select(Meeting.id).where(Meeting.site_id == member.site_id, Meeting.deleted_at.is_(None))
    theirs = alive.where(Meeting.contact_id.in_(_ids_named(member, folded)))
    return Meeting.id.in_(alive.where(has(folded, Meeting)).union(theirs))


def _ids_named(member: Member, folded: str) -> Select[int]:
    ours = select(Contact.id).where(Contact.site_id == member.site_id, Contact.deleted_at.is_(None))
    # The name is among the texts, and these have the index.
    return ours.where(has(folded, Contact), Contact.name_key.like(folding.anywhere(folded), escape="\\"))


def _matches(phrase: Any, model: Searched = Interaction) -> ColumnElement[bool]:
    name = f"{model.__tablename__}_text"
    found: Select[int] = select(column("rowid")).select_from(table(name)).where(literal_column(name).op("MATCH")(phrase))
    return model.id.in_(found)


def _phrase(folded: str) -> str:
    """FTS5's string, in which nothing is an operator."""
    return '"' + folded.replace('"', '""') + '"'


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


def _named(member: Member, terms: list[str]) -> dict[str, list[int]] | None:
    """For each term, the contacts whose names it is in; None where these are too many to be listed.

    The names stay with the contacts: who is renamed may have 100,000 interactions. And they are looked up beforehand, because
    how many rows an OR with a subquery will give a database can only guess, and often guesses that no index is worth it.
    """
    values: dict[str, Any] = {f"term{position}": folding.anywhere(term) for position, term in enumerate(terms)}
    # Where a word is too short for the index all names are looked at, whatever the others are.
    indexed = all(len(term) >= SHORTEST_INDEXED for term in terms)
    if indexed and not is_postgresql():
        values["phrase"] = " OR ".join(map(_phrase, terms))
    known = db.session.connection().execute(_names(len(terms), indexed), values | {"site": member.site_id}).all()
    if len(known) > MOST_NAMED:
        return None
    return {term: [contact_id for contact_id, name in known if term in name] for term in terms}


@lru_cache(32)
def _names(count: int, indexed: bool) -> Select[int, str]:
    patterns = [bindparam(f"term{position}", type_=Text()) for position in range(count)]
    ours = select(Contact.id, Contact.name_key).where(Contact.site_id == bindparam("site"), Contact.deleted_at.is_(None))
    ours = ours.where(or_(*(Contact.name_key.like(pattern, escape="\\") for pattern in patterns)))
    if indexed and is_postgresql():  # the name is among the texts, and these have the index
        ours = ours.where(or_(*(Contact.search_text.like(pattern, escape="\\") for pattern in patterns)))
    elif indexed:
        ours = ours.where(_matches(bindparam("phrase", type_=Text()), Contact))
    return ours.limit(MOST_NAMED + 1)
