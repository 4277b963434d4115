"""What all schemas share. A schema says what may come in, under the names that services use (the site document's spelling);
absent is kept apart from null."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from crm import clock
from crm.errors import Invalid
from crm.schemas import shapes
from crm.schemas.shapes import After, Before

# The default of a field that may be left out but, when it is there, must not be null.
ABSENT: Any = None

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


class Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def given(self) -> dict[str, Any]:
        """The fields that were named, null or not."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _storable(text: str) -> str:
    # PostgreSQL cannot store NUL; no database can store half a surrogate pair.
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("has characters that cannot be stored")
    return text


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _is_dated(value: Any) -> bool:
    # Without this, a number would be read as seconds since 1970, and so would a text of digits, "-5" too.
    return isinstance(value, date) or (isinstance(value, str) and _DATED.match(value.strip()) is not None)


def _iso(value: Any) -> Any:
    if _is_dated(value):
        return value
    raise ValueError("must be an ISO 8601 date and time, such as 2026-03-01T14:30:00Z")


def _iso_day(value: Any) -> Any:
    if _is_dated(value):
        return value
    raise ValueError("must be a date, such as 2026-03-01")


def _not_future(moment: datetime) -> datetime:
    # The services know the zone of a time without an offset and judge it again; here it is that of the earliest midnight.
    horizon = clock.horizon() if moment.tzinfo else clock.horizon().replace(tzinfo=None) + timedelta(hours=14)
    if moment > horizon:
        raise ValueError("cannot be in the future")
    return moment


def _zone(name: str) -> str:
    if not clock.is_zone(name):
        raise ValueError("is not a time zone of the IANA list, such as Europe/Berlin")
    return name


def _unique(items: list[str]) -> list[str]:
    return list(dict.fromkeys(item for item in items if item))


Storable = AfterValidator(_storable)
Blank = Before(_blank_is_none, shape=shapes.or_blank)
Lower = Before(_lower, shape=shapes.in_any_case)

# Texts of one line, by their longest length.
Line50 = Annotated[str, StringConstraints(min_length=1, max_length=50), Storable]
Line100 = Annotated[str, StringConstraints(min_length=1, max_length=100), Storable]
Line200 = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]
Line254 = Annotated[str, StringConstraints(min_length=1, max_length=254), Storable]
Line500 = Annotated[str, StringConstraints(min_length=1, max_length=500), Storable]
# Blank outside the union: inside it, "" would be neither a text nor null.
Prose = Annotated[Annotated[str, StringConstraints(max_length=100_000), Storable] | None, Blank]
Zone = Annotated[str, After(_zone, shape=shapes.with_examples("Europe/Berlin", "America/New_York"))]
Instant = Annotated[datetime, Before(_iso, shape=shapes.with_examples("2026-03-02T15:00:00+01:00", "2026-03-02T14:00:00Z"))]
PastInstant = Annotated[Instant, AfterValidator(_not_future)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, Before(_iso_day, shape=shapes.with_examples("2026-03-20"))]
Minutes = Annotated[int, Field(strict=True, gt=0, le=60 * 24 * 366)]
Texts = Annotated[
    list[Annotated[str, StringConstraints(max_length=500), Storable]], Field(max_length=100), AfterValidator(_unique)
]


S = TypeVar("S", bound=Schema)


def read(schema: type[S], data: Any) -> S:
    """`data` as `schema`.

    Raises Invalid with a sentence for each field, under the schema's names.
    """
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise Invalid(sentences(error)) from None


def sentences(error: ValidationError) -> dict[str, str]:
    """One sentence for each field that `error` names: "duration" → "must be greater than 0"."""
    details: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        field, *inside = problem["loc"] or ("body",)
        where = [f"item {part + 1}" if isinstance(part, int) else part for part in inside]
        details.setdefault(str(field), " ".join([*where, _sentence(problem)]))
    return details


def by_path(error: ValidationError) -> dict[str, str]:
    """One sentence for each place in nested data that `error` names: "filters[1].operator" → "is required"."""
    details: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        steps = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem["loc"]]
        details.setdefault("".join(steps).removeprefix("."), _sentence(problem))
    return details


def _sentence(problem: Any) -> str:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a field of this resource"
        case "value_error":
            return str(context["error"])
        case "string_too_short":
            return "is required" if context["min_length"] == 1 else f"must have at least {context['min_length']} characters"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case "too_long":
            return f"must have at most {context['max_length']} items"
        case "literal_error":
            return f"must be one of {context['expected'].replace(chr(39), '').replace(' or ', ', ')}"
        case "model_type" | "model_attributes_type":
            return "must be an object"
        case "uuid_parsing" | "uuid_type":
            return "must be a GUID"
        case "datetime_from_date_parsing" | "datetime_parsing" | "datetime_type" | "date_from_datetime_parsing":
            return "must be an ISO 8601 date and time, such as 2026-03-01T14:30:00Z"
        case "date_parsing" | "date_type" | "date_from_datetime_inexact":
            return "must be a date, such as 2026-03-01"
    return str(problem["msg"]).replace("Input should be", "must be")
