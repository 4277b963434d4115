"""Who acts: the bearer of the token, and the member that they are in the site of this request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import current_app, g, request

from crm import database
from crm.api import limits, tokens
from crm.api.errors import BadRequest
from crm.services import auth
from crm.services.auth import SignedIn
from crm.services.members import Member

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Lets strangers in. Every other view is guarded."""
    view.public = True  # type: ignore[attr-defined]
    return view


def guard() -> None:
    """Before each request: no view without a login that is good now, except the public ones. Whoever asks is counted: with a
    login by their user, else as a stranger, so that tokens cannot be guessed faster either."""
    view = current_app.view_functions[request.endpoint or ""]
    user_id = None
    try:
        if request.method != "OPTIONS" and not getattr(view, "public", False):
            g.bearer = tokens.bearer()
            user_id = g.bearer.user.id
    finally:
        limits.count(user_id)
    if user_id is not None and auth.is_unnoted(login := signed_in().login):
        database.note_afterwards(partial(auth.seen, login.id))


def signed_in() -> SignedIn:
    """The bearer: login, user, sites and roles, loaded in one query when the request began."""
    who: SignedIn = g.bearer
    return who


def member() -> Member:
    """The bearer in the site of X-Site-ID, or in the chosen one, or in the only one.

    Raises BadRequest, SiteRequired, Forbidden.
    """
    return signed_in().member(_asked_site())


def _asked_site() -> int | None:
    header = request.headers.get("X-Site-ID")
    if header is None:
        return None
    if not (header.isascii() and header.isdecimal() and len(header) <= 18):
        raise BadRequest("X-Site-ID must be the id of a site, such as 2.", {"X-Site-ID": "must be a whole number"})
    return int(header)
