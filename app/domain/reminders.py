"""When the staff are reminded of what they owe: so many business days before it is due (N3)."""

import re
from collections.abc import Sequence
from datetime import date, time

from app.domain.calendar import Calendar

USUAL = (5, 2, 0)
MOST, FURTHEST = 6, 30
MORNING = time(7)  # nobody is written to before


def read_points(text: str) -> tuple[int, ...]:
    """The points that a person wrote: «5, 2, 0», in business days, the furthest first. Nothing
    written means that nobody is reminded.

    Raises:
        ValueError: it is no list of a few small numbers.
    """
    parts = [part.strip() for part in re.split(r"[,;\s]+", text.strip()) if part.strip()]
    if len(parts) > MOST or not all(re.fullmatch("[0-9]{1,2}", part) for part in parts):
        raise ValueError(text)
    points = sorted({int(part) for part in parts}, reverse=True)
    if points and points[0] > FURTHEST:
        raise ValueError(text)
    return tuple(points)


def write_points(points: Sequence[int]) -> str:
    """The points as a person reads them: «5, 2, 0»."""
    return ", ".join(map(str, points))


def days_reminded(today: date, points: Sequence[int], calendar: Calendar) -> dict[date, int]:
    """The due dates that are spoken of on a business day, each with the business days that are
    left; none on any other day."""
    if not calendar.is_business_day(today):
        return {}
    return {calendar.add(today, point) if point else today: point for point in points}


def first_overdue(today: date, calendar: Calendar) -> date:
    """The first due date that has passed since the business day before: what fell due on it or
    later and is still open is said once, on the first morning that it is late."""
    day = date.fromordinal(today.toordinal() - 1)
    while not calendar.is_business_day(day):
        day = date.fromordinal(day.toordinal() - 1)
    return day
