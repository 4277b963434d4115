"""For any sequence of actions, the counters, the timeline and the events agree with what was done."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import delete, func, select

from crm import clock
from crm.database import transaction
from crm.errors import Conflict, NotFound
from crm.extensions import db
from crm.models import Base, Change, Event, FollowUp, Interaction, Meeting
from crm.questions import answer
from crm.schemas.contacts import ContactNew
from crm.schemas.interactions import InteractionEdit, InteractionNew
from crm.schemas.meetings import MeetingEdit, MeetingNew, MeetingOutcome
from crm.services import contacts, interactions, meetings, timeline
from crm.services.members import Member

BEGIN = datetime(2026, 3, 27, 12, tzinfo=UTC)  # two days before Berlin's clocks change
HOURS = st.integers(1, 24 * 40).map(lambda hours: timedelta(hours=hours))


@dataclass
class Talk:
    """An interaction, as the test remembers it; `hidden` by its own deletion, not by its contact's."""

    contact: UUID
    start: datetime
    hidden: bool = False


@dataclass
class Date:
    """A meeting, as the test remembers it."""

    contact: UUID
    at: datetime
    status: str = "scheduled"
    hidden: bool = False


@dataclass
class Known:
    contacts: dict[UUID, bool] = field(default_factory=dict)  # deleted?
    talks: dict[UUID, Talk] = field(default_factory=dict)
    dates: dict[UUID, Date] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    promises: int = 0


