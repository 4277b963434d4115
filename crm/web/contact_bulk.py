"""Many contacts at once: tagging, giving to somebody, taking out as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from crm import clock, database
from crm.services import contact_bulk, contact_files
from crm.services.contact_bulk import Outcome
from crm.services.contact_filters import Chosen
from crm.services.members import require_write
from crm.web import contact_query, locales, respond, sheets
from crm.web.respond import Undo
from crm.web.session import member

blueprint = Blueprint("contact_bulk", __name__, url_prefix="/contacts")

VERSIONS = {"3": "3.0", "4": "4.0"}


@blueprint.post("/bulk/tag")
def tag() -> ResponseReturnValue:
    return changed("tagged", lambda which, tags: contact_bulk.tag(member(), which, tags))


@blueprint.post("/bulk/untag")
def untag() -> ResponseReturnValue:
    return changed("without the tag", lambda which, tags: contact_bulk.untag(member(), which, tags))


@blueprint.post("/bulk/owner")
def assign() -> ResponseReturnValue:
    owner = request.form.get("assign_to", type=int)
    return changed("given away" if owner else "nobody’s now", lambda which, _tags: contact_bulk.assign(member(), which, owner))


@blueprint.post("/bulk/undo")
def undo() -> ResponseReturnValue:
    require_write(member())
    done = contact_bulk.undo(member(), request.form.get("bulk", type=UUID) or UUID(int=0))
    return respond.done(f"{count(done.changed)} as before.", to=back(), part="_nothing.html")


@blueprint.get("/export.csv")
def export_csv() -> Response:
    return download(contact_files.as_csv(member(), contact_query.chosen(request.args)), "text/csv", "csv")


@blueprint.get("/export.vcf")
def export_vcards() -> Response:
    version = VERSIONS.get(request.args.get("version", "4"), "4.0")
    cards = contact_files.as_vcards(member(), contact_query.chosen(request.args), version)
    return download(cards, "text/vcard", "vcf")


def changed(what: str, action: Callable[[Chosen, list[str]], Outcome]) -> ResponseReturnValue:
    """Does it to what is chosen, and says how many it was."""
    require_write(member())
    which = contact_query.chosen(request.form)
    if which == Chosen():
        return respond.refused_or_back("No contact is selected. Tick some first.", to=back())
    outcome = action(which, request.form.get("tags", "").replace("\n", ",").split(","))
    undo = Undo(url_for(".undo"), {"bulk": str(outcome.undo)}) if outcome.undo else None
    return respond.done(said(outcome, what), to=back(), undo=undo)


def said(outcome: Outcome, what: str) -> str:
    parts = [f"{count(outcome.changed)} {what}"]
    if outcome.same:
        parts.append(f"{locales.number(outcome.same)} {'was' if outcome.same == 1 else 'were'} so already")
    if outcome.refused:
        parts.append(f"{locales.number(outcome.refused)} left alone: not yours to change")
    return ", ".join(parts) + "."


def count(number: int) -> str:
    return f"{locales.number(number)} contact{'' if number == 1 else 's'}"


def back() -> str:
    return respond.back(url_for("web.contacts.index"))


def download(pieces: Iterator[str], kind: str, ending: str) -> Response:
    """Piece by piece: 100,000 contacts are not held in memory."""
    return sheets.download(database.streamed(pieces), f"contacts-{clock.today(member().timezone)}.{ending}", kind)
