"""Sending an answer: at once, after a moment in which it can be undone, or once a second person
approved it where the topic asks for one. Until it goes it is a prepared answer, which the citizen
never sees, kept as a note and without a radicado; if it does not go, its words and files stay for
whoever writes it again. One that goes to those linked under its case too takes them along
(`together`)."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain import acts
from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action, next_status
from app.extensions import db, writing
from app.models import Account, Message, MessageKind, PreparedAnswer, Requerimiento, Stage
from app.services import approvals, casework, courses, held, search, together
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
from app.services.held import of_case as of_case  # noqa: PLC0414 others ask for it here

log = logging.getLogger(__name__)

SHORTEST_REMARK = 10  # letters
AT_A_TIME = 100
GONE = "La respuesta ya salió: no se puede deshacer."
NONE_LEAVES = "En este requerimiento no hay una respuesta por salir: no hay nada que deshacer."


class Changed(RuleBroken):
    """What is in the case is not what the person had before them."""


@dataclass(frozen=True)
class Shown:
    """What a page showed of a prepared answer: which one, and the last event of the case."""

    name: str
    event_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of sending an answer: the outgoing radicado, or when it leaves, or neither while
    it waits to be approved."""

    radicado: str = ""
    goes_at: datetime | None = None


def send(
    radicado: str,
    words: Writing,
    *,
    author: Account,
    undo: timedelta,
    now: datetime,
    along: Sequence[str] | None = None,
) -> Outcome:
    """Send an answer, which for as long as `undo` says can be undone. Sent twice, it goes once.

    `along` are the radicados of those linked under the case that get it too. When it is given, if
    only empty, the blanks of the text are filled for each.

    Raises:
        RuleBroken: the state, the role or the law does not admit it, the text is empty or too
            long, or another answer is on its way.
        FieldRefused: one of those that go along cannot be answered by this person now.
    """
    with writing():
        case, *followers = together.load_group(radicado, along or (), author)
        own = words if along is None else together.filled(words, case, author=author, now=now)
        sent = _sent_before(case, own)
        if sent is not None:
            return sent
        case = case_for(radicado, Action.ANSWER, author)
        acts.answer(courses.load(case), at=now)
        together.check(followers, author)
        _make_way(case)
        group = [case, *followers]
        needs_approval = any(one.topic is not None and one.topic.needs_approval for one in group)
        is_prepared = needs_approval or _may_wait(group, undo, now)
        kind = MessageKind.NOTE if is_prepared else MessageKind.ANSWER
        message = add_message(
            case, kind, own, author=author, now=now, draft=MessageKind.ANSWER.value
        )
        goes_at = None if is_prepared else now
        together.prepare(followers, words, author=author, goes_at=goes_at, now=now)
        if not is_prepared:
            return Outcome(give_answer(case, message, author=author, now=now))
        prepared = PreparedAnswer(
            message_id=message.id, requerimiento_id=case.id, stage=Stage.TO_APPROVE, remark=""
        )
        if along is not None:
            prepared.pattern = words.body
            prepared.together = [follower.radicado for follower in followers]
        db.session.add(prepared)
        if needs_approval:
            move(case, Action.SUBMIT, author=author, now=now)
            together.note(followers, case, Action.SUBMIT, author=author, now=now)
            approvals.tell(case, message, followers, author=author, now=now)
            return Outcome()
        return _leave(prepared, undo, now)


def approve(
    radicado: str,
    *,
    author: Account,
    undo: timedelta,
    now: datetime,
    shown: Shown | None = None,
) -> Outcome:
    """Let an answer go that somebody else prepared: the one that was `shown`, and no other.

    Raises:
        Changed: it is another one now, or the case changed since.
        RuleBroken: there is none to approve, it is the author's own, or the state or the role does
            not admit it.
    """
    with writing():
        case = case_for(radicado, Action.APPROVE, author)
        prepared = to_approve(case, author)
        _check_shown(prepared, shown, author)
        acts.answer(courses.load(case), at=now)
        if prepared.message.author_id in case.recused:
            raise RuleBroken("Quien la escribió está apartado de este caso: devuélvala.")
        followers = together.admit(case, author)
        may_wait = _may_wait([case, *followers], undo, now)
        prepared.reviewer_id = author.id
        move(case, Action.APPROVE, author=author, now=now)
        together.note(followers, case, Action.APPROVE, author=author, now=now)
        if may_wait:
            return _leave(prepared, undo, now)
        return Outcome(_go(case, prepared, now))


