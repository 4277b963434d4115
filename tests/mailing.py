"""Mails that arrived as files."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path


def mails_in(mailbox: Path) -> list[EmailMessage]:
    """The oldest first."""
    files = sorted(mailbox.glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
