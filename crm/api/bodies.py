"""Request bodies: one JSON object, or 400."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from flask import g, request
from pydantic_core import from_json

from crm.api import described
from crm.api.errors import BadRequest
from crm.schemas import base

# More than any resource has; and each unknown one is looked up among those that there are.
MOST_FIELDS = 100


def json_object(*, optional: bool = False) -> dict[str, Any]:
    """The body, read once a request. Of a key that is there twice the last one counts. With `optional` there may be none.

    Raises BadRequest: another content type, malformed JSON (NaN and Infinity are none, RFC 8259 §6), not an object.
    """
    if "body" not in g:
        g.body = _read(optional)
    body: dict[str, Any] = g.body
    return body


def read(schema: type[base.S], *, optional: bool = False) -> base.S:
    """The body of an endpoint that is the same in both dialects. Raises BadRequest, Invalid."""
    described.check(schema)
    return base.read(schema, json_object(optional=optional))


def _read(optional: bool) -> dict[str, Any]:
    data = request.get_data(cache=False)
    if optional and not data.strip():
        return {}
    if not request.is_json:
        raise BadRequest("Send JSON, with Content-Type: application/json.")
    try:
        body = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise BadRequest(f"This is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise BadRequest("Send one JSON object.")
    if len(body) > MOST_FIELDS:
        raise BadRequest(f"Send at most {MOST_FIELDS} fields.")
    return body


def unknown(key: str, known: Mapping[str, str], what: str = "a field of this resource") -> str:
    """ "is not a field of this resource; did you mean “contactId”?" `known`: each spelling that somebody may have had in mind,
    and what to write for it here."""
    meant = {_plain(spelling): name for spelling, name in known.items()}
    close = get_close_matches(_plain(key), meant, n=1, cutoff=0.7)
    return f"is not {what}" + (f"; did you mean “{meant[close[0]]}”?" if close else "")


def _plain(key: str) -> str:
    return key[:100].replace("_", "").replace("-", "").lower()
