"""Idempotency-Key on POST (draft-ietf-httpapi-idempotency-key-header-07, and as Stripe does it): the same key with the same
payload gives the same answer and one row, however often a client whose connection broke sends it again.

A key belongs to a user, a site and a path. What was refused (≥ 400) has changed nothing and is not kept: the same key may be
sent again, corrected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flask import Response, current_app, g, request

from crm.api import context, paths
from crm.api.errors import BadRequest
from crm.errors import Forbidden
from crm.services import kept_answers

View = TypeVar("View", bound=Callable[..., Any])

HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")
LONGEST = 255
# The draft's key is a string of RFC 8941 §3.3.3, in quotes; most clients send it bare, as they do to Stripe.
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_BARE = re.compile(r"[\x21\x23-\x7e]+")


class Asked(NamedTuple):
    name: str
    payload: bytes
    user_id: int


def not_kept(view: View) -> View:
    """For a POST whose answer holds a secret that is shown once: it is never stored, and an Idempotency-Key is ignored."""
    view.not_kept = True  # type: ignore[attr-defined]
    return view


def replay() -> Response | None:
    """Before each request: the answer that was given before, if this one was.

    Raises BadRequest, Conflict, Invalid.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not _keeps():
        return None
    user_id = context.signed_in().user.id
    asked = Asked(
        kept_answers.name(str(user_id), _site(), paths.below(), _read(key)),
        request.query_string + b"\0" + request.get_data(),
        user_id,
    )
    kept = kept_answers.find(asked.name, asked.payload)
    if kept is None:
        g.idempotent = asked
        return None
    return Response(kept.body, kept.status, kept.headers | {"Idempotency-Replayed": "true"})


def keep(response: Response) -> Response:
    """After each request that came with a key for the first time: keeps its answer, before the commit."""
    asked: Asked | None = g.pop("idempotent", None)
    if asked and response.status_code < 400:
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        body = response.get_data(as_text=True)
        kept_answers.keep(asked.name, asked.payload, asked.user_id, status=response.status_code, headers=headers, body=body)
    return response


def keeps(noun: str, view: Callable[..., Any]) -> bool:
    """Signing in answers with tokens, which are not stored; a search changes nothing."""
    return noun not in ("auth", "search") and not getattr(view, "not_kept", False)


def _keeps() -> bool:
    return keeps(paths.noun(), current_app.view_functions[request.endpoint or ""])


def _site() -> str:
    try:
        return str(context.member().site_id)
    except Forbidden:  # none is chosen: the view says so, if it needs one
        return ""


def _read(key: str) -> str:
    key = key.strip()
    if quoted := _QUOTED.fullmatch(key):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _BARE.fullmatch(key):
        raise BadRequest(details={HEADER: "must be a text of visible ASCII characters, such as a GUID"})
    if len(key) > LONGEST:
        raise BadRequest(details={HEADER: f"must have at most {LONGEST} characters"})
    return key
