"""The register of events in the database: every line of the history, and every change of what an
entity decides, is chained as it is written.

Always part of the transaction that writes the line. The head of the entity is locked until that
transaction ends, so it is the last thing that a use case takes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, case, cast, func, insert, null, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.register import (
    CHANGE,
    EMPTY,
    ERASED,
    FILES,
    HOLDER,
    SHORTEST_SALT,
    Entry,
    Head,
    Row,
    kept,
    link,
    seal,
)
from app.domain.requerimiento import Action, Channel, Kind, Status
from app.domain.terms import Requester
from app.extensions import db, register_key, see_one_moment
from app.models import (
    AdministrationChange,
    Attachment,
    Entity,
    Event,
    Message,
    NotificationConsent,
    RegisterEntry,
    RegisterHead,
    Requerimiento,
)

BATCH = 1000  # entries read at once

Files = Iterable[tuple[str, int, str]]  # the digest, the size and the name of each


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
    due_on: date | None
    message_id: int | None
    radicado: str
    kind: Kind
    channel: Channel
    received_on: date
    reading: int
    term_days: int
    requester: Requester
    citizen_id: int
    letter: str | None
    words: str | None
    files: str = ""


class Decided(NamedTuple):
    """What a person decided on being notified of all their cases: it is a line of none."""

    consent_id: int
    account_id: int
    accepts: bool
    decided_at: datetime


class Changed(NamedTuple):
    """A change of what an entity decides for itself (`changes`): it is a line of no case. What it
    was and what it is are the very texts that are kept, whatever they hold."""

    change_id: int
    entity_id: int
    happened_at: datetime
    author_id: int | None
    subject: str
    subject_id: int | None
    undoes_id: int | None
    title: str
    before: str
    after: str


Fact = Written | Decided | Changed
# The column of an entry that says of which fact it is.
_NUMBERED = {Written: "event_id", Decided: "consent_id", Changed: "change_id"}


def record(case: Requerimiento, event: Event, message: Message | None = None) -> None:
    """Chain a line of the history with the words and files that it tells of."""
    holder = case if event.action is Action.FILE else message
    files = [
        (file.sha256, file.size, file.name)
        for file in (holder.attachments if holder else [])
        if holder is message or file.message_id is None
    ]
    words = holder.body if holder else None
    letter = message.radicado if message else None
    chain(case.entity_id, [written(case, event, letter, words, _listed(files))])


def written(
    case: Requerimiento, event: Event, letter: str | None, words: str | None, files: str
) -> Written:
    """A line of the history of a case as it is chained."""
    return Written(
        event_id=event.id,
        action=event.action,
        status=event.status,
        happened_at=event.happened_at,
        author_id=event.author_id,
        days=event.days,
        ground=event.ground,
        note=event.note,
        due_on=event.due_on,
        message_id=event.message_id,
        radicado=case.radicado,
        kind=case.kind,
        channel=case.channel,
        received_on=case.received_on,
        reading=case.reading,
        term_days=case.term_days,
        requester=case.requester,
        citizen_id=case.citizen_id,
        letter=letter,
        words=words,
        files=files,
    )


def record_decision(consent: NotificationConsent) -> None:
    """Chain what a person decided for all their cases, in the register of the installation's own
    entity: it is no entity's alone."""
    home = select(Entity.id).order_by(Entity.is_default.desc(), Entity.id).limit(1)
    decided = Decided(consent.id, consent.account_id, consent.accepts, consent.decided_at)
    chain(db.session.scalars(home).one(), [decided])


def record_changes(made: Sequence[AdministrationChange]) -> None:
    """Chain what administrators changed, each in the register of its entity."""
    db.session.flush()
    facts = _changes(one.id for one in made)
    for entity_id in sorted({fact.entity_id for fact in facts.values()}):
        chain(entity_id, [fact for fact in facts.values() if fact.entity_id == entity_id])


def _changes(numbers: Iterable[int]) -> dict[int, Changed]:
    """Those changes by their number, in the order in which they were made."""
    found = _CHANGES.where(AdministrationChange.id.in_(numbers)).order_by(AdministrationChange.id)
    return {row.id: Changed._make(row) for row in db.session.execute(found)}


_CHANGES = select(
    # As `Changed` has them.
    AdministrationChange.id,
    AdministrationChange.entity_id,
    AdministrationChange.happened_at,
    AdministrationChange.author_id,
    AdministrationChange.subject,
    AdministrationChange.subject_id,
    AdministrationChange.undoes_id,
    AdministrationChange.title,
    cast(AdministrationChange.before, Text),
    cast(AdministrationChange.after, Text),
)


