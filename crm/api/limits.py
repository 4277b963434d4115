"""Rate limits (interaction-management-api.md, "Rate Limiting"): counted before a view is reached, told on every answer.

Each request counts as one of

- an auth operation, 10/minute by address: what proves who somebody is (public, under /auth)
- anonymous, 30/minute by address: any other request without a login that is good, unknown paths too
- authenticated, 300/minute by user; if it is a search (under /search) 60/minute by user as well

The counters are in Redis, for all processes. While Redis is away Flask-Limiter counts in the memory of each process, looks for
Redis after 1, 2, 4, … 32 seconds, and goes back to it by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil
from typing import Any

from flask import Response, current_app, g, request
from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import STRATEGIES, FixedWindowRateLimiter
from limits.util import WindowStats
from redis.backoff import NoBackoff
from redis.retry import Retry

from crm.api import paths
from crm.extensions import limiter

# A Redis that does not answer must not keep a request waiting. One retry: a pooled connection may have been cut meanwhile.
PATIENCE = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25, "retry": Retry(NoBackoff(), 1)}

# The window begins with its first request. Count and time come back together, so that the headers cost no second trip.
_HIT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = ARGV[2] * 1000
  redis.call('PEXPIRE', KEYS[1], left)
end
return {count, left}
"""


class OneTrip(FixedWindowRateLimiter):
    """Fixed windows in one round trip to Redis, where the library's own take three: to count, and twice for the headers."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage)
        self._hit = storage.get_connection().register_script(_HIT.encode()) if isinstance(storage, RedisStorage) else None

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        key, seconds = item.key_for(*identifiers), item.get_expiry()
        if self._hit and isinstance(self.storage, RedisStorage):
            counted, left = self._hit([self.storage.prefixed_key(key)], [cost, seconds])
            reset = time.time() + left / 1000
        else:
            counted, reset = self.storage.incr(key, seconds, cost), self.storage.get_expiry(key)
        _windows()[key] = WindowStats(reset, max(0, item.amount - counted))
        return bool(counted <= item.amount)

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        return _windows()[item.key_for(*identifiers)]


STRATEGIES["one-trip"] = OneTrip


def _windows() -> dict[str, WindowStats]:
    """What was counted in this request."""
    if "windows" not in g:
        g.windows = {}
    windows: dict[str, WindowStats] = g.windows
    return windows


def configure(enabled: bool, redis_url: str) -> dict[str, object]:
    """Flask-Limiter's settings."""
    return {
        "RATELIMIT_ENABLED": enabled,
        # The limiter has its own word for a Redis behind a socket.
        "RATELIMIT_STORAGE_URI": redis_url.replace("unix://", "redis+unix://", 1),
        "RATELIMIT_STORAGE_OPTIONS": PATIENCE,
        "RATELIMIT_STRATEGY": "one-trip",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        # By its default, what has no endpoint (an unknown path) would not be counted.
        "RATELIMIT_REQUEST_IDENTIFIER": lambda: "api",
    }


def count(user_id: int | None) -> None:
    """Counts this request, of `user_id` or of a stranger. Raises RateLimitExceeded."""
    g.counted_as = _kinds(user_id), user_id
    if current_app.config["RATELIMIT_ENABLED"]:
        _count()


def _kinds(user_id: int | None) -> set[str]:
    noun = paths.noun()
    if user_id is not None:
        return {"user", "search"} if noun == "search" else {"user"}
    view = current_app.view_functions.get(request.endpoint or "")
    return {"auth"} if noun == "auth" and getattr(view, "public", False) else {"anonymous"}


def _is_no(kind: str) -> Callable[[], bool]:
    return lambda: kind not in g.counted_as[0]


def _address() -> str:
    return request.remote_addr or "unknown"


def _user() -> str:
    return str(g.counted_as[1])


@limiter.shared_limit("10/minute", "auth", key_func=_address, exempt_when=_is_no("auth"))
@limiter.shared_limit("30/minute", "anonymous", key_func=_address, exempt_when=_is_no("anonymous"))
@limiter.shared_limit("300/minute", "user", key_func=_user, exempt_when=_is_no("user"))
@limiter.shared_limit("60/minute", "search", key_func=_user, exempt_when=_is_no("search"))
def _count() -> None:
    """Being called is all: it is the decorators that count."""


def tell(response: Response) -> Response:
    """How it stands with the tightest limit that this request was counted against."""
    if "counted_as" not in g or not (limits := limiter.current_limits):
        return response
    tightest = min(limits, key=lambda limit: (limit.remaining, -limit.window.reset_time))
    reset = tightest.window.reset_time
    response.headers["X-RateLimit-Limit"] = str(tightest.limit.amount)
    response.headers["X-RateLimit-Remaining"] = str(tightest.remaining)
    response.headers["X-RateLimit-Reset"] = str(ceil(reset))
    if tightest.breached:
        response.headers["Retry-After"] = str(max(1, ceil(reset - time.time())))
    return response
