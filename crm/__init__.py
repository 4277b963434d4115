"""Rapport: who talked to whom, what was promised, what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from pydantic_core import from_json
from werkzeug.middleware.proxy_fix import ProxyFix

from crm import api, cli, compression, config, database, extensions, health, logs, sessions, web
from crm.api import limits
from crm.config import ROOT, Settings

ISSUER = "rapport"


class Rapport(Flask):
    """Flask, less what it does for each request and nothing here needs."""

    session_interface = sessions.BrowserSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """None of our views and hooks is a coroutine: it is not asked again for each of them, each time."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises ConfigError where a setting is missing or wrong."""
    settings = settings or config.from_environment()
    app = Rapport(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_mapping(_flask_config(settings))
    app.extensions["crm.settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    # The first hook registered is the last to see the response: the log line comes after the commit.
    logs.configure(app)
    database.commit_once(app)

    compression.configure(app)

    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(ROOT / "migrations"), render_as_batch=False)
    extensions.login_manager.init_app(app)
    extensions.jwt.init_app(app)
    extensions.limiter.init_app(app)
    extensions.htmx.init_app(app)
    extensions.csrf.init_app(app)
    if settings.database_url.startswith("sqlite"):
        with app.app_context():
            database.prepare_sqlite(extensions.db.engine)
    else:
        with app.app_context():
            sessions.prepare_postgresql(app, extensions.db.engine)

    health.register(app)
    web.register(app)
    api.register(app)
    cli.register(app)

    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # Pages name each file with the hash of its content (web/assets.py), so that a browser may keep it for good.
    app.wsgi_app = compression.StaticFiles(app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=31_536_000)  # type: ignore[method-assign]
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    engine_options: dict[str, object] = {}
    if settings.database_url.startswith("postgresql"):
        engine_options = {
            "connect_args": {"cursor_factory": sessions.Cursor},
            "json_deserializer": from_json,
            "pool_size": 5,
            "max_overflow": 5,
            "pool_recycle": 1800,
        }
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.secure_cookies else "session",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,  # as often as the login is noted (web/session.py)
        # The token lives as long as the session: a page may stay open all day.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "JWT_ALGORITHM": "RS256",
        "JWT_DECODE_ALGORITHMS": ["RS256"],
        "JWT_PRIVATE_KEY": settings.jwt_private_key,
        "JWT_PUBLIC_KEY": settings.jwt_public_key,
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=30),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=30),
        "JWT_ENCODE_ISSUER": ISSUER,
        "JWT_DECODE_ISSUER": ISSUER,
        "JWT_ENCODE_AUDIENCE": ISSUER,
        "JWT_DECODE_AUDIENCE": ISSUER,
        "JWT_TOKEN_LOCATION": ["headers"],
        "JWT_COOKIE_CSRF_PROTECT": False,
        **limits.configure(enabled=settings.ratelimit_enabled, redis_url=settings.redis_url),
    }
