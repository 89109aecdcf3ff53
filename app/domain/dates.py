"""Dates in the words that people read, the same on pages, in letters and at the command line."""

import re
from datetime import date, datetime

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def long_date(day: date) -> str:
    """«jueves 9 de abril de 2026»."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def business_days(count: int) -> str:
    """«1 día hábil», «15 días hábiles»."""
    return f"{count} día hábil" if count == 1 else f"{count} días hábiles"


def read_day(text: str) -> date:
    """The day that a person or a program wrote: «30/04/2026», «2026-04-30».

    Raises:
        ValueError: it is none.
    """
    return date.fromisoformat(_iso(text))


def read_moment(text: str) -> datetime:
    """The day and hour that a person or a program wrote: «16/03/2026 10:00», «2026-03-16T10:00».

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(_iso(text))


def _iso(text: str) -> str:
    """A day written as in Colombia, with its hour if it has one, in the order of programs."""
    written = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}:\d{2}))?", text.strip())
    if written is None:
        return text.strip()
    day, month, year, hour = written.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{hour:0>5}" if hour else "")
