"""What to do now: meetings, follow-ups, and what was logged last."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.services import follow_ups, interactions, meetings
from crm.web import respond
from crm.web.follow_ups import by_urgency
from crm.web.session import member

blueprint = Blueprint("today", __name__)

AHEAD = 7  # days


@blueprint.get("/")
def index() -> ResponseReturnValue:
    me = member()
    due = follow_ups.due(me, days_ahead=AHEAD, limit=30)
    return respond.page(
        "today/index.html",
        unfinished=meetings.unfinished(me, limit=5),
        upcoming=meetings.upcoming(me, limit=8),
        due=due,
        groups=by_urgency(due.items, me),
        recent=interactions.recent(me, limit=12),
    )


@blueprint.get("/recent")
def recent() -> ResponseReturnValue:
    return respond.fragment("today/_recent.html", recent=interactions.recent(member(), limit=12))
