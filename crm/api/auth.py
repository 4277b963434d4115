"""Signing in and out, the site context, and who one is (interaction-management-api.md, "Authentication Endpoints")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Response, request
from pydantic import Field, StringConstraints

from crm.api import bodies, tokens
from crm.api.answers import answer
from crm.api.bearers import open_to_tokens
from crm.api.blueprint import api
from crm.api.context import logged_in, public, signed_in
from crm.api.sites import site_list
from crm.errors import Forbidden, Invalid
from crm.schemas.base import Line254, Schema, read
from crm.services import auth

if TYPE_CHECKING:
    from crm.models import User

Token = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Credentials(Schema):
    """`username` is a user name or an e-mail address. A password is what it is, spaces at its ends included."""

    username: Line254
    password: Annotated[str, StringConstraints(strip_whitespace=False)]


class Renewal(Schema):
    refresh_token: Token


class Farewell(Schema):
    token: Token | None = None


class SiteChoice(Schema):
    site_id: Annotated[int, Field(strict=True)]


@api.post("/auth/login")
@public
def login() -> Response:
    said = read(Credentials, bodies.json_object())
    opened = auth.sign_in(
        said.username,
        said.password,
        kind="api",
        address=request.remote_addr or "",
        user_agent=request.user_agent.string,
    )
    return answer(_tokens(tokens.issue(opened)) | {"user": _person(opened.user, [m.site_id for m in opened.user.memberships])})


@api.post("/auth/refresh")
@public
def refresh() -> Response:
    claims = tokens.read_refresh(read(Renewal, bodies.json_object()).refresh_token)
    return answer(_tokens(tokens.issue(auth.rotate(claims.login_uid, claims.jti))))


@api.post("/auth/logout")
def logout() -> Response:
    """Ends the login that the body's token names, which may be another of one's own; without one, the bearer's."""
    who = logged_in()
    token = read(Farewell, bodies.json_object(optional=True)).token
    leaving = _own(token, who) if token else who
    if leaving:
        auth.end(leaving.login, "signed out")
    return answer({"success": True})


@api.get("/auth/sites")
@open_to_tokens
def own_sites() -> Response:
    return site_list(signed_in().sites)


@api.post("/auth/site")
def choose_site() -> Response:
    auth.choose_site(logged_in(), read(SiteChoice, bodies.json_object()).site_id)
    return answer({"success": True})


@api.get("/auth/profile")
@open_to_tokens
def profile() -> Response:
    who = signed_in()
    return answer({"user": _person(who.user, list(who.roles))})


def _own(token: str, who: auth.SignedIn) -> auth.SignedIn | None:
    """The login of `token`; None where it has ended already. Raises Invalid, Forbidden."""
    claims = tokens.read(token)
    if claims is None:
        raise Invalid({"token": "is not a token that is good now"})
    if claims.user_id != who.user.id:
        raise Forbidden("This is somebody else's token.")
    return auth.signed_in(claims.login_uid)


def _tokens(pair: tokens.Pair) -> dict[str, Any]:
    return {
        "token": pair.token,
        "expires": pair.expires,
        "refresh_token": pair.refresh_token,
        "refresh_expires": pair.refresh_expires,
    }


def _person(user: User, sites: list[int]) -> dict[str, Any]:
    return {"id": user.id, "username": user.username, "email": user.email, "sites": sites}
