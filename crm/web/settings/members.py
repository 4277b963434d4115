"""Who belongs to a site: roles, invitations, leaving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from crm.jobs import mails, queue
from crm.services import invitations, memberships
from crm.services.members import Member
from crm.web import history, respond
from crm.web.forms.base import Form, said
from crm.web.forms.fields import Text, one_of
from crm.web.respond import Shown, Undo
from crm.web.settings.blueprint import blueprint, me

ROLES = {
    "viewer": "Reads everything",
    "member": "Logs, and edits what is theirs",
    "manager": "Edits everything, and decides who belongs here",
}


class InviteForm(Form[Any]):
    mark = "invite-"

    email = Text("E-mail")
    role = one_of("Role", {role: role.capitalize() for role in ROLES}, default="member")
    version = HiddenField()


@blueprint.get("/members")
def members() -> ResponseReturnValue:
    member = me().member()
    site_uid = next(site.uid for site in me().sites if site.id == member.site_id)
    return _page(memberships.acting(me(), site_uid), site_uid)


@blueprint.get("/sites/<uuid:site_uid>/members")
def site_members(site_uid: UUID) -> ResponseReturnValue:
    return _page(memberships.acting(me(), site_uid), site_uid)


@blueprint.get("/sites/<uuid:site_uid>/history")
def site_history(site_uid: UUID) -> ResponseReturnValue:
    acting = memberships.acting(me(), site_uid)
    changes = memberships.history(acting)
    return respond.page("settings/history.html", acting=acting, site_uid=site_uid, changes=changes, history=history)


@blueprint.post("/sites/<uuid:site_uid>/members/<uuid:uid>/role")
def change_role(site_uid: UUID, uid: UUID) -> ResponseReturnValue:
    to, was = request.form.get("role", ""), request.form.get("was") or None
    seat = memberships.change_role(memberships.acting(me(), site_uid), uid, to, was=was)
    undo = Undo(url_for(".change_role", site_uid=site_uid, uid=uid), {"role": was, "was": to}) if was and was != to else None
    if seat.user.id == me().user.id and to != "manager" and not me().is_admin:
        undo = None  # who gives the role away cannot take it back
    return respond.done(f"{seat.user.name} is a {seat.role} now.", to=_list(site_uid), undo=undo)


@blueprint.post("/sites/<uuid:site_uid>/members/<uuid:uid>/remove")
def remove_member(site_uid: UUID, uid: UUID) -> ResponseReturnValue:
    acting = memberships.acting(me(), site_uid)
    user, undo = memberships.remove(acting, uid)
    if user.id == me().user.id:
        return respond.done(f"You have left {acting.site_name}.", to=url_for("web.auth.choose_site"))
    back = Undo(url_for(".put_back_member", site_uid=site_uid), {"removed": str(undo)})
    return respond.done(f"{user.name} no longer belongs to {acting.site_name}.", to=_list(site_uid), undo=back)


@blueprint.post("/sites/<uuid:site_uid>/members/put-back")
def put_back_member(site_uid: UUID) -> ResponseReturnValue:
    acting = memberships.acting(me(), site_uid)
    seat = memberships.put_back(acting, request.form.get("removed", type=UUID) or UUID(int=0))
    return respond.done(f"{seat.user.name} belongs to {acting.site_name} again, as a {seat.role}.", to=_list(site_uid))


@blueprint.post("/sites/<uuid:site_uid>/invitations")
def invite(site_uid: UUID) -> ResponseReturnValue:
    acting = memberships.acting(me(), site_uid)
    memberships.require_manager(acting)
    form = InviteForm(request.form)
    invitation = said(form, lambda: invitations.invite(acting, form.email.data or "", form.role.data or ""))
    if invitation is None:
        return _page(acting, site_uid, 422, form)
    queue.enqueue(mails.send_invitation, invitation.id)
    return respond.done(f"An invitation to {invitation.email} is on its way.", to=_list(site_uid))


@blueprint.post("/sites/<uuid:site_uid>/invitations/<uuid:uid>/resend")
def resend_invitation(site_uid: UUID, uid: UUID) -> ResponseReturnValue:
    invitation = invitations.resend(memberships.acting(me(), site_uid), uid)
    queue.enqueue(mails.send_invitation, invitation.id)
    return respond.done(f"A new link to {invitation.email} is on its way. The old one no longer works.", to=_list(site_uid))


@blueprint.post("/sites/<uuid:site_uid>/invitations/<uuid:uid>/revoke")
def revoke_invitation(site_uid: UUID, uid: UUID) -> ResponseReturnValue:
    invitation = invitations.revoke(memberships.acting(me(), site_uid), uid)
    return respond.done(f"The invitation of {invitation.email} is taken back. Its link no longer works.", to=_list(site_uid))


def _list(site_uid: UUID) -> str:
    """An administrator may manage a site that they do not see at the moment."""
    return respond.back(url_for(".site_members", site_uid=site_uid))


def _page(acting: Member, site_uid: UUID, status: int = 200, form: InviteForm | None = None) -> ResponseReturnValue:
    manages = acting.role == "manager"
    search, page = request.args.get("search", "").strip(), min(max(request.args.get("page", 1, type=int), 1), 10_000)
    shown: Shown = {
        "acting": acting,
        "site_uid": site_uid,
        "manages": manages,
        "found": memberships.seats(acting, search=search, page=page),
        "search": search,
        "waiting": invitations.waiting(acting) if manages else [],
        "is_expired": invitations.is_expired,
        "roles": ROLES,
        "form": form or InviteForm(),
    }
    if status != 200:
        return respond.page("settings/members.html", status, **shown)
    return respond.page_or_fragment("settings/members.html", "settings/_seats.html", **shown)
