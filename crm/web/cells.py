"""Editing in a list itself, a cell at a time: the same for every noun whose list can be edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.services import contact_bulk, contacts, events, interactions, sites
from crm.services.members import Member, require_edit
from crm.services.rows import Version
from crm.services.selections import follow_ups_of
from crm.web import respond
from crm.web.forms.base import submit
from crm.web.forms.cells import CellForm, ContactCell, InteractionCell
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, Interaction

blueprint = Blueprint("cells", __name__)


class Noun(NamedTuple):
    """What has such a list. Its templates: `_cell.html`, the form over a cell, and `_cell_saved.html`, the row as it is then.
    `called`: the field, and the cell, that says which row it is."""

    name: str
    called: str
    get: Callable[[Member, UUID], Any]
    form: type[InteractionCell | ContactCell]
    edit: Callable[[Member, UUID, Any, Version], Any]
    undo: Callable[[Member, Any], Undo | None]
    # What the form offers, and what the row shows.
    offered: Callable[[Member, str], Shown]
    shown: Callable[[Member, Any], Shown]


def edit(noun: Noun, uid: UUID) -> ResponseReturnValue:
    """What is in the cell `of`, to be changed. Without HTMX the page on which all of it can be."""
    row = noun.get(member(), uid)
    require_edit(member(), row)
    if not respond.wants_fragment():
        return redirect(url_for(f"web.{noun.name}.edit", uid=uid), 303)
    return fragment(noun, row, noun.form.within(row, asked(noun)))


def save(noun: Noun, uid: UUID) -> ResponseReturnValue:
    """Answers with the row as it is then, or with the cell's form and what is wrong with it."""
    me = member()
    row = noun.get(me, uid)
    require_edit(me, row)
    form = noun.form.within(row, asked(noun), request.form)
    was, version = row.version, form.started_from
    if submit(form, lambda wanted: noun.edit(me, uid, wanted, version), row=row) is None:
        if not respond.wants_fragment():
            return respond.refused_or_back(form.sentences(), to=url_for(f"web.{noun.name}.edit", uid=uid))
        return fragment(noun, row, form, 422)
    text, to = f"Saved: {getattr(row, noun.called)}.", url_for(f"web.{noun.name}.show", uid=uid)
    undo = noun.undo(me, row) if row.version != was else None
    events = ("follow-ups-changed",) if form.cell == "follow_up" else ()
    part = f"{noun.name}/_cell_saved.html"
    response = make_response(respond.done(text, to=to, undo=undo, part=part, events=events, **noun.shown(me, row)))
    response.headers["HX-Reswap"] = "none"  # the row is put in its place by itself, and the form goes with the old one
    return response


def fragment(noun: Noun, row: Any, form: CellForm, status: int = 200) -> ResponseReturnValue:
    shown = noun.offered(member(), form.cell) | {"form": form, "action": request.path, "named": getattr(row, noun.called)}
    # What is typed is a draft of a part of the whole form, which shows it where there is no cell to show it in (drafts.js).
    whole = url_for(f"web.{noun.name}.edit", uid=row.uid)
    kept = {"draft": f"{noun.name.removesuffix('s')}-{row.uid}:{form.cell}", "alone": whole}
    return respond.fragment(f"{noun.name}/_cell.html", status, kept=kept, **shown)


def asked(noun: Noun) -> str:
    cell = request.values.get("of", "")
    return cell if cell in noun.form.cells else noun.called


def undo_interaction(me: Member, interaction: Interaction) -> Undo:
    line = str(events.history(me, interaction, limit=1)[0].id)
    return Undo(url_for("web.several.undo"), {"first": line, "last": line})


def undo_contact(me: Member, contact: Contact) -> Undo | None:
    kept = contact_bulk.keep_last(me, contact)
    return Undo(url_for("web.contact_bulk.undo"), {"bulk": str(kept)}) if kept else None


def offered_of_contact(me: Member, cell: str) -> Shown:
    return {
        "colleagues": sites.colleagues(me) if cell == "owner" else (),
        "tags": [tag for tag, _count in contacts.tags(me, limit=10)] if cell == "tags" else [],
    }


NOUNS = (
    Noun(
        name="interactions",
        called="title",
        get=interactions.get,
        form=InteractionCell,
        edit=lambda me, uid, wanted, version: interactions.edit(me, uid, wanted, ahead=True, version=version),
        undo=undo_interaction,
        offered=lambda _me, _cell: {},
        shown=lambda me, interaction: {"interaction": interaction, "needed": follow_ups_of(me, [interaction])},
    ),
    Noun(
        name="contacts",
        called="name",
        get=contacts.get,
        form=ContactCell,
        edit=lambda me, uid, wanted, version: contacts.edit(me, uid, wanted, version=version),
        undo=undo_contact,
        offered=offered_of_contact,
        shown=lambda _me, contact: {"contact": contact},
    ),
)


def view(noun: Noun) -> Callable[..., ResponseReturnValue]:
    def cell(uid: UUID) -> ResponseReturnValue:
        return save(noun, uid) if request.method == "POST" else edit(noun, uid)

    return cell


for noun in NOUNS:
    blueprint.add_url_rule(f"/{noun.name}/<uuid:uid>/cell", noun.name, view(noun), methods=["GET", "POST"])
