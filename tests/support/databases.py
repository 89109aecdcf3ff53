"""The databases of the tests: every test that touches one runs on SQLite and on PostgreSQL.

On SQLite each gets a fresh copy of a file that the migrations made once in this process; on
PostgreSQL the one database of this process, emptied. So no test sees the rows of another. A
missing PostgreSQL fails the test; it is never passed over.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from tests.support.postgres import Cluster
from tests.support.product import migrate

BOTH = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-on", choices=BOTH, help="leave the other database out, while working")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both, or on those that `@pytest.mark.on(…)` names."""
    if "database" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("on")
        wanted = marker.args if marker else BOTH
        only = metafunc.config.getoption("--only-on")
        chosen = [name for name in wanted if only in (None, name)]
        metafunc.parametrize("database", chosen, indirect=True)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The instance folder of this test."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def database(request: pytest.FixtureRequest, instance: Path) -> Iterator[str]:
    """The address of a migrated database with no rows of any other test."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, instance / "sac.db")
        yield f"sqlite:///{instance / 'sac.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    name = request.getfixturevalue("postgres_database")
    yield cluster.url(name)
    cluster.empty(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the migrations made, without the room that they left free in it."""
    path = tmp_path_factory.mktemp("template") / "sac.db"
    migrate(f"sqlite:///{path}", path.parent)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    return path


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for each test process."""
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_database(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database that the migrations made."""
    postgres_cluster.create("migrated")
    migrate(postgres_cluster.url("migrated"), tmp_path_factory.mktemp("template"))
    return "migrated"


class Original:
    """A SQLite database as it was, to be had again after what acts on it."""

    def __init__(self, app: Flask, instance: Path) -> None:
        self._app, self._there = app, sqlite3.connect(instance / "sac.db")
        self._kept = sqlite3.connect(":memory:")
        self._there.backup(self._kept)
        self._seen = self._version()

    @property
    def is_changed(self) -> bool:
        """Whether anything was written since."""
        return self._version() != self._seen

    def restore(self) -> None:
        """Put it back as it was."""
        if not self.is_changed:
            return
        self._kept.backup(self._there)
        self._app.extensions["directory"].forget()
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._there.execute("PRAGMA data_version").fetchone()[0])
