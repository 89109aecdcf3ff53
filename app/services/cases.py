"""Finding a requerimiento for somebody: every door to a case comes through here."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import contains_eager, joinedload, undefer

from app.domain.errors import NotFound
from app.domain.radicado import is_radicado, normalise_radicado
from app.extensions import db, writing
from app.models import (
    Account,
    Attachment,
    Event,
    Message,
    MessageKind,
    PreparedAnswer,
    Requerimiento,
)
from app.services import openings
from app.services.storage import StoredFile

log = logging.getLogger(__name__)

# A case is opened all day long: building these again costs more than the database takes.
_CASE = (
    select(Requerimiento)
    .where(Requerimiento.radicado == bindparam("radicado"))
    .options(
        undefer(Requerimiento.body),
        joinedload(Requerimiento.citizen),
        joinedload(Requerimiento.office),
        joinedload(Requerimiento.assignee),
        joinedload(Requerimiento.topic),
        joinedload(Requerimiento.clerk),
        joinedload(Requerimiento.entity),
    )
)
_MESSAGES = (
    select(Message)
    .where(Message.requerimiento_id == bindparam("case_id"))
    .options(joinedload(Message.author, innerjoin=True).joinedload(Account.office))
    .order_by(Message.id)
)
_MESSAGES_FOR_CITIZEN = _MESSAGES.where(Message.kind != MessageKind.NOTE)
_MESSAGES_FOR_STAFF = _MESSAGES.options(
    joinedload(Message.prepared).joinedload(PreparedAnswer.reviewer)
)
_FILES = (
    select(Attachment)
    .where(Attachment.requerimiento_id == bindparam("case_id"))
    .order_by(Attachment.id)
)
_EVENTS = (
    select(Event)
    .where(Event.requerimiento_id == bindparam("case_id"))
    .options(joinedload(Event.author))
    .order_by(Event.id)
)


@dataclass(frozen=True)
class CaseFile:
    """A requerimiento with all that its page shows, read in a fixed number of statements."""

    requerimiento: Requerimiento
    attachments: Sequence[Attachment]
    messages: Sequence[Message]
    files_of: dict[int, list[Attachment]]
    events: Sequence[Event]

    @property
    def answers(self) -> list[Message]:
        """The answers of the office, the latest last."""
        return [m for m in self.messages if m.kind is MessageKind.ANSWER]


def find(radicado: str, *, account: Account) -> Requerimiento:
    """The requerimiento of that radicado, if this person may see it.

    Raises:
        NotFound: there is none, or it is somebody else's: the answer is the same.
    """
    code = normalise_radicado(radicado)
    if not is_radicado(code):
        raise NotFound(radicado)
    requerimiento = db.session.scalar(_CASE, {"radicado": code})
    if requerimiento is None or not requerimiento.is_visible_to(account):
        raise NotFound(radicado)
    return requerimiento


def open_file(radicado: str, *, account: Account) -> CaseFile:
    """The whole case for its page. Notes of the office are left out for the citizen."""
    requerimiento = find(radicado, account=account)
    this = {"case_id": requerimiento.id}
    messages = _MESSAGES_FOR_STAFF if account.is_staff else _MESSAGES_FOR_CITIZEN
    files = db.session.scalars(_FILES, this).all()
    files_of: dict[int, list[Attachment]] = {}
    for file in files:
        if file.message_id is not None:
            files_of.setdefault(file.message_id, []).append(file)
    return CaseFile(
        requerimiento=requerimiento,
        attachments=[file for file in files if file.message_id is None],
        messages=db.session.scalars(messages, this).all(),
        files_of=files_of,
        events=db.session.scalars(_EVENTS, this).all(),
    )


def find_attachment(public_id: str, *, account: Account) -> Attachment:
    """A file, if this person may see its case.

    Raises:
        NotFound: there is none, or the case is somebody else's. A file of an internal note is
            nobody's but the staff's.
    """
    attachment = db.session.scalar(
        select(Attachment)
        .join(Attachment.requerimiento)
        .options(contains_eager(Attachment.requerimiento), joinedload(Attachment.message))
        .filter(Attachment.public_id == public_id)
    )
    if attachment is None or not attachment.requerimiento.is_visible_to(account):
        raise NotFound(public_id)
    is_note = attachment.message is not None and attachment.message.kind is MessageKind.NOTE
    if is_note and not account.is_staff:
        raise NotFound(public_id)
    return attachment


def stored(message: Message) -> list[StoredFile]:
    """The files of a message, as a form keeps them."""
    return [
        StoredFile(file.name, file.size, file.sha256, file.media_type, file.stored_as)
        for file in message.attachments
    ]


def find_letter(radicado: str, code: str, *, account: Account) -> Message:
    """What went out of a case under a radicado of its own, if this person may see the case.

    Raises:
        NotFound: there is none, or the case is somebody else's.
    """
    case = find(radicado, account=account)
    letter = db.session.scalar(
        select(Message)
        .filter_by(requerimiento_id=case.id, radicado=normalise_radicado(code))
        .options(joinedload(Message.author).joinedload(Account.office))
    )
    if letter is None:
        raise NotFound(code)
    return letter


def filed_with(requerimiento: Requerimiento) -> Sequence[Attachment]:
    """The annexes that came with the filing itself: those of its receipt."""
    return db.session.scalars(
        select(Attachment)
        .filter_by(requerimiento_id=requerimiento.id, message_id=None)
        .order_by(Attachment.id)
    ).all()


def mark_opened(requerimiento_id: int, now: datetime) -> None:
    """Keep the moment in which the citizen first opened what the office wrote (CPACA, 56).

    A database that is busy keeps nobody from reading: the next opening is noted instead.
    """
    try:
        with writing(patience=500) as session:
            opened = session.execute(
                update(Message)
                .where(Message.requerimiento_id == requerimiento_id, Message.opened_at.is_(None))
                .where(Message.kind.in_([MessageKind.ANSWER, MessageKind.MESSAGE]))
                .values(opened_at=now)
                .returning(Message.id, Message.radicado)
            )
            openings.record(requerimiento_id, opened, now)
    except OperationalError as failure:
        log.warning("the opening of a case could not be noted: %s", failure.orig)


def of_citizen(
    account: Account, *, before: int | None = None, size: int = 20
) -> Sequence[Requerimiento]:
    """A citizen's requerimientos, the latest first; `before` is the id that the page follows."""
    query = (
        select(Requerimiento)
        .filter_by(citizen_id=account.id)
        .options(joinedload(Requerimiento.office), joinedload(Requerimiento.entity))
        .order_by(Requerimiento.id.desc())
        .limit(size)
    )
    return db.session.scalars(query.where(Requerimiento.id < before) if before else query).all()
