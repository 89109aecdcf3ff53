"""What `doctor` and `verify` look at, each finding with what to do about it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app import migrating
from app.config import Settings
from app.domain.calendar import YearUnknown, check_years
from app.extensions import db
from app.models import OutboxMessage, OutboxStatus
from app.services.storage import Store

LITTLE_DISK = 500 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Finding:
    """One line of `doctor`."""

    is_good: bool
    subject: str
    words: str


def examine(settings: Settings, store: Store, now: datetime) -> list[Finding]:
    """Look at the database, the files, the disk, the calendar and the mail."""
    return [
        _database(),
        _storage(store),
        _disk(settings),
        _calendar(now.year, now.year + 1),
        _mail(settings),
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


@dataclass
class FileReport:
    """What `verify` found: how many files it read, and a line for each that is wrong."""

    checked: int = 0
    problems: list[str] = field(default_factory=list)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()


def verify_files(store: Store, rows: Iterable[Any]) -> FileReport:
    """Read every file that a row names and compare its SHA-256."""
    report = FileReport()
    for stored_as, sha256, requerimiento_id in rows:
        report.checked += 1
        try:
            with store.open(stored_as) as stream:
                found = _digest(stream)
        except FileNotFoundError:
            report.problems.append(f"requerimiento {requerimiento_id}: {stored_as} is missing")
            continue
        if found != sha256:
            report.problems.append(f"requerimiento {requerimiento_id}: {stored_as} was altered")
    return report
