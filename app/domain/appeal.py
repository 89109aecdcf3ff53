"""What a citizen may do against the act that ended their case, and what the office decides on it:
an appeal (Ley 1437 of 2011, article 76), or the insistence on what was refused as reserved, which
a judge decides (article 26). The case stays ended."""

from datetime import date, datetime

from app.domain.acts import LONGEST_REASON, SHORTEST_REASON, LawRefuses
from app.domain.course import Course, after
from app.domain.dates import long_date
from app.domain.events import Ended, RejectionGround, Ruled, Ruling
from app.domain.requerimiento import Action
from app.domain.terms import Matter, term_of

# The ends that the office decides against the will of the citizen.
AGAINST_THEIR_WILL = frozenset({Action.REJECT, Action.DECLARE_WITHDRAWN, Action.SHELVE})
INSISTENCE = "Ley 1437 de 2011, artículo 26"
APPEAL = "Ley 1437 de 2011, artículo 76"


def source_of(ended: Ended) -> str:
    """The articles by which what was presented against an end is decided."""
    if ended.ground is RejectionGround.RESERVED:
        return INSISTENCE
    if ended.by is Action.DECLARE_WITHDRAWN:
        return "Ley 1437 de 2011, artículos 17 y 76"
    return APPEAL


def rule(course: Course, *, at: datetime, ruling: Ruling, reasons: str, to: str = "") -> Course:
    """Decide what the citizen presented against the end of their case.

    Raises:
        LawRefuses: it did not end against their will, it goes to a judge and is no insistence or
            names none, or it gives no reasons.
    """
    ended = _end_of(course)
    source = source_of(ended)
    if ruling is Ruling.REMIT and source != INSISTENCE:
        raise LawRefuses(
            "Al juez se envía solo la insistencia ante un rechazo por reserva. Confirme la "
            "decisión o repóngala.",
            INSISTENCE,
        )
    if ruling is Ruling.REMIT and not to.strip():
        raise LawRefuses("Escriba a qué juez o tribunal se envía.", source)
    if not SHORTEST_REASON <= len(" ".join(reasons.split())) <= LONGEST_REASON:
        raise LawRefuses(
            f"Escriba los motivos o la respuesta, entre {SHORTEST_REASON} y {LONGEST_REASON} "
            "letras.",
            source,
        )
    return after(course, Ruled(at, ruling))


def check_pending(course: Course, presented: date | None, ruling: Ruling | None = None) -> None:
    """Refuse to decide what nobody presented and, of an insistence that came in time, to confirm
    what only a judge may.

    Raises:
        LawRefuses: so it is.
    """
    ended = _end_of(course)
    if presented is None:
        raise LawRefuses("No hay recurso ni insistencia por decidir.", source_of(ended))
    if ruling is not Ruling.CONFIRM or source_of(ended) != INSISTENCE:
        return
    days = term_of(Matter.INSIST_ON_RESERVED, ended.at.date()).days
    # Nobody was notified before the decision: until this day it certainly came in time.
    until = course.office.calendar.add(ended.at.date(), days)
    if presented <= until:
        raise LawRefuses(
            f"La persona insistió a tiempo, el {long_date(presented)}: la entidad entrega la "
            "información o envía la documentación al juez o al tribunal, que decide.",
            INSISTENCE,
        )


def told(course: Course) -> str:
    """What may be decided on it, for who is going to."""
    ended = _end_of(course)
    on = f"{ended.by.done} el {long_date(ended.at.date())}."
    if source_of(ended) == INSISTENCE:
        return (
            f"{on} Ante una reserva, la entidad entrega la información o envía al juez o al "
            "tribunal administrativo la documentación: envíela usted, el sistema solo se lo "
            "cuenta al ciudadano."
        )
    return f"{on} Reponer es dar en el oficio la respuesta de fondo, con sus anexos."


def _end_of(course: Course) -> Ended:
    if course.ended is None or course.ended.by not in AGAINST_THEIR_WILL:
        raise LawRefuses("Este requerimiento no terminó con una decisión que se recurra.", APPEAL)
    return course.ended
