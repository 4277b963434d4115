"""What the browser is told to refuse, and what is refused to the browser."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Flask, Response, current_app, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest

from crm.extensions import csrf

# No inline script, no inline style, no eval: what is not a file of ours does not run. Tabler draws some marks as data: images.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


# A file is larger than what is typed; the token is read with it.
UPLOAD, LARGEST_UPLOAD = "web.contact_imports.upload", 20 * 1024 * 1024


class CrossSite(BadRequest):
    """A write that another site's page sent, or one without the token of this session."""

    description = "This page is older than your sign-in. Load it again, then repeat what you did."


def protect(app: Flask, web: Blueprint) -> None:
    web.before_request(refuse_foreign_writes)
    web.after_request(keep_private)
    app.after_request(harden)


def refuse_foreign_writes() -> None:
    """Raises CrossSite or CSRFError. Browsers say where a request comes from (Fetch Metadata); the token is for those that
    do not."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CrossSite
    if request.endpoint == UPLOAD:
        request.max_content_length = LARGEST_UPLOAD
    csrf.protect()


def token() -> str:
    """What a form carries: the session's own token, signed once and not for each page, so that a part of a page with a form in
    it stays the same."""
    secret = session.get("csrf_token")
    return _signed(secret) if secret else str(generate_csrf())


@lru_cache(maxsize=10_000)
def _signed(_secret: str) -> str:
    return str(generate_csrf())


def keep_private(response: Response) -> Response:
    """Pages are kept by nobody but the browser itself, and it asks again. One address has two answers: page and fragment."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.vary.update(("Cookie", "HX-Request"))
    return response


def harden(response: Response) -> Response:
    said = {name.lower() for name, _ in response.headers}
    wanted = HEADERS if not current_app.extensions["crm.settings"].secure_cookies else HEADERS | ENCRYPTED
    response.headers.extend([(name, value) for name, value in wanted.items() if name.lower() not in said])
    return response
