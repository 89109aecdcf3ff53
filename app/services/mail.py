"""Building e-mails and handing them to a mail server, or to a folder when there is none.

Flask-Mail's `Message` builds them. Its connection is not used: it has no time-outs, and it cannot
say the moment in which responsibility passes to the server, which is all that keeps a letter from
being sent twice.
"""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from pathlib import Path
from typing import Protocol, cast

from flask_mail import Message

from app.config import Settings

CONNECT_SECONDS = 20.0  # to connect, and for each answer until the server takes the letter
ACCEPT_SECONDS = 600.0  # for the answer after the last byte (RFC 5321, 4.5.3.2.6)
IMPLICIT_TLS_PORT = 465
ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]+@[^\s<>()\[\]\\,;:\"@]+")

# Seven-bit text of short lines passes every server; the library would send raw eight-bit lines.
TEXT = Charset("utf-8")
TEXT.body_encoding = QP
# Refolding turns a long address in List-Unsubscribe into an encoded word that nobody can follow.
UNFOLDED = policy.SMTP.clone(refold_source="none")


class Postponed(Exception):
    """The server did not take the letter now; the text says why. Nothing was sent."""


class ServerAway(Postponed):
    """There is no talking to the server at all: other letters will fare no better."""


class Refused(Exception):
    """The letter cannot be delivered, now or later; the text says why."""


class Unconfirmed(Exception):
    """The whole letter was handed over and no answer came: it may have been delivered."""


@dataclass(frozen=True)
class Envelope:
    """A letter ready to go."""

    name: str  # unlike any other's, for a file of it
    sender: str
    recipient: str
    content: bytes


class Courier(Protocol):
    """Whoever carries letters away."""

    def deliver(self, envelope: Envelope, hand_over: Callable[[], None]) -> str:
        """Deliver, calling `hand_over` before the step that cannot be taken back.

        Returns a line for the log. What `hand_over` raises stops the delivery.

        Raises:
            Postponed, Refused, Unconfirmed: as each says.
        """

    def abort(self) -> None:
        """Give up what is going on, from another thread."""


def courier_for(settings: Settings) -> Courier:
    """The courier that the settings ask for."""
    if settings.mail_server:
        return MailServer(settings)
    return Folder(settings.instance / "outbox")


def compose(
    *,
    subject: str,
    text: str,
    html: str,
    sender: tuple[str, str],
    recipient: str,
    message_id: str,
    date: datetime,
    stop_url: str | None = None,
) -> bytes:
    """Return an e-mail with both parts and the headers of an automatic letter.

    `sender` is a name and an address. No name or subject can add a header or a recipient.

    Raises:
        Refused: the recipient is no address.
    """
    message = _Letter(
        subject=_one_line(subject),
        recipients=[("", deliverable(recipient))],
        body=text,
        html=html,
        date=date.timestamp(),
        charset="utf-8",
        sender=sender[1],
        extra_headers=_automatic(stop_url),
    )
    message.sender = (_one_line(sender[0]), sender[1])
    message.msgId = message_id
    return message.as_bytes()


def deliverable(address: str) -> str:
    """Return the address in the letters that every server understands.

    Raises:
        Refused: it is not one address.
    """
    if not ADDRESS.fullmatch(address):
        raise Refused("la dirección de correo no está bien escrita")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise Refused("la dirección de correo tiene letras que los servidores no admiten") from None


class _Letter(Message):
    """A message whose bytes any server passes on unchanged."""

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        return MIMEText(text or "", subtype, TEXT)  # type: ignore[arg-type]  # takes a Charset

    def _message(self) -> MIMEBase:
        message = super()._message()
        if not self.attachments:  # a mixture of one is none
            words = cast(MIMEBase, message.get_payload(0))
            message.set_type(words.get_content_type())
            message.set_payload(words.get_payload())
        message.policy = UNFOLDED
        return message


def _automatic(stop_url: str | None) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": "es"}
    if stop_url:  # RFC 8058: one click, without opening the letter
        headers["List-Unsubscribe"] = f"<{stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@dataclass
