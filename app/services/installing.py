"""The first entity of an installation and its first administrator, made in the browser (W8).
Whoever does it shows a code that only the operator of the machine can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from app.domain.errors import NotFound
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Entity
from app.services import accounts, attempts, changes, hashing, houses, staff
from app.services.attempts import Limit
from app.services.tokens import new_code, normalise_code

CODE_FILE = "setup-code.txt"
TRIES = Limit(20, attempts.RECOVERY.window)


def is_empty() -> bool:
    """Whether no entity has been made yet."""
    return db.session.scalar(select(Entity.id).limit(1)) is None


def setup_code(instance: Path) -> str:
    """The code that opens the installation, made the first time that it is asked for, in a file
    that its owner alone can read."""
    path = instance / CODE_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    code = new_code()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(code + "\n")
    return code


def is_setup_code(typed: str, instance: Path, *, now: datetime) -> bool:
    """Whether that is the code. Every try is counted.

    Raises:
        Throttled: there were too many.
    """
    attempts.reserve("setup", TRIES, now=now)
    kept = normalise_code(setup_code(instance))
    return bool(kept) and compare_digest(normalise_code(typed).encode(), kept.encode())


def install(values: Mapping[str, Any], password: str, *, instance: Path, now: datetime) -> Account:
    """Make the first entity and its first administrator, both or none; the code opens nothing more.

    Raises:
        FieldRefused: a datum cannot be accepted.
        NotFound: there is an entity already.
    """
    data = houses.checked(values)
    person = staff.checked({**values, "role": Role.ADMINISTRATOR, "office_id": None}, 0)
    username = str(values.get("username") or "")
    name = accounts.chosen_username(username, person)
    accounts.check_password(password, username=name, document="")
    hashed = hashing.hash_password(password)
    with writing():
        _take_turn()
        if not is_empty():
            raise NotFound("the installation is made")
        house = houses.found(data, now=now)
        account = accounts.add_staff(
            username=name,
            password_hash=hashed,
            entity_id=house.id,
            now=now,
            **person | {"role": Role.ADMINISTRATOR},
        )
        changes.record(
            entity_id=house.id,
            subject=houses.SUBJECT,
            subject_id=house.id,
            title=house.name,
            before={},
            after=data.kept(),
            author=account,
            now=now,
        )
    (instance / CODE_FILE).unlink(missing_ok=True)
    return account


def _take_turn() -> None:
    """Let one install at a time; SQLite has one writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(text("'install'")))))
