"""Which contacts are meant: by words, tags, owner, and when they were or will be talked to. One filter for the list, for what
is exported and for what is changed at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact
from crm.services import rows, touches
from crm.services.folding import fold, storable, terms
from crm.services.matching import has
from crm.services.members import Member

# What a list can be sorted by, each served by an index on (site, column, id).
SORTS: dict[str, Any] = {
    "name": Contact.name_key,
    "company": Contact.company_key,
    "last_interaction_at": Contact.stored_last_interaction_at,
    "next_meeting_at": Contact.stored_next_meeting_at,
    "created_at": Contact.created_at,
    "updated_at": Contact.updated_at,
}

# When somebody was last talked to: within so many days, or not for so many; and what else can be asked of it.
WITHIN = {"within-7": 7, "within-30": 30, "within-90": 90}
NOT_FOR = {"not-30": 30, "not-90": 90, "not-365": 365}
LAST = (*WITHIN, *NOT_FOR, "never", "cold")
NEXT = ("some", "none")
NOBODY = "nobody"
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Terms of `search` are ANDed; each matches as a substring of name, company, title, address, number or tag, whatever the
    case and the accents. All of `tags` must be there. `owner` is a key or "nobody"; `last` one of LAST, `next` of NEXT. What
    is empty asks for nothing."""

    search: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    last: str = ""
    next: str = ""

    def __bool__(self) -> bool:
        return bool(self.search or self.tags or self.owner or self.last or self.next)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Contacts by name, or (`all`) all that a filter finds."""

    uids: tuple[UUID, ...] = ()
    all: Asked | None = None


EVERYBODY = Asked()


def matching(member: Member, asked: Asked) -> Select[Contact]:
    """The site's contacts that `asked` means. Raises Invalid on its fields."""
    query = rows.within(member, Contact)
    query = query.where(*(has(term, Contact) for term in terms(asked.search)))
    for tag in asked.tags[:MOST_TAGS]:
        storable(tag, "tag")
        query = query.where(has(fold(tag), Contact), _tagged(tag))  # a tag is among the texts, and these have the index
    if asked.owner == NOBODY:
        query = query.where(Contact.owner_id.is_(None))
    elif asked.owner:
        query = query.where(Contact.owner_id == _key(asked.owner))
    if asked.last:
        query = query.where(_last(asked.last))
    if asked.next:
        if asked.next not in NEXT:
            raise Invalid({"next": f"must be one of {', '.join(NEXT)}"})
        there = Contact.stored_next_meeting_at
        query = query.where(there > clock.now() if asked.next == "some" else or_(there.is_(None), there <= clock.now()))
    return query


def chosen(member: Member, which: Chosen) -> Select[Contact]:
    """The contacts that `which` means. Those of another site, or gone meanwhile, are not among them."""
    if which.all is not None:
        return matching(member, which.all)
    return rows.within(member, Contact).where(Contact.uid.in_(which.uids))


def sorted_by(sort: str, descending: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Raises Invalid on `sort`."""
    if sort not in SORTS:
        raise Invalid({"sort": f"must be one of {', '.join(SORTS)}"})
    key, tie = SORTS[sort], Contact.id
    first, then = (key.desc(), tie.desc()) if descending else (key.asc(), tie.asc())
    # Said of what is never null, no index would serve it.
    return first.nulls_last() if key.nullable else first, then


def tags(member: Member, limit: int = 200) -> list[tuple[str, int]]:
    """The tags of the site's contacts and how many have each, the most used first."""
    # Many have the same ones: they are counted first, and taken apart then.
    alike = select(Contact.tags.label("tags"), func.count().label("times")).group_by(Contact.tags)
    alike_ones = alike.where(Contact.site_id == member.site_id, Contact.deleted_at.is_(None)).subquery()
    if db.engine.dialect.name == "postgresql":
        values: Any = func.jsonb_array_elements_text(cast(alike_ones.c.tags, JSONB)).table_valued("value")
    else:
        values = func.json_each(alike_ones.c.tags).table_valued("value")
    tag, count = values.c.value, func.sum(alike_ones.c.times)
    query = select(tag, count).select_from(alike_ones).join(values, onclause=alike_ones.c.times > 0).group_by(tag)
    found = db.session.execute(query.order_by(count.desc(), tag).limit(limit))
    return [(name, int(times)) for name, times in found]


def _last(asked: str) -> ColumnElement[bool]:
    """By what is stored, as lists are sorted (decision 2)."""
    at = Contact.stored_last_interaction_at
    if asked in WITHIN:
        return at >= clock.now() - timedelta(days=WITHIN[asked])
    if asked in NOT_FOR:
        return or_(at.is_(None), at < clock.now() - timedelta(days=NOT_FOR[asked]))
    if asked == "cold":
        return touches.over(clock.now())
    if asked != "never":
        raise Invalid({"last": f"must be one of {', '.join(LAST)}"})
    return at.is_(None)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _tagged(tag: str) -> ColumnElement[bool]:
    if db.engine.dialect.name == "postgresql":
        return cast(Contact.tags, JSONB).contains([tag])
    values = func.json_each(Contact.tags).table_valued("value")
    return select(1).select_from(values).where(cast(values.c.value, String) == tag).exists()
