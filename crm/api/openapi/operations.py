"""One operation: what a route takes and answers, put together from its marks (described.py, queries.takes, context.public,
idempotency.not_kept, deprecation.deprecated) and from where it stands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter
from werkzeug.routing import Rule

from crm.api import asked, described, idempotency
from crm.api.deprecation import Deprecation
from crm.api.dialects import CONTACT_PARAMETERS, CONTACT_PATHS, Dialect
from crm.api.errors import told_as
from crm.api.openapi import examples, shapes, words
from crm.api.openapi.answers import Answers
from crm.api.openapi.components import BAD_REQUEST, EVERYWHERE, SERVER_ERROR, TOO_LARGE, Components, header_references
from crm.api.paths import LARGEST
from crm.errors import Conflict, Forbidden, Invalid, NotFound, SiteRequired, Stale, TooManyAttempts, Unauthenticated
from crm.schemas.interactions import Type
from crm.schemas.shapes import Shape

_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_ID: Shape = {
    "anyOf": [{"type": "integer", "minimum": 0, "maximum": LARGEST}, {"type": "string", "format": "uuid"}],
    "examples": [1, "01a1fd0b-12bf-779e-928d-1db3332a47e1"],
}
# What stands in a path, besides ids.
_PLACES: dict[str, tuple[str, Callable[[], Shape]]] = {
    "interaction_type": ("In any case.", lambda: TypeAdapter(Type).json_schema()),
    "lead": (
        "A name, a part of one, or an identifier.",
        lambda: {"type": "string", "minLength": 1, "maxLength": asked.LONGEST_LEAD},
    ),
}


class Operation:
    """`only`: the document is about this dialect alone."""

    def __init__(
        self, components: Components, method: str, rule: Rule, view: Any, mark: Deprecation | None, only: Dialect | None
    ) -> None:
        said = described.of(view)
        if said is None:
            raise LookupError(f"{view.__module__}.{view.__name__} does not say what it answers: see crm/api/described.py")
        self._components, self._method, self._view, self._mark, self._only, self._said = (
            components,
            method,
            view,
            mark,
            only,
            said,
        )
        self._rule = rule.rule.removeprefix("/api/v1")
        self._noun = self._rule.split("/")[1]
        self._query: Any = getattr(view, "query", None)
        self._is_public = getattr(view, "public", False)
        self._is_kept = method == "POST" and idempotency.keeps(self._noun, view)
        self._has_id = "<id_or_guid:" in rule.rule
        is_versioned = said.resource is not None and said.resource.versioned
        self._is_conditional = self._has_id and method in ("PUT", "PATCH", "DELETE") and is_versioned

    @property
    def path(self) -> str:
        return _PLACE.sub(lambda place: "{id}" if place[2] == "ref" else f"{{{place[2]}}}", self._rule)

    @property
    def tag(self) -> str:
        return words.TAGS.get(self._noun, (self._noun.capitalize(), ""))[0]

    def whole(self) -> Shape:
        name = self._view.__name__
        summary, _, description = (inspect.getdoc(self._view) or name).partition("\n")
        about = "\n\n".join(part for part in (description.strip(), self._farewell()) if part)
        whole: Shape = {
            "operationId": f"{name}_by_patch" if self._method == "PATCH" else name,
            "tags": [self.tag],
            "summary": summary.rstrip("."),
            "parameters": [*self._places(), *self._asked(), *self._conditions()],
            "responses": self._answers(),
            "security": [] if self._is_public else [{"token": []}],
        }
        if about:
            whole["description"] = about
        if self._mark:
            whole["deprecated"] = True
        if self._said.reads:
            whole["requestBody"] = self._body()
        return whole

    # What is asked

    def _places(self) -> list[Shape]:
        return [self._place(converter, name) for converter, name in _PLACE.findall(self._rule)]

    def _place(self, converter: str, name: str) -> Shape:
        if converter == "id_or_guid":
            about, schema = "The integer or the GUID.", _ID
        elif name in _PLACES:
            about, made = _PLACES[name]
            schema = shapes.tidy(made())
        else:
            about, schema = "", {"type": "integer" if converter == "int" else "string"}
        spelled = "id" if name == "ref" else name
        return {"name": spelled, "in": "path", "required": True, "description": about, "schema": schema}

    def _asked(self) -> list[Shape]:
        """The parameters under the names of each dialect that the document is about. Of those that must be there only the
        names of the dialect that is spoken by default: no document could say "one or the other"."""
        found: dict[str, Shape] = {}
        for name, (schema, is_required) in (shapes.parameters(self._query) if self._query else {}).items():
            for dialect in self._spellings():
                word = dialect.word(name)
                if is_required and dialect is not self._spellings()[0]:
                    continue
                about = words.FIELDS.get(name, "")
                others = [other for other in self._spellings() if other.word(name) != word]
                if others and not is_required:
                    about = f"{about} In the {others[0].name.lower()} dialect: `{others[0].word(name)}`.".strip()
                    # A viewer would fill in both names, and only one may be sent.
                    schema = {key: value for key, value in schema.items() if key != "default"}
                parameter = {"name": word, "in": "query", "required": is_required, "schema": schema}
                found.setdefault(word, parameter | ({"description": about} if about else {}))
        return list(found.values())

    def _conditions(self) -> list[Shape]:
        names = ["X-Site-ID"] if self._said.resource else []
        names += ["If-None-Match"] if self._method == "GET" else ["If-Match"] if self._is_conditional else []
        names += [idempotency.HEADER] if self._is_kept else []
        return [{"$ref": f"#/components/parameters/{name}"} for name in names]

    def _body(self) -> Shape:
        reads = self._said.reads
        assert reads
        media: dict[Dialect, Shape] = {}
        for dialect in self._spoken() if reads.resource else [Dialect.SITE]:
            schema = (reads.contact or reads.site) if dialect is Dialect.CONTACT else reads.site
            name = f"{schema.__name__}.{reads.resource.one}.{dialect.name.lower()}" if reads.resource else schema.__name__
            example = examples.body(reads, dialect)
            media[dialect] = {"schema": self._components.schema(name, shapes.read(reads, dialect))} | (
                {"example": example} if example is not None else {}
            )
        if reads.resource is None:
            return {"required": not reads.optional, "content": {"application/json": media[Dialect.SITE]}}
        content = {dialect.value: media[dialect] for dialect in self._spoken()}
        if not self._only:
            plain = [media[dialect] for dialect in self._by_default()]
            schemas = [one["schema"] for one in plain]
            content = {"application/json": plain[0] | ({"schema": {"anyOf": schemas}} if len(schemas) > 1 else {})} | content
        return {"required": not reads.optional, "content": content}

    # Which dialects

    def _spoken(self) -> list[Dialect]:
        return [self._only] if self._only else [Dialect.CONTACT, Dialect.SITE]

    def _by_default(self) -> list[Dialect]:
        """Those that are spoken where Accept names none (one-contract.md, "Two dialects"), the most likely first."""
        if self._only:
            return []
        if self._noun in CONTACT_PATHS:
            return [Dialect.CONTACT]
        words_of_contact = {Dialect.CONTACT.word(name) for name in (self._query.model_fields if self._query else ())}
        has_words = not words_of_contact.isdisjoint(CONTACT_PARAMETERS)
        if self._has_id or has_words or (self._said.reads and self._method == "POST"):
            return [Dialect.SITE, Dialect.CONTACT]
        return [Dialect.SITE]

    def _spellings(self) -> list[Dialect]:
        if self._only:
            return [self._only]
        first = self._by_default()[0]
        return [first, *(dialect for dialect in self._spoken() if dialect is not first)]

    # What is answered

    def _answers(self) -> Shape:
        answers = Answers(self._components, self._said, self._spoken(), self._by_default()).all()
        for answer in answers.values():
            answer["headers"] = header_references([*EVERYWHERE, *self._headers()])
        if self._method == "GET":
            answers["304"] = {
                "description": "What you have is what there is.",
                "headers": header_references([*EVERYWHERE, "ETag", *self._marks()]),
            }
        if self._said.shape == "created":
            for answer in answers.values():
                answer["links"] = self._links()
        for status, codes in sorted(self._refused().items()):
            answers[str(status)] = self._components.refusal(status, codes, self._marks())
        return answers

    def _headers(self) -> list[str]:
        said = self._said
        is_list = said.shape in ("page", "results", "by_cursor") and self._method == "GET"
        is_row = said.shape in ("one", "created") and said.resource is not None and said.resource.versioned
        return [
            *(["ETag"] if self._method == "GET" or is_row else []),
            *(["Location"] if said.shape == "created" else []),
            *(["Link"] if is_list and "Link" not in self._marks() else []),
            *(["Idempotency-Replayed"] if self._is_kept else []),
            *self._marks(),
        ]

    def _marks(self) -> list[str]:
        if not self._mark:
            return []
        return ["Deprecation", *(["Sunset"] if self._mark.sunset else []), *(["Link"] if self._mark.link else [])]

    def _farewell(self) -> str:
        if not self._mark:
            return ""
        until = f", and may be gone from {self._mark.sunset:%Y-%m-%d} on" if self._mark.sunset else ""
        more = f" [What to use instead]({self._mark.link})." if self._mark.link else ""
        return f"Deprecated since {self._mark.since:%Y-%m-%d}{until}.{more}"

    def _links(self) -> Shape:
        """To what can be done with what was created, by the id of each dialect."""
        one = self._said.resource.one if self._said.resource else ""
        ids = {Dialect.CONTACT: "$response.body#/id", Dialect.SITE: f"$response.body#/{one}/id"}
        verbs = ("read", "edit", "delete") if self._said.resource and self._said.resource.versioned else ("read", "delete")
        return {
            f"{verb}_{dialect.name.lower()}": {"operationId": f"{verb}_{one}", "parameters": {"id": ids[dialect]}}
            for dialect in self._spoken()
            for verb in verbs
        }

    def _refused(self) -> dict[int, list[str]]:
        """The codes of each status that it may refuse with."""
        said = self._said
        told = [BAD_REQUEST, SERVER_ERROR, told_as(TooManyAttempts)]
        told += [] if self._is_public else [told_as(Unauthenticated)]
        told += [told_as(Forbidden), told_as(SiteRequired)] if said.resource else []
        told += [told_as(NotFound)] if "<" in self._rule else []
        told += [TOO_LARGE, *([] if self._asks_only() else [told_as(Invalid)])] if said.reads else []
        told += [told_as(Conflict), told_as(Invalid)] if self._is_kept else []
        told += [told_as(Stale)] if self._is_conditional else []
        told += [told_as(kind) for kind in said.refuses]
        refused: dict[int, list[str]] = {}
        for status, code in told:
            codes = refused.setdefault(status, [])
            codes += [] if code in codes else [code]
        return refused

    def _asks_only(self) -> bool:
        """A search by its body: what is wrong with it is 400."""
        return self._noun == "search"
