"""One's own name, time zone and password."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock, database
from crm.errors import Invalid
from crm.jobs import mails, queue
from crm.services import auth, profile
from crm.web import respond
from crm.web.forms.base import Form, said
from crm.web.forms.fields import Text
from crm.web.respond import Shown
from crm.web.settings.blueprint import blueprint, me


class ProfileForm(Form[Any]):
    name = Text("Name")
    timezone = Text("Time zone")


@blueprint.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    user = auth.user(me().user.id)
    form = ProfileForm(request.form if request.method == "POST" else None, name=user.name, timezone=user.timezone)
    shown: Shown = {"form": form, "user": user, "zones": sorted(clock.zone_names())}
    if request.method == "GET":
        return respond.page("settings/profile.html", **shown)
    if not said(form, lambda: profile.edit(user, form.name.data or "", form.timezone.data)):
        return respond.page("settings/profile.html", 422, **shown)
    return respond.done("Your profile is saved.", to=url_for(".index"))


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    who = me()
    if request.method == "GET":
        return respond.page("settings/password.html", problems={})
    try:
        profile.change_password(
            who, request.form.get("old", ""), request.form.get("password", ""), address=request.remote_addr or ""
        )
    except Invalid as error:
        g.keep_changes = error.keeps_changes
        if not error.keeps_changes:
            database.rollback()
        return respond.page("settings/password.html", 422, problems=error.details)
    queue.enqueue(mails.send_password_changed, who.user.id)
    return respond.done("Your password is changed. Every other sign-in has ended.", to=url_for(".password"))
