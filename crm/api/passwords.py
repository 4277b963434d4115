"""Forgotten passwords (interaction-management-api.md, "Request Password Reset", and one-contract.md, "Auth")."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import StringConstraints

from crm.api import bodies
from crm.api.answers import answer
from crm.api.blueprint import api
from crm.api.context import public
from crm.jobs import mails, queue
from crm.schemas.base import Schema, read
from crm.services import passwords


class ResetRequest(Schema):
    email: str


class NewPassword(Schema):
    token: str
    password: Annotated[str, StringConstraints(strip_whitespace=False)]


@api.post("/auth/password/reset")
@public
def request_password_reset() -> Response:
    """The same answer, as fast, whether or not the address is known."""
    queue.enqueue(mails.send_password_reset, passwords.request_reset(read(ResetRequest, bodies.json_object()).email))
    return answer({"success": True})


@api.post("/auth/password/reset/confirm")
@public
def confirm_password_reset() -> Response:
    said = read(NewPassword, bodies.json_object())
    queue.enqueue(mails.send_password_changed, passwords.confirm(said.token, said.password).id)
    return answer({"success": True})
