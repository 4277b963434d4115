"""Rate limits (interaction-management-api.md, "Rate Limiting"): counted before a view is reached, told on every answer.

Each request counts as one of

- an auth operation, by address: what proves who somebody is (public, under /auth)
- anonymous, by address: any other request without a login that is good, unknown paths too
- authenticated, by user; if it is a search (under /search) as one of these by user as well

Flask-Limiter has the settings, and the counters in Redis, for all processes. The counting is done here, because it costs each
request: one round trip, where the extension's own takes three for each limit (to count, and twice for the headers).
"""

from __future__ import annotations

import time
from math import ceil
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, request
from limits.storage import MemoryStorage, RedisStorage
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.exceptions import TooManyRequests

from crm import clock, logs
from crm.api import paths
from crm.extensions import limiter

WINDOW = 60  # seconds; a window begins with its first request

# A Redis that does not answer must not keep a request waiting. One retry: a pooled connection may have been cut meanwhile.
PATIENCE = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25, "retry": Retry(NoBackoff(), 1)}
LONGEST_PAUSE = 32  # seconds

_HIT = """
local said = {}
for position, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = ARGV[1] * 1000
    redis.call('PEXPIRE', key, left)
  end
  said[2 * position - 1], said[2 * position] = count, left
end
return said
"""


class Limit(NamedTuple):
    """How it stands with a limit, this request included. `reset`: when it ends, Unix time."""

    amount: int
    remaining: int
    reset: float


class Counters:
    """Requests by key, in Redis. While Redis is away they are counted in the memory of each process; it is looked for after 1,
    2, 4, … 32 seconds."""

    def __init__(self, storage: Any) -> None:
        self._storage, self._memory = storage, MemoryStorage()
        self._hit = storage.get_connection().register_script(_HIT.encode()) if isinstance(storage, RedisStorage) else None
        self._pause, self._again = 0, 0.0

    def hit(self, keys: list[str]) -> list[tuple[int, float]]:
        """For each key: how often it was hit in its window, and when that ends."""
        if self._hit and clock.now().timestamp() >= self._again:
            try:
                said = self._hit([f"limits/{key}" for key in keys], [WINDOW])
            except (RedisError, OSError):
                self._rest()
            else:
                self._pause = 0
                return [(said[at], time.time() + said[at + 1] / 1000) for at in range(0, len(said), 2)]
        return [(self._memory.incr(key, WINDOW), self._memory.get_expiry(key)) for key in keys]

    def _rest(self) -> None:
        self._pause = min(LONGEST_PAUSE, max(1, self._pause * 2))
        self._again = clock.now().timestamp() + self._pause
        logs.warning("limits counted in memory", redis="unreachable", seconds=self._pause)


def configure(enabled: bool, redis_url: str) -> dict[str, object]:
    """Flask-Limiter's settings."""
    return {
        "RATELIMIT_ENABLED": enabled,
        # The limiter has its own word for a Redis behind a socket.
        "RATELIMIT_STORAGE_URI": redis_url.replace("unix://", "redis+unix://", 1),
        "RATELIMIT_STORAGE_OPTIONS": PATIENCE,
    }


def register(app: Flask) -> None:
    if app.config["RATELIMIT_ENABLED"]:
        app.extensions["crm.limits"] = Counters(limiter.storage)
    app.after_request(tell)


def count(user_id: int | None) -> None:
    """Counts this request, of `user_id` or of a stranger. Raises TooManyRequests."""
    counters: Counters | None = current_app.extensions.get("crm.limits")
    if counters is None:
        return
    amounts = current_app.extensions["crm.settings"].rate_limits
    identity = request.remote_addr or "unknown" if user_id is None else str(user_id)
    kinds = _kinds(user_id)
    hits = counters.hit([f"{kind}/{identity}" for kind in kinds])
    g.limits = [Limit(amounts[kind], amounts[kind] - hit, reset) for kind, (hit, reset) in zip(kinds, hits, strict=True)]
    if any(limit.remaining < 0 for limit in g.limits):
        raise TooManyRequests


def _kinds(user_id: int | None) -> tuple[str, ...]:
    noun = paths.noun()
    if user_id is not None:
        return ("user", "search") if noun == "search" else ("user",)
    view = current_app.view_functions.get(request.endpoint or "")
    return ("auth",) if noun == "auth" and getattr(view, "public", False) else ("anonymous",)


def tell(response: Response) -> Response:
    """How it stands with the tightest limit that this request was counted against."""
    limits: list[Limit] | None = g.get("limits")
    if limits:
        tightest = min(limits, key=lambda limit: (limit.remaining, -limit.reset))
        said = {
            "X-RateLimit-Limit": str(tightest.amount),
            "X-RateLimit-Remaining": str(max(0, tightest.remaining)),
            "X-RateLimit-Reset": str(ceil(tightest.reset)),
        }
        if tightest.remaining < 0:
            said["Retry-After"] = str(max(1, ceil(tightest.reset - time.time())))
        response.headers.extend(said)
    return response
