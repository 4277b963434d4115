"""The JSON edge. One blueprint under /api/v1 and, as the alias of the current version, under /api.

What a request passes, in this order: context.guard (who is it, and how often?), queries.refuse_undeclared, idempotency.replay
(was it answered before?), the view (load, validate, call, answer), what every answer says, and crm/database.py, which commits.
"""

from __future__ import annotations

from flask import Flask

from crm.api import (
    access_tokens,
    analytics,
    answers,
    auth,
    contacts,
    context,
    deprecation,
    errors,
    etags,
    follow_ups,
    idempotency,
    interactions,
    limits,
    meetings,
    openapi,
    passwords,
    queries,
    search,
    sites,
    tokens,
)
from crm.api.blueprint import api
from crm.api.paths import IdOrGuid

__all__ = [
    "access_tokens",
    "analytics",
    "auth",
    "contacts",
    "follow_ups",
    "interactions",
    "meetings",
    "openapi",
    "passwords",
    "register",
    "search",
    "sites",
]

api.before_request(context.guard)
api.before_request(queries.refuse_undeclared)
api.before_request(idempotency.replay)
api.after_request(answers.finish)
api.after_request(deprecation.warn)
api.after_request(etags.spare)
api.after_request(idempotency.keep)
errors.handle(api)


def register(app: Flask) -> None:
    """Mounts the API, its JWKS, and the answer to paths under /api that nobody has."""
    app.url_map.converters["id_or_guid"] = IdOrGuid
    app.before_request(errors.answer_unrouted)
    limits.register(app)
    tokens.register(app)
    app.register_blueprint(api, url_prefix="/api/v1", name="api_v1")
    app.register_blueprint(api, url_prefix="/api", name="api")
