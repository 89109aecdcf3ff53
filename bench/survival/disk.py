"""The disk takes no more: a filing is refused in words, nothing is half kept, and once there is
room again the same process goes on.

Where this user may mount, the uploads and then the database lie on a tiny disk of their own. Where
not, the kernel refuses the server's writes as if there were no room (`prlimit`).
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.client import Reply, Visitor
from bench.survival.citizens import BODY, acknowledgement, entered, hang_up, open_sheet, send
from bench.survival.figure import Figure
from bench.survival.installation import Installation, Server, serving

DISK = 12 * 1024 * 1024  # bytes of the tiny disk
DOCUMENT = 200_000
MOST_TRIES = 60

# Takes the room away for the length of a block.
Shortage = Callable[[Server], AbstractContextManager[None]]


@dataclass(frozen=True)
class Full:
    """What happened with a full disk."""

    refused: Reply | None
    words_came_back: bool
    reading: int
    is_half_kept: bool
    recovered: bool


def figures(folder: Path) -> list[Figure]:
    """Fill the disk of the uploads, then that of the database."""
    found = []
    for what, place in (("uploads", "uploads"), ("database", "instance")):
        home = folder / what
        (home / place).mkdir(parents=True)
        with tiny_disk(home / place) as is_mounted:
            shortage = _ballast(home / place) if is_mounted else refuse_writes
            installation = Installation(home, 1)
            installation.prepare()
            with serving(installation) as server:
                seen = fill_up(server, shortage, DOCUMENT if what == "uploads" else 0)
        how = "a full disk of 12 MB" if is_mounted else "writes refused by prlimit"
        status = seen.refused.status if seen.refused else "never refused"
        found.append(
            Figure(
                f"disk full ({what})",
                "503 in words, nothing half kept, recovers without a restart",
                f"{status}, {'half kept' if seen.is_half_kept else 'nothing half kept'}, reading "
                f"{seen.reading}, {'recovered' if seen.recovered else 'did not recover'} ({how})",
                is_survived(seen),
            )
        )
    return found


def is_survived(seen: Full) -> bool:
    """Whether all went as it should."""
    return (
        seen.refused is not None
        and seen.refused.status == 503
        and seen.words_came_back
        and seen.reading == 200
        and not seen.is_half_kept
        and seen.recovered
    )


def fill_up(server: Server, shortage: Shortage, document: int) -> Full:
    """File until it is refused for want of room; give the room back and file again."""
    return asyncio.run(_fill_up(server, shortage, document))


async def _fill_up(server: Server, shortage: Shortage, document: int) -> Full:
    installation = server.installation
    [citizen] = await entered(server, 1)
    kept = installation.radicados()
    refused = None
    with shortage(server):
        for _ in range(MOST_TRIES):
            reply, radicado = await _file(citizen, document)
            if radicado is None:
                refused = reply
                break
            kept.append(radicado)
        reading = (await citizen.get("/requerimientos")).status
        is_half_kept = installation.radicados() != kept or bool(installation.strays())
    _, radicado = await _file(citizen, document)
    await hang_up([citizen])
    return Full(
        refused=refused,
        words_came_back=refused is not None and BODY in refused.text,
        reading=reading,
        is_half_kept=is_half_kept or installation.has_gaps() or not installation.is_sound(),
        recovered=radicado is not None and installation.radicados() == [*kept, radicado],
    )


async def _file(citizen: Visitor, document: int) -> tuple[Reply, str | None]:
    sheet = await open_sheet(citizen, document)
    reply = await send(citizen, sheet)
    filed = acknowledgement(reply, sheet)
    return reply, filed.radicado if filed else None


@contextmanager
def tiny_disk(place: Path) -> Iterator[bool]:
    """Put a disk of `DISK` bytes at a folder, if this user may; say whether it is there."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", str(place)], check=True)


def _ballast(place: Path) -> Shortage:
    """Fill the disk but for a little, and then let the filings take the rest."""

    @contextmanager
    def shortage(_server: Server) -> Iterator[None]:
        ballast = place / "ballast"
        free = os.statvfs(place)
        with ballast.open("wb") as file, suppress(OSError):
            file.write(bytes(free.f_bavail * free.f_frsize - 2 * DOCUMENT))
        yield
        ballast.unlink()

    return shortage


@contextmanager
def refuse_writes(server: Server) -> Iterator[None]:
    """Let no file of the server grow, without asking for any privilege."""
    soft, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (soft, hard))
