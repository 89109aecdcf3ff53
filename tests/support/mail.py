"""Mail servers on loopback: one that keeps what it gets, and one that never says a word."""

import socket
import threading
from asyncio import Server
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# How long a test waits for a message before it fails; no test passes by waiting.
PATIENCE = 20.0


def report_of(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "delivery-status",
    whole: bool = True,
    others: Sequence[str] = (),
) -> bytes:
    """What a mail server writes of a letter that it could not deliver (RFC 3464)."""
    head = "From: sac@soacha.example\r\nTo: francisco@example.com\r\nSubject: Hola\r\n"
    head += f"Message-ID: {message_id}\r\n" if message_id else ""
    blocks = [
        "Reporting-MTA: dns; mail.example",
        *others,
        (
            "Final-Recipient: rfc822; francisco@example.com\r\n"
            f"Action: {action}\r\nStatus: {status}\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1\r\n User unknown"
        ),
    ]
    original = "message/rfc822" if whole else "text/rfc822-headers"
    parts = [
        ("text/plain; charset=utf-8", "No se pudo entregar su correo."),
        ("message/delivery-status", "\r\n\r\n".join(blocks)),
        (original, f"{head}\r\nBuenos días." if whole else head),
    ]
    body = "".join(f"--=_sac\r\nContent-Type: {name}\r\n\r\n{text}\r\n" for name, text in parts)
    lines = (
        "From: MAILER-DAEMON@mail.example",
        "To: sac@soacha.example",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type={kind}; boundary="=_sac"',
    )
    return ("\r\n".join(lines) + f"\r\n\r\n{body}--=_sac--\r\n").encode()


class MailServer(Controller):
    """A real SMTP server. `messages` is what arrived; `refusal` makes it refuse, as "550 No"."""

    def __init__(self) -> None:
        super().__init__(self, hostname="127.0.0.1", port=0)
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusal = ""
        self._arrived = threading.Condition()

    def _trigger_server(self) -> None:
        """Learn the port that the system chose before the controller calls on it."""
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusal:
            return self.refusal
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        with self._arrived:
            self.messages.append(message_from_bytes(raw, policy=policy.default))
            self.recipients += envelope.rcpt_tos
            self._arrived.notify_all()
        return "250 OK"

    def wait(self, number: int = 1) -> list[EmailMessage]:
        """Return the messages as soon as `number` have arrived.

        Raises:
            AssertionError: they did not arrive.
        """
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.messages) >= number, PATIENCE)
            assert came, f"{number} messages were expected and {len(self.messages)} came"
            return list(self.messages)

    def to(self, address: str) -> list[EmailMessage]:
        """The messages that went to one address."""
        return [message for message in self.messages if address in str(message["To"])]


def part(message: EmailMessage, kind: str) -> str:
    """The text of the `plain` or the `html` part of a message."""
    body: Any = message.get_body((kind,))
    assert body is not None, f"the message has no {kind} part"
    return str(body.get_content())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server for the length of a block."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def mute_server() -> Iterator[int]:
    """Run a server that takes connections and never answers; lend its port.

    The system completes the connections of a listening socket by itself, so nothing has to run.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield int(listener.getsockname()[1])


@contextmanager
def dead_port() -> Iterator[int]:
    """Lend a port that refuses every connection, and that nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])
