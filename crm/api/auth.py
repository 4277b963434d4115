"""Signing in and out, the site context, and who one is (interaction-management-api.md, "Authentication Endpoints")."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from flask import Response, request
from pydantic import BaseModel, Field, StringConstraints

from crm.api import bodies, tokens
from crm.api.answers import answer
from crm.api.bearers import open_to_tokens
from crm.api.blueprint import api
from crm.api.context import logged_in, public, signed_in
from crm.api.described import Body, plain
from crm.api.sites import EXAMPLE_SITES, SiteList, site_list
from crm.errors import Forbidden, Invalid, InvalidCredentials, InvalidRefreshToken, NotFound
from crm.schemas.base import Line254, Schema
from crm.services import auth
from crm.services.members import SignedIn

if TYPE_CHECKING:
    from crm.services import members

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


class Success(BaseModel):
    success: Literal[True]


class Tokens(BaseModel):
    token: str
    expires: datetime
    refresh_token: str
    refresh_expires: datetime


class Person(BaseModel):
    """`sites` are the ids of the sites that they belong to."""

    id: int
    username: str
    email: str
    sites: list[int]


class SignedInAs(Tokens):
    user: Person


class Profile(BaseModel):
    user: Person


_JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9..."
EXAMPLE_CREDENTIALS = {"username": "user@example.com", "password": "secure_password"}
EXAMPLE_RENEWAL = {"refresh_token": _JWT}
EXAMPLE_USER = {"id": 123, "username": "user@example.com", "email": "user@example.com", "sites": [1, 2, 3]}
EXAMPLE_TOKENS = {
    "token": _JWT,
    "expires": "2023-07-15T15:30:00Z",
    "refresh_token": _JWT,
    "refresh_expires": "2023-08-14T15:00:00Z",
}
EXAMPLE_LOGIN = EXAMPLE_TOKENS | {"user": EXAMPLE_USER}


@api.post("/auth/login")
@public
@plain(
    SignedInAs, reads=Body(None, Credentials, example=EXAMPLE_CREDENTIALS), refuses=(InvalidCredentials,), example=EXAMPLE_LOGIN
)
def login() -> Response:
    """Log in

    `username` is a user name or an e-mail address. The token lives for 30 minutes, the login for 30 days after its last use.
    """
    said = bodies.read(Credentials)
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
@plain(Tokens, reads=Body(None, Renewal, example=EXAMPLE_RENEWAL), refuses=(InvalidRefreshToken,), example=EXAMPLE_TOKENS)
def refresh() -> Response:
    """Refresh the token

    The refresh token is spent: keep the new one. A spent one that comes again ends the whole login.
    """
    claims = tokens.read_refresh(bodies.read(Renewal).refresh_token)
    return answer(_tokens(tokens.issue(auth.rotate(claims.login_uid, claims.jti))))


@api.post("/auth/logout")
@plain(Success, reads=Body(None, Farewell, optional=True), refuses=(Forbidden,))
def logout() -> Response:
    """Log out

    Ends the login that the body's token names, which may be another of one's own; without one, the bearer's.
    """
    who = logged_in()
    token = bodies.read(Farewell, optional=True).token
    leaving = _own(token, who) if token else who
    if leaving:
        auth.end(auth.login_of(leaving), "signed out")
    return answer({"success": True})


@api.get("/auth/sites")
@open_to_tokens
@plain(SiteList, example=EXAMPLE_SITES)
def own_sites() -> Response:
    """Get the user's sites (of this login)"""
    return site_list(signed_in().sites)


@api.post("/auth/site")
@plain(Success, reads=Body(None, SiteChoice, example={"site_id": 2}), refuses=(Forbidden, NotFound))
def choose_site() -> Response:
    """Switch the site context

    It stays with the login. `X-Site-ID` on a request overrides it.
    """
    auth.choose_site(logged_in(), bodies.read(SiteChoice).site_id)
    return answer({"success": True})


@api.get("/auth/profile")
@open_to_tokens
@plain(Profile, example={"user": EXAMPLE_USER})
def profile() -> Response:
    """Get the user's profile"""
    who = signed_in()
    return answer({"user": _person(who.user, list(who.roles))})


def _own(token: str, who: SignedIn) -> SignedIn | None:
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


def _person(user: members.Person, sites: list[int]) -> dict[str, Any]:
    return {"id": user.id, "username": user.username, "email": user.email, "sites": sites}
