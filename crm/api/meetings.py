"""Meetings: scheduled, moved, cancelled, completed."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects, etags
from crm.api.blueprint import api
from crm.api.described import Body, created, deleted, one, page
from crm.api.queries import MeetingsQuery, takes
from crm.api.resources import MEETING, OUTCOME
from crm.errors import Conflict
from crm.schemas.base import Schema
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services import meetings


@api.get("/meetings")
@takes(MeetingsQuery)
@page(MEETING)
def list_meetings(query: MeetingsQuery) -> Response:
    """List meetings"""
    member = context.member()
    start, end = query.span(member)
    found = meetings.find(
        member,
        status=query.status,
        contact_id=query.contact_id,
        start=start,
        end=end,
        page=query.page,
        page_size=query.page_size,
    )
    return dialects.of(MEETING).page(found)


@api.post("/meetings")
@created(MEETING, reads=Body(MEETING, MeetingNew))
def schedule_meeting() -> Response:
    """Schedule a meeting"""
    member, speech = context.member(), dialects.of(MEETING)
    return speech.created(meetings.schedule(member, speech.read(MeetingNew)))


@api.get("/meetings/<id_or_guid:ref>")
@one(MEETING)
def read_meeting(ref: int | UUID) -> Response:
    """Get a meeting"""
    return dialects.of(MEETING).one(meetings.get(context.member(), ref))


@api.route("/meetings/<id_or_guid:ref>", methods=["PUT", "PATCH"])
@one(MEETING, reads=Body(MEETING, MeetingEdit), refuses=(Conflict,))
def edit_meeting(ref: int | UUID) -> Response:
    """Update a meeting

    One that has been completed or cancelled keeps its time and its contact.
    """
    member, speech = context.member(), dialects.of(MEETING)
    return speech.one(meetings.edit(member, ref, speech.read(MeetingEdit), version=etags.asked_version(ref)))


@api.put("/meetings/<id_or_guid:ref>/complete")
@one(MEETING, reads=Body(OUTCOME, MeetingOutcome, optional=True), refuses=(Conflict,))
def complete_meeting(ref: int | UUID) -> Response:
    """Complete a meeting

    Makes the interaction (`interactionId`), and a follow-up for each action item, in the same transaction.
    """
    member = context.member()
    outcome = dialects.of(OUTCOME).read(MeetingOutcome, optional=True)
    return dialects.of(MEETING).one(meetings.complete(member, ref, outcome, version=etags.asked_version(ref)))


@api.put("/meetings/<id_or_guid:ref>/cancel")
@one(MEETING, reads=Body(OUTCOME, Schema, optional=True), refuses=(Conflict,))
def cancel_meeting(ref: int | UUID) -> Response:
    """Cancel a meeting"""
    member = context.member()
    dialects.of(OUTCOME).read(Schema, optional=True)
    return dialects.of(MEETING).one(meetings.cancel(member, ref, version=etags.asked_version(ref)))


@api.delete("/meetings/<id_or_guid:ref>")
@deleted(MEETING)
def delete_meeting(ref: int | UUID) -> Response:
    """Delete a meeting"""
    meetings.delete(context.member(), ref, version=etags.asked_version(ref))
    return dialects.of(MEETING).deleted()
