"""Telling who may approve an answer that one waits for them (W4)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.domain.roles import Permission, Role, may
from app.extensions import db
from app.models import Account, Message, PreparedAnswer, Requerimiento, Stage
from app.models.requerimiento import RESERVE
from app.services import substitutes
from app.services.notices import tell_colleague

APPROVERS = [role for role in Role if may(role, Permission.APPROVE)]


def tell(
    case: Requerimiento,
    answer: Message,
    followers: Sequence[Requerimiento],
    *,
    author: Account,
    now: datetime,
) -> None:
    """Write to who may approve an answer and is here today; if nobody is, to the administrators
    all the same. Part of the transaction that asks for it. Whoever may not open the case, or one
    of those that go along, is told nothing."""
    people = [
        person
        for person in _approvers(case.entity_id)
        if person.id != author.id and all(one.is_visible_to(person) for one in (case, *followers))
    ]
    away = {absence.account_id for absence in substitutes.of_entity(case.entity_id, now.date())}
    here = [person for person in people if person.id not in away]
    for person in here or [one for one in people if one.may(Permission.ADMINISTER)]:
        key = f"{case.radicado}:to_approve:{answer.submission}:{person.id}"
        tell_colleague(person, "to_approve", case, key=key, now=now, author=author.display_name)


def waiting(entity_id: int) -> Sequence[Message]:
    """The answers of an entity that wait for a second person, those due first before."""
    return db.session.scalars(
        select(Message)
        .join(PreparedAnswer, PreparedAnswer.message_id == Message.id)
        .join(Message.requerimiento)
        .where(PreparedAnswer.stage == Stage.TO_APPROVE, Requerimiento.entity_id == entity_id)
        .options(
            contains_eager(Message.requerimiento).undefer_group(RESERVE),
            joinedload(Message.author),
        )
        .order_by(Requerimiento.due_on, Requerimiento.id)
    ).all()


def may_let_go(answer: Message, person: Account) -> bool:
    """Whether that person approves it: somebody else wrote it, in a case that they may open."""
    return (
        person.may(Permission.APPROVE)
        and answer.author_id != person.id
        and answer.requerimiento.is_visible_to(person)
    )


def _approvers(entity_id: int) -> Sequence[Account]:
    return db.session.scalars(
        select(Account)
        .where(Account.entity_id == entity_id, Account.is_active, Account.email != "")
        .where(Account.role.in_(APPROVERS))
        .order_by(Account.id)
    ).all()
