"""What the journeys share: a Secretaría at work, and files on the desk of who files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import steps
from tests.journeys.world import World, built
from tests.support.office import House, open_house


@pytest.fixture
def house(app) -> House:
    """The Secretaría of the test, with its staff."""
    return open_house()


@pytest.fixture
def files(tmp_path) -> list[Path]:
    """Two files that a citizen has at home, one with a name that needs care."""
    letter, photo = tmp_path / "Petición de auxilio (año 2026).pdf", tmp_path / "recibo.png"
    letter.write_bytes(steps.PDF)
    photo.write_bytes(steps.PNG)
    return [letter, photo]


@pytest.fixture
def resolution(tmp_path) -> Path:
    """The file that goes with the answer."""
    path = tmp_path / "Resolución 0123.pdf"
    path.write_bytes(steps.ANSWER)
    return path


@pytest.fixture(scope="session")
def world(sqlite_template, tmp_path_factory) -> Iterator[World]:
    """A Secretaría with something of everything, served for as long as the tests last."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copyfile(sqlite_template, folder / "sac.db")
    with built(f"sqlite:///{folder / 'sac.db'}", folder) as world:
        yield world
