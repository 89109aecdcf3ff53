"""Clear what dead processes left in the uploads folder, and nothing that anybody still holds.

Whoever has a file that no row names yet keeps it locked (`parts`), so a filing in hand, in any
process of this machine, is told from what was left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.models import Attachment
from app.services.parts import is_locked
from app.services.storage import Store

# Longer than a token lives: no file goes while a form can still ask for it.
KEPT_LIFE = timedelta(hours=72)
BATCH = 500

log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What a sweep cleared: how many parts, and the names of the stray files."""

    parts: int
    strays: list[str]


def sweep(store: Store, known: Callable[[Sequence[str]], Collection[str]], now: datetime) -> Swept:
    """Clear parts of dead requests, and kept files that neither a row nor a token names.

    `known` says which of some names a row of the database holds. It is asked after their locks
    were seen open: a filing in hand keeps its files locked until it has committed.
    """
    waiting_since = (now - KEPT_LIFE).timestamp()
    old = max(store.opened_at, waiting_since)
    parts = [path for path in _abandoned(store.folder / "incoming", old) if _remove(path)]
    marked = _marks(store.folder / "kept", waiting_since)
    strays = [
        name
        for batch in _batches(store, old, marked)
        for name in sorted(set(batch) - set(known(batch)))
        if _remove(store.path(name))
    ]
    if parts or strays:
        log.warning("sweep: %d parts and the stray files %s cleared", len(parts), strays)
    return Swept(len(parts), strays)


def filed(names: Sequence[str]) -> set[str]:
    """Which of some files belong to a case."""
    query = select(Attachment.stored_as).where(Attachment.stored_as.in_(names))
    found = set(db.session.scalars(query))
    db.session.rollback()
    return found


def _batches(store: Store, old: float, marked: set[str]) -> Iterator[list[str]]:
    """Names of files that may be strays, in pieces that one query can ask for."""
    for folder in sorted(store.folder.glob("[0-9a-f][0-9a-f]")):
        names = [path.name for path in _abandoned(folder, old)]
        loose = [name for name in names if store.exists(name) and name not in marked]
        for start in range(0, len(loose), BATCH):
            yield loose[start : start + BATCH]


def _abandoned(folder: Path, old: float) -> Iterator[Path]:
    """Files not touched since `old` that nobody holds."""
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # its request ended meanwhile
            if path.stat().st_mtime < old and not is_locked(path):
                yield path


def _marks(folder: Path, waiting_since: float) -> set[str]:
    """The files that a form may still ask for; marks that are too old go."""
    marked = set()
    for mark in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if mark.stat().st_mtime >= waiting_since:
                marked.add(mark.name)
            else:
                mark.unlink()
    return marked


def _remove(path: Path) -> bool:
    with suppress(FileNotFoundError):
        path.unlink()
        return True
    return False
