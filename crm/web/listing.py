"""What the list of interactions shows beside its rows: filters as chips, columns, addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from flask import request, url_for

from crm import clock
from crm.errors import Invalid
from crm.schemas.selections import NAMES, NEWEST, Selection
from crm.services import selections as services
from crm.services import sites, views
from crm.services.members import Member
from crm.web import times, words
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, SavedView
    from crm.services.members import Person

PAGE_SIZE = 50
LIST, SEARCH = "web.interactions.index", "web.search.index"


class Column(NamedTuple):
    """`first` is what a click on its head sorts by at first; `css` says from which width on it is there."""

    key: str
    label: str
    first: str
    css: str


COLUMNS = (
    Column("when", "When", "-when", "col-when"),
    Column("type", "Type", "type", "col-type"),
    Column("contact", "Contact", "contact", "col-contact"),
    Column("title", "Title", "title", "col-title"),
    Column("lead", "Led by", "lead", "col-lead"),
    Column("duration", "Length", "-duration", "col-length"),
    Column("mood", "Mood", "-mood", "col-mood"),
    Column("follow_up", "Follow-up", "follow_up", "col-follow"),
)


# The same orders in words: a phone has no heads to click on, and the search's form none at all.
ORDERS = {
    "-when": "Newest first",
    "when": "Oldest first",
    "type": "Type",
    "contact": "Contact, A to Z",
    "-contact": "Contact, Z to A",
    "title": "Title, A to Z",
    "-title": "Title, Z to A",
    "lead": "Led by, A to Z",
    "-lead": "Led by, Z to A",
    "-duration": "Longest first",
    "duration": "Shortest first",
    "-mood": "Best mood first",
    "mood": "Worst mood first",
    "follow_up": "Follow-up, soonest first",
    "-follow_up": "Follow-up, latest first",
}


class Chip(NamedTuple):
    """A filter that is on; `left` is the selection without it."""

    name: str
    label: str
    text: str
    left: Selection


def shown(asked: Selection, endpoint: str = LIST) -> Shown:
    """What interactions/_list.html and the page around it show. What does not fit the filters is in `problems`, and nothing is
    listed then."""
    me, more = member(), request.args.get("more", "")
    problems: dict[str, str] = {}
    try:
        found = services.listed(me, asked, more=more, limit=PAGE_SIZE)
    except Invalid as error:
        found, problems = services.Listing([], 0, None), error.details
    contact, colleagues = services.contact_of(me, asked), sites.colleagues(me)
    tabs = views.of(me)
    view = chosen_view(tabs)
    return {
        "asked": asked,
        "found": found,
        "more": more,
        "problems": problems,
        "needed": services.follow_ups_of(me, found.items),
        "chips": list(chips(asked, contact, colleagues)),
        "contact": contact,
        "colleagues": colleagues,
        "columns": COLUMNS,
        "orders": ORDERS,
        "views": tabs if endpoint == LIST else None,
        "view": view,
        "view_mine": view is not None and views.may_edit(me, view),
        "presets": presets(me),
        "href": partial(address, endpoint, view=view.uid if view else None),
        # Search has its rows of filters in one part with the list, and no tabs.
        "region": "#interactions" if endpoint == LIST else "#found",
        "NEWEST": NEWEST,
    }


def chosen_view(tabs: Iterable[SavedView]) -> SavedView | None:
    """The tab whose filters were the last to be opened: they may have been changed since."""
    return next((view for view in tabs if str(view.uid) == request.values.get("view")), None)


def address(endpoint: str, asked: Selection, **more: Any) -> str:
    """The address of the list of `asked`."""
    pairs: dict[str, list[Any]] = {}
    for name, value in asked.pairs():
        pairs.setdefault(name, []).append(value)
    arguments: dict[str, Any] = {**pairs, **more}
    return url_for(endpoint, **arguments)


def view_address(view: SavedView) -> str:
    """The address of a saved view."""
    return f"{url_for('web.interactions.index', view=view.uid)}&{view.query}".rstrip("&")


def presets(me: Member) -> list[tuple[str, date, date]]:
    """Stretches of time that are asked for often, in the site's days."""
    today = clock.today(me.site_timezone)
    week, first = times.start_of_week(today), today.replace(day=1)
    last_month = first - timedelta(days=1)
    return [
        ("This week", week, week + timedelta(days=6)),
        ("This month", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
        ("Last month", last_month.replace(day=1), last_month),
        ("Last 90 days", today - timedelta(days=89), today),
    ]


LABELS = {
    "type": "Type",
    "contact": "Contact",
    "lead": "Led by",
    "from": "From",
    "to": "Until",
    "duration_from": "At least",
    "duration_to": "At most",
    "mood": "Mood",
    "topic": "Topic",
    "medium": "Medium",
    "location": "Place",
    "source": "Source",
    "follow_up": "Follow-up",
    "created_by": "Logged by",
    "planned": "Time",
    "weekday": "Day",
    "hour": "Hour",
}


def chips(asked: Selection, contact: Contact | None, colleagues: Iterable[Person]) -> Iterator[Chip]:
    """The filters that are on, in words."""
    say = partial(_said, contact=contact, people={str(user.id): user.name for user in colleagues})
    for name in NAMES:
        if values := asked.values.get(name):
            text = ", ".join(say(name, value) for value in values)
            yield Chip(name, LABELS[name], text, asked.without(name))
    for row in asked.rows:
        label = words.SEARCHED.get(row.field, row.field)
        operator = words.operator(row.field, row.operator)
        text = " and ".join(row.values) if row.operator == "between" else ", ".join(say(row.field, one) for one in row.values)
        yield Chip(f"f{row.number}", f"{label} {operator}", text, asked.without(f"f{row.number}"))


_HOURS = {str(hour) for hour in range(24)}
_NAMED: dict[str, Callable[[str], str]] = {
    "type": lambda code: words.labels(words.TYPES).get(code.lower(), code),
    "mood": lambda code: (words.labels(words.MOODS) | {"none": "Not said"}).get(code.lower(), code),
    "source": lambda code: words.SOURCES.get(code.lower(), code),
    "follow_up": lambda code: {"yes": "needed", "no": "not needed"}.get(_yes(code), code),
    "planned": lambda code: {"yes": "planned", "no": "past"}.get(_yes(code), code),
    "weekday": lambda code: {str(number): day for number, day in enumerate(words.WEEKDAYS)}.get(code, code),
    "hour": lambda code: f"{times.full_hour(int(code))} – {times.full_hour(int(code) + 1)}" if code in _HOURS else code,
    "duration_from": lambda code: f"{code} min",
    "duration_to": lambda code: f"{code} min",
}
_NAMED["sentiment"] = _NAMED["mood"]


def _said(name: str, value: str, *, contact: Contact | None, people: dict[str, str]) -> str:
    if name in _NAMED:
        return _NAMED[name](value)
    if name in ("contact", "contact_id"):
        return contact.name if contact and str(contact.uid) == value.lower() else "a contact who is not here"
    if name == "created_by":
        return people.get(value, "somebody else")
    if name in ("from", "to"):
        try:
            return times.day(date.fromisoformat(value), clock.today(member().site_timezone))
        except ValueError:
            pass
    return value


def _yes(word: str) -> str:
    return {"1": "yes", "true": "yes", "0": "no", "false": "no"}.get(word.lower(), word.lower())


def guids(texts: Iterable[str]) -> list[UUID]:
    """Those of `texts` that are GUIDs."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
