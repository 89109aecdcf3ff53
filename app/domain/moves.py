"""What moved a term, told in the order in which it became known: each line begins on the date to
which the one before led, and the last leads to the due date of the course."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain.appeal import source_of
from app.domain.calendar import Cause, Closure
from app.domain.course import Course, follow
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
    Ruled,
)
from app.domain.requerimiento import Action

AFTER_HOURS = "Ley 1437 de 2011, artículo 54"
COUNTED_THERE = "Allá el plazo se cuenta desde el día siguiente a cuando lo reciban."


@dataclass(frozen=True)
class Move:
    """Something that touched the term, with the due date before and after it. None where the
    clock stands; both alike where the date stayed. Either may be what the entity undertook, and
    not the last day of the law."""

    on: date
    words: str
    source: str
    due_before: date | None
    due_after: date | None
    was_promise: bool = False
    is_promise: bool = False


def how_it_ended(ended: Ended) -> str:
    """What ended the term and, of a referral, to whom it went."""
    there = f" a {ended.note}" if ended.by is Action.REFER and ended.note else ""
    return f"{ended.by.done}{there}"


def left_words(course: Course, more: str = "") -> str:
    """What is left while the clock stands: «3 días hábiles», and by law where that is more."""
    left = f"{business_days(course.balance)}{more}"
    if course.legal_balance == course.balance:
        return left
    return f"{left} para cumplir su compromiso ({course.legal_balance} por ley)"


# What touches a term: an event of its case, or a closure as it was ordered or lifted.
_Happening = Event | Closure


def moves_of(course: Course) -> Iterator[Move]:
    """Run the term again, one happening after the other, as each became known."""
    received, term, office = course.received_at, course.term, course.office
    bare = replace(office, calendar=office.calendar.without(office.calendar.closures))
    now = follow(received, term, bare)
    if received.date() != now.received_on:
        before = follow(received, term, replace(bare, reading=Reading.FIRST))
        words = f"Llegó fuera del horario de atención: se recibe el {long_date(now.received_on)}."
        yield _moved(received.date(), (words, AFTER_HOURS), before, now)
    closures: tuple[Closure, ...] = ()
    events: tuple[Event, ...] = ()
    for day, what in _happenings(course):
        before = now
        if isinstance(what, Closure):
            closures = (*(old for old in closures if not _is_same(old, what)), what)
        else:
            events = (*events, what)
        calendar = replace(office.calendar, closures=closures)
        now = follow(received, term, replace(office, calendar=calendar), events)
        if not isinstance(what, Closure):
            yield _moved(day, _told(before, now, what), before, now)
        elif _weighs(before, now) or _touches(course, what):
            yield _moved(day, _told_of_closure(before, now, what), before, now)


def _moved(day: date, told: tuple[str, str], before: Course, now: Course) -> Move:
    words, source = told
    dates = before.due_on, now.due_on
    return Move(day, words, source, *dates, before.is_promise, now.is_promise)


def _happenings(course: Course) -> Iterator[tuple[date, _Happening]]:
    """Each with the day on which it is told: first the closures that were known at the reception,
    then the rest in the order in which it became known."""
    received, later = course.received_at, list[tuple[datetime, _Happening]]()
    for closure in course.office.calendar.closures:
        if closure.last < received.date():
            continue
        if known := closure.known_at(received):
            yield (received.date() if closure.ordered_at else closure.first), known
        elif closure.ordered_at:
            later.append((closure.ordered_at, replace(closure, lifted=None)))
        if closure.lifted and closure.lifted.at > received:
            later.append((closure.lifted.at, closure))
    later += ((event.at, event) for event in course.events)
    for moment, what in sorted(later, key=lambda happening: happening[0]):
        yield moment.date(), what


def _is_same(one: Closure, other: Closure) -> bool:
    """Whether they are one closure, before and after it was lifted."""
    return replace(one, lifted=None) == replace(other, lifted=None)


def _weighs(before: Course, now: Course) -> bool:
    """Whether the office or the citizen has another day, or the office another balance."""
    return _standing(before) != _standing(now)


def _standing(course: Course) -> tuple[date | None, int, date | None]:
    until = course.waiting.citizen_until if course.waiting else None
    return course.due_on, course.balance, until


def _touches(course: Course, closure: Closure) -> bool:
    """Whether the closure takes a day from what the table shows in the end."""
    calendar = course.office.calendar
    first = max(closure.first, course.received_on + timedelta(days=1))
    last = min(closure.until, course.due_on or course.stops[-1].first)
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        closed = calendar.why_closed(day)
        if closed is not None and closed.cause is Cause.CLOSURE:
            return True
    return False


def _told_of_closure(before: Course, now: Course, closure: Closure) -> tuple[str, str]:
    """A closure, as it was ordered or lifted, and what it changes while the clock stands."""
    words = f"{closure.words}: no cuentan los días {_span(closure)}."
    source = closure.source
    if closure.lifted and any(_is_same(old, closure) for old in before.office.calendar.closures):
        since = long_date(closure.lifted.since)
        words = f"Se levantó: {closure.words}. Los días cuentan desde el {since}."
        if closure.lifted.since <= closure.first:
            words = f"Quedó sin efecto antes de empezar: {closure.words}. Esos días cuentan."
        source = closure.lifted.act or source
    if now.waiting and _weighs(before, now):
        until, left = long_date(now.waiting.citizen_until), left_words(now, " más")
        words += f" Hay tiempo hasta el {until}; después, la entidad tiene {left}."
    return words, source


def _span(closure: Closure) -> str:
    if closure.first == closure.until:
        return f"del {long_date(closure.first)}"
    return f"del {long_date(closure.first)} al {long_date(closure.until)}"


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
        case Extended():
            return _told_of_extension(before, now)
        case Prioritised(ground=ground):
            return f"Tiene prioridad ({ground.label}). El plazo no cambia.", ground.source
    return _told_of_end(now, event)


def _told_of_stop(now: Course, verb: str) -> str:
    until = long_date(now.stops[-1].citizen_until) if now.stops else ""
    left = left_words(now)
    return (
        f"Se pidió {verb} la solicitud, con tiempo hasta el {until}. El plazo se detiene y a la "
        f"entidad le quedan {left}."
    )


def _told_of_extension(before: Course, now: Course) -> tuple[str, str]:
    """More days of the law; or, up to those that it gives at first, of what the entity promised."""
    days = business_days(now.days)
    if not now.is_extended:
        return f"La entidad puso otra fecha a su compromiso: {days} en total.", now.term.source
    words = f"Se prorrogó el plazo a {days} en total."
    if before.is_promise and before.due_on and before.legal_due_on:
        words += (
            f" Antes: compromiso hasta el {long_date(before.due_on)}, y por ley hasta el "
            f"{long_date(before.legal_due_on)}."
        )
    return words, Action.EXTEND.source


def _told_of_delivery(before: Course, done: str) -> str:
    return f"{done} la solicitud: el plazo sigue al día siguiente con {left_words(before)}."


def _told_of_end(now: Course, event: Ended | Ruled) -> tuple[str, str]:
    """The end, or what was decided on what the citizen presented against it."""
    if isinstance(event, Ruled):
        return f"{event.ruling.done}.", source_of(now.ended) if now.ended else Action.RULE.source
    words = f"{how_it_ended(event)}."
    return f"{words} {COUNTED_THERE}" if event.by is Action.REFER else words, event.source
