"""Finding a requerimiento for somebody: every door to a case comes through here."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import (
    Load,
    contains_eager,
    joinedload,
    selectinload,
    undefer,
    undefer_group,
)

from app.domain.errors import NotFound, Reserved
from app.domain.radicado import is_radicado, normalise_radicado
from app.domain.reserve import Door
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
from app.models.requerimiento import RESERVE
from app.services import openings, readings
from app.services.storage import StoredFile

log = logging.getLogger(__name__)

# A case is opened all day long: building these again costs more than the database takes.
_CASE = (
    select(Requerimiento)
    .where(Requerimiento.radicado == bindparam("radicado"))
    .options(
        undefer(Requerimiento.body),
        undefer_group(RESERVE),
        joinedload(Requerimiento.citizen),
        joinedload(Requerimiento.office),
        joinedload(Requerimiento.assignee),
        joinedload(Requerimiento.topic),
        joinedload(Requerimiento.procedure),
        joinedload(Requerimiento.clerk),
        joinedload(Requerimiento.entity),
        joinedload(Requerimiento.spoken),
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
    """The requerimiento of that radicado, if this person may see it. That somebody of the staff
    reads a sensitive one is written down.

    Raises:
        NotFound: there is none, or it is somebody else's: the answer is the same. `Reserved`: it is
            a sensitive case that this person sees masked.
    """
    code = normalise_radicado(radicado)
    if not is_radicado(code):
        raise NotFound(radicado)
    requerimiento = admitted(db.session.scalar(_CASE, {"radicado": code}), account)
    if readings.note(requerimiento, account):
        return admitted(db.session.scalar(_CASE, {"radicado": code}), account)
    return requerimiento


def admitted(case: Requerimiento | None, account: Account) -> Requerimiento:
    """The case, if this person may see it: every door to a case asks here.

    Raises:
        NotFound: as `find`.
    """
    if case is not None and case.is_visible_to(account):
        return case
    if case is not None and account.is_staff and case.is_masked_for(account):
        raise Reserved(case.radicado, asks=case.door_for(account) is Door.ASK_REASON)
    raise NotFound(case.radicado if case else "case")


def is_open_to(radicado: str, account: Account) -> bool:
    """Whether a person still reads a case after what they did in it; that is no reading of it."""
    case = db.session.scalar(_CASE, {"radicado": normalise_radicado(radicado)})
    return case is not None and case.is_visible_to(account)


def masked(radicado: str, *, account: Account) -> Requerimiento:
    """A case for the page that asks why it is opened: its radicado, its office and its day.

    Raises:
        NotFound: there is none, or it is closed to this person, whatever the reason.
    """
    case = db.session.scalar(_CASE, {"radicado": normalise_radicado(radicado)})
    if case is None:
        raise NotFound(radicado)
    return case if case.door_for(account) is Door.ASK_REASON else admitted(case, account)


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


def others(query: Select[*tuple[Any, ...]], *, account: Account) -> list[Row[*tuple[Any, ...]]]:
    """The rows of a query, which begin with a case, whose case this person may see: whatever the
    page of one case says of another is read through here."""
    if account.is_staff:
        query = query.where(Requerimiento.entity_id == account.entity_id)
    rows = db.session.execute(query.options(Load(Requerimiento).undefer_group(RESERVE)))
    return [row for row in rows if row[0].is_visible_to(account)]


def find_attachment(public_id: str, *, account: Account) -> Attachment:
    """A file, if this person may see its case.

    Raises:
        NotFound: there is none, or the case is somebody else's. A file of an internal note is
            nobody's but the staff's.
    """
    attachment = db.session.scalar(
        select(Attachment)
        .join(Attachment.requerimiento)
        .options(
            contains_eager(Attachment.requerimiento).undefer_group(RESERVE),
            joinedload(Attachment.message),
        )
        .filter(Attachment.public_id == public_id)
    )
    if attachment is None:
        raise NotFound(public_id)
    readings.note(admitted(attachment.requerimiento, account), account)
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


@dataclass(frozen=True)
class Petitioned:
    """All that the citizen sent: what was added to the filing, and every file."""

    added: Sequence[Message]
    files: Sequence[Attachment]


def of_petitioner(requerimiento: Requerimiento) -> Petitioned:
    """What the citizen sent, which is what goes to another authority with a referral."""
    added = db.session.scalars(
        select(Message)
        .filter_by(requerimiento_id=requerimiento.id, kind=MessageKind.CONTRIBUTION)
        .order_by(Message.id)
    ).all()
    files = db.session.scalars(
        select(Attachment)
        .filter_by(requerimiento_id=requerimiento.id)
        .outerjoin(Attachment.message)
        .where(or_(Message.id.is_(None), Message.kind == MessageKind.CONTRIBUTION))
        .order_by(Attachment.id)
    ).all()
    return Petitioned(added, files)


def mark_opened(case_id: int, message_ids: Collection[int], now: datetime) -> bool:
    """Keep the moment in which the citizen first had those words of a case before them, of what the
    office wrote (CPACA, 56), and say whether it could be kept. What was not shown is not among
    them.

    A database that is busy keeps nobody from reading: the next opening is noted instead.
    """
    try:
        with writing(patience=500) as session:
            opened = session.execute(
                update(Message)
                .where(Message.id.in_(message_ids), Message.opened_at.is_(None))
                .where(Message.kind.in_([MessageKind.ANSWER, MessageKind.MESSAGE]))
                .values(opened_at=now)
                .returning(Message.id, Message.radicado)
            )
            openings.record(case_id, opened, now)
    except OperationalError as failure:
        log.warning("the opening of a case could not be noted: %s", failure.orig)
        return False
    return True


def presented_against_end(case: Requerimiento) -> Sequence[Message]:
    """What the citizen wrote against the end of the case that waits to be decided, with its
    files."""
    if case.appealed_at is None:
        return []
    return db.session.scalars(
        select(Message)
        .filter_by(requerimiento_id=case.id, kind=MessageKind.CONTRIBUTION)
        .where(Message.written_at >= case.appealed_at)
        .options(selectinload(Message.attachments))
        .order_by(Message.id)
    ).all()


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
