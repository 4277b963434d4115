"""Follow-ups: what was promised, put off, done."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.queries import FollowUpsQuery, takes
from crm.api.resources import FOLLOW_UP, SNOOZE
from crm.schemas.base import Schema
from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew, FollowUpSnooze
from crm.services import follow_ups


@api.get("/follow-ups")
@takes(FollowUpsQuery)
def list_follow_ups(query: FollowUpsQuery) -> Response:
    found = follow_ups.find(
        context.member(),
        status=query.status,
        owner_id=query.owner_id,
        contact_id=query.contact_id,
        due_after=query.due_after,
        due_before=query.due_before,
        page=query.page,
        page_size=query.page_size,
    )
    return dialects.of(FOLLOW_UP).page(found)


@api.post("/follow-ups")
def plan_follow_up() -> Response:
    member, speech = context.member(), dialects.of(FOLLOW_UP)
    return speech.created(follow_ups.plan(member, speech.read(FollowUpNew)))


@api.get("/follow-ups/<id_or_guid:ref>")
def read_follow_up(ref: int | UUID) -> Response:
    return dialects.of(FOLLOW_UP).one(follow_ups.get(context.member(), ref))


@api.route("/follow-ups/<id_or_guid:ref>", methods=["PUT", "PATCH"])
def edit_follow_up(ref: int | UUID) -> Response:
    member, speech = context.member(), dialects.of(FOLLOW_UP)
    return speech.one(follow_ups.edit(member, ref, speech.read(FollowUpEdit), version=etags.asked_version(ref)))


@api.put("/follow-ups/<id_or_guid:ref>/complete")
def complete_follow_up(ref: int | UUID) -> Response:
    member = context.member()
    dialects.of(SNOOZE).read(Schema, optional=True)
    return dialects.of(FOLLOW_UP).one(follow_ups.complete(member, ref, version=etags.asked_version(ref)))


@api.put("/follow-ups/<id_or_guid:ref>/snooze")
def snooze_follow_up(ref: int | UUID) -> Response:
    member, speech = context.member(), dialects.of(SNOOZE)
    snoozed = follow_ups.snooze(member, ref, speech.read(FollowUpSnooze).due_on, version=etags.asked_version(ref))
    return dialects.of(FOLLOW_UP).one(snoozed)


@api.put("/follow-ups/<id_or_guid:ref>/reopen")
def reopen_follow_up(ref: int | UUID) -> Response:
    member = context.member()
    dialects.of(SNOOZE).read(Schema, optional=True)
    return dialects.of(FOLLOW_UP).one(follow_ups.reopen(member, ref, version=etags.asked_version(ref)))


@api.delete("/follow-ups/<id_or_guid:ref>")
def delete_follow_up(ref: int | UUID) -> Response:
    follow_ups.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(FOLLOW_UP).deleted()
