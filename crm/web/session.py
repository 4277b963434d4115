"""Who is there: the browser's session holds the GUID of a login row and nothing else that matters."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from crm import database
from crm.errors import SiteRequired
from crm.extensions import login_manager
from crm.services import auth
from crm.services.members import Member, SignedIn
from crm.web import locales, respond

if TYPE_CHECKING:
    from crm.models import Login

# What is there before a sign-in, and before a site is chosen.
PUBLIC = {
    "web.auth.sign_in",
    "web.auth.choose_theme",
    "web.passwords.forgotten",
    "web.passwords.choose",
    "web.invitations.show",
    "web.invitations.accept",
}
WITHOUT_SITE = PUBLIC | {"web.auth.choose_site", "web.auth.sign_out", "web.shell.choose_keys"}


def guard(web: Blueprint) -> None:
    login_manager.user_loader(_load)
    web.before_request(require_sign_in)


def who() -> SignedIn | None:
    """The login of this request."""
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def member() -> Member:
    """The acting member of this request. There is one wherever the guard has let the request through."""
    found: Member = g.member
    return found


def begin(login: Login) -> None:
    """Puts a new login into the browser's session. The old session, and whatever somebody planted in it, is gone."""
    session.clear()
    session.permanent = True
    login_user(auth.signed_in(login.uid))
    auth.seen(login.id, locales.tag())


def end(because: str) -> None:
    """Ends the login of this request, here and in the database."""
    found = who()
    if found:
        auth.end(auth.login_of(found), because)
    session.clear()


def require_sign_in() -> ResponseReturnValue | None:
    """The guard of every page. Raises SiteRequired where a site has yet to be chosen."""
    if request.endpoint in PUBLIC:
        return None
    found = who()
    if found is None:
        return ask_to_sign_in()
    if auth.is_unnoted(found.login):
        session.modified = True  # its cookie lives as long as the login, from now
        database.note_afterwards(partial(auth.seen, found.login.id, locales.tag()))
    if request.blueprint == "web.settings":  # an administrator may belong to no site
        recall()
    elif request.endpoint not in WITHOUT_SITE:
        g.member = found.member()
    return None


def recall() -> None:
    """For pages that answer before the guard has run, an unknown address for one: the frame is there for who is known."""
    found = who()
    if found and "member" not in g:
        with suppress(SiteRequired):
            g.member = found.member()


def secure() -> bool:
    """Whether a cookie may only travel over https: where the settings say so, and wherever this request came that way."""
    return request.is_secure or bool(current_app.extensions["crm.settings"].secure_cookies)


def _load(login_uid: str) -> SignedIn | None:
    try:
        return auth.signed_in(UUID(login_uid))
    except ValueError:
        return None


def ask_to_sign_in() -> ResponseReturnValue:
    if respond.wants_fragment():
        # What was typed is still on the page: it is not sent away.
        return respond.refused(
            "You have been signed out. Sign in again, then repeat what you did.",
            status=401,
            link=(url_for("web.auth.sign_in", next=_page(request.headers.get("HX-Current-URL"))), "Sign in"),
        )
    back = _page(request.url) if request.method == "GET" else _page(request.referrer)
    return redirect(url_for("web.auth.sign_in", next=back), 303)


def _page(url: str | None) -> str | None:
    """Where to come back to; Today needs no saying."""
    parts = urlsplit(url or "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if path not in ("", "/") else None
