"""Whether what the office asked for has reached the citizen. Nobody loses a petition for leaving
unanswered what never came to them (Ley 1437 of 2011, articles 17, 19 and 67)."""

from dataclasses import dataclass
from datetime import date

from app.domain.acts import LawRefuses
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.events import AskedToComplete
from app.domain.terms import Matter, term_of


@dataclass(frozen=True)
class Reach:
    """What is known of a letter that asks for something: whether its notice was `mailed`, taken by
    the mail server and not given back; and, else, since when the citizen has it, because they
    opened it or somebody wrote down how it was told."""

    mailed: bool = False
    had_on: date | None = None
    came_back: bool = False


def check_asked(course: Course, reach: Reach, today: date) -> None:
    """Refuse to end a petition for what its citizen did not deliver.

    Raises:
        LawRefuses: what asks for it has not reached them as far as anybody knows, or came so late
            that they still have time.
    """
    stop = course.waiting
    if stop is None or reach.mailed:
        return
    completes = isinstance(stop.asked, AskedToComplete)
    verb, article = ("completar", 17) if completes else ("aclarar", 19)
    source = f"Ley 1437 de 2011, artículos {article} y 67"
    if reach.had_on is None:
        why = "el correo volvió sin llegarle" if reach.came_back else "no le llegó por correo"
        raise LawRefuses(
            f"No consta que la persona haya recibido la solicitud de {verb}: {why}, no la ha "
            "abierto en el sistema y nadie registró que se le notificara. Primero use «Notificar "
            "por otro medio» en el requerimiento, y espere el plazo para que responda.",
            source,
        )
    until = _until(course, reach.had_on, completes=completes)
    if today <= until:
        raise LawRefuses(
            f"La persona recibió la solicitud de {verb} el {long_date(reach.had_on)}: tiene hasta "
            f"el {long_date(until)}.",
            source,
        )


def _until(course: Course, had_on: date, *, completes: bool) -> date:
    """The last day of the citizen, counted from when they had it."""
    calendar = course.office.calendar
    if completes:
        return calendar.add_months(had_on, term_of(Matter.COMPLETE, had_on).amount)
    return calendar.add(had_on, term_of(Matter.CLARIFY, had_on).days)
