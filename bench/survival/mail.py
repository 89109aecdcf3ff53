"""The mail server is dead, mute or slow: filing does not notice, and every letter comes once.

Waiting for the retries takes hours, so what waits is made due at the beginning of each phase; the
server is started anew then, and meets the mail server of the phase with its first letter.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from time import perf_counter, sleep

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.survival.citizens import entered, file_one, hang_up
from bench.survival.figure import Figure, milliseconds
from bench.survival.installation import Installation, Server, free_port, serving

CITIZENS = 6
SLOWNESS = 1.0  # seconds before each answer of the slow server
DELIVERED_WITHIN = 90.0
DUE = "UPDATE outbox_message SET next_try_at = created_at WHERE status = 'pendiente'"


class Sink:
    """A real mail server that counts what it is given, and can be made slow."""

    def __init__(self) -> None:
        self.slowness = 0.0
        self.meetings = 0
        self.received: Counter[str] = Counter()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        self.meetings += 1
        session.host_name = name
        await asyncio.sleep(self.slowness)
        return answers

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await asyncio.sleep(self.slowness)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slowness)
        content = envelope.original_content or b""
        self.received[str(message_from_bytes(content)["Message-ID"])] += 1
        return "250 OK"


def figures(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Go through the three faults, then let the mail through."""
    number = 6 if is_quick else 20
    port, sink = free_port(), Sink()
    installation = Installation(
        folder,
        CITIZENS,
        wants_mail=True,
        settings={"SAC_MAIL_SERVER": "127.0.0.1", "SAC_MAIL_PORT": str(port)},
    )
    installation.prepare()
    with _dead() as meetings:
        found = [_filings_beside(installation, "dead", number, meetings)]
    with _mute(port) as meetings:
        found.append(_filings_beside(installation, "mute", number, meetings))
    with _sink_on(sink, port):
        sink.slowness = SLOWNESS
        found.append(_filings_beside(installation, "slow", number, lambda: sink.meetings, sink))
    expected = {row[0] for row in installation.rows("SELECT message_id FROM outbox_message")}
    once = {name.strip("<>").partition("@")[0] for name, n in sink.received.items() if n == 1}
    often = sum(count > 1 for count in sink.received.values())
    return [
        *found,
        Figure(
            "every mail sent later, once",
            "all, once each",
            f"{len(once & expected)} of {len(expected)} once, {often} more than once",
            once == expected and not often,
        ),
    ]


def _filings_beside(
    installation: Installation,
    fault: str,
    number: int,
    meetings: Callable[[], int],
    sink: Sink | None = None,
) -> Figure:
    """File while the worker is busy with a mail server that has a fault, which may then end."""
    installation.change(DUE)
    tries = "SELECT count(*) FROM outbox_attempt"
    before = installation.rows(tries)[0][0]
    with serving(installation) as server:
        _wait_for(lambda: meetings() > 0 or installation.rows(tries)[0][0] > before)
        times = asyncio.run(_file(server, number))
        if sink is not None:
            sink.slowness = 0.0
            left = "SELECT count(*) FROM outbox_message WHERE status <> 'enviado'"
            _wait_for(lambda: installation.rows(left)[0][0] == 0)
        server.stop()
    slowest = max(times, default=0.0)
    return Figure(
        f"filing while the mail server is {fault}",
        "unaffected (≤ 1 s)",
        f"{len(times)} of {number} filed, slowest {milliseconds(slowest)}",
        len(times) == number and slowest <= 1.0,
    )


async def _file(server: Server, number: int) -> list[float]:
    """Seconds that each acknowledged filing took, one after another."""
    people = await entered(server, CITIZENS)
    times = []
    for turn in range(number):
        reply, filed = await file_one(people[turn % CITIZENS])
        if filed is not None:
            times.append(reply.seconds)
    await hang_up(people)
    return times


@contextmanager
def _dead() -> Iterator[Callable[[], int]]:
    """Nobody listens."""
    yield lambda: 0


@contextmanager
def _mute(port: int) -> Iterator[Callable[[], int]]:
    """Somebody takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.setblocking(False)
        taken: list[socket.socket] = []

        def meetings() -> int:
            try:
                taken.append(listener.accept()[0])
            except BlockingIOError:
                return len(taken)
            return len(taken)

        yield meetings
        for connection in taken:
            connection.close()


@contextmanager
def _sink_on(sink: Sink, port: int) -> Iterator[None]:
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def _wait_for(condition: Callable[[], object]) -> None:
    began = perf_counter()
    while not condition() and perf_counter() - began < DELIVERED_WITHIN:
        sleep(0.05)
