"""Analytics: what the site's interactions add up to, drawn, said, as tables and as files."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from crm.services import contacts, response, sites, touches
from crm.services.overview import overview
from crm.web import locales, respond, words
from crm.web.analytics import charts, tables
from crm.web.analytics.asked import RANGES, TITLES, UNITS, VERDICTS, Asked
from crm.web.analytics.tables import Found, GoingCold
from crm.web.respond import Shown
from crm.web.session import member

blueprint = Blueprint("analytics", __name__, url_prefix="/analytics")

PEOPLE = 6  # contacts that are offered for the filter


@blueprint.get("")
def index() -> ResponseReturnValue:
    asked = Asked.of(member(), request.args)
    found = ask(asked)
    shown: Shown = {
        "asked": asked,
        "found": found,
        "tables": {name: make(found) for name, make in tables.TABLES.items()},
        "says": {name: make(found) for name, make in tables.SAYS.items()},
        "frequency": charts.by_type(found.overview, asked),
        "moods": charts.by_mood(found.overview, asked),
        "heat": charts.heat(found.overview.hours),
        "numbers": charts.numbers(found.overview),
        "ranges": RANGES,
        "units": UNITS,
        "titles": TITLES,
        "verdicts": VERDICTS,
        "long": charts.MANY,
        "cell": tables.cell,
        "starts_elsewhere": asked.unit == "week" and locales.manner().first_weekday != 0,
        "kinds": {word.label: kind for kind, word in words.TYPES.items()},
    }
    return respond.page_or_fragment("analytics/index.html", "analytics/_report.html", **shown)


@blueprint.get("/<name>/table")
def table(name: str) -> ResponseReturnValue:
    """The table of a chart by itself, where it is too long to lie beside each."""
    if name not in tables.TABLES:
        abort(404)
    asked = Asked.of(member(), request.args)
    found = ask(asked)
    rows = {bucket.span.first: asked.rows(bucket.span) for bucket in found.overview.buckets}
    shown: Shown = {"asked": asked, "name": name, "title": TITLES[name], "says": tables.SAYS[name](found)}
    shown |= {"table": tables.TABLES[name](found), "cell": tables.cell, "rows": rows, "long": charts.MANY}
    return respond.page_or_fragment("analytics/table.html", "analytics/_table.html", **shown)


@blueprint.get("/<name>.csv")
def file(name: str) -> Response:
    if name not in tables.TABLES:
        abort(404)
    asked = Asked.of(member(), request.args)
    return tables.as_file(f"{name}-{asked.span.first}-{asked.span.last}.csv", tables.TABLES[name](ask(asked)))


@blueprint.get("/follow-ups/<verdict>")
def kept(verdict: str) -> ResponseReturnValue:
    """The rows behind a part of "Promises kept"; with the cursor `after` more of them."""
    if verdict not in VERDICTS:
        abort(404)
    asked, after = Asked.of(member(), request.args), request.args.get("after", "")
    code = verdict.replace("-", "_")
    found = response.behind(member(), asked.span, code, after, contact=asked.contact, lead=asked.lead)
    shown: Shown = {"asked": asked, "column": found, "after": after, "verdict": verdict, "title": VERDICTS[verdict]}
    shown["names"] = {user.id: user.name for user in sites.colleagues(member())}
    return respond.page_or_fragment("analytics/kept.html", "analytics/_kept_rows.html", **shown)


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Contacts for the filter, while somebody types."""
    search = request.args.get("whom", "").strip()
    asked = Asked.of(member(), request.args)
    found = contacts.find(member(), search=search, page_size=PEOPLE) if search else None
    return respond.page_or_fragment("analytics/people.html", "analytics/_people.html", people=found, asked=asked, search=search)


def ask(asked: Asked) -> Found:
    me, contact, lead = member(), asked.contact, asked.lead
    return Found(
        overview(me, asked.span, unit=asked.unit, contact=contact, lead=lead),
        response.follow_ups(me, asked.span, contact=contact, lead=lead),
        GoingCold(touches.going_cold(me), touches.count_cold(me)),
    )
