"""Dates in the words that people read, the same on pages, in letters and at the command line."""

from datetime import date

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
