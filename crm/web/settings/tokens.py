"""Access tokens: what programs act with in one's name. Made, shown once, revoked."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import access_tokens as services
from crm.services.members import SignedIn
from crm.web import respond
from crm.web.forms.access_tokens import AccessTokenForm
from crm.web.forms.base import submit
from crm.web.forms.fields import choices
from crm.web.respond import Shown
from crm.web.session import member, who

blueprint = Blueprint("access_tokens", __name__, url_prefix="/settings/tokens")

PART = "settings/tokens/_tokens.html"


@blueprint.get("")
def index() -> ResponseReturnValue:
    return respond.page_or_fragment("settings/tokens/index.html", PART, **shown(AccessTokenForm(site_id=member().site_id)))


@blueprint.post("")
def make() -> ResponseReturnValue:
    """The answer to the form itself shows the token: after a redirect it would have to be kept somewhere."""
    form = AccessTokenForm(request.form)
    made = submit(form, lambda new: services.make(signed_in().member(new.site_id), new))
    fresh = AccessTokenForm(site_id=made.site_id) if made else form
    status = 200 if made else 422
    response = respond.page_or_fragment("settings/tokens/index.html", PART, status, **shown(fresh), made=made)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<uuid:uid>/revoke")
def revoke(uid: UUID) -> ResponseReturnValue:
    token = services.revoke(member().user_id, uid)
    text = f"“{token.name}” is revoked. It does not work any more."
    return respond.done(text, to=url_for(".index"), part=PART, **shown(AccessTokenForm(site_id=member().site_id)))


def signed_in() -> SignedIn:
    found = who()
    assert found  # the guard let the request through
    return found


def shown(form: AccessTokenForm) -> Shown:
    form.site_id.choices = choices({site.id: site.name for site in signed_in().sites})
    return {"form": form, "tokens": services.of(member().user_id), "now": clock.now()}
