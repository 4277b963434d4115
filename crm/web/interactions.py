"""Interactions: logging them, editing them in place, their history."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.schemas import selections
from crm.services import contacts, events, meetings, promises, sites
from crm.services import interactions as services
from crm.services.members import require_edit, require_write
from crm.services.selections import exported, follow_ups_of
from crm.web import exports, listing, respond, sheets
from crm.web.forms.base import submit
from crm.web.forms.interactions import Fresh, InteractionEditForm, LogForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Interaction

blueprint = Blueprint("interactions", __name__)

PICKED = 8  # contacts that are offered


@blueprint.get("/interactions")
def index() -> ResponseReturnValue:
    """The list, or (with HTMX and the cursor `more`) more rows for its end."""
    asked = selections.read(request.args.items(multi=True))
    shown = listing.shown(asked)
    if shown["more"] and respond.wants_fragment():
        return respond.fragment("interactions/_lines.html", **shown)
    status = 422 if shown["problems"] else 200
    response = respond.page_or_fragment("interactions/index.html", "interactions/_list.html", status, **shown)
    response.headers["HX-Replace-Url"] = shown["href"](asked)
    return response


@blueprint.get("/interactions.csv")
def export() -> ResponseReturnValue:
    """All that the filters find, in the order of the list."""
    me = member()
    found = exported(me, selections.read(request.args.items(multi=True)))
    return sheets.answer(f"interactions-{clock.today(me.timezone)}.csv", exports.interactions(found, me))


@blueprint.get("/interactions/whom")
def whom() -> ResponseReturnValue:
    """Contacts to choose one from, inside a form."""
    search = request.args.get("whom", "").strip()
    found = contacts.find(member(), search=search, sort="name" if search else "last_interaction_at", descending=not search)
    name, people = request.args.get("as", "contact"), found.items[:PICKED]
    return respond.fragment("interactions/_whom.html", people=people, name=name, text=search)


@blueprint.get("/interactions/new")
def new() -> ResponseReturnValue:
    """Whom, first; then the form. With HTMX both in the panel of the page that is open."""
    require_write(member())
    uid = request.args.get("contact", type=UUID)
    if uid is None:
        return pick("web.interactions.new", "Log an interaction")
    contact = contacts.get(member(), uid)
    fresh = Fresh.of(member(), request.args.get("type", ""))
    shown: Shown = {"contact": contact, "form": None, "fresh": fresh, "topics": services.topics(member(), contact)}
    return respond.page_or_fragment("interactions/new.html", "interactions/_panel.html", **shown)


@blueprint.post("/contacts/<uuid:contact_uid>/interactions")
def log(contact_uid: UUID) -> ResponseReturnValue:
    me = member()
    require_write(me)
    contact = contacts.get(me, contact_uid)
    form = LogForm(request.form)
    form.contact = contact_uid
    in_panel, alone = "panel" in request.form, "alone" in request.form
    logged = submit(form, lambda wanted: promises.log(me, wanted, form.promised(), ahead=True))
    shown: Shown = {"contact": contact, "topics": services.topics(me, contact), "open": logged is None}
    if logged is None:
        part = "interactions/_panel.html" if in_panel else "interactions/_form.html" if alone else "interactions/_log.html"
        return respond.page_or_fragment("interactions/new.html", part, 422, form=form, **shown)
    interaction, promise = logged
    undo = Undo(url_for(".delete", uid=interaction.uid))
    if promise:
        undo = Undo(url_for("web.promises.unlog", uid=interaction.uid), {"promise": str(promise.uid)})
    return respond.done(
        said_of(interaction),
        to=url_for("web.contacts.show", uid=contact_uid),
        undo=undo,
        link=(url_for("web.contacts.show", uid=contact_uid), "Open") if in_panel else None,
        part="_nothing.html" if in_panel else None if alone else "interactions/_log.html",
        events={"interactions-changed": {"focus": str(interaction.uid)}, "follow-ups-changed": {}},
        form=None,
        fresh=Fresh.of(me, interaction.type),
        **shown,
    )


@blueprint.get("/interactions/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    """Its page; with HTMX its entry of a timeline."""
    interaction = services.get(member(), uid)
    if respond.wants_fragment():
        return respond.fragment("interactions/_row.html", **row(interaction, focus="focus" in request.args))
    return respond.page("interactions/show.html", **detail(interaction))


@blueprint.get("/interactions/<uuid:uid>/panel")
def panel(uid: UUID) -> ResponseReturnValue:
    """All about one, beside the list."""
    interaction = services.get(member(), uid)
    if not respond.wants_fragment():
        return redirect(url_for(".show", uid=uid), 303)
    return respond.fragment("interactions/_detail.html", **detail(interaction))


@blueprint.get("/interactions/<uuid:uid>/menu")
def menu(uid: UUID) -> ResponseReturnValue:
    """What else can be done with a row."""
    return respond.fragment("interactions/_menu.html", interaction=services.get(member(), uid))


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
    in_panel = "panel" in request.values
    shown: Shown = {"interaction": interaction, "form": form, "topics": topics, "in_panel": in_panel}
    part = "interactions/_detail_edit.html" if in_panel else "interactions/_edit.html"
    if request.method == "GET":
        return respond.page_or_fragment("interactions/edit.html", part, **shown)
    was_at = interaction.start_datetime
    version = form.started_from
    if submit(form, lambda wanted: services.edit(me, uid, wanted, ahead=True, version=version), row=interaction) is None:
        return respond.page_or_fragment("interactions/edit.html", part, 422, **shown)
    if in_panel:
        text = f"Saved: {interaction.title}."
        return respond.done(text, to=its_page(interaction), part="interactions/_detail.html", line=True, **detail(interaction))
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
    text, undo = f"Deleted: {interaction.title}.", Undo(url_for(".restore", uid=uid))
    if "panel" in request.form:
        gone = "interactions/_detail_gone.html"
        return respond.done(text, to=its_contact(interaction), undo=undo, part=gone, interaction=interaction)
    return respond.done(
        text,
        to=its_contact(interaction),
        undo=undo,
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


def said_of(interaction: Interaction) -> str:
    if clock.is_future(interaction.start_datetime):
        return f"Planned: {interaction.title}. It counts as contact once it has begun."
    return f"Logged: {interaction.title}."


def row(interaction: Interaction, *, focus: bool = False) -> Shown:
    return {"interaction": interaction, "focus": str(interaction.uid) if focus else ""}


def detail(interaction: Interaction) -> Shown:
    """What interactions/_detail.html shows, and the line of a list that it stands beside."""
    me = member()
    return {
        "interaction": interaction,
        "changes": events.history(me, interaction, limit=20),
        "needed": follow_ups_of(me, [interaction]),
        "colleagues": sites.colleagues(me),
    }


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
    # What the address asks for besides the contact.
    shown["along"] = {name: request.args[name] for name in ("at", "type") if name in request.args}
    if request.headers.get("HX-Target") == "picked":
        return respond.fragment("contacts/_picked.html", **shown)
    return respond.page_or_fragment("contacts/pick.html", "contacts/_pick.html", **shown)
