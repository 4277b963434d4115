"""Access tokens: what programs use instead of signing in. Only a login makes, shows and revokes them."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from crm.api import context, dialects
from crm.api.blueprint import api
from crm.api.context import logged_in
from crm.api.described import Body, created, deleted, one, some
from crm.api.idempotency import not_kept
from crm.api.resources import ACCESS_TOKEN, MADE_ACCESS_TOKEN, NEW_ACCESS_TOKEN
from crm.errors import Forbidden
from crm.schemas.access_tokens import AccessTokenNew
from crm.services import access_tokens


@api.get("/auth/tokens")
@some(ACCESS_TOKEN)
def list_access_tokens() -> Response:
    """List access tokens

    One's own, the newest first, for whatever site. Expired ones are there for 30 days, revoked ones are not."""
    return dialects.of(ACCESS_TOKEN).many(access_tokens.of(logged_in().user.id))


@api.post("/auth/tokens")
@not_kept
@created(MADE_ACCESS_TOKEN, reads=Body(NEW_ACCESS_TOKEN, AccessTokenNew), refuses=(Forbidden,))
def make_access_token() -> Response:
    """Make an access token

    The only answer that has the token itself, in `token`."""
    who = logged_in()
    new = dialects.of(NEW_ACCESS_TOKEN).read(AccessTokenNew)
    member = who.member(new.site_id) if "site_id" in new.model_fields_set else context.member()
    return dialects.of(MADE_ACCESS_TOKEN).created(access_tokens.make(member, new))


@api.get("/auth/tokens/<id_or_guid:ref>")
@one(ACCESS_TOKEN)
def read_access_token(ref: int | UUID) -> Response:
    """Get an access token"""
    return dialects.of(ACCESS_TOKEN).one(access_tokens.get(logged_in().user.id, ref))


@api.delete("/auth/tokens/<id_or_guid:ref>")
@deleted(ACCESS_TOKEN)
def delete_access_token(ref: int | UUID) -> Response:
    """Revoke an access token

    Ends it at once. Doing so twice is the same as once."""
    access_tokens.revoke(logged_in().user.id, ref)
    return dialects.of(ACCESS_TOKEN).deleted()
