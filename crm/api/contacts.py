"""Contacts and their timelines."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.described import Body, by_cursor, created, deleted, one, page
from crm.api.queries import ContactsQuery, TimelineQuery, takes
from crm.api.resources import CONTACT, INTERACTION
from crm.schemas.contacts import ContactEdit, ContactNew
from crm.services import contacts, timeline


@api.get("/contacts")
@takes(ContactsQuery)
@page(CONTACT)
def list_contacts(query: ContactsQuery) -> Response:
    """List contacts

    Every term of `search` must occur. `tag` is one whole tag.
    """
    found = contacts.find(
        context.member(),
        search=query.search,
        tag=query.tag,
        sort=query.sort.removeprefix("-"),
        descending=query.sort.startswith("-"),
        page=query.page,
        page_size=query.page_size,
    )
    return dialects.of(CONTACT).page(found)


@api.post("/contacts")
@created(CONTACT, reads=Body(CONTACT, ContactNew))
def add_contact() -> Response:
    """Create a contact

    An e-mail address belongs to one contact of a site.
    """
    member, speech = context.member(), dialects.of(CONTACT)
    return speech.created(contacts.add(member, speech.read(ContactNew)))


@api.get("/contacts/<id_or_guid:ref>")
@one(CONTACT)
def read_contact(ref: int | UUID) -> Response:
    """Get a contact"""
    return dialects.of(CONTACT).one(contacts.get(context.member(), ref))


@api.route("/contacts/<id_or_guid:ref>", methods=["PUT", "PATCH"])
@one(CONTACT, reads=Body(CONTACT, ContactEdit))
def edit_contact(ref: int | UUID) -> Response:
    """Update a contact"""
    member, speech = context.member(), dialects.of(CONTACT)
    return speech.one(contacts.edit(member, ref, speech.read(ContactEdit), version=etags.asked_version(ref)))


@api.delete("/contacts/<id_or_guid:ref>")
@deleted(CONTACT)
def delete_contact(ref: int | UUID) -> Response:
    """Delete a contact

    With it go its interactions, meetings and follow-ups.
    """
    contacts.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(CONTACT).deleted()


@api.get("/contacts/<id_or_guid:ref>/interactions")
@takes(TimelineQuery)
@by_cursor(INTERACTION)
def contact_timeline(query: TimelineQuery, ref: int | UUID) -> Response:
    """Get the timeline of a contact

    What has happened, newest first. By page, counted; or by cursor, which is not, and so costs the same however deep it goes:
    send `nextCursor` of an answer as `before`.
    """
    member = context.member()
    contact = contacts.get(member, ref)
    start, end = query.span(member)
    about = {"page_size": query.page_size}
    if query.before is None:
        about |= {"total": timeline.count(member, contact, type=query.type, start=start, end=end), "page": query.page}
    found = timeline.past(
        member,
        contact,
        type=query.type,
        start=start,
        end=end,
        before=query.before,
        offset=(query.page - 1) * query.page_size,
        limit=query.page_size,
    )
    return dialects.of(INTERACTION).many(found.items, **about, next_cursor=found.before)
