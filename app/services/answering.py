"""Sending an answer: at once, after a moment in which it can be undone, or once a second person
approved it where the topic asks for one. Until it goes it is a prepared answer, which the citizen
never sees, kept as a note and without a radicado; if it does not go, its words and files stay for
whoever writes it again."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.domain import acts
from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action, next_status
from app.extensions import db, writing
from app.models import Account, Message, MessageKind, PreparedAnswer, Requerimiento, Stage
from app.services import courses, search
from app.services.casework import (
    Writing,
    add_message,
    case_for,
    give_answer,
    load,
    move,
    says_the_same,
    written_by_form,
)

log = logging.getLogger(__name__)

SHORTEST_REMARK = 10  # letters
AT_A_TIME = 100


@dataclass(frozen=True)
class Outcome:
    """What came of sending an answer: the outgoing radicado, or when it leaves, or neither while
    it waits to be approved."""

    radicado: str = ""
    goes_at: datetime | None = None


def send(
    radicado: str, words: Writing, *, author: Account, undo: timedelta, now: datetime
) -> Outcome:
    """Send an answer, which for as long as `undo` says can be undone. Sent twice, it goes once.

    Raises:
        RuleBroken: the state, the role or the law does not admit it, the text is empty or too
            long, or another answer is on its way.
    """
    with writing():
        case = load(radicado, author)
        earlier = written_by_form(case, words.submission)
        if earlier is not None and says_the_same(earlier, words):
            if earlier.radicado:
                return Outcome(earlier.radicado)
            if earlier.prepared is not None and earlier.prepared.stage is not Stage.RETURNED:
                return Outcome(goes_at=earlier.prepared.goes_at)
        case = case_for(radicado, Action.ANSWER, author)
        acts.answer(courses.load(case), at=now)
        _make_way(case)
        needs_approval = case.topic is not None and case.topic.needs_approval
        is_prepared = needs_approval or _may_wait(case, undo, now)
        kind = MessageKind.NOTE if is_prepared else MessageKind.ANSWER
        message = add_message(
            case, kind, words, author=author, now=now, draft=MessageKind.ANSWER.value
        )
        if not is_prepared:
            return Outcome(give_answer(case, message, author=author, now=now))
        prepared = PreparedAnswer(
            message_id=message.id, requerimiento_id=case.id, stage=Stage.TO_APPROVE, remark=""
        )
        db.session.add(prepared)
        if needs_approval:
            move(case, Action.SUBMIT, author=author, now=now)
            return Outcome()
        return _leave(prepared, undo, now)


def approve(radicado: str, *, author: Account, undo: timedelta, now: datetime) -> Outcome:
    """Let an answer go that somebody else prepared.

    Raises:
        RuleBroken: there is none to approve, it is the author's own, or the state or the role does
            not admit it.
    """
    with writing():
        case = case_for(radicado, Action.APPROVE, author)
        prepared = to_approve(case, author)
        acts.answer(courses.load(case), at=now)
        prepared.reviewer_id = author.id
        move(case, Action.APPROVE, author=author, now=now)
        if _may_wait(case, undo, now):
            return _leave(prepared, undo, now)
        return Outcome(_go(case, prepared, now))


def give_back(radicado: str, *, remark: str, author: Account, now: datetime) -> None:
    """Return an answer to who prepared it, saying why.

    Raises:
        RuleBroken: there is none to approve, it is the author's own, there is no remark, or the
            state or the role does not admit it.
    """
    words = " ".join(remark.split())
    if len(words) < SHORTEST_REMARK:
        raise RuleBroken(f"Escriba qué hay que cambiar, con {SHORTEST_REMARK} letras o más.")
    with writing():
        case = case_for(radicado, Action.RETURN, author)
        prepared = to_approve(case, author)
        prepared.stage, prepared.reviewer_id, prepared.remark = Stage.RETURNED, author.id, words
        move(case, Action.RETURN, author=author, now=now, note=words)


def undo(radicado: str, *, author: Account, now: datetime) -> None:
    """Keep an answer from going: while it leaves, or while it waits to be approved.

    Raises:
        RuleBroken: it went already, or there is none, or the role does not admit it.
    """
    with writing():
        case = load(radicado, author)
        prepared = of_case(case.id)
        if prepared is None or prepared.stage is Stage.RETURNED or _is_due(prepared, now):
            raise RuleBroken("La respuesta ya salió: no se puede deshacer.")
        case = case_for(radicado, Action.UNDO, author)
        prepared.stage, prepared.goes_at, prepared.remark = Stage.RETURNED, None, ""
        move(case, Action.UNDO, author=author, now=now)


def send_due(now: datetime) -> int:
    """Send the answers whose moment to be undone has passed; return how many went."""
    due = db.session.execute(
        select(PreparedAnswer.message_id, PreparedAnswer.requerimiento_id)
        .where(PreparedAnswer.stage == Stage.LEAVING, PreparedAnswer.goes_at <= now)
        .order_by(PreparedAnswer.goes_at)
        .limit(AT_A_TIME)
    ).all()
    db.session.rollback()
    return sum(_send_one(message_id, case_id, now) for message_id, case_id in due)


def of_case(case_id: int) -> PreparedAnswer | None:
    """The answer that is prepared in a case, with its words."""
    return db.session.scalar(
        select(PreparedAnswer)
        .filter_by(requerimiento_id=case_id)
        .options(joinedload(PreparedAnswer.message).selectinload(Message.attachments))
        .execution_options(populate_existing=True)
    )


def to_approve(case: Requerimiento, author: Account) -> PreparedAnswer:
    """The answer that waits for this person to read it.

    Raises:
        RuleBroken: there is none, or it is this person's own.
    """
    prepared = of_case(case.id)
    if prepared is None or prepared.stage is not Stage.TO_APPROVE:
        raise RuleBroken("En este requerimiento no hay una respuesta por aprobar.")
    if prepared.message.author_id == author.id:
        raise RuleBroken("La escribió usted: la aprueba otra persona.")
    return prepared


def _send_one(message_id: int, case_id: int, now: datetime) -> bool:
    with writing() as session:
        locked = select(Requerimiento).filter_by(id=case_id).with_for_update(of=Requerimiento)
        case = session.scalars(locked.execution_options(populate_existing=True)).one()
        prepared = of_case(case_id)
        if prepared is None or prepared.message_id != message_id or not _is_due(prepared, now):
            return False  # undone meanwhile, or another worker was faster
        try:
            next_status(case.status, Action.ANSWER)
            acts.answer(courses.load(case), at=now)
        except RuleBroken as reason:
            log.warning("an answer did not go, the case has changed: %s", case.radicado)
            prepared.stage, prepared.remark = Stage.RETURNED, f"No salió. {reason}"[:500]
            return False
        _go(case, prepared, now)
        return True


def _go(case: Requerimiento, prepared: PreparedAnswer, now: datetime) -> str:
    message = prepared.message
    db.session.delete(prepared)
    message.kind, message.written_at = MessageKind.ANSWER, now
    return give_answer(case, message, author=message.author, now=now)


def _leave(prepared: PreparedAnswer, undo: timedelta, now: datetime) -> Outcome:
    prepared.stage, prepared.goes_at = Stage.LEAVING, now + undo
    return Outcome(goes_at=prepared.goes_at)


def _is_due(prepared: PreparedAnswer, now: datetime) -> bool:
    is_leaving = prepared.stage is Stage.LEAVING and prepared.goes_at is not None
    return is_leaving and prepared.goes_at is not None and prepared.goes_at <= now


def _may_wait(case: Requerimiento, undo: timedelta, now: datetime) -> bool:
    """Whether the moment to undo fits in the term: no answer is late for it."""
    ends_today = now.date() <= case.due_on
    return bool(undo) and not (ends_today and (now + undo).date() > case.due_on)


def _make_way(case: Requerimiento) -> None:
    """Put away an answer that came back, now written again.

    Raises:
        RuleBroken: one is on its way.
    """
    prepared = of_case(case.id)
    if prepared is None:
        return
    if prepared.stage is not Stage.RETURNED:
        where = "espera aprobación" if prepared.stage is Stage.TO_APPROVE else "está saliendo"
        raise RuleBroken(f"La respuesta de {prepared.message.author.display_name} {where}.")
    message = prepared.message
    for attachment in message.attachments:
        db.session.delete(attachment)
    db.session.delete(prepared)
    db.session.flush()
    db.session.delete(message)
    search.forget(case)
