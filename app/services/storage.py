"""Files on disk: received in a stream, checked by content, kept under our own names.

A file arrives as a *part* in `incoming/`, which vanishes with the request unless it is kept. A
kept file lies at `<two letters>/<name>` and belongs to a case once a row names it. A file kept for
a form that is shown again is named by a signed token, and a mark in `kept/` says so.

What dead processes left behind is cleared by `sweeping`.
Another store (S3) would have to offer `keep`, `open`, `exists`, `delete` and `names`.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, Protocol
from uuid import uuid4

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.domain import file_types
from app.domain.file_names import clean_name, extension
from app.domain.file_types import NotAccepted, Reason
from app.services.containers import look_at
from app.services.parts import CHUNK, Part

TOKEN_LIFE = timedelta(hours=48)  # how long a form shown again finds its files
GONE = "Uno de los archivos que había elegido ya no está guardado. Elíjalo de nuevo."
NAME = re.compile(r"[0-9a-f]{32}")

log = logging.getLogger(__name__)


class Incoming(Protocol):
    """A file as a form brings it (Werkzeug's `FileStorage`)."""

    @property
    def filename(self) -> str | None:
        """The name as its owner's machine gave it."""

    @property
    def stream(self) -> IO[bytes]:
        """The bytes."""


@dataclass(frozen=True)
class Upload:
    """A received file that is not kept yet; `problem` says in Spanish why it cannot be."""

    name: str
    size: int
    part: Part
    media_type: str = ""
    problem: str | None = None


@dataclass(frozen=True)
class StoredFile:
    """A file that survives a power cut. It is locked against the sweep while this lives."""

    name: str
    size: int
    sha256: str
    media_type: str
    stored_as: str
    lease: Part | None = field(default=None, repr=False, compare=False)


class Received(NamedTuple):
    """What became of the files of a form: the good ones are kept already."""

    kept: list[StoredFile]
    problems: list[str]
    is_full: bool = False  # the fault is ours: the disk takes no more


class Store:
    """The uploads folder, and the tokens that name kept files."""

    def __init__(self, folder: Path, *, secret_key: str, max_file_mb: int, max_files: int) -> None:
        self.folder = folder
        self.max_bytes = max_file_mb * file_types.MEGABYTE
        self.max_files = max_files
        self._secret_key = secret_key
        self.opened_at = time.time()

    # Receiving

    def new_part(self, *, limit: int | None = None) -> Part:
        """Open a place for a file to arrive; nothing is on disk until its first byte."""
        return Part(
            self.folder / "incoming" / f"{uuid4().hex}.part",
            self.max_bytes if limit is None else limit,
        )

    def receive(self, files: Iterable[Incoming], tokens: Iterable[str], owner: str) -> Received:
        """Keep the good files of a form, and those it had kept before, named by their tokens.

        `owner` binds tokens to a person or a session, so that nobody claims another's file.
        """
        kept, problems = self._claim_all(tokens, owner)
        is_full = False
        for upload in map(self.accept, filter(_is_chosen, files)):
            is_full = is_full or upload.part.failed
            if upload.problem:
                problems.append(upload.problem)
            elif len(kept) >= self.max_files:
                problems.append(file_types.too_many(upload.name, self.max_files))
            else:
                try:
                    kept.append(self.keep(upload))
                except OSError:
                    log.exception("a file could not be kept")
                    problems.append(file_types.disk_full(upload.name))
                    is_full = True
        return Received(kept, problems, is_full)

    def accept(self, file: Incoming) -> Upload:
        """Look at a received file and say what it is, or what is wrong with it."""
        part = file.stream if isinstance(file.stream, Part) else self._pour(file.stream)
        name = clean_name(file.filename)
        problem = self._trouble(part, name)
        if problem:
            return Upload(name, part.size, part, problem=problem)
        try:
            media_type = file_types.recognise(look_at(part.path, part.head, extension(name)))
        except NotAccepted as refusal:
            return Upload(name, part.size, part, problem=refusal.reason.sentence(name))
        except OSError:
            log.exception("a received file could not be read")
            return Upload(name, part.size, part, problem=file_types.disk_full(name))
        return Upload(name, part.size, part, media_type)

    def add(self, name: str, stream: IO[bytes]) -> StoredFile:
        """Keep a file that comes from elsewhere than a form.

        Raises:
            ValueError: it cannot be received; the text says why.
            OSError: the disk refused.
        """
        upload = self.accept(_File(name, stream))
        if upload.problem:
            raise ValueError(upload.problem)
        return self.keep(upload)

    # Keeping

    def keep(self, upload: Upload) -> StoredFile:
        """Make a good file durable under a name of our own; only then may it be acknowledged.

        Raises:
            OSError: the disk refused; the part is still there and nothing else is.
        """
        stored_as = uuid4().hex
        target = self.path(stored_as)
        target.parent.mkdir(parents=True, exist_ok=True)
        upload.part.move_to(target)
        _sync_folder(target.parent)
        _sync_folder(self.folder)
        return StoredFile(
            name=upload.name,
            size=upload.size,
            sha256=upload.part.sha256,
            media_type=upload.media_type,
            stored_as=stored_as,
            lease=upload.part,
        )

    def path(self, stored_as: str) -> Path:
        """Where the file of that name lies.

        Raises:
            FileNotFoundError: no file of ours has such a name.
        """
        if not NAME.fullmatch(stored_as):
            raise FileNotFoundError(stored_as)
        return self.folder / stored_as[:2] / stored_as

    def open(self, stored_as: str) -> BinaryIO:
        """Open a kept file for reading.

        Raises:
            FileNotFoundError: there is no such file.
        """
        return self.path(stored_as).open("rb")

    def exists(self, stored_as: str) -> bool:
        """Whether the file is there."""
        return bool(NAME.fullmatch(stored_as)) and self.path(stored_as).is_file()

    def delete(self, stored_as: str) -> None:
        """Remove a file; one that is gone already is no error."""
        self.path(stored_as).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every kept file."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (path.name for path in folder.iterdir() if NAME.fullmatch(path.name))

    def missing(self, names: Iterable[str]) -> Iterator[str]:
        """Of the files that rows name, those that are not there: an alarm, always."""
        return (name for name in names if not self.exists(name))

    # Keeping for a form that is shown again

    def token(self, stored: StoredFile, owner: str) -> str:
        """Name a kept file in a form, for `TOKEN_LIFE` and for its owner only."""
        mark = self.folder / "kept" / stored.stored_as
        try:
            mark.parent.mkdir(exist_ok=True)
            mark.touch()
        except OSError:
            log.exception("a kept file could not be marked: the next sweep may clear it")
        return self._serializer(owner).dumps(
            [stored.stored_as, stored.name, stored.size, stored.sha256, stored.media_type]
        )

    def claim(self, token: str, owner: str) -> StoredFile | None:
        """Return the file that a token names; None when it is not the owner's, old or gone."""
        try:
            stored_as, name, size, sha256, media_type = self._serializer(owner).loads(
                token, max_age=int(TOKEN_LIFE.total_seconds())
            )
        except (BadSignature, ValueError):
            return None
        if not self.exists(stored_as):
            return None
        return StoredFile(name, size, sha256, media_type, stored_as)

    def _claim_all(self, tokens: Iterable[str], owner: str) -> tuple[list[StoredFile], list[str]]:
        claimed: dict[str, StoredFile] = {}
        problems: list[str] = []
        for token in tokens:
            stored = self.claim(token, owner)
            if stored is None:
                problems.append(GONE)
            elif len(claimed) < self.max_files:
                claimed.setdefault(stored.stored_as, stored)
        return list(claimed.values()), problems

    def _pour(self, stream: IO[bytes]) -> Part:
        part = self.new_part()
        while chunk := stream.read(CHUNK):
            part.write(chunk)
        return part

    def _trouble(self, part: Part, name: str) -> str | None:
        """What is wrong with a file whatever it holds."""
        if part.limit == 0:
            return file_types.too_many(name, self.max_files)
        if part.is_too_big:
            return file_types.too_big(name, part.size, self.max_bytes)
        if part.failed:
            return file_types.disk_full(name)
        return Reason.EMPTY.sentence(name) if part.size == 0 else None

    def _serializer(self, owner: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret_key, salt=f"kept-file:{owner}")


class _File(NamedTuple):
    """A file that no form brought."""

    filename: str | None
    stream: IO[bytes]


def _is_chosen(file: Incoming) -> bool:
    """An empty box of a form arrives as a file without a name."""
    return bool(file.filename)


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
