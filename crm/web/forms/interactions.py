from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

from wtforms import BooleanField, TextAreaField

from crm import clock
from crm.errors import Invalid
from crm.schemas.base import read
from crm.schemas.follow_ups import FollowUpNew
from crm.schemas.interactions import InteractionEdit, InteractionNew
from crm.services.members import Member
from crm.web import words
from crm.web.forms.base import Form
from crm.web.forms.fields import Day, Moment, Number, Text, Tokens, one_of
from crm.web.forms.length import chips, lengths, minutes

if TYPE_CHECKING:
    from crm.models import Interaction

I = TypeVar("I", InteractionNew, InteractionEdit)  # noqa: E741

# Something without a date is forgotten: what the date of a follow-up is set to until somebody says otherwise.
FOLLOW_UP_IN = timedelta(days=7)


class _InteractionForm(Form[I]):
    aliases = {"start_datetime": "at", "end_datetime": "duration", "topics_discussed": "topics"}

    type = one_of("Type", words.labels(words.TYPES))
    at = Moment("Time", required=False)
    length = chips()
    duration = Number("Minutes")
    title = Text("Title")
    topics = Tokens("Topics")
    notes = TextAreaField("Notes")
    sentiment = one_of("Mood", words.labels(words.MOODS), none=True)
    lead = Text("Led by")
    location = Text("Place")
    follow_up_needed = BooleanField("Follow up")
    follow_up_notes = Text("What")
    follow_up_due = Day("When")

    def values(self) -> dict[str, Any]:
        values = {
            "type": self.type.data or "",
            "start_datetime": self.at.data,
            "duration": minutes(self),
            "title": self.title.data,
            "topics_discussed": self.topics.data,
            "notes": self.notes.data,
            "sentiment": self.sentiment.data,
            "lead": self.lead.data,
            "location": self.location.data,
            "follow_up_needed": self.follow_up_needed.data,
        }
        if self.follow_up_needed.data:
            values |= {"follow_up_notes": self.follow_up_notes.data, "follow_up_due": self.follow_up_due.data}
        return {name: value for name, value in values.items() if name != "start_datetime" or value is not None}


class LogForm(_InteractionForm[InteractionNew]):
    """Logging. "Just ended" is the usual case: then nobody has to pick a time."""

    schema = InteractionNew
    mark = "log-"

    when = one_of("When", {"now": "Just ended", "at": "At another time"}, default="now")

    # What the contact promised is a follow-up of its own.
    they_owe = Text("They promised")
    they_owe_due = Day("Until")

    contact: UUID | None = None

    def promised(self) -> FollowUpNew | None:
        """Raises Invalid under the form's names."""
        if not self.they_owe.data:
            return None
        try:
            return read(FollowUpNew, {"title": self.they_owe.data, "due_on": self.they_owe_due.data})
        except Invalid as error:
            raise Invalid({"they_owe": "; ".join(error.details.values())}) from None

    def values(self) -> dict[str, Any]:
        values = super().values() | {"contact_id": self.contact}
        if self.when.data == "now":
            values["start_datetime"] = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes(self) or 0)
        return values


class Fresh(NamedTuple):
    """A log form in which nobody has typed: the same for everybody of a site, for a minute."""

    type: str
    at: datetime
    follow_up_due: date

    @classmethod
    def of(cls, member: Member, type: str = "call") -> Fresh:
        due = clock.today(member.timezone) + FOLLOW_UP_IN
        return cls(type if type in words.TYPES else "call", clock.now().replace(second=0, microsecond=0), due)

    def form(self) -> LogForm:
        return LogForm(**self._asdict())


class InteractionEditForm(_InteractionForm[InteractionEdit]):
    schema = InteractionEdit

    started: Interaction

    @classmethod
    def of(cls, interaction: Interaction, formdata: Any = None) -> InteractionEditForm:
        """The interaction as it is, or as it was typed."""
        plain = ("type", "title", "notes", "lead", "location", "follow_up_needed", "follow_up_notes", "version")
        form = cls(
            formdata,
            at=interaction.start_datetime,
            topics=interaction.topics_discussed,
            sentiment=interaction.sentiment or "",
            follow_up_due=interaction.follow_up_due,
            **lengths(interaction.duration),
            **{name: getattr(interaction, name) for name in plain},
        )
        form.started = interaction
        form.identify(f"edit-{interaction.id}-")
        return form

    def values(self) -> dict[str, Any]:
        """The input shows whole minutes: one that was left alone must not cut the seconds off."""
        values = super().values()
        if self.at.data == self.started.start_datetime.replace(second=0, microsecond=0):
            del values["start_datetime"]
        return values
