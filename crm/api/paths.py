"""`{id}` in a path: the integer or the GUID of a row (one-contract.md, "Two dialects"). Anything else is nothing: 404."""

from __future__ import annotations

import re
from uuid import UUID

from werkzeug.routing import BaseConverter, ValidationError

# Longer than any integer that a database gives out, and short enough to be read at once.
_INTEGER = re.compile(r"[0-9]{1,18}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class IdOrGuid(BaseConverter):
    def to_python(self, value: str) -> int | UUID:
        if _INTEGER.fullmatch(value):
            return int(value)
        if _GUID.fullmatch(value):
            return UUID(value)
        raise ValidationError
