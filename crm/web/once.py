"""A form that is sent twice is written once: a double click, a reloaded answer, a retry after an answer that got lost.

Each rendering of a form has a key of its own (`ui.once()`). The first write under a key is noted in its own transaction, with
where it led and what was said; whoever sends the key again is shown that, and nothing is written.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import uuid4

from flask import Blueprint, Response, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from crm.services import kept_answers
from crm.web import respond
from crm.web.respond import Toast

FIELD = "once"
LONGEST = 64

# What differs between two tries of the same thing.
_UNTYPED = (FIELD, "csrf_token")


def guard(web: Blueprint) -> None:
    web.before_request(show_again)
    web.after_request(note)


def new_key() -> str:
    return uuid4().hex


def show_again() -> ResponseReturnValue | None:
    """Before a write: where the first one with this key led, if there was one. A second click waits for the first."""
    key = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not 0 < len(key) <= LONGEST or "member" not in g:
        return None
    name = kept_answers.name("web", str(g.member.user_id), str(g.member.site_id), request.full_path, key)
    first = kept_answers.first(name)
    if first is None:
        g.once = name
        return None
    to = first.headers["Location"]
    return _go(to, first.body) if kept_answers.is_same(first, _typed()) else _changed(to)


def note(response: Response) -> Response:
    """After a write: keeps where it led, before the commit."""
    name, written = g.pop("once", None), g.pop("written", None)
    if name and written and response.status_code < 400:
        toast, to = written
        body = json.dumps(asdict(toast))
        kept_answers.keep(name, _typed(), g.member.user_id, status=303, headers={"Location": to}, body=body)
    return response


def _typed() -> bytes:
    return json.dumps([pair for pair in request.form.items(multi=True) if pair[0] not in _UNTYPED]).encode()


def _go(to: str, toast: str) -> ResponseReturnValue:
    flash(toast)
    return Response(headers={"HX-Redirect": to}) if respond.wants_fragment() else redirect(to, 303)


def _changed(to: str) -> ResponseReturnValue:
    """The answer was lost, and the text was changed before the next try: neither is thrown away. The form gets a new key."""
    text = "This was saved as you first sent it; what you changed since is not. Send it again to save it as another one."
    if respond.wants_fragment():
        return respond.refused(text, status=409, link=(to, "Look at it"), headers={"X-Once": new_key()})
    text = "This was saved as you first sent it; what you changed since is not. Go back for your text."
    return _go(to, json.dumps(asdict(Toast(text, failed=True))))
