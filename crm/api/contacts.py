"""Contacts and their timelines."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.queries import ContactsQuery, TimelineQuery, takes
from crm.api.resources import CONTACT, INTERACTION
from crm.schemas.contacts import ContactEdit, ContactNew
from crm.services import contacts, timeline


@api.get("/contacts")
@takes(ContactsQuery)
def list_contacts(query: ContactsQuery) -> Response:
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
def add_contact() -> Response:
    member, speech = context.member(), dialects.of(CONTACT)
    return speech.created(contacts.add(member, speech.read(ContactNew)))


@api.get("/contacts/<id_or_guid:ref>")
def read_contact(ref: int | UUID) -> Response:
    return dialects.of(CONTACT).one(contacts.get(context.member(), ref))


@api.route("/contacts/<id_or_guid:ref>", methods=["PUT", "PATCH"])
def edit_contact(ref: int | UUID) -> Response:
    member, speech = context.member(), dialects.of(CONTACT)
    return speech.one(contacts.edit(member, ref, speech.read(ContactEdit), version=etags.asked_version(ref)))


@api.delete("/contacts/<id_or_guid:ref>")
def delete_contact(ref: int | UUID) -> Response:
    contacts.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(CONTACT).deleted()


@api.get("/contacts/<id_or_guid:ref>/interactions")
@takes(TimelineQuery)
def contact_timeline(query: TimelineQuery, ref: int | UUID) -> Response:
    """By page, counted; or by cursor, which is not, and so costs the same however deep it goes."""
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
