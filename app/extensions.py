"""Extension objects, bound to the app by the factory, and the one way to write to the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import current_app
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session

from app.domain.signing import Keyring

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# How long a writer waits for another before the page says "try again", in milliseconds.
BUSY_TIMEOUT = 6000


class Base(DeclarativeBase):
    """Parent of every model."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login_manager = LoginManager()

_writing: ContextVar[bool] = ContextVar("writing", default=False)
# What the use case does last, with all that it left for it.
_Endings = dict[Callable[[list[Any]], None], list[Any]]
_endings: ContextVar[_Endings] = ContextVar("endings")
_patience: ContextVar[int] = ContextVar("patience", default=BUSY_TIMEOUT)


def register_key() -> bytes:
    """The key that chains the register of events (`domain.register`)."""
    key: bytes = current_app.extensions["register_key"]
    return key


def receipt_keys() -> Keyring:
    """The keys that sign receipts."""
    keys: Keyring = current_app.extensions["receipt_keys"]
    return keys


class WriteOutsideTransaction(RuntimeError):
    """Something was changed outside `writing()`: a mistake of ours, never of the visitor."""


@contextmanager
def writing(patience: int = BUSY_TIMEOUT) -> Iterator[Session]:
    """Open the transaction of one use case; commit at its end, or leave nothing behind.

    The reading transaction of the page ends here, and rows loaded by it are read again, so that
    a rule is never decided on what another writer has changed meanwhile. On SQLite the
    transaction is `BEGIN IMMEDIATE`: a deferred one loses updates without an error. A use case
    called by another joins its transaction. `patience` is how many milliseconds to wait for
    another writer.
    """
    session = db.session()
    if _writing.get():
        yield session
        return
    session.rollback()
    token, waiting, before = _writing.set(True), _patience.set(patience), _endings.set({})
    try:
        yield session
        for end, things in _endings.get().items():
            end(things)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _endings.reset(before)
        _writing.reset(token)
        _patience.reset(waiting)


def at_the_end(end: Callable[[list[Any]], None], thing: Any) -> None:
    """Leave something for `end`, called once with all that was left for it as the last step of the
    transaction: for what takes a lock that everybody needs, whatever the use case still does."""
    _endings.get().setdefault(end, []).append(thing)


def see_one_moment() -> None:
    """End the reading transaction and begin one whose statements all see the same moment, for
    whoever compares what several of them read. On SQLite any transaction does."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, *_: object) -> None:
    changed = session.new or session.deleted or any(map(session.is_modified, session.dirty))
    if changed and not _writing.get():
        raise WriteOutsideTransaction("changes to the database belong inside writing()")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",  # what we acknowledged survives a power cut
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    patience = _patience.get()
    if connection.dialect.name != "sqlite":
        if patience != BUSY_TIMEOUT:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {patience}")
        return
    if patience != BUSY_TIMEOUT:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
    finally:
        if patience != BUSY_TIMEOUT:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
