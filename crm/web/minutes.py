"""Completing a meeting, and its minutes afterwards. More of the meetings' pages (web/meetings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.schemas.base import read
from crm.schemas.meetings import MeetingEdit
from crm.services import contacts, meetings, sites
from crm.services import minutes as services
from crm.services.members import require_write
from crm.web import respond
from crm.web.forms.base import submit
from crm.web.forms.meetings import OutcomeForm, RevisedForm
from crm.web.meetings import blueprint, moved, sheet
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Meeting

OFFERED = 8  # contacts, while somebody types a name


@blueprint.get("/<uuid:uid>/complete")
def complete(uid: UUID) -> ResponseReturnValue:
    require_write(member())
    meeting = meetings.get(member(), uid)
    if meeting.status != "scheduled":
        return redirect(url_for(".show", uid=uid), 303)
    return _asked(meeting, OutcomeForm.fresh(meeting, member(), services.taken_back(meeting)))


@blueprint.post("/<uuid:uid>/complete")
def completed(uid: UUID) -> ResponseReturnValue:
    """Held, not held because nobody came, or moved to another time."""
    me = member()
    require_write(me)
    meeting = meetings.get(me, uid)
    form = OutcomeForm.posted(request.form)
    if form.took_place.data == "no-show":
        return missed(uid)
    if form.took_place.data == "moved":
        return _moved(meeting, form)
    if submit(form, lambda wanted: meetings.complete(me, uid, wanted)) is None:
        return _asked(meeting, form, 422)
    # What somebody else makes of the minutes meanwhile is not undone with it.
    undo = Undo(url_for(".reopen", uid=uid), {"version": str(meeting.version)})
    return _shown(meeting, "The meeting is completed, and on the timeline.", undo)


def _moved(meeting: Meeting, form: OutcomeForm) -> ResponseReturnValue:
    was, to = meeting.scheduled_datetime, {"scheduled_datetime": form.moved_to.data}
    version = form.started_from
    if submit(form, lambda _: meetings.edit(member(), meeting.id, read(MeetingEdit, to), version=version)) is None:
        form.version.data = str(meeting.version)  # the next try starts from what the page says now
        return _asked(meeting, form, 422)
    return _shown(meeting, *moved(meeting, was))


@blueprint.post("/<uuid:uid>/missed")
def missed(uid: UUID) -> ResponseReturnValue:
    meeting = meetings.cancel(member(), uid, no_show=True)
    return _shown(meeting, "Noted: nobody came.", Undo(url_for(".reinstate", uid=uid)))


@blueprint.post("/<uuid:uid>/reopen")
def reopen(uid: UUID) -> ResponseReturnValue:
    meeting = services.reopen(member(), uid, version=request.form.get("version", type=int))
    return _shown(meeting, "The meeting is open again, and off the timeline. What you wrote is kept for the next try.")


@blueprint.route("/<uuid:uid>/minutes", methods=["GET", "POST"])
def minutes(uid: UUID) -> ResponseReturnValue:
    me = member()
    meeting = services.of(me, uid)
    if request.method == "GET":
        return _asked(meeting, RevisedForm.of(meeting))
    form = RevisedForm.posted(request.form)
    form.started = meeting
    version = form.started_from
    if submit(form, lambda wanted: services.revise(me, uid, wanted, version=version), row=meeting) is None:
        return _asked(meeting, form, 422)
    return _shown(meeting, "The minutes are saved.")


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Contacts whose names match what is being typed, as suggestions; free text is welcome."""
    several = request.args.get("attendees-new", "").rpartition(",")[2]
    typed = (several or request.args.get("with") or request.args.get("whom", "")).strip()
    found = contacts.find(member(), search=typed, page_size=OFFERED).items if typed else []
    return respond.fragment("meetings/_people.html", found=found)


def _asked(meeting: Meeting, form: OutcomeForm, status: int = 200) -> ResponseReturnValue:
    shown: Shown = sheet(meeting) | {"form": form, "colleagues": sites.colleagues(member())}
    return respond.page_or_fragment("meetings/complete.html", "meetings/_complete.html", status, **shown)


def _shown(meeting: Meeting, text: str, undo: Undo | None = None) -> ResponseReturnValue:
    to = url_for(".show", uid=meeting.uid)
    return respond.done(text, to=to, undo=undo, part="meetings/_meeting.html", **sheet(meeting))
