"""Sites, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from crm import clock
from crm.services import site_admin as services
from crm.web import respond
from crm.web.forms import began
from crm.web.forms.base import said
from crm.web.forms.began import BegunForm, Values
from crm.web.forms.fields import Text
from crm.web.settings.blueprint import blueprint, me

if TYPE_CHECKING:
    from crm.models import Site


class SiteForm(BegunForm):
    name = Text("Name")
    description = TextAreaField("Description")
    timezone = Text("Time zone")


def filled(values: Values) -> dict[str, str]:
    return {"name": values["name"] or "", "description": values["description"] or "", "timezone": values["timezone"] or "UTC"}


@blueprint.get("/sites")
def sites() -> ResponseReturnValue:
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    return respond.page_or_fragment(
        "settings/sites.html", "settings/_sites.html", found=services.overview(me().user, page=page)
    )


@blueprint.route("/sites/new", methods=["GET", "POST"])
def new_site() -> ResponseReturnValue:
    services.require_admin(me().user)
    form = SiteForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        site = said(form, lambda: services.create(me().user, **filled(form.values()), join="join" in request.form))
        if site:
            return respond.done(f"{site.name} is there. Invite its people.", to=url_for(".site_members", site_uid=site.uid))
    return _form(form, 422 if request.method == "POST" else 200)


@blueprint.route("/sites/<uuid:site_uid>", methods=["GET", "POST"])
def edit_site(site_uid: UUID) -> ResponseReturnValue:
    site = services.get(me().user, site_uid)

    def now() -> Values:
        return {"name": site.name, "description": site.description, "timezone": site.timezone}

    form = SiteForm.on(now())
    if request.method == "POST":
        saved = began.save(form, now, lambda wanted, before: services.edit(me().user, site, filled(wanted), before=before))
        if saved:
            return respond.done(f"{saved.name} is saved.", to=url_for(".sites"))
    return _form(form, 422 if request.method == "POST" else 200, site)


@blueprint.post("/sites/<uuid:site_uid>/join")
def join_site(site_uid: UUID) -> ResponseReturnValue:
    site = services.join(me().user, site_uid)
    return respond.done(f"You are a manager of {site.name} now.", to=respond.back(url_for(".sites")))


def _form(form: SiteForm, status: int, site: Site | None = None) -> ResponseReturnValue:
    return respond.page("settings/site.html", status, form=form, site=site, zones=sorted(clock.zone_names()))
