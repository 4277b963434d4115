"""Who acts: the bearer of the token, and the member that they are in the site of this request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import current_app, g, request

from crm import database
from crm.api import bearers, limits, tokens
from crm.api.errors import BadRequest
from crm.errors import Forbidden, Unauthenticated
from crm.services import access_tokens, auth
from crm.services.access_tokens import TokenBearer
from crm.services.members import Member, SignedIn

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
            g.bearer = _bearer()
            user_id = g.bearer.user.id
            _asked_site()  # malformed, it is refused where it would not matter, too
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


def _bearer() -> SignedIn | TokenBearer:
    """Whose token came with this request (RFC 6750 §2.1). Raises Unauthenticated."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    token = token.strip()
    return access_tokens.bearer(token) if token.startswith(access_tokens.PREFIX) else tokens.bearer(token)


def signed_in() -> SignedIn | TokenBearer:
    """The bearer, of a JWT or of an access token: user, sites and roles, loaded in one query when the request began."""
    who: SignedIn | TokenBearer = g.bearer
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
