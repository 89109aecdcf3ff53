"""What is sensitive from the moment of its filing, and who is set apart because it is about them:
part of the transaction that files (W9)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain.conflict import LONGEST_ACCUSED, names_office, names_person
from app.domain.requerimiento import Action, Kind
from app.domain.reserve import Ground, ground_at_filing
from app.domain.roles import Permission, Role, may
from app.extensions import db
from app.models import Account, Entity, Office, Recusal, Requerimiento, Topic
from app.services import held, readings
from app.services.history import move
from app.services.outbox import post

log = logging.getLogger(__name__)

NAMED_BY_CITIZEN = "Quien radicó dice que es sobre esta persona."


def ground_of(kind: Kind, topic: Topic | None, *, about_minor: bool) -> Ground | None:
    """Why what is filed is sensitive from the start, or None."""
    is_sensitive = topic is not None and topic.is_sensitive
    return ground_at_filing(kind, about_minor=about_minor, topic_is_sensitive=is_sensitive)


def shield(
    case: Requerimiento,
    ground: Ground | None,
    *,
    accused: str,
    clerk: Account | None,
    now: datetime,
) -> None:
    """Mark a case that has just been filed as sensitive if it is, set apart whom the citizen
    writes about, and take it from their office: who distributes the work gives it to another. The
    clerk who filed it reads it for as long as the receipt needs.

    It comes after whatever chose an office or a person, and before anything is told or indexed.
    """
    case.accused = " ".join(accused.split())[:LONGEST_ACCUSED]
    named, offices = _named(case.accused, case.entity_id) if case.accused else ([], set())
    if case.office_id in offices:
        case.office = case.assignee = None
    if case.assignee_id in {person.id for person in named}:
        case.assignee = None
    if ground is not None:
        case.is_sensitive, case.sensitive_ground = True, ground
        move(case, Action.RESERVE, author=None, now=now, note=ground.label, ground=ground)
        if clerk is not None:
            readings.keep_open(case.id, session_id=clerk.visit.session_id, now=now)
    for person in named:
        set_apart(case, person, author=None, reason=NAMED_BY_CITIZEN, now=now)
    if named:
        call_for_help(case, now)


def call_for_help(case: Requerimiento, now: datetime) -> None:
    """If the case was closed to everybody who gives out the work of its entity, tell by mail its
    team for sensitive cases or, if nobody there may see it, who administers the entities: they
    can name somebody. The letter says its radicado and nothing else. Within the transaction of the
    caller."""
    staff = _staff(case.entity_id)
    chiefs = [person for person in staff if person.may(Permission.ASSIGN)]
    if not chiefs or not case.recused.issuperset(person.id for person in chiefs):
        return
    team = [one for one in staff if one.in_reserve_team and one.may(Permission.SEE_CASES)]
    told = _reachable(team, case) or _reachable(_founders(), case)
    if not told:
        log.error("nobody is left to give out %s: name somebody of its entity", case.radicado)
    for person in told:
        post(
            letter="unattended",
            recipient=person.email,
            context={
                "name": person.display_name,
                "house": case.entity.name,
                "case": case.radicado,
            },
            entity_id=person.entity_id,
            account_id=person.id,
            dedupe=f"{case.radicado}:unattended:{person.id}",
            now=now,
        )


def set_apart(
    case: Requerimiento, person: Account, *, author: Account | None, reason: str, now: datetime
) -> None:
    """Close a case to somebody of the staff, who has it no more, and write it in the history.
    Within the transaction of the caller."""
    row = Recusal(
        requerimiento_id=case.id,
        account_id=person.id,
        author_id=author.id if author else None,
        happened_at=now,
        reason=reason,
    )
    db.session.add(row)
    if case.assignee_id == person.id:
        case.assignee = None
    if author is not None:  # in what is being filed there is no answer yet
        held.set_apart(case, person.id)
    db.session.flush()
    db.session.expire(case, ["recused_ids", "office_has_team"])
    said = f"Se apartó a {person.display_name}. {reason}"
    move(case, Action.RECUSE, author=author, now=now, note=said)


def _named(text: str, entity_id: int) -> tuple[Sequence[Account], set[int]]:
    """Who of the staff a text names, and the offices that must not have the case: theirs, and
    those that it names."""
    named = [
        person
        for person in _staff(entity_id)
        if names_person(text, person.first_names, person.surnames)
    ]
    offices = db.session.scalars(select(Office).filter_by(entity_id=entity_id))
    theirs = {person.office_id for person in named if person.office_id is not None}
    return named, theirs | {one.id for one in offices if names_office(text, one.name)}


def _staff(entity_id: int) -> Sequence[Account]:
    return db.session.scalars(
        select(Account)
        .where(Account.entity_id == entity_id, Account.is_active, Account.role.is_not(None))
        .options(joinedload(Account.office))
        .order_by(Account.id)
    ).all()


def _founders() -> Sequence[Account]:
    """Who administers the entities themselves, from the default one."""
    roles = [role for role in Role if may(role, Permission.FOUND)]
    return db.session.scalars(
        select(Account)
        .join(Entity, Entity.id == Account.entity_id)
        .where(Entity.is_default, Account.is_active, Account.role.in_(roles))
        .order_by(Account.id)
    ).all()


def _reachable(people: Sequence[Account], case: Requerimiento) -> list[Account]:
    return [person for person in people if person.email and person.id not in case.recused]
