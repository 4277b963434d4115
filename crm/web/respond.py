"""The ways a view answers. Here, and nowhere else, it is decided whether HTMX asked or a plain browser.

A plain browser gets pages, and after a write a redirect (303) whose page shows the message. HTMX gets the fragment that
changed, the message beside it as an out-of-band toast, and the names of what else has changed (`events`): the parts of the
page that show those things listen for the names and load themselves again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, g, get_flashed_messages, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

# What a template is given.
Shown = dict[str, Any]

# What a page listens for.
EVENTS = ("interactions-changed", "follow-ups-changed", "meetings-changed", "contact-changed", "follow-ups-counted")


@dataclass(frozen=True)
class Undo:
    """The write that takes another one back: an address to post to, and what to post."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Toast:
    """A message about something that has happened. `link` is an address and its words."""

    text: str
    undo: Undo | None = None
    link: tuple[str, str] | None = None
    failed: bool = False


def wants_fragment() -> bool:
    """HTMX asks for a part of a page. When it restores one from its history it wants all of it."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def wants_part() -> bool:
    """What is aimed at #main goes on like a plain form, to another page or to its own one shown again, and is sent by HTMX
    only so that a broken connection leaves the page as it is."""
    return wants_fragment() and request.headers.get("HX-Target") != "main"


def page(template: str, status: int = 200, **context: Any) -> Response:
    response = make_response(render_template(template, **context), status)
    if status >= 400 and wants_fragment():
        response.headers["HX-Reswap"] = "outerHTML show:window:top"  # a refused form is shown, not a failure told of
    return response


def fragment(
    template: str, status: int = 200, *, toasts: list[Toast] | None = None, events: Any = (), **context: Any
) -> Response:
    """A part of a page, for HTMX. `toasts` take the place of those that are shown."""
    body = render_template(template, **context)
    if toasts is not None:
        body += render_template("_toasts.html", toasts=toasts)
    response = make_response(body, status)
    if events:
        named: Mapping[str, Any] = events if isinstance(events, Mapping) else dict.fromkeys(events, {})
        response.headers["HX-Trigger-After-Settle"] = json.dumps(named)
    return response


def page_or_fragment(template: str, part: str, status: int = 200, **context: Any) -> Response:
    """The same content, whole or in part: for lists that are filtered and for forms that are shown again."""
    return fragment(part, status, **context) if wants_part() else page(template, status, **context)


def done(
    text: str,
    *,
    to: str,
    undo: Undo | None = None,
    link: tuple[str, str] | None = None,
    part: str | None = None,
    events: Any = (),
    silent: bool = False,
    **context: Any,
) -> ResponseReturnValue:
    """After a write. HTMX gets the fragment `part`, if there is one; everybody else goes `to` a page that says `text`.
    `silent`: the fragment itself says it."""
    toast = Toast(text, undo, link)
    g.written = (toast, to)  # for who sends the same form again (web/once.py)
    if wants_part() and part and "undo" in request.form:
        return _undone(toast)
    if wants_part() and part:
        return fragment(part, toasts=[] if silent else [toast], events=events, **context)
    flash(json.dumps(asdict(toast)))
    if wants_fragment():
        return Response(headers={"HX-Redirect": to})
    return redirect(to, 303)


def shown_once(text: str, *, to: str) -> None:
    """After a write whose answer is kept nowhere, since it has a secret in it: who sends the same form again, because the
    answer was lost, is led `to` a page that says what can be done, and told `text`."""
    g.written = (Toast(text), to)


def _undone(toast: Toast) -> Response:
    """After an "Undo" in a toast, which does not know where on the page its row is: the lists load themselves again."""
    response = fragment("_nothing.html", events=EVENTS, toasts=[Toast(toast.text)])
    response.headers["HX-Reswap"] = "none"
    return response


def refused(
    text: str, *, status: int, link: tuple[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """For HTMX: nothing is swapped, a toast says why."""
    body = render_template("_toasts.html", toasts=[Toast(text, link=link, failed=True)])
    response = make_response(body, status)
    response.headers["HX-Reswap"] = "none"
    response.headers.update(headers or {})
    return response


def refused_or_back(text: str, *, to: str) -> ResponseReturnValue:
    """Where a write has no form that could come back: HTMX shows why, a plain browser goes `to` a page that does."""
    if wants_fragment():
        return refused(text, status=422)
    flash(json.dumps(asdict(Toast(text, failed=True))))
    return redirect(to, 303)


def back(default: str) -> str:
    """The page that the form was on, or `default`."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return default
    return local_path(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path, default)


def local_path(target: str | None, default: str) -> str:
    """`target` if it is a path on this server, else `default`: nobody is sent away by a link that leads here."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def messages() -> list[Toast]:
    """The messages of the redirect that led to this page."""
    return [_toast(json.loads(str(text))) for text in get_flashed_messages()]


def _toast(kept: dict[str, Any]) -> Toast:
    undo, link = kept["undo"], kept["link"]
    return Toast(kept["text"], Undo(**undo) if undo else None, tuple(link) if link else None, kept["failed"])
