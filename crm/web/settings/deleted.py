"""Deleted things, and bringing them back."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from crm.services import deleted as services
from crm.web import respond
from crm.web.respond import Shown
from crm.web.settings.blueprint import blueprint, me

PAGE_SIZE = 50
PAGES = {"contact": "web.contacts.show", "interaction": "web.interactions.show", "meeting": "web.meetings.show"}


@blueprint.get("/deleted")
def deleted() -> ResponseReturnValue:
    member = me().member()
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = services.find(member, page=page, page_size=PAGE_SIZE)
    return respond.page_or_fragment("settings/deleted.html", "settings/_deleted.html", found=found)


@blueprint.post("/deleted/<kind>/<uuid:uid>/restore")
def restore(kind: str, uid: UUID) -> ResponseReturnValue:
    row = services.restore(me().member(), kind, uid)
    name = getattr(row, "name", None) or getattr(row, "title", None) or getattr(row, "purpose", None) or "The meeting"
    link = (url_for(PAGES[kind], uid=uid), "Open") if kind in PAGES else (url_for("web.follow_ups.index"), "Follow-ups")
    shown: Shown = {"uid": uid, "name": name, "its_page": link}
    return respond.done(f"{name} is back.", to=url_for(".deleted"), link=link, part="settings/_restored.html", **shown)
