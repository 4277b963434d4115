"""Sending mail: by SMTP, or into a folder where there is no server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from crm import clock
from crm.errors import ProviderError

TIME_OUT = 20  # seconds


def send(message: EmailMessage, *, url: str | None, folder: Path | None) -> None:
    """Sends `message` by the server at `url` (smtp:// with STARTTLS where it is offered, or smtps://), or writes it into
    `folder` as an .eml file.

    Raises ProviderError, `permanent` where trying again would not help.
    """
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain="rapport")
    if url:
        _by_smtp(message, url)
    elif folder:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / f"{clock.now():%Y%m%dT%H%M%S%f}.eml").write_bytes(bytes(message))


def _by_smtp(message: EmailMessage, url: str) -> None:
    server = urlsplit(url)
    host, secure = server.hostname or "localhost", server.scheme == "smtps"
    try:
        with _connected(host, server.port, secure) as smtp:
            if not secure and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(unquote(server.username), unquote(server.password or ""))
            smtp.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPAuthenticationError) as error:
        raise ProviderError(f"The mail server refused: {error}", permanent=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise ProviderError(f"The mail server is not to be reached: {error}") from error


def _connected(host: str, port: int | None, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIME_OUT, context=ssl.create_default_context())
    smtp = smtplib.SMTP(host, port or 587, timeout=TIME_OUT)
    smtp.ehlo()
    return smtp
