"""Interactions: logging them, editing them in place, their history."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.services import contacts, events, meetings
from crm.services import interactions as services
from crm.services.members import require_edit, require_write
from crm.web import respond
from crm.web.forms.base import submit
from crm.web.forms.interactions import InteractionEditForm, LogForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Interaction

blueprint = Blueprint("interactions", __name__)

PICKED = 8  # contacts that are offered


@blueprint.get("/interactions/new")
def new() -> ResponseReturnValue:
    """Whom, first; then the form. With HTMX both in the panel of the page that is open."""
    require_write(member())
    uid = request.args.get("contact", type=UUID)
    if uid is None:
        return pick("web.interactions.new", "Log an interaction")
    contact = contacts.get(member(), uid)
    form = LogForm.fresh(member(), request.args.get("type", ""))
    shown: Shown = {"contact": contact, "form": form, "topics": services.topics(member(), contact)}
    return respond.page_or_fragment("interactions/new.html", "interactions/_panel.html", **shown)


@blueprint.post("/contacts/<uuid:contact_uid>/interactions")
def log(contact_uid: UUID) -> ResponseReturnValue:
    me = member()
    require_write(me)
    contact = contacts.get(me, contact_uid)
    form = LogForm(request.form)
    form.contact = contact_uid
    in_panel = "panel" in request.form
    interaction = submit(form, lambda wanted: services.log(me, wanted, ahead=True))
    shown: Shown = {"contact": contact, "topics": services.topics(me, contact), "open": interaction is None}
    if interaction is None:
        part = "interactions/_panel.html" if in_panel else "interactions/_log.html"
        return respond.page_or_fragment("interactions/new.html", part, 422, form=form, **shown)
    return respond.done(
        f"Logged: {interaction.title}.",
        to=url_for("web.contacts.show", uid=contact_uid),
        undo=Undo(url_for(".delete", uid=interaction.uid)),
        link=(url_for("web.contacts.show", uid=contact_uid), "Open") if in_panel else None,
        part="_nothing.html" if in_panel else "interactions/_log.html",
        events={"interactions-changed": {"focus": str(interaction.uid)}, "follow-ups-changed": {}},
        form=LogForm.fresh(me, interaction.type),
        **shown,
    )


@blueprint.get("/interactions/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    interaction = services.get(member(), uid)
    shown = row(interaction, focus="focus" in request.args)
    return respond.page_or_fragment("interactions/show.html", "interactions/_row.html", **shown)


@blueprint.get("/interactions/<uuid:uid>/meeting")
def its_meeting(uid: UUID) -> ResponseReturnValue:
    """On to the minutes of the meeting that it came from."""
    interaction = services.get(member(), uid)
    meeting = meetings.get(member(), interaction.meeting_id or 0)
    return redirect(url_for("web.meetings.show", uid=meeting.uid), 303)


@blueprint.route("/interactions/<uuid:uid>/edit", methods=["GET", "POST"])
def edit(uid: UUID) -> ResponseReturnValue:
    me = member()
    interaction = services.get(me, uid)
    require_edit(me, interaction)
    form = InteractionEditForm.of(interaction, request.form if request.method == "POST" else None)
    topics = services.topics(me, interaction.contact) if interaction.contact else []
    shown: Shown = {"interaction": interaction, "form": form, "topics": topics}
    if request.method == "GET":
        return respond.page_or_fragment("interactions/edit.html", "interactions/_edit.html", **shown)
    was_at = interaction.start_datetime
    version = form.started_from
    if submit(form, lambda wanted: services.edit(me, uid, wanted, ahead=True, version=version), row=interaction) is None:
        return respond.page_or_fragment("interactions/edit.html", "interactions/_edit.html", 422, **shown)
    moved = interaction.start_datetime != was_at
    return respond.done(
        f"Saved: {interaction.title}.",
        to=its_page(interaction),
        part="interactions/_row.html",
        events={"interactions-changed" if moved else "contact-changed": {"focus": str(uid)}, "follow-ups-changed": {}},
        **row(interaction, focus=True),
    )


@blueprint.post("/interactions/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    interaction = services.delete(member(), uid)
    return respond.done(
        f"Deleted: {interaction.title}.",
        to=its_contact(interaction),
        undo=Undo(url_for(".restore", uid=uid)),
        part="interactions/_deleted.html",
        events=("contact-changed", "follow-ups-changed"),
        silent=True,
        interaction=interaction,
    )


@blueprint.post("/interactions/<uuid:uid>/restore")
def restore(uid: UUID) -> ResponseReturnValue:
    interaction = services.restore(member(), uid)
    return respond.done(
        f"Back again: {interaction.title}.",
        to=its_page(interaction),
        part="interactions/_row.html",
        events=("contact-changed", "follow-ups-changed"),
        **row(interaction, focus=True),
    )


@blueprint.get("/interactions/<uuid:uid>/history")
def history(uid: UUID) -> ResponseReturnValue:
    interaction = services.get(member(), uid)
    changes = events.history(member(), interaction)
    shown: Shown = {"row": interaction, "changes": changes, "to": url_for(".show", uid=uid), "name": interaction.title}
    return respond.page_or_fragment("history.html", "_history.html", **shown)


def row(interaction: Interaction, *, focus: bool = False) -> Shown:
    return {"interaction": interaction, "focus": str(interaction.uid) if focus else ""}


def its_contact(interaction: Interaction) -> str:
    return url_for("web.contacts.show", uid=interaction.contact.uid) if interaction.contact else url_for("web.today.index")


def its_page(interaction: Interaction) -> str:
    return its_contact(interaction) if interaction.contact else url_for("web.interactions.show", uid=interaction.uid)


def pick(endpoint: str, title: str) -> ResponseReturnValue:
    """Asks whom it is about, then goes on to `endpoint` with the contact."""
    search = request.args.get("search", "").strip()
    sort = "name" if search else "last_interaction_at"
    found = contacts.find(member(), search=search, sort=sort, descending=not search, page_size=PICKED)
    shown: Shown = {"found": found, "search": search, "endpoint": endpoint, "title": title, "in_panel": "panel" in request.args}
    shown["along"] = {"at": request.args["at"]} if "at" in request.args else {}  # what the address asks for besides the contact
    if request.headers.get("HX-Target") == "picked":
        return respond.fragment("contacts/_picked.html", **shown)
    return respond.page_or_fragment("contacts/pick.html", "contacts/_pick.html", **shown)
