"""The agenda of a meeting, put in order in place. More of the meetings' pages (web/meetings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from crm.services import meetings, preparing
from crm.services.members import require_edit
from crm.web import respond
from crm.web.meetings import blueprint
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Meeting


@blueprint.post("/<uuid:uid>/agenda")
def place(uid: UUID) -> ResponseReturnValue:
    """A new point, or one that is there, at another place: both `point` and `to`."""
    me = member()
    require_edit(me, meetings.get(me, uid))
    point = request.form.get("point", "")
    meeting = preparing.place(me, uid, point, request.form.get("to", type=int), version=_version())
    return _shown(meeting, f"On the agenda: {point}", focus=request.form.get("focus", ""), silent="undo" not in request.form)


@blueprint.post("/<uuid:uid>/agenda/remove")
def remove(uid: UUID) -> ResponseReturnValue:
    me = member()
    was = meetings.get(me, uid)
    require_edit(me, was)
    point = request.form.get("point", "")
    at = was.agenda_items.index(point) if point in was.agenda_items else 0
    meeting = preparing.remove(me, uid, point, version=_version())
    undo = Undo(url_for(".place", uid=uid), {"point": point, "to": str(at)})
    return _shown(meeting, f"Off the agenda: {point}", undo=undo, focus="new")


def _version() -> int | None:
    return request.form.get("version", type=int)


def _shown(meeting: Meeting, text: str, *, focus: str, undo: Undo | None = None, silent: bool = False) -> ResponseReturnValue:
    to, part = url_for(".show", uid=meeting.uid), "meetings/_agenda.html"
    shown: Shown = {"meeting": meeting, "focus": focus, "point": request.form.get("point", "")}
    return respond.done(text, to=to, undo=undo, part=part, silent=silent, **shown)
