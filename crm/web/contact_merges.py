"""Merging two contacts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.services import contacts
from crm.services.members import require_edit
from crm.web import respond
from crm.web.session import member

blueprint = Blueprint("contact_merges", __name__, url_prefix="/contacts")


@blueprint.get("/<uuid:uid>/merge")
def pick(uid: UUID) -> ResponseReturnValue:
    contact = contacts.get(member(), uid)
    require_edit(member(), contact)
    return respond.page("contacts/edit.html", contact=contact)
