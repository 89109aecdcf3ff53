"""When the answer is due, and the semáforo that says how near that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum, StrEnum

from app.domain.calendar import Calendar


class Reading(IntEnum):
    """The two readings of reception outside office hours (CPACA, articles 15 and 54).

    FIRST keeps the day of the record itself; SECOND files on the next business day what comes
    in after closing or on a closed day, so the term ends one business day later.
    """

    FIRST = 1
    SECOND = 2


@dataclass(frozen=True)
class OfficeHours:
    """What an entity decides about reception."""

    calendar: Calendar
    reading: Reading = Reading.FIRST
    closes_at: time = time(17)


@dataclass(frozen=True)
class Deadline:
    """`received_on` is the day that reception counts from; `due_on` the last day to answer."""

    received_on: date
    first_day: date
    due_on: date
    days: int


def reception_day(received_at: datetime, office: OfficeHours) -> date:
    """The day on which reception is held to have happened; `received_at` is Bogotá time."""
    day = received_at.date()
    if office.reading is Reading.FIRST:
        return day
    late = received_at.time() >= office.closes_at
    if late or not office.calendar.is_business_day(day):
        return office.calendar.add(day, 1)
    return day


def deadline_for(received_at: datetime, days: int, office: OfficeHours) -> Deadline:
    """Count `days` business days from the day after reception (CPACA, article 14)."""
    received_on = reception_day(received_at, office)
    return Deadline(
        received_on=received_on,
        first_day=office.calendar.add(received_on, 1),
        due_on=office.calendar.add(received_on, days),
        days=days,
    )


class Tone(StrEnum):
    """The colours of the semáforo; each is always shown with a shape and words."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    DONE = "done"


@dataclass(frozen=True)
class Light:
    """How near a due date is, as a colour and as words."""

    tone: Tone
    words: str


def light_for(due_on: date, today: date, calendar: Calendar) -> Light:
    """The semáforo of an open requerimiento: green above 5 business days, yellow from 5 to 3,
    orange from 2 to 0, red once overdue (our own thresholds)."""
    between = calendar.count(min(due_on, today), max(due_on, today))
    return _light(due_on, today, between)


def lights_for(due_dates: Iterable[date], today: date, calendar: Calendar) -> dict[date, Light]:
    """The semáforo of many due dates: each day between the first and the last is looked at
    once, however many they are."""
    dates = set(due_dates)
    past = _distances(sorted((day for day in dates if day < today), reverse=True), today, calendar)
    ahead = _distances(sorted(day for day in dates if day >= today), today, calendar)
    return {day: _light(day, today, between) for day, between in (past | ahead).items()}


def _distances(dates: list[date], today: date, calendar: Calendar) -> dict[date, int]:
    """Business days between `today` and each date; the nearest date comes first."""
    found, reached, between = {}, today, 0
    for day in dates:
        between += calendar.count(min(day, reached), max(day, reached))
        found[day], reached = between, day
    return found


def _light(due_on: date, today: date, between: int) -> Light:
    """`between` are the business days from the earlier of the two dates to the later."""
    if due_on < today:
        late = max(between, 1)
        return Light(Tone.RED, f"Vencido hace {late} {_days(late)}")
    if due_on == today or between == 0:
        return Light(Tone.ORANGE, "Vence hoy")
    words = f"Vence en {between} {_days(between)}"
    if between <= 2:
        return Light(Tone.ORANGE, words)
    return Light(Tone.YELLOW if between <= 5 else Tone.GREEN, words)


def _days(count: int) -> str:
    return "día hábil" if count == 1 else "días hábiles"
