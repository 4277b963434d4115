"""Editing an interaction in the list itself, a cell at a time."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.services import events
from crm.services import interactions as services
from crm.services.members import require_edit
from crm.services.selections import follow_ups_of
from crm.web import respond
from crm.web.forms.base import submit
from crm.web.forms.cells import CELLS, CellForm
from crm.web.interactions import its_page
from crm.web.respond import Shown, Undo
from crm.web.session import member

blueprint = Blueprint("cells", __name__, url_prefix="/interactions/<uuid:uid>/cell")


@blueprint.get("")
def edit(uid: UUID) -> ResponseReturnValue:
    """What is in the cell `of`, to be changed. Without HTMX the page on which all of it can be."""
    interaction = services.get(member(), uid)
    require_edit(member(), interaction)
    if not respond.wants_fragment():
        return redirect(url_for("web.interactions.edit", uid=uid), 303)
    form = CellForm.in_cell(interaction, asked())
    return respond.fragment("interactions/_cell.html", interaction=interaction, form=form)


@blueprint.post("")
def save(uid: UUID) -> ResponseReturnValue:
    """Answers with the line as it is then, or with the cell's form and what is wrong with it."""
    me = member()
    interaction = services.get(me, uid)
    require_edit(me, interaction)
    form = CellForm.in_cell(interaction, asked(), request.form)
    was, version = interaction.version, form.started_from
    if submit(form, lambda wanted: services.edit(me, uid, wanted, ahead=True, version=version), row=interaction) is None:
        if not respond.wants_fragment():
            return respond.refused_or_back(form.sentences(), to=url_for("web.interactions.edit", uid=uid))
        return respond.fragment("interactions/_cell.html", 422, interaction=interaction, form=form)
    undo = None
    if interaction.version != was:
        line = str(events.history(me, interaction, limit=1)[0].id)
        undo = Undo(url_for("web.several.undo"), {"first": line, "last": line})
    shown: Shown = {"interaction": interaction, "needed": follow_ups_of(me, [interaction])}
    others = ("follow-ups-changed",) if form.cell == "follow_up" else ()
    response = make_response(
        respond.done(
            f"Saved: {interaction.title}.",
            to=its_page(interaction),
            undo=undo,
            part="interactions/_cell_saved.html",
            events=others,
            **shown,
        )
    )
    response.headers["HX-Reswap"] = "none"  # the line is put in its place by itself, and the form goes with the old one
    return response


def asked() -> str:
    cell = request.values.get("of", "")
    return cell if cell in CELLS else "title"
