"""Saved views: the tabs over the list of interactions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm.schemas.base import read
from crm.schemas.views import ViewEdit, ViewNew
from crm.services import views as services
from crm.web import respond
from crm.web.listing import view_address
from crm.web.respond import Undo
from crm.web.session import member

blueprint = Blueprint("views", __name__, url_prefix="/views")


@blueprint.post("")
def save() -> ResponseReturnValue:
    view = services.save(member(), read(ViewNew, typed("name", "query", "shared")))
    return respond.done(f"Saved as “{view.name}”.", to=view_address(view), undo=Undo(url_for(".delete", uid=view.uid)))


@blueprint.post("/<uuid:uid>/edit")
def edit(uid: UUID) -> ResponseReturnValue:
    """Gives it what was sent: another name, other filters, another public."""
    names = [name for name in ("name", "query") if name in request.form]
    # The box stands beside the name.
    wanted = typed(*names, *(["shared"] if "name" in names else []))
    view = services.edit(member(), uid, read(ViewEdit, wanted))
    return respond.done(f"“{view.name}” is saved.", to=view_address(view))


@blueprint.post("/<uuid:uid>/move")
def move(uid: UUID) -> ResponseReturnValue:
    """One place to the left or to the right."""
    view = services.move(member(), uid, -1 if request.form.get("to") == "left" else 1)
    return respond.done(f"“{view.name}” has moved.", to=view_address(view))


@blueprint.post("/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    view = services.delete(member(), uid)
    to = url_for("web.interactions.index")
    return respond.done(f"The view “{view.name}” is deleted.", to=to, undo=Undo(url_for(".restore", uid=uid)))


@blueprint.post("/<uuid:uid>/restore")
def restore(uid: UUID) -> ResponseReturnValue:
    view = services.restore(member(), uid)
    return respond.done(f"The view “{view.name}” is back.", to=view_address(view))


def typed(*names: str) -> dict[str, Any]:
    """What was sent under these names; a box that was not ticked is not sent."""
    return {name: name in request.form if name == "shared" else request.form.get(name, "") for name in names}
