"""What a new access token is asked to be."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from crm.schemas.base import ABSENT, Line100, Lower, Schema

USUAL_DAYS = 90
MOST_DAYS = 365

ScopeName = Literal["read", "write"]
Scope = Annotated[ScopeName, Lower]


class AccessTokenNew(Schema):
    """`name` says what it is for. `scope` is "read" unless more is asked for; `expires_in_days` at most 365. Without a
    `site_id` it is for the site that whoever asks is in."""

    name: Line100
    site_id: Annotated[int, Field(strict=True)] = ABSENT
    scope: Scope = "read"
    expires_in_days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)] = USUAL_DAYS
