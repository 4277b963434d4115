"""The shape of a follow-up."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from crm.schemas.base import ABSENT, Day, Flag, Line500, Prose, Schema

Status = Literal["open", "done"]
OwedBy = Literal["ours", "theirs"]


class FollowUpEdit(Schema):
    """Changes the fields it names. Null clears a field; no `due_on` is "someday". `reminds`: its owner gets a mail
    on the day `remind_on`, or else on the day it is due."""

    title: Line500 = ABSENT
    contact_id: UUID | None = None
    notes: Prose = None
    due_on: Day | None = None
    owner_id: int | None = None
    owed_by: OwedBy = ABSENT
    reminds: Flag = ABSENT
    remind_on: Day | None = None


class FollowUpNew(FollowUpEdit):
    title: Line500


class FollowUpSnooze(Schema):
    """Another day for it."""

    due_on: Day
