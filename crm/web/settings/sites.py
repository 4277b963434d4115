"""Sites, for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, TextAreaField

from crm import clock
from crm.services import site_admin as services
from crm.web import respond
from crm.web.forms.base import Form, said
from crm.web.forms.fields import Text
from crm.web.settings.blueprint import blueprint, me

if TYPE_CHECKING:
    from crm.models import Site


class SiteForm(Form[Any]):
    name = Text("Name")
    description = TextAreaField("Description")
    timezone = Text("Time zone")
    version = HiddenField()

    @property
    def seen(self) -> datetime | None:
        """The `updated_at` that the edit started from."""
        try:
            return datetime.fromisoformat(self.version.data or "")
        except ValueError:
            return None

    def filled(self) -> dict[str, Any]:
        return {
            "name": self.name.data or "",
            "description": self.description.data or "",
            "timezone": self.timezone.data or "UTC",
        }


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
        site = said(form, lambda: services.create(me().user, **form.filled(), join="join" in request.form))
        if site:
            return respond.done(f"{site.name} is there. Invite its people.", to=url_for(".site_members", site_uid=site.uid))
    return _form(form, 422 if request.method == "POST" else 200)


@blueprint.route("/sites/<uuid:site_uid>", methods=["GET", "POST"])
def edit_site(site_uid: UUID) -> ResponseReturnValue:
    site = services.get(me().user, site_uid)
    plain = {"name": site.name, "description": site.description, "timezone": site.timezone}
    form = SiteForm(request.form if request.method == "POST" else None, **plain, version=site.updated_at.isoformat())
    if request.method == "POST":
        saved = said(form, lambda: services.edit(me().user, site, **form.filled(), seen=form.seen))
        if saved:
            return respond.done(f"{saved.name} is saved.", to=url_for(".sites"))
        form.version.data = site.updated_at.isoformat()
    return _form(form, 422 if request.method == "POST" else 200, site)


@blueprint.post("/sites/<uuid:site_uid>/join")
def join_site(site_uid: UUID) -> ResponseReturnValue:
    site = services.join(me().user, site_uid)
    return respond.done(f"You are a manager of {site.name} now.", to=respond.back(url_for(".sites")))


def _form(form: SiteForm, status: int, site: Site | None = None) -> ResponseReturnValue:
    return respond.page("settings/site.html", status, form=form, site=site, zones=sorted(clock.zone_names()))
