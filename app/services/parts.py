"""A file on its way in: written as it arrives, hashed, counted, and gone unless it is kept."""

from __future__ import annotations

import fcntl
import hashlib
import io
import logging
import os
from pathlib import Path
from typing import Any

from app.domain.file_types import HEAD

CHUNK = 64 * 1024

log = logging.getLogger(__name__)


class Part(io.RawIOBase):
    """A stream that Werkzeug's form parser writes to and whoever wants reads from.

    It never raises while it is written, so that the rest of the form is still read: a file over
    `limit` and one that the disk refuses are dropped on the spot and remembered as such. With a
    limit of 0 nothing is written at all. The lock on it goes when it is closed.
    """

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__()
        self.path = path
        self.limit = limit
        self.size = 0
        self.head = b""
        self.failed = False
        self._hash = hashlib.sha256()
        self._file: io.FileIO | None = None
        self._is_kept = False

    @property
    def is_too_big(self) -> bool:
        """Whether more bytes came than the limit allows; `size` counts them all."""
        return self.size > self.limit

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, data: Any) -> int:
        """Take a piece of the file."""
        self.size += len(data)
        if self.is_too_big or self.failed:
            self._drop()
            return len(data)
        try:
            self._append(data)
        except OSError:
            log.exception("a file that was arriving could not be written")
            self.failed = True
            self._drop()
        return len(data)

    def move_to(self, target: Path) -> None:
        """Make the bytes durable and give them their name; from now on they stay.

        Raises:
            OSError: the disk refused, or there is nothing to keep.
        """
        if self._file is None:
            raise FileNotFoundError(self.path)
        os.fsync(self._file.fileno())
        self.path.rename(target)
        self.path, self._is_kept = target, True

    def readinto(self, buffer: Any) -> int:
        return self._file.readinto(buffer) or 0 if self._file else 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence) if self._file else 0

    def tell(self) -> int:
        return self._file.tell() if self._file else 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """Let go of the file, and remove it unless it was kept."""
        if not self.closed:
            self._drop()
            super().close()

    def _append(self, data: bytes) -> None:
        if self._file is None:
            self._file = _create(self.path)
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._hash.update(data)
        if len(self.head) < HEAD:
            self.head += bytes(data[: HEAD - len(self.head)])

    def _drop(self) -> None:
        if self._file is None:
            return
        if not self._is_kept:
            self.path.unlink(missing_ok=True)
        self._file.close()
        self._file = None


def is_locked(path: Path) -> bool:
    """Whether some process is still busy with the file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _create(path: Path) -> io.FileIO:
    try:
        file = io.FileIO(path, "x+")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = io.FileIO(path, "x+")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file
