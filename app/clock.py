"""The only reading of the system clock, in the time of the office."""

from datetime import datetime

from app.domain.calendar import OFFICE


def now() -> datetime:
    """Return the present moment in Bogotá (UTC-5, no summer time)."""
    return datetime.now(OFFICE)
