"""What to do now: meetings, follow-ups, and what was logged last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import agenda, board, contacts, follow_ups, interactions, touches
from crm.services.members import Member
from crm.web import respond
from crm.web.respond import Shown
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
    shown: Shown = {
        "unfinished": agenda.unfinished(me, limit=5),
        "upcoming": soon(agenda.upcoming(me, limit=12), me),
        "due": due,
        "groups": board.by_column(due.items, clock.today(me.timezone)),
        "recent": interactions.recent(me, limit=12),
    }
    begun = due.items or any(shown[part] for part in ("unfinished", "upcoming", "recent"))
    people = 0 if begun else contacts.find(me, page_size=1, brief=True).total
    return respond.page("today/index.html", people=people, **shown, **coldest(me))


@blueprint.get("/recent")
def recent() -> ResponseReturnValue:
    return respond.fragment("today/_recent.html", recent=interactions.recent(member(), limit=12))


@blueprint.get("/cold")
def cold() -> ResponseReturnValue:
    return respond.fragment("today/_cold.html", **coldest(member()))


def coldest(me: Member) -> Shown:
    """One's own contacts that wait the longest. Who only reads has none, and sees everybody's."""
    found = touches.going_cold(me, limit=COLD + 1, mine=me.may_write)
    return {"cold": found[:COLD], "more_cold": len(found) > COLD}


def soon(upcoming: list[Meeting], me: Member) -> list[Meeting]:
    """Today's and tomorrow's meetings, or the next three: what follows must not push the follow-ups out of sight."""
    after_tomorrow = clock.start_of_day(clock.today(me.timezone) + timedelta(days=2), me.timezone)
    near = sum(meeting.scheduled_datetime < after_tomorrow for meeting in upcoming)
    return upcoming[: max(near, 3)]
