"""What the law makes of an answer that does not come."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.requerimiento import Kind
from app.domain.terms import Matter, term_of


class Effect(StrEnum):
    """How a petition without an answer is taken."""

    POSITIVE = "positivo"
    NEGATIVE = "negativo"


# Article 14, numeral 1, accepts what was asked for; article 83 denies what nobody decided. Who
# praises, suggests or reports asks for no decision on a right of theirs: nothing is denied to them.
EFFECTS: dict[Kind, Effect | None] = {
    Kind.PETITION: Effect.NEGATIVE,
    Kind.INFORMATION: Effect.POSITIVE,
    Kind.DOCUMENTS: Effect.POSITIVE,
    Kind.CONSULTATION: Effect.NEGATIVE,
    Kind.COMPLAINT: Effect.NEGATIVE,
    Kind.CLAIM: Effect.NEGATIVE,
    Kind.SUGGESTION: None,
    Kind.REPORT: None,
    Kind.COMPLIMENT: None,
    Kind.PROCEDURE: Effect.NEGATIVE,
}


@dataclass(frozen=True)
class Silence:
    """From `since` on the law takes the petition as accepted or denied. `hand_over_by` is the
    last day to hand over what was accepted."""

    effect: Effect
    since: date
    source: str
    meaning: str
    hand_over_by: date | None = None


def silence_of(kind: Kind, course: Course, today: date) -> Silence | None:
    """When and how the law will speak for the office if it does not answer, told on `today`.

    None where it says nothing, while the clock of a positive silence stands, and for what ended
    in time. A term of an authority or of Congress is of other laws, which say nothing here.

    Raises:
        YearUnknown: it would be in a year whose holidays are not known.
    """
    effect = EFFECTS[kind] if isinstance(course.term.subject, Kind) else None
    if effect is None:
        return None
    silence = _positive(course, today) if effect is Effect.POSITIVE else _negative(course)
    if silence and course.ended and course.ended.at.date() < silence.since:
        return None
    return silence


def _positive(course: Course, today: date) -> Silence | None:
    if course.due_on is None:
        return None
    copies = term_of(Matter.HAND_OVER_COPIES, course.received_on)
    hand_over_by = course.office.calendar.add(course.due_on, copies.days)
    owes = "debía" if today > hand_over_by else "debe"
    return Silence(
        effect=Effect.POSITIVE,
        since=course.due_on + timedelta(days=1),
        source=copies.source,
        meaning=(
            "La ley entiende que su solicitud fue aceptada: la entidad ya no puede negarle lo que "
            f"pidió y {owes} entregárselo a más tardar el {long_date(hand_over_by)}."
        ),
        hand_over_by=hand_over_by,
    )


def _negative(course: Course) -> Silence:
    presented = course.received_at.date()
    term = term_of(Matter.NEGATIVE_SILENCE, presented)
    last = course.office.calendar.add_months(presented, term.amount)
    return Silence(
        effect=Effect.NEGATIVE,
        since=last + timedelta(days=1),
        source=term.source,
        meaning=(
            "La ley le permite tomar su solicitud como negada y presentar los recursos de ley "
            "(Ley 1437 de 2011, artículo 76). También puede seguir pidiendo la respuesta: la "
            "entidad sigue obligada a responderle."
        ),
    )
