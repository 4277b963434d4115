"""Where pages are, for templates: as Flask's url_for says, but asked once for each address, for a page has dozens of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask
from flask import request


def url_for(endpoint: str, **values: Any) -> str:
    """As flask.url_for, on this server."""
    noun = request.blueprint if endpoint[0] == "." else ""
    try:
        return _path(request.environ.get("SCRIPT_NAME", ""), noun, endpoint, **values)
    except TypeError:  # a value that cannot be a key: a list
        return flask.url_for(endpoint, **values)


# `typed`: 1 and True are equal, and not the same in an address.
@lru_cache(maxsize=20_000, typed=True)
def _path(_root: str, _noun: str | None, endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, **values)
