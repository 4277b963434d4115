"""What an endpoint answers where it succeeds: by status and media type, in either dialect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.api.described import Said
from crm.api.dialects import Dialect
from crm.api.openapi import examples, shapes
from crm.api.openapi.components import Components
from crm.api.resources import Resource
from crm.schemas.shapes import Shape

JSON = "application/json"
_COUNT: Shape = {"type": "integer", "minimum": 0}
_NUMBER: Shape = {"type": "integer", "minimum": 1}


class Answers:
    """`spoken` are the dialects that the document is about, `by_default` those that the endpoint may speak without being asked:
    one of them alone says that there is no choice, because the document is about one dialect."""

    def __init__(self, components: Components, said: Said, spoken: Iterable[Dialect], by_default: Iterable[Dialect]) -> None:
        self._components, self._said = components, said
        self._spoken, self._by_default = list(spoken), list(by_default)

    def all(self) -> dict[str, Shape]:
        """The responses by status."""
        said = self._said
        if said.shape == "served":
            schema: Shape = {"type": "string"} if said.kind == "text/html" else {"type": "object"}
            return {"200": {"description": "As it says.", "content": {said.kind: {"schema": schema}}}}
        if said.shape == "plain":
            content = {JSON: self._media(self._components.schema(said.kind.__name__, shapes.kind(said.kind)), said.example)}
            return {"200": {"description": "Done.", "content": content}}
        if said.shape == "deleted":
            return self._deleted()
        status, description = ("201", "Created.") if said.shape == "created" else ("200", "Found." if _reads(said) else "Done.")
        return {status: {"description": description, "content": self._content()}}

    def _content(self) -> Shape:
        media = {dialect: self._media(self._in(dialect), self._example(dialect)) for dialect in self._spoken}
        content: Shape = {dialect.value: media[dialect] for dialect in self._spoken}
        if self._by_default:
            content = {JSON: _either([media[dialect] for dialect in self._by_default], self._by_default)} | content
        return content

    def _deleted(self) -> dict[str, Shape]:
        answers: dict[str, Shape] = {}
        if Dialect.CONTACT in self._spoken:
            answers["204"] = {"description": "Deleted (contact dialect)."}
        if Dialect.SITE in self._spoken:
            done = self._media({"type": "object"} | shapes.closed({"success": {"const": True}}), {"success": True})
            answers["200"] = {"description": "Deleted (site dialect).", "content": {JSON: done, Dialect.SITE.value: done}}
        return answers

    def _media(self, schema: Shape, example: Any) -> Shape:
        return {"schema": schema} | ({"example": example} if example is not None else {})

    def _in(self, dialect: Dialect) -> Shape:
        """The schema of the answer in a dialect."""
        resource = self._resource
        is_contact = dialect is Dialect.CONTACT
        name = f"{resource.kind}.{_short(dialect)}"
        row = self._components.schema(name, shapes.row(resource, dialect))
        if self._said.shape in ("one", "created"):
            if is_contact:
                return row
            return self._components.schema(f"{resource.kind}.one.{_short(dialect)}", shapes.closed({resource.one: row}))
        return self._components.schema(f"{resource.many}.{self._said.shape}.{_short(dialect)}", self._list(row, dialect))

    def _list(self, row: Shape, dialect: Dialect) -> Shape:
        members, optional = self._members(dialect)
        return shapes.closed({self._list_name(dialect): {"type": "array", "items": row}} | members, optional)

    def _members(self, dialect: Dialect) -> tuple[Shape, tuple[str, ...]]:
        """What stands beside a list, and what of it is not always there."""
        page: Shape = {"total": _COUNT, "page": _NUMBER} | ({"pageSize": _NUMBER} if dialect is Dialect.CONTACT else {})
        if self._said.shape == "some":
            return {}, ()
        if self._said.shape == "by_cursor":
            return page | {dialect.word("next_cursor"): {"type": ["string", "null"]}}, ("total", "page")
        return page, ()

    def _list_name(self, dialect: Dialect) -> str:
        if self._said.shape == "results" and dialect is Dialect.SITE:
            return "results"
        return dialect.word(self._resource.many)

    def _example(self, dialect: Dialect) -> Any:
        row = examples.row(self._resource, dialect)
        if self._said.shape in ("one", "created"):
            return row if dialect is Dialect.CONTACT else {self._resource.one: row}
        members, _ = self._members(dialect)
        beside = {"total": 1, "page": 1, "pageSize": 20, dialect.word("next_cursor"): None}
        return {self._list_name(dialect): [row]} | {name: beside[name] for name in members}

    @property
    def _resource(self) -> Resource:
        assert self._said.resource
        return self._said.resource


def _either(media: list[Shape], dialects: list[Dialect]) -> Shape:
    """One of several, each with its example."""
    if len(media) == 1:
        return media[0]
    return {
        "schema": {"anyOf": [one["schema"] for one in media]},
        "examples": {
            _short(dialect): {"summary": f"In the {_short(dialect)} dialect", "value": one["example"]}
            for dialect, one in zip(dialects, media, strict=True)
            if "example" in one
        },
    }


def _reads(said: Said) -> bool:
    return said.shape in ("page", "results", "by_cursor", "some")


def _short(dialect: Dialect) -> str:
    return dialect.name.lower()
