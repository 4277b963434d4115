"""Interactions, in both dialects."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.described import Body, created, deleted, one, page
from crm.api.queries import InteractionsQuery, takes
from crm.api.resources import INTERACTION
from crm.schemas.interactions import ContactInteractionEdit, ContactInteractionNew, InteractionEdit, SiteInteractionNew
from crm.services import interactions


@api.get("/interactions")
@takes(InteractionsQuery)
@page(INTERACTION)
def list_interactions(query: InteractionsQuery) -> Response:
    """List interactions

    Newest first, planned ones too. Every term of `search` must occur in a text of the interaction or in the contact's name.
    """
    member = context.member()
    start, end = query.span(member)
    found = interactions.find(
        member,
        contact_id=query.contact_id,
        type=query.type,
        start=start,
        end=end,
        search=query.search,
        page=query.page,
        page_size=query.page_size,
    )
    return dialects.of(INTERACTION).page(found)


@api.post("/interactions")
@created(INTERACTION, reads=Body(INTERACTION, SiteInteractionNew, ContactInteractionNew))
def log_interaction() -> Response:
    """Create an interaction

    In the site dialect a `start_datetime` in the future plans one. In the contact dialect a `date` in the future is refused,
    and `title`, where it is left out, is made from the type and the contact's name.
    """
    member, speech = context.member(), dialects.of(INTERACTION)
    new = speech.read(SiteInteractionNew if speech.plans_ahead else ContactInteractionNew)
    return speech.created(interactions.log(member, new, ahead=speech.plans_ahead))


@api.get("/interactions/<id_or_guid:ref>")
@one(INTERACTION)
def read_interaction(ref: int | UUID) -> Response:
    """Get an interaction"""
    return dialects.of(INTERACTION).one(interactions.get(context.member(), ref))


@api.route("/interactions/<id_or_guid:ref>", methods=["PUT", "PATCH"])
@one(INTERACTION, reads=Body(INTERACTION, InteractionEdit, ContactInteractionEdit))
def edit_interaction(ref: int | UUID) -> Response:
    """Update an interaction"""
    member, speech = context.member(), dialects.of(INTERACTION)
    changes = speech.read(InteractionEdit if speech.plans_ahead else ContactInteractionEdit)
    return speech.one(interactions.edit(member, ref, changes, ahead=speech.plans_ahead, version=etags.asked_version(ref)))


@api.delete("/interactions/<id_or_guid:ref>")
@deleted(INTERACTION)
def delete_interaction(ref: int | UUID) -> Response:
    """Delete an interaction"""
    interactions.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(INTERACTION).deleted()
