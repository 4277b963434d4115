"""The HTML edge: pages and fragments for people, one blueprint a noun.

All of them hang under one parent, `web`, whose hooks guard every route: a sign-in, a site, a token for every write.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from crm.web import (
    analytics,
    assets,
    auth,
    contacts,
    errors,
    filters,
    follow_ups,
    interactions,
    invitations,
    meetings,
    passwords,
    security,
    session,
    settings,
    today,
)

NOUNS = (auth, passwords, today, contacts, interactions, meetings, follow_ups, analytics, invitations, settings)


def register(app: Flask) -> None:
    web = Blueprint("web", __name__)
    security.protect(app, web)
    session.guard(web)
    errors.render(app, web)
    assets.register(app)
    filters.register(app)
    for noun in NOUNS:
        web.register_blueprint(noun.blueprint)
    app.register_blueprint(web)
