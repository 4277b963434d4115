"""Redis Queue, behind a few functions. The database is the truth: a job that is lost with Redis is found again by the clock."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app
from redis import Redis, RedisError
from rq import Queue, Retry, Worker
from rq.serializers import JSONSerializer

from crm import logs
from crm.database import after_commit, transaction
from crm.extensions import db

# One queue a worker: only then does a worker that dies while it takes a job not lose it (it moves the job, not pops it).
NAME = "default"
RETRY_AFTER = (10, 60, 600)  # seconds
TIME_OUT = timedelta(minutes=10)


def job(function: Callable[..., None]) -> Callable[..., None]:
    """Makes `function` a job: it runs in an app context and one transaction, and may be run twice."""

    @functools.wraps(function)
    def run(*arguments: Any) -> None:
        with transaction():
            function(*arguments)

    return long_job(run)


def long_job(function: Callable[..., None]) -> Callable[..., None]:
    """Makes `function` a job that leaves the house, and so has transactions of its own: none is open while it waits."""

    @functools.wraps(function)
    def run(*arguments: Any) -> None:
        db.engine.dispose(close=False)  # the connections of the process that this one was forked from are not ours
        function(*arguments)

    return run


def enqueue(function: Callable[..., None], *arguments: Any) -> None:
    """Enqueues a job once the transaction is committed. Arguments are ids and other plain JSON."""
    after_commit(lambda: put(function, *arguments))


def put(function: Callable[..., None], *arguments: Any, job_id: str | None = None) -> None:
    """Enqueues a job now; of several with the same `job_id` one. Without Redis it says so in the log, and the clock will
    come again."""
    name = f"{function.__module__}.{function.__name__}"
    try:
        with _redis() as redis:
            queue = _queue(redis)
            if job_id and queue.fetch_job(job_id):
                return
            retry = Retry(max=len(RETRY_AFTER), interval=list(RETRY_AFTER))
            queue.enqueue(name, args=arguments, job_id=job_id, retry=retry, job_timeout=int(TIME_OUT.total_seconds()))
    except RedisError as error:
        logs.warning("job not enqueued", job=name, error=error)


def work() -> None:
    """Runs jobs, each in a process of its own, until SIGTERM."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    with _redis() as redis:
        Worker([_queue(redis)], connection=redis, serializer=JSONSerializer).work(with_scheduler=True, logging_level="WARNING")


def _redis() -> Redis:
    return Redis.from_url(current_app.extensions["crm.settings"].redis_url)


def _queue(redis: Redis) -> Queue:
    return Queue(NAME, connection=redis, serializer=JSONSerializer)
