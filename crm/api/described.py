"""What a view says of itself for the OpenAPI document (crm/api/openapi): what it reads, what it answers, what it may refuse.

    @api.post("/contacts")
    @created(CONTACT, reads=Body(CONTACT, ContactNew))
    def add_contact() -> Response:
        \"""Create a contact

        The rest is its description, in Markdown. The first line is its summary.
        \"""

The mark is no second copy: `Speech.read` and `bodies.read` take no class that the view does not name here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

from crm.api.resources import Resource
from crm.errors import CrmError
from crm.schemas.base import Schema

View = TypeVar("View", bound=Callable[..., Any])
Examples = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is read as `site` in the site dialect, and as `contact` in the other where that differs. Without a resource
    it is the same in both. `optional`: there may be none. `example` may be of a dialect: `example(is_contact)`.
    `shape(is_contact)` is its JSON Schema where that is not the class's own."""

    resource: Resource | None
    site: type[Schema]
    contact: type[Schema] | None = None
    optional: bool = False
    example: Any = None
    shape: Callable[[bool], dict[str, Any]] | None = None

    def takes(self, schema: type[Schema]) -> bool:
        return schema in (self.site, self.contact or self.site)


@dataclass(frozen=True, slots=True)
class Said:
    """`shape` says how the answer is built: see the functions below. `refuses`: errors besides those that follow from what the
    endpoint is. `example`: of an answer that is no resource."""

    shape: str
    resource: Resource | None = None
    kind: Any = None
    reads: Body | None = None
    refuses: tuple[type[CrmError], ...] = ()
    example: Any = None


def one(resource: Resource, **more: Any) -> Callable[[View], View]:
    return _says(Said("one", resource, **more))


def created(resource: Resource, **more: Any) -> Callable[[View], View]:
    """201, and where it is."""
    return _says(Said("created", resource, **more))


def deleted(resource: Resource, **more: Any) -> Callable[[View], View]:
    return _says(Said("deleted", resource, **more))


def page(resource: Resource, **more: Any) -> Callable[[View], View]:
    """A list by pages, with its total."""
    return _says(Said("page", resource, **more))


def results(resource: Resource, **more: Any) -> Callable[[View], View]:
    """A page of a search."""
    return _says(Said("results", resource, **more))


def by_cursor(resource: Resource, **more: Any) -> Callable[[View], View]:
    """A list by pages or by cursor."""
    return _says(Said("by_cursor", resource, **more))


def some(resource: Resource, **more: Any) -> Callable[[View], View]:
    """A list without pages."""
    return _says(Said("some", resource, **more))


def plain(kind: Any, **more: Any) -> Callable[[View], View]:
    """The same in both dialects: a type that pydantic knows."""
    return _says(Said("plain", kind=kind, **more))


def served(media_type: str, **more: Any) -> Callable[[View], View]:
    """No JSON of a resource: a page, a document."""
    return _says(Said("served", kind=media_type, **more))


def of(view: Any) -> Said | None:
    return getattr(view, "said", None)


def check(schema: type[Schema]) -> None:
    """Raises TypeError where the view of this request reads what it does not say that it reads."""
    said = of(current_app.view_functions.get(request.endpoint or ""))
    if said and not (said.reads and said.reads.takes(schema)):
        raise TypeError(f"{request.endpoint} reads {schema.__name__}, and does not say so: see crm/api/described.py")


def _says(said: Said) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.said = said  # type: ignore[attr-defined]
        return view

    return mark
