"""Access tokens at the door (RFC 6750): sent as `Authorization: Bearer rapport_pat_…`, where others send a JWT."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import current_app, request

from crm import database
from crm.api import paths
from crm.errors import Forbidden, InsufficientScope
from crm.services import access_tokens
from crm.services.access_tokens import TokenBearer

View = TypeVar("View", bound=Callable[..., Any])


def reads(view: View) -> View:
    """For a POST that changes nothing: an access token that may only read may do it."""
    view.reads = True  # type: ignore[attr-defined]
    return view


def open_to_tokens(view: View) -> View:
    """For a view under /auth that an access token may use. All others there are about the account, and want a login."""
    view.open_to_tokens = True  # type: ignore[attr-defined]
    return view


def admit(who: TokenBearer) -> None:
    """Lets a token do what it is for, and notes that it is in use.

    Raises Forbidden, InsufficientScope.
    """
    view = current_app.view_functions[request.endpoint or ""]
    if paths.noun() == "auth" and not getattr(view, "open_to_tokens", False):
        raise Forbidden("An access token cannot change or show the account that it belongs to. Sign in to do this.")
    if request.method not in ("GET", "HEAD") and not who.may_write and not getattr(view, "reads", False):
        raise InsufficientScope
    if access_tokens.is_unnoted(who.token):
        database.note_afterwards(partial(access_tokens.used, who.token.id))
