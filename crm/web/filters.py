"""What templates can say: times in the reader's zone, durations, initials, and the things every page needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32
from zoneinfo import ZoneInfo

from flask import Flask, g
from markupsafe import Markup

from crm import clock
from crm.web import frame, locales, marks, once, parts, places, respond, security, session, times, words
from crm.web.forms.fields import typed
from crm.web.history import lines

if TYPE_CHECKING:
    from crm.models import Meeting
    from crm.services.members import Person

HUES = 10  # as many as lists.css has


def register(app: Flask) -> None:
    app.jinja_env.filters.update(
        moment=moment,
        ago=ago,
        clock_time=clock_time,
        local=local,
        day=day,
        due=due,
        month=month,
        minutes=times.minutes,
        number=locales.number,
        percent=locales.percent,
        wall=wall,
        hour=hour,
        long_day=times.long_day,
        exact=exact,
        sentence=sentence,
        elsewhere=elsewhere,
        initials=initials,
        hue=hue,
        lines=lines,
        begun=begun,
        ahead=clock.is_future,
        labels=words.labels,
        options=options,
        marked=marks.marked,
        excerpt=marks.excerpt,
        particulars=marks.particulars,
        attrs=attrs,
    )
    app.jinja_env.globals.update(
        words=words, today=today, theme=frame.theme, zone_name=zone, scripted=respond.wants_fragment, local=local
    )
    app.jinja_env.globals.update(
        places=places.ALL,
        single_keys=places.single_keys,
        new_key=once.new_key,
        twelve_hours=twelve_hours,
        wall_clock=wall_clock,
        times=times,
        locale=lambda: locales.manner().locale.replace("_", "-"),
    )
    app.jinja_env.globals.update(
        due_count=frame.due_count, csrf_token=security.token, part=parts.part, frame=frame.frame, logs_here=frame.logs_here
    )
    app.jinja_env.globals.update(ui=Macros(app, "macros/ui.html"), forms=Macros(app, "macros/forms.html"))
    app.jinja_env.globals.update(stale=Macros(app, "macros/conflict.html"), cells=Macros(app, "macros/cells.html"))
    app.context_processor(_everywhere)


class Macros:
    """The macros of one file, for every template: no page and no fragment imports them by hand."""

    def __init__(self, app: Flask, template: str) -> None:
        self._app, self._template = app, template

    def __getattr__(self, name: str) -> Any:
        macro = getattr(self._app.jinja_env.get_template(self._template).module, name)
        if not self._app.jinja_env.auto_reload:
            setattr(self, name, macro)  # looked up once
        return macro


def zone() -> str:
    """The zone of who reads the page."""
    return parts.the_reader().zone


def twelve_hours() -> bool:
    return locales.manner().twelve_hours


def local(instant: datetime) -> datetime:
    """`instant` on the reader's wall clock."""
    return instant.astimezone(ZoneInfo(zone()))


def wall_clock() -> str:
    """What time it is for the reader, as inputs have it: a form says when what is typed lies ahead (log.js)."""
    return typed(local(clock.now()))


def today() -> date:
    return parts.the_reader().today


def moment(instant: datetime, style: str = "full") -> Markup:
    """A <time>: "full" Tue 3 Mar, 14:30 · "near" Today, 14:30."""
    return _moment(instant, style, parts.the_reader())


@lru_cache(maxsize=10_000)
def _moment(instant: datetime, style: str, reader: parts.Reader) -> Markup:
    at = instant.astimezone(ZoneInfo(reader.zone))
    near = f"{times.day_words(at.date(), reader.today)}, {times.hour(at)}"
    return _time(instant, times.full(at, reader.today) if style == "full" else near)


def exact(instant: datetime) -> str:
    return times.exact(local(instant))


def clock_time(instant: datetime) -> Markup:
    return _time(instant, times.hour(local(instant)))


def ago(instant: datetime) -> Markup:
    return _time(instant, times.relative(local(instant), local(clock.now())))


def day(on: date, style: str = "near") -> Markup:
    """ "near": Today, or Tue 3 Mar · "short": Today, or 3 Mar."""
    return _on(on, times.day_words(on, today(), weekday=style != "short"))


def due(on: date) -> Markup:
    return _on(on, times.due(on, today()))


def month(instant: datetime) -> str:
    return times.month(local(instant))


def wall(instant: datetime) -> str:
    """The reader's wall clock, as forms and addresses have it: "2026-03-03T14:30"."""
    return local(instant).replace(tzinfo=None).isoformat(timespec="minutes")


def hour(instant: datetime) -> str:
    """As clock_time, where there is little room, and the day is there already: "2 PM"."""
    at = local(instant)
    return times.hour(at) if at.minute else times.full_hour(at.hour)


def elsewhere(instant: datetime, its_zone: str) -> str:
    return times.elsewhere(instant, its_zone, zone())


def begun(meeting: Meeting) -> bool:
    return meeting.scheduled_datetime <= clock.now()


def options(users: Iterable[Person]) -> list[tuple[str, str]]:
    """People, for a list to choose from."""
    return [(str(user.id), user.name) for user in users]


def attrs(values: dict[str, Any]) -> Markup:
    """HTML attributes; what is False or None is left out, True stands alone."""
    there = ((name.replace("_", "-"), value) for name, value in values.items() if value is not None and value is not False)
    return Markup("").join(Markup(" {}" if value is True else ' {}="{}"').format(name, value) for name, value in there)


def sentence(text: str, most: int = 140) -> str:
    """The first sentence of a text, on one line; a long one is cut at a word."""
    first = re.split(r"(?<=[.!?…])\s|\n", text.strip(), maxsplit=1)[0]
    return first if len(first) <= most else first[:most].rpartition(" ")[0] + "…"


def initials(name: str) -> str:
    """ "Ada King Lovelace" → "AL" """
    found = re.findall(r"\b\w", name)
    return (found[0] + (found[-1] if len(found) > 1 else "")).upper() if found else "?"


def hue(text: object) -> int:
    """The same colour for the same text, always."""
    return crc32(str(text).encode()) % HUES


def _time(instant: datetime, text: str) -> Markup:
    stamp = instant.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup(f'<time datetime="{stamp}" title="{exact(instant)}">{text}</time>')  # no one typed any of it


def _on(day: date, text: str) -> Markup:
    return Markup(f'<time datetime="{day.isoformat()}" title="{times.long_day(day)}">{text}</time>')


def _everywhere() -> dict[str, Any]:
    """`me`: the acting member, or None before a sign-in. `who`: the login, with its sites."""
    who = None if g.get("broken") else session.who()
    said = {"messages": respond.messages, "due_count": frame.due_count, "csrf_token": security.token}
    return {"me": g.get("member"), "who": who} | said
