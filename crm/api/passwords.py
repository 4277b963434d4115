"""Forgotten passwords (interaction-management-api.md, "Request Password Reset", and one-contract.md, "Auth")."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import StringConstraints

from crm.api import bodies
from crm.api.answers import answer
from crm.api.auth import Success
from crm.api.blueprint import api
from crm.api.context import public
from crm.api.described import Body, plain
from crm.errors import InvalidEmail
from crm.jobs import mails, queue
from crm.schemas.base import Schema
from crm.schemas.shapes import After, as_email
from crm.services import passwords


class ResetRequest(Schema):
    email: Annotated[str, After(str, shape=as_email)]


class NewPassword(Schema):
    token: str
    password: Annotated[str, StringConstraints(strip_whitespace=False)]


@api.post("/auth/password/reset")
@public
@plain(Success, reads=Body(None, ResetRequest, example={"email": "user@example.com"}), refuses=(InvalidEmail,))
def request_password_reset() -> Response:
    """Request a password reset

    The same answer, as fast, whether or not the address is known.
    """
    queue.enqueue(mails.send_password_reset, passwords.request_reset(bodies.read(ResetRequest).email))
    return answer({"success": True})


@api.post("/auth/password/reset/confirm")
@public
@plain(Success, reads=Body(None, NewPassword))
def confirm_password_reset() -> Response:
    """Set a new password

    With the secret from the link: it works once, and within an hour. Every login of the user ends.
    """
    said = bodies.read(NewPassword)
    queue.enqueue(mails.send_password_changed, passwords.confirm(said.token, said.password).id)
    return answer({"success": True})
