"""What to do now: meetings, follow-ups, and what was logged last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import agenda, follow_ups, interactions, touches
from crm.services.members import Member
from crm.web import respond
from crm.web.follow_ups import by_urgency
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Meeting

blueprint = Blueprint("today", __name__)

AHEAD = 7  # days
COLD = 6


@blueprint.get("/")
def index() -> ResponseReturnValue:
    me = member()
    due = follow_ups.due(me, days_ahead=AHEAD, limit=30)
    return respond.page(
        "today/index.html",
        unfinished=agenda.unfinished(me, limit=5),
        upcoming=soon(agenda.upcoming(me, limit=12), me),
        due=due,
        groups=by_urgency(due.items, me),
        cold=touches.going_cold(me, limit=COLD, mine=True),
        recent=interactions.recent(me, limit=12),
    )


@blueprint.get("/recent")
def recent() -> ResponseReturnValue:
    return respond.fragment("today/_recent.html", recent=interactions.recent(member(), limit=12))


@blueprint.get("/cold")
def cold() -> ResponseReturnValue:
    return respond.fragment("today/_cold.html", cold=touches.going_cold(member(), limit=COLD, mine=True))


def soon(upcoming: list[Meeting], me: Member) -> list[Meeting]:
    """Today's and tomorrow's meetings, or the next three: what follows must not push the follow-ups out of sight."""
    after_tomorrow = clock.start_of_day(clock.today(me.timezone) + timedelta(days=2), me.timezone)
    near = sum(meeting.scheduled_datetime < after_tomorrow for meeting in upcoming)
    return upcoming[: max(near, 3)]