class MailServer:
    """Delivers by SMTP, one connection for each letter."""

    settings: Settings
    connect_seconds: float = CONNECT_SECONDS
    accept_seconds: float = ACCEPT_SECONDS
    _smtp: smtplib.SMTP | None = field(default=None, repr=False)

    def deliver(self, envelope: Envelope, hand_over: Callable[[], None]) -> str:
        """Deliver by SMTP. Responsibility passes with the dot that ends the letter, and the
        server must not deliver what was cut short before it (RFC 5321, 4.1.1.10)."""
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(f"no se pudo conectar con el servidor de correo: {error}") from error
        try:
            self._offer(smtp, envelope)
            hand_over()
            return self._finish(smtp)
        finally:
            self._smtp = None
            smtp.close()

    def abort(self) -> None:
        """Cut the connection in use, if any."""
        smtp = self._smtp
        if smtp is not None and smtp.sock is not None:
            with suppress(OSError):  # it ended by itself meanwhile
                smtp.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        tls = ssl.create_default_context() if self._is_encrypted else None
        arguments = (settings.mail_server, settings.mail_port, settings.public_host or "localhost")
        smtp: smtplib.SMTP
        if tls and settings.mail_port == IMPLICIT_TLS_PORT:
            smtp = smtplib.SMTP_SSL(*arguments, timeout=self.connect_seconds, context=tls)
        else:
            smtp = smtplib.SMTP(*arguments, timeout=self.connect_seconds)
        self._smtp = smtp
        try:
            smtp.ehlo_or_helo_if_needed()
            if tls and settings.mail_port != IMPLICIT_TLS_PORT:
                smtp.starttls(context=tls)
            if settings.mail_username:
                smtp.login(settings.mail_username, settings.mail_password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    @property
    def _is_encrypted(self) -> bool:
        return self.settings.mail_use_tls or self.settings.mail_port == IMPLICIT_TLS_PORT

    def _offer(self, smtp: smtplib.SMTP, envelope: Envelope) -> None:
        """Send all but the end."""
        try:
            _expect(smtp.mail(envelope.sender), 250, refusal=Postponed)
            _expect(smtp.rcpt(envelope.recipient), 250, 251, refusal=Refused)
            _expect(smtp.docmd("DATA"), 354, refusal=Refused)
            smtp.send(re.sub(rb"(?m)^\.", b"..", envelope.content).rstrip(b"\r\n") + b"\r\n")
        except (OSError, smtplib.SMTPException) as error:
            raise Postponed(f"la conversación con el servidor se cortó: {error}") from error

    def _finish(self, smtp: smtplib.SMTP) -> str:
        """Send the end and wait for the answer."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self.accept_seconds)
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unconfirmed(f"se entregó y no llegó la respuesta: {error}") from error
        if code < 0:
            raise Unconfirmed("se entregó y la respuesta no se entiende")
        _expect((code, words), 250, refusal=Refused)
        smtp.putcmd("QUIT")
        return f"recibido por el servidor: {_readable(words)}"


@dataclass(frozen=True)
class Folder:
    """Writes each letter as an `.eml` file, for installations without a mail server."""

    path: Path

    def deliver(self, envelope: Envelope, hand_over: Callable[[], None]) -> str:
        """Write the file whole or not at all; the same letter again replaces its own file."""
        target = self.path / f"{envelope.name}.eml"
        draft = target.with_suffix(".part")
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(envelope.content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ServerAway(f"no se pudo escribir el archivo: {error.strerror}") from error
        hand_over()
        draft.replace(target)
        return f"escrito como archivo {target.name}"

    def abort(self) -> None:
        """Nothing here waits for anybody."""


def _expect(reply: tuple[int, bytes], *codes: int, refusal: type[Exception]) -> None:
    """Pass on one of `codes`; a 5xx is final when it speaks of this letter.

    Raises:
        Postponed, Refused: another code came.
    """
    code, words = reply
    if code in codes:
        return
    is_final = 500 <= code < 600
    raise (refusal if is_final else Postponed)(f"{code} {_readable(words)}")


def _readable(words: bytes) -> str:
    return _one_line(words.decode("utf-8", "replace"))[:300]
