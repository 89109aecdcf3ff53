"""A small browser for measuring: keeps its connection and cookies, fills in forms, counts time.

It runs in a process of its own, so that what it costs is not taken from the server measured.
"""

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from time import perf_counter
from types import TracebackType
from typing import NamedTuple, Self

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
HIDDEN = re.compile(r"<input\b[^>]*\btype=\"hidden\"[^>]*>")
ATTRIBUTE = re.compile(r"\b(name|value)=\"([^\"]*)\"")
TIMEOUT = 60.0


class Reply(NamedTuple):
    """What a server answered."""

    status: int
    headers: str
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        found = re.search(rf"^{name}:\s*(.*?)\s*$", self.headers, re.IGNORECASE | re.MULTILINE)
        return found[1] if found else ""


class Upload(NamedTuple):
    """A file of a form: what it is called, and what it holds."""

    name: str
    content: bytes


@dataclass
class Visitor:
    """One person on one kept connection."""

    port: int
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    async def get(self, path: str) -> Reply:
        """Open an address."""
        return await self._send(f"GET {path} HTTP/1.1\r\n", b"")

    async def post(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, Upload] | None = None
    ) -> Reply:
        """Send a form as a browser does."""
        boundary = secrets.token_hex(12)
        body = _multipart(boundary, fields, files or {})
        start = (
            f"POST {path} HTTP/1.1\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
            f"Content-Length: {len(body)}\r\n"
        )
        return await self._send(start, body)

    async def _send(self, start: str, body: bytes) -> Reply:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{start}Host: 127.0.0.1:{self.port}\r\n"
        if cookies:
            head += f"Cookie: {cookies}\r\n"
        if self.address:
            head += f"X-Forwarded-For: {self.address}\r\n"
        began = perf_counter()
        async with asyncio.timeout(TIMEOUT):
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            self._writer.write(head.encode() + b"\r\n" + body)
            await self._writer.drain()
            reply = await self._receive(began)
        for name, value in re.findall(
            r"^set-cookie: ([^=]+)=([^;\r]*)", reply.headers, re.I | re.M
        ):
            self.cookies[name] = value
        if reply.header("connection").lower() == "close":
            self.hang_up()
        return reply

    async def _receive(self, began: float) -> Reply:
        assert self._reader is not None
        headers = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"^content-length: (\d+)", headers, re.IGNORECASE | re.MULTILINE)
        assert length or headers.split()[1] == "304", f"no length: {headers}"
        body = await self._reader.readexactly(int(length[1])) if length else b""
        return Reply(int(headers.split()[1]), headers, body, perf_counter() - began)

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def hidden_fields(page: str, holding: str) -> dict[str, str]:
    """The hidden fields of the form that has a field named `holding`.

    Raises:
        LookupError: the page has no such form.
    """
    for form in FORM.findall(page):
        if f'name="{holding}"' in form:
            pairs = [dict(ATTRIBUTE.findall(found)) for found in HIDDEN.findall(form)]
            return {unescape(pair["name"]): unescape(pair.get("value", "")) for pair in pairs}
    raise LookupError(f"no form has a field {holding!r}")


def _multipart(boundary: str, fields: Mapping[str, str], files: Mapping[str, Upload]) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file in files.items():
        parts += [
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
                f'filename="{file.name}"\r\nContent-Type: application/pdf\r\n\r\n'
            ).encode(),
            file.content,
            b"\r\n",
        ]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])
