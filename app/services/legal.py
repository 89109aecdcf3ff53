"""The acts of the law on a case: the clock, the state, the history, the letter with its outgoing
radicado and the notice to the citizen change together, or nothing does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.domain import acts
from app.domain.course import Course
from app.domain.events import PriorityGround, RejectionGround
from app.domain.radicado import Direction
from app.domain.requerimiento import Action, next_status
from app.extensions import db, writing
from app.models import Account, Message, MessageKind, Requerimiento
from app.services import courses, radicados
from app.services.casework import (
    Writing,
    add_message,
    case_for,
    load,
    move,
    refusal,
    written_by_form,
)
from app.services.legal_letters import TITLES, Letter, written
from app.services.notices import tell_citizen


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who acts, when, and the form that did it: sent twice, it acts once."""

    author: Account
    now: datetime
    submission: str


def ask_to_complete(radicado: str, *, missing: str, by: Sender) -> str:
    """Ask the citizen for what is missing; return the outgoing radicado. The clock stops.

    Raises:
        RuleBroken: the state, the role or the law (article 17) does not admit it.
    """
    letter = Letter(Action.ASK_TO_COMPLETE, radicado, missing)
    return _send(
        letter, by, lambda course: acts.ask_to_complete(course, at=by.now, missing=missing)
    )


def ask_to_clarify(radicado: str, *, doubt: str, by: Sender) -> str:
    """Ask the citizen what the petition means; return the outgoing radicado. The clock stops.

    Raises:
        RuleBroken: the state, the role or the law (article 19) does not admit it.
    """
    letter = Letter(Action.ASK_TO_CLARIFY, radicado, doubt)
    return _send(letter, by, lambda course: acts.ask_to_clarify(course, at=by.now, doubt=doubt))


def extend(radicado: str, *, until: date, reason: str, by: Sender) -> str:
    """Tell the citizen until when the answer will take longer, and why.

    Raises:
        RuleBroken: the state, the role or the law (article 14, paragraph) does not admit it.
    """
    letter = Letter(Action.EXTEND, radicado, reason, until=until)
    return _send(
        letter, by, lambda course: acts.extend(course, at=by.now, until=until, reason=reason)
    )


def refer(radicado: str, *, to: str, words: str, why_late: str, by: Sender) -> str:
    """Send it to the authority that is competent, with a copy to the citizen.

    Raises:
        RuleBroken: the state, the role or the law (article 21) does not admit it.
    """
    letter = Letter(Action.REFER, radicado, words, to=to.strip())
    return _send(
        letter,
        by,
        lambda course: acts.refer(course, at=by.now, to=to, why_late=why_late),
        note=to.strip(),
        inside=why_late.strip(),
    )


def declare_withdrawn(radicado: str, *, reasons: str, by: Sender) -> str:
    """Declare the tacit withdrawal, with reasons, once the citizen's time has passed.

    Raises:
        RuleBroken: the state, the role or the law (article 17) does not admit it.
    """
    letter = Letter(Action.DECLARE_WITHDRAWN, radicado, reasons)
    return _send(
        letter, by, lambda course: acts.declare_withdrawn(course, at=by.now, reasons=reasons)
    )


def shelve(radicado: str, *, reasons: str, by: Sender) -> str:
    """Shelve what the citizen did not clarify in time, with reasons.

    Raises:
        RuleBroken: the state, the role or the law (article 19) does not admit it.
    """
    letter = Letter(Action.SHELVE, radicado, reasons)
    return _send(letter, by, lambda course: acts.shelve(course, at=by.now, reasons=reasons))


def reject(
    radicado: str, *, ground: RejectionGround, reasons: str, rule: str = "", by: Sender
) -> str:
    """Reject it on one of the two grounds of the law, with reasons.

    Raises:
        RuleBroken: the state, the role or the law (articles 19 and 25) does not admit it.
    """
    letter = Letter(Action.REJECT, radicado, reasons, source=ground.source, rule=rule.strip())

    def act(course: Course) -> Course:
        return acts.reject(course, at=by.now, ground=ground, reasons=reasons, rule=rule)

    return _send(letter, by, act, ground=ground)


