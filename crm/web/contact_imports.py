"""Importing contacts in the browser: a file, what its columns mean, a look, progress, a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock
from crm.errors import Invalid
from crm.jobs import contact_imports as jobs
from crm.jobs import queue
from crm.services.imports import preview, wizard
from crm.web import respond, sheets
from crm.web.locales import number
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import ContactImport

blueprint = Blueprint("contact_imports", __name__, url_prefix="/imports")

# What a column can mean: the usual ones, then the parts of names and what other programs write.
TARGETS = {
    "name": "Name",
    "first": "First name",
    "last": "Last name",
    "emails*": "E-mail",
    "phones*": "Phone",
    "company": "Company",
    "job_title": "Job title",
    "tags*": "Tags",
    "notes": "Notes",
    "owner": "Owner",
    "keep_in_touch_days": "Keep in touch",
    "middle": "Middle name",
    "prefix": "Name prefix",
    "suffix": "Name suffix",
    "nickname": "Nickname",
    "file_as": "Filed as",
    "groups*": "Labels",
    "associated_company": "Associated company",
    "external_id": "Its name elsewhere",
}


# A file that is not begun: the page, and what changes with the columns.
PAGES = ("contact_imports/show.html", "contact_imports/_look.html")


@blueprint.get("")
def index() -> ResponseReturnValue:
    return respond.page("contact_imports/index.html", latest=wizard.latest(member()), problem="")


@blueprint.post("")
def upload() -> ResponseReturnValue:
    me = member()
    latest = wizard.latest(me)
    file = request.files.get("file")
    try:
        row = wizard.upload(me, file.filename or "", file.read()) if file else None
    except Invalid as error:
        return respond.page("contact_imports/index.html", 422, latest=latest, problem=f"The file {error.details['file']}.")
    if row is None:
        return respond.page("contact_imports/index.html", 422, latest=latest, problem="Choose a file first.")
    return respond.done(f"{row.file_name} is here. Nothing is imported yet.", to=url_for(".show", uid=row.uid))


@blueprint.get("/<uuid:uid>")
def show(uid: UUID) -> ResponseReturnValue:
    row = wizard.get(member(), uid)
    return respond.page_or_fragment("contact_imports/show.html", "contact_imports/_state.html", **shown(row))


@blueprint.post("/<uuid:uid>/columns")
def columns(uid: UUID) -> ResponseReturnValue:
    """What the columns mean, and at once what would become of them."""
    row = wizard.get(member(), uid)
    if refused := unusable(row):
        return respond.page_or_fragment(*PAGES, 422, **shown(row) | refused)
    look = shown(row)
    seen = look["preview"]
    said = f"Looked again: {number(seen.fresh)} new, {number(seen.there)} already here, {number(seen.refused)} refused."
    return respond.done(said, to=url_for(".show", uid=uid, _anchor="preview"), part=PAGES[1], **look)


@blueprint.post("/<uuid:uid>/start")
def start(uid: UUID) -> ResponseReturnValue:
    """Begins, with the columns as they are chosen on the page."""
    row = wizard.get(member(), uid)
    if row.status == "uploaded" and (refused := unusable(row)):
        return respond.page(PAGES[0], 422, **shown(row) | refused)
    row = wizard.start(member(), uid)
    if row.status == "waiting":
        queue.enqueue(jobs.run, row.id)
    said = "This import is done." if row.status == "done" else "The import is on its way."
    return respond.done(said, to=url_for(".show", uid=uid))


@blueprint.post("/<uuid:uid>/delete")
def delete(uid: UUID) -> ResponseReturnValue:
    wizard.forget(member(), uid)
    return respond.done("The file is removed. Contacts that were imported stay.", to=url_for(".index"))


@blueprint.get("/<uuid:uid>/refused.csv")
def refused(uid: UUID) -> Response:
    row = wizard.get(member(), uid)
    text = "".join(preview.refused_rows(row))
    return sheets.download(text, "not-imported.csv")


def unusable(row: ContactImport) -> Shown:
    """Takes over what the form says that the columns mean; or says why it cannot, and what was chosen, which stays on the page.
    A form without them changes nothing."""
    if not any(name.startswith("column-") for name in request.form):
        return {}
    chosen = [replace(column, target=meaning(place)) for place, column in enumerate(wizard.columns(row))]
    try:
        wizard.choose(member(), row.uid, {column.name: column.target for column in chosen})
    except Invalid as error:
        return {"columns": chosen, "problem": f"The columns {error.details['columns']}."}
    return {}


def meaning(place: int) -> str:
    target = request.form.get(f"column-{place}", "")
    return target if target in TARGETS else ""


def shown(row: ContactImport) -> Shown:
    """A file that is not begun is looked at; another one tells how it goes."""
    me = member()
    shown: Shown = {"row": row, "targets": TARGETS, "problem": "", "silent": False, "may_edit": me.may_edit(row)}
    if row.status == "uploaded":
        shown |= {"columns": wizard.columns(row), "preview": preview.preview(me, row)}
    elif row.beat_at:
        shown["silent"] = clock.now() - row.beat_at > wizard.SILENCE / 4
    return shown