def give_back(
    radicado: str, *, remark: str, author: Account, now: datetime, shown: Shown | None = None
) -> None:
    """Return an answer to who prepared it, saying why.

    Raises:
        Changed: it is not the one that was shown.
        RuleBroken: there is none to approve, it is the author's own, there is no remark, or the
            state or the role does not admit it.
    """
    words = " ".join(remark.split())
    if len(words) < SHORTEST_REMARK:
        raise RuleBroken(f"Escriba qué hay que cambiar, con {SHORTEST_REMARK} letras o más.")
    with writing():
        case = case_for(radicado, Action.RETURN, author)
        prepared = to_approve(case, author)
        _check_shown(prepared, shown, author)
        prepared.stage, prepared.reviewer_id, prepared.remark = Stage.RETURNED, author.id, words
        held.take_back(case)
        move(case, Action.RETURN, author=author, now=now, note=words)


def undo(radicado: str, *, author: Account, now: datetime, shown: Shown | None = None) -> None:
    """Keep an answer from going, and those that go along: while it leaves, or while it waits to be
    approved. Of one that was kept from going already it changes nothing.

    Raises:
        Changed: it is not the one that was shown.
        RuleBroken: it went already, or there is none, or the role does not admit it.
    """
    with writing():
        case = load(radicado, author)
        prepared = of_case(case.id)
        if prepared is None:
            raise RuleBroken(GONE if _has_answer(case) else NONE_LEAVES)
        if prepared.stage is Stage.RETURNED:
            return
        if _is_due(prepared, now):
            raise RuleBroken(GONE)
        _check_shown(prepared, shown, author)
        case = case_for(radicado, Action.UNDO, author)
        held.return_to_author(prepared, "")
        held.take_back(case)
        move(case, Action.UNDO, author=author, now=now)


def send_due(now: datetime) -> int:
    """Send the answers whose moment to be undone has passed, and then those that waited for them;
    return how many went. Who stops between two of them leaves the rest to whoever comes next."""
    return _send_round(now) + _send_round(now)


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


def _check_shown(prepared: PreparedAnswer, shown: Shown | None, reader: Account) -> None:
    if shown is None:
        return
    if prepared.name != shown.name:
        raise Changed("La respuesta cambió: esta es otra. Léala antes de decidir.")
    if casework.events_since(prepared.requerimiento_id, shown.event_id, reader):
        raise Changed("El caso cambió mientras lo leía. Mire lo nuevo antes de decidir.")


def _send_round(now: datetime) -> int:
    due = db.session.execute(
        select(PreparedAnswer.message_id, PreparedAnswer.requerimiento_id)
        .where(PreparedAnswer.stage == Stage.LEAVING, PreparedAnswer.goes_at <= now)
        .order_by(PreparedAnswer.goes_at, PreparedAnswer.message_id)
        .limit(AT_A_TIME)
    ).all()
    db.session.rollback()
    return sum(_send_one(message_id, case_id, now) for message_id, case_id in due)


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
            held.release(case, now)  # the others are answered all the same
            held.return_to_author(prepared, f"No salió. {reason}")
            return False
        if {prepared.message.author_id, prepared.reviewer_id} & case.recused:
            held.take_back(case)
            held.return_to_author(prepared, held.SET_APART)
            return False
        _go(case, prepared, now)
        return True


def _go(case: Requerimiento, prepared: PreparedAnswer, now: datetime) -> str:
    message = prepared.message
    held.release(case, now)
    db.session.delete(prepared)
    message.kind, message.written_at = MessageKind.ANSWER, now
    return give_answer(case, message, author=message.author, now=now)


def _leave(prepared: PreparedAnswer, undo: timedelta, now: datetime) -> Outcome:
    prepared.stage, prepared.goes_at = Stage.LEAVING, now + undo
    return Outcome(goes_at=prepared.goes_at)


def _is_due(prepared: PreparedAnswer, now: datetime) -> bool:
    is_leaving = prepared.stage is Stage.LEAVING and prepared.goes_at is not None
    return is_leaving and prepared.goes_at is not None and prepared.goes_at <= now


def _has_answer(case: Requerimiento) -> bool:
    went = select(Message.id).filter_by(requerimiento_id=case.id, kind=MessageKind.ANSWER)
    return db.session.scalar(went.limit(1)) is not None


def _may_wait(cases: Iterable[Requerimiento], undo: timedelta, now: datetime) -> bool:
    """Whether the moment to undo fits in the term of each: no answer is late for it."""
    today, until = now.date(), (now + undo).date()
    return bool(undo) and not any(today <= case.due_on < until for case in cases)


def _sent_before(case: Requerimiento, words: Writing) -> Outcome | None:
    """What came of that very form, if it brought these very words before."""
    earlier = written_by_form(case, words.submission)
    if earlier is None or not says_the_same(earlier, words):
        return None
    if earlier.radicado:
        return Outcome(earlier.radicado)
    if earlier.prepared is None or earlier.prepared.stage is Stage.RETURNED:
        return None
    return Outcome(goes_at=earlier.prepared.goes_at)


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
        if prepared.stage is Stage.LEAVING and prepared.goes_at is None:
            where = "sale con la del requerimiento principal"
        raise RuleBroken(f"La respuesta de {prepared.message.author.display_name} {where}.")
    held.discard(prepared)
    search.reword(case)
