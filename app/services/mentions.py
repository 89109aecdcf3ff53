"""Naming colleagues in a note: each is told once, and finds the case in the queue until read."""

import re
from datetime import datetime

from sqlalchemy import select, update

from app.extensions import db, writing
from app.models import Account, Mention, Message, Requerimiento
from app.services.outbox import post

NAMED = re.compile(r"(?<![\w.@])@([a-z0-9][a-z0-9._-]{1,38}[a-z0-9])", re.IGNORECASE)
MOST = 10  # people in one note


def names_in(text: str) -> list[str]:
    """The user names after an @, each once, in their order."""
    return list(dict.fromkeys(name.lower() for name in NAMED.findall(text)))[:MOST]


def record(case: Requerimiento, note: Message, *, author: Account, now: datetime) -> None:
    """Tell those whom a note names, within the transaction that keeps it. A name that nobody of
    the entity has, or nobody who may read the case, is only a word."""
    names = names_in(note.body)
    if not names:
        return
    people = db.session.scalars(
        select(Account).where(
            Account.entity_id == case.entity_id, Account.is_active, Account.username.in_(names)
        )
    )
    for person in people:
        if person.id == author.id or not case.is_visible_to(person):
            continue
        db.session.add(Mention(message_id=note.id, requerimiento_id=case.id, account_id=person.id))
        if person.email:
            _tell(person, case, note, author, now)


def call(case: Requerimiento, message: Message) -> None:
    """Let who had a case that is over find in their queue what its citizen sent afterwards. Part of
    the transaction that keeps it."""
    holder = case.assignee
    if holder is not None and holder.is_active and case.is_visible_to(holder):
        db.session.add(
            Mention(message_id=message.id, requerimiento_id=case.id, account_id=holder.id)
        )


def seen(case_id: int, reader: Account, now: datetime) -> None:
    """Note that the reader opened the case: what named them there waits no more."""
    waiting = select(Mention.id).filter_by(
        requerimiento_id=case_id, account_id=reader.id, seen_at=None
    )
    numbers = db.session.scalars(waiting).all()
    if numbers:
        with writing(patience=500) as session:
            session.execute(update(Mention).where(Mention.id.in_(numbers)).values(seen_at=now))


def _tell(
    person: Account, case: Requerimiento, note: Message, author: Account, now: datetime
) -> None:
    post(
        letter="mention",
        recipient=person.email,
        context={
            "name": person.display_name,
            "author": author.display_name,
            "case": case.radicado,
        },
        entity_id=case.entity_id,
        account_id=person.id,
        dedupe=f"mention:{note.id}:{person.id}",
        now=now,
    )
