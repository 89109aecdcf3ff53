"""The product as a site to be measured: installed in an empty folder, seeded, served as it is."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from app.domain.signing import new_key
from bench.load import Filing, Login, Target
from bench.sites import CITIZEN, CLERK, CONVERSATIONS, Site, new_secret

ENTITY = ("--entity", "Secretaría de Prueba", "--short-name", "PRUEBA", "--prefix", "PRU",
          "--municipality", "25754", "--helpdesk-email", "mesa@example.com",
          "--helpdesk-phone", "6011234567")  # fmt: skip


@dataclass(frozen=True)
class Statements:
    """How many SQL statements a case page cost, and how many messages it showed."""

    messages: int
    count: int


class Product(Site):
    """SAC on local files with its worker inside, as `make run` serves it: on SQLite, or in the
    database whose address is given."""

    name = "product"
    page = "/ingreso"
    queue = "/gestion"
    filtered = "/gestion?status=cerrado"  # most of them, at any size
    long_list = "/gestion?status=cerrado"
    rare, common, absent = (f"/gestion?q={words}" for words in ("caso+77", "colegio", "xilofono"))
    filing = Filing("/requerimientos/nuevo", {"kind": "peticion"})

    def __init__(self, folder: Path, cases: int, database_url: str = "") -> None:
        super().__init__(folder, cases)
        self._database_url = database_url
        self._password = new_secret()
        self._secret_key = new_secret()
        self._receipt_key = new_key()
        self._cases: dict[int, str] = {}
        self.login = Login(self.page, CITIZEN, self._password)

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "SAC_SECRET_KEY": self._secret_key,
            "SAC_REGISTER_KEY": self._secret_key,
            "SAC_RECEIPT_KEY": self._receipt_key,
            "SAC_INSTANCE": str(self.folder / "instance"),
            "SAC_STORAGE_URL": str(self.folder / "uploads"),
            "SAC_PORT": str(self.port),
            **({"SAC_DATABASE_URL": self._database_url} if self._database_url else {}),
            # The load speaks for many people: each has an address, as behind nginx.
            "SAC_TRUSTED_PROXY": "127.0.0.1",
        }

    def seed(self) -> None:
        self._run("flask", "--app", "wsgi", "init", *ENTITY)
        self._run("flask", "--app", "wsgi", "seed", "--cases", str(self.cases))
        known = json.loads(self._run("bench.prepare", given=self._password + "\n"))
        self._cases = {int(messages): radicado for messages, radicado in known.items()}
        self.case = f"/gestion/{self._cases[CONVERSATIONS[0]]}"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "app.serve"]

    def citizen(self) -> Target:
        return Target(self.port, self.login)

    def clerk(self) -> Target:
        return Target(self.port, Login(self.page, CLERK, self._password))

    def statements(self) -> list[Statements]:
        """Count the statements of the case page, with few messages and with many."""
        paths = [f"/gestion/{self._cases[messages]}" for messages in CONVERSATIONS]
        counted = json.loads(self._run("bench.statements", *paths, given=self._password + "\n"))
        return [Statements(*pair) for pair in zip(CONVERSATIONS, counted, strict=True)]
