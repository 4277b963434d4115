"""Mail by a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from crm.errors import ProviderError
from crm.providers import mail


class Inbox(Sink):
    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 there is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.received.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def written(to: str = "bob@example.com") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße", "Rapport <rapport@example.com>", to
    message.set_content("Hello\n")
    return message


def test_it_arrives(inbox: tuple[Inbox, str]) -> None:
    mail.send(written(), url=inbox[1], folder=None)
    [(to, content)] = inbox[0].received
    assert to == ["bob@example.com"]
    assert b"Message-ID: " in content


def test_an_address_that_is_refused_is_refused_for_good(inbox: tuple[Inbox, str]) -> None:
    with pytest.raises(ProviderError) as refused:
        mail.send(written("nobody@example.com"), url=inbox[1], folder=None)
    assert refused.value.permanent


def test_a_server_that_is_away_may_come_back() -> None:
    with pytest.raises(ProviderError) as refused:
        mail.send(written(), url=f"smtp://127.0.0.1:{free_port()}", folder=None)
    assert not refused.value.permanent
