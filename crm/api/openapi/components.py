"""What several operations share: schemas, headers, parameters, refusals. Each is written once, and referred to."""

from __future__ import annotations

import json
from typing import Any

from crm.api.errors import told_as
from crm.api.etags import TAGS
from crm.api.idempotency import HEADER, LONGEST
from crm.api.openapi import shapes
from crm.api.queries import MOST_DIGITS
from crm.errors import (
    Conflict,
    CrmError,
    Forbidden,
    Invalid,
    InvalidEmail,
    NotFound,
    SiteRequired,
    Stale,
    TooManyAttempts,
    Unauthenticated,
)
from crm.schemas.shapes import Shape

_TEXT: Shape = {"type": "string"}

HEADERS: Shape = {
    "X-Request-ID": {
        "description": "Finds the request in the logs. Send your own to choose it.",
        "schema": _TEXT,
        "required": True,
    },
    "X-RateLimit-Limit": {"description": "Requests in a minute.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests that are left.", "schema": {"type": "integer", "minimum": 0}},
    "X-RateLimit-Reset": {"description": "When the minute is over, in seconds since 1970.", "schema": {"type": "integer"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}, "required": True},
    "WWW-Authenticate": {"description": "RFC 9110 §11.6.1.", "schema": _TEXT, "required": True},
    "ETag": {"description": "The version. A row's is strong, a list's weak.", "schema": _TEXT, "required": True},
    "Link": {"description": "`first`, `prev`, `next` and `last` of a list (RFC 8288).", "schema": _TEXT},
    "Location": {"description": "Where it is.", "schema": _TEXT | {"format": "uri-reference"}, "required": True},
    "Idempotency-Replayed": {"description": "This is the answer that was given before.", "schema": {"const": "true"}},
    "Deprecation": {
        "description": "Since when it is deprecated (RFC 9745).",
        "schema": {"pattern": "^@-?[0-9]+$"} | _TEXT,
        "required": True,
    },
    "Sunset": {"description": "From when on there may be no answer (RFC 8594).", "schema": _TEXT},
}
EVERYWHERE = ("X-Request-ID", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

PARAMETERS: Shape = {
    "X-Site-ID": {
        "description": "Another site than the chosen one, for this request.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**MOST_DIGITS - 1},
    },
    "If-None-Match": {"description": "The ETags that you have: 304 if one of them is the answer's.", "schema": _TEXT},
    "If-Match": {
        "description": "The ETag that you read: 412 if somebody has changed the row since.",
        "schema": {"anyOf": [{"const": "*"}, {"type": "string", "pattern": f"^{TAGS}$"}]},
    },
    HEADER: {
        "description": "A key of your own. The same key and body give the same answer and one row; another body is 422.",
        "schema": _TEXT
        | {"minLength": 1, "maxLength": LONGEST, "pattern": "^[!#-~]+$", "examples": ["7d2c9a54-1f0e-4d0c-9c55-2f3a3b1c9e10"]},
    },
}

# The errors that an endpoint may refuse with, and what they say. "details" where there are some.
BAD_REQUEST, TOO_LARGE, SERVER_ERROR = (400, "BAD_REQUEST"), (413, "PAYLOAD_TOO_LARGE"), told_as(CrmError)
_MESSAGES: dict[tuple[int, str], tuple[str, str, dict[str, str] | None]] = {
    BAD_REQUEST: (
        "Malformed",
        "Cannot be read: pageSise.",
        {"pageSise": "is not a parameter of this path; did you mean “pageSize”?"},
    ),
    told_as(InvalidEmail): ("No e-mail address", InvalidEmail.message, None),
    told_as(Unauthenticated): ("No token, or one that is not good (any more)", Unauthenticated.message, None),
    told_as(Forbidden): ("The role is too little, or the row is another site's", Forbidden.message, None),
    told_as(SiteRequired): ("Choose a site", SiteRequired.message, None),
    told_as(NotFound): ("There is none", NotFound.message, None),
    told_as(Conflict): ("The state forbids it", "This meeting was completed. It cannot be cancelled.", None),
    told_as(Stale): ("Somebody changed it: If-Match no longer holds", Stale.message, None),
    TOO_LARGE: ("More than 2 MB", "This is too large.", None),
    told_as(Invalid): ("A rule is broken", "Please correct: duration.", {"duration": "must be greater than 0"}),
    told_as(TooManyAttempts): ("Too many requests", "Too many requests. Wait until the limit resets.", None),
    SERVER_ERROR: ("Ours", "Something went wrong on our side.", {"request_id": "0c9d1f7a"}),
}


class Components:
    """Collects what is referred to."""

    def __init__(self) -> None:
        self._schemas: Shape = {}
        self._responses: Shape = {}

    def schema(self, name: str, shape: Shape) -> Shape:
        """A reference to the schema of this name. Raises ValueError where it is another one already."""
        if self._schemas.setdefault(name, shape) != shape:
            raise ValueError(f"there are two schemas that are called {name}")
        return {"$ref": f"#/components/schemas/{name}"}

    def refusal(self, status: int, codes: list[str], headers: list[str]) -> Shape:
        """A reference to the answer with this status and one of these codes."""
        name = ".".join([str(status), *codes, *headers])
        self._responses[name] = {
            "description": ", ".join(_about(status, code)[0] for code in codes) + ".",
            "headers": header_references([*EVERYWHERE, *headers, *_EXTRA.get(status, ())]),
            "content": {
                "application/json": {
                    "schema": self.schema(f"Error.{status}.{'.'.join(codes)}", _envelope(codes)),
                    "examples": {code: {"summary": _about(status, code)[0], "value": _example(status, code)} for code in codes},
                }
            },
        }
        return {"$ref": f"#/components/responses/{name}"}

    def all(self) -> Shape:
        return {
            "schemas": dict(sorted(self._schemas.items())),
            "responses": dict(sorted(self._responses.items())),
            "headers": HEADERS,
            "parameters": {name: {"name": name, "in": "header"} | parameter for name, parameter in PARAMETERS.items()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "`token` of `POST /auth/login`, or a newer one of `POST /auth/refresh`.",
                }
            },
        }


_EXTRA = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}


def header_references(names: list[str]) -> Shape:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _envelope(codes: list[str]) -> Shape:
    details: Shape = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "One sentence a field, under the name that you would send.",
    }
    error = shapes.closed({"code": {"enum": codes}, "message": {"type": "string"}, "details": details}, optional=("details",))
    return shapes.closed({"error": error})


def _example(status: int, code: str) -> Shape:
    _, message, details = _about(status, code)
    return {"error": {"code": code, "message": message} | ({"details": details} if details else {})}


def _about(status: int, code: str) -> tuple[str, str, dict[str, str] | None]:
    words = code.replace("_", " ").capitalize()
    known: dict[tuple[int, str], Any] = dict(_MESSAGES)
    return known.get((status, code), (words, f"{words}.", None))  # type: ignore[no-any-return]


def written(document: Shape) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
