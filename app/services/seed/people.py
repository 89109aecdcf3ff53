"""Who the synthetic cases are about. Nobody can enter as these people: they have no password."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.person import DocumentType, PersonKind
from app.domain.roles import Role
from app.models import Account, Office, Topic
from app.services.entities import EntityFacts
from app.services.seed import figures
from app.services.seed.bulk import Row, advance_ids, insert, next_id

FIRST_DOCUMENT = 1_900_000_000  # beyond the numbers that were ever issued
BATCH = 20_000
OFFICES = (
    "Cobertura Educativa",
    "Talento Humano",
    "Inspección y Vigilancia",
    "Calidad Educativa",
    "Infraestructura Educativa",
    "Archivo y Correspondencia",
    "Tecnología",
    "Financiera",
)
OFFICIALS_OF_AN_OFFICE = 3


@dataclass(frozen=True)
class Desk:
    """A topic of an office, with the people who work there."""

    office_id: int
    topic_id: int
    officials: Sequence[int]


@dataclass(frozen=True)
class Scene:
    """Who there is before the first case."""

    facts: EntityFacts
    desks: Sequence[Desk]
    coordinator: int
    clerks: Sequence[int]
    citizens: range


def set_scene(
    session: Session, facts: EntityFacts, citizens: int, random: Random, now: datetime
) -> Scene:
    """Add so many citizens and, where they are missing, the offices and their people."""
    if session.scalar(_staff(facts, Role.OFFICIAL).limit(1)) is None:
        _add_offices(session, facts, random, now)
    for role in (Role.COUNTER, Role.COORDINATOR):
        if session.scalar(_staff(facts, role).limit(1)) is None:
            _add(session, [_person(random, now) | _job(facts, role, None)])
    return Scene(
        facts=facts,
        desks=list(_desks(session, facts)),
        coordinator=session.scalars(_staff(facts, Role.COORDINATOR).limit(1)).one(),
        clerks=session.scalars(_staff(facts, Role.COUNTER)).all(),
        citizens=_add_citizens(session, citizens, random, now),
    )


def _staff(facts: EntityFacts, role: Role) -> Select[int]:
    return select(Account.id).filter_by(entity_id=facts.id, role=role).order_by(Account.id)


def _add_offices(session: Session, facts: EntityFacts, random: Random, now: datetime) -> None:
    for name in OFFICES:
        office = session.scalar(select(Office).filter_by(entity_id=facts.id, name=name))
        if office is None:
            office = Office(entity_id=facts.id, name=name)
            session.add(office)
            session.flush()
        session.add(Topic(entity_id=facts.id, office_id=office.id, name=f"Asuntos de {name}"))
        job = _job(facts, Role.OFFICIAL, office.id)
        _add(session, [_person(random, now) | job for _ in range(OFFICIALS_OF_AN_OFFICE)])
    session.flush()


def _desks(session: Session, facts: EntityFacts) -> Iterator[Desk]:
    """The topics whose office has officials; with topics of their own the entity keeps those."""
    topics = session.execute(
        select(Topic.office_id, Topic.id).filter_by(entity_id=facts.id).order_by(Topic.id)
    )
    for office_id, topic_id in topics.all():
        officials = session.scalars(_staff(facts, Role.OFFICIAL).filter_by(office_id=office_id))
        found = officials.all()
        if office_id is not None and found:
            yield Desk(office_id, topic_id, found)


def _add_citizens(session: Session, count: int, random: Random, now: datetime) -> range:
    first = next_id(session, Account)
    for start in range(0, count, BATCH):
        _add(session, [_person(random, now) for _ in range(min(BATCH, count - start))])
    return range(first, first + count)


def _add(session: Session, people: list[Row]) -> None:
    """Insert accounts, each with a number, a user name and a document of its own."""
    for number, person in enumerate(people, next_id(session, Account)):
        person |= {
            "id": number,
            "username": f"sintetico{number}",
            "document_number": str(FIRST_DOCUMENT + number),
        }
    insert(session, Account, people)
    advance_ids(session, Account)


def _person(random: Random, now: datetime) -> Row:
    return {
        "password_hash": None,
        "password_changed_at": None,
        "is_active": True,
        "created_at": now,
        "role": None,
        "entity_id": None,
        "office_id": None,
        "person_kind": PersonKind.NATURAL,
        "document_type": DocumentType.CC,
        "first_names": figures.first_name(random),
        "surnames": figures.surnames(random),
        "legal_name": "",
        "email": "",
        "phone": "",
        "address": "",
        "municipality": "25754",
        "notify_by_email": False,
    }


def _job(facts: EntityFacts, role: Role, office_id: int | None) -> Row:
    return {"role": role, "entity_id": facts.id, "office_id": office_id}
