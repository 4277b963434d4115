"""The board of follow-ups: whose, how near, and where they are dragged to. More of their pages (web/follow_ups.py)."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew
from crm.services import board, contacts, lookup, sites
from crm.services import follow_ups as services
from crm.services.board import COLUMNS, Whose
from crm.services.members import require_write
from crm.web import respond, times
from crm.web.follow_ups import blueprint
from crm.web.forms.base import submit
from crm.web.forms.follow_ups import FollowUpForm
from crm.web.respond import Shown, Undo
from crm.web.session import member

FIRST = 25  # of each column
MORE = 50
MOST = 500  # of one column alone, without JavaScript


@blueprint.get("")
def index() -> ResponseReturnValue:
    wanted = request.args.get("with", "").strip()
    if wanted:
        return _with(wanted)
    due = request.args.get("due", "")
    which = (due,) if due in COLUMNS else COLUMNS
    limit = min(max(request.args.get("show", FIRST, type=int), FIRST), MOST) if due in COLUMNS else FIRST
    shown = asked() | {"columns": board.columns(member(), whose(), which, limit=limit), "due": due if due in COLUMNS else ""}
    form = FollowUpForm(owner_id=member().user_id)
    return respond.page_or_fragment("follow_ups/index.html", "follow_ups/_board.html", form=form, open=False, **shown)


@blueprint.get("/more")
def more() -> ResponseReturnValue:
    column = request.args.get("column", "overdue")
    found = board.more(member(), whose(), column, request.args.get("after", ""), limit=MORE)
    return respond.page_or_fragment("follow_ups/more.html", "follow_ups/_more.html", column=found, **asked())


@blueprint.get("/done")
def done() -> ResponseReturnValue:
    """What is done, the last first; with HTMX and the cursor `after` more of it."""
    wanted, after = request.args.get("with", "").strip(), request.args.get("after", "")
    if wanted:
        return _with(wanted, ".done")
    found = board.done(member(), whose(), after, limit=MORE)
    shown = asked() | {"column": found, "after": after}
    shown["names"] = {user.id: user.name for user in shown["colleagues"]}
    part = "follow_ups/_done_rows.html" if after else "follow_ups/_done.html"
    return respond.page_or_fragment("follow_ups/done.html", part, **shown)


@blueprint.get("/count")
def count() -> ResponseReturnValue:
    """How many are due, for the shell."""
    return respond.page_or_fragment("follow_ups/count.html", "shell/_due_count.html")


@blueprint.post("")
def plan_one() -> ResponseReturnValue:
    """One that is about nobody in particular, or with the contact that the board is about."""
    me = member()
    require_write(me)
    form = FollowUpForm(request.form)
    form.contact = request.form.get("contact", type=UUID)
    follow_up = submit(form, lambda wanted: services.plan(me, _about(wanted, form.whom.data)))
    shown: Shown = {"contact": contacts.get(me, form.contact) if form.contact else None, "colleagues": sites.colleagues(me)}
    if follow_up is None:
        return respond.page_or_fragment("follow_ups/new.html", "follow_ups/_form.html", 422, form=form, open=True, **shown)
    events = {"follow-ups-changed": {"focus": str(follow_up.uid)}}
    fresh = FollowUpForm(owner_id=me.user_id)
    text, to = f"Follow-up planned: {follow_up.title}", url_for(".index", contact=form.contact)
    return respond.done(text, to=to, part="follow_ups/_form.html", events=events, form=fresh, open=False, **shown)


@blueprint.post("/<uuid:uid>/column")
def drop(uid: UUID) -> ResponseReturnValue:
    """Into another column: the first day of it."""
    me = member()
    today, was = clock.today(me.timezone), services.get(me, uid).due_on
    follow_up = services.edit(me, uid, FollowUpEdit(due_on=board.first_day(request.form.get("column", ""), today)))
    now = f"Due {times.day(follow_up.due_on, today)}" if follow_up.due_on else "No date"
    return respond.done(
        f"{now}: {follow_up.title}",
        to=respond.back(url_for(".index")),
        undo=Undo(url_for(".give_day", uid=uid), {"due_on": was.isoformat() if was else ""}),
        part="_nothing.html",
        events={"follow-ups-changed": {"focus": str(uid)}},
    )


def whose() -> Whose:
    """As the address says: mine unless it asks for somebody else's, or everybody's. Who only looks on has none."""
    owner, uid = request.args.get("owner", "me" if member().may_write else "all"), request.args.get("contact", type=UUID)
    contact = contacts.get(member(), uid) if uid else None
    if owner == "all" or (contact and "owner" not in request.args):
        return Whose(None, contact)
    return Whose(int(owner) if owner.isdecimal() and len(owner) < 10 else member().user_id, contact)


def asked() -> Shown:
    """What the board and its pieces are told of the address; `here`: what of it goes into every link."""
    chosen = whose()
    mine = chosen.owner_id == member().user_id
    owner = "all" if chosen.owner_id is None else "me" if mine else str(chosen.owner_id)
    contact = chosen.contact
    return {
        "owner": owner,
        "contact": contact,
        "here": {"owner": owner} | ({"contact": str(contact.uid)} if contact else {}),
        "colleagues": sites.colleagues(member()),
        "focus": request.args.get("focus", ""),
        "next": MORE,
        "most": MOST,
    }


def _about(wanted: FollowUpNew, name: str | None) -> FollowUpNew:
    """With the contact who is called that, where one is named. Raises Invalid."""
    return wanted.model_copy(update={"contact_id": lookup.named(member(), name).uid}) if name else wanted


def _with(name: str, endpoint: str = ".index") -> ResponseReturnValue:
    """On to the board (or the list `endpoint`) of the contact who is called that."""
    found = contacts.find(member(), search=name, page_size=1).items
    if not found:
        return respond.refused_or_back(f"No contact is called “{name}”.", to=url_for(endpoint))
    return redirect(url_for(endpoint, contact=found[0].uid, owner=request.args.get("owner")), 303)
