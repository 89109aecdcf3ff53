"""The explained deadline: one sentence, every day from the reception with why it counts or not
and by which law, and what moved the due date. Pages, letters and commands show the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.calendar import Cause, Closure
from app.domain.course import Course, Stop, after, follow
from app.domain.dates import business_days, long_date
from app.domain.deadline import Reading
from app.domain.events import (
    AskedToClarify,
    AskedToComplete,
    Clarified,
    Completed,
    Ended,
    Event,
    Extended,
    MoreTimeAsked,
    Prioritised,
)
from app.domain.requerimiento import Action
from app.domain.terms import Term

AFTER_HOURS = "Ley 1437 de 2011, artículo 54"


@dataclass(frozen=True)
class Day:
    """A row of the table. `number` is there if the day counts: «día hábil 7»."""

    day: date
    number: int | None
    why: str
    source: str


@dataclass(frozen=True)
class Move:
    """Something that touched the term, with the due date before and after it. None where the
    clock stands; both alike where the date stayed."""

    on: date
    words: str
    source: str
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True)
class Explanation:
    """What the component shows. `counted` of `days` have run; `due_on` is None while the clock
    stands. `source` is the law; `promise` says what the entity undertook, or ""."""

    sentence: str
    counted: int
    days: int
    due_on: date | None
    table: tuple[Day, ...]
    moves: tuple[Move, ...]
    source: str
    promise: str = ""

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
        moves=tuple(sorted(_moves(course), key=lambda move: move.on)),
        source=course.term.lawful.source,
        promise=promise_words(course.term),
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
        return _how_it_ended(course.ended, due_on, counted, course.days)
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


def _how_it_ended(ended: Ended, due_on: date | None, counted: int, days: int) -> str:
    day = ended.at.date()
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
    begins = course.received_at.date().toordinal()
    for day in map(date.fromordinal, range(begins, _last_row(course, due_on, today) + 1)):
        if course.counts(day):
            number += 1
            yield Day(day, number, f"Día hábil {number}", course.term.lawful.source)
        else:
            yield Day(day, None, *_why_not(course, day))


def _last_row(course: Course, due_on: date | None, today: date) -> int:
    """Until the due date or, while it is not known, until today."""
    if due_on is not None:
        return due_on.toordinal()
    return max(_as_of(course, today), course.stops[-1].asked.at.date()).toordinal()


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


def _moves(course: Course) -> Iterator[Move]:
    yield from _move_of_reception(course)
    yield from _moves_of_closures(course)
    before = follow(course.received_at, course.term, course.office)
    for event in course.events:
        now = after(before, event)
        words, source = _told(before, now, event)
        yield Move(event.at.date(), words, source, before.due_on, now.due_on)
        before = now


def _move_of_reception(course: Course) -> Iterator[Move]:
    received = course.received_at.date()
    if received == course.received_on:
        return
    own_day = replace(course.office, reading=Reading.FIRST)
    yield Move(
        on=received,
        words=f"Llegó fuera del horario de atención: se recibe el {long_date(course.received_on)}.",
        source=AFTER_HOURS,
        due_before=follow(course.received_at, course.term, own_day, course.events).due_on,
        due_after=course.due_on,
    )


def _moves_of_closures(course: Course) -> Iterator[Move]:
    calendar = course.office.calendar
    for closure in calendar.closures:
        if not _touches(course, closure):
            continue
        office = replace(course.office, calendar=calendar.without([closure]))
        yield Move(
            on=closure.first,
            words=f"{closure.words}: no cuentan los días {_span(closure)}.",
            source=closure.source,
            due_before=follow(course.received_at, course.term, office, course.events).due_on,
            due_after=course.due_on,
        )


def _touches(course: Course, closure: Closure) -> bool:
    """Whether the closure takes a day from what the table shows."""
    calendar = course.office.calendar
    first = max(closure.first, course.received_on + timedelta(days=1))
    last = min(closure.last, course.due_on or course.stops[-1].first)
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        closed = calendar.why_closed(day)
        if closed is not None and closed.cause is Cause.CLOSURE:
            return True
    return False


def _span(closure: Closure) -> str:
    if closure.first == closure.last:
        return f"del {long_date(closure.first)}"
    return f"del {long_date(closure.first)} al {long_date(closure.last)}"


def _told(before: Course, now: Course, event: Event) -> tuple[str, str]:
    """The event in a sentence, with its article."""
    match event:
        case AskedToComplete():
            return _told_of_stop(now, "completar"), Action.ASK_TO_COMPLETE.source
        case AskedToClarify():
            return _told_of_stop(now, "aclarar"), Action.ASK_TO_CLARIFY.source
        case MoreTimeAsked():
            until = f" hasta el {long_date(now.stops[-1].citizen_until)}" if now.stops else ""
            return f"Se dio más tiempo para completar{until}.", Action.ASK_MORE_TIME.source
        case Completed():
            return _told_of_delivery(before, "Se completó"), Action.COMPLETE.source
        case Clarified():
            return _told_of_delivery(before, "Se aclaró"), Action.CLARIFY.source
        case Extended(days=days):
            return f"Se prorrogó el plazo a {business_days(days)} en total.", Action.EXTEND.source
        case Prioritised(ground=ground):
            return f"Tiene prioridad ({ground.label}). El plazo no cambia.", ground.source
    return _told_of_end(event), event.by.source


def _told_of_stop(now: Course, verb: str) -> str:
    until = long_date(now.stops[-1].citizen_until) if now.stops else ""
    left = business_days(now.balance)
    return (
        f"Se pidió {verb} la solicitud, con tiempo hasta el {until}. El plazo se detiene y a la "
        f"entidad le quedan {left}."
    )


def _told_of_delivery(before: Course, done: str) -> str:
    return (
        f"{done} la solicitud: el plazo sigue al día siguiente con {business_days(before.balance)}."
    )


def _told_of_end(event: Ended) -> str:
    if event.by is Action.REFER:
        there = f" a {event.note}" if event.note else ""
        return (
            f"{event.by.done}{there}. Allá el plazo se cuenta desde el día siguiente a cuando lo "
            "reciban."
        )
    return f"{event.by.done}."
