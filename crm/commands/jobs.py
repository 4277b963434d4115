"""`flask jobs`: the processes of the Procfile that work in the background."""

from __future__ import annotations

from flask.cli import AppGroup

from crm.jobs import queue, schedule

jobs_group = AppGroup("jobs", help="Work in the background.")


@jobs_group.command("work")
def work() -> None:
    """Run jobs until told to stop."""
    queue.work()


@jobs_group.command("clock")
def clock() -> None:
    """Enqueue what is due at its time. Run one of these."""
    schedule.run()
