"""Naming colleagues in a note: each is told once, and finds the case in the queue until read."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, or_, select, update

from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Mention, Message, Requerimiento
from app.services.notices import tell_colleague

NAMED = re.compile(r"(?<![\w.@])@([a-z0-9][a-z0-9._-]{1,38}[a-z0-9])", re.IGNORECASE)
MOST = 10  # people in one note
LEADERS = (Role.COORDINATOR, Role.ADMINISTRATOR)  # who is called if nobody else may be


def names_in(text: str) -> list[str]:
    """The user names after an @, each once, in their order."""
    return list(dict.fromkeys(name.lower() for name in NAMED.findall(text)))[:MOST]


def record(case: Requerimiento, note: Message, *, author: Account, now: datetime) -> list[str]:
    """Tell those whom a note names, within the transaction that keeps it; return the names that
    nobody of the entity has, or nobody who may read the case."""
    names = names_in(note.body)
    if not names:
        return []
    people = db.session.scalars(
        select(Account).where(
            Account.entity_id == case.entity_id, Account.is_active, Account.username.in_(names)
        )
    )
    for person in people:
        if not case.is_visible_to(person):
            continue
        names.remove(person.username)
        if person.id == author.id:
            continue
        db.session.add(Mention(message_id=note.id, requerimiento_id=case.id, account_id=person.id))
        key = f"mention:{note.id}:{person.id}"
        tell_colleague(person, "mention", case, key=key, now=now, author=author.display_name)
    return names


class Answerable(StrEnum):
    """To whom goes what a citizen sends to a case that is over."""

    HOLDER = "quien lo tiene"
    SIGNER = "quien firmó"
    COORDINATORS = "quienes coordinan"
    NOBODY = "nadie"


def answerable(case: Requerimiento) -> tuple[Answerable, Sequence[Account]]:
    """Who has the case or, if nobody does who works there and may open it, who signed what ended
    it, or else who coordinates."""
    if case.assignee is not None and _may_be_called(case.assignee, case):
        return Answerable.HOLDER, [case.assignee]
    signed = (
        select(Message.author_id)
        .where(Message.requerimiento_id == case.id, Message.radicado.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    lead = and_(Account.entity_id == case.entity_id, Account.role.in_(LEADERS))
    found = db.session.execute(
        select(Account, Account.id == signed)
        .where(or_(Account.id == signed, lead))
        .order_by(Account.id)
    )
    people = [row for row in found if _may_be_called(row[0], case)]
    signers = [person for person, has_signed in people if has_signed]
    if signers:
        return Answerable.SIGNER, signers
    for role in LEADERS:
        called = [person for person, _ in people if person.role is role]
        if called:
            return Answerable.COORDINATORS, called
    return Answerable.NOBODY, []


def call(case: Requerimiento, message: Message, *, now: datetime, mailed: bool) -> None:
    """Let who answers for a case that is over find in their queue what its citizen sent afterwards
    and, if it waits to be decided, tell them by mail. Part of the transaction that keeps it."""
    _, called = answerable(case)
    for person in called:
        db.session.add(
            Mention(message_id=message.id, requerimiento_id=case.id, account_id=person.id)
        )
        if mailed:
            key = f"appealed:{message.id}:{person.id}"
            tell_colleague(person, "appealed", case, key=key, now=now)


def _may_be_called(person: Account, case: Requerimiento) -> bool:
    return person.is_active and person.is_staff and case.is_visible_to(person)


def seen(case_id: int, reader: Account, now: datetime) -> None:
    """Note that the reader opened the case: what named them there waits no more."""
    waiting = select(Mention.id).filter_by(
        requerimiento_id=case_id, account_id=reader.id, seen_at=None
    )
    numbers = db.session.scalars(waiting).all()
    if numbers:
        with writing(patience=500) as session:
            session.execute(update(Mention).where(Mention.id.in_(numbers)).values(seen_at=now))
