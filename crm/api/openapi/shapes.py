"""JSON Schemas (draft 2020-12) in either dialect, of what is read and of what is answered: read off the pydantic types that
validate the one, and off the tables in resources.py that write the other."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from crm.api.described import Body
from crm.api.dialects import Dialect
from crm.api.openapi import words
from crm.api.resources import Field, Resource
from crm.schemas.shapes import Shape

_PYDANTICS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def read(body: Body, dialect: Dialect) -> Shape:
    """What a body may be in a dialect."""
    is_contact = dialect is Dialect.CONTACT
    schema = (body.contact or body.site) if is_contact else body.site
    whole = tidy(body.shape(is_contact) if body.shape else schema.model_json_schema())
    whole.pop("description", None)
    if body.resource is None or body.shape:
        return whole
    return _spelled(body.resource, whole, dialect)


def _spelled(resource: Resource, whole: Shape, dialect: Dialect) -> Shape:
    """`whole`, under the names of the dialect, with what is ignored because only the server sets it."""
    properties: Shape = {}
    required: list[Shape] = []
    for field in resource.by_name.values():
        name = field.contact if dialect is Dialect.CONTACT else field.name
        own = whole["properties"].get(field.name)
        if field.server:
            properties.setdefault(name, {"description": "Only the server sets it: ignored here."})
        elif own is not None:
            keys = list(dict.fromkeys((name, *field.too)))
            own = _about(field.name, _items_spelled(own, field, dialect))
            properties |= {key: own if key == name else own | {"description": f"The same as `{name}`."} for key in keys}
            if field.name in whole.get("required", ()):
                ways: list[Shape] = [{"required": [key]} for key in keys]
                required.append(ways[0] if len(ways) == 1 else {"anyOf": ways})
    shape: Shape = {"type": "object", "properties": properties, "additionalProperties": False}
    simple = [name for way in required for name in way.get("required", ())]
    return shape | ({"required": simple} if simple else {}) | next((way for way in required if "anyOf" in way), {})


def _items_spelled(shape: Shape, field: Field, dialect: Dialect) -> Shape:
    """The objects in a list, under the names of the dialect."""
    if not field.items:
        return shape

    def spell(part: Any) -> Any:
        if isinstance(part, list):
            return [spell(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        changed = {key: spell(inner) for key, inner in part.items()}
        if "properties" in part:
            changed["properties"] = {dialect.word(name): inner for name, inner in part["properties"].items()}
        return changed

    spelled: Shape = spell(shape)
    return spelled


def row(resource: Resource, dialect: Dialect) -> Shape:
    """One row, as it is answered: every field is there, and no other."""
    is_contact = dialect is Dialect.CONTACT
    columns = {
        field.contact if is_contact else field.name: _about(field.name, kind(field.kind if is_contact else field.site_kind))
        for field in resource.by_name.values()
    }
    ordered = dict(sorted(columns.items(), key=lambda column: column[0] != "id"))
    return closed(ordered)


def closed(properties: Shape, optional: tuple[str, ...] = ()) -> Shape:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def kind(annotation: Any) -> Shape:
    """The schema of a type that is answered."""
    return tidy(TypeAdapter(annotation).json_schema(mode="serialization"), close=True)


@cache
def parameters(query: Any) -> dict[str, tuple[Shape, bool]]:
    """The schema of each query parameter under its service's name, and whether it must be there."""
    whole = tidy(query.model_json_schema())
    return {name: (_without_null(shape), name in whole.get("required", ())) for name, shape in whole["properties"].items()}


def _about(name: str, shape: Shape) -> Shape:
    return {"description": words.FIELDS[name]} | shape if name in words.FIELDS else shape


def _without_null(shape: Shape) -> Shape:
    if "anyOf" not in shape:
        return shape
    options = [option for option in shape["anyOf"] if option.get("type") != "null"]
    rest = {key: value for key, value in shape.items() if key != "anyOf"}
    return rest | options[0] if len(options) == 1 else rest | {"anyOf": options}


def tidy(shape: Shape, *, close: bool = False) -> Shape:
    """Without what pydantic says of its classes (titles, "default": null where null may not be sent), its definitions in their
    places; with `close`, objects have no other members than theirs."""
    definitions = shape.pop("$defs", {})

    def put(part: Any, inside: str = "") -> Any:
        if isinstance(part, list):
            return [put(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return put(definitions[part["$ref"].rpartition("/")[2]])
        named = inside == "properties"  # the keys are names then, no keywords
        kept = {
            _PYDANTICS.get(key, key) if not named else key: put(inner, key if not named else "")
            for key, inner in part.items()
            if named or not ((key == "title" and isinstance(inner, str)) or (key == "default" and inner in (None, "")))
        }
        if close and "properties" in part and not named:
            kept["additionalProperties"] = False
        return kept

    tidied: Shape = put(shape)
    return tidied
