"""The explained deadline: one sentence, every day from the reception with why it counts or not
and by which law, and what moved the due date (`moves`). Pages, letters and commands
show the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Calendar, months_after
from app.domain.course import Course, Stop
from app.domain.dates import business_days, long_date
from app.domain.events import AskedToComplete, Ended
from app.domain.moves import AFTER_HOURS, COUNTED_THERE, Move, how_it_ended, moves_of
from app.domain.requerimiento import Action
from app.domain.terms import Matter, Term, term_of


@dataclass(frozen=True)
class Day:
    """A row of the table. `number` is there if the day counts: «día hábil 7»; `happened` is what
    ended the term on it."""

    day: date
    number: int | None
    why: str
    source: str
    happened: str = ""


@dataclass(frozen=True)
class Wait:
    """The time of the citizen to deliver what they were asked for. `table` has the days of a term
    of days; of one of months, those that put its end off: `caption` says which."""

    until: date
    words: str
    source: str
    caption: str
    table: tuple[Day, ...]


@dataclass(frozen=True)
class Explanation:
    """What the component shows. `counted` of `days` have run; `due_on` is None while the clock
    stands. `source` is the law; `promise` says what the entity undertook, or ""; `wait` is what the
    citizen has meanwhile."""

    sentence: str
    counted: int
    days: int
    due_on: date | None
    table: tuple[Day, ...]
    moves: tuple[Move, ...]
    source: str
    promise: str = ""
    wait: Wait | None = None

    @property
    def basis(self) -> str:
        """Where the days come from: the law, after what the entity undertook beside it."""
        return f"{self.promise} Norma: {self.source}.".lstrip()


def explain(course: Course, today: date) -> Explanation:
    """Explain the term as it stands on `today`.

    Raises:
        YearUnknown: it reaches a year whose holidays are not known.
    """
    due_on = course.due_on
    counted = min(course.counted(_as_of(course, today)), course.days)
    return Explanation(
        sentence=_sentence(course, due_on, counted, today),
        counted=counted,
        days=course.days,
        due_on=due_on,
        table=tuple(_table(course, due_on, today)),
        moves=tuple(moves_of(course)),
        source=course.term.lawful.source,
        promise=promise_words(course.term),
        wait=_wait(course, course.waiting) if course.waiting else None,
    )


def promise_words(term: Term) -> str:
    """«Compromiso de la entidad: 5 días hábiles (Resolución 12 de 2026). La ley da 15.»; "" where
    the term is the law's."""
    if term.law is None:
        return ""
    return (
        f"Compromiso de la entidad: {business_days(term.days)} ({term.source}). "
        f"La ley da {term.law.days}."
    )


def _as_of(course: Course, today: date) -> date:
    return min(today, course.ended.at.date()) if course.ended else today


def _sentence(course: Course, due_on: date | None, counted: int, today: date) -> str:
    if course.ended is not None:
        return _told_of_end(course.ended, due_on, counted, course.days)
    if due_on is None:  # only what the office waits for leaves it unknown
        return _what_it_waits_for(course.stops[-1], course.balance, today)
    if today > due_on:
        late = max(course.office.calendar.count(due_on, today), 1)
        return f"Venció el {long_date(due_on)}, hace {business_days(late)}."
    if counted == 0:
        first = course.last_day_of(1) or due_on
        begins = f"{business_days(course.days).capitalize()} desde el {long_date(first)}."
        return f"{begins} Vence el {long_date(due_on)}."
    extension = ", con prórroga" if course.is_extended else ""
    when = f"hoy, {long_date(due_on)}" if due_on == today else f"el {long_date(due_on)}"
    return f"Día hábil {counted} de {course.days}{extension}. Vence {when}."


def _told_of_end(ended: Ended, due_on: date | None, counted: int, days: int) -> str:
    day = ended.at.date()
    if ended.by is Action.REFER:
        return f"{how_it_ended(ended)} el {long_date(day)}. {COUNTED_THERE}"
    words = f"{ended.by.done} el {long_date(day)}"
    if ended.by is not Action.ANSWER:
        return f"{words}."
    if due_on is not None and day > due_on:
        return f"{words}, fuera del plazo: venció el {long_date(due_on)}."
    return f"{words}, el día hábil {counted} de {days}." if counted else f"{words}."


