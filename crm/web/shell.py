"""What every page can do: the palette (Ctrl-K), results as one types at the top, and whether single keys do something."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.services import lookup
from crm.services.members import require_write
from crm.web import respond
from crm.web.auth import YEAR
from crm.web.interactions import pick
from crm.web.session import member, secure

blueprint = Blueprint("shell", __name__)

RECENT = 6  # contacts that the palette offers before anything is typed
FOUND = 8
EACH = 4  # of each noun below the search field


@blueprint.get("/palette")
def palette() -> ResponseReturnValue:
    return respond.fragment("shell/_palette.html", contacts=lookup.contacts(member(), "", RECENT), search="")


@blueprint.get("/palette/contacts")
def palette_contacts() -> ResponseReturnValue:
    search = request.args.get("search", "").strip()
    found = lookup.contacts(member(), search, FOUND if search else RECENT)
    return respond.fragment("shell/_palette_contacts.html", contacts=found, search=search)


@blueprint.get("/find")
def find() -> ResponseReturnValue:
    me, search = member(), request.args.get("q", "").strip()
    return respond.fragment(
        "shell/_found.html",
        search=search,
        contacts=lookup.contacts(me, search, EACH) if search else [],
        meetings=lookup.meetings(me, search, EACH),
        interactions=lookup.interactions(me, search, EACH),
    )


@blueprint.get("/palette/follow-up")
def follow_up() -> ResponseReturnValue:
    """A new follow-up, begun from anywhere: with whom, first."""
    require_write(member())
    uid = request.args.get("contact", type=UUID)
    if uid:
        return redirect(url_for("web.follow_ups.new", contact_uid=uid), 303)
    return pick("web.shell.follow_up", "New follow-up")


@blueprint.post("/keys")
def choose_keys() -> ResponseReturnValue:
    response = redirect(respond.back(url_for("web.today.index")), 303)
    chosen = "off" if request.form.get("keys") == "off" else "on"
    response.set_cookie("keys", chosen, max_age=YEAR, samesite="Lax", secure=secure(), httponly=True)
    return response
