"""Filing a requerimiento: on line by its citizen, or at the counter by a clerk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app.domain.errors import RuleBroken
from app.domain.radicado import Direction
from app.domain.requerimiento import MAX_BODY, Action, Channel, Kind, Status, excerpt, next_status
from app.domain.terms import term_for
from app.extensions import db, writing
from app.models import Account, Attachment, Draft, Entity, Event, Message, Requerimiento, Topic
from app.services import claims, radicados
from app.services.entities import EntityFacts
from app.services.notices import tell_citizen
from app.services.storage import StoredFile


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What is filed. `submission` names the form: the same one sent twice files once."""

    kind: Kind
    body: str
    submission: str
    topic_id: int | None = None
    files: Sequence[StoredFile] = ()


@dataclass(frozen=True)
class CounterFiling:
    """What the counter gives back; `claim_code` is there if an account was opened with one."""

    radicado: str
    citizen_id: int
    claim_code: str | None


def file(filing: Filing, *, citizen: Account, entity: EntityFacts, now: datetime) -> str:
    """File on line and return the radicado. All of it is kept, or none.

    Raises:
        RuleBroken: the text is empty or too long, or the topic is not the entity's.
    """
    with writing():
        return _file(filing, citizen, entity, Channel.WEB, author=citizen, clerk=None, now=now)


def file_at_counter(
    filing: Filing,
    *,
    clerk: Account,
    entity: EntityFacts,
    channel: Channel,
    citizen_id: int | None,
    person: dict[str, Any] | None,
    claim_by: str,
    now: datetime,
) -> CounterFiling:
    """File for someone in person, by phone or by letter, opening the account if there is none.

    `person` are the values of the new account when `citizen_id` is None; `claim_by` is
    `codigo` or `documento`, how its owner will complete it (S5, S6).

    Raises:
        RuleBroken: as `file`, or the new account cannot be opened.
    """
    with writing() as session:
        earlier = session.scalar(
            select(Requerimiento).filter_by(clerk_id=clerk.id, submission=filing.submission)
        )
        if earlier is not None:
            return CounterFiling(earlier.radicado, earlier.citizen_id, None)
        code = None
        if citizen_id is not None:
            citizen = session.get_one(Account, citizen_id)
        else:
            citizen, code = claims.open_account(person or {}, clerk=clerk, by=claim_by, now=now)
        radicado = _file(filing, citizen, entity, channel, author=clerk, clerk=clerk, now=now)
        return CounterFiling(radicado, citizen.id, code)


def _file(
    filing: Filing,
    citizen: Account,
    entity: EntityFacts,
    channel: Channel,
    *,
    author: Account,
    clerk: Account | None,
    now: datetime,
) -> str:
    filed = _already_filed(citizen.id, filing.submission)
    if filed is not None:
        return filed
    body = checked_body(filing.body)
    topic = _topic_of(filing.topic_id, entity.id)
    deadline = entity.deadline(filing.kind, now)
    code = radicados.take(db.session.get_one(Entity, entity.id), Direction.INCOMING, now)
    requerimiento = Requerimiento(
        entity_id=entity.id,
        radicado=code,
        kind=filing.kind,
        status=next_status(None, Action.FILE),
        is_open=True,
        channel=channel,
        topic_id=topic.id if topic else None,
        office_id=topic.office_id if topic else None,
        citizen_id=citizen.id,
        clerk_id=clerk.id if clerk else None,
        excerpt=excerpt(body),
        body=body,
        received_at=now,
        received_on=deadline.received_on,
        term_days=deadline.days,
        term_source=term_for(filing.kind, now.date()).source,
        due_on=deadline.due_on,
        submission=filing.submission,
    )
    requerimiento.events = [
        Event(action=Action.FILE, status=Status.FILED, author_id=author.id, happened_at=now)
    ]
    requerimiento.attachments = rows_for(filing.files)
    db.session.add(requerimiento)
    for draft in db.session.scalars(select(Draft).filter_by(account_id=author.id, form="filing")):
        db.session.delete(draft)
    db.session.flush()
    tell_citizen(requerimiento, "filed", key="filed", now=now)
    return code


def checked_body(body: str) -> str:
    """The text with line ends of one kind and no control characters.

    Raises:
        RuleBroken: it is empty, or longer than `MAX_BODY`.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in lines if c in "\n\t" or (c.isprintable() or not c.isascii())).strip()
    text = text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair
    if not text:
        raise RuleBroken("Escriba el contenido.")
    if len(text) > MAX_BODY:
        counts = f"El texto tiene {len(text):,} caracteres y el máximo es {MAX_BODY:,}."
        raise RuleBroken(counts.replace(",", ".") + " Puede adjuntar lo demás en un archivo.")
    return text


def rows_for(files: Sequence[StoredFile], message: Message | None = None) -> list[Attachment]:
    """The rows that make kept files part of a case."""
    return [
        Attachment(
            public_id=uuid4().hex,
            name=stored.name,
            stored_as=stored.stored_as,
            size=stored.size,
            sha256=stored.sha256,
            media_type=stored.media_type,
            message=message,
        )
        for stored in files
    ]


def _already_filed(citizen_id: int, submission: str) -> str | None:
    return db.session.scalar(
        select(Requerimiento.radicado).filter_by(citizen_id=citizen_id, submission=submission)
    )


def _topic_of(topic_id: int | None, entity_id: int) -> Topic | None:
    if topic_id is None:
        return None
    topic = db.session.get(Topic, topic_id)
    if topic is None or topic.entity_id != entity_id:
        raise RuleBroken("Ese tema no es de la entidad. Elija otro.")
    return topic
