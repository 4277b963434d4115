"""Interactions, in both dialects."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.queries import InteractionsQuery, takes
from crm.api.resources import INTERACTION
from crm.schemas.interactions import ContactInteractionEdit, ContactInteractionNew, InteractionEdit, SiteInteractionNew
from crm.services import interactions


@api.get("/interactions")
@takes(InteractionsQuery)
def list_interactions(query: InteractionsQuery) -> Response:
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
def log_interaction() -> Response:
    member, speech = context.member(), dialects.of(INTERACTION)
    new = speech.read(SiteInteractionNew if speech.plans_ahead else ContactInteractionNew)
    return speech.created(interactions.log(member, new, ahead=speech.plans_ahead))


@api.get("/interactions/<id_or_guid:ref>")
def read_interaction(ref: int | UUID) -> Response:
    return dialects.of(INTERACTION).one(interactions.get(context.member(), ref))


@api.route("/interactions/<id_or_guid:ref>", methods=["PUT", "PATCH"])
def edit_interaction(ref: int | UUID) -> Response:
    member, speech = context.member(), dialects.of(INTERACTION)
    changes = speech.read(InteractionEdit if speech.plans_ahead else ContactInteractionEdit)
    return speech.one(interactions.edit(member, ref, changes, ahead=speech.plans_ahead, version=etags.asked_version(ref)))


@api.delete("/interactions/<id_or_guid:ref>")
def delete_interaction(ref: int | UUID) -> Response:
    interactions.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(INTERACTION).deleted()
