"""Reminders by mail, in the morning of whom they are for."""

from __future__ import annotations

from crm.database import transaction
from crm.errors import ProviderError
from crm.jobs import mails, queue
from crm.jobs.queue import long_job
from crm.services import reminders


@long_job
def send_reminders() -> None:
    """One job for each owner whose morning has come."""
    with transaction():
        pending = reminders.pending()
    for user_id, site_id in pending:
        queue.put(send_reminder, user_id, site_id)


@long_job
def send_reminder(user_id: int, site_id: int) -> None:
    """One mail about all that is due today; none where there is nothing to tell, or it was told already."""
    with transaction():
        reminder = reminders.claim(user_id, site_id)
        if reminder is None:
            return
        told = [row.id for row in reminder.follow_ups]
        link = f"{mails.settings().base_url}/follow-ups"
        user = reminder.user
        message = mails.written("follow_ups_due.txt", user.email, locale=user.locale, user=user, reminder=reminder, link=link)
    try:
        mails.send(message)
    except ProviderError:
        with transaction():
            reminders.give_back(told)
        raise
