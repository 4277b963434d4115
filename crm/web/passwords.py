"""Forgotten passwords: asking for a link, and choosing a new one by it."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import database
from crm.errors import Invalid, InvalidEmail
from crm.jobs import mails, queue
from crm.services import passwords as services
from crm.web import respond

blueprint = Blueprint("passwords", __name__, url_prefix="/password")


@blueprint.route("", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    email = request.form.get("email", "")
    if request.method == "GET":
        return respond.page("auth/forgotten.html", email=email, problem=None, asked=False)
    try:
        queue.enqueue(mails.send_password_reset, services.request_reset(email))
    except InvalidEmail:
        return respond.page("auth/forgotten.html", 422, email=email, problem="This is not an e-mail address.", asked=False)
    return respond.page("auth/forgotten.html", email=email, problem=None, asked=True)


@blueprint.route("/<secret>", methods=["GET", "POST"])
def choose(secret: str) -> ResponseReturnValue:
    if request.method == "GET" and not services.is_good(secret):
        return respond.page("auth/new_password.html", 410, good=False, problem=None)
    if request.method == "GET":
        return respond.page("auth/new_password.html", good=True, problem=None)
    try:
        user = services.confirm(secret, request.form.get("password", ""))
    except Invalid as error:
        database.rollback()
        good = "token" not in error.details
        problem = f"The password {error.details['password']}." if good else None
        return respond.page("auth/new_password.html", 422 if good else 410, good=good, problem=problem)
    queue.enqueue(mails.send_password_changed, user.id)
    return respond.done("Your password is changed. Sign in with it.", to=url_for("web.auth.sign_in"))
