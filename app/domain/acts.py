"""The acts of the law on a requerimiento. Each looks at the course of the term, refuses by its
article, or gives back the course once it has happened. The state moves apart
(`requerimiento.next_status`); no act happens by itself when a day passes.
"""

from collections.abc import Callable
from datetime import date, datetime

from app.domain.course import Course, Stop, after
from app.domain.dates import business_days, long_date
from app.domain.errors import RuleBroken
from app.domain.events import (
    AskedToClarify,
    AskedToComplete,
    Clarified,
    Completed,
    Ended,
    Extended,
    MoreTimeAsked,
    Prioritised,
    PriorityGround,
    RejectionGround,
)
from app.domain.requerimiento import Action
from app.domain.terms import Matter, term_of

SHORTEST_REASON, LONGEST_REASON = 10, 2_000  # characters


class LawRefuses(RuleBroken):
    """An article does not admit the act; `source` names it and the text ends with it."""

    def __init__(self, sentence: str, source: str, field: str = "") -> None:
        super().__init__(f"{sentence} Norma: {source}.")
        self.source, self.field = source, field


def ask_to_complete(course: Course, *, at: datetime, missing: str) -> Course:
    """Ask the citizen for what is missing: the clock stops.

    Raises:
        LawRefuses: the 10 days from the filing, or the term itself, have passed; the office
            already waits; or it does not say what is missing.
    """
    source = Action.ASK_TO_COMPLETE.source
    _check_running(course, at, source)
    limit = last_day_to_ask(course)
    if at.date() > limit:
        raise LawRefuses(
            "Solo se puede pedir que complete dentro de los 10 días hábiles siguientes a la "
            f"radicación: hasta el {long_date(limit)}. Responda con lo que hay.",
            source,
        )
    _check_reason(missing, "Diga qué falta, para que el ciudadano sepa qué entregar", source)
    return after(course, AskedToComplete(at, missing.strip()))


def ask_to_clarify(course: Course, *, at: datetime, doubt: str) -> Course:
    """Give back a petition whose purpose is not understood: the clock stops.

    Raises:
        LawRefuses: the term has passed, the office already waits, or it does not say what is not
            understood.
    """
    source = Action.ASK_TO_CLARIFY.source
    _check_running(course, at, source)
    _check_reason(doubt, "Diga qué no se entiende de la solicitud", source)
    return after(course, AskedToClarify(at, doubt.strip()))


def ask_more_time(course: Course, *, at: datetime) -> Course:
    """Give the citizen as much time again to complete.

    Raises:
        LawRefuses: nothing was asked for under article 17, its time has passed, or more time
            was given already.
    """
    source = Action.ASK_MORE_TIME.source
    stop = _waiting_for(course, AskedToComplete, source)
    if stop.more_time:
        raise LawRefuses("El plazo para completar ya se amplió una vez.", source)
    if at.date() > stop.citizen_until:
        raise LawRefuses(
            f"El plazo para completar venció el {long_date(stop.citizen_until)}: más tiempo se "
            "pide antes de que venza.",
            source,
        )
    return after(course, MoreTimeAsked(at))


def complete(course: Course, *, at: datetime) -> Course:
    """Take what was missing: the clock goes on with its balance, even if it comes late, as long
    as nobody has declared the petition withdrawn.

    Raises:
        LawRefuses: nothing was asked for under article 17.
    """
    _waiting_for(course, AskedToComplete, Action.COMPLETE.source)
    return after(course, Completed(at))


def clarify(course: Course, *, at: datetime) -> Course:
    """Take the clarification: the clock goes on with its balance.

    Raises:
        LawRefuses: no clarification was asked for.
    """
    _waiting_for(course, AskedToClarify, Action.CLARIFY.source)
    return after(course, Clarified(at))


def deliver(course: Course, *, at: datetime) -> tuple[Action, Course]:
    """Take what the citizen sends while the office waits: what was missing, or the clarification.

    Raises:
        LawRefuses: the office waits for nothing.
    """
    stop = course.waiting
    if stop is not None and isinstance(stop.asked, AskedToClarify):
        return Action.CLARIFY, clarify(course, at=at)
    return Action.COMPLETE, complete(course, at=at)


