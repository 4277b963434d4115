"""Signing in and out, choosing a site, choosing light or dark."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.errors import InvalidCredentials, TooManyAttempts
from crm.services import auth as services
from crm.services import demo
from crm.web import errors, kept, respond, session, words

blueprint = Blueprint("auth", __name__)

YEAR = 365 * 24 * 3600


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    to = respond.local_path(request.values.get("next"), url_for("web.today.index"))
    if request.method == "GET":
        if session.who():
            return redirect(to)
        return respond.page("auth/sign_in.html", to=to, problem=None, username="", demo=_demo(), kept="")
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        login = services.sign_in(
            username, password, kind="browser", address=request.remote_addr or "", user_agent=request.user_agent.string
        )
    except (InvalidCredentials, TooManyAttempts) as error:
        return errors.sign_in_refused(error, to=to, username=username, demo=_demo(), kept=kept.carried())
    session.begin(login)
    return kept.go_on(to)


def _demo() -> list[demo.Account]:
    """The demo's people, whose password everybody knows: offered on a machine of one's own, never on a host."""
    return demo.accounts() if current_app.extensions["crm.settings"].data_dir else []


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    session.end("signed out")
    return redirect(url_for("web.auth.sign_in"), 303)


@blueprint.route("/sites", methods=["GET", "POST"])
def choose_site() -> ResponseReturnValue:
    who = session.who()
    assert who
    to = respond.local_path(request.values.get("next"), url_for("web.today.index"))
    if request.method == "GET":
        return respond.page("auth/sites.html", sites=list(who.roles.values()), chosen=who.login.site_id, to=to, kept="")
    site_id = request.form.get("site", 0, type=int)
    services.choose_site(who, site_id)
    g.member = who.member(site_id)
    return kept.go_on(to)


@blueprint.post("/theme")
def choose_theme() -> ResponseReturnValue:
    response = redirect(respond.back(url_for("web.today.index")), 303)
    chosen = request.form.get("theme", "")
    if chosen in words.THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=session.secure(), httponly=True)
    return response