def erase(case: Requerimiento) -> None:
    """Put `ERASED` in the place of all that the history, the conversation and the files of a case
    say of persons, and forget the salts. Part of the transaction of an `ERASE`, whose line, chained
    after this, is what lets the salts be missing."""
    mine = case.id
    lines = select(Event.id).filter_by(requerimiento_id=mine)
    for change in (
        update(Requerimiento).where(Requerimiento.id == mine).values(body=ERASED, excerpt=ERASED),
        update(Message).where(Message.requerimiento_id == mine).values(body=ERASED),
        update(Event).where(Event.requerimiento_id == mine, Event.note != "").values(note=ERASED),
        update(Attachment).where(Attachment.requerimiento_id == mine).values(name=ERASED),
        update(RegisterEntry).where(RegisterEntry.event_id.in_(lines)).values(salt=None),
    ):
        db.session.execute(change, execution_options={"synchronize_session": False})
    db.session.refresh(case)


def chain(entity_id: int, facts: Sequence[Fact]) -> None:
    """Chain facts of an entity, in their order."""
    last, published_tag = _take(entity_id, len(facts))
    rows = []
    for fact in facts:
        salt = secrets.token_bytes(SHORTEST_SALT)
        digests = {name: kept(name, value, salt) for name, value in _personal(fact).items()}
        entry = _entry(last.sequence + 1, fact, digests)
        last = Head(entry.sequence, link(last.link, entry, register_key()))
        rows.append(
            {
                "entity_id": entity_id,
                "sequence": last.sequence,
                **dict.fromkeys(_NUMBERED.values()),
                _NUMBERED[type(fact)]: fact[0],
                "salt": salt,
                "digests": digests,
                "link": last.link,
            }
        )
    db.session.execute(insert(RegisterEntry), rows)
    tag = seal(last, place_of(entity_id, published_tag), register_key())
    db.session.execute(
        update(RegisterHead)
        .where(RegisterHead.entity_id == entity_id)
        .values(link=last.link, tag=tag),
        execution_options={"synchronize_session": False},
    )


def place_of(entity_id: int, published_tag: str, day: date | None = None) -> str:
    """What a head is sealed for: the end of the chain of an entity now or, once it was published,
    as a day began; both after the head that was published last, by its tag."""
    return " ".join(filter(None, (str(entity_id), str(day or ""), published_tag)))


def read(entity_id: int) -> Iterator[Row]:
    """The chain of an entity as it stands, `BATCH` rows at a time: no transaction stays open
    while they are looked at. An entry whose event, decision or change is gone is left out."""
    last = 0
    while True:
        see_one_moment()
        rows = db.session.execute(
            _ROWS.where(RegisterEntry.entity_id == entity_id, RegisterEntry.sequence > last).limit(
                BATCH
            )
        ).all()
        files, changes = _files_of(rows), _changes_of(rows)
        erased = _erased_in(rows)
        db.session.rollback()
        for row in rows:
            fact = _fact_of(row, files, changes)
            if fact is not None:
                yield Row(
                    _entry(row.sequence, fact, row.digests),
                    row.link,
                    _personal(fact, row.digests),
                    row.salt,
                    row.salt is None and row.sequence < erased.get(row.requerimiento_id, 0),
                )
        if len(rows) < BATCH:
            return
        last = rows[-1].sequence


def _fact_of(
    row: Any, files: Mapping[tuple[int, int | None], Files], changes: Mapping[int, Changed]
) -> Fact | None:
    """What an entry stands for."""
    if row.change_id is not None:
        return changes.get(row.change_id)
    if row.event_id is None:
        return Decided(*row[6:10]) if row.account_id is not None else None
    if row.requerimiento_id is None or row.radicado is None:
        return None
    event = Written(*row[11:])
    if event.action is Action.FILE or _tells_words(event):
        held = files.get((row.requerimiento_id, event.message_id), ())
        event = event._replace(files=_listed(held))
    return event


_BODY: ColumnElement[str | None] = case(
    (Event.action == Action.FILE, Requerimiento.body),
    (Event.action == Action.OPEN, null()),
    else_=Message.body,
)
_ROWS = (
    select(
        RegisterEntry.sequence,
        RegisterEntry.salt,
        RegisterEntry.digests,
        RegisterEntry.link,
        RegisterEntry.event_id,
        RegisterEntry.change_id,
        RegisterEntry.consent_id,
        NotificationConsent.account_id,
        NotificationConsent.accepts,
        NotificationConsent.decided_at,
        Event.requerimiento_id,
        # As `Written` has them.
        Event.id,
        Event.action,
        Event.status,
        Event.happened_at,
        Event.author_id,
        Event.days,
        Event.ground,
        Event.note,
        Event.due_on,
        Event.message_id,
        Requerimiento.radicado,
        Requerimiento.kind,
        Requerimiento.channel,
        Requerimiento.received_on,
        Requerimiento.reading,
        Requerimiento.term_days,
        Requerimiento.requester,
        Requerimiento.citizen_id,
        Message.radicado.label("letter"),
        _BODY,
    )
    .outerjoin(Event, Event.id == RegisterEntry.event_id)
    .outerjoin(Requerimiento, Requerimiento.id == Event.requerimiento_id)
    .outerjoin(Message, Message.id == Event.message_id)
    .outerjoin(NotificationConsent, NotificationConsent.id == RegisterEntry.consent_id)
    .order_by(RegisterEntry.sequence)
)


