"""Several clients at once, each in a thread with a transaction of its own, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from crm import clock
from crm.database import transaction
from crm.errors import Conflict, CrmError, Invalid, InvalidRefreshToken, NotFound
from crm.extensions import db
from crm.models import Contact, Event, Interaction, Login, Meeting
from crm.schemas.contacts import ContactNew
from crm.schemas.interactions import InteractionEdit, InteractionNew
from crm.schemas.meetings import MeetingNew, MeetingOutcome
from crm.services import auth, contacts, follow_ups, interactions, invitations, meetings, memberships, minutes
from crm.services.members import Member
from world import World

CLIENTS = 8


def at_once(app: Flask, action: Callable[[int], object]) -> list[object]:
    """What `action` gives each of eight clients that start together: its result, or the error it raised."""
    start = threading.Barrier(CLIENTS)

    def client(number: int) -> object:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    return action(number)
            except CrmError as error:
                return error

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(client, range(CLIENTS)))


def add_contact(member: Member, name: str = "Ada Lovelace") -> UUID:
    with transaction():
        return contacts.add(member, ContactNew(name=name)).uid


def test_eight_who_complete_a_meeting_make_one_interaction_and_get_seven_refusals(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)
    with transaction():
        uid = meetings.schedule(alice, MeetingNew(contact_id=ada, scheduled_datetime=clock.now() - timedelta(hours=1))).uid

    answers = at_once(
        app, lambda n: str(meetings.complete(alice, uid, MeetingOutcome(outcomes=f"{n}", action_items=[f"{n}"])).uid)
    )

    refusals = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refusals) == CLIENTS - 1
    assert all("already completed by Alice" in refusal.message for refusal in refusals)
    winner = str(next(number for number, answer in enumerate(answers) if answer == str(uid)))
    meeting = meetings.get(alice, uid)
    assert meeting.outcomes == winner
    assert meeting.interaction
    assert meeting.interaction.notes == winner
    assert [follow_up.title for follow_up in follow_ups.of_meeting(alice, meeting)] == [winner]
    assert db.session.scalar(select(func.count(Interaction.id))) == 1
    events = db.session.scalars(select(Event.type).where(Event.type.in_(["MeetingCompleted", "InteractionLogged"])))
    assert sorted(events) == ["InteractionLogged", "MeetingCompleted"]


def test_completing_and_cancelling_at_once_does_one_of_them(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)
    with transaction():
        uid = meetings.schedule(alice, MeetingNew(contact_id=ada, scheduled_datetime=clock.now() - timedelta(hours=1))).uid

    def act(number: int) -> str:
        done = meetings.complete(alice, uid, MeetingOutcome()) if number % 2 else meetings.cancel(alice, uid)
        return done.status

    statuses = [answer for answer in at_once(app, act) if not isinstance(answer, Conflict)]
    assert statuses == [meetings.get(alice, uid).status]
    assert db.session.scalar(select(func.count(Interaction.id))) == (1 if statuses == ["completed"] else 0)


def test_completing_is_taken_back_whole_or_somebody_has_gone_on_with_it(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)
    with transaction():
        uid = meetings.schedule(alice, MeetingNew(contact_id=ada, scheduled_datetime=clock.now() - timedelta(hours=1))).uid
    with transaction():
        outcome = MeetingOutcome.model_validate({"action_items": ["Send it"]})
        meeting = meetings.complete(alice, uid, outcome)
        version, [action] = meeting.version, [follow_up.uid for follow_up in follow_ups.of_meeting(alice, meeting)]
    acts: list[Callable[[], object]] = [
        lambda: minutes.reopen(alice, uid, version=version).status,
        lambda: follow_ups.complete(alice, action).status,
        lambda: meetings.complete(alice, uid, MeetingOutcome(outcomes="Once more")).status,
        lambda: minutes.revise(alice, uid, MeetingOutcome(outcomes="Corrected")).status,
    ]

    answers = at_once(app, lambda number: acts[number % 4]())

    meeting, contact = meetings.get(alice, uid), contacts.get(alice, ada)
    left = follow_ups.of_meeting(alice, meeting)
    made = db.session.scalars(select(Interaction)).all()
    assert all(isinstance(answer, Conflict | NotFound | str) for answer in answers)
    assert len(made) == (1 if meeting.status == "completed" else 0)
    assert contact.last_interaction_at == (made[0].start_datetime if made else None)
    if "scheduled" in answers:  # taken back: nobody went on with what was there
        assert answers[1] != "done"
        assert [follow_up.status for follow_up in left] == []
    else:
        assert [follow_up.status for follow_up in left] == ["done"]


def test_one_of_eight_who_give_the_same_address_to_a_contact_gets_it(app: Flask, alice: Member) -> None:
    answers = at_once(app, lambda n: contacts.add(alice, ContactNew(name=f"Ada {n}", emails=["ada@example.com"])).name)
    refusals = [answer for answer in answers if isinstance(answer, Invalid)]
    assert len(refusals) == CLIENTS - 1
    assert all(set(refusal.details) == {"emails"} for refusal in refusals)
    assert contacts.find(alice).total == 1


def test_the_counter_of_a_contact_that_eight_log_at_once_is_that_of_the_latest(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)
    now = clock.now().replace(microsecond=0)

    def log(number: int) -> datetime:
        start = now - timedelta(days=(number * 5) % CLIENTS)
        return interactions.log(alice, InteractionNew(contact_id=ada, type="call", start_datetime=start)).start_datetime

    assert max(at_once(app, log)) == now
    assert db.session.scalar(select(Contact.last_interaction_at).where(Contact.uid == ada)) == now


def test_edits_of_different_fields_at_once_all_hold(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)
    with transaction():
        new = InteractionNew(contact_id=ada, type="call", start_datetime=clock.now() - timedelta(hours=1))
        uid = interactions.log(alice, new).uid
    fields = ["location", "medium", "description", "notes", "title", "lead", "follow_up_notes"]
    at_once(
        app, lambda n: interactions.edit(alice, uid, InteractionEdit(**{fields[n % len(fields)]: f"written by {n}"})).version
    )
    row = interactions.get(alice, uid)
    assert all(str(getattr(row, field)).startswith("written by") for field in fields)
    assert row.version == 1 + CLIENTS


def test_a_contact_deleted_while_others_log_takes_all_with_it(app: Flask, alice: Member) -> None:
    ada = add_contact(alice)

    def act(number: int) -> object:
        if number == 0:
            return contacts.delete(alice, ada).id
        return interactions.log(alice, InteractionNew(contact_id=ada, type="call", start_datetime=clock.now())).id

    at_once(app, act)
    assert interactions.find(alice).total == 0
    with transaction():
        contacts.restore(alice, ada)
    assert interactions.find(alice).total == db.session.scalar(select(func.count(Interaction.id)))


def test_a_refresh_token_spent_by_eight_at_once_ends_the_login(app: Flask, world: World) -> None:
    with transaction():
        login = auth.login_of(world.login("bob", "api"))
        uid, jti = login.uid, login.refresh_jti
    assert jti
    answers = at_once(app, lambda _: str(auth.rotate(uid, jti).refresh_jti))
    assert sum(isinstance(answer, InvalidRefreshToken) for answer in answers) == CLIENTS - 1
    db.session.expire_all()
    assert auth.signed_in(uid) is None
    assert db.session.scalar(select(Login.ended_because).where(Login.uid == uid)) == "refresh token reused"


def test_moving_meetings_between_contacts_crosswise_ends(app: Flask, alice: Member) -> None:
    people = [add_contact(alice, "Ada Lovelace"), add_contact(alice, "Grace Hopper")]
    with transaction():
        made = [
            meetings.schedule(
                alice, MeetingNew(contact_id=people[number % 2], scheduled_datetime=clock.now() + timedelta(days=1))
            ).uid
            for number in range(CLIENTS)
        ]

    def swap(number: int) -> object:
        return meetings.edit(alice, made[number], meetings.MeetingEdit(contact_id=people[(number + 1) % 2])).id

    answers = at_once(app, swap)
    assert all(isinstance(answer, int) for answer in answers)
    held = db.session.execute(select(Meeting.uid, Contact.uid).join(Contact, Contact.id == Meeting.contact_id)).all()
    assert dict(held) == {uid: people[(number + 1) % 2] for number, uid in enumerate(made)}


def test_of_two_managers_who_demote_each_other_one_stays(app: Flask, world: World, alice: Member, bob: Member) -> None:
    with transaction():
        seats = {seat.user.id: seat.user.uid for seat in memberships.seats(alice).items}
        memberships.change_role(alice, seats[bob.user_id], "manager")
    pair = [(alice, seats[bob.user_id]), (replace(bob, role="manager"), seats[alice.user_id])]

    answers = at_once(app, lambda n: memberships.change_role(*pair[n % 2], "viewer"))

    assert any(isinstance(answer, Conflict) for answer in answers)
    assert [seat.role for seat in memberships.seats(alice).items].count("manager") == 1


def test_a_link_that_eight_follow_at_once_makes_one_account(app: Flask, alice: Member) -> None:
    with transaction():
        invitation_id = invitations.invite(alice, "zoe@example.com", "member").id
    with transaction():
        prepared = invitations.prepare(invitation_id)
        assert prepared
        secret = prepared[1]

    answers = at_once(app, lambda n: invitations.accept(secret, name=f"Zoe {n}", password="a long enough password").id)

    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, NotFound) for answer in answers) == CLIENTS - 1, answers
