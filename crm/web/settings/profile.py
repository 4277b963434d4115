"""One's own name, time zone and password."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock, database
from crm.errors import Invalid
from crm.jobs import mails, queue
from crm.services import auth, profile
from crm.web import respond
from crm.web.forms import began
from crm.web.forms.began import BegunForm, Values
from crm.web.forms.fields import Text
from crm.web.respond import Shown
from crm.web.settings.blueprint import blueprint, me


class ProfileForm(BegunForm):
    name = Text("Name")
    timezone = Text("Time zone")


@blueprint.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    user = auth.user(me().user.id)

    def now() -> Values:
        return {"name": user.name, "timezone": user.timezone}

    form = ProfileForm.on(now())
    # The number is no constant of the template: it would be written once, for all readers.
    shown: Shown = {"form": form, "user": user, "zones": sorted(clock.zone_names()), "now": clock.now(), "example": 1234.5}
    if request.method == "GET":
        return respond.page("settings/profile.html", **shown)
    if not began.save(
        form, now, lambda wanted, before: profile.edit(user, wanted["name"] or "", wanted["timezone"], before=before)
    ):
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
