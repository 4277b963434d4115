"""Changing several interactions of the list at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.errors import Invalid
from crm.schemas import selections
from crm.services import several as services
from crm.services.members import require_write
from crm.services.several import Outcome
from crm.web import listing, locales, respond
from crm.web.respond import Undo
from crm.web.session import member

blueprint = Blueprint("several", __name__, url_prefix="/interactions/several")


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Does what the pressed button says to the ticked rows: "delete", "type:call", "topics"."""
    me, rows = member(), listing.guids(request.form.getlist("row"))
    require_write(me)
    what, _, value = request.form.get("act", "").partition(":")
    if what == "delete":
        return told(services.delete(me, rows), "deleted")
    return told(services.edit(me, rows, wanted(what, value)), "changed")


@blueprint.post("/undo")
def undo() -> ResponseReturnValue:
    first, last = (request.form.get(name, 0, type=int) for name in ("first", "last"))
    return told(services.take_back(member(), (first, last)), "as before", done=True)


def wanted(what: str, value: str) -> dict[str, Any]:
    """What is to be set, under the names of the schema. Raises Invalid where no button was pressed, or nothing was typed."""
    typed = request.form.get(f"new_{what}", "").strip()
    match what:
        case "type":
            return {"type": value}
        case "mood":
            return {"sentiment": None if value == "none" else value}
        case "lead" if typed:
            return {"lead": typed}
        case "contact" if listing.guids([typed]):
            return {"contact_id": listing.guids([typed])[0]}
        case "topics" if typed:
            return {"add_topics": [topic.strip() for topic in typed.split(",") if topic.strip()]}
    named = {"lead": "who led", "contact": "a contact", "topics": "a topic"}.get(what, "what to change")
    raise Invalid({"selection": f"is as it was: say {named} first"})


def told(outcome: Outcome, done_to: str, *, done: bool = False) -> ResponseReturnValue:
    """The list as it is now, over it what could not be changed and why. Without JavaScript a page says so."""
    count, same, refused = outcome.changed, outcome.same, outcome.refused
    text = f"{locales.number(count)} interaction{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} {done_to}."
    text += f" {locales.number(same)} {'was' if same == 1 else 'were'} so already." if same else ""
    text += f" {locales.number(len(refused))} could not be." if refused else ""
    to = respond.local_path(request.form.get("back"), url_for("web.interactions.index"))
    lines = outcome.lines
    taken_back = Undo(url_for(".undo"), {"first": str(lines[0]), "last": str(lines[1])}) if lines and not done else None
    if refused and not respond.wants_fragment():
        return respond.page("interactions/report.html", text=text, refused=refused, to=to, undo=taken_back)
    if not count and not same and not respond.wants_fragment():
        return redirect(to, 303)
    path, _, query = to.partition("?")
    endpoint = listing.SEARCH if path == url_for(listing.SEARCH) else listing.LIST
    shown = listing.shown(selections.parse(query), endpoint)
    return respond.done(text, to=to, undo=taken_back, part="interactions/_list.html", refused=refused, changed=True, **shown)
