"""The register of events in the database: every line of the history is chained as it is written.

Always part of the transaction that writes the line. The head of the entity is locked until that
transaction ends, so it is the last thing that a use case takes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.register import EMPTY, SHORTEST_SALT, Entry, Head, Personal, Row, digest, link
from app.domain.requerimiento import Action, Channel, Kind, Status
from app.domain.terms import Requester
from app.extensions import db, register_key
from app.models import Attachment, Event, Message, RegisterEntry, RegisterHead, Requerimiento

BATCH = 1000  # events read at once


class Written(NamedTuple):
    """All that an event says, with its case and its message: what is chained and, read again,
    what is checked."""

    event_id: int
    action: Action
    status: Status
    happened_at: datetime
    author_id: int | None
    days: int | None
    ground: str | None
    note: str
    radicado: str
    kind: Kind
    channel: Channel
    received_on: date
    reading: int
    term_days: int
    requester: Requester
    letter: str | None
    words: str | None
    files: str = ""


def record(case: Requerimiento, event: Event, message: Message | None = None) -> None:
    """Chain a line of the history with the words and files that it tells of."""
    holder = case if event.action is Action.FILE else message
    chain(
        case.entity_id,
        [
            Written(
                event_id=event.id,
                action=event.action,
                status=event.status,
                happened_at=event.happened_at,
                author_id=event.author_id,
                days=event.days,
                ground=event.ground,
                note=event.note,
                radicado=case.radicado,
                kind=case.kind,
                channel=case.channel,
                received_on=case.received_on,
                reading=case.reading,
                term_days=case.term_days,
                requester=case.requester,
                letter=message.radicado if message else None,
                words=holder.body if holder else None,
                files=_listed(
                    (file.sha256, file.size, file.name)
                    for file in (holder.attachments if holder else [])
                    if holder is message or file.message_id is None
                ),
            )
        ],
    )


def chain(entity_id: int, events: Sequence[Written]) -> None:
    """Chain events of an entity, in their order."""
    last = _take(entity_id, len(events))
    rows = []
    for event in events:
        salt = secrets.token_bytes(SHORTEST_SALT)
        digests = {name: digest(Personal(value, salt)) for name, value in _personal(event)}
        entry = _entry(last.sequence + 1, event, digests)
        last = Head(entry.sequence, link(last.link, entry, register_key()))
        rows.append(
            {
                "entity_id": entity_id,
                "sequence": last.sequence,
                "event_id": event.event_id,
                "salt": salt,
                "digests": digests,
                "link": last.link,
            }
        )
    db.session.execute(insert(RegisterEntry), rows)
    db.session.execute(
        update(RegisterHead).where(RegisterHead.entity_id == entity_id).values(link=last.link),
        execution_options={"synchronize_session": False},
    )


def read(entity_id: int) -> Iterator[Row]:
    """The chain of an entity as it stands, `BATCH` rows at a time: no transaction stays open
    while they are looked at."""
    last = 0
    while True:
        rows = db.session.execute(
            _ROWS.where(RegisterEntry.entity_id == entity_id, RegisterEntry.sequence > last).limit(
                BATCH
            )
        ).all()
        files = _files_of(rows)
        db.session.rollback()
        for sequence, salt, digests, stored, case_id, message_id, *facts in rows:
            event = Written(*facts)
            if event.action is Action.FILE or message_id is not None:
                event = event._replace(files=_listed(files.get((case_id, message_id), ())))
            known = (
                {name: Personal(value, salt) for name, value in _personal(event)} if salt else {}
            )
            yield Row(_entry(sequence, event, digests), stored, known)
        if len(rows) < BATCH:
            return
        last = rows[-1].sequence


_BODY: ColumnElement[str | None] = case(
    (Event.action == Action.FILE, Requerimiento.body), else_=Message.body
)
_ROWS = (
    select(
        RegisterEntry.sequence,
        RegisterEntry.salt,
        RegisterEntry.digests,
        RegisterEntry.link,
        Event.requerimiento_id,
        Event.message_id,
        Event.id,
        Event.action,
        Event.status,
        Event.happened_at,
        Event.author_id,
        Event.days,
        Event.ground,
        Event.note,
        Requerimiento.radicado,
        Requerimiento.kind,
        Requerimiento.channel,
        Requerimiento.received_on,
        Requerimiento.reading,
        Requerimiento.term_days,
        Requerimiento.requester,
        Message.radicado,
        _BODY,
    )
    .join(Event, Event.id == RegisterEntry.event_id)
    .join(Requerimiento, Requerimiento.id == Event.requerimiento_id)
    .outerjoin(Message, Message.id == Event.message_id)
    .order_by(RegisterEntry.sequence)
)


def _take(entity_id: int, count: int) -> Head:
    """Reserve so many places after the end of the chain, and return that end."""
    dialect = db.session.get_bind().dialect.name
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(RegisterHead)
    sequence, stored = db.session.execute(
        made.values(entity_id=entity_id, sequence=count, link=EMPTY.link)
        .on_conflict_do_update(
            index_elements=["entity_id"], set_={"sequence": RegisterHead.sequence + count}
        )
        .returning(RegisterHead.sequence, RegisterHead.link)
    ).one()
    return Head(sequence - count, stored)


def _entry(sequence: int, event: Written, digests: dict[str, str]) -> Entry:
    """The event as the register keeps it. How it was filed is said by its first line."""
    facts: dict[str, object] = {
        "author": event.author_id,
        "days": event.days,
        "ground": event.ground,
        "letter": event.letter,
    }
    if event.action is Action.FILE:
        facts |= {
            "kind": event.kind,
            "channel": event.channel,
            "received_on": event.received_on,
            "reading": event.reading,
            "term_days": event.term_days,
            "requester": event.requester if event.requester is not Requester.PERSON else None,
        }
    return Entry(
        sequence=sequence,
        radicado=event.radicado,
        action=event.action,
        status=event.status,
        happened_at=event.happened_at,
        facts={name: str(value) for name, value in facts.items() if value is not None},
        digests=digests,
    )


def _personal(event: Written) -> list[tuple[str, str]]:
    """What of it may say something of a person."""
    values = (("note", event.note), ("words", event.words), ("files", event.files))
    return [(name, value) for name, value in values if value]


def _listed(files: Iterable[tuple[str, int, str]]) -> str:
    return "\n".join(sorted(f"{sha256} {size} {name}" for sha256, size, name in files))


def _files_of(rows: Sequence[Any]) -> dict[tuple[int, int | None], list[tuple[str, int, str]]]:
    """The files that came with those events: of a case as it was filed, or of a message."""
    found: dict[tuple[int, int | None], list[tuple[str, int, str]]] = {}
    cases = [row.requerimiento_id for row in rows if row.action is Action.FILE]
    messages = [row.message_id for row in rows if row.message_id is not None]
    query = select(
        Attachment.requerimiento_id,
        Attachment.message_id,
        Attachment.sha256,
        Attachment.size,
        Attachment.name,
    )
    for held in (
        query.where(Attachment.requerimiento_id.in_(cases), Attachment.message_id.is_(None)),
        query.where(Attachment.message_id.in_(messages)),
    ):
        for case_id, message_id, sha256, size, name in db.session.execute(held):
            found.setdefault((case_id, message_id), []).append((sha256, size, name))
    return found
