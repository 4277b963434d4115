"""Meetings: scheduling, preparing, completing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import agenda, contacts, events, follow_ups, minutes, promises, sites, timeline
from crm.services import meetings as services
from crm.services.members import require_edit, require_write
from crm.web import respond, times
from crm.web.forms.base import submit
from crm.web.forms.meetings import MeetingEditForm, MeetingNewForm, MoveForm
from crm.web.interactions import pick
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, Meeting

blueprint = Blueprint("meetings", __name__, url_prefix="/meetings")

PAGE_SIZE = 30

# The tabs of the list.
TABS = {"upcoming": "Upcoming", "unfinished": "To complete", "completed": "Completed", "cancelled": "Cancelled"}


@blueprint.get("")
def index() -> ResponseReturnValue:
    show = request.args.get("show", "upcoming")
    show = show if show in TABS else "upcoming"
    text, page = request.args.get("q", "").strip(), min(max(request.args.get("page", 1, type=int), 1), 100_000)
    listed = agenda.find(member(), show, text=text, mine=mine(), page=page, page_size=PAGE_SIZE)
    chosen = {"q": text or None} | whose()
    shown: Shown = {
        "found": listed.found,
        "unfinished": listed.unfinished,
        "show": show,
        "tabs": TABS,
        "q": text,
        "chosen": chosen,
    }
    return respond.page_or_fragment("meetings/index.html", "meetings/_list.html", mine=mine(), **shown)


def mine() -> bool:
    """Whether only the reader's own are asked for."""
    return request.args.get("whose") == "mine"


def whose() -> dict[str, str]:
    """What of that goes into links."""
    return {"whose": "mine"} if mine() else {}


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    me = member()
    require_write(me)
    uid = request.args.get("contact", type=UUID)
    if uid is None:
        return pick("web.meetings.new", "Schedule a meeting")
    contact = contacts.get(me, uid)
    shown: Shown = {"contact": contact, "colleagues": sites.colleagues(me)}
    if request.method == "GET":
        return respond.page("meetings/new.html", form=_proposed(contact), **shown)
    form = MeetingNewForm(request.form)
    form.contact = uid
    meeting = submit(form, lambda wanted: services.schedule(me, wanted))
    if meeting is None:
        return respond.page_or_fragment("meetings/new.html", "meetings/_form.html", 422, form=form, **shown)
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
    shown: Shown = {"meeting": meeting, "contact": meeting.contact, "form": form, "colleagues": sites.colleagues(me)}
    if request.method == "GET":
        return respond.page("meetings/edit.html", **shown)
    if submit(form, lambda wanted: services.edit(me, uid, wanted, version=form.started_from), row=meeting) is None:
        return respond.page_or_fragment("meetings/edit.html", "meetings/_form.html", 422, **shown)
    return respond.done("The meeting is saved.", to=url_for(".show", uid=uid))


@blueprint.post("/<uuid:uid>/move")
def move(uid: UUID) -> ResponseReturnValue:
    """Another time, and nothing else: from the calendar, from completing, and back again by "Undo"."""
    form = MoveForm(request.form)
    meeting = services.get(member(), uid)
    require_edit(member(), meeting)
    was = meeting.scheduled_datetime
    if submit(form, lambda wanted: services.edit(member(), uid, wanted, version=form.started_from)) is None:
        return respond.refused_or_back(form.sentences(), to=url_for(".show", uid=uid))
    text, undo = moved(meeting, was)
    changed = {"meetings-changed": {"focus": str(uid)}}
    return respond.done(text, to=respond.back(url_for(".show", uid=uid)), undo=undo, part="_nothing.html", events=changed)


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
    name = meeting.purpose or f"Meeting with {meeting.contact.name}"
    shown: Shown = {"row": meeting, "changes": changes, "to": url_for(".show", uid=uid), "name": name}
    return respond.page_or_fragment("history.html", "_history.html", **shown)


def _proposed(contact: Contact) -> MeetingNewForm:
    """What a new meeting's form begins with: the time that was asked for, and what another one, held `again`, was about."""
    asked = request.args.get("at", "")
    form = MeetingNewForm.fresh(member(), contact, times.wall_clock(asked, member().timezone))
    again = request.args.get("again", type=UUID)
    if again:
        form.copy(services.get(member(), again))
    return form


def moved(meeting: Meeting, was: datetime) -> tuple[str, Undo]:
    """What to say of it, and how it is taken back, unless somebody has moved it on."""
    me = member()
    now = times.full(meeting.scheduled_datetime.astimezone(ZoneInfo(me.timezone)), clock.today(me.timezone))
    fields = {"scheduled_datetime": was.isoformat(), "version": str(meeting.version)}
    return f"Moved to {now}.", Undo(url_for(".move", uid=meeting.uid), fields)


def sheet(meeting: Meeting) -> Shown:
    """What the page of a meeting shows: before it what to know of the contact, after it what it made."""
    me, contact = member(), meeting.contact
    shown: Shown = {"meeting": meeting, "contact": contact, "may_revise": minutes.may_revise(me, meeting)}
    if meeting.status == "completed":
        return shown | {"made": follow_ups.of_meeting(me, meeting)}
    return shown | {
        "last": timeline.past(me, contact, limit=5).items,
        "promises": promises.of(me, contact),
        "following": [one for one in agenda.upcoming(me, limit=2, contact=contact) if one.id != meeting.id][:1],
    }
