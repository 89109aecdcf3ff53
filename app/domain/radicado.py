"""The number that identifies every document that comes in or goes out."""

import re
from enum import StrEnum

PREFIX = re.compile(r"[A-Z]{2,6}")
RADICADO = re.compile(r"([A-Z]{2,6})([0-9]{4})(ER|EE)([0-9]{6,9})")


class Direction(StrEnum):
    """ER: received from outside (externo recibido). EE: sent outside (externo enviado)."""

    INCOMING = "ER"
    OUTGOING = "EE"


def format_radicado(prefix: str, year: int, direction: Direction, number: int) -> str:
    """Write a radicado such as SOA2026ER000001 (consecutive from 1 each year: Acuerdo AGN 060
    of 2001, article 5, or the rule that replaces it)."""
    return f"{prefix}{year}{direction}{number:06d}"


def normalise_radicado(text: str) -> str:
    """What a person typed, with spaces and hyphens dropped and in capitals."""
    return re.sub(r"[\s\-–.]", "", text).upper()


def is_radicado(text: str) -> bool:
    """Whether `text` has the shape of a radicado."""
    return RADICADO.fullmatch(text) is not None


def direction_of(radicado: str) -> Direction | None:
    """Whether what has that radicado came in or went out; None for what is no radicado."""
    found = RADICADO.fullmatch(radicado)
    return Direction(found[3]) if found else None
