"""The clock: enqueues what is due. RQ's own cron is not used because it pickles what it enqueues, and our workers read JSON.

The time is cut into slots as long as each job's interval. A slot has one job id, so two clocks, or one that starts again,
enqueue it once.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

from crm import clock
from crm.jobs import contact_imports, mails, maintenance, queue, reminders

TICK = timedelta(seconds=5)

SCHEDULE: tuple[tuple[Callable[..., None], timedelta], ...] = (
    (maintenance.settle_contacts, timedelta(minutes=1)),
    (maintenance.remove_deleted, timedelta(hours=1)),
    (mails.send_unsent_resets, timedelta(minutes=1)),
    (contact_imports.go_on, timedelta(minutes=1)),
    (reminders.send_reminders, timedelta(minutes=10)),
    (mails.send_unsent_invitations, timedelta(minutes=1)),
)


def run() -> None:
    """Ticks until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    latest: dict[str, int] = {}
    while not stop.is_set():
        tick(latest)
        stop.wait(TICK.total_seconds())


def tick(latest: dict[str, int]) -> None:
    """Enqueues each job whose slot has begun and is not in `latest`, which remembers it."""
    for function, interval in SCHEDULE:
        slot = int(clock.now().timestamp() // interval.total_seconds())
        if latest.get(function.__name__) != slot:
            queue.put(function, job_id=f"{function.__name__}-{slot}")
            latest[function.__name__] = slot
