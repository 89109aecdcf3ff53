"""The loads: each runs in a process apart from the servers and returns what it saw.

A job and a sample are plain values, so that they can cross between processes.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from itertools import cycle
from secrets import token_hex
from time import perf_counter

from bench.client import Reply, Upload, Visitor, hidden_fields

# Addresses reserved for documentation: each visitor of a load has one, as in real life.
ADDRESS = "198.51.100.{}"
Step = Callable[[Visitor, "Sample"], Awaitable[None]]
NEXT = re.compile(r"href=\"[^\"?]*\?([^\"]*\bafter=[^\"]*)\"")
BODY = "Solicito la certificación de tiempo de servicio del establecimiento educativo"


@dataclass(frozen=True)
class Login:
    """How one enters: the page, and what is typed."""

    path: str
    username: str
    password: str


@dataclass(frozen=True)
class Filing:
    """How one files: the page of the form, and what is chosen in it."""

    path: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Target:
    """A server, and who enters before measuring (nobody, when `login` is None)."""

    port: int
    login: Login | None = None


@dataclass
class Sample:
    """What one load saw: the seconds that each answer and each whole flow took."""

    answers: list[float] = field(default_factory=list)
    flows: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Flows (or answers, where a flow is one answer) for each second."""
        return len(self.flows or self.answers) / self.elapsed if self.elapsed else 0.0


def pages(target: Target, paths: list[str], people: int, seconds: float) -> Sample:
    """Open pages in turn, `people` at once, for so long."""

    async def step(visitor: Visitor, sample: Sample) -> None:
        path = paths[len(sample.answers) % len(paths)]
        _note(sample, await visitor.get(path), {200})

    return asyncio.run(_crowd(target, people, seconds, step))


def filings(target: Target, filing: Filing, size: int, people: int, seconds: float) -> Sample:
    """Open the form and file with one document of `size` bytes, again and again."""
    document = Upload("solicitud.pdf", pdf(size))

    async def step(visitor: Visitor, sample: Sample) -> None:
        began = perf_counter()
        reply = await _file(visitor, filing, document)
        sample.flows.append(perf_counter() - began)
        _note(sample, reply, {302, 303})

    return asyncio.run(_crowd(target, people, seconds, step))


def uploads_at_once(target: Target, filing: Filing, size: int, people: int) -> Sample:
    """Each of `people` files one document of `size` bytes, all at the same time."""
    document = Upload("expediente.pdf", pdf(size))

    async def together() -> Sample:
        sample = Sample()
        visitors = [Visitor(target.port, ADDRESS.format(n + 1)) for n in range(people)]
        for visitor in visitors:
            await _enter(visitor, target.login)
        began = perf_counter()
        for reply in await asyncio.gather(*(_file(v, filing, document) for v in visitors)):
            _note(sample, reply, {302, 303})
        sample.elapsed = perf_counter() - began
        for visitor in visitors:
            visitor.hang_up()
        return sample

    return asyncio.run(together())


def logins(target: Target, people: int, seconds: float) -> Sample:
    """Enter with the right password, each time as a new browser; only the POST is counted.

    An office has some addresses, from which the account was entered before: the measure is of
    entering, not of being told to wait.
    """
    office = [ADDRESS.format(number) for number in range(1, 33)]
    turns = cycle(office)

    async def prepare() -> None:
        for address in office:
            async with Visitor(target.port, address) as visitor:
                await _enter(visitor, target.login)

    async def step(visitor: Visitor, sample: Sample) -> None:
        visitor.cookies.clear()
        visitor.address = next(turns)
        _note(sample, await _enter(visitor, target.login), {302, 303})

    asyncio.run(prepare())
    return asyncio.run(_crowd(Target(target.port), people, seconds, step))


def follow_next(target: Target, path: str, pages: int) -> str:
    """Turn `pages` pages of a list and return the address of the one reached."""

    async def turn() -> str:
        here = path
        async with Visitor(target.port, ADDRESS.format(1)) as visitor:
            await _enter(visitor, target.login)
            for _ in range(pages):
                found = NEXT.search((await visitor.get(here)).text)
                if found is None:
                    break
                here = f"{path.partition('?')[0]}?{unescape(found[1])}"
        return here

    return asyncio.run(turn())


def pdf(size: int) -> bytes:
    """A document of that size that no compression would make small."""
    head, tail = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", b"\ntrailer\n<< >>\n%%EOF\n"
    return head + os.urandom(size - len(head) - len(tail)) + tail


async def _crowd(target: Target, people: int, seconds: float, step: Step) -> Sample:
    """Let `people` visitors repeat a step until the time is over."""
    sample = Sample()
    visitors = [Visitor(target.port, ADDRESS.format(n % 250 + 1)) for n in range(people)]
    for visitor in visitors:
        await _enter(visitor, target.login)
    began = perf_counter()

    async def repeat(visitor: Visitor) -> None:
        while perf_counter() - began < seconds:
            try:
                await step(visitor, sample)
            except (OSError, LookupError, TimeoutError, asyncio.IncompleteReadError) as problem:
                sample.errors.append(repr(problem))
                visitor.hang_up()
                if len(sample.errors) > 20:
                    return

    await asyncio.gather(*(repeat(visitor) for visitor in visitors))
    sample.elapsed = perf_counter() - began
    for visitor in visitors:
        visitor.hang_up()
    return sample


async def _enter(visitor: Visitor, login: Login | None) -> Reply:
    if login is None:
        return Reply(303, "", b"", 0.0)
    page = await visitor.get(login.path)
    fields = hidden_fields(page.text, "password")
    fields |= {"username": login.username, "password": login.password}
    reply = await visitor.post(login.path, fields)
    if reply.status not in (302, 303):
        raise LookupError(f"{login.username} could not enter: {reply.status} {reply.text[:2000]}")
    return reply


async def _file(visitor: Visitor, filing: Filing, document: Upload) -> Reply:
    page = await visitor.get(filing.path)
    # Not what the citizen has open already, which would be asked about first.
    own = " ".join(token_hex(4) for _ in range(40))
    body = {"body": f"{BODY} {own}."}
    fields = {**hidden_fields(page.text, "attachments"), **filing.fields, **body}
    return await visitor.post(filing.path, fields, {"attachments": document})


def _note(sample: Sample, reply: Reply, wanted: set[int]) -> None:
    sample.answers.append(reply.seconds)
    if reply.status not in wanted:
        sample.errors.append(f"{reply.status}: {reply.text[:300]}")
