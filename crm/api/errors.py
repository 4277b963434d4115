"""One envelope for every answer ≥ 400 under /api (one-contract.md, "Errors"):

{"error": {"code": "VALIDATION_ERROR", "message": "…", "details": {"field": "…"}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException, TooManyRequests, default_exceptions

from crm import errors
from crm.api import limits
from crm.api.answers import answer
from crm.errors import CrmError, Invalid, TooManyAttempts

if TYPE_CHECKING:
    from crm.api.dialects import Speech

Details = Mapping[str, str]


class BadRequest(CrmError):
    """What was sent cannot be read at all. `details` are under the names that were sent."""

    def __init__(self, message: str | None = None, details: Details | None = None) -> None:
        super().__init__(message or "Cannot be read: " + ", ".join(details or {}) + ".")
        self.details = details


class InvalidBody(Invalid):
    """Its `details` are in the dialect's spelling already."""


@contextmanager
def as_bad_request() -> Iterator[None]:
    """Where a body is a question, a rule that it breaks makes it a bad request."""
    try:
        yield
    except Invalid as error:
        raise BadRequest(details=error.details) from None


_CODES: dict[type[CrmError], tuple[int, str]] = {
    BadRequest: (400, "BAD_REQUEST"),
    errors.InvalidCredentials: (401, "INVALID_CREDENTIALS"),
    errors.InvalidRefreshToken: (401, "INVALID_REFRESH_TOKEN"),
    errors.Unauthenticated: (401, "UNAUTHORIZED"),
    errors.SiteRequired: (403, "SITE_CONTEXT_REQUIRED"),
    errors.Forbidden: (403, "FORBIDDEN"),
    errors.NotFound: (404, "NOT_FOUND"),
    errors.Conflict: (409, "CONFLICT"),
    errors.Stale: (412, "PRECONDITION_FAILED"),
    errors.InvalidEmail: (400, "INVALID_EMAIL"),
    errors.Invalid: (422, "VALIDATION_ERROR"),
    errors.TooManyAttempts: (429, "RATE_LIMITED"),
    CrmError: (500, "SERVER_ERROR"),
}

# RFC 6750 §3.1: programs see by the challenge what their access token lacks.
_CHALLENGES: dict[type[CrmError], str] = {
    errors.InvalidAccessToken: 'Bearer error="invalid_token"',
    errors.InsufficientScope: 'Bearer error="insufficient_scope", scope="write"',
}


def told_as(kind: type[CrmError]) -> tuple[int, str]:
    """The status and the code of an error."""
    return next(_CODES[known] for known in kind.__mro__ if known in _CODES)


# What the framework finds by itself. Other statuses go by their standard names: 405 METHOD_NOT_ALLOWED.
_FRAMEWORK_CODES = {401: "UNAUTHORIZED", 413: "PAYLOAD_TOO_LARGE", 422: "VALIDATION_ERROR", 429: "RATE_LIMITED"}
_MESSAGES = {
    404: "There is nothing here. Check the path, the method and the id.",
    405: "This path does not take this method.",
    413: "This is too large.",
    429: "Too many requests. Wait until the limit resets; Retry-After says how many seconds that is.",
    500: "Something went wrong on our side. Name the request id when you report it.",
}


def envelope(
    status: int, code: str, message: str, details: Details | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    error = {"code": code, "message": message} | ({"details": dict(details)} if details else {})
    if status == 401:
        headers = {"WWW-Authenticate": "Bearer"} | dict(headers or {})  # RFC 9110 §11.6.1 wants a challenge
    return answer({"error": error}, status, headers)


def handle(api: Blueprint) -> None:
    api.register_error_handler(CrmError, _crm_error)
    # By their codes as well: Flask would prefer an application's handler for 404 to a blueprint's for all of them.
    api.register_error_handler(HTTPException, _http_error)
    for status in default_exceptions:
        api.register_error_handler(status, _http_error)


def answer_unrouted() -> Response | None:
    """Before any request: a path under /api that matches no route (404), or not with this method (405), belongs to no
    blueprint, and is answered here. Whoever asks for it counts as a stranger: nobody looks at their token."""
    problem = request.routing_exception
    if not (isinstance(problem, HTTPException) and problem.code in (404, 405) and f"{request.path}/".startswith("/api/")):
        return None
    try:
        limits.count(None)
    except TooManyRequests as exceeded:
        problem = exceeded
    return _http_error(problem)


def _crm_error(error: CrmError) -> Response:
    status, code = told_as(type(error))
    g.keep_changes = error.keeps_changes
    if isinstance(error, Invalid):
        return _invalid(error)
    details = error.details if isinstance(error, BadRequest) else None
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyAttempts) else {}
    if challenge := _CHALLENGES.get(type(error)):
        headers["WWW-Authenticate"] = challenge
    return envelope(status, code, error.message, details, headers)


def _invalid(error: Invalid) -> Response:
    if request.method in ("GET", "HEAD"):  # there is no body, so it is about the query
        return _crm_error(BadRequest(details={_parameter(name): said for name, said in error.details.items()}))
    speech: Speech | None = g.get("speech")
    spelled = error.details if isinstance(error, InvalidBody) or speech is None else speech.spell(error.details)
    return envelope(422, "VALIDATION_ERROR", "Please correct: " + ", ".join(spelled) + ".", spelled)


def _parameter(name: str) -> str:
    """How this request spells a query parameter."""
    return g.dialect.word(name) if "dialect" in g else name


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 415:
        status = 400
    code = _FRAMEWORK_CODES.get(status) or ("SERVER_ERROR" if status == 500 else HTTPStatus(status).name)
    details = {"request_id": g.request_id} if status == 500 else None
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return envelope(status, code, _MESSAGES.get(status) or error.description or HTTPStatus(status).phrase, details, kept)
