"""Access tokens: what programs act with in one's name. Made, shown once, revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING
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

if TYPE_CHECKING:
    from crm.models import AccessToken

blueprint = Blueprint("access_tokens", __name__, url_prefix="/settings/tokens")

PART = "settings/tokens/_tokens.html"


@blueprint.get("")
def index() -> ResponseReturnValue:
    """`made`: the token whose answer never arrived, perhaps (`_made`)."""
    here = shown(AccessTokenForm(site_id=member().site_id))
    unseen = next((token for token in here["tokens"] if token.uid == request.args.get("made", type=UUID)), None)
    return respond.page_or_fragment("settings/tokens/index.html", PART, **here, unseen=unseen)


@blueprint.post("")
def make() -> ResponseReturnValue:
    form = AccessTokenForm(request.form)
    made = submit(form, lambda new: services.make(signed_in().member(new.site_id), new))
    return _made(made) if made else respond.page_or_fragment("settings/tokens/index.html", PART, 422, **shown(form))


@blueprint.post("/<uuid:uid>/again")
def make_again(uid: UUID) -> ResponseReturnValue:
    token = services.get(member().user_id, uid)
    return _made(services.make_again(signed_in().member(token.site_id), uid))


@blueprint.post("/<uuid:uid>/revoke")
def revoke(uid: UUID) -> ResponseReturnValue:
    token = services.revoke(member().user_id, uid)
    text = f"“{token.name}” is revoked. It does not work any more."
    return respond.done(text, to=url_for(".index"), part=PART, **shown(AccessTokenForm(site_id=member().site_id)))


def _made(token: AccessToken) -> ResponseReturnValue:
    """The answer to the form itself shows the token: after a redirect it would have to be kept somewhere. Who sends the form
    again is shown that there is one, and what to do where they have not seen it."""
    respond.shown_once(f"“{token.name}” was made when you first sent this.", to=url_for(".index", made=token.uid))
    here = shown(AccessTokenForm(site_id=token.site_id)) | {"made": token}
    part = respond.wants_part()
    response = respond.fragment(PART, toasts=[], **here) if part else respond.page("settings/tokens/index.html", **here)
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_in() -> SignedIn:
    found = who()
    assert found  # the guard let the request through
    return found


def shown(form: AccessTokenForm) -> Shown:
    form.site_id.choices = choices({site.id: site.name for site in signed_in().sites})
    return {"form": form, "tokens": services.of(member().user_id), "now": clock.now()}
