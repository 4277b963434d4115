"""The calendar of meetings, a month or a week. More of the meetings' pages (web/meetings.py).

It is drawn by us, not by a library: days are a table or seven columns that work without JavaScript, on a phone and with a
screen reader, and the page asks for no style that the security policy would have to let in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import agenda
from crm.web import respond, times
from crm.web.meetings import blueprint, mine, whose
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Meeting

VIEWS = {"month": "Month", "week": "Week"}
# Meetings of one day. A month says how many more there are if there are more than one line could say it for.
MOST = {"month": 5, "week": 60}

# A week shows these hours, and more where a meeting needs them. Its rows are quarters of an hour.
FROM, UNTIL = 8, 19
QUARTER = 15  # minutes
SHORTEST, USUAL = 2, 4  # quarters that a meeting takes up on the page: at least, and where nobody has said how long
LANES = 5  # meetings beside each other


@dataclass
class Placed:
    """A meeting in a week: `row` is its first quarter of an hour from the top, `length` how many, `lane` of `lanes` where
    several are at a time; it takes up `span` of them. `deep` counts those that lie over each other in the last lane. `until`:
    when one ends that began on a day before."""

    meeting: Meeting
    row: int
    length: int
    lane: int = 0
    lanes: int = 1
    span: int = 1
    deep: int = 0
    until: datetime | None = None

    @property
    def end(self) -> int:
        return self.row + self.length


@dataclass
class Day:
    """`carried` have begun on a day before, and last until this one."""

    on: date
    meetings: list[Meeting] = field(default_factory=list)
    total: int = 0
    placed: list[Placed] = field(default_factory=list)
    carried: list[Meeting] = field(default_factory=list)


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    me = member()
    view = request.args.get("view", "month")
    view = view if view in VIEWS else "month"
    on = _followed(view, _day(request.args.get("date", ""), clock.today(me.timezone)))
    first, count = _span(view, on)
    days = [Day(first + timedelta(days=number)) for number in range(-1, count)]
    bounds = [clock.start_of_day(first + timedelta(days=number), me.timezone) for number in range(-1, count + 1)]
    for day, span in zip(days, agenda.spans(me, bounds, limit=MOST[view], mine=mine()), strict=True):
        day.meetings, day.total = span.meetings, span.total
    _carry(days, bounds)
    shown = _shown(view, on, days[1:])
    return respond.page_or_fragment("meetings/calendar.html", "meetings/_calendar.html", **shown)


def _shown(view: str, on: date, days: list[Day]) -> Shown:
    return {
        "view": view,
        "views": VIEWS,
        "mine": mine(),
        "whose": whose(),
        "on": on,
        "days": days,
        "before": _step(view, on, -1),
        "after": _step(view, on, 1),
        "focus": request.args.get("focus", ""),
    } | (_hours(days, ZoneInfo(member().timezone)) if view == "week" else {})


def _day(text: str, today: date) -> date:
    """Years that a calendar can have: beyond them there are no weeks to show."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return today
    return on if 1900 <= on.year <= 2200 else today


def _followed(view: str, on: date) -> date:
    """A meeting that is moved off the page with the keyboard is not lost from sight: the page goes along."""
    uid = request.args.get("focus", type=UUID)
    begins = agenda.begins(member(), uid) if uid else None
    if begins is None:
        return on
    day, (first, count) = begins.astimezone(ZoneInfo(member().timezone)).date(), _span(view, on)
    return on if first <= day < first + timedelta(days=count) else day


def _span(view: str, on: date) -> tuple[date, int]:
    """The first day and how many there are: whole weeks, as the reader's country has them."""
    if view == "week":
        return times.start_of_week(on), 7
    month = on.replace(day=1)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first = times.start_of_week(month)
    return first, ((last - first).days // 7 + 1) * 7


def _step(view: str, on: date, way: int) -> date:
    if view == "week":
        return on + timedelta(days=7 * way)
    return (on.replace(day=15) + timedelta(days=30 * way)).replace(day=1)


def _carry(days: list[Day], bounds: list[datetime]) -> None:
    """What lasts over midnight is of the next day, too. What was called off did not last."""
    for day, ends in zip(days, bounds[1:], strict=True):
        lasting = [one for one in (*day.carried, *day.meetings) if one.status != "cancelled" and _end(one) > ends]
        if lasting and day is not days[-1]:
            days[days.index(day) + 1].carried = lasting


def _end(meeting: Meeting) -> datetime:
    return meeting.scheduled_datetime + timedelta(minutes=meeting.duration or 0)


def _hours(days: list[Day], zone: ZoneInfo) -> Shown:
    """Puts the meetings of a week into their places. The hours to show, and which row it is now."""
    starts = [one.scheduled_datetime.astimezone(zone) for day in days for one in day.meetings]
    first = min([FROM, *(start.hour for start in starts)])
    for day in days:
        began = [_placed(one, one.scheduled_datetime.astimezone(zone), first) for one in day.meetings]
        day.placed = _beside([_lasting(one, day, zone, first) for one in day.carried] + began)
    ends = [placed.end for day in days for placed in day.placed]
    last = min(24, max([UNTIL, *(first + -(-end // 4) for end in ends)]))
    for day in days:
        for placed in day.placed:
            placed.length = min(placed.length, (last - first) * 4 - placed.row)
    now = clock.now().astimezone(zone)
    return {"hours": range(first, last), "now_row": _row(now, first) if first <= now.hour < last else None}


def _placed(meeting: Meeting, start: datetime, first: int) -> Placed:
    length = -(-meeting.duration // QUARTER) if meeting.duration else USUAL
    return Placed(meeting, _row(start, first), max(length, SHORTEST))


def _lasting(meeting: Meeting, day: Day, zone: ZoneInfo, first: int) -> Placed:
    """The rest of one that began on a day before, from the top. It may be over before the hours that are shown: still it is
    told of."""
    end = _end(meeting).astimezone(zone)
    rows = (24 - first) * 4 if end.date() > day.on else _row(end, first)
    return Placed(meeting, 0, max(rows, SHORTEST), until=end)


def _row(at: datetime, first: int) -> int:
    return (at.hour - first) * 4 + at.minute // QUARTER


def _beside(day: list[Placed]) -> list[Placed]:
    """Gives those that overlap lanes beside each other: each takes the first that is free, and what is free to its right."""
    group: list[Placed] = []
    free_from: list[int] = []
    for placed in day:
        if group and placed.row >= max(free_from):
            _share(group, free_from)
            group, free_from = [], []
        lane = next((number for number, row in enumerate(free_from) if row <= placed.row), len(free_from))
        placed.lane = min(lane, LANES - 1)
        placed.deep = lane - placed.lane
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = placed.end
        group.append(placed)
    _share(group, free_from)
    return day


def _share(group: list[Placed], lanes: list[int]) -> None:
    for placed in group:
        placed.lanes = min(len(lanes), LANES)
        right = [one.lane for one in group if one.lane > placed.lane and one.row < placed.end and placed.row < one.end]
        placed.span = min(right, default=placed.lanes) - placed.lane
