"""Is it up? `/healthz`: this process answers. `/readyz`: it reaches its database and Redis. No login needed."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from crm import logs
from crm.extensions import db

health = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(health)


@health.get("/healthz")
def alive() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


@health.get("/readyz")
def ready() -> tuple[dict[str, str], int]:
    """200, or 503 with what is missing. Without Redis people can work, but nothing is done in the background."""
    state = {"database": "ok", "redis": "ok"}
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        logs.exception("database unreachable")
        state["database"] = "unreachable"
    try:
        with Redis.from_url(
            current_app.extensions["crm.settings"].redis_url, socket_timeout=2, socket_connect_timeout=2
        ) as redis:
            redis.ping()
    except RedisError:
        state["redis"] = "unreachable"
    return state, 200 if set(state.values()) == {"ok"} else 503
