"""What `doctor` and `verify` look at, each finding with what to do about it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app import migrating
from app.config import Settings
from app.domain.calendar import YearUnknown, check_years
from app.extensions import db
from app.models import Attachment, OutboxMessage, OutboxStatus, Requerimiento
from app.services.storage import Store

LITTLE_DISK = 500 * 1024 * 1024  # bytes
BATCH = 1000  # rows read at once


@dataclass(frozen=True)
class Finding:
    """One line of `doctor`."""

    is_good: bool
    subject: str
    words: str


def examine(settings: Settings, store: Store, now: datetime) -> list[Finding]:
    """Look at the database, the files, the disk, the calendar, the mail and the papers."""
    return [
        _database(),
        _storage(store),
        _disk(settings),
        _calendar(now.year, now.year + 1),
        _mail(settings),
        _papers(),
    ]


def _database() -> Finding:
    try:
        db.session.execute(select(1))
    except DBAPIError:
        db.session.rollback()
        return Finding(False, "database", "it does not answer: check SAC_DATABASE_URL")
    if migrating.current() != migrating.NEWEST:
        return Finding(False, "database", "it is behind: run `flask --app wsgi db upgrade`")
    return Finding(True, "database", f"at migration {migrating.NEWEST}")


def _storage(store: Store) -> Finding:
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        probe = store.folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        return Finding(False, "files", f"{store.folder} cannot be written: {problem.strerror}")
    return Finding(True, "files", f"{store.folder} can be written")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.instance).free
    words = f"{free // (1024 * 1024)} MB free"
    if free < LITTLE_DISK:
        return Finding(False, "disk", f"{words}: make room before filings are refused")
    return Finding(True, "disk", words)


def _calendar(first: int, last: int) -> Finding:
    """A term that begins in a year may end in the next one."""
    subject = f"holidays of {first} and {last}"
    try:
        check_years(first, last)
    except YearUnknown as problem:
        return Finding(False, subject, f"{problem}: install a newer `holidays`")
    return Finding(True, subject, "known")


def _mail(settings: Settings) -> Finding:
    waiting = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(OutboxMessage.status == OutboxStatus.PENDING)
    )
    failed = db.session.scalar(
        select(func.count(OutboxMessage.id)).where(OutboxMessage.status == OutboxStatus.FAILED)
    )
    where = settings.mail_server or "files in the instance folder (no SAC_MAIL_SERVER)"
    words = f"{where}; {waiting} waiting, {failed} failed"
    return Finding(not failed, "mail", words)


def _papers() -> Finding:
    try:
        import weasyprint  # noqa: F401  it loads Pango when it is imported
    except OSError as missing:
        return Finding(False, "papers", f"no PDF can be written, install Pango: {missing}")
    return Finding(True, "papers", "can be written as PDF")


class NamedFile(NamedTuple):
    """A file as the row of its case describes it."""

    id: int
    radicado: str
    stored_as: str
    size: int
    sha256: str


def count_files() -> int:
    """How many files the cases name."""
    return db.session.scalar(select(func.count(Attachment.id))) or 0


def file_problems(
    store: Store, progress: Callable[[int], object] = lambda _count: None
) -> Iterator[str]:
    """What is wrong with the kept files, by radicado. `progress` is told of each."""
    for file in _named_files():
        problem = _problem_of(store, file)
        if problem is not None:
            yield problem
        progress(1)


def _named_files() -> Iterator[NamedFile]:
    """Every file that a case names, read `BATCH` rows at a time: there may be millions, and no
    transaction stays open while the files are read."""
    columns = (Attachment.id, Requerimiento.radicado)
    facts = (Attachment.stored_as, Attachment.size, Attachment.sha256)
    query = select(*columns, *facts).join(Attachment.requerimiento).order_by(Attachment.id)
    last = 0
    while rows := db.session.execute(query.where(Attachment.id > last).limit(BATCH)).all():
        db.session.rollback()
        yield from (NamedFile._make(row) for row in rows)
        last = rows[-1].id


def _problem_of(store: Store, file: NamedFile) -> str | None:
    """What is wrong with a kept file, by its radicado; None if it is as it was filed."""
    name = f"{file.radicado}: {file.stored_as}"
    try:
        with store.open(file.stored_as) as stream:
            size, digest = _measure(stream)
    except FileNotFoundError:
        return f"{name} is missing"
    except OSError as failure:
        return f"{name} cannot be read: {failure.strerror}"
    if size != file.size:
        return f"{name} was altered: it has {size} bytes and was filed with {file.size}"
    if digest != file.sha256:
        return f"{name} was altered: its SHA-256 is not the one it was filed with"
    return None


def _measure(stream: BinaryIO) -> tuple[int, str]:
    """How many bytes there are, and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    while chunk := stream.read(1024 * 1024):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()
