"""Another program holds the database: filings wait a while, then are told so; reading goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.client import Reply
from bench.survival.citizens import BODY, Filed, acknowledgement, entered, hang_up, open_sheet, send
from bench.survival.figure import Figure, milliseconds
from bench.survival.installation import Installation, Server, serving

READERS = ("/ingreso", "/requerimientos", "/requerimientos/nuevo")
SHORT, LONG = 4.0, 30.0


@dataclass(frozen=True)
class Locked:
    """What happened while the database was held."""

    answer: Reply
    filed: Filed | None
    seconds: float
    readings: list[Reply]
    words_came_back: bool


def figures(folder: Path) -> list[Figure]:
    """Hold it for a short while and for long."""
    installation = Installation(folder, 2)
    installation.prepare()
    with serving(installation) as server:
        short = file_while_locked(server, SHORT)
        long = file_while_locked(server, None)
        after = file_while_locked(server, 0.0)
    slowest = max(reply.seconds for reply in short.readings + long.readings)
    wrong = [reply.status for reply in short.readings + long.readings if reply.status != 200]
    return [
        Figure(
            f"database locked {SHORT:.0f} s",
            "the filing waits and is kept",
            f"answer {short.answer.status} after {short.seconds:.1f} s",
            short.filed is not None and short.seconds >= SHORT * 0.9,
        ),
        Figure(
            "database locked for long",
            "503 with Retry-After, the words come back",
            f"answer {long.answer.status} after {long.seconds:.1f} s",
            is_told_to_wait(long) and installation.radicados() == _radicados(short, after),
        ),
        Figure(
            "reading while it is locked",
            "200, unaffected",
            f"{len(wrong)} failures of {len(short.readings + long.readings)}, "
            f"slowest {milliseconds(slowest)}",
            not wrong and slowest < 1.0,
        ),
    ]


def is_told_to_wait(seen: Locked) -> bool:
    """Whether a filing got the page that it should get when nothing can be written."""
    return (
        seen.answer.status == 503
        and seen.answer.header("retry-after").isdecimal()
        and seen.words_came_back
    )


def file_while_locked(server: Server, seconds: float | None) -> Locked:
    """File while another program holds the database: for so long, or until there is an answer."""
    return asyncio.run(_file_while_locked(server, seconds))


async def _file_while_locked(server: Server, seconds: float | None) -> Locked:
    filer, reader = await entered(server, 2)
    sheet = await open_sheet(filer, 5_000)
    with server.installation.locked() as lock:
        began = perf_counter()
        sending = asyncio.create_task(send(filer, sheet))
        readings = []
        for path in READERS:
            readings.append(await reader.get(path))
        if seconds is None:
            await asyncio.wait({sending}, timeout=LONG)
        else:
            await asyncio.sleep(max(0.0, seconds - (perf_counter() - began)))
        lock.rollback()
        answer = await sending
    took = perf_counter() - began
    await hang_up([filer, reader])
    return Locked(answer, acknowledgement(answer, sheet), took, readings, BODY in answer.text)


def _radicados(*seen: Locked) -> list[str]:
    return [one.filed.radicado for one in seen if one.filed is not None]
