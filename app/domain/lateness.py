"""The semáforo of a case whose entity promised to answer sooner than the law commands: what is late
by a promise is never shown as late by law."""

from datetime import date

from app.domain.calendar import Calendar
from app.domain.course import Course
from app.domain.deadline import Light, Tone, light_for


def light_of(course: Course, due_on: date, today: date) -> Light:
    """How near the answer is, while the clock of the course runs until `due_on`."""
    law = course.ends_on if course.is_promise else None
    return light_between(due_on, law, today, course.office.calendar)


def light_between(due_on: date, law: date | None, today: date, calendar: Calendar) -> Light:
    """The same by its two dates: `law` is the last day of the law where `due_on` is that of a
    promise, and None where it is the law's own."""
    if law is None:
        return light_for(due_on, today, calendar)
    if today > law:
        return light_for(law, today, calendar)
    light = light_for(due_on, today, calendar)
    if today > due_on:
        return Light(Tone.ORANGE, light.words.replace("Vencido", "Compromiso vencido"))
    return Light(light.tone, light.words.replace("Vence", "El compromiso vence"))


def law_of_row(received_on: date, due_on: date, law_days: int, calendar: Calendar) -> date | None:
    """The last day of the law of a case that was filed under a promise, by what its row alone
    tells; None once its date is no more that of a promise.

    What stopped the clock is not in the row: then the law has more days, and never less.
    """
    if calendar.count(received_on, due_on) >= law_days:
        return None
    return calendar.add(received_on, law_days)
