"""What was logged together with a promise goes together."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from crm.services import interactions, promises
from crm.web import respond
from crm.web.interactions import its_contact
from crm.web.session import member

blueprint = Blueprint("promises", __name__)


@blueprint.post("/interactions/<uuid:uid>/unlog")
def unlog(uid: UUID) -> ResponseReturnValue:
    """The undo of logging."""
    interactions.get(member(), uid)
    interaction = promises.unlog(member(), uid, request.form.get("promise", type=UUID) or uid)
    return respond.done(f"Deleted: {interaction.title}.", to=its_contact(interaction), part="_nothing.html")