def extend(course: Course, *, at: datetime, until: date, reason: str) -> Course:
    """Tell the citizen, before expiry, why and until when the answer will take longer. Up to the
    last day of the law it is only another day for what the entity promised; beyond it, the
    extension of article 14.

    Raises:
        LawRefuses: the term of the law has passed, the clock stands, the new day is not later,
            not a business day or beyond double the term, or there is no reason.
    """
    source = Action.EXTEND.source
    _check_not_ended(course, source)
    if course.term.longest is None:
        raise LawRefuses(f"El plazo de {course.term.source} no admite prórroga.", source)
    due_on, legal = course.due_on, course.legal_due_on
    if due_on is None or legal is None:
        raise LawRefuses(
            "El plazo está detenido mientras el ciudadano responde: no hay qué prorrogar.", source
        )
    if at.date() > legal:
        raise LawRefuses(
            f"El plazo venció el {long_date(legal)}: la prórroga se avisa antes de que venza. "
            "Responda cuanto antes.",
            source,
        )
    latest = last_day_of_extension(course)
    earliest = max(due_on, at.date())  # what the entity had promised may be over before the law's
    if not earliest < until <= latest:
        raise LawRefuses(
            f"La nueva fecha debe ser posterior al {long_date(earliest)} y no pasar del "
            f"{long_date(latest)}: con la prórroga, el plazo total es de hasta "
            f"{business_days(course.term.longest)}.",
            source,
            field="until",
        )
    own = course.term.source if until <= legal else source
    if closed := course.office.calendar.reason_closed(until):
        raise LawRefuses(
            f"El {long_date(until)} no es un día hábil ({closed}). Elija otro.", own, field="until"
        )
    _check_reason(reason, "Explique al ciudadano por qué se necesita más tiempo", own)
    return after(course, Extended(at, course.counted(until), reason.strip()))


def refer(course: Course, *, at: datetime, to: str, why_late: str = "") -> Course:
    """Send it to the authority that is competent, with a copy to the citizen. The term to answer
    runs there from the day after they receive it.

    After the 5 days it must still be sent, so a late referral is taken with its explanation.

    Raises:
        LawRefuses: there is no destination, or it is late and nobody says why.
    """
    source = Action.REFER.source
    _check_not_ended(course, source)
    if not to.strip():
        raise LawRefuses("Escriba a qué autoridad se traslada.", source)
    limit = last_day_to_refer(course)
    if at.date() > limit:
        _check_reason(
            why_late,
            f"El plazo para trasladar venció el {long_date(limit)}. Explique por qué se traslada "
            "tarde: queda en la historia",
            source,
        )
    return after(course, Ended(at, Action.REFER, to.strip()))


def withdraw(course: Course, *, at: datetime) -> Course:
    """Take the citizen's express withdrawal, at any time before the answer.

    Raises:
        LawRefuses: it has ended already.
    """
    _check_not_ended(course, Action.WITHDRAW.source)
    return after(course, Ended(at, Action.WITHDRAW))


def declare_withdrawn(course: Course, *, at: datetime, reasons: str) -> Course:
    """Declare the tacit withdrawal, a reasoned act of a person that the citizen may contest.

    Raises:
        LawRefuses: nothing was asked for under article 17, the citizen still has time, or the act
            gives no reasons.
    """
    source = Action.DECLARE_WITHDRAWN.source
    stop = _waiting_for(course, AskedToComplete, source)
    _check_citizen_is_late(stop, at, "completar", source)
    _check_reason(reasons, "Escriba los motivos del acto que decreta el desistimiento", source)
    return after(course, Ended(at, Action.DECLARE_WITHDRAWN, reasons.strip()))


def shelve(course: Course, *, at: datetime, reasons: str) -> Course:
    """Shelve what the citizen did not clarify, by a person's act.

    Raises:
        LawRefuses: no clarification was asked for, the citizen still has time, or it gives no
            reasons.
    """
    source = Action.SHELVE.source
    stop = _waiting_for(course, AskedToClarify, source)
    _check_citizen_is_late(stop, at, "aclarar", source)
    _check_reason(reasons, "Escriba por qué se archiva", source)
    return after(course, Ended(at, Action.SHELVE, reasons.strip()))


def reject(
    course: Course, *, at: datetime, ground: RejectionGround, reasons: str, rule: str = ""
) -> Course:
    """Reject it, with reasons, on one of the two grounds of the law.

    Raises:
        LawRefuses: it gives no reasons, or keeps something reserved without naming the rule.
    """
    _check_not_ended(course, ground.source)
    if ground is RejectionGround.RESERVED and not rule.strip():
        raise LawRefuses(
            "Escriba la norma exacta que hace reservada esa información, con su artículo.",
            ground.source,
        )
    _check_reason(reasons, "Escriba los motivos del rechazo", ground.source)
    words = f"{rule.strip()}: {reasons.strip()}" if rule.strip() else reasons.strip()
    return after(course, Ended(at, Action.REJECT, words, ground))


def prioritise(course: Course, *, at: datetime, ground: PriorityGround) -> Course:
    """Put it before others. The term stays as it is.

    Raises:
        LawRefuses: it has ended already, or goes before others already.
    """
    _check_not_ended(course, ground.source)
    if any(isinstance(event, Prioritised) for event in course.events):
        raise LawRefuses("Este requerimiento ya tiene prioridad.", ground.source)
    return after(course, Prioritised(at, ground))


