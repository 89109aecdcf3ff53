"""SIGTERM: what is in hand is finished, and the process ends by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.client import Visitor
from bench.survival.citizens import (
    BROKEN,
    Filed,
    acknowledgement,
    entered,
    file_one,
    hang_up,
    open_sheet,
    send,
)
from bench.survival.figure import Figure
from bench.survival.installation import Installation, Server, serving

IN_HAND = 2
HELD = 2.0  # seconds that the filings in hand wait for the database after the signal


@dataclass(frozen=True)
class Stopped:
    """How a server ended."""

    code: int
    seconds: float
    expected: int
    filed: list[Filed]


def figures(folder: Path) -> list[Figure]:
    """Stop it with filings in hand, then in the middle of a crowd."""
    installation = Installation(folder, 6)
    installation.prepare()
    with serving(installation) as server:
        held = stop_with_filings_in_hand(server)
        server.start()
        busy = asyncio.run(_stop_in_a_crowd(server))
    lost = [
        one.radicado
        for one in held.filed + busy.filed
        if installation.digest_of_file(one.radicado) != one.sha256
    ]
    return [
        Figure(
            f"SIGTERM with {IN_HAND} filings in hand",
            "they finish, ≤ 10 s, exit 0",
            f"{len(held.filed)} of {held.expected} finished, {held.seconds:.1f} s, "
            f"exit {held.code}",
            len(held.filed) == held.expected and held.seconds <= 10 and held.code == 0,
        ),
        Figure(
            "SIGTERM in the middle of filings",
            "none acknowledged is lost, ≤ 10 s, exit 0",
            f"{len(lost)} lost of {len(held.filed + busy.filed)}, {busy.seconds:.1f} s, "
            f"exit {busy.code}",
            not lost and busy.seconds <= 10 and busy.code == 0 and bool(busy.filed),
        ),
    ]


def stop_with_filings_in_hand(server: Server) -> Stopped:
    """Stop the server while filings wait in it for the database."""
    return asyncio.run(_stop_with_filings_in_hand(server))


async def _stop_with_filings_in_hand(server: Server) -> Stopped:
    """Hold the database so that filings wait in their handlers, and ask the server to stop."""
    people = await entered(server, IN_HAND)
    sheets = [await open_sheet(person, 5_000) for person in people]
    files_before = _kept(server)
    with server.installation.locked() as lock:
        sending = [
            asyncio.create_task(send(person, sheet))
            for person, sheet in zip(people, sheets, strict=True)
        ]
        while _kept(server) < files_before + IN_HAND:  # its handler has the request by now
            await asyncio.sleep(0.02)
        began = perf_counter()
        server.terminate()
        await asyncio.sleep(HELD)
        lock.rollback()
    replies = await asyncio.gather(*sending, return_exceptions=True)
    code = await asyncio.to_thread(server.wait)
    await hang_up(people)
    filed = [
        acknowledgement(reply, sheet)
        for reply, sheet in zip(replies, sheets, strict=True)
        if not isinstance(reply, BaseException)
    ]
    return Stopped(code, perf_counter() - began, IN_HAND, [one for one in filed if one])


async def _stop_in_a_crowd(server: Server) -> Stopped:
    filed: list[Filed] = []
    people = await entered(server, server.installation.citizens)
    filing = [asyncio.create_task(_file_on(person, filed)) for person in people]
    while len(filed) < 20 and not all(task.done() for task in filing):
        await asyncio.sleep(0.02)
    began = perf_counter()
    server.terminate()
    code = await asyncio.to_thread(server.wait)
    took = perf_counter() - began
    await asyncio.gather(*filing)
    await hang_up(people)
    return Stopped(code, took, len(filed), filed)


async def _file_on(visitor: Visitor, filed: list[Filed]) -> None:
    """File one after another until the server is gone."""
    while True:
        try:
            _, one = await file_one(visitor)
        except BROKEN:
            return
        if one is not None:
            filed.append(one)


def _kept(server: Server) -> int:
    return sum(1 for _ in server.installation.uploads.glob("[0-9a-f][0-9a-f]/*"))
