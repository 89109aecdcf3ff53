"""A line of the table: what was aimed at, what was seen, and whether that is enough."""

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One aim with what was measured."""

    what: str
    aim: str
    seen: str
    is_met: bool


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of the others does not exceed; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def milliseconds(seconds: float) -> str:
    """A time as the table shows it."""
    return f"{seconds * 1000:.0f} ms"
