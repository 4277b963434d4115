"""The queue and the clock, on a real Redis with a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from crm import clock, config, create_app
from crm.database import transaction
from crm.errors import NotFound
from crm.extensions import db
from crm.jobs import mails, maintenance, queue, schedule
from crm.models import Contact, Interaction
from crm.schemas.contacts import ContactNew
from crm.schemas.meetings import MeetingNew
from crm.services import contacts, meetings, passwords
from servers import redis_server
from world import World


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def worker_app(app: Flask, settings: config.Settings, redis_url: str, redis: Redis) -> Iterator[Flask]:
    """The application beside a Redis that is there."""
    with_redis = create_app(replace(settings, redis_url=redis_url))
    with with_redis.app_context():
        yield with_redis
        db.session.remove()
        db.engine.dispose()


def waiting(redis: Redis) -> list[str]:
    return [job.func_name.rpartition(".")[2] for job in Queue(queue.NAME, connection=redis, serializer=JSONSerializer).jobs]


def work(redis: Redis) -> list[JobStatus]:
    """A worker does all that is waiting. Returns how the jobs ended."""
    waiting = Queue(queue.NAME, connection=redis, serializer=JSONSerializer)
    jobs = waiting.jobs
    SimpleWorker([waiting], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="WARNING")
    return [job.get_status() for job in jobs]


def test_a_job_is_enqueued_by_the_commit_and_not_before(worker_app: Flask, redis: Redis) -> None:
    with transaction():
        queue.enqueue(mails.send_password_reset, 1)
        assert waiting(redis) == []
    assert waiting(redis) == ["send_password_reset"]


def test_what_is_rolled_back_enqueues_nothing(worker_app: Flask, redis: Redis) -> None:
    def enqueue_and_fail() -> None:
        queue.enqueue(mails.send_password_reset, 1)
        raise NotFound

    with pytest.raises(NotFound), transaction():
        enqueue_and_fail()
    with transaction():
        pass
    assert waiting(redis) == []


def test_without_redis_the_request_goes_on(app: Flask, world: World) -> None:
    answer = app.test_client().post("/api/v1/auth/password/reset", json={"email": "bob@example.com"})
    assert answer.status_code == 200
    with app.app_context(), time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert len(passwords.unsent()) == 1


def test_two_clocks_enqueue_each_slot_once(worker_app: Flask, redis: Redis) -> None:
    everything = sorted(function.__name__ for function, _ in schedule.SCHEDULE)
    first: dict[str, int] = {}
    with time_machine.travel("2026-03-02T12:00:01Z", tick=False) as time:
        schedule.tick(first)
        schedule.tick(first)
        schedule.tick({})
        assert sorted(waiting(redis)) == everything
        time.shift(60)
        schedule.tick(first)
    assert waiting(redis).count("settle_contacts") == 2
    assert waiting(redis).count("remove_deleted") == 1


def test_a_worker_does_what_the_clock_enqueues(worker_app: Flask, redis: Redis, world: World) -> None:
    alice = world.member("alice")
    with transaction():
        uid = contacts.add(alice, ContactNew(name="Ada")).uid
        meetings.schedule(alice, MeetingNew(contact_id=uid, scheduled_datetime=clock.now() + timedelta(hours=1)))
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        schedule.tick({})
        assert set(work(redis)) == {JobStatus.FINISHED}
        assert db.session.scalars(db.select(Contact.stored_next_meeting_at)).one() is None


def test_what_was_deleted_long_ago_is_removed(worker_app: Flask, redis: Redis, world: World) -> None:
    alice = world.member("alice")
    with transaction():
        uid = contacts.add(alice, ContactNew(name="Ada", emails=["ada@example.com"])).uid
    with transaction():
        contacts.delete(alice, uid)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        queue.put(maintenance.remove_deleted)
        assert work(redis) == [JobStatus.FINISHED]
    assert db.session.scalars(db.select(Contact)).all() == []
    assert db.session.scalars(db.select(Interaction)).all() == []


def test_a_job_that_fails_is_tried_again_later(worker_app: Flask, redis: Redis) -> None:
    queue.put(mails.send_password_changed, 4711)
    assert work(redis) == [JobStatus.SCHEDULED]
