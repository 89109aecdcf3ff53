"""The clock of a case as every page shows it: the explained deadline, and what the law makes of
an answer that does not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app import clock
from app.domain import lateness
from app.domain.calendar import Calendar
from app.domain.course import Course
from app.domain.dates import long_date
from app.domain.deadline import Light, Tone
from app.domain.explanation import Explanation, explain
from app.domain.requerimiento import Kind
from app.domain.silence import EFFECTS, Effect, Silence, silence_of
from app.models import Event, Receipt, Requerimiento
from app.services import courses, receipts
from app.web import directory, entity, short_day

ALARM_DAYS = 2  # business days before a silence that accepts: the orange of the semáforo


@dataclass(frozen=True)
class Clock:
    """The course of a case and its explanation as it stands on a day."""

    course: Course
    explanation: Explanation


@dataclass(frozen=True)
class Promise:
    """What a receipt says: when the answer is due, as it was signed, and how that was counted.
    `explanation` is None where that can be told no more: a law changed the holidays since, or a
    suspension was being saved at that very moment. `is_own` says that the entity undertook that
    day, sooner than the law commands."""

    due_on: date
    explanation: Explanation | None
    is_own: bool

    @property
    def law_until(self) -> date | None:
        """The last day of the law, where another was promised and it can still be told."""
        return self.explanation.law_until if self.explanation else None


@dataclass(frozen=True)
class Alarm:
    """What the staff are told of a silence that accepts; `has_come` once it has happened."""

    words: str
    source: str
    has_come: bool


def calendar_of(case: Requerimiento) -> Calendar:
    """The business days of the entity that answers."""
    house = directory().get(case.entity_id, clock.now()) or entity()
    return house.calendar


def clock_of(case: Requerimiento, lines: Sequence[Event], today: date) -> Clock:
    """The clock of a case, from what its page has read already."""
    course = courses.course_of(case, lines, calendar_of(case))
    return Clock(course, explain(course, today))


def clock_at_filing(case: Requerimiento) -> Clock:
    """The clock as it was when the case was filed, by the calendar that was known then."""
    course = courses.at_filing(case, calendar_of(case))
    return Clock(course, explain(course, case.received_at.date()))


def promise_of(case: Requerimiento, issued: Receipt) -> Promise:
    """What the receipt of a case says of its term, whatever happened later."""
    then = clock_at_filing(case)
    due_on = receipts.promised(issued) or courses.listed_on(then.course)
    told = then.explanation if then.explanation.due_on == due_on else None
    return Promise(due_on, told, then.course.is_promise)


def light_of_row(case: Requerimiento, today: date) -> Light:
    """The semáforo of a case that runs, by its row alone."""
    calendar, days = calendar_of(case), case.days_of_law
    law = lateness.law_of_row(case.received_on, case.due_on, days, calendar) if days else None
    return lateness.light_between(case.due_on, law, today, calendar)


def waiting_light(until: date, today: date) -> Light:
    """The semáforo of what waits for the citizen, whose last day is `until`."""
    if today > until:
        return Light(Tone.ORANGE, f"No llegó lo que se pidió: venció el {short_day(until)}")
    return Light(Tone.GREEN, f"En espera del ciudadano hasta el {short_day(until)}")


def silence_now(case: Requerimiento, course: Course, today: date) -> Silence | None:
    """The silence that the law gives to a case without answer, once it has come."""
    if not case.status.is_open:
        return None
    silence = silence_of(case.kind, course, today)
    return silence if silence and today >= silence.since else None


def alarm_of(case: Requerimiento, course: Course, today: date) -> Alarm | None:
    """The alarm of a petition about to be deemed accepted, or that was."""
    silence = silence_of(case.kind, course, today) if case.status.is_open else None
    if silence is None or silence.effect is not Effect.POSITIVE:
        return None
    last = silence.since - timedelta(days=1)
    if today > last:
        return Alarm(_what_is_owed(silence, today), silence.source, has_come=True)
    if course.office.calendar.count(today, last) > ALARM_DAYS:
        return None
    words = f"Si no se responde a más tardar el {long_date(last)}, la ley la entiende aceptada."
    return Alarm(words, silence.source, has_come=False)


def _what_is_owed(silence: Silence, today: date) -> str:
    """Of what the law took as accepted, by when it is handed over."""
    by = silence.hand_over_by or silence.since
    words = f"entregue lo pedido a más tardar el {long_date(by)}."
    if today > by:
        words = f"lo pedido debía entregarse a más tardar el {long_date(by)}. Entréguelo ya."
    return f"La ley ya la entiende aceptada: {words}"


def mark_of(kind: Kind, due_on: date, today: date, light: Light) -> str:
    """The mark of a row of the queue, by its semáforo; "" for what raises no alarm."""
    if EFFECTS[kind] is not Effect.POSITIVE or light.tone not in (Tone.ORANGE, Tone.RED):
        return ""
    return "Se entiende aceptada" if today > due_on else "Silencio positivo si no se responde"
