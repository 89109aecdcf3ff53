"""What the catalogue of trámites says of each: its address, its lists, and how it is looked for."""

import re
from collections.abc import Iterable

from app.domain.person import fold
from app.domain.searching import asked, indexed, is_endless

FREE = "Gratuito"
LONGEST_SLUG = 70
# Characters that each field may hold; more is refused in words, never cut.
LIMITS = {
    "name": 120,
    "summary": 600,
    "who": 1_000,
    "requirements": 4_000,
    "steps": 4_000,
    "cost": 200,
    "legal_basis": 1_000,
}


def slug_of(name: str, taken: Iterable[str] = ()) -> str:
    """The address made of a name: «duplicado-de-diploma», with a number if it is taken."""
    words = re.findall("[a-z0-9]+", fold(name))
    slug = "-".join(words)[:LONGEST_SLUG].strip("-") or "tramite"
    known, number, tried = set(taken), 1, slug
    while tried in known:
        number += 1
        tried = f"{slug}-{number}"
    return tried


def lines(text: str) -> list[str]:
    """The lines of a list that say something, without the mark that somebody put before them."""
    marks = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+")
    return [line for raw in text.splitlines() if (line := marks.sub("", raw).strip())]


def matches(texts: Iterable[str], question: str) -> bool:
    """Whether all words of the question are in the texts, with or without accents and plurals."""
    found = set(indexed(texts).split())
    return not is_endless(question) and all(stem in found for stem in asked(question))