def prioritise(
    radicado: str, *, ground: PriorityGround, author: Account, note: str = "", now: datetime
) -> None:
    """Put it before others (articles 5 and 20). Said again, it changes nothing.

    Raises:
        RuleBroken: the state or the role does not admit it.
    """
    with writing():
        case = case_for(radicado, Action.PRIORITISE, author)
        if case.is_priority:
            return
        acts.prioritise(courses.load(case), at=now, ground=ground)
        case.is_priority = True
        words = f"{ground.label}. {note.strip()}".strip()
        move(case, Action.PRIORITISE, author=author, note=words, now=now, ground=ground)
        tell_citizen(
            case,
            "act",
            key=f"v{case.version}",
            now=now,
            title="tiene prioridad",
            sentence=f"La entidad atiende su requerimiento antes que otros. Norma: {ground.source}",
        )


def ask_more_time(radicado: str, *, citizen: Account, now: datetime) -> date:
    """Give the citizen as much time again to complete; return the new last day.

    Raises:
        RuleBroken: the state or the law (article 17) does not admit it.
    """
    with writing():
        case = load(radicado, citizen)
        next_status(case.status, Action.ASK_MORE_TIME)
        course = acts.ask_more_time(courses.load(case), at=now)
        case.due_on = courses.listed_on(course)
        move(case, Action.ASK_MORE_TIME, author=citizen, now=now)
        return case.due_on


def withdraw(radicado: str, *, citizen: Account, reason: str = "", now: datetime) -> None:
    """Take the citizen's express withdrawal of a case of their own.

    Raises:
        RuleBroken: the state or the law (article 18) does not admit it.
    """
    with writing():
        case = load(radicado, citizen)
        next_status(case.status, Action.WITHDRAW)
        acts.withdraw(courses.load(case), at=now)
        case.closed_at = now
        move(case, Action.WITHDRAW, author=citizen, note=" ".join(reason.split()), now=now)
        _tell(case, "desistió", "Recibimos su desistimiento: el requerimiento terminó.", now)


def _send(
    letter: Letter,
    by: Sender,
    act: Callable[[Course], Course],
    *,
    note: str = "",
    inside: str = "",
    ground: str | None = None,
) -> str:
    """Act, and leave the letter in the case with its outgoing radicado.

    `note` is what the history says of it instead of the words of the letter; `inside` what only
    the office reads.
    """
    with writing():
        case = load(letter.radicado, by.author)
        earlier = written_by_form(case, by.submission)
        if earlier is not None and earlier.action is letter.action and earlier.radicado:
            return earlier.radicado
        reason = refusal(case, letter.action, by.author)
        if reason is not None:
            raise reason
        course = act(courses.load(case))
        case.due_on = courses.listed_on(course)
        message = _add_letter(case, written(letter, course), letter.action, by)
        code = message.radicado or ""
        move(
            case,
            letter.action,
            author=by.author,
            now=by.now,
            note=note or " ".join(letter.words.split()),
            days=course.days if letter.action is Action.EXTEND else None,
            ground=ground,
            message=message,
        )
        if inside:
            move(case, Action.NOTE, author=by.author, now=by.now, note=f"Traslado tarde: {inside}")
        if course.ended is not None:
            case.closed_at = by.now
        title = TITLES[letter.action].lower()
        _tell(case, title, f"La entidad le escribió: {title}. El oficio es el {code}.", by.now)
        return code


def _add_letter(case: Requerimiento, body: str, action: Action, by: Sender) -> Message:
    words = Writing(body=body, submission=by.submission)
    message = add_message(case, MessageKind.MESSAGE, words, author=by.author, now=by.now)
    code = radicados.take(case.entity, Direction.OUTGOING, by.now)
    db.session.flush()
    message.radicado, message.action = code, action
    return message


def _tell(case: Requerimiento, title: str, sentence: str, now: datetime) -> None:
    tell_citizen(case, "act", key=f"v{case.version}", now=now, title=title, sentence=sentence)
