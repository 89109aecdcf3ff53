"""What did not reach its citizen by mail, and how they were notified instead (L7).

The task stays on the case, for the office to see, until somebody writes down how it was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import exists, select

from app.domain import returned_mail
from app.domain.dates import long_date
from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action
from app.extensions import db, writing
from app.models import (
    Account,
    Event,
    Message,
    MessageKind,
    OutboxAttempt,
    OutboxMessage,
    Requerimiento,
)
from app.services import untold
from app.services.casework import Writing, add_message, case_for, move, unsent_words
from app.services.mailroom import masked

RETURNED = "devuelto"
DRAFT = "notificacion"  # the name of what is being written of it


class Medium(StrEnum):
    """How somebody is notified when the mail does not reach them."""

    IN_PERSON = "personal"
    POST = "correo_certificado"
    NOTICE = "aviso"
    PHONE = "telefono"
    OTHER = "otro"

    @property
    def label(self) -> str:
        """The words of a form and of the history."""
        return {
            Medium.IN_PERSON: "En persona, con su firma",
            Medium.POST: "Correo certificado a su dirección",
            Medium.NOTICE: "Aviso, con copia de la decisión",
            Medium.PHONE: "Por teléfono, si solo había que comunicarlo",
            Medium.OTHER: "Otro medio",
        }[self]


class Taken(StrEnum):
    """What was made of a mail that came in."""

    NOTED = "noted"
    KNOWN = "known already"
    FOREIGN = "of no letter of ours"
    NO_FAILURE = "no failure to deliver"


def take(mail: bytes, *, now: datetime) -> Taken:
    """Write down that a letter came back, if the mail says so, and open the task on its case. Read
    again, it changes nothing."""
    returned = returned_mail.read(mail)
    if returned is None:
        return Taken.NO_FAILURE
    own = returned.message_id.partition("@")[0]
    with writing() as session:
        letter = session.scalars(
            select(OutboxMessage).filter_by(message_id=own).with_for_update()
        ).one_or_none()
        if letter is None:
            return Taken.FOREIGN
        if letter.returned_at is not None:
            return Taken.KNOWN
        letter.returned_at = now
        detail = " ".join(filter(None, (returned.status, returned.reason)))[:500]
        attempt = OutboxAttempt(
            message_id=letter.id, happened_at=now, outcome=RETURNED, detail=detail
        )
        session.add(attempt)
        _open_task(letter, detail, now)
        return Taken.NOTED


def refused(letter_id: int, reason: str, now: datetime) -> None:
    """Open the task for a letter that the mail server of the installation did not take. Part of
    the transaction that writes that down."""
    with writing() as session:
        _open_task(session.get_one(OutboxMessage, letter_id), reason, now)


def notify(
    radicado: str, words: Writing, *, medium: Medium, on: date, author: Account, now: datetime
) -> None:
    """Write down how and when the citizen was notified by other means, with what proves it: the
    task is done. The citizen sees the line of the history, and not the proof.

    Raises:
        RuleBroken: the role does not admit it, nothing went out that could be notified, or the
            day makes no sense.
    """
    with writing():
        case = case_for(radicado, Action.NOTIFY, author)
        unsent = unsent_words(case, words)
        if unsent is None:
            return
        if not is_notifiable(case):
            raise RuleBroken("De este requerimiento no ha salido nada que notificar.")
        if not case.received_at.date() <= on <= now.date():
            raise FieldRefused(
                "on", "La fecha va desde que se radicó el requerimiento hasta hoy. Revísela."
            )
        message = add_message(case, MessageKind.NOTE, unsent, author=author, now=now, draft=DRAFT)
        case.undelivered_at = None
        untold.told(case)
        said = f"{medium.label}, el {long_date(on)}"
        move(case, Action.NOTIFY, author=author, note=said, now=now, message=message)


def told_otherwise(letter: Message) -> Sequence[Event]:
    """How, since that letter went out, somebody wrote down that what had gone out of its case was
    told by other means."""
    return db.session.scalars(
        select(Event)
        .filter_by(requerimiento_id=letter.requerimiento_id, action=Action.NOTIFY)
        .where(Event.happened_at >= letter.written_at)
        .order_by(Event.id)
    ).all()


def is_notifiable(case: Requerimiento) -> bool:
    """Whether something went out of the case with a radicado, or came back."""
    if case.undelivered_at is not None:
        return True
    sent = exists().where(Message.requerimiento_id == case.id, Message.radicado.is_not(None))
    return bool(db.session.scalar(select(sent)))


def _open_task(letter: OutboxMessage, reason: str, now: datetime) -> None:
    """A letter of no case, such as a recovery, opens no task: its person asks again."""
    if letter.requerimiento_id is None:
        return
    case = db.session.get_one(
        Requerimiento, letter.requerimiento_id, with_for_update=True, populate_existing=True
    )
    if case.undelivered_at is None:
        case.undelivered_at = now
    said = f"A {masked(letter.recipient)}. {reason}".strip()
    move(case, Action.RETURN_MAIL, author=None, note=said, now=now)
