"""What the law has an office do on the way, in the demo: a case of each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from app.domain.events import PriorityGround, RejectionGround, Ruling
from app.domain.requerimiento import Kind
from app.extensions import db
from app.models import Account, OutboxMessage, Requerimiento
from app.services import cases, casework, courses, legal, undelivered
from app.services.casework import Writing
from app.services.legal import Sender

LONG_TERM = frozenset(
    {Kind.PETITION, Kind.COMPLAINT, Kind.CLAIM, Kind.SUGGESTION, Kind.CONSULTATION}
)


@dataclass(frozen=True)
class Parties:
    """Who acts in a case."""

    radicado: str
    citizen: Account
    official: Account
    coordinator: Account


Act = Callable[[Parties, datetime], object]


@dataclass(frozen=True)
class Course:
    """A case that came in so many business days ago, and what was done in it, each act so many
    business days after the reception."""

    received: int
    acts: tuple[tuple[int, Act], ...]
    kinds: frozenset[Kind] = field(default=LONG_TERM)


def _by(author: Account, now: datetime) -> Sender:
    return Sender(author=author, now=now, submission=uuid4().hex)


def _ask_to_complete(who: Parties, now: datetime) -> None:
    legal.ask_to_complete(
        who.radicado,
        missing="Copia legible del documento de identidad y el soporte que menciona.",
        by=_by(who.official, now),
    )


def _is_read(who: Parties, now: datetime) -> None:
    """The citizen opens what the office wrote, and sends nothing yet."""
    case = casework.load(who.radicado, who.citizen)
    cases.mark_opened(case.id, [message.id for message in case.messages], now)


def _ask_to_clarify(who: Parties, now: datetime) -> None:
    legal.ask_to_clarify(
        who.radicado,
        doubt="No se entiende si pide un cupo nuevo o el cambio del que ya tiene. Díganos cuál.",
        by=_by(who.official, now),
    )


def _deliver(who: Parties, now: datetime) -> None:
    words = Writing(body="Envío lo que me pidieron. Quedo atento.", submission=uuid4().hex)
    casework.contribute(who.radicado, words, author=who.citizen, now=now)


def _ask_more_time(who: Parties, now: datetime) -> None:
    legal.ask_more_time(who.radicado, author=who.citizen, now=now)


def _extend(who: Parties, now: datetime) -> None:
    case = casework.load(who.radicado, who.official)
    office = courses.load(case).office
    until = office.calendar.add(case.due_on, 10)
    legal.extend(
        who.radicado,
        until=until,
        reason="La respuesta depende de un concepto que se pidió a otra dependencia.",
        by=_by(who.official, now),
    )


def _refer(who: Parties, now: datetime) -> None:
    legal.refer(
        who.radicado,
        to="Ministerio de Educación Nacional",
        words="Lo que pide lo decide esa entidad, y no la Secretaría.",
        why_late="",
        by=_by(who.official, now),
    )


def _reject(who: Parties, now: datetime) -> None:
    legal.reject(
        who.radicado,
        ground=RejectionGround.RESERVED,
        reasons="Pide datos de salud de otra persona, que solo se entregan a ella.",
        rule="Ley 1437 de 2011, artículo 24, numeral 3",
        by=_by(who.coordinator, now),
    )


def _insist(who: Parties, now: datetime) -> None:
    words = Writing(
        body="Insisto: soy su acudiente y los necesito para su matrícula.", submission=uuid4().hex
    )
    casework.contribute(who.radicado, words, author=who.citizen, now=now)


def _remit(who: Parties, now: datetime) -> None:
    legal.rule(
        who.radicado,
        ruling=Ruling.REMIT,
        to="Tribunal Administrativo de Cundinamarca",
        reasons="Los datos siguen siendo reservados: el tribunal decide si se entregan.",
        by=_by(who.coordinator, now),
    )


def _withdraw(who: Parties, now: datetime) -> None:
    legal.withdraw(who.radicado, reason="Ya lo resolví en el colegio.", by=_by(who.citizen, now))


def _declare_withdrawn(who: Parties, now: datetime) -> None:
    legal.declare_withdrawn(
        who.radicado,
        reasons="Se le pidió completar la solicitud y el plazo pasó sin que llegara nada.",
        by=_by(who.coordinator, now),
    )


def _prioritise(who: Parties, now: datetime) -> None:
    legal.prioritise(
        who.radicado,
        ground=PriorityGround.PROTECTED_PERSON,
        note="Es sobre una niña en condición de discapacidad.",
        by=_by(who.official, now),
    )


def _answer(who: Parties, now: datetime) -> None:
    words = Writing(
        body="Gracias por escribirnos. Revisamos lo que plantea y ya está resuelto.",
        submission=uuid4().hex,
    )
    casework.answer(who.radicado, words, author=who.official, now=now)


def _mail_comes_back(who: Parties, now: datetime) -> None:
    letters = db.session.scalars(
        select(OutboxMessage.id)
        .join(Requerimiento, Requerimiento.id == OutboxMessage.requerimiento_id)
        .where(Requerimiento.radicado == who.radicado, OutboxMessage.letter == "answered")
    ).all()
    for letter_id in letters:
        undelivered.refused(letter_id, "550 5.1.1 La dirección no existe", now)


COURSES = (
    Course(7, ((3, _ask_to_complete),)),
    Course(32, ((4, _ask_to_complete), (15, _ask_more_time))),
    Course(45, ((3, _ask_to_complete), (5, _is_read))),  # its time has passed: somebody may decide
    Course(14, ((3, _ask_to_complete), (7, _deliver))),
    Course(40, ((3, _ask_to_complete), (5, _is_read), (35, _declare_withdrawn))),
    Course(5, ((3, _ask_to_clarify),)),
    Course(16, ((13, _extend),)),
    Course(9, ((3, _refer),)),
    Course(12, ((6, _reject),)),
    Course(13, ((6, _reject), (9, _insist))),
    Course(18, ((6, _reject), (9, _insist), (12, _remit))),
    Course(6, ((4, _withdraw),)),
    Course(4, ((2, _prioritise),)),
    Course(11, ((6, _answer), (7, _mail_comes_back))),
)
