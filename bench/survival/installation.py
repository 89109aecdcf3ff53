"""A fresh installation with citizens who file, and the processes that serve it."""

from __future__ import annotations

import hashlib
import http.client
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from app import clock, config, create_app, migrating
from app.config import ROOT
from app.domain.signing import new_key
from app.extensions import db
from app.services import accounts, entities
from app.services.data_notice import notice_text

PATIENCE = 30.0
NAME = "Secretaría de Prueba"


@dataclass
class Installation:
    """A product of its own: database, files, key and citizens in an empty folder.

    The folders of the database and of the files may lie elsewhere, on a disk that fills up.
    """

    folder: Path
    citizens: int
    wants_mail: bool = False
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance = self.folder / "instance"
        self.uploads = self.folder / "uploads"
        self.password = secrets.token_urlsafe(16)
        self._secret_key = secrets.token_urlsafe(48)
        self._receipt_key = new_key()

    @property
    def usernames(self) -> list[str]:
        """The names of its citizens."""
        return [f"persona{number}" for number in range(1, self.citizens + 1)]

    def environment(self, port: int) -> dict[str, str]:
        """The settings of a process that serves it, and nothing else of ours."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        return {name: os.environ[name] for name in kept if name in os.environ} | {
            "SAC_SECRET_KEY": self._secret_key,
            "SAC_REGISTER_KEY": self._secret_key,
            "SAC_RECEIPT_KEY": self._receipt_key,
            "SAC_INSTANCE": str(self.instance),
            "SAC_STORAGE_URL": str(self.uploads),
            "SAC_PORT": str(port),
            # Each visitor says its own address, as behind nginx.
            "SAC_TRUSTED_PROXY": "127.0.0.1",
            **self.settings,
        }

    def prepare(self) -> None:
        """Make the database, an entity and its citizens."""
        self.instance.mkdir(parents=True, exist_ok=True)
        self.uploads.mkdir(parents=True, exist_ok=True)
        app = create_app(config.load(self.environment(free_port())))
        migrating.upgrade(app)
        with app.app_context():
            entity = entities.create(
                notice=notice_text(NAME),
                now=clock.now(),
                name=NAME,
                short_name="PRUEBA",
                prefix="PRU",
                municipality="25754",
            )
            notice_id = entities.notice_in_force(entity.id).id
            for number, username in enumerate(self.usernames):
                self._register(number, username, notice_id)
            db.session.remove()
            db.engine.dispose()

    def _register(self, number: int, username: str, notice_id: int) -> None:
        values = {
            "person_kind": "natural",
            "document_type": "CC",
            "document_number": str(1_900_000_001 + number),
            "first_names": "Persona",
            "surnames": "De Prueba",
            "email": f"{username}@correo.example",
            "address": "Calle 1 # 2-3",
            "municipality": "25754",
            "notify_by_email": self.wants_mail,
        }
        accounts.register(
            values,
            username=username,
            password=self.password,
            notice_id=notice_id,
            channel="web",
            address="",
            now=clock.now(),
        )

    # What it holds, read beside the server

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database as it is on disk."""
        with closing(self.connection()) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        """Change the database by hand."""
        with closing(self.connection()) as connection:
            connection.execute(statement)

    def connection(self) -> sqlite3.Connection:
        """A connection of another program."""
        return sqlite3.connect(self.instance / "sac.db", timeout=PATIENCE, isolation_level=None)

    def radicados(self) -> list[str]:
        """Every radicado of the cases, in order."""
        return [row[0] for row in self.rows("SELECT radicado FROM requerimiento ORDER BY id")]

    def has_gaps(self) -> bool:
        """Whether cases, register and counter disagree, or a number is missing."""
        numbers = [int(row[0]) for row in self.rows("SELECT number FROM radicado ORDER BY number")]
        last = self.rows("SELECT coalesce(max(last), 0) FROM radicado_counter")[0][0]
        registered = [row[0] for row in self.rows("SELECT code FROM radicado ORDER BY number")]
        return numbers != list(range(1, int(last) + 1)) or registered != self.radicados()

    def is_sound(self) -> bool:
        """Whether SQLite finds its file whole and every reference there."""
        whole = self.rows("PRAGMA integrity_check") == [("ok",)]
        return whole and not self.rows("PRAGMA foreign_key_check")

    def digest_of_file(self, radicado: str) -> str | None:
        """The SHA-256 of the bytes on disk of the one file that was filed, or None."""
        found = self.rows(
            "SELECT a.stored_as, a.sha256 FROM attachment a JOIN requerimiento r"
            " ON r.id = a.requerimiento_id WHERE r.radicado = ?",
            radicado,
        )
        if len(found) != 1:
            return None
        name, noted = found[0]
        path = self.uploads / name[:2] / name
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        return digest if digest == noted else None

    def strays(self) -> set[str]:
        """Files that neither a row nor a form names, and parts that nobody is sending."""
        named = {row[0] for row in self.rows("SELECT stored_as FROM attachment")}
        marked = {path.name for path in (self.uploads / "kept").glob("*")}
        there = {path.name for path in self.uploads.glob("[0-9a-f][0-9a-f]/*")}
        return there - named - marked | {
            path.name for path in (self.uploads / "incoming").glob("*")
        }

    @contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """Hold the database's one place for writers, until the block ends or rolls back."""
        with closing(self.connection()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            if connection.in_transaction:
                connection.rollback()


class Server:
    """One process that serves an installation on a port of its own."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None, "it was not started"
        return self._process.pid

    def start(self) -> float:
        """Start it and return the seconds until its first answer.

        Raises:
            RuntimeError: it ended, or gave no answer in time; the last of its log is told.
        """
        began = perf_counter()
        log = self.installation.folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.serve"],
                cwd=ROOT,
                env=self.installation.environment(self.port),
                stdout=output,
                stderr=output,
            )
        while perf_counter() - began < PATIENCE and self._process.poll() is None:
            if self._answers():
                return perf_counter() - began
            sleep(0.01)
        self.kill()
        raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")

    def _answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            with closing(connection):
                connection.request("GET", "/ingreso")
                return connection.getresponse().status == 200
        return False

    def kill(self) -> None:
        """Kill it as a power cut would: nothing in it is told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def terminate(self) -> None:
        """Ask it to stop, and go on."""
        self._process_or_fail().send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it has stopped; its exit code."""
        return self._process_or_fail().wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to stop and wait."""
        self.terminate()
        return self.wait()

    def _process_or_fail(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it was not started"
        return self._process


@contextmanager
def serving(installation: Installation) -> Iterator[Server]:
    """Serve an installation for the length of a block."""
    server = Server(installation)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """A port that nobody uses."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])
