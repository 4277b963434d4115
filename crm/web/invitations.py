"""The page behind the link of an invitation."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import database
from crm.errors import Invalid, NotFound
from crm.services import auth
from crm.services import invitations as services
from crm.web import respond, session

blueprint = Blueprint("invitations", __name__, url_prefix="/join")


@blueprint.get("/<secret>")
def show(secret: str) -> ResponseReturnValue:
    try:
        invitation = services.by_secret(secret)
    except NotFound:
        return respond.page("auth/join.html", 410, invitation=None)
    known = services.invited_user(invitation)
    return respond.page("auth/join.html", invitation=invitation, known=known, name="", problems={})


@blueprint.post("/<secret>")
def accept(secret: str) -> ResponseReturnValue:
    form = request.form
    try:
        invitation = services.by_secret(secret)
        site, new = invitation.site, services.invited_user(invitation) is None
        name, password = form.get("name", ""), form.get("password", "")
        user = services.accept(secret, name=name, password=password, timezone=form.get("timezone"))
    except NotFound as error:
        return respond.page("auth/join.html", 410, invitation=None, problem=error.message)
    except Invalid as error:
        database.rollback()
        invitation = services.by_secret(secret)
        shown = {"invitation": invitation, "known": None, "name": form.get("name", ""), "problems": error.details}
        return respond.page("auth/join.html", 422, **shown)
    here = session.who()
    if new:  # who has just chosen the password need not type it again
        login = auth.open_login(user, kind="browser", address=request.remote_addr or "", user_agent=request.user_agent.string)
        login.site_id = site.id
        session.begin(login)
    elif here and here.user.id == user.id:
        auth.login_of(here).site_id = site.id
    else:
        return respond.done(f"You belong to {site.name} now. Sign in to see it.", to=url_for("web.auth.sign_in"))
    return respond.done(f"Welcome to {site.name}.", to=url_for("web.today.index"))
