"""Paths under /api, by either name of it.

`{id}` in a path: the integer or the GUID of a row (one-contract.md, "Two dialects"). Anything else is nothing: 404."""

from __future__ import annotations

import re
from uuid import UUID

from flask import request
from werkzeug.routing import BaseConverter

# Longer than any integer that a database gives out, and short enough to be read at once.
_INTEGER = re.compile(r"[0-9]{1,18}")
LARGEST = 10**18 - 1
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def below() -> str:
    """The path of this request below /api or /api/v1, which are the same: "contacts/4711"."""
    return request.path.removeprefix("/api/").removeprefix("v1/")


def noun() -> str:
    """What this request is about: "contacts"."""
    return below().split("/")[0]


class IdOrGuid(BaseConverter):
    # In the rule already: what only to_python refuses has matched by then, and would be 405 where another method has the path.
    regex = f"{_INTEGER.pattern}|{_GUID.pattern.replace('(', '(?:')}"

    def to_python(self, value: str) -> int | UUID:
        return int(value) if _INTEGER.fullmatch(value) else UUID(value)
