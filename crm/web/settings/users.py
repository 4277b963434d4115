"""Everybody who has an account, for administrators."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from crm.services import site_admin as services
from crm.web import history, respond
from crm.web.respond import Undo
from crm.web.settings.blueprint import blueprint, me


@blueprint.get("/people")
def users() -> ResponseReturnValue:
    search = request.args.get("search", "").strip()
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = services.users(me().user, search=search, page=page)
    return respond.page_or_fragment("settings/users.html", "settings/_users.html", found=found, search=search)


@blueprint.get("/people/history")
def users_history() -> ResponseReturnValue:
    return respond.page("settings/users_history.html", changes=services.history(me().user), history=history)


@blueprint.post("/people/<uuid:uid>/active")
def set_active(uid: UUID) -> ResponseReturnValue:
    active = request.form.get("to") == "yes"
    user = services.set_active(me().user, uid, active)
    text = f"{user.name} can sign in again." if active else f"{user.name} is signed out everywhere, and cannot sign in."
    undo = Undo(url_for(".set_active", uid=uid), {"to": "no" if active else "yes"})
    return respond.done(text, to=respond.back(url_for(".users")), undo=undo)


@blueprint.post("/people/<uuid:uid>/admin")
def set_admin(uid: UUID) -> ResponseReturnValue:
    admin = request.form.get("to") == "yes"
    user = services.set_admin(me().user, uid, admin)
    text = f"{user.name} is {'an administrator now' if admin else 'no longer an administrator'}."
    undo = Undo(url_for(".set_admin", uid=uid), {"to": "no" if admin else "yes"})
    return respond.done(text, to=respond.back(url_for(".users")), undo=undo)
