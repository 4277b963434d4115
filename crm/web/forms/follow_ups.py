from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from wtforms import BooleanField, TextAreaField

from crm.schemas.follow_ups import FollowUpEdit, FollowUpNew
from crm.web.forms.base import Form
from crm.web.forms.fields import Day, Number, Text, one_of

if TYPE_CHECKING:
    from crm.models import FollowUp


class FollowUpForm(Form[FollowUpNew]):
    schema = FollowUpNew
    mark = "plan-"

    title = Text("What")
    whom = Text("With")
    due_on = Day("Until")
    owner_id = Number("Who")
    owed_by = one_of("Who owes it", {"ours": "We do", "theirs": "They do"}, default="ours")

    contact: UUID | None = None

    def values(self) -> dict[str, Any]:
        values = super().values() | {"title": self.title.data or "", "contact_id": self.contact}
        values["owed_by"] = self.owed_by.data or "ours"
        del values["whom"]
        return values if values["owner_id"] else {name: value for name, value in values.items() if name != "owner_id"}


class FollowUpEditForm(Form[FollowUpEdit]):
    """In place, wherever its row stands."""

    schema = FollowUpEdit

    title = Text("What")
    notes = TextAreaField("Notes")
    due_on = Day("Due")
    owner_id = Number("Who")
    reminds = BooleanField("Remind by mail")
    remind_on = Day("On")

    @classmethod
    def of(cls, follow_up: FollowUp, formdata: Any = None) -> FollowUpEditForm:
        """The follow-up as it is, or as it was typed."""
        plain = ("title", "notes", "due_on", "owner_id", "reminds", "remind_on", "version")
        form = cls(formdata, **{name: getattr(follow_up, name) for name in plain})
        form.identify(f"edit-{follow_up.id}-")
        return form

    def values(self) -> dict[str, Any]:
        return super().values() | {"title": self.title.data or ""}
