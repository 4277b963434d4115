"""Where one is signed in, and ending it."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from crm.services import sign_ins as services
from crm.web import devices, respond
from crm.web.settings.blueprint import blueprint, me


@blueprint.get("/sign-ins")
def sign_ins() -> ResponseReturnValue:
    who = me()
    return respond.page("settings/sign_ins.html", logins=services.open_ones(who), this=who.login, device=devices.of)


@blueprint.post("/sign-ins/<uuid:uid>/end")
def end_sign_in(uid: UUID) -> ResponseReturnValue:
    login = services.end_one(me(), uid)
    to = url_for("web.auth.sign_in") if login.id == me().login.id else url_for(".sign_ins")
    return respond.done("Signed out there.", to=to)


@blueprint.post("/sign-ins/end-others")
def end_other_sign_ins() -> ResponseReturnValue:
    count = services.end_others(me())
    text = f"{count} other sign-in{'s have' if count != 1 else ' has'} ended." if count else "There was no other sign-in."
    return respond.done(text, to=url_for(".sign_ins"))
