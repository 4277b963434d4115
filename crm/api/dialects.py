"""The two dialects of one resource (one-contract.md): here they are chosen, read, and written. Services see neither.

The names that services and schemas use are the site dialect's. What each resource calls its fields stands in resources.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, g, request, url_for

from crm.api import bodies, described, etags, links, paths
from crm.api.answers import JSON, answer
from crm.api.errors import InvalidBody
from crm.api.resources import Field, Resource, camel
from crm.errors import Invalid
from crm.schemas import base
from crm.services.contacts import Page

S = TypeVar("S", bound=base.Schema)


class Dialect(Enum):
    SITE = "application/vnd.crm.site+json"
    CONTACT = "application/vnd.crm.contact+json"

    def word(self, name: str) -> str:
        """How the dialect spells the name of a query parameter, or of a member beside the resources."""
        return camel(name) if self is Dialect.CONTACT else name


# Rule 2: what only the contact document has, or neither.
CONTACT_PATHS = {"contacts", "meetings", "analytics", "follow-ups"}
# Rule 4: the query parameters that only the contact document has. (Its `type` too: the site document filters by path.)
CONTACT_PARAMETERS = {"contactId", "type", "startDate", "endDate", "pageSize"}


def of(resource: Resource) -> Speech:
    """How this request speaks of `resource`. Raises BadRequest where that stands in a body that is none."""
    speech = g.speech = Speech(chosen(resource), resource, {})
    return speech


def chosen(resource: Resource | None = None, *, also: Collection[str] = ()) -> Dialect:
    """The dialect of this request: the first rule that matches, decided once. `also`: keys that the body names elsewhere than
    as its own."""
    if "dialect" not in g:
        asked = _asked()
        g.media_type = asked.value if asked else JSON
        g.dialect = asked or (Dialect.CONTACT if _speaks_contact(resource, also) else Dialect.SITE)
    dialect: Dialect = g.dialect
    return dialect


def _asked() -> Dialect | None:
    """Rule 1: Accept names a dialect. Of both, the better liked one."""
    if "vnd.crm." not in request.headers.get("Accept", "").lower():  # most do not ask, and to read the header takes a while
        return None
    accepted = [(request.accept_mimetypes.quality(d.value), d) for d in Dialect if d.value in request.accept_mimetypes.values()]
    liked = max(accepted, key=lambda pair: pair[0], default=None)
    return liked[1] if liked and liked[0] > 0 else None


def _speaks_contact(resource: Resource | None, also: Collection[str]) -> bool:
    if paths.noun() in CONTACT_PATHS:  # rule 2
        return True
    ref = (request.view_args or {}).get("ref")
    if ref is not None:  # rule 3
        return isinstance(ref, UUID)
    body = bodies.json_object() if resource and request.method == "POST" else {}  # rule 4
    keys = resource.contact_only if resource else frozenset()
    said = {*body, *also}
    return not (CONTACT_PARAMETERS.isdisjoint(request.args) and keys.isdisjoint(said) and "pageSize" not in said)


@dataclass(frozen=True, slots=True)
class Speech:
    """A resource in a dialect. `sent` keeps which of two spellings a body used, so that errors come back in it."""

    dialect: Dialect
    resource: Resource
    sent: dict[str, str]

    @property
    def _is_contact(self) -> bool:
        return self.dialect is Dialect.CONTACT

    @property
    def plans_ahead(self) -> bool:
        """one-contract.md, "Past and future": that a date cannot be in the future is the contact dialect's rule."""
        return self.dialect is Dialect.SITE

    # Reading

    def read(self, schema: type[S], *, optional: bool = False) -> S:
        """The body as `schema`: what only the server sets is ignored, any other unknown field refused.

        Raises BadRequest, InvalidBody with all that is wrong at once.
        """
        described.check(schema)
        values, problems = self._named(bodies.json_object(optional=optional), schema)
        try:
            read = base.read(schema, values)
        except Invalid as error:
            problems |= self.spell(error.details)
        if problems:
            raise InvalidBody(problems)
        return read

    def spell(self, details: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with fields, under the names that this dialect has for them."""
        return {self._key(name): self._inside(name, sentence) for name, sentence in details.items()}

    def _named(self, body: Mapping[str, Any], schema: type[S]) -> tuple[dict[str, Any], dict[str, str]]:
        """The fields of `body` under the schema's names, and what is wrong with its keys."""
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        keys = self.resource.contact_keys if self._is_contact else self.resource.site_keys
        for key, value in body.items():
            field = keys.get(key)
            if field and field.server:
                continue
            if field is None or field.name not in schema.model_fields:
                problems[key] = bodies.unknown(key, self._meant(schema))
            elif field.name in values and _folded(values[field.name]) != _folded(value):
                problems[key] = f"disagrees with {self.sent[field.name]}, which is the same field"
            else:
                self.sent[field.name] = key
                values[field.name] = self._items(field, key, value, problems)
        return values, problems

    def _items(self, field: Field, key: str, value: Any, problems: dict[str, str]) -> Any:
        """A list of objects, their keys too under the schema's names."""
        if not field.items or not isinstance(value, list):
            return value
        names = {self.dialect.word(name): name for name in field.items}
        for position, item in enumerate(value, 1):
            strange = next((inner for inner in item if inner not in names), None) if isinstance(item, dict) else None
            if strange is not None:
                problems[key] = f"item {position} {strange} {bodies.unknown(strange, {name: name for name in names})}"
                break
        return [
            {names[inner]: value for inner, value in item.items() if inner in names} if isinstance(item, dict) else item
            for item in value
        ]

    def _inside(self, name: str, sentence: str) -> str:
        """ "item 2 due_on must be a date" → "item 2 dueOn …" """
        field = self.resource.by_name.get(name)
        if field is None or not field.items:
            return sentence
        return re.sub(r"^(item \d+) (\w+)", lambda found: f"{found[1]} {self.dialect.word(found[2])}", sentence)

    def _key(self, name: str) -> str:
        field = self.resource.by_name.get(name)
        own = field.contact if field and self._is_contact else self.dialect.word(name)
        return self.sent.get(name, own)

    def _meant(self, schema: type[S]) -> dict[str, str]:
        """Both dialects' spellings of what `schema` takes, and this one's."""
        fields = [field for field in self.resource.by_name.values() if field.name in schema.model_fields and not field.server]
        return {key: self._key(field.name) for field in fields for key in (field.contact, field.name)}

    # Writing

    def render(self, row: Any) -> dict[str, Any]:
        columns = self.resource.contact_columns if self._is_contact else self.resource.site_columns
        return {key: value(row) for key, value in columns}

    def one(self, row: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        rendered = self.render(row)
        response = _told(rendered if self._is_contact else {self.resource.one: rendered}, status, headers)
        if hasattr(row, "version"):  # what is only added up has the tag of a list
            response.headers["ETag"] = etags.of(row, response.get_data())
        return response

    def created(self, row: Any) -> Response:
        """201, and where it is: by the id of this dialect, under the version that was asked."""
        ref = row.uid if self._is_contact else row.id
        return self.one(row, 201, {"Location": url_for(f".read_{self.resource.one}", ref=ref)})

    def many(self, rows: Iterable[Any], *, page_size: int | None = None, **about: Any) -> Response:
        """A list, and what there is to say about it. The site document does not repeat the size of a page."""
        if self._is_contact and page_size is not None:
            about["page_size"] = page_size
        return self._list(self.dialect.word(self.resource.many), rows, about, page_size)

    def page(self, found: Page) -> Response:
        return self.many(found.items, total=found.total, page=found.page, page_size=found.page_size)

    def results(self, found: Page) -> Response:
        """A page of a search: in the site document the list has another name then."""
        if self._is_contact:
            return self.page(found)
        return self._list("results", found.items, {"total": found.total, "page": found.page}, found.page_size)

    def _list(self, name: str, rows: Iterable[Any], about: Mapping[str, Any], page_size: int | None = None) -> Response:
        beside = {self.dialect.word(key): value for key, value in about.items()}
        response = _told({name: [self.render(row) for row in rows]} | beside)
        if request.method != "POST":  # that is a search by its body: no link leads to its other pages
            if page_size and "total" in about:
                links.between_pages(response, about["page"], page_size, about["total"], about.get("next_cursor"))
            elif "next_cursor" in about:
                links.by_cursor(response, about["next_cursor"])
        return response

    def deleted(self) -> Response:
        return Response(status=204) if self._is_contact else _told({"success": True})


def _told(payload: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the type that Accept names, where it names one (RFC 9110 §12.5.1)."""
    return answer(payload, status, headers, g.media_type)


def _folded(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value
