"""Writing the contacts of an uploaded file, some rows at a time."""

from __future__ import annotations

from crm.database import transaction
from crm.jobs import queue
from crm.jobs.queue import long_job
from crm.services.imports import wizard


@long_job
def run(import_id: int) -> None:
    """Goes on behind the last row that is written. May be run twice, and by two workers."""
    with transaction():
        work = wizard.begin(import_id)
    if work is None:
        return
    try:
        done = work.done
        for batch in work.batches():
            with transaction():
                if not wizard.write(import_id, batch, done):
                    return
            done += len(batch)
        with transaction():
            wizard.finish(import_id)
    except Exception as error:
        with transaction():
            wizard.stumbled(import_id, error)
        raise


@long_job
def go_on() -> None:
    """What was lost with Redis or with its worker."""
    with transaction():
        lost = wizard.lost()
    for import_id in lost:
        queue.put(run, import_id)
