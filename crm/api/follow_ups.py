"""Follow-ups: what was promised, put off, done."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.described import Body, created, deleted, one, page
from crm.api.queries import FollowUpsQuery, takes
from crm.api.resources import FOLLOW_UP, SNOOZE
from crm.errors import Conflict
from crm.schemas.base import Schema
from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew, FollowUpSnooze
from crm.services import follow_ups


@api.get("/follow-ups")
@takes(FollowUpsQuery)
@page(FOLLOW_UP)
def list_follow_ups(query: FollowUpsQuery) -> Response:
    """List follow-ups

    By day, those without one last. `dueAfter` and `dueBefore` are not included themselves.
    """
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
@created(FOLLOW_UP, reads=Body(FOLLOW_UP, FollowUpNew))
def plan_follow_up() -> Response:
    """Plan a follow-up

    Its owner is the caller unless `ownerId` names a colleague. No `dueOn` is "someday".
    """
    member, speech = context.member(), dialects.of(FOLLOW_UP)
    return speech.created(follow_ups.plan(member, speech.read(FollowUpNew)))


@api.get("/follow-ups/<id_or_guid:ref>")
@one(FOLLOW_UP)
def read_follow_up(ref: int | UUID) -> Response:
    """Get a follow-up"""
    return dialects.of(FOLLOW_UP).one(follow_ups.get(context.member(), ref))


@api.route("/follow-ups/<id_or_guid:ref>", methods=["PUT", "PATCH"])
@one(FOLLOW_UP, reads=Body(FOLLOW_UP, FollowUpEdit))
def edit_follow_up(ref: int | UUID) -> Response:
    """Update a follow-up"""
    member, speech = context.member(), dialects.of(FOLLOW_UP)
    return speech.one(follow_ups.edit(member, ref, speech.read(FollowUpEdit), version=etags.asked_version(ref)))


@api.put("/follow-ups/<id_or_guid:ref>/complete")
@one(FOLLOW_UP, reads=Body(SNOOZE, Schema, optional=True))
def complete_follow_up(ref: int | UUID) -> Response:
    """Complete a follow-up

    Can be repeated.
    """
    member = context.member()
    dialects.of(SNOOZE).read(Schema, optional=True)
    return dialects.of(FOLLOW_UP).one(follow_ups.complete(member, ref, version=etags.asked_version(ref)))


@api.put("/follow-ups/<id_or_guid:ref>/snooze")
@one(FOLLOW_UP, reads=Body(SNOOZE, FollowUpSnooze), refuses=(Conflict,))
def snooze_follow_up(ref: int | UUID) -> Response:
    """Put a follow-up off

    Until `dueOn` (also read as `until`), today or later.
    """
    member, speech = context.member(), dialects.of(SNOOZE)
    snoozed = follow_ups.snooze(member, ref, speech.read(FollowUpSnooze).due_on, version=etags.asked_version(ref))
    return dialects.of(FOLLOW_UP).one(snoozed)


@api.put("/follow-ups/<id_or_guid:ref>/reopen")
@one(FOLLOW_UP, reads=Body(SNOOZE, Schema, optional=True))
def reopen_follow_up(ref: int | UUID) -> Response:
    """Reopen a follow-up

    Can be repeated.
    """
    member = context.member()
    dialects.of(SNOOZE).read(Schema, optional=True)
    return dialects.of(FOLLOW_UP).one(follow_ups.reopen(member, ref, version=etags.asked_version(ref)))


@api.delete("/follow-ups/<id_or_guid:ref>")
@deleted(FOLLOW_UP)
def delete_follow_up(ref: int | UUID) -> Response:
    """Delete a follow-up"""
    follow_ups.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(FOLLOW_UP).deleted()
