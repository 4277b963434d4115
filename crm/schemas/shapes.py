"""What a validator means for the JSON Schema of its type, where pydantic cannot see it: the OpenAPI document is made of these
types, and has to say what they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Before(BeforeValidator):
    """A BeforeValidator that says what it makes of the schema behind it."""

    shape: Callable[[Shape], Shape] = dict

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Shape:
        return self.shape(handler(core))


@dataclass(frozen=True, slots=True)
class After(AfterValidator):
    """An AfterValidator that says what it makes of the schema before it."""

    shape: Callable[[Shape], Shape] = dict

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Shape:
        return self.shape(handler(core))


def with_examples(*examples: Any) -> Callable[[Shape], Shape]:
    return lambda shape: shape | {"examples": list(examples)}


def as_email(shape: Shape) -> Shape:
    return shape | {"format": "email", "examples": ["ada@example.org"]}


def in_any_case(shape: Shape) -> Shape:
    """An enumeration that is read in any case, spaces around it: JSON Schema has no word for that but a pattern."""
    words = "|".join(re.sub("[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", word) for word in shape["enum"])
    return {"anyOf": [shape, {"type": "string", "pattern": rf"^\s*({words})\s*$"}]}


def or_blank(shape: Shape) -> Shape:
    """A text that may be blank, which is null then."""
    options = [dict(option) for option in shape["anyOf"]]
    if any(option.get("minLength") == 1 for option in options):
        for option in options:
            option.pop("minLength", None)
        return shape | {"anyOf": options}
    if all(option.get("type") == "null" or ("maxLength" in option and "minLength" not in option) for option in options):
        return shape  # takes it as it is
    return shape | {"anyOf": [*options, {"type": "string", "pattern": r"^\s*$"}]}
