"""`kill -9` in the middle of filings: what was acknowledged must be there, byte for byte."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from bench.client import Visitor
from bench.survival.citizens import BROKEN, Filed, entered, file_one, hang_up
from bench.survival.figure import Figure
from bench.survival.installation import Installation, Server

CLIENTS = 6
SWEPT_WITHIN = 15.0  # seconds that the sweep at the start may take


@dataclass
class Tally:
    """What the kills did."""

    kills: int = 0
    acknowledged: list[Filed] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    cut_short: int = 0  # files that a kill left without a case, before the restart
    strays: set[str] = field(default_factory=set)
    restarts: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)  # answers that were errors of the server
    has_gaps: bool = False
    is_sound: bool = True


def figures(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Kill it often enough to know."""
    kills, at_least = (6, 150) if is_quick else (22, 550)
    tally = kill_again_and_again(folder, kills=kills, at_least=at_least)
    usual, slowest = median(tally.restarts), max(tally.restarts)
    number = len(tally.acknowledged)
    return [
        Figure(
            "acknowledged filings lost or altered by kill -9",
            f"0 in ≥ {kills} kills, ≥ {at_least} acknowledged",
            f"{len(tally.lost)} in {tally.kills} kills, {number} acknowledged",
            not tally.lost and tally.kills >= kills and number >= at_least,
        ),
        Figure(
            "stray files after a restart",
            "none",
            f"{len(tally.strays)} of {tally.cut_short} that the kills left",
            not tally.strays,
        ),
        Figure(
            "radicados unique and without gaps, database sound",
            "yes",
            "no" if tally.has_gaps or not tally.is_sound else "yes",
            tally.is_sound and not tally.has_gaps,
        ),
        Figure("answers 5xx between kills", "none", str(len(tally.refused)), not tally.refused),
        # The median decides: the slowest says how busy the machine was with other things.
        Figure(
            "restart to first answer",
            "≤ 3 s",
            f"{usual:.1f} s (slowest {slowest:.1f} s)",
            usual <= 3,
        ),
    ]


def kill_again_and_again(folder: Path, *, kills: int, at_least: int) -> Tally:
    """Kill the server while citizens file, until both numbers are reached, and look each time."""
    installation = Installation(folder, CLIENTS)
    installation.prepare()
    server = Server(installation)
    server.start()
    try:
        return asyncio.run(_kill(server, kills, at_least))
    finally:
        server.kill()


async def _kill(server: Server, kills: int, at_least: int) -> Tally:
    random, tally = Random(9), Tally()
    people = await entered(server, CLIENTS)
    share = -(-at_least // kills)
    while tally.kills < kills or len(tally.acknowledged) < at_least:
        before = len(tally.acknowledged)
        is_over = asyncio.Event()
        filing = [asyncio.create_task(_file(person, tally, is_over)) for person in people]
        while len(tally.acknowledged) < before + share and not all(task.done() for task in filing):
            await asyncio.sleep(random.uniform(0.01, 0.06))
        server.kill()
        is_over.set()
        await asyncio.gather(*filing)
        await hang_up(people)
        tally.kills += 1
        tally.cut_short += len(server.installation.strays())
        tally.restarts.append(await asyncio.to_thread(server.start))
        await asyncio.to_thread(_look, server.installation, tally, before)
    tally.has_gaps = server.installation.has_gaps()
    tally.is_sound = server.installation.is_sound()
    return tally


async def _file(visitor: Visitor, tally: Tally, is_over: asyncio.Event) -> None:
    """File one after another until the server is dead."""
    while not is_over.is_set():
        try:
            reply, filed = await file_one(visitor)
        except BROKEN:
            return
        if filed is not None:
            tally.acknowledged.append(filed)
        elif reply.status >= 500:
            tally.refused.append(reply.status)


def _look(installation: Installation, tally: Tally, before: int) -> None:
    """Compare what was acknowledged since the last kill with what is there, and wait for the
    sweep to clear what the killed process had in hand."""
    tally.lost += [
        filed.radicado
        for filed in tally.acknowledged[before:]
        if installation.digest_of_file(filed.radicado) != filed.sha256
    ]
    began = perf_counter()
    strays = installation.strays()
    while strays and perf_counter() - began < SWEPT_WITHIN:
        strays = installation.strays()
    tally.strays |= strays
