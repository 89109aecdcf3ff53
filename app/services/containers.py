"""What a file shows of itself, read in pieces and within fixed bounds, unpacking nothing."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from app.domain.file_types import CONTENT_TYPES, Look, NotAccepted, Reason, is_plain
from app.services.parts import CHUNK

DIRECTORY_LIMIT = 256 * 1024  # bytes of a directory of names; some 2,500 files
OLE_SECTORS = 8192  # sectors of an OLE directory or of its tables that are followed
END_OF_CHAIN = 0xFFFFFFFA  # this number and those above mark ends, not sectors

# What damaged archives make the library raise.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OverflowError,
    OSError,
)


class Contents(NamedTuple):
    """What a container says it holds; `members` is None when it cannot be opened."""

    members: tuple[str, ...] | None
    manifest: bytes = b""


class TooManyMembers(Exception):
    """The directory of names is larger than what is read."""


def look_at(path: Path, head: bytes, ending: str) -> Look:
    """Gather what `recognise` needs to know of a file.

    Raises:
        NotAccepted: there is more inside than can be looked at.
        OSError: it cannot be read.
    """
    look = Look(head, ending)
    with path.open("rb") as file:
        if not (look.is_zip or look.is_ole):
            return Look(head, ending, is_text=is_plain(head) and _is_text(file))
        try:
            contents = look_into_zip(file) if look.is_zip else look_into_ole(file)
        except TooManyMembers:
            raise NotAccepted(Reason.CROWDED) from None
    return Look(head, ending, contents.members, contents.manifest)


def look_into_zip(file: BinaryIO) -> Contents:
    """Read the names of a zip archive, and the declaration of parts of an Office document.

    Raises:
        TooManyMembers: reading the names would take more memory than they are worth.
    """
    try:
        with zipfile.ZipFile(_Bounded(file)) as archive:
            members = tuple(archive.namelist())
            return Contents(members, _manifest(archive, members))
    except DAMAGED:
        return Contents(None)


def look_into_ole(file: BinaryIO) -> Contents:
    """Read the names of the streams of an OLE file (MS-CFB), such as Word 97 wrote."""
    try:
        return Contents(tuple(_ole_names(file)))
    except DAMAGED:
        return Contents(None)


def _is_text(file: BinaryIO) -> bool:
    return all(is_plain(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))


class _Bounded:
    """A file that lends at most `DIRECTORY_LIMIT` bytes at once.

    `zipfile` reads the whole directory in one gulp whose length the archive declares, and makes
    an object of several hundred bytes for each entry of 46.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(DIRECTORY_LIMIT + 1 if size < 0 else min(size, DIRECTORY_LIMIT + 1))
        if len(data) > DIRECTORY_LIMIT:
            raise TooManyMembers
        return data


def _manifest(archive: zipfile.ZipFile, members: tuple[str, ...]) -> bytes:
    if CONTENT_TYPES not in members:
        return b""
    entry = archive.getinfo(CONTENT_TYPES)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("Office writes this part stored or deflated")
    with archive.open(entry) as part:
        manifest = part.read(DIRECTORY_LIMIT + 1)
    if len(manifest) > DIRECTORY_LIMIT:
        raise TooManyMembers
    return manifest


def _ole_names(file: BinaryIO) -> Iterator[str]:
    header = file.read(512)
    (shift,) = struct.unpack_from("<H", header, 30)
    (first_directory,) = struct.unpack_from("<I", header, 48)
    if shift not in (9, 12):
        raise ValueError("sectors have 512 or 4096 bytes")
    size = 1 << shift
    tables = list(_tables(file, header, size))
    sector, left = first_directory, OLE_SECTORS
    while sector < END_OF_CHAIN:
        left -= 1
        if left < 0:
            raise ValueError("the directory has no end")
        data = _sector(file, sector, size)
        for start in range(0, size, 128):
            name = _entry_name(data[start : start + 128])
            if name:
                yield name
        table, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", _sector(file, tables[table], size), place * 4)


def _tables(file: BinaryIO, header: bytes, size: int) -> Iterator[int]:
    """The sectors of the allocation table: 109 in the header, the rest in a chain."""
    yield from struct.unpack_from("<109I", header, 76)
    (sector,) = struct.unpack_from("<I", header, 68)
    for _ in range(OLE_SECTORS):
        if sector >= END_OF_CHAIN:
            return
        *entries, sector = struct.unpack(f"<{size // 4}I", _sector(file, sector, size))
        yield from entries


def _sector(file: BinaryIO, number: int, size: int) -> bytes:
    file.seek((number + 1) * size)
    data = file.read(size)
    if len(data) < size:
        raise EOFError("a sector beyond the end")
    return data


def _entry_name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    if entry[66] == 0 or not 2 <= length <= 64:
        return ""
    return entry[: length - 2].decode("utf-16-le", "replace")
