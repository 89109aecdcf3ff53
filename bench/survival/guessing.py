"""Wrong passwords: stopped soon, whatever process and however often it restarts; and the time of
the answer does not tell whether a name is known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

from bench.client import Visitor, hidden_fields
from bench.survival.citizens import enter, hang_up, try_password, visitors
from bench.survival.figure import Figure
from bench.survival.installation import Installation, Server, serving

MINUTE = 60.0
MOST = 10
TRIES = 40
WRONG = "no es esta contraseña"
# No account gets so many tries in a minute that it would be stopped.
TRIES_OF_A_NAME = 4


@dataclass(frozen=True)
class Guesses:
    """How many wrong passwords were looked at, of those sent within a minute."""

    sent: int
    looked_at: int
    seconds: float
    owner_status: int
    says_when_to_return: bool


def figures(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Guess at one account, then measure the answers for known and unknown names."""
    samples = 160 if is_quick else 400
    installation = Installation(folder, 1 + samples // TRIES_OF_A_NAME)
    installation.prepare()
    with serving(installation) as first, serving(installation) as second:
        guesses = asyncio.run(_guess(first, second))
    with serving(installation) as server:
        known, unknown = asyncio.run(_times(server, samples))
    area = area_under_curve(known, unknown)
    return [
        Figure(
            "wrong passwords at one account in a minute, over a restart and two processes",
            f"stopped at ≤ {MOST}",
            f"{guesses.looked_at} of {guesses.sent} looked at in {guesses.seconds:.0f} s",
            guesses.looked_at <= MOST and guesses.seconds < MINUTE and guesses.says_when_to_return,
        ),
        Figure(
            "its owner meanwhile, in an open session",
            "200",
            str(guesses.owner_status),
            guesses.owner_status == 200,
        ),
        Figure(
            "known or unknown name by timing (AUC)",
            "0.4 to 0.6",
            f"{area:.2f} ({len(known)} and {len(unknown)} tries)",
            0.4 <= area <= 0.6,
        ),
    ]


async def _guess(first: Server, second: Server) -> Guesses:
    """Guess from many addresses at once at two processes, one of which is killed halfway."""
    installation = first.installation
    name = installation.usernames[0]
    [owner] = visitors(second, 1)
    await enter(owner, name, installation.password)
    began = perf_counter()
    answers = []
    for part in range(2):
        people = [*visitors(first, TRIES // 4), *visitors(second, TRIES // 4)]
        answers += await asyncio.gather(
            *(try_password(person, name, f"{WRONG} {part}") for person in people)
        )
        await hang_up(people)
        first.kill()
        await asyncio.to_thread(first.start)
    took = perf_counter() - began
    page = await owner.get("/requerimientos")
    await hang_up([owner])
    stopped = [answer for answer in answers if answer.status == 429]
    return Guesses(
        sent=len(answers),
        looked_at=len(answers) - len(stopped),
        seconds=took,
        owner_status=page.status,
        says_when_to_return=bool(stopped)
        and all(answer.header("retry-after").isdecimal() for answer in stopped),
    )


async def _times(server: Server, samples: int) -> tuple[list[float], list[float]]:
    """Seconds of the answers for known and for unknown names, mixed, one at a time."""
    known: list[float] = []
    unknown: list[float] = []
    names = [*server.installation.usernames[1:]] * TRIES_OF_A_NAME
    strangers = [f"nadie{number}" for number in range(samples)]
    tries = [(name, known) for name in names] + [(name, unknown) for name in strangers]
    Random(4).shuffle(tries)
    people = visitors(server, 20)
    for number, (name, times) in enumerate(tries):
        times.append(await _time_of_a_try(people[number % len(people)], name))
    await hang_up(people)
    return known, unknown


async def _time_of_a_try(visitor: Visitor, name: str) -> float:
    page = await visitor.get("/ingreso")
    fields = hidden_fields(page.text, "password")
    reply = await visitor.post("/ingreso", {**fields, "username": name, "password": WRONG})
    assert reply.status == 422, f"{name}: {reply.status}"
    return reply.seconds


def area_under_curve(some: Sequence[float], others: Sequence[float]) -> float:
    """The chance that one of `some` is greater than one of `others`; 0.5 tells nothing."""
    above = sum((one > other) + (one == other) / 2 for one in some for other in others)
    return above / (len(some) * len(others))