class Work(RuleBasedStateMachine):
    """Somebody at work, while time goes on."""

    people = Bundle("people")
    talks = Bundle("talks")
    dates = Bundle("dates")

    def __init__(self, alice: Member) -> None:
        super().__init__()
        self.alice, self.known = alice, Known()
        self.time = time_machine.travel(BEGIN, tick=False)
        self.moving = self.time.start()
        for table in (
            Event.__table__,
            *(Base.metadata.tables[name] for name in ("follow_ups", "interactions", "meetings", "contacts")),
        ):
            with transaction():
                db.session.execute(delete(table))
        db.session.expunge_all()

    def teardown(self) -> None:
        self.time.stop()

    @rule(target=people, name=st.sampled_from(["Ada", "Grace"]))
    def add_contact(self, name: str) -> UUID:
        with transaction():
            uid = contacts.add(self.alice, ContactNew(name=name)).uid
        self.known.contacts[uid] = False
        self.known.events.append("ContactCreated")
        return uid

    @rule(target=talks, contact=people, ago=HOURS, needed=st.booleans())
    def log(self, contact: UUID, ago: timedelta, needed: bool):  # a UUID, or nothing
        if self.known.contacts[contact]:
            return multiple()
        new = InteractionNew(contact_id=contact, type="call", start_datetime=clock.now() - ago, follow_up_needed=needed)
        return self._talk(new)

    @rule(target=talks, contact=people, ahead=HOURS)
    def plan(self, contact: UUID, ahead: timedelta):
        if self.known.contacts[contact]:
            return multiple()
        return self._talk(InteractionNew(contact_id=contact, type="lunch", start_datetime=clock.now() + ahead))

    def _talk(self, new: InteractionNew) -> UUID:
        with transaction():
            row = interactions.log(self.alice, new, ahead=True)
            uid, self.known.talks[row.uid] = row.uid, Talk(row.contact.uid, row.start_datetime)
        self.known.events.append("InteractionLogged")
        self.known.promises += bool(new.follow_up_needed)
        return uid

    @rule(uid=talks, by=st.integers(-500, 500))
    def move_talk(self, uid: UUID, by: int) -> None:
        talk = self.known.talks[uid]
        start = talk.start + timedelta(hours=by)
        if self._there(talk):
            with transaction():
                interactions.edit(self.alice, uid, InteractionEdit(start_datetime=start), ahead=True)
            talk.start = start

    @rule(uid=talks, contact=people)
    def give_talk_to(self, uid: UUID, contact: UUID) -> None:
        talk = self.known.talks[uid]
        if self._there(talk) and not self.known.contacts[contact]:
            with transaction():
                interactions.edit(self.alice, uid, InteractionEdit(contact_id=contact))
            talk.contact = contact

    @rule(uid=talks)
    def delete_talk(self, uid: UUID) -> None:
        if self._there(self.known.talks[uid]):
            with transaction():
                interactions.delete(self.alice, uid)
            self.known.talks[uid].hidden = True

    @rule(uid=talks)
    def undo_deletion_of_talk(self, uid: UUID) -> None:
        talk = self.known.talks[uid]
        if not self.known.contacts[talk.contact]:
            with transaction():
                interactions.restore(self.alice, uid)
            talk.hidden = False

    @rule(target=dates, contact=people, ahead=HOURS)
    def schedule(self, contact: UUID, ahead: timedelta):
        if self.known.contacts[contact]:
            return multiple()
        with transaction():
            row = meetings.schedule(self.alice, MeetingNew(contact_id=contact, scheduled_datetime=clock.now() + ahead))
            uid, self.known.dates[row.uid] = row.uid, Date(contact, row.scheduled_datetime)
        self.known.events.append("MeetingScheduled")
        return uid

    @rule(uid=dates, ahead=HOURS)
    def move_meeting(self, uid: UUID, ahead: timedelta) -> None:
        date = self.known.dates[uid]
        if self._there(date) and date.status == "scheduled" and date.at != clock.now() + ahead:
            with transaction():
                date.at = meetings.edit(self.alice, uid, MeetingEdit(scheduled_datetime=clock.now() + ahead)).scheduled_datetime
            self.known.events.append("MeetingRescheduled")

    @rule(uid=dates, actions=st.lists(st.just("Send it"), max_size=2))
    def complete(self, uid: UUID, actions: list[str]) -> None:
        date = self.known.dates[uid]
        outcome = MeetingOutcome.model_validate({"action_items": actions})
        if not self._there(date) or date.status != "scheduled":
            with pytest.raises(Conflict if self._there(date) else NotFound), transaction():
                meetings.complete(self.alice, uid, outcome)
            return
        with transaction():
            row = meetings.complete(self.alice, uid, outcome).interaction
            assert row
            self.known.talks[row.uid] = Talk(date.contact, row.start_datetime)
        date.status = "completed"
        self.known.events += ["MeetingCompleted", "InteractionLogged"]
        self.known.promises += len(actions)

    @rule(uid=dates)
    def cancel_and_perhaps_undo(self, uid: UUID) -> None:
        date = self.known.dates[uid]
        if self._there(date) and date.status != "completed":
            with transaction():
                if date.status == "scheduled":
                    date.status = meetings.cancel(self.alice, uid).status
                    self.known.events.append("MeetingCancelled")
                else:
                    date.status = meetings.reinstate(self.alice, uid).status
                    self.known.events.append("MeetingScheduled")

    @rule(uid=dates)
    def delete_or_restore_meeting(self, uid: UUID) -> None:
        date = self.known.dates[uid]
        if not self.known.contacts[date.contact]:
            with transaction():
                meetings.restore(self.alice, uid) if date.hidden else meetings.delete(self.alice, uid)
            date.hidden = not date.hidden

    @rule(uid=people)
    def delete_or_restore_contact(self, uid: UUID) -> None:
        deleted = self.known.contacts[uid]
        with transaction():
            contacts.restore(self.alice, uid) if deleted else contacts.delete(self.alice, uid)
        self.known.contacts[uid] = not deleted

    @precondition(lambda self: clock.now() < BEGIN + timedelta(days=25))
    @rule(hours=st.integers(1, 24 * 8))
    def time_goes_on(self, hours: int) -> None:
        self.moving.shift(timedelta(hours=hours))

    @rule()
    def the_job_settles(self) -> None:
        with transaction():
            contacts.settle_due()

    @invariant()
    def counters_and_timeline_are_true(self) -> None:
        db.session.rollback()
        for uid in (uid for uid, deleted in self.known.contacts.items() if not deleted):
            talks = sorted(
                (talk.start for talk in self.known.talks.values() if talk.contact == uid and not talk.hidden), reverse=True
            )
            past = [start for start in talks if start <= clock.horizon()]
            dates = [date.at for date in self.known.dates.values() if date.contact == uid and not date.hidden]
            upcoming = [
                date.at
                for date in self.known.dates.values()
                if date.contact == uid and not date.hidden and date.status == "scheduled" and date.at > clock.now()
            ]
            contact = contacts.get(self.alice, uid)
            assert contact.last_interaction_at == max(past, default=None)
            assert contact.next_meeting_at == min(upcoming, default=None)
            assert self._walk(uid) == past
            planned = [row.start_datetime for row in answer(timeline.ask_first(self.alice, contact, ahead=100)).planned]
            assert planned == sorted(start for start in talks if start > clock.horizon())
            assert meetings.find(self.alice, contact_id=uid, page_size=100).total == len(dates)

    @invariant()
    def events_history_and_follow_ups_are_complete(self) -> None:
        assert list(db.session.scalars(select(Event.type).order_by(Event.id))) == self.known.events
        assert db.session.scalar(select(func.count(FollowUp.id))) == self.known.promises
        for model, known in ((Interaction, self.known.talks), (Meeting, self.known.dates)):
            kind = model.__tablename__.removesuffix("s")
            lines = select(model.uid).join(Change, (Change.subject_id == model.id) & (Change.subject_type == kind))
            assert set(db.session.scalars(lines.where(Change.action == "created"))) == set(known)

    def _walk(self, uid: UUID) -> list[datetime]:
        contact, found, before = contacts.get(self.alice, uid), [], None
        while True:
            part = timeline.past(self.alice, contact, before=before, limit=2)
            found += [row.start_datetime for row in part.items]
            before = part.before
            if not before:
                return found

    def _there(self, row: Talk | Date) -> bool:
        return not row.hidden and not self.known.contacts[row.contact]


def test_counters_timeline_and_events_agree_with_the_rows(alice: Member) -> None:
    """CRM_EXAMPLES tries more of them."""
    run(
        lambda: Work(alice),
        settings=settings(
            max_examples=int(os.environ.get("CRM_EXAMPLES", "20")),
            stateful_step_count=25,
            deadline=None,
            derandomize="CI" in os.environ,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
