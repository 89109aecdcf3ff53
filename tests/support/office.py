"""A Secretaría at work: its offices, one person of each role, and cases to work on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, event, select, update

from app import clock
from app.domain.calendar import Closure
from app.domain.requerimiento import Kind
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import (
    Absence,
    Account,
    AssignmentRule,
    Entity,
    Office,
    OutboxMessage,
    OutboxStatus,
    Requerimiento,
    Suspension,
)
from app.services import (
    absences,
    assignment_rules,
    calendars,
    casework,
    filing,
    hashing,
    legal,
)
from app.services.casework import Writing
from app.services.entities import Directory, EntityFacts
from app.services.filing import Filing
from app.services.legal import Sender
from tests.support.client import PASSWORD
from tests.support.people import add_entity

BODY = "Solicito un cupo para mi hija en el grado segundo."


@dataclass(frozen=True)
class House:
    """An entity with two offices. The staff of every role sit in the first, `colleague` in the
    second, which is not near the cases of the first."""

    entity: Entity
    hall: Office
    coverage: Office
    official: Account
    clerk: Account
    coordinator: Account
    administrator: Account
    observer: Account
    colleague: Account

    @property
    def staff(self) -> dict[Role, Account]:
        """One person of each role."""
        return {
            Role.OFFICIAL: self.official,
            Role.COUNTER: self.clerk,
            Role.COORDINATOR: self.coordinator,
            Role.ADMINISTRATOR: self.administrator,
            Role.OBSERVER: self.observer,
        }

    @property
    def facts(self) -> EntityFacts:
        """What the rules read of the entity."""
        found = Directory(1).get(self.entity.id, clock.now())
        assert found is not None
        return found


def open_house(prefix: str = "SOA") -> House:
    """An entity with its offices and staff. User names begin with the prefix."""
    entity = add_entity(prefix)
    entity_id = entity.id
    with writing() as session:
        hall = Office(entity_id=entity_id, name="Atención al Ciudadano")
        coverage = Office(entity_id=entity_id, name="Cobertura Educativa")
        session.add_all([hall, coverage])
        session.flush()
        people = {
            name: _member(entity_id, hall.id, role, f"{prefix.lower()}.{role}", first)
            for name, role, first in (
                ("official", Role.OFFICIAL, "Olga"),
                ("clerk", Role.COUNTER, "Vera"),
                ("coordinator", Role.COORDINATOR, "Coral"),
                ("administrator", Role.ADMINISTRATOR, "Ada"),
                ("observer", Role.OBSERVER, "Oscar"),
            )
        }
        people["colleague"] = _member(
            entity_id, coverage.id, Role.OFFICIAL, f"{prefix.lower()}.lejos", "Lejos"
        )
        session.add_all(people.values())
    return House(entity=entity, hall=hall, coverage=coverage, **people)


def file_case(
    house: House, citizen: Account, *, body: str = BODY, now: datetime | None = None, **more: Any
) -> str:
    """A case filed on line."""
    return filing.file(
        Filing(**{"kind": Kind.PETITION, "body": body, "submission": uuid4().hex} | more),
        citizen=citizen,
        entity=house.facts,
        now=now or clock.now(),
    )


def assigned_case(house: House, citizen: Account, **more: Any) -> str:
    """A case that the official of the house has."""
    radicado = file_case(house, citizen, **more)
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        now=more.get("now") or clock.now(),
    )
    return radicado


def answered_case(house: House, citizen: Account, **more: Any) -> str:
    """A case that was answered."""
    radicado = assigned_case(house, citizen, **more)
    casework.answer(
        radicado,
        words("Su hija tiene cupo."),
        author=house.official,
        now=more.get("now") or clock.now(),
    )
    return radicado


def annulled_case(house: House, citizen: Account, **more: Any) -> str:
    """A case whose radicado was annulled."""
    radicado = file_case(house, citizen, **more)
    legal.annul(radicado, reason="Se radicó dos veces.", by=by(house.coordinator))
    return radicado


def by(author: Account, now: datetime | None = None, submission: str = "") -> Sender:
    """Whoever acts by a form of its own."""
    return Sender(author=author, now=now or clock.now(), submission=submission or uuid4().hex)


def words(body: str, submission: str = "", files: Any = ()) -> Writing:
    """Something written in a form of its own."""
    return Writing(body=body, submission=submission or uuid4().hex, files=files)


def mail_is_taken() -> None:
    """The mail server takes what waits to be sent."""
    with writing() as session:
        session.execute(update(OutboxMessage).values(status=OutboxStatus.SENT))


def absence_of(
    house: House,
    person: Account | None = None,
    substitute: Account | None = None,
    *,
    first: date | None = None,
    days: int = 5,
) -> int:
    """An absence of so many days from today, of the official unless somebody is named."""
    today = clock.now().date()
    first = first or today
    absent, stands_in = person or house.official, substitute or house.colleague
    absences.register(
        person_id=absent.id,
        substitute_id=stands_in.id,
        first=first,
        last=first + timedelta(days=days - 1),
        author=house.coordinator,
        now=clock.now(),
    )
    db.session.rollback()
    return (
        db.session.scalars(
            select(Absence.id).filter_by(account_id=absent.id).order_by(Absence.id.desc())
        ).first()
        or 0
    )


def rule_of(house: House, **changes: Any) -> int:
    """A rule that gives everything to the second office, unless it is told otherwise."""
    given = {
        "topic_id": None,
        "kind": None,
        "office_id": house.coverage.id,
        "assignee_id": None,
        "least_busy": False,
    } | changes
    assignment_rules.save(None, **given, author=house.administrator, now=clock.now())
    db.session.rollback()
    return (
        db.session.scalars(select(AssignmentRule.id).order_by(AssignmentRule.id.desc())).first()
        or 0
    )


def suspend(house: House, ahead: int = 20) -> Suspension:
    """A suspension of two business days that begins so many of them from today."""
    calendar = house.facts.calendar
    first = calendar.add(clock.now().date(), ahead)
    last = calendar.add(first, 1)
    closure = Closure(first, last, "Cese de actividades", "Resolución 12 de 2026")
    calendars.suspend(closure, author=house.administrator, now=clock.now())
    db.session.rollback()
    return db.session.scalars(
        select(Suspension).filter_by(first=first, entity_id=house.entity.id)
    ).one()


def case_of(radicado: str) -> Requerimiento:
    """The case as it stands in the database now."""
    db.session.rollback()
    return db.session.scalars(select(Requerimiento).filter_by(radicado=radicado)).one()


def unguarded(statement: str) -> None:
    """Run a statement on the SQLite database with its foreign keys off."""
    db.session.rollback()
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection, connection:
        connection.execute(statement)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every SQL statement but those that open a transaction or set up a connection."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(
            ("BEGIN", "PRAGMA", "SET ", "SAVEPOINT", "RELEASE", "ROLLBACK")
        ):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _member(entity_id: int, office_id: int, role: Role, username: str, first: str) -> Account:
    return Account(
        username=username,
        password_hash=_hash(),
        created_at=clock.now(),
        role=role,
        entity_id=entity_id,
        office_id=office_id,
        first_names=first,
        surnames="Prueba",
        email=f"{username}@soacha.example",
    )


@cache
def _hash() -> str:
    """One hash for all: each would cost a thirtieth of a second."""
    return hashing.hash_password(PASSWORD)
