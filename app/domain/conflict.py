"""Whether what a citizen writes names somebody of the office, or an office: who is named does not
see to the case (Ley 1437 of 2011, articles 11 and 12)."""

import re
from itertools import pairwise

from app.domain.person import fold

LONGEST_ACCUSED = 200  # letters of the answer to «¿Sobre quién es?»

_WORD = re.compile(r"[a-z]+")
# What joins names and tells nobody apart.
_PARTICLES = frozenset("da de del do dos el la las los san santa van von y".split())


def names_person(text: str, first_names: str, surnames: str) -> bool:
    """Whether a text has, one after the other, a first name of theirs and their first surname, or
    both their surnames: with or without accents. Less would set apart whoever shares a name with
    somebody else."""
    said, first, last = _in_order(text), _in_order(first_names), _in_order(surnames)
    if not last:
        return False
    theirs = {(name, last[0]) for name in first} | set(pairwise(last[:2]))
    return not theirs.isdisjoint(pairwise(said))


def names_office(text: str, office: str) -> bool:
    """Whether a text has every word of the name of an office."""
    words = _words(office)
    return bool(words) and words <= _words(text)


def _words(text: str) -> frozenset[str]:
    return frozenset(_in_order(text))


def _in_order(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in _PARTICLES]
