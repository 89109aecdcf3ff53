"""A PostgreSQL server of our own for the tests: a new cluster in a temporary folder.

It listens on a socket in that folder only, so that nothing else on the machine can meet it, and
trades durability for speed. `initdb` refuses root, so root starts it as the user `postgres`.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

UNSAFE_BUT_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


EMPTY = """
DO $$ DECLARE item record; BEGIN
  FOR item IN SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', item.tablename);
  END LOOP;
  PERFORM setval(format('%I', sequencename), 1, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class Cluster:
    """A running server; `create` and `empty` its databases, `stop` it at the end."""

    def __init__(self, *, durable: bool = False) -> None:
        """Make and start the cluster; `durable` keeps what it acknowledged through a power cut.

        Raises:
            RuntimeError: PostgreSQL is not installed, or did not start.
        """
        self._bin = _newest_binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="sac-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--username=sac", "--auth=trust", "--no-sync", "--encoding=UTF8",
                  "--locale=C.UTF-8")  # fmt: skip
        options: tuple[str, ...] = ("listen_addresses=", f"unix_socket_directories={self.folder}")
        options += () if durable else UNSAFE_BUT_FAST
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder / 'log'}",
                  "-o", " ".join(f"-c {option}" for option in options))  # fmt: skip
        self._admin = psycopg.connect(
            host=str(self.folder), user="sac", dbname="postgres", autocommit=True
        )

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+psycopg://sac@/{name}?host={self.folder}"

    def create(self, name: str) -> None:
        """Create a database."""
        self._admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def empty(self, name: str) -> None:
        """Delete every row but the mark of the migrations, whoever is still connected. Copying a
        database for each test takes a hundred times as long."""
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        with psycopg.connect(host=str(self.folder), user="sac", dbname=name) as connection:
            connection.execute("SET session_replication_role = replica")  # in whatever order
            connection.execute(EMPTY)

    def stop(self) -> None:
        """Stop the server and leave nothing on disk."""
        self._admin.close()
        self._run("pg_ctl", "stop", "--silent", "--mode=immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [self._bin / program, f"--pgdata={self.folder / 'data'}", *arguments],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=self.folder,
            # A file, since the server keeps the descriptor and a pipe would never close.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            log = self.folder / "log"
            detail = log.read_text() if log.exists() else ""
            raise RuntimeError(f"PostgreSQL: {program} ended with {done.returncode}. {detail}")


def _newest_binaries() -> Path:
    """The folder of the newest PostgreSQL that Debian's packages installed, or of the PATH."""
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("The tests need PostgreSQL: `make test` installs it.")
    return Path(on_path).parent
