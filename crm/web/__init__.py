"""The HTML edge: pages and fragments for people, one blueprint a noun.

All of them hang under one parent, `web`, whose hooks guard every route: a sign-in, a site, a token for every write.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from crm.web import (
    addresses,
    analytics,
    assets,
    auth,
    board,
    calendar,
    cells,
    contact_bulk,
    contact_imports,
    contact_merges,
    contact_page,
    contacts,
    entries,
    errors,
    filters,
    follow_ups,
    interactions,
    invitations,
    kept,
    meetings,
    minutes,
    once,
    passwords,
    preparing,
    promises,
    search,
    security,
    session,
    settings,
    several,
    shell,
    today,
    todos,
    views,
)
from crm.web.settings import tokens

# Where a noun has more pages than one file holds, the others hang theirs on its blueprint as they are imported.
MORE = (minutes, preparing, calendar, board)

NOUNS = (
    auth,
    passwords,
    shell,
    today,
    contacts,
    contact_bulk,
    contact_imports,
    contact_merges,
    interactions,
    cells,
    several,
    views,
    search,
    meetings,
    follow_ups,
    promises,
    analytics,
    invitations,
    settings,
    tokens,
)


def register(app: Flask) -> None:
    web = Blueprint("web", __name__)
    security.protect(app, web)
    kept.guard(web)
    session.guard(web)
    once.guard(web)
    errors.render(app, web)
    assets.register(app)
    filters.register(app)
    app.jinja_env.filters.update(entries=entries.entries, by_month=entries.by_month, todos=todos.todos)
    app.jinja_env.filters["spark"] = contact_page.spark
    app.jinja_env.globals["url_for"] = addresses.url_for
    for noun in NOUNS:
        web.register_blueprint(noun.blueprint)
    app.register_blueprint(web)
