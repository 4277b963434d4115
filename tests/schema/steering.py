"""Schemathesis' hooks: they lead its requests to what there is. Random GUIDs would not get past the first rule of a service.

What a request tests is left as it is: only a value of the right kind is replaced, by one of that kind.
"""

from __future__ import annotations

import json
import os
from itertools import count
from typing import Any
from uuid import UUID

import schemathesis

# {"contact": [GUIDs], "owner": id, "site": id}: what test_schemathesis.py has put into the database.
THERE = json.loads(os.environ["SCHEMATHESIS_THERE"])
_times = count()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    turn = next(_times)
    headers = case.headers
    # Everybody who fails to log in is somebody else: so much guessing from one address would shut out the one who may.
    headers["X-Forwarded-For"] = f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}"
    if headers.get("X-Site-ID", "").isdecimal() and turn % 4:
        headers["X-Site-ID"] = str(THERE["site"])
    if "Idempotency-Key" in headers and turn % 4:
        headers["Idempotency-Key"] = f"{headers['Idempotency-Key'][:100]}-{turn}"
    if isinstance(case.body, dict) and turn % 4:
        _lead(case.body, turn)
    if isinstance(case.query, dict) and turn % 4:
        _lead(case.query, turn)


def _lead(values: dict[str, Any], turn: int) -> None:
    for name, value in values.items():
        if name in ("contactId", "contact_id") and _is_guid(value):
            values[name] = THERE["contact"][turn % len(THERE["contact"])]
        elif name in ("ownerId", "owner_id") and isinstance(value, int) and not isinstance(value, bool):
            values[name] = THERE["owner"]
        elif name == "emails" and isinstance(value, list) and len(value) == 1 and value[0] == "ada@example.org":
            values[name] = [f"ada.{turn}@example.org"]


def _is_guid(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False
