"""Who acts: the bearer of the token, and the member that they are in the site of this request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import current_app, request
from flask_jwt_extended import get_current_user, verify_jwt_in_request
from sqlalchemy.exc import OperationalError

from crm import clock, database, logs
from crm.api.errors import BadRequest
from crm.services import auth
from crm.services.auth import SignedIn
from crm.services.members import Member

SEEN_EVERY = timedelta(minutes=5)

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Lets strangers in. Every other view is guarded."""
    view.public = True  # type: ignore[attr-defined]
    return view


def guard() -> None:
    """Before each request: no view without a login that is good now, except the public ones."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.method == "OPTIONS" or getattr(view, "public", False):
        return
    verify_jwt_in_request()
    _note_use(signed_in())


def signed_in() -> SignedIn:
    """The bearer: login, user, sites and roles, loaded in one query when the request began."""
    who: SignedIn = get_current_user()
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


def _note_use(who: SignedIn) -> None:
    """A request that succeeds keeps its login alive. That is written now and then, and after the request's own
    transaction: a GET on SQLite only reads, and could not begin to write in the middle."""
    if who.login.seen_at > clock.now() - SEEN_EVERY:
        return
    login_id = who.login.id

    def write() -> None:
        try:
            with database.transaction():
                auth.seen(login_id)
        except OperationalError:  # the answer is made and its changes are kept: no reason to withhold it
            logs.warning("use of a login not noted", login_id=login_id)

    database.after_commit(write)
