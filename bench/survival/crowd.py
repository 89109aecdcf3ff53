"""Many at once: filings at the same moment, and people behind very slow lines."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.client import Reply
from bench.survival.citizens import (
    Filed,
    acknowledgement,
    entered,
    hang_up,
    open_sheet,
    send,
    visitors,
)
from bench.survival.figure import Figure, milliseconds, percentile
from bench.survival.installation import Installation, Server, serving

PEOPLE = 60
SLOW, BYTES = 150, b"X-Slow: 1\r\n"


class Crowded(NamedTuple):
    """Seconds that a page took, and how many slow lines were open at the end."""

    quiet: list[float]
    crowded: list[float]
    open_lines: int


def figures(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Let everybody file at once, then open the slow lines."""
    installation = Installation(folder, PEOPLE)
    installation.prepare()
    with serving(installation) as server:
        before = len(installation.radicados())
        replies, filed = file_together(server, PEOPLE)
        seen = asyncio.run(_beside_slow_lines(server, 4.0 if is_quick else 12.0))
    kept = installation.radicados()[before:]
    worst = max(reply.status for reply in replies)
    is_whole = sorted(one.radicado for one in filed) == sorted(kept) and len(kept) == PEOPLE
    p95 = percentile(seen.crowded, 0.95)
    return [
        Figure(
            f"{PEOPLE} parallel filings",
            "all kept, consecutive, no 5xx",
            f"{len(filed)} kept{', with gaps' if installation.has_gaps() else ', consecutive'}, "
            f"worst answer {worst}",
            is_whole and worst < 500 and not installation.has_gaps(),
        ),
        Figure(
            f"{SLOW} slow connections: p95 of the others",
            "< 500 ms",
            f"{milliseconds(p95)} in {len(seen.crowded)} pages, {seen.open_lines} lines open "
            f"(quiet: {milliseconds(percentile(seen.quiet, 0.95))})",
            p95 < 0.5 and bool(seen.crowded) and seen.open_lines >= SLOW,
        ),
    ]


def file_together(server: Server, count: int) -> tuple[list[Reply], list[Filed]]:
    """Let so many citizens send their filled-in forms at the same moment."""

    async def together() -> tuple[list[Reply], list[Filed]]:
        people = await entered(server, count)
        sheets = [await open_sheet(person, 5_000) for person in people]
        replies = await asyncio.gather(
            *(send(person, sheet) for person, sheet in zip(people, sheets, strict=True))
        )
        await hang_up(people)
        read = (acknowledgement(*pair) for pair in zip(replies, sheets, strict=True))
        return replies, [filed for filed in read if filed is not None]

    return asyncio.run(together())


async def _beside_slow_lines(server: Server, seconds: float) -> Crowded:
    """How long a page takes to four people, before and while the slow lines are open."""
    quiet = await _page_times(server, 2.0)
    open_lines: set[int] = set()
    lines = [asyncio.create_task(_slow_line(server, number, open_lines)) for number in range(SLOW)]
    await asyncio.sleep(1.0)
    crowded = await _page_times(server, seconds)
    still_open = len(open_lines)
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)
    return Crowded(quiet, crowded, still_open)


async def _page_times(server: Server, seconds: float) -> list[float]:
    times: list[float] = []
    people = visitors(server, 4)

    async def read(number: int) -> None:
        while perf_counter() - began < seconds:
            reply = await people[number].get("/ingreso")
            assert reply.status == 200, reply.status
            times.append(reply.seconds)
            await asyncio.sleep(0.02)

    began = perf_counter()
    await asyncio.gather(*(read(number) for number in range(len(people))))
    await hang_up(people)
    return times


async def _slow_line(server: Server, number: int, open_lines: set[int]) -> None:
    """Send a request a few letters at a time: half never end the head, half never end the body."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            writer.write(f"POST /ingreso HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode())
            if number % 2:
                writer.write(b"Content-Length: 1000000\r\n\r\n")
            with suppress(OSError):
                while not reader.at_eof():
                    open_lines.add(number)
                    writer.write(BYTES)
                    await writer.drain()
                    await asyncio.sleep(0.5)
        finally:
            open_lines.discard(number)
            writer.close()