def _take(entity_id: int, count: int) -> tuple[Head, str]:
    """Reserve so many places after the end of the chain, and return that end with the tag of the
    head that was published last."""
    dialect = db.session.get_bind().dialect.name
    made = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(RegisterHead)
    sequence, stored, published_tag = db.session.execute(
        made.values(entity_id=entity_id, sequence=count, link=EMPTY.link)
        .on_conflict_do_update(
            index_elements=["entity_id"], set_={"sequence": RegisterHead.sequence + count}
        )
        .returning(RegisterHead.sequence, RegisterHead.link, RegisterHead.published_tag)
    ).one()
    return Head(sequence - count, stored), published_tag


def _entry(sequence: int, fact: Fact, digests: dict[str, str]) -> Entry:
    """The fact as the register keeps it."""
    if isinstance(fact, Changed):
        return Entry(
            sequence=sequence,
            radicado="",
            action=CHANGE,
            status="",
            happened_at=fact.happened_at,
            facts={
                name: str(value)
                for name, value in (
                    ("author", fact.author_id),
                    ("entity", fact.entity_id),
                    ("subject", fact.subject),
                    ("subject_id", fact.subject_id),
                    ("undoes", fact.undoes_id),
                )
                if value is not None
            },
            digests=digests,
        )
    if isinstance(fact, Decided):
        return Entry(
            sequence=sequence,
            radicado="",
            action=Action.ACCEPT_NOTICES if fact.accepts else Action.REFUSE_NOTICES,
            status="",
            happened_at=fact.decided_at,
            facts={"author": str(fact.account_id)},
        )
    return Entry(
        sequence=sequence,
        radicado=fact.radicado,
        action=fact.action,
        status=fact.status,
        happened_at=fact.happened_at,
        facts={name: str(value) for name, value in _facts(fact) if value is not None},
        digests=digests,
    )


def _facts(event: Written) -> Iterator[tuple[str, object]]:
    """What says nothing of a person. How it was filed is said by its first line, and what was
    opened by the line of its opening."""
    yield "author", event.author_id
    yield "days", event.days
    yield "ground", event.ground
    yield "letter", event.letter
    yield "due_on", event.due_on
    if event.action is Action.OPEN:
        yield "message", event.message_id
    if event.action is Action.FILE:
        yield "kind", event.kind
        yield "channel", event.channel
        yield "received_on", event.received_on
        yield "reading", event.reading
        yield "term_days", event.term_days
        yield "requester", event.requester if event.requester is not Requester.PERSON else None


def _personal(fact: Fact, chained: Mapping[str, str] | None = None) -> dict[str, str]:
    """What of a fact may say something of a person, by name: a change may be of the staff."""
    if isinstance(fact, Written):
        return _values(fact, chained)
    if isinstance(fact, Changed):
        return {"title": fact.title, "before": fact.before, "after": fact.after}
    return {}


def _values(event: Written, chained: Mapping[str, str] | None = None) -> dict[str, str]:
    """What of it may say something of a person. Whose a case is, its first line says, but for those
    that were `chained` without it once."""
    values = {"note": event.note, "words": event.words, FILES: event.files}
    if event.action is Action.FILE and (chained is None or HOLDER in chained):
        values[HOLDER] = str(event.citizen_id)
    return {name: value for name, value in values.items() if value}


def _tells_words(event: Any) -> bool:
    """Whether it brought the words and the files of its message; one that opens it did not."""
    return event.message_id is not None and event.action is not Action.OPEN


def _listed(files: Files) -> str:
    return "\n".join(sorted(f"{sha256} {size} {name}" for sha256, size, name in files))


def _erased_in(rows: Sequence[Any]) -> dict[int, int]:
    """Of the cases that miss a salt, the row of their register that tells that they were erased."""
    cases = {row.requerimiento_id for row in rows if row.salt is None}
    if not cases:
        return {}
    told = (
        select(Event.requerimiento_id, func.max(RegisterEntry.sequence))
        .join(RegisterEntry, RegisterEntry.event_id == Event.id)
        .where(Event.action == Action.ERASE, Event.requerimiento_id.in_(cases))
        .group_by(Event.requerimiento_id)
    )
    return {row[0]: row[1] for row in db.session.execute(told)}


def _changes_of(rows: Sequence[Any]) -> Mapping[int, Changed]:
    numbers = [row.change_id for row in rows if row.change_id is not None]
    return _changes(numbers) if numbers else {}


def _files_of(rows: Sequence[Any]) -> dict[tuple[int, int | None], list[tuple[str, int, str]]]:
    """The files that came with those events: of a case as it was filed, or of a message."""
    found: dict[tuple[int, int | None], list[tuple[str, int, str]]] = {}
    cases = [row.requerimiento_id for row in rows if row.action is Action.FILE]
    messages = [row.message_id for row in rows if _tells_words(row)]
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
