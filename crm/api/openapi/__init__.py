"""The OpenAPI document of the API, and the page that shows it. Both are for everybody."""

from __future__ import annotations

import threading
from hashlib import blake2b
from typing import Annotated, Literal, NamedTuple

from flask import Response, current_app, render_template

from crm.api.blueprint import api
from crm.api.context import public
from crm.api.described import served
from crm.api.dialects import Dialect
from crm.api.openapi import components, document
from crm.api.queries import Query, takes
from crm.schemas.base import Lower

_FIVE_MINUTES = "public, max-age=300"
_making = threading.Lock()


class DocumentQuery(Query):
    """Without a dialect: both."""

    dialect: Annotated[Literal["site", "contact"], Lower] | None = None


class Written(NamedTuple):
    content: bytes
    tag: str


@api.get("/openapi.json")
@public
@takes(DocumentQuery)
@served("application/json")
def openapi_document(query: DocumentQuery) -> Response:
    """Get this document

    With `dialect` it is about one dialect alone: only its names, only its answers.
    """
    written = _written(query.dialect)
    response = Response(written.content, mimetype="application/json", headers={"Cache-Control": _FIVE_MINUTES})
    response.set_etag(written.tag)
    return response


@api.get("/docs")
@public
@takes(DocumentQuery)
@served("text/html")
def documentation(query: DocumentQuery) -> Response:
    """Read this document as a page"""
    return Response(render_template("api/docs.html"), mimetype="text/html", headers={"Cache-Control": "private, no-cache"})


def _written(dialect: str | None) -> Written:
    """Made once in a process: it changes with the code only."""
    made: dict[str | None, Written] = current_app.extensions.setdefault("crm.openapi", {})
    if dialect not in made:
        with _making:
            content = components.written(document.made(current_app, Dialect[dialect.upper()] if dialect else None))
            made[dialect] = Written(content, blake2b(content, digest_size=8).hexdigest())
    return made[dialect]
