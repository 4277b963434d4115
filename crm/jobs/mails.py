"""Mails, written from templates/mail/ and sent by jobs. The first line of a template is the subject."""

from __future__ import annotations

from email.message import EmailMessage

from flask import current_app, g, render_template

from crm import logs
from crm.config import Settings
from crm.database import transaction
from crm.errors import ProviderError
from crm.jobs import queue
from crm.jobs.queue import long_job
from crm.providers import mail
from crm.services import auth, invitations, passwords


@long_job
def send_password_reset(reset_id: int) -> None:
    """Sends the link of a request, unless there is nothing to send."""
    with transaction():
        prepared = passwords.prepare(reset_id)
        if prepared:
            user, secret = prepared
            link = f"{settings().base_url}/password/{secret}"
            message = written("password_reset.txt", user.email, locale=user.locale, user=user, link=link)
    if prepared:
        send(message)
        with transaction():
            passwords.sent(reset_id)


@long_job
def send_password_changed(user_id: int) -> None:
    """Tells the owner, who may not have been the one who changed it."""
    with transaction():
        user = auth.user(user_id)
        link = f"{settings().base_url}/password"
        message = written("password_changed.txt", user.email, locale=user.locale, user=user, link=link)
    send(message)


@long_job
def send_invitation(invitation_id: int) -> None:
    """Sends the link of an invitation, unless there is nothing to send."""
    with transaction():
        prepared = invitations.prepare(invitation_id)
        if prepared:
            invitation, secret = prepared
            link = f"{settings().base_url}/join/{secret}"
            message = written("invitation.txt", invitation.email, invitation=invitation, link=link)
    if prepared:
        send(message)
        with transaction():
            invitations.sent(invitation_id)


@long_job
def send_unsent_invitations() -> None:
    """As for resets."""
    with transaction():
        unsent = invitations.unsent()
    for invitation_id in unsent:
        queue.put(send_invitation, invitation_id)


@long_job
def send_unsent_resets() -> None:
    """What was lost with Redis, or refused for now by the mail server."""
    with transaction():
        unsent = passwords.unsent()
    for reset_id in unsent:
        queue.put(send_password_reset, reset_id)


def written(template: str, to: str, *, locale: str | None = None, **values: object) -> EmailMessage:
    """A mail from a template, whose first line is the subject. `locale`: how its reader writes days and numbers, "de-CH"; the
    templates' filters ask for it."""
    g.locale = locale
    subject, _, text = render_template(f"mail/{template}", **values).partition("\n")
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, settings().mail_from, to
    message.set_content(text.strip() + "\n")
    return message


def send(message: EmailMessage) -> None:
    """Raises ProviderError where trying again may help; what never will is said in the log."""
    chosen = settings()
    folder = chosen.data_dir / "mail" if chosen.data_dir else None
    try:
        mail.send(message, url=chosen.mail_url, folder=folder)
    except ProviderError as error:
        logs.warning("mail not sent", subject=message["Subject"], error=error.message, permanent=error.permanent)
        if not error.permanent:
            raise


def settings() -> Settings:
    found: Settings = current_app.extensions["crm.settings"]
    return found
