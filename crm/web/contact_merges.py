"""Merging two contacts: choosing the other one, looking at both, doing it, taking it back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import database
from crm.errors import Invalid, Stale
from crm.services import contacts, merges, sites
from crm.services.members import require_edit
from crm.services.merges import Preview
from crm.web import respond, words
from crm.web.respond import Shown, Undo
from crm.web.session import member

blueprint = Blueprint("contact_merges", __name__, url_prefix="/contacts")

PICKED = 8


@blueprint.get("/<uuid:uid>/merge")
def pick(uid: UUID) -> ResponseReturnValue:
    """The other one, by search or out of those who may be the same; then both side by side."""
    me, other = member(), request.args.get("with", type=UUID)
    if other:
        return look(merges.preview(me, uid, other))
    contact = contacts.get(me, uid)
    require_edit(me, contact)
    search = request.args.get("search", "").strip()
    found = contacts.find(me, search=search, page_size=PICKED + 1).items if search else merges.duplicates(me, contact)
    shown: Shown = {"contact": contact, "search": search, "found": [one for one in found if one.id != contact.id][:PICKED]}
    return respond.page_or_fragment("contacts/merge_pick.html", "contacts/_merge_picked.html", **shown)


@blueprint.post("/<uuid:uid>/merge")
def merge(uid: UUID) -> ResponseReturnValue:
    me, form = member(), request.form
    contact = contacts.get(me, uid)
    other = form.get("with", type=UUID) or uid
    versions = form.get("version", type=int), form.get("other_version", type=int)
    try:
        kept, undo = merges.merge(
            me, uid, other, {name: form[name] for name in merges.FIELDS if name in form}, versions=versions
        )
    except Stale:
        return look(merges.preview(me, uid, other), "One of the two was changed meanwhile. This is how they are now.")
    except Invalid as error:
        text = f"{contact.name}: {'; '.join(error.details.values())}."
        database.rollback()
        return respond.refused_or_back(text, to=url_for(".pick", uid=uid))
    text = f"Two became one: {kept.name}."
    return respond.done(text, to=url_for("web.contacts.show", uid=uid), undo=Undo(url_for(".undo"), {"merge": str(undo)}))


@blueprint.post("/unmerge")
def undo() -> ResponseReturnValue:
    kept, back = merges.undo(member(), request.form.get("merge", type=UUID) or UUID(int=0))
    return respond.done(f"{kept.name} and {back.name} are two again.", to=url_for("web.contacts.show", uid=kept.uid))


def look(preview: Preview, problem: str = "") -> ResponseReturnValue:
    people = {user.id: user.name for user in sites.colleagues(member())}
    names = {name: words.field(name).capitalize() for name in merges.FIELDS}
    names["keep_in_touch_days"] = "Keep in touch"
    shown: Shown = {"preview": preview, "people": people, "names": names, "fields": merges.FIELDS, "problem": problem}
    return respond.page("contacts/merge.html", 409 if problem else 200, **shown)
