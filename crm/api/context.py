"""Who acts: the bearer of the token, and the member that they are in the site of this request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import current_app, request
from flask_jwt_extended import get_current_user, verify_jwt_in_request

from crm import database
from crm.api import bearers, limits
from crm.api.errors import BadRequest
from crm.errors import Forbidden
from crm.services import auth
from crm.services.access_tokens import TokenBearer
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
            if not bearers.present():
                verify_jwt_in_request()
            user_id = signed_in().user.id
    finally:
        limits.count(user_id)
    if user_id is None:
        return
    who = signed_in()
    if isinstance(who, TokenBearer):
        member()  # in no other site, and not without a role in its own
        bearers.admit(who)
    elif auth.is_unnoted(who.login):
        database.note_afterwards(partial(auth.seen, who.login.id))


def signed_in() -> SignedIn | TokenBearer:
    """The bearer, of a JWT or of an access token: user, sites and roles, loaded in one query when the request began."""
    who: SignedIn | TokenBearer = bearers.current() or get_current_user()
    return who


def logged_in() -> SignedIn:
    """The bearer of a JWT, for what is about the login itself. Raises Forbidden where it is an access token."""
    who = signed_in()
    if isinstance(who, TokenBearer):
        raise Forbidden("An access token has no login. Sign in to do this.")
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