def annul(course: Course, *, at: datetime, reason: str) -> Course:
    """Annul a radicado that was taken by mistake; the number stays taken, with its reason.

    Raises:
        LawRefuses: it has ended already, or there is no reason.
    """
    _check_not_ended(course, Action.ANNUL.source)
    _check_reason(reason, "Escriba el motivo de la anulación", Action.ANNUL.source)
    return after(course, Ended(at, Action.ANNUL, reason.strip()))


def answer(course: Course, *, at: datetime) -> Course:
    """Answer, late or not, and even while the citizen has something to deliver.

    Raises:
        LawRefuses: it has ended already.
    """
    _check_not_ended(course, Action.ANSWER.source)
    return after(course, Ended(at, Action.ANSWER))


def refusal(course: Course, action: Action, at: datetime) -> LawRefuses | None:
    """Why the law would refuse the act at that moment whatever is written in it, or None: the
    act itself is tried, with words that would do."""
    words = "x" * SHORTEST_REASON
    trials: dict[Action, Callable[[], Course]] = {
        Action.ASK_TO_COMPLETE: lambda: ask_to_complete(course, at=at, missing=words),
        Action.ASK_TO_CLARIFY: lambda: ask_to_clarify(course, at=at, doubt=words),
        Action.ASK_MORE_TIME: lambda: ask_more_time(course, at=at),
        Action.EXTEND: lambda: extend(course, at=at, until=_longest(course, at), reason=words),
        Action.DECLARE_WITHDRAWN: lambda: declare_withdrawn(course, at=at, reasons=words),
        Action.SHELVE: lambda: shelve(course, at=at, reasons=words),
        Action.WITHDRAW: lambda: withdraw(course, at=at),
    }
    try:
        if action in trials:
            trials[action]()
    except LawRefuses as reason:
        return reason
    return None


def _longest(course: Course, at: datetime) -> date:
    latest = course.last_day_of(course.term.longest) if course.term.longest else None
    return latest or at.date()


def last_day_to_ask(course: Course) -> date:
    """The last day to ask that it be completed: 10 business days from the filing."""
    days = term_of(Matter.ASK_TO_COMPLETE, course.received_on).days
    return course.office.calendar.add(course.received_on, days)


def last_day_to_refer(course: Course) -> date:
    """The last day to refer it: 5 business days from the reception."""
    days = term_of(Matter.REFER, course.received_on).days
    return course.office.calendar.add(course.received_on, days)


def last_day_of_extension(course: Course) -> date:
    """The latest day that an extension may name: double the term, counted as the term is.

    Raises:
        ValueError: the term admits no extension, or the clock stands.
    """
    longest = course.term.longest
    latest = None if longest is None else course.last_day_of(longest)
    if latest is None:
        raise ValueError("there is nothing to extend")
    return latest


def _check_not_ended(course: Course, source: str) -> None:
    if course.ended is not None:
        raise LawRefuses(
            f"Este requerimiento ya terminó: {course.ended.by.done.lower()} el "
            f"{long_date(course.ended.at.date())}.",
            source,
        )


def _check_running(course: Course, at: datetime, source: str) -> None:
    """The clock runs, so there is something to stop."""
    _check_not_ended(course, source)
    if course.waiting is not None:
        raise LawRefuses(
            "El plazo ya está detenido: primero debe responder el ciudadano, que tiene hasta el "
            f"{long_date(course.waiting.citizen_until)}.",
            source,
        )
    if course.ends_on is not None and at.date() > course.ends_on:
        raise LawRefuses(
            f"El plazo para responder venció el {long_date(course.ends_on)}: ya no se puede "
            "detener. Responda con lo que hay.",
            source,
        )


def _waiting_for(
    course: Course, asked: type[AskedToComplete] | type[AskedToClarify], source: str
) -> Stop:
    _check_not_ended(course, source)
    stop = course.waiting
    if stop is None or not isinstance(stop.asked, asked):
        wanted = "completar" if asked is AskedToComplete else "aclarar"
        raise LawRefuses(f"A este requerimiento no se le pidió {wanted} nada.", source)
    return stop


def _check_citizen_is_late(stop: Stop, at: datetime, verb: str, source: str) -> None:
    if at.date() <= stop.citizen_until:
        raise LawRefuses(
            f"El ciudadano tiene hasta el {long_date(stop.citizen_until)} para {verb}.", source
        )


def _check_reason(text: str, ask: str, source: str) -> None:
    length = len(" ".join(text.split()))
    if length < SHORTEST_REASON:
        raise LawRefuses(f"{ask}, con {SHORTEST_REASON} letras o más.", source)
    if length > LONGEST_REASON:
        raise LawRefuses(f"{ask}, en {LONGEST_REASON} letras o menos.", source)
