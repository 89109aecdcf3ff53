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
from app.domain.moves import AFTER_HOURS, COUNTED_THERE, Move, how_it_ended, left_words, moves_of
from app.domain.requerimiento import Action
from app.domain.terms import Matter, term_of


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
    stands. `source` is the law; `promise` says what the entity undertook, or ""; `law_until` is the
    last day of the law where `due_on` is that of what the entity undertook; `wait` is what the
    citizen has meanwhile."""

    sentence: str
    counted: int
    days: int
    due_on: date | None
    table: tuple[Day, ...]
    moves: tuple[Move, ...]
    source: str
    promise: str = ""
    law_until: date | None = None
    wait: Wait | None = None

    @property
    def basis(self) -> str:
        """Where the days come from: the law, after what the entity undertook beside it."""
        if self.promise:
            return f"{self.promise} Norma del plazo de la ley: {self.source}."
        return f"Norma: {self.source}."


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
        promise=promise_words(course),
        law_until=course.ends_on if course.is_promise else None,
        wait=_wait(course, course.waiting) if course.waiting else None,
    )


def promise_words(course: Course, *, names_act: bool = True) -> str:
    """What the entity undertook and what the law gives, each with its last day where it is known;
    "" where the term is the law's. «Compromiso de la entidad: 5 días hábiles, hasta el martes 24 de
    marzo de 2026 (Resolución 12 de 2026). Por ley son 15 días hábiles, hasta el jueves 9 de abril
    de 2026.»"""
    term = course.term
    if term.law is None:
        return ""
    act = f" ({term.source})" if names_act else ""
    own = f"{_days_until(term.days, course)}{act}"
    law = _days_until(term.law.days, course)
    if course.days == term.days:
        return f"Compromiso de la entidad: {own}. Por ley son {law}."
    if course.is_promise:
        now = _days_until(course.days, course)
        return f"Compromiso de la entidad: {now}. Antes era de {own}. Por ley son {law}."
    if course.is_extended:
        return (
            f"La prórroga reemplaza el compromiso de la entidad, que era de {own}. Antes de la "
            f"prórroga, por ley eran {law}."
        )
    return f"El plazo es ahora el de la ley. El compromiso de la entidad era de {own}."


def _days_until(days: int, course: Course) -> str:
    last = course.last_day_of(days)
    return f"{business_days(days)}, hasta el {long_date(last)}" if last else business_days(days)


def _as_of(course: Course, today: date) -> date:
    return min(today, course.ended.at.date()) if course.ended else today


def _sentence(course: Course, due_on: date | None, counted: int, today: date) -> str:
    if course.ended is not None:
        return _told_of_end(course, course.ended, counted)
    if due_on is None:  # only what the office waits for leaves it unknown
        return _what_it_waits_for(course.stops[-1], left_words(course, " más"), today)
    if course.is_promise:
        return _told_of_promise(course, due_on, counted, today)
    if today > due_on:
        return f"Venció el {long_date(due_on)}, hace {_late(course, due_on, today)}."
    if counted == 0:
        return f"{_begins(course, due_on)} Vence el {long_date(due_on)}."
    extension = ", con prórroga" if course.is_extended else ""
    when = f"hoy, {long_date(due_on)}" if due_on == today else f"el {long_date(due_on)}"
    return f"Día hábil {counted} de {course.days}{extension}. Vence {when}."


def _begins(course: Course, due_on: date) -> str:
    first = course.last_day_of(1) or due_on
    return f"{business_days(course.days).capitalize()} desde el {long_date(first)}."


def _late(course: Course, last: date, today: date) -> str:
    return business_days(max(course.office.calendar.count(last, today), 1))


def _told_of_promise(course: Course, due_on: date, counted: int, today: date) -> str:
    """What the entity undertook is never told without the last day of the law."""
    law = course.ends_on or due_on
    if today > law:
        return (
            f"Venció por ley el {long_date(law)}, hace {_late(course, law, today)}. La entidad se "
            f"había comprometido a responder antes, el {long_date(due_on)}."
        )
    if today > due_on:
        return (
            "Compromiso vencido: la entidad se comprometió a responder a más tardar el "
            f"{long_date(due_on)}, hace {_late(course, due_on, today)}. Por ley vence el "
            f"{long_date(law)}."
        )
    where = f"Día hábil {counted} de {course.days}." if counted else _begins(course, due_on)
    when = f"hoy, {long_date(due_on)}" if due_on == today else f"el {long_date(due_on)}"
    return (
        f"{where} La entidad se comprometió a responder a más tardar {when}; por ley vence el "
        f"{long_date(law)}."
    )


def _told_of_end(course: Course, ended: Ended, counted: int) -> str:
    day, due_on = ended.at.date(), course.due_on
    if ended.by is Action.REFER:
        return f"{how_it_ended(ended)} el {long_date(day)}. {COUNTED_THERE}"
    words = f"{ended.by.done} el {long_date(day)}"
    if ended.by is not Action.ANSWER:
        return f"{words}."
    if due_on is not None and day > due_on:
        return f"{words}, {_how_late(course, due_on, day)}."
    of = f"{course.days} del compromiso" if course.is_promise else f"{course.days}"
    return f"{words}, el día hábil {counted} de {of}." if counted else f"{words}."


def _how_late(course: Course, due_on: date, day: date) -> str:
    """Of an answer after its date: late by law, or only after what the entity undertook."""
    law = course.ends_on
    if not course.is_promise or (law is not None and day > law):
        return f"fuera del plazo: venció el {long_date(law or due_on)}"
    words = f"después del compromiso, que era para el {long_date(due_on)}"
    return f"{words}; por ley vencía el {long_date(law)}" if law else words


def _what_it_waits_for(stop: Stop, left: str, today: date) -> str:
    verb = "completar" if isinstance(stop.asked, AskedToComplete) else "aclarar"
    asked = long_date(stop.asked.at.date())
    stands = f"El plazo está detenido: el {asked} se pidió {verb} la solicitud."
    until = long_date(stop.citizen_until)
    if today > stop.citizen_until:
        return f"{stands} El tiempo para hacerlo venció el {until}."
    return f"{stands} Hay tiempo hasta el {until}; después, la entidad tiene {left}."


def _table(course: Course, due_on: date | None, today: date) -> Iterator[Day]:
    number, ends_on = 0, course.ends_on
    begins, last = course.received_at.date().toordinal(), _last_row(course, due_on, today)
    for day in map(date.fromordinal, range(begins, last.toordinal() + 1)):
        happened = how_it_ended(course.ended) if course.ended and day == last else ""
        if not course.counts(day):
            yield Day(day, None, *_why_not(course, day), happened)
        elif number == max(course.days, course.term.lawful.days):
            why = "Fuera del plazo" + (f": venció el {long_date(ends_on)}" if ends_on else "")
            yield Day(day, None, why, course.term.lawful.source, happened)
        else:
            number += 1
            source = course.term.source if number <= course.days else course.term.lawful.source
            yield Day(day, number, _name(number, course), source, happened)


def _name(number: int, course: Course) -> str:
    """«Día hábil 5», and which of the two terms ends on it where the entity promised one."""
    ends = {course.term.lawful.days: "el plazo de la ley", course.days: "el compromiso"}
    end = f": termina {ends[number]}" if course.is_promise and number in ends else ""
    return f"Día hábil {number}{end}"


def _last_row(course: Course, due_on: date | None, today: date) -> date:
    """Until what ended it, or until the due date or, while it is not known, until today."""
    if course.ended is not None:
        return max(course.ended.at.date(), course.received_at.date())
    if due_on is not None:
        return course.ends_on or due_on
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
