"""Endpoints that will go (interaction-management-api.md, "Compatibility Policy": "Deprecated endpoints will be marked in
documentation and return warning headers"). The mark on the view is all:

    @api.get("/old")
    @deprecated(since=date(2027, 1, 1), sunset=date(2028, 1, 1), link="https://…/moving-from-old")
    def old() -> Response: …
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from werkzeug.http import http_date

from crm.api import links

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`since` and `sunset` are instants in UTC; from `sunset` on there may be no answer. `link` tells what to use instead."""

    since: datetime
    sunset: datetime | None
    link: str | None


def deprecated(*, since: date, sunset: date | None = None, link: str | None = None) -> Callable[[View], View]:
    """Marks a view as deprecated since the beginning of a day (UTC) and until that of another.

    Raises ValueError where the end is before the beginning (RFC 9745 §4).
    """
    if sunset and sunset < since:
        raise ValueError("what is deprecated cannot end before that")
    mark = Deprecation(_midnight(since), _midnight(sunset) if sunset else None, link)

    def decorate(view: View) -> View:
        view.deprecation = mark  # type: ignore[attr-defined]
        return view

    return decorate


def warn(response: Response) -> Response:
    """After each request: Deprecation (RFC 9745), Sunset (RFC 8594) and a link, where the view is marked."""
    mark = _mark(current_app, request.endpoint)
    if mark:
        response.headers["Deprecation"] = f"@{int(mark.since.timestamp())}"
        if mark.sunset:
            response.headers["Sunset"] = http_date(mark.sunset)
        if mark.link:
            links.add(response, "deprecation", mark.link, type="text/html")
    return response


def listed(app: Flask) -> Iterator[tuple[str, str, Deprecation]]:
    """Every deprecated operation: its method, its rule, such as "/api/v1/old", and what is marked. For the OpenAPI document."""
    for rule in app.url_map.iter_rules():
        mark = _mark(app, rule.endpoint)
        if mark:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.rule, mark


def _mark(app: Flask, endpoint: str | None) -> Deprecation | None:
    return getattr(app.view_functions.get(endpoint or ""), "deprecation", None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
