"""Parts of pages that depend on nothing but what they are given: rendered once, and shown again to whoever would get the same.

A row of a timeline is the same for a whole team, and the frame of a page for one person all day. A part is a template whose
names are all among the arguments (another one is an error: StrictUndefined), and the arguments, by value, are the key. What it
says of times and numbers follows from the `Reader`; nothing in it may follow from the minute ("5 min ago").
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g
from markupsafe import Markup

from crm import clock
from crm.web.locales import Manner, manner


class Reader(NamedTuple):
    """How times and numbers are said to who reads the page."""

    zone: str
    manner: Manner
    today: date


def the_reader() -> Reader:
    """Who has yet to sign in is told times in UTC."""
    if "reader" in g:
        found: Reader = g.reader
        return found
    member = g.get("member")
    reader = Reader(member.timezone if member else "UTC", manner(), clock.today(member.timezone if member else "UTC"))
    if member:
        g.reader = reader
    return reader


def part(template: str, answers: Hashable = (), reader: Reader | None = None, /, **given: Hashable) -> Markup:
    """`template`, rendered with `given`. `answers`: what the functions that it calls would answer now, if they look further."""
    return _rendered(template, reader or the_reader(), answers, tuple(given), *given.values())


# Some 2 KB each.
@lru_cache(maxsize=5000)
def _rendered(template: str, _reader: Reader, _answers: Hashable, names: tuple[str, ...], *values: Any) -> Markup:
    given = zip(names, values, strict=True)
    return Markup(current_app.jinja_env.get_template(template).render(given))  # Jinja has escaped it
