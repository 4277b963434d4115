from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from wtforms import TextAreaField

from crm import clock
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services.members import Member
from crm.web import words
from crm.web.forms.base import Form
from crm.web.forms.fields import Moment, Number, Rows, Text, Tokens, one_of
from crm.web.forms.length import chips, lengths, minutes

if TYPE_CHECKING:
    from crm.models import Meeting

M = TypeVar("M", MeetingNew, MeetingEdit)


class _MeetingForm(Form[M]):
    scheduled_datetime = Moment("Time")
    length = chips()
    duration = Number("Minutes")
    location = Text("Place")
    purpose = Text("Purpose")
    agenda_items = Rows("Agenda")
    preparation_notes = TextAreaField("Notes to prepare")

    def values(self) -> dict[str, Any]:
        values = super().values() | {"duration": minutes(self)}
        left_out = {"length"} if values["scheduled_datetime"] else {"length", "scheduled_datetime"}
        return {name: value for name, value in values.items() if name not in left_out}


class MeetingNewForm(_MeetingForm[MeetingNew]):
    schema = MeetingNew

    contact: UUID

    @classmethod
    def fresh(cls, member: Member) -> MeetingNewForm:
        """Half an hour on the next working day, at ten: better to correct than to fill in."""
        ahead = {4: 3, 5: 2}.get(clock.today(member.timezone).weekday(), 1)
        day = clock.today(member.timezone) + timedelta(days=ahead)
        return cls(length="30", scheduled_datetime=clock.start_of_day(day, member.timezone) + timedelta(hours=10))

    def values(self) -> dict[str, Any]:
        return super().values() | {"contact_id": self.contact}


class MeetingEditForm(_MeetingForm[MeetingEdit]):
    schema = MeetingEdit

    started: Meeting

    @classmethod
    def of(cls, meeting: Meeting, formdata: Any = None) -> MeetingEditForm:
        """The meeting as it is, or as it was typed."""
        plain = ("scheduled_datetime", "location", "purpose", "agenda_items", "preparation_notes", "version")
        form = cls(formdata, **lengths(meeting.duration), **{name: getattr(meeting, name) for name in plain})
        form.started = meeting
        return form

    def values(self) -> dict[str, Any]:
        values = super().values()
        if self.scheduled_datetime.data == self.started.scheduled_datetime.replace(second=0, microsecond=0):
            values.pop("scheduled_datetime", None)
        return values


class OutcomeForm(Form[MeetingOutcome]):
    schema = MeetingOutcome
    aliases = {"topics_covered": "topics", "action_items": "action_title"}

    actual_date = Moment("Held", required=False)
    length = chips()
    duration = Number("Minutes")
    attendees = Tokens("Who was there")
    topics = Tokens("What was covered")
    outcomes = TextAreaField("What was agreed")
    action_title = Rows("Actions")
    next_steps = TextAreaField("Next steps")
    relationship_impact = one_of("The relationship is now", words.IMPACTS)

    @classmethod
    def fresh(cls, meeting: Meeting, member: Member) -> OutcomeForm:
        """What is likely: it was held when it was to be, as long as planned, about what was planned, by the two of them."""
        return cls(
            actual_date=min(meeting.scheduled_datetime, clock.now()),
            **lengths(meeting.duration),
            topics=list(meeting.agenda_items),
            attendees=[meeting.contact.name, member.name],
        )

    @classmethod
    def posted(cls, formdata: Any) -> OutcomeForm:
        form = cls(formdata)
        form.actions = list(zip(*(formdata.getlist(f"action_{part}") for part in ("title", "owner", "due")), strict=False))
        return form

    actions: list[tuple[str, str, str]] = []

    def values(self) -> dict[str, Any]:
        return {
            "actual_date": self.actual_date.data,
            "duration": minutes(self),
            "attendees": self.attendees.data,
            "topics_covered": self.topics.data,
            "outcomes": self.outcomes.data,
            "next_steps": self.next_steps.data,
            "relationship_impact": self.relationship_impact.data,
            "action_items": [
                {"title": title, "owner_id": int(owner) if owner.isdecimal() else None, "due_on": due or None}
                for title, owner, due in self.actions
                if title.strip()
            ],
        }
