"""Whether what a citizen writes names somebody of the office, or an office: who is named does not
see to the case (Ley 1437 of 2011, articles 11 and 12)."""

import re

from app.domain.person import fold

LONGEST_ACCUSED = 200  # letters of the answer to «¿Sobre quién es?»

_WORD = re.compile(r"[a-z]+")
# What joins names and tells nobody apart.
_PARTICLES = frozenset("da de del do dos el la las los san santa van von y".split())


def names_person(text: str, first_names: str, surnames: str) -> bool:
    """Whether a text has a first name of theirs and a surname, or two surnames: with or without
    accents, in whatever order."""
    said = _words(text)
    first, last = _words(first_names), _words(surnames)
    of_last = len(said & last)
    return of_last >= 2 or (of_last == 1 and bool(said & (first - last)))


def names_office(text: str, office: str) -> bool:
    """Whether a text has every word of the name of an office."""
    words = _words(office)
    return bool(words) and words <= _words(text)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text))) - _PARTICLES
