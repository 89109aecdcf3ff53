"""The two servers that are compared, each a process on a fresh port with a folder of its own."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from time import perf_counter, sleep

import psutil

from bench import load
from bench.load import Filing, Login, Target

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0
MEGABYTE = 1024 * 1024
PAGE_SIZE = 50
CLERK, CITIZEN = "bench.clerk", "bench.citizen"
CONVERSATIONS = (20, 60)  # messages of the two cases whose pages are counted


class Site(ABC):
    """A server that is seeded once, started, measured and stopped."""

    name = ""
    page = ""  # public, with a form to enter
    queue = ""
    filtered = ""
    long_list = ""  # whose deep page is opened
    deep = ""  # known once it runs
    rare = common = absent = ""  # searches
    case = ""
    login: Login
    filing: Filing

    def __init__(self, folder: Path, cases: int) -> None:
        self.folder = folder
        self.cases = cases
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def seed(self) -> None:
        """Fill the folder with `cases` cases."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server."""

    def find_pages(self) -> None:
        """Learn the addresses that only a running server knows."""
        self.deep = load.follow_next(
            self.clerk(), self.long_list, min(1000, self.cases // PAGE_SIZE // 4)
        )

    def environment(self) -> dict[str, str]:
        """The environment of its processes: nothing of ours but what it needs."""
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        return {name: os.environ[name] for name in kept if name in os.environ}

    def start(self) -> float:
        """Start the server and return the seconds until its first page.

        Raises:
            RuntimeError: it ended, or gave no page in time; its log is in the folder.
        """
        began = perf_counter()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=ROOT, env=self.environment(), stdout=log, stderr=log
            )
        while perf_counter() - began < PATIENCE:
            if self._process.poll() is not None:
                break
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                connection.request("GET", self.page)
                if connection.getresponse().status == 200:
                    connection.close()
                    return perf_counter() - began
            sleep(0.005)
        self.stop()
        last = (self.folder / "log").read_text(errors="replace")[-3000:]
        raise RuntimeError(f"the {self.name} did not start:\n{last}")

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def memory(self) -> float:
        """The memory of the server in MB, its share of what is shared included (PSS)."""
        assert self._process is not None
        return float(psutil.Process(self._process.pid).memory_full_info().pss) / MEGABYTE

    def visitor(self) -> Target:
        """Somebody who has not entered."""
        return Target(self.port)

    def entering(self) -> Target:
        """Somebody who is about to enter, as `logins` asks."""
        return Target(self.port, self.login)

    def citizen(self) -> Target:
        """Somebody who files."""
        return Target(self.port)

    def clerk(self) -> Target:
        """Somebody who reads the queue."""
        return Target(self.port)

    def _run(self, *command: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


class Floor(Site):
    """`bench/floor.py`."""

    name = "floor"
    page = "/ingreso"
    queue = "/lista"
    filtered = "/lista?status=en_tramite"
    long_list = "/lista"
    rare, common, absent = (
        f"/buscar?q={word}" for word in ("irrepetible", "documentos", "xilofono")
    )
    login = Login("/ingreso", "floor", "floor")
    filing = Filing("/radicar", {})

    def seed(self) -> None:
        self._run("bench.floor", str(self.folder / "data"), "--seed", str(self.cases))
        self.case = f"/caso/{self.cases}"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bench.floor", str(self.folder / "data"),
                "--port", str(self.port)]  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def new_secret() -> str:
    """A password or a key that nobody chose."""
    return secrets.token_urlsafe(32)
