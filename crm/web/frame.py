"""What stands around every page: one person sees the same all day, so it is rendered as parts."""

from __future__ import annotations

from collections.abc import Hashable

from flask import g, request
from markupsafe import Markup

from crm.services import board
from crm.web import parts, places, security, session, words


def frame(name: str, **given: Hashable) -> Markup:
    """A piece of it, templates/shell/_`name`.html."""
    if "frame" not in g:
        answers = (request.endpoint, logs_here(), theme(), due_count(), places.single_keys(), security.token())
        g.frame = answers, {"me": g.member, "who": session.who()}
    answers, people = g.frame
    return parts.part(f"shell/_{name}.html", answers, **people, **given)


def logs_here() -> bool:
    """Whether the page itself has the form for logging: a contact's, unless it says why there is none."""
    return request.endpoint == "web.contacts.show" and not g.get("refused")


def theme() -> str:
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in words.THEMES else "auto"


def due_count() -> int:
    """How many follow-ups of the reader's are due: asked once for a page."""
    if "due_count" not in g:
        g.due_count = board.count_due(g.member)
    return int(g.due_count)


def keep_due_count(count: int) -> None:
    """For a page that has asked it together with its own questions."""
    g.due_count = count
