"""Follow-ups: planning, doing, putting off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.errors import Invalid
from crm.schemas.follow_ups import FollowUpEdit
from crm.services import contacts, sites
from crm.services import follow_ups as services
from crm.services.members import Member, require_edit, require_write
from crm.web import respond, times
from crm.web.forms.base import submit
from crm.web.forms.follow_ups import FollowUpEditForm, FollowUpForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import FollowUp

blueprint = Blueprint("follow_ups", __name__, url_prefix="/follow-ups")

# What is due is counted again; the lists stay as they are, so that the line with "Undo" does.
COUNTED = ("follow-ups-counted",)


@blueprint.post("/for/<uuid:contact_uid>")
def plan(contact_uid: UUID) -> ResponseReturnValue:
    me = member()
    require_write(me)
    contact = contacts.get(me, contact_uid)
    form = FollowUpForm(request.form)
    form.contact = contact_uid
    follow_up = submit(form, lambda wanted: services.plan(me, wanted))
    shown: Shown = {"contact": contact, "colleagues": sites.colleagues(me)}
    if follow_up is None:
        return respond.page_or_fragment("follow_ups/new.html", "follow_ups/_form.html", 422, form=form, open=True, **shown)
    return respond.done(
        f"Follow-up planned: {follow_up.title}",
        to=url_for("web.contacts.show", uid=contact_uid),
        part="follow_ups/_form.html",
        events=("follow-ups-changed",),
        form=FollowUpForm(owner_id=me.user_id),
        open=False,
        **shown,
    )


@blueprint.get("/for/<uuid:contact_uid>")
def new(contact_uid: UUID) -> ResponseReturnValue:
    me = member()
    require_write(me)
    shown: Shown = {
        "contact": contacts.get(me, contact_uid),
        "form": FollowUpForm(owner_id=me.user_id),
        "colleagues": sites.colleagues(me),
    }
    return respond.page("follow_ups/new.html", open=True, **shown)


@blueprint.route("/<uuid:uid>/edit", methods=["GET", "POST"])
def edit(uid: UUID) -> ResponseReturnValue:
    me = member()
    follow_up = services.get(me, uid)
    require_edit(me, follow_up)
    form = FollowUpEditForm.of(follow_up, request.form if request.method == "POST" else None)
    shown: Shown = {"follow_up": follow_up, "form": form, "colleagues": sites.colleagues(me)}
    if request.method == "GET":
        return respond.page_or_fragment("follow_ups/edit.html", "follow_ups/_edit.html", **shown)
    was = follow_up.due_on
    saved = submit(form, lambda wanted: services.edit(me, uid, wanted, version=form.started_from), row=follow_up)
    if saved is None:
        return respond.page_or_fragment("follow_ups/edit.html", "follow_ups/_edit.html", 422, **shown)
    # Another day may be another column: then the lists load themselves again.
    events = COUNTED if saved.due_on == was else {"follow-ups-changed": {"focus": str(uid)}}
    to, part = url_for(".index"), "follow_ups/_row.html"
    return respond.done(f"Saved: {saved.title}", to=to, part=part, events=events, silent=True, follow_up=saved, focus=True)


@blueprint.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    """One row by itself: what "Cancel" of editing in place goes back to."""
    follow_up = services.get(member(), uid)
    shown: Shown = {"follow_up": follow_up, "focus": respond.wants_fragment()}
    return respond.page_or_fragment("follow_ups/show.html", "follow_ups/_row.html", **shown)


@blueprint.post("/<uuid:uid>/done")
def complete(uid: UUID) -> ResponseReturnValue:
    follow_up = services.complete(member(), uid)
    return changed(follow_up, "Done", Undo(url_for(".reopen", uid=uid)))


@blueprint.post("/<uuid:uid>/reopen")
def reopen(uid: UUID) -> ResponseReturnValue:
    follow_up = services.reopen(member(), uid)
    if "listed" in request.form:  # among those that are done
        return changed(follow_up, "Open again", Undo(url_for(".finish_again", uid=uid)))
    return again(follow_up)


@blueprint.post("/<uuid:uid>/done-again")
def finish_again(uid: UUID) -> ResponseReturnValue:
    return changed(services.finish_again(member(), uid), "Done", Undo(url_for(".reopen", uid=uid)))


@blueprint.post("/<uuid:uid>/snooze")
def snooze(uid: UUID) -> ResponseReturnValue:
    """Puts it off until "today", "tomorrow", "next-week", "someday" or a `day`."""
    me = member()
    was = services.get(me, uid).due_on
    undo = Undo(url_for(".give_day", uid=uid), {"due_on": was.isoformat() if was else ""})
    if request.form.get("until") == "someday":
        return changed(services.edit(me, uid, FollowUpEdit(due_on=None)), "No date any more", undo)
    until = chosen_day(request.form.get("day") or request.form.get("until", ""), me)
    follow_up = services.snooze(me, uid, until)
    return changed(follow_up, f"Put off until {times.day(until, clock.today(me.timezone))}", undo)


@blueprint.post("/<uuid:uid>/day")
def give_day(uid: UUID) -> ResponseReturnValue:
    """Takes putting off back: the day it had may have gone."""
    form = FollowUpForm(request.form)
    return again(services.edit(member(), uid, FollowUpEdit(due_on=form.due_on.data)))


@blueprint.post("/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    return changed(services.delete(member(), uid), "Deleted", Undo(url_for(".restore", uid=uid)))


@blueprint.post("/<uuid:uid>/restore")
def restore(uid: UUID) -> ResponseReturnValue:
    return again(services.restore(member(), uid))


def changed(follow_up: FollowUp, what: str, undo: Undo) -> ResponseReturnValue:
    """The row makes way for a line that says what has happened and takes it back."""
    return respond.done(
        f"{what}: {follow_up.title}",
        to=respond.back(url_for(".index")),
        undo=undo,
        part="follow_ups/_changed.html",
        silent=True,
        events=COUNTED,
        follow_up=follow_up,
        what=what,
        take_back=undo,
    )


def again(follow_up: FollowUp) -> ResponseReturnValue:
    to = respond.back(url_for(".index"))
    text, part = f"As before: {follow_up.title}", "follow_ups/_row.html"
    return respond.done(text, to=to, part=part, silent=True, events=COUNTED, follow_up=follow_up, focus=True)


def chosen_day(word: str, me: Member) -> date:
    """Raises Invalid; through the service where the day has gone."""
    today = clock.today(me.timezone)
    near = {"today": today, "tomorrow": today + timedelta(days=1), "next-week": times.next_week(me.timezone)}
    try:
        return near.get(word or "tomorrow") or date.fromisoformat(word)
    except ValueError:
        raise Invalid({"due_on": "must be a day"}) from None