def _what_it_waits_for(stop: Stop, balance: int, today: date) -> str:
    verb = "completar" if isinstance(stop.asked, AskedToComplete) else "aclarar"
    asked = long_date(stop.asked.at.date())
    stands = f"El plazo está detenido: el {asked} se pidió {verb} la solicitud."
    until = long_date(stop.citizen_until)
    if today > stop.citizen_until:
        return f"{stands} El tiempo para hacerlo venció el {until}."
    left = f"después, la entidad tiene {business_days(balance)} más"
    return f"{stands} Hay tiempo hasta el {until}; {left}."


def _table(course: Course, due_on: date | None, today: date) -> Iterator[Day]:
    number = 0
    begins, last = course.received_at.date().toordinal(), _last_row(course, due_on, today)
    for day in map(date.fromordinal, range(begins, last.toordinal() + 1)):
        happened = how_it_ended(course.ended) if course.ended and day == last else ""
        if not course.counts(day):
            yield Day(day, None, *_why_not(course, day), happened)
        elif number == course.days:
            why = f"Fuera del plazo: venció el {long_date(due_on)}" if due_on else "Fuera del plazo"
            yield Day(day, None, why, course.term.lawful.source, happened)
        else:
            number += 1
            yield Day(day, number, f"Día hábil {number}", course.term.source, happened)


def _last_row(course: Course, due_on: date | None, today: date) -> date:
    """Until what ended it, or until the due date or, while it is not known, until today."""
    if course.ended is not None:
        return max(course.ended.at.date(), course.received_at.date())
    if due_on is not None:
        return due_on
    return max(today, course.stops[-1].asked.at.date())


def _why_not(course: Course, day: date) -> tuple[str, str]:
    """Why `day` does not count, and the law behind it."""
    if day == course.received_on:
        return "Recepción: se cuenta desde el día siguiente", course.term.lawful.source
    if day < course.received_on:
        return f"Fuera del horario: se recibe el {long_date(course.received_on)}", AFTER_HOURS
    for stop in course.stops:
        if stop.covers(day):
            verb = "completar" if isinstance(stop.asked, AskedToComplete) else "aclarar"
            if day == stop.last:
                return "Se entregó lo pedido: el plazo sigue al día siguiente", stop.source
            return f"Plazo detenido: se pidió {verb} la solicitud", stop.source
    closed = course.office.calendar.why_closed(day)
    if closed is None:
        raise AssertionError("a day that does not count has a reason")
    return closed.words, closed.source


def _wait(course: Course, stop: Stop) -> Wait:
    """The time of the citizen, counted."""
    asked, until, calendar = stop.asked.at.date(), stop.citizen_until, course.office.calendar
    if isinstance(stop.asked, AskedToComplete):
        months = term_of(Matter.COMPLETE, asked).amount
        end, words = months_after(asked, months), f"Un mes desde el {long_date(asked)}"
        if stop.more_time:
            end = months_after(calendar.add_months(asked, months), months)
            words += ", y otro mes porque se pidió más plazo"
        moved = "" if end == until else f", porque el {long_date(end)} no es un día hábil"
        words = f"{words}: hasta el {long_date(until)}{moved}."
        rows = _citizen_days(calendar, end, until) if moved else ()
        return Wait(until, words, stop.source, "Por qué termina ese día", tuple(rows))
    days = business_days(term_of(Matter.CLARIFY, asked).days)
    words = f"{days} desde el día siguiente al {long_date(asked)}: hasta el {long_date(until)}."
    rows = _citizen_days(calendar, asked + timedelta(days=1), until, counts=True)
    return Wait(until, words, stop.source, "Los días que usted tiene", tuple(rows))


def _citizen_days(
    calendar: Calendar, first: date, until: date, *, counts: bool = False
) -> Iterator[Day]:
    number = 0
    for day in map(date.fromordinal, range(first.toordinal(), until.toordinal() + 1)):
        closed = calendar.why_closed(day)
        number += counts and closed is None
        if closed is not None:
            yield Day(day, None, closed.words, closed.source)
        elif counts:
            yield Day(day, number, f"Día hábil {number}", "")
        else:
            yield Day(day, 1, "Último día", "")
