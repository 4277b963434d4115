"""Finding interactions (interaction-management-api.md, "Search Endpoints"; one-contract.md, "Search")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, UnaryExpression, func, or_, select, true
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from crm import clock
from crm.errors import Invalid
from crm.extensions import db
from crm.models import Contact, Interaction, Meeting, Membership, User
from crm.schemas.search import AdvancedSearch
from crm.services import fields, filters, folding, listing, matching, rows
from crm.services.contacts import Page
from crm.services.members import Member


@dataclass(frozen=True, slots=True)
class Order:
    """By `key`, nothing last; rows that are alike by their ids, in the same direction."""

    key: SQLColumnExpression[Any]
    descending: bool = False

    def by(self, key: SQLColumnExpression[Any], tie: SQLColumnExpression[Any]) -> tuple[UnaryExpression[Any], ...]:
        if self.descending:
            return key.desc().nulls_last(), tie.desc()
        return key.asc().nulls_last(), tie.asc()


NEWEST = Order(Interaction.start_datetime, descending=True)


def found(member: Member, *conditions: ColumnElement[bool], order: Order = NEWEST, page: int = 1, page_size: int = 20) -> Page:
    """A page of the site's interactions that meet `conditions`, and how many there are: one query.

    All that match are gathered once, without their texts, then counted and sorted. Asked for the newest 20 alone, a database
    would walk along the dates and, for a rare word, look at every row on its way; and it would count them apart.
    """
    hits = (
        rows.within(member, Interaction)
        .outerjoin(Contact, Contact.id == Interaction.contact_id)
        .outerjoin(Meeting, Meeting.id == Interaction.meeting_id)
        .where(*conditions)
        .with_only_columns(Interaction.id, order.key.label("key"))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )
    counted = select(func.count().label("total")).select_from(hits).subquery("counted")
    part = select(hits).order_by(*order.by(hits.c.key, hits.c.id))
    part_rows = part.offset((page - 1) * page_size).limit(page_size).subquery("part")
    query = (
        select(counted.c.total, Interaction)
        .select_from(counted.outerjoin(part_rows, true()).outerjoin(Interaction, Interaction.id == part_rows.c.id))
        .order_by(*order.by(part_rows.c.key, part_rows.c.id))
        .options(*with_what_is_shown())
    )
    result = db.session.execute(query).all()
    return Page([row.Interaction for row in result if row.Interaction is not None], result[0].total, page, page_size)


def with_what_is_shown() -> tuple[ORMOption, ...]:
    """What a list shows of an interaction: whom it was with (and whose contact that is), and what it came from; not what is
    there to be searched."""
    return (
        joinedload(Interaction.contact).load_only(Contact.uid, Contact.name, Contact.owner_id),
        joinedload(Interaction.meeting).load_only(Meeting.uid),
        defer(Interaction.search_text),
        defer(Interaction.other_text),
    )


def by_text(member: Member, query: str, *, page: int = 1, page_size: int = 20) -> Page:
    """A page of what every term of `query` is in, newest first, planned ones included. Raises Invalid on `query`."""
    if not folding.terms(query, "query"):
        raise Invalid({"query": "is required"})
    return listing.find(member, search=query, field="query", page=page, page_size=page_size)


def latest(member: Member, text: str, limit: int) -> Page:
    """As by_text, the newest `limit` as rows that know their contacts: for a page."""
    return found(member, *matching.has_terms(member, text), page_size=limit)


def by_lead(member: Member, lead: str, *, page: int = 1, page_size: int = 20) -> Page:
    """A page of what somebody led, newest first. "Lead person's name or identifier": `lead` is a part of the name, whatever the
    case and the accents; or the id, the user name or the e-mail address of somebody of the site, whose name it stands for.

    Raises Invalid on `lead`.
    """
    folding.storable(lead, "lead")
    text = fields.FIELDS["lead"]
    named = [text.contains(folding.fold(lead))]
    named += [text.equals(folding.fold(name)) for name in _names_of(member, lead)]
    return found(member, or_(*named), page=page, page_size=page_size)


def upcoming(member: Member, limit: int = 10) -> list[Interaction]:
    """What is planned and has not begun, soonest first."""
    query = (
        rows.within(member, Interaction)
        .where(Interaction.start_datetime > clock.horizon())
        .order_by(Interaction.start_datetime, Interaction.id)
    )
    return list(db.session.scalars(query.limit(limit).options(*with_what_is_shown())))


def recent(member: Member, limit: int = 10) -> list[Interaction]:
    """What has ended, newest first. What has no end ended when it began."""
    ended = func.coalesce(Interaction.end_datetime, Interaction.start_datetime)  # as the index has it
    query = rows.within(member, Interaction).where(ended <= clock.horizon()).order_by(ended.desc(), Interaction.id.desc())
    return list(db.session.scalars(query.limit(limit).options(*with_what_is_shown())))


def advanced(member: Member, asked: AdvancedSearch) -> Page:
    """A page of what meets all filters, newest first unless `asked` says otherwise.

    Raises Invalid on such as `filters[1].operator`, with all that is wrong at once.
    """
    conditions, key = filters.read(asked, member.site_timezone)
    order = Order(key, descending=asked.sort.direction == "desc") if asked.sort and key is not None else NEWEST
    return found(member, *conditions, order=order, page=asked.page, page_size=asked.page_size)


def _names_of(member: Member, identifier: str) -> list[str]:
    """The names of the people of the site that `identifier` stands for."""
    known = identifier.strip().casefold()
    keys = (User.username == known) | (User.email == known)
    if known.isascii() and known.isdecimal() and len(known) < 10:
        keys |= User.id == int(known)
    query = select(User.name).join(Membership, Membership.user_id == User.id).where(Membership.site_id == member.site_id, keys)
    return list(db.session.scalars(query))
