"""Importing contacts in the browser."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.services.members import require_write
from crm.web import respond
from crm.web.session import member

blueprint = Blueprint("contact_imports", __name__, url_prefix="/contacts/imports")


@blueprint.get("")
def index() -> ResponseReturnValue:
    require_write(member())
    return respond.page("contact_imports/index.html")
