"""The demo: two Secretarías with a year of work, done through the services that people use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, select
from stdnum.co import nit

from app.domain.person import DocumentType, PersonKind, propose_username
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Entity, Office, OutboxMessage, Procedure, Topic
from app.services import (
    accounts,
    answer_templates,
    consents,
    entities,
    houses,
    invitations,
    procedures,
    reserve_team,
)
from app.services.data_notice import notice_text
from app.services.demo import alike, cast, catalogue, sensitive, sharing
from app.services.demo.diary import Desk, Diary, Team
from app.services.entities import Directory, EntityFacts
from app.services.storage import Store
from app.services.tokens import new_code

AGE = timedelta(days=365)
# Older letters are taken out: nobody sent them, so none may be shown as sent or as waiting.
OLD_LETTER = timedelta(days=1)
# The first citizens ask for notices by e-mail; with more, a mail server would be flooded.
NOTIFIED = 3


@dataclass(frozen=True)
class DemoAccount:
    """How to enter the demo as one of its people. The password was made at random.

    `role` and `entity` are words to show; a citizen works nowhere, so what kind of person it is
    stands in place of the entity.
    """

    username: str
    password: str
    role: str
    entity: str
    name: str


def load(store: Store, now: datetime, *, reading: int = 1) -> list[DemoAccount]:
    """Load the demo into an empty database, all of it or nothing; the accounts to enter with.

    `reading` is how the installation counts what is received after hours.
    """
    opened = now - AGE
    shown: list[DemoAccount] = []
    with writing() as session:
        made = [_open_entity(plan, opened) for plan in cast.ENTITIES]
        citizens = _register(made[0], opened, shown)
        visitors = [
            {"first_names": first, "surnames": last, **_card(100 + number)}
            for number, (first, last) in enumerate(cast.VISITORS)
        ]
        teams: list[Team] = []
        diary = Diary(store, now, Random(1755), citizens, visitors)
        entities_made = {facts.id: facts for facts in Directory(reading).all(now)}
        coordinators = []
        for plan, entity_id in zip(cast.ENTITIES, made, strict=True):
            facts = entities_made[entity_id]
            team = _hire(plan, facts, opened, shown)
            teams.append(team)
            diary.plan(team, plan.cases, since=opened + timedelta(days=1))
            coordinators.append(team.coordinator)
        diary.live()
        for entity_id in made:
            _undertake(entity_id, now)
        for team in teams:
            sharing.arrange(team, now)
            alike.link_two(team.coordinator, now)
        session.execute(delete(OutboxMessage).where(OutboxMessage.created_at < now - OLD_LETTER))
        _administer(made[0], now)
    return shown


def _administer(entity_id: int, now: datetime) -> None:
    """What the administrator of an entity did lately: texts that answers begin from, hours that
    changed, and somebody invited."""
    author = db.session.scalars(
        select(Account).filter_by(entity_id=entity_id, role=Role.ADMINISTRATOR)
    ).one()
    house = db.session.get_one(Entity, entity_id)
    for name, body in cast.ANSWER_TEMPLATES.items():
        answer_templates.save(
            None, name=name, body=body, office_id=None, author=author, now=now - timedelta(days=60)
        )
    hours = {"helpdesk_hours": "Lunes a viernes, de 8:00 a. m. a 5:30 p. m."}
    present = houses.facts_of(house).kept()
    houses.settle(present | hours, author=author, now=now - timedelta(days=30))
    invitations.invite(
        {**cast.INVITED, "role": Role.OFFICIAL}, author=author, now=now - timedelta(days=1)
    )


def _open_entity(plan: cast.EntityPlan, now: datetime) -> int:
    """Make an entity with its offices and its tree of topics."""
    contact = {name: text for name, text in plan.values.items() if name.startswith("helpdesk")}
    notice = notice_text(plan.values["name"], **contact)
    with writing() as session:
        entity = entities.create(notice=notice, now=now, **plan.values)
        for office_name, (branch_name, leaves) in plan.offices.items():
            office = Office(entity_id=entity.id, name=office_name)
            session.add(office)
            session.flush()
            branch = Topic(entity_id=entity.id, office_id=office.id, name=branch_name)
            session.add(branch)
            session.flush()
            for leaf in leaves:
                session.add(_leaf(branch, leaf))
        session.flush()
        return entity.id


def _leaf(branch: Topic, name: str) -> Topic:
    """A topic below another, for the same office, with what hangs from it."""
    return Topic(
        entity_id=branch.entity_id,
        parent=branch,
        office_id=branch.office_id,
        name=name,
        kind=cast.TOPIC_KINDS.get(name),
        needs_approval=name in catalogue.APPROVED,
    )


def _publish(entity_id: int, author: Account, now: datetime) -> dict[str, int]:
    """The trámites that the topics of an entity have; the number of each by its topic."""
    topics = {topic.name: topic for topic in entities.topics(entity_id, public_only=True)}
    with writing() as session:
        session.add_all(
            _leaf(topics[leaf], twig)
            for leaf, twigs in catalogue.TWIGS.items()
            if leaf in topics
            for twig in twigs
        )
        return {
            name: procedures.save(
                None, replace(plan, topic_id=topics[name].id), author=author, now=now
            )
            for name, plan in catalogue.PROCEDURES.items()
            if name in topics
        }


def _undertake(entity_id: int, now: datetime) -> None:
    """Promise sooner answers and keep a topic reserved from now on: what was filed keeps the term
    of the law, and who reads it."""
    with writing() as session:
        for topic in session.scalars(select(Topic).filter_by(entity_id=entity_id)):
            topic.is_sensitive = topic.name in catalogue.RESERVED
            if topic.name in catalogue.PROMISES:
                topic.kind, promise = catalogue.PROMISES[topic.name]
                topic.term_days, topic.term_source = promise.days, promise.source
        for procedure in session.scalars(select(Procedure).filter_by(entity_id=entity_id)):
            topic_name = procedure.topic.name if procedure.topic else ""
            if topic_name in catalogue.PROCEDURE_PROMISES:
                promised = catalogue.PROCEDURE_PROMISES[topic_name]
                procedure.term_days, procedure.term_source = promised.days, promised.source
                procedure.changed_at = now


def _hire(
    plan: cast.EntityPlan, facts: EntityFacts, now: datetime, shown: list[DemoAccount]
) -> Team:
    """Add the staff of an entity."""
    domain = facts.helpdesk_email.partition("@")[2]
    staff = []
    for worker in plan.staff:
        username = propose_username(worker.first_names, worker.surnames)
        password = new_code().lower()
        account = accounts.staff_add(
            entity_id=facts.id,
            username=username,
            email=f"{username}@{domain}",
            role=worker.role,
            office=worker.office,
            first_names=worker.first_names,
            surnames=worker.surnames,
            password=password,
            now=now,
        )
        staff.append(account)
        shown.append(
            DemoAccount(
                username, password, worker.role.label, facts.short_name, account.display_name
            )
        )
    administrator = next(person for person in staff if person.role is Role.ADMINISTRATOR)
    for person in staff:
        if person.username in sensitive.TEAM:
            reserve_team.add(person.id, author=administrator, now=now)
    return Team(
        facts=facts,
        coordinator=next(person for person in staff if person.role is Role.COORDINATOR),
        clerks=[person for person in staff if person.role is Role.COUNTER],
        officials=[person for person in staff if person.role is Role.OFFICIAL],
        desks={
            topic.name: Desk(topic.id, topic.office_id)
            for topic in entities.topics(facts.id, public_only=True)
            if topic.office_id is not None
        },
        procedures=_publish(facts.id, administrator, now),
    )


def _register(entity_id: int, now: datetime, shown: list[DemoAccount]) -> list[Account]:
    """Register the citizens; the first of each kind are shown, so that one can enter as them."""
    notice_id = entities.notice_in_force(entity_id).id
    citizens = []
    seen: set[PersonKind] = set()
    for number, values in enumerate(_people()):
        password = new_code().lower()
        account = accounts.register(
            {**values, "notify_by_email": number < NOTIFIED},
            username="",
            password=password,
            notice_id=notice_id,
            channel="web",
            address="",
            now=now + timedelta(minutes=20 * number),
        )
        citizens.append(account)
        if number < NOTIFIED:
            consents.decide(account, True, now=account.created_at + timedelta(minutes=5))
        if account.person_kind not in seen:
            seen.add(account.person_kind)
            shown.append(
                DemoAccount(
                    account.username,
                    password,
                    "Ciudadano",
                    account.person_kind.label,
                    account.display_name,
                )
            )
    return citizens


def _people() -> Iterator[dict[str, Any]]:
    """What the citizens write when they register."""
    for number, (first_names, surnames) in enumerate(cast.CITIZENS):
        yield {
            **_card(number),
            "first_names": first_names,
            "surnames": surnames,
            "email": f"{propose_username(first_names, surnames)}@correo.example",
            "address": f"Calle de ejemplo {number + 1} # 2-{number + 10}",
        }
    for digits, legal_name in zip(cast.COMPANY_NUMBERS, cast.COMPANIES, strict=True):
        yield {
            **_card(0),
            "person_kind": PersonKind.LEGAL,
            "document_type": DocumentType.NIT,
            "document_number": digits + nit.calc_check_digit(digits),
            "legal_name": legal_name,
            "email": f"contacto{digits}@correo.example",
        }


def _card(number: int) -> dict[str, Any]:
    """A document, a telephone and a municipality that nobody has."""
    return {
        "person_kind": PersonKind.NATURAL,
        "document_type": DocumentType.CC,
        "document_number": str(cast.FIRST_DOCUMENT + number),
        "phone": f"300 000 {1000 + number}",
        "municipality": cast.SOACHA.values["municipality"],
    }
