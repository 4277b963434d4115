"""What a search asks for in its path or its body. Whatever is wrong with it is 400, under the names that were sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crm.api import bodies, described, dialects
from crm.api.described import Body
from crm.api.dialects import Dialect
from crm.api.errors import BadRequest
from crm.api.resources import INTERACTION
from crm.schemas.base import by_path, sentences
from crm.schemas.interactions import Type
from crm.schemas.search import AdvancedSearch
from crm.schemas.shapes import Shape
from crm.services.folding import fold

_TYPE: TypeAdapter[str] = TypeAdapter(Type)
LONGEST_LEAD = 254  # an address

# The keys of an advanced search, and the names that schemas have for them. The site document says `size` here and `page_size`
# for all lists.
_KEYS = {"filters": "filters", "sort": "sort", "page": "page", "size": "page_size"}
_SIZE = {Dialect.SITE: "page_size", Dialect.CONTACT: "pageSize"}


def _shape(is_contact: bool) -> Shape:
    """The JSON Schema of a body: the keys that it has in a dialect, and the fields that may be named."""
    shape = AdvancedSearch.model_json_schema()
    by_name = shape["properties"]
    dialect = Dialect.CONTACT if is_contact else Dialect.SITE
    shape["properties"] = {key: by_name[name] for key, name in (_KEYS | {_SIZE[dialect]: "page_size"}).items()}
    for inner in shape["$defs"].values():
        inner["properties"]["field"]["enum"] = list(INTERACTION.contact_keys if is_contact else INTERACTION.site_keys)
    return shape


def _example(is_contact: bool) -> dict[str, Any]:
    """That of the site document."""
    kind, start = ("interactionType", "date") if is_contact else ("type", "start_datetime")
    return {
        "filters": [
            {"field": kind, "operator": "eq", "value": "Meeting"},
            {"field": start, "operator": "gte", "value": "2023-06-01T00:00:00Z"},
            {"field": "lead", "operator": "contains", "value": "Smith"},
        ],
        "sort": {"field": start, "direction": "asc"},
        "page": 1,
        "size": 20,
    }


BODY = Body(INTERACTION, AdvancedSearch, example=_example, shape=_shape)


def advanced_search() -> AdvancedSearch:
    """The body. It speaks the contact dialect where a field in it does.

    Raises BadRequest.
    """
    described.check(AdvancedSearch)
    body = bodies.json_object()
    dialect = dialects.chosen(INTERACTION, also=[key for _, _, key in _fields(body)])
    keys = _KEYS | {_SIZE[dialect]: "page_size"}
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    sent: dict[str, str] = {}
    for key, value in body.items():
        name = keys.get(key)
        if name is None:
            problems[key] = bodies.unknown(key, {known: known for known in keys}, "a key of a search")
        elif values.get(name, value) != value:
            problems[key] = f"disagrees with {sent[name]}, which is the same"
        else:
            values[name], sent[name] = value, key
    values |= _with_names(values, dialect, problems)
    try:
        read = AdvancedSearch.model_validate(values)
    except ValidationError as error:
        problems = {sent.get(path, path): sentence for path, sentence in by_path(error).items()} | problems
    if problems:
        raise BadRequest(details=problems)
    return read


def interaction_type(text: str) -> str:
    """A type, in any case. Raises BadRequest."""
    try:
        return _TYPE.validate_python(text)
    except ValidationError as error:
        sentence = next(iter(sentences(error).values()))
        raise BadRequest(details={dialects.chosen().word("interaction_type"): sentence}) from None


def lead(text: str) -> str:
    """A name or an identifier. Raises BadRequest."""
    if not fold(text):
        raise BadRequest(details={"lead": "is required"})
    if len(text) > LONGEST_LEAD or "\x00" in text:
        raise BadRequest(details={"lead": f"must have at most {LONGEST_LEAD} characters, and none that nothing contains"})
    return text


def _fields(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Each field that is named, where, and in which object."""
    filters = body.get("filters")
    places = [(f"filters[{position}].field", one) for position, one in enumerate(filters if isinstance(filters, list) else [])]
    for path, place in [*places, ("sort.field", body.get("sort"))]:
        if isinstance(place, dict) and isinstance(place.get("field"), str):
            yield path, place, place["field"]


def _with_names(body: dict[str, Any], dialect: Dialect, problems: dict[str, str]) -> dict[str, Any]:
    """The filters and the order with the services' names for the fields that they are about."""
    keys = INTERACTION.contact_keys if dialect is Dialect.CONTACT else INTERACTION.site_keys
    meant = {
        spelling: field.contact if dialect is Dialect.CONTACT else field.name
        for field in INTERACTION.by_name.values()
        for spelling in (field.name, field.contact)
    }
    named = {id(place): place for _, place, _ in _fields(body)}
    for path, place, key in _fields(body):
        if key in keys:
            named[id(place)] = place | {"field": keys[key].name}
        else:
            problems[path] = bodies.unknown(key, meant)
    changed: dict[str, Any] = {}
    if isinstance(body.get("filters"), list):
        changed["filters"] = [named.get(id(one), one) for one in body["filters"]]
    if isinstance(body.get("sort"), dict):
        changed["sort"] = named.get(id(body["sort"]), body["sort"])
    return changed
