"""The outbox as an administrator of one entity sees it: how many letters wait, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from app.domain.errors import RuleBroken
from app.domain.reserve import MASKED_NAME
from app.extensions import db, writing
from app.models import Account, OutboxAttempt, OutboxMessage, OutboxStatus, Requerimiento
from app.services import readable
from app.services.entities import EntityFacts

PAGE = 25
COUNT_CAP = 1000  # beyond it a count is only "more than"


@dataclass(frozen=True)
class Try:
    """How one try to send a letter ended."""

    happened_at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True)
class LetterLine:
    """A letter with its tries, without the whole address of whom it went to; of a sensitive case,
    without its radicado and with no address at all, also where a mail server names it."""

    id: int
    letter: str
    radicado: str
    recipient: str
    status: OutboxStatus
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime
    tries: Sequence[Try]


@dataclass(frozen=True)
class LogPage:
    """A page of the log, the latest first, and the id that the next one follows."""

    lines: Sequence[LetterLine]
    next_before: int | None


def counts(entity: EntityFacts) -> dict[OutboxStatus, int]:
    """How many letters are in each state, counting no further than `COUNT_CAP` + 1."""
    columns = []
    for status in OutboxStatus:
        few = (
            select(OutboxMessage.id)
            .where(_of(entity), OutboxMessage.status == status)
            .limit(COUNT_CAP + 1)
            .subquery()
        )
        columns.append(select(func.count()).select_from(few).scalar_subquery().label(status.name))
    row = db.session.execute(select(*columns)).one()
    return dict(zip(OutboxStatus, row, strict=True))


def log_page(
    entity: EntityFacts,
    *,
    reader: Account,
    status: OutboxStatus | None = None,
    before: int | None = None,
) -> LogPage:
    """The letters of the entity with every try, in two statements. Those of a case that was closed
    to the reader are not among them."""
    query = (
        select(OutboxMessage, Requerimiento.radicado, Requerimiento.is_sensitive)
        .outerjoin(Requerimiento, Requerimiento.id == OutboxMessage.requerimiento_id)
        .where(_of(entity), readable.not_of_recused(OutboxMessage.requerimiento_id))
        .order_by(OutboxMessage.id.desc())
        .limit(PAGE + 1)
    )
    if status is not None:
        query = query.where(OutboxMessage.status == status)
    if before is not None:
        query = query.where(OutboxMessage.id < before)
    rows = db.session.execute(query, readable.values(reader)).all()
    tries = _tries_of([message.id for message, *_ in rows[:PAGE]])
    lines = [
        LetterLine(
            id=message.id,
            letter=message.letter,
            radicado="" if is_reserved else radicado or "",
            recipient=MASKED_NAME if is_reserved else masked(message.recipient),
            status=message.status,
            created_at=message.created_at,
            sent_at=message.sent_at,
            next_try_at=message.next_try_at,
            tries=[
                Try(one.happened_at, one.outcome, "" if is_reserved else one.detail)
                for one in tries.get(message.id, [])
            ],
        )
        for message, radicado, is_reserved in rows[:PAGE]
    ]
    return LogPage(lines, lines[-1].id if len(rows) > PAGE else None)


def retry(message_id: int, entity: EntityFacts, *, now: datetime) -> None:
    """Put a letter that failed back in the queue, to be tried at once, and for as long as a new
    one.

    Raises:
        RuleBroken: it is not the entity's, or it has not failed.
    """
    with writing() as session:
        moved = session.execute(
            update(OutboxMessage)
            .where(_of(entity), OutboxMessage.id == message_id)
            .where(OutboxMessage.status == OutboxStatus.FAILED)
            .values(
                status=OutboxStatus.PENDING,
                attempts=0,
                waiting_since=now,
                next_try_at=now,
                handed_over_at=None,
            )
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a count
            raise RuleBroken("Ese correo no está entre los fallidos: quizá ya se envió.")


def masked(address: str) -> str:
    """«f•••@correo.com»: enough to recognise an address, too little to use it."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}•••{at}{domain}"


def _of(entity: EntityFacts) -> ColumnElement[bool]:
    """The entity's letters; those of nobody's are seen by the default entity."""
    own = OutboxMessage.entity_id == entity.id
    return or_(own, OutboxMessage.entity_id.is_(None)) if entity.is_default else own


def _tries_of(ids: Sequence[int]) -> dict[int, list[OutboxAttempt]]:
    found: dict[int, list[OutboxAttempt]] = {}
    if not ids:
        return found
    rows = db.session.scalars(
        select(OutboxAttempt).where(OutboxAttempt.message_id.in_(ids)).order_by(OutboxAttempt.id)
    )
    for row in rows:
        found.setdefault(row.message_id, []).append(row)
    return found
