"""Meetings: scheduling, preparing, completing them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import contacts, events, follow_ups, sites, timeline
from crm.services import meetings as services
from crm.services.members import require_edit, require_write
from crm.web import respond
from crm.web.forms.base import submit
from crm.web.forms.meetings import MeetingEditForm, MeetingNewForm, OutcomeForm
from crm.web.interactions import pick
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Meeting

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")

PAGE_SIZE = 30

# The tabs of the list: what each asks the service for.
SHOWN = {
    "upcoming": ("Upcoming", {"status": "scheduled", "descending": False}),
    "unfinished": ("To complete", {"status": "scheduled"}),
    "completed": ("Completed", {"status": "completed"}),
    "cancelled": ("Cancelled", {"status": "cancelled"}),
}


@blueprint.get("")
def index() -> ResponseReturnValue:
    show = request.args.get("show", "upcoming")
    show = show if show in SHOWN else "upcoming"
    now = clock.now()
    when = {"upcoming": {"start": now}, "unfinished": {"end": now}}.get(show, {})
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    found = services.find(member(), **SHOWN[show][1], **when, page=page, page_size=PAGE_SIZE)  # type: ignore[arg-type]
    return respond.page_or_fragment("meetings/index.html", "meetings/_list.html", found=found, show=show, tabs=SHOWN)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    me = member()
    require_write(me)
    uid = request.args.get("contact", type=UUID)
    if uid is None:
        return pick("web.meetings.new", "Schedule a meeting")
    contact = contacts.get(me, uid)
    if request.method == "GET":
        return respond.page("meetings/new.html", contact=contact, form=MeetingNewForm.fresh(me))
    form = MeetingNewForm(request.form)
    form.contact = uid
    meeting = submit(form, lambda wanted: services.schedule(me, wanted))
    if meeting is None:
        return respond.page_or_fragment("meetings/new.html", "meetings/_form.html", 422, contact=contact, form=form)
    return respond.done(
        f"Scheduled with {contact.name}.", to=url_for(".show", uid=meeting.uid), undo=Undo(url_for(".delete", uid=meeting.uid))
    )


@blueprint.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    meeting = services.get(member(), uid)
    return respond.page_or_fragment("meetings/show.html", "meetings/_meeting.html", **sheet(meeting))


@blueprint.route("/<uuid:uid>/edit", methods=["GET", "POST"])
def edit(uid: UUID) -> ResponseReturnValue:
    me = member()
    meeting = services.get(me, uid)
    require_edit(me, meeting)
    form = MeetingEditForm.of(meeting, request.form if request.method == "POST" else None)
    shown: Shown = {"meeting": meeting, "contact": meeting.contact, "form": form}
    if request.method == "GET":
        return respond.page("meetings/edit.html", **shown)
    if submit(form, lambda wanted: services.edit(me, uid, wanted, version=form.started_from), row=meeting) is None:
        return respond.page_or_fragment("meetings/edit.html", "meetings/_form.html", 422, **shown)
    return respond.done("The meeting is saved.", to=url_for(".show", uid=uid))


@blueprint.route("/<uuid:uid>/complete", methods=["GET", "POST"])
def complete(uid: UUID) -> ResponseReturnValue:
    me = member()
    require_write(me)
    meeting = services.get(me, uid)
    if request.method == "GET" and meeting.status != "scheduled":
        return redirect(url_for(".show", uid=uid), 303)
    if request.method == "GET":
        return respond.page_or_fragment(
            "meetings/complete.html", "meetings/_complete.html", **outcome(meeting, OutcomeForm.fresh(meeting, me))
        )
    form = OutcomeForm.posted(request.form)
    if submit(form, lambda wanted: services.complete(me, uid, wanted)) is None:
        return respond.page_or_fragment("meetings/complete.html", "meetings/_complete.html", 422, **outcome(meeting, form))
    return respond.done(
        "The meeting is completed, and on the timeline.",
        to=url_for(".show", uid=uid),
        part="meetings/_meeting.html",
        **sheet(meeting),
    )


@blueprint.post("/<uuid:uid>/cancel")
def cancel(uid: UUID) -> ResponseReturnValue:
    meeting = services.cancel(member(), uid)
    undo = Undo(url_for(".reinstate", uid=uid))
    return respond.done(
        "The meeting is cancelled.", to=url_for(".show", uid=uid), undo=undo, part="meetings/_meeting.html", **sheet(meeting)
    )


@blueprint.post("/<uuid:uid>/reinstate")
def reinstate(uid: UUID) -> ResponseReturnValue:
    services.reinstate(member(), uid)
    return respond.done("The meeting is on again.", to=url_for(".show", uid=uid))


@blueprint.post("/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    meeting = services.delete(member(), uid)
    to = url_for("web.contacts.show", uid=meeting.contact.uid)
    return respond.done("The meeting is deleted. It can come back for 30 days.", to=to, undo=Undo(url_for(".restore", uid=uid)))


@blueprint.post("/<uuid:uid>/restore")
def restore(uid: UUID) -> ResponseReturnValue:
    services.restore(member(), uid)
    return respond.done("The meeting is back.", to=url_for(".show", uid=uid))


@blueprint.get("/<uuid:uid>/history")
def history(uid: UUID) -> ResponseReturnValue:
    meeting = services.get(member(), uid)
    changes = events.history(member(), meeting)
    shown: Shown = {"row": meeting, "changes": changes, "to": url_for(".show", uid=uid), "name": "this meeting"}
    return respond.page_or_fragment("history.html", "_history.html", **shown)


def sheet(meeting: Meeting) -> Shown:
    """What the page of a meeting shows: before it the last talks with the contact, after it what it made."""
    me = member()
    last = timeline.past(me, meeting.contact, limit=5).items if meeting.status == "scheduled" else []
    made = follow_ups.of_meeting(me, meeting) if meeting.status == "completed" else []
    return {"meeting": meeting, "contact": meeting.contact, "last": last, "made": made}


def outcome(meeting: Meeting, form: OutcomeForm) -> Shown:
    return sheet(meeting) | {"form": form, "colleagues": sites.colleagues(member())}
