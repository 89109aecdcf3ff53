"""The people of the measures: they enter and file, each on a connection of their own."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.client import Reply, Upload, Visitor, hidden_fields
from bench.survival.installation import Server

# Addresses reserved for documentation: each visitor has one.
ADDRESS = "198.51.100.{}"
BODY = "Pido la certificación de tiempo de servicio del establecimiento educativo."
BROKEN = (OSError, TimeoutError, asyncio.IncompleteReadError, LookupError)


class Filed(NamedTuple):
    """A filing that the server acknowledged, with the digest of the file that went along."""

    radicado: str
    sha256: str


class Sheet(NamedTuple):
    """A form that was opened and can be sent."""

    fields: dict[str, str]
    document: Upload
    sha256: str


def visitors(server: Server, count: int) -> list[Visitor]:
    """So many people who have not entered yet."""
    return [Visitor(server.port, ADDRESS.format(number % 250 + 1)) for number in range(count)]


async def entered(server: Server, count: int) -> list[Visitor]:
    """So many citizens of the installation, signed in."""
    people = visitors(server, count)
    for visitor, username in zip(people, server.installation.usernames, strict=False):
        await enter(visitor, username, server.installation.password)
    return people


async def enter(visitor: Visitor, username: str, password: str) -> Reply:
    """Sign in.

    Raises:
        LookupError: the page has no form, or it did not let the person in.
    """
    reply = await try_password(visitor, username, password)
    if reply.status != 303:
        raise LookupError(f"{username} could not enter: {reply.status}")
    return reply


async def try_password(visitor: Visitor, username: str, password: str) -> Reply:
    """Send the form of Ingreso."""
    page = await visitor.get("/ingreso")
    fields = hidden_fields(page.text, "password")
    return await visitor.post("/ingreso", {**fields, "username": username, "password": password})


async def open_sheet(visitor: Visitor, size: int) -> Sheet:
    """Open the form of a new requerimiento, with a document of `size` bytes at hand."""
    page = await visitor.get("/requerimientos/nuevo")
    # They ask the same again and again, and say that they mean it.
    asked = {"kind": "peticion", "body": BODY, "sure": "y"}
    fields = {**hidden_fields(page.text, "attachments"), **asked}
    content = pdf(size)
    document = Upload("solicitud.pdf", content)
    return Sheet(fields, document, hashlib.sha256(content).hexdigest())


async def send(visitor: Visitor, sheet: Sheet) -> Reply:
    """Send the form with its document, if it has one."""
    files = {"attachments": sheet.document} if sheet.document.content else {}
    return await visitor.post("/requerimientos/nuevo", sheet.fields, files)


async def file_one(visitor: Visitor, size: int = 20_000) -> tuple[Reply, Filed | None]:
    """Open the form, send it, and read whether it was acknowledged."""
    sheet = await open_sheet(visitor, size)
    reply = await send(visitor, sheet)
    return reply, acknowledgement(reply, sheet)


def acknowledgement(reply: Reply, sheet: Sheet) -> Filed | None:
    """The radicado that the answer gives, or None."""
    parts = urlsplit(reply.header("location")).path.split("/")
    if reply.status != 303 or parts[:2] != ["", "requerimientos"] or len(parts) < 3:
        return None
    return Filed(parts[2], sheet.sha256)


def pdf(size: int) -> bytes:
    """A document of that size that differs from every other; of 0, none."""
    if size == 0:
        return b""
    head, tail = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", b"\ntrailer\n<< >>\n%%EOF\n"
    return head + os.urandom(size - len(head) - len(tail)) + tail


async def hang_up(people: Sequence[Visitor]) -> None:
    """Close the connections, and let the loop see to it before it ends."""
    for visitor in people:
        visitor.hang_up()
    await asyncio.sleep(0)
