"""Contacts: finding them, their page, adding and editing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.services import agenda, events, follow_ups, interactions, sites, timeline
from crm.services import contacts as services
from crm.services.members import require_edit, require_write
from crm.web import contact_query, respond, words
from crm.web.forms.base import submit
from crm.web.forms.contacts import ContactNewForm, edit_form
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.forms.interactions import LogForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact, Interaction, Meeting

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

PAGE_SIZE = 50
SLICE = 20


class Plan(NamedTuple):
    """Something ahead on a timeline: a meeting or a planned interaction."""

    at: datetime
    meeting: Meeting | None = None
    interaction: Interaction | None = None


class Cadence(NamedTuple):
    """How long the last talk is ago, and whether that is too long."""

    days: int
    late: bool


@blueprint.get("")
def index() -> ResponseReturnValue:
    me = member()
    listed = contact_query.listed(request.args)
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    descending = listed.order == "desc"
    found = services.find(me, listed.asked, sort=listed.sort, descending=descending, page=page, page_size=PAGE_SIZE, brief=True)
    colleagues = sites.colleagues(me)
    return respond.page_or_fragment(
        "contacts/index.html",
        "contacts/_list.html",
        found=found,
        listed=listed,
        chips=contact_query.chips(listed, colleagues),
        colleagues=colleagues,
        tags=[] if respond.wants_fragment() else services.tags(me),
        query=contact_query,
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    me = member()
    require_write(me)
    if request.method == "GET":
        form = ContactNewForm(name=request.args.get("name"), owner_id=me.user_id)
        return respond.page("contacts/new.html", form=form, colleagues=sites.colleagues(me))
    form = ContactNewForm(request.form)
    contact = submit(form, lambda wanted: services.add(me, wanted))
    if contact is None:
        return respond.page_or_fragment(
            "contacts/new.html", "contacts/_form.html", 422, form=form, colleagues=sites.colleagues(me)
        )
    return respond.done(f"{contact.name} is added.", to=url_for(".show", uid=contact.uid))


@blueprint.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    me = member()
    contact = services.get(me, uid)
    return respond.page(
        "contacts/show.html", contact=contact, **head(contact), **side(contact), **past(contact), **writing(contact)
    )


@blueprint.get("/<uuid:uid>/head")
def show_head(uid: UUID) -> ResponseReturnValue:
    contact = services.get(member(), uid)
    return respond.fragment("contacts/_head.html", contact=contact, **head(contact))


@blueprint.get("/<uuid:uid>/side")
def show_side(uid: UUID) -> ResponseReturnValue:
    contact = services.get(member(), uid)
    return respond.fragment("contacts/_side.html", contact=contact, **side(contact))


@blueprint.get("/<uuid:uid>/timeline")
def show_timeline(uid: UUID) -> ResponseReturnValue:
    """The timeline, or (with the cursor `before`) more rows for its end."""
    contact = services.get(member(), uid)
    part = "contacts/_older.html" if "before" in request.args else "contacts/_timeline.html"
    return respond.fragment(part, contact=contact, **past(contact))


@blueprint.route("/<uuid:uid>/edit", methods=["GET", "POST"])
def edit(uid: UUID) -> ResponseReturnValue:
    me = member()
    contact = services.get(me, uid)
    require_edit(me, contact)
    if request.method == "GET":
        return respond.page("contacts/edit.html", contact=contact, form=edit_form(contact), colleagues=sites.colleagues(me))
    form = edit_form(contact, request.form)
    if submit(form, lambda wanted: services.edit(me, uid, wanted, version=form.started_from), row=contact) is None:
        shown = {"contact": contact, "form": form, "colleagues": sites.colleagues(me)}
        return respond.page_or_fragment("contacts/edit.html", "contacts/_form.html", 422, **shown)
    return respond.done(f"{contact.name} is saved.", to=url_for(".show", uid=uid))


@blueprint.post("/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    contact = services.delete(member(), uid)
    text = f"{contact.name} is deleted, with everything that was logged. It can come back for 30 days."
    return respond.done(text, to=url_for(".index"), undo=Undo(url_for(".restore", uid=uid)))


@blueprint.post("/<uuid:uid>/restore")
def restore(uid: UUID) -> ResponseReturnValue:
    contact = services.restore(member(), uid)
    return respond.done(f"{contact.name} is back.", to=url_for(".show", uid=uid))


@blueprint.get("/<uuid:uid>/history")
def history(uid: UUID) -> ResponseReturnValue:
    contact = services.get(member(), uid)
    changes = events.history(member(), contact)
    shown: Shown = {"row": contact, "changes": changes, "to": url_for(".show", uid=uid), "name": contact.name}
    return respond.page_or_fragment("history.html", "_history.html", **shown)


def head(contact: Contact) -> Shown:
    """What contacts/_head.html shows beside the contact."""
    upcoming = agenda.upcoming(member(), limit=1, contact=contact)
    return {"next_meeting": upcoming[0] if upcoming else None, "cadence": cadence(contact)}


def side(contact: Contact) -> Shown:
    me = member()
    return {"upcoming": agenda.upcoming(me, limit=5, contact=contact), "open_follow_ups": follow_ups.open_for(me, contact)}


def writing(contact: Contact) -> Shown:
    """The closed forms of a contact's page."""
    me = member()
    if not me.may_write:
        return {}
    return {
        "form": LogForm.fresh(me),
        "topics": interactions.topics(me, contact),
        "follow_up_form": FollowUpForm(),
        "colleagues": sites.colleagues(me),
    }


def past(contact: Contact) -> Shown:
    """The timeline that the query asks for: of one type, older than a cursor. Plans stand above its first page."""
    me, asked = member(), request.args
    type = asked.get("type") if asked.get("type") in words.TYPES else None
    before = asked.get("before")
    whole = not type and not before
    return {
        "type": type,
        "before": before,
        "month_before": asked.get("month", ""),
        "focus": asked.get("focus", ""),
        "slice": timeline.past(me, contact, type=type, before=before, limit=SLICE),
        "plans": plans(contact) if whole else [],
        "unfinished": agenda.unfinished(me, limit=5, contact=contact) if whole else [],
    }


def plans(contact: Contact) -> list[Plan]:
    """Planned interactions and scheduled meetings, the furthest first: the next one stands at the line of now."""
    me = member()
    found = [Plan(row.start_datetime, interaction=row) for row in timeline.planned(me, contact)]
    found += [Plan(row.scheduled_datetime, meeting=row) for row in agenda.upcoming(me, limit=5, contact=contact)]
    return sorted(found, key=lambda plan: plan.at, reverse=True)


def cadence(contact: Contact) -> Cadence:
    """Whether the days since the last talk are more than they should be."""
    last = contact.last_interaction_at or contact.created_at
    days = (clock.now() - last).days
    return Cadence(days, bool(contact.keep_in_touch_days and days > contact.keep_in_touch_days))
