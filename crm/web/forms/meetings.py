from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from wtforms import SelectChoice, TextAreaField

from crm import clock
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services.members import Member
from crm.web import words
from crm.web.forms.base import Form
from crm.web.forms.fields import Moment, Number, Rows, Text, Tokens, one_of, whole
from crm.web.forms.length import chips, lengths, minutes

if TYPE_CHECKING:
    from crm.models import Contact, FollowUp, Meeting

M = TypeVar("M", MeetingNew, MeetingEdit)


class _MeetingForm(Form[M]):
    scheduled_datetime = Moment("Time")
    length = chips()
    duration = Number("Minutes")
    location = Text("Place")
    purpose = Text("Purpose")
    agenda_items = Rows("Agenda")
    attendees = Tokens("Who comes")
    preparation_notes = TextAreaField("Notes to prepare")

    def values(self) -> dict[str, Any]:
        values = super().values() | {"duration": minutes(self)}
        left_out = {"length"} if values["scheduled_datetime"] else {"length", "scheduled_datetime"}
        return {name: value for name, value in values.items() if name not in left_out}


class MeetingNewForm(_MeetingForm[MeetingNew]):
    schema = MeetingNew

    contact: UUID

    @classmethod
    def fresh(cls, member: Member, contact: Contact, at: datetime | None = None) -> MeetingNewForm:
        """Half an hour on the next working day, at ten, unless told `at` which time: better to correct than to fill in."""
        ahead = {4: 3, 5: 2}.get(clock.today(member.timezone).weekday(), 1)
        day = clock.today(member.timezone) + timedelta(days=ahead)
        start = at or clock.start_of_day(day, member.timezone) + timedelta(hours=10)
        return cls(length="30", scheduled_datetime=start, attendees=[contact.name, member.name])

    def copy(self, meeting: Meeting) -> None:
        """The same once more, at another time."""
        for name in ("purpose", "location", "agenda_items", "preparation_notes"):
            self[name].data = getattr(meeting, name)

    def values(self) -> dict[str, Any]:
        return super().values() | {"contact_id": self.contact}


class MeetingEditForm(_MeetingForm[MeetingEdit]):
    schema = MeetingEdit

    started: Meeting

    @classmethod
    def of(cls, meeting: Meeting, formdata: Any = None) -> MeetingEditForm:
        """The meeting as it is, or as it was typed."""
        plain = ("scheduled_datetime", "location", "purpose", "agenda_items", "attendees", "preparation_notes", "version")
        form = cls(formdata, **lengths(meeting.duration), **{name: getattr(meeting, name) for name in plain})
        form.started = meeting
        return form

    def values(self) -> dict[str, Any]:
        values = super().values()
        if self.scheduled_datetime.data == self.started.scheduled_datetime.replace(second=0, microsecond=0):
            values.pop("scheduled_datetime", None)
        if self.started.status == "completed":  # who was there is in the minutes
            del values["attendees"]
        return values


class OutcomeForm(Form[MeetingOutcome]):
    """What came of it: of one that is to be completed, or of one that is."""

    schema = MeetingOutcome
    aliases = {"topics_covered": "topics", "action_items": "action_title", "scheduled_datetime": "moved_to"}

    took_place = one_of("Did it take place?", words.TOOK_PLACE, default="held")
    moved_to = Moment("New time", required=False)
    actual_date = Moment("Held", required=False)
    length = chips()
    duration = Number("Minutes")
    attendees = Tokens("Who was there")
    topics = Tokens("What was covered")
    outcomes = TextAreaField("What was agreed")
    action_title = Rows("Actions")
    next_steps = TextAreaField("Next steps")
    relationship_impact = one_of("The relationship is now", words.IMPACTS, none=True)

    actions: list[tuple[str, str, str]] = []

    @classmethod
    def fresh(cls, meeting: Meeting, member: Member, actions: list[FollowUp]) -> OutcomeForm:
        """What is likely: it was held when it was to be, as long as planned, about what was planned, by those who were to
        come. What a completion said that was taken back, with its `actions`, is there again."""
        form = cls(
            moved_to=meeting.scheduled_datetime + timedelta(days=7),
            actual_date=min(meeting.scheduled_datetime, clock.now()),
            **lengths(meeting.duration),
            topics=meeting.topics_covered or list(meeting.agenda_items),
            attendees=meeting.attendees or [meeting.contact.name, member.name],
            **{name: getattr(meeting, name) for name in ("outcomes", "next_steps", "relationship_impact", "version")},
        )
        form.actions = [(row.title, str(row.owner_id or ""), row.due_on.isoformat() if row.due_on else "") for row in actions]
        return form

    @classmethod
    def of(cls, meeting: Meeting) -> OutcomeForm:
        """The minutes as they are. Their actions are follow-ups by now; there can be more."""
        plain = ("actual_date", "attendees", "outcomes", "next_steps", "version")
        impact = meeting.relationship_impact or ""
        form = cls(
            topics=meeting.topics_covered,
            relationship_impact=impact,
            **lengths(meeting.duration),
            **{name: getattr(meeting, name) for name in plain},
        )
        if impact and impact not in words.IMPACTS:  # a program's own words
            form.relationship_impact.choices.append(SelectChoice(impact, impact))
        return form

    @classmethod
    def posted(cls, formdata: Any) -> OutcomeForm:
        form = cls(formdata)
        form.actions = list(zip(*(formdata.getlist(f"action_{part}") for part in ("title", "owner", "due")), strict=False))
        return form

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
                {"title": title, "owner_id": whole(owner), "due_on": due or None}
                for title, owner, due in self.actions
                if title.strip()
            ],
        }


class RevisedForm(OutcomeForm):
    """The minutes of a completed meeting. The input shows whole minutes: one that was left alone must not cut seconds off."""

    started: Meeting

    def values(self) -> dict[str, Any]:
        values = super().values()
        began = self.started.actual_date
        if began and self.actual_date.data == began.replace(second=0, microsecond=0):
            del values["actual_date"]
        return values


class MoveForm(Form[MeetingEdit]):
    schema = MeetingEdit

    scheduled_datetime = Moment("Time")
