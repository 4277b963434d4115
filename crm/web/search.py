"""Finding anything: as one types, over all nouns; or by filters on any field of the interactions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from crm.errors import Invalid
from crm.schemas import selections
from crm.schemas.selections import MOST_ROWS, Selection
from crm.services import contacts, finding, lookup
from crm.services.fields import FIELDS, Choice, Day, Flag, Guid, Instant, Kind, Number
from crm.web import listing, respond, words
from crm.web.respond import Shown
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import Contact

blueprint = Blueprint("search", __name__, url_prefix="/search")

OFFERED = 8  # contacts, in a filter about some
SEVERAL = ("in", "not_in")
FIRST = ("title", "contains")  # what a new row asks
OTHER_ORDERS = {
    "-created_at": "Last logged first",
    "created_at": "First logged first",
    "-updated_at": "Last changed first",
    "updated_at": "First changed first",
}


class Line(NamedTuple):
    """A row of the form: which operators go with its field, and what its value is put into."""

    number: int
    field: str
    operator: str
    values: tuple[str, ...]
    operators: list[tuple[str, str]]
    control: str
    choices: list[tuple[str, str]]
    people: list[Contact]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """What `q` finds everywhere, or what the rows of filters find. With HTMX: the part that changes."""
    if respond.wants_fragment() and request.headers.get("HX-Target") == "rows":
        return rows()
    asked = selections.read(request.args.items(multi=True))
    if asked.rows or "add" in request.args or request.args.get("by") == "filters":
        return advanced(asked)
    problem, found = "", None
    try:
        found = finding.everywhere(member(), asked.q)
    except Invalid as error:
        problem = next(iter(error.details.values()))
    shown: Shown = {"q": asked.q, "found": found, "problem": problem}
    return respond.page_or_fragment("search/index.html", "search/_results.html", 422 if problem else 200, **shown)


@blueprint.get("/rows")
def rows() -> ResponseReturnValue:
    """The rows of filters as the form has them, with one more or one less; what does not fit is not said yet."""
    asked = selections.read(request.args.items(multi=True))
    return respond.fragment("search/_rows.html", **form(changed(asked)), problems={}, fresh="add" in request.args)


@blueprint.get("/whom")
def whom() -> ResponseReturnValue:
    """Contacts for the row of filters whose values are `as`: those that it has, and those that `whom` finds."""
    name, text = request.args.get("as", ""), request.args.get("whom", "").strip()
    ticked = lookup.these(member(), listing.guids(request.args.getlist(name)))
    people = each_once([*ticked, *offered(text)])
    shown: Shown = {"name": name, "people": people, "values": [str(one.uid) for one in ticked], "text": text}
    return respond.fragment("search/_whom.html", several="several" in request.args, **shown)


def advanced(asked: Selection) -> ResponseReturnValue:
    building = "add" in request.args or "remove" in request.args or not asked.rows or is_looking(asked)
    asked = changed(asked) if building else asked
    shown = listing.shown(asked, listing.SEARCH)
    if building:
        shown["problems"] = {}
    status = 422 if shown["problems"] else 200
    if shown["more"] and respond.wants_fragment():
        return respond.fragment("interactions/_lines.html", **shown)
    shown |= form(asked) | {"building": building, "fresh": "add" in request.args}
    return respond.page_or_fragment("search/filters.html", "search/_found.html", status, **shown)


def is_looking(asked: Selection) -> bool:
    """Whether, without JavaScript, somebody looks for a contact whom to put into a row."""
    return bool(looked_for()) and any(row.field == "contact_id" and not row.values for row in asked.rows)


def looked_for() -> str:
    """The first of the texts that were typed to find a contact."""
    return next((text.strip() for text in request.args.getlist("whom") if text.strip()), "")


def changed(asked: Selection) -> Selection:
    """With a new row, where "add" was pressed, or without the one whose "remove" was."""
    asked = asked.without(f"f{request.args.get('remove', '')}") if "remove" in request.args else asked
    if ("add" in request.args or not asked.rows) and len(asked.rows) < MOST_ROWS:
        number = max((row.number for row in asked.rows), default=0) + 1
        return selections.Selection(asked.q, asked.values, (*asked.rows, selections.Row(number, *FIRST)), asked.sort)
    return asked


def form(asked: Selection) -> Shown:
    """What search/_rows.html shows."""
    people = people_of([row for row in asked.rows if row.field == "contact_id"])
    return {
        "asked": asked,
        "lines": [line(row, people.get(row.number, [])) for row in asked.rows],
        "fields": words.SEARCHED,
        "sorts": listing.ORDERS | OTHER_ORDERS,
    }


def people_of(about: list[selections.Row]) -> dict[int, list[Contact]]:
    """The contacts that each of these rows has already, and some more to choose from: what was typed finds them (where there
    is no JavaScript it comes with the form), or they are those talked to last."""
    if not about:
        return {}
    known = lookup.these(member(), listing.guids(value for row in about for value in row.values))
    text = looked_for()
    more = offered(text) if text or any(row.operator in SEVERAL for row in about) else []
    return {
        row.number: each_once(
            [contact for contact in known if contact.uid in listing.guids(row.values)]
            + (more if text or row.operator in SEVERAL else [])
        )
        for row in about
    }


def offered(text: str) -> list[Contact]:
    """Whom `text` finds; without one, those talked to last."""
    if text:
        return lookup.contacts(member(), text, OFFERED)
    return list(contacts.find(member(), sort="last_interaction_at", descending=True, page_size=OFFERED, brief=True).items)


def each_once(people: Iterable[Contact]) -> list[Contact]:
    return list({contact.id: contact for contact in people}.values())


def line(row: selections.Row, people: list[Contact]) -> Line:
    """A row, put right where its operator does not go with its field (another field was chosen)."""
    kind = FIELDS.get(row.field)
    if kind is None:
        return Line(row.number, row.field, row.operator, row.values, [], "text", [], [])
    operator = row.operator if row.operator in kind.operators else usual(kind)
    choices = choices_of(row.field, kind)
    several = operator in SEVERAL
    control = "flag" if operator == "is_null" else "picks" if choices and several else "pick" if choices else typed_in(kind)
    if row.field == "contact_id" and control != "flag":
        control = "whoms" if several else "whom"  # there may be too many for a list
    elif operator in (*SEVERAL, "contains", "starts_with") and control not in ("picks", "pick", "flag"):
        control = "text"
    operators = [(code, words.operator(row.field, code)) for code in kind.operators]
    return Line(row.number, row.field, operator, row.values, operators, control, choices, people)


def usual(kind: Kind) -> str:
    """The operator that a field begins with."""
    return "contains" if "contains" in kind.operators and not isinstance(kind, Choice) else "eq"


def choices_of(field: str, kind: Kind) -> list[tuple[str, str]]:
    named = {"type": words.labels(words.TYPES), "sentiment": words.labels(words.MOODS), "source": words.SOURCES}
    if field in named:
        return list(named[field].items())
    if isinstance(kind, Flag):
        return [("yes", "Yes"), ("no", "No")]
    return []


def typed_in(kind: Kind) -> str:
    if isinstance(kind, Instant | Day):
        return "date"
    return "number" if isinstance(kind, Number) else "guid" if isinstance(kind, Guid) else "text"
