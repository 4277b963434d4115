"""Answers as JSON, written by compiled code: instants as ISO 8601 with Z, GUIDs as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from pydantic_core import to_json

JSON = "application/json"


def answer(
    payload: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = JSON
) -> Response:
    return Response(to_json(payload), status, headers, content_type=media_type)


def finish(response: Response) -> Response:
    """What every answer of the API says: it is somebody's own, and which header chose its dialect."""
    response.headers.setdefault("Cache-Control", "no-store")
    if "dialect" in g:
        vary(response, "Accept")
    return response


def vary(response: Response, names: str) -> None:
    """Adds to what an answer depends on. `response.vary` would read and write the header anew for each name."""
    said = response.headers.get("Vary")
    response.headers["Vary"] = f"{said}, {names}" if said else names
