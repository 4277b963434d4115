"""What has to be done from time to time, whoever uses the application."""

from __future__ import annotations

from crm.jobs.queue import job
from crm.services import access_tokens, contacts, deletion, invitations, kept_answers, passwords, throttle, undos
from crm.services.imports import wizard


@job
def settle_contacts() -> None:
    """Stores the counters of contacts that time has changed: a planned interaction or a meeting has begun."""
    contacts.settle_due()


@job
def remove_deleted() -> None:
    """Removes what was deleted 30 days ago, and what nobody needs any more."""
    deletion.remove_old()
    throttle.forget_old()
    passwords.forget_old()
    kept_answers.forget_old()
    access_tokens.forget_old()
    undos.forget_old()
    wizard.forget_old()
    invitations.forget_old()
