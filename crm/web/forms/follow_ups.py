from __future__ import annotations

from typing import Any
from uuid import UUID

from crm.schemas.follow_ups import FollowUpNew
from crm.web.forms.base import Form
from crm.web.forms.fields import Day, Number, Text, one_of


class FollowUpForm(Form[FollowUpNew]):
    schema = FollowUpNew
    mark = "plan-"

    title = Text("What")
    due_on = Day("Until")
    owner_id = Number("Who")
    owed_by = one_of("Who owes it", {"ours": "We do", "theirs": "They do"}, default="ours")

    contact: UUID | None = None

    def values(self) -> dict[str, Any]:
        values = super().values() | {"title": self.title.data or "", "contact_id": self.contact}
        values["owed_by"] = self.owed_by.data or "ours"
        return values if values["owner_id"] else {name: value for name, value in values.items() if name != "owner_id"}
