"""Contacts: finding them, their page, adding and editing them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.errors import Merged
from crm.services import contacts as services
from crm.services import events, merges, sites
from crm.services.members import Member, require_edit, require_write
from crm.web import contact_page, contact_query, respond
from crm.web.forms.base import submit
from crm.web.forms.contacts import ContactEditForm, ContactNewForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")

PAGE_SIZE = 50
TAGS = 10


@blueprint.get("")
def index() -> ResponseReturnValue:
    me = member()
    listed = contact_query.listed(request.args)
    page = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    descending = listed.order == "desc"
    found = services.find(me, listed.asked, sort=listed.sort, descending=descending, page=page, page_size=PAGE_SIZE, brief=True)
    colleagues = sites.colleagues(me)
    answer = respond.page_or_fragment(
        "contacts/index.html",
        "contacts/_list.html",
        found=found,
        listed=listed,
        chips=contact_query.chips(listed, colleagues),
        colleagues=colleagues,
        tags=[] if respond.wants_fragment() else services.tags(me),
        query=contact_query,
    )
    answer.headers["HX-Replace-Url"] = url_for(".index", **listed.args(page=page if page > 1 else None))
    return answer


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    me = member()
    require_write(me)
    if request.method == "GET":
        form = ContactNewForm(name=request.args.get("name"), owner_id=me.user_id)
        return respond.page("contacts/new.html", form=form, **offered(me))
    form = ContactNewForm(request.form)
    contact = submit(form, lambda wanted: services.add(me, wanted))
    if contact is None:
        return respond.page_or_fragment("contacts/new.html", "contacts/_form.html", 422, form=form, **offered(me))
    return respond.done(f"{contact.name} is added.", to=url_for(".show", uid=contact.uid))


@blueprint.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    try:
        contact = services.get(member(), uid)
    except Merged as error:
        return redirect(url_for(".show", uid=error.into), 303)
    return respond.page("contacts/show.html", contact=contact, **contact_page.whole(contact))


@blueprint.get("/<uuid:uid>/head")
def show_head(uid: UUID) -> ResponseReturnValue:
    contact = services.get(member(), uid)
    return respond.fragment("contacts/_head.html", **contact_page.head(contact))


@blueprint.get("/<uuid:uid>/side")
def show_side(uid: UUID) -> ResponseReturnValue:
    contact = services.get(member(), uid)
    return respond.fragment("contacts/_side.html", contact=contact, **contact_page.side(contact))


@blueprint.get("/<uuid:uid>/timeline")
def show_timeline(uid: UUID) -> ResponseReturnValue:
    """The timeline, or (with the cursor `before`) more rows for its end."""
    contact = services.get(member(), uid)
    if "before" in request.args:
        return respond.fragment("contacts/_older.html", contact=contact, **contact_page.older(contact))
    past = contact_page.past(contact)
    answer = respond.fragment("contacts/_timeline.html", contact=contact, **past)
    answer.headers["HX-Replace-Url"] = url_for(".show", uid=uid, **past["wanted"])
    return answer


@blueprint.route("/<uuid:uid>/edit", methods=["GET", "POST"])
def edit(uid: UUID) -> ResponseReturnValue:
    me = member()
    contact = services.get(me, uid)
    require_edit(me, contact)
    if request.method == "GET":
        return respond.page("contacts/edit.html", contact=contact, form=ContactEditForm.of(contact), **offered(me))
    form = ContactEditForm.of(contact, request.form)
    if submit(form, lambda wanted: services.edit(me, uid, wanted, version=form.started_from), row=contact) is None:
        shown: Shown = {"contact": contact, "form": form, **offered(me)}
        return respond.page_or_fragment("contacts/edit.html", "contacts/_form.html", 422, **shown)
    return respond.done(f"{contact.name} is saved.", to=url_for(".show", uid=uid))


def offered(me: Member) -> Shown:
    """What the form lets one choose from: whose the contact is, and the tags that others have."""
    return {"colleagues": sites.colleagues(me), "tags": [tag for tag, _count in services.tags(me, limit=TAGS)]}


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
    me = member()
    contact = services.get(me, uid)
    changes = events.history(me, contact)
    shown: Shown = {"row": contact, "changes": changes, "to": url_for(".show", uid=uid), "name": contact.name}
    if changes and changes[0].action == "merged" and me.may_edit(contact):
        shown["merge"] = merges.undoable(me, contact)
    return respond.page_or_fragment("history.html", "_history.html", **shown)
