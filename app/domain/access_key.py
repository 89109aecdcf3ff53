"""The key that opens an anonymous case together with its radicado: easy Spanish words.

The list is our own: 2,048 common words of four to eight letters without accents or ñ, none of
which becomes another by changing, leaving out, adding or swapping one letter. Five of them drawn
evenly are 55 bits: beyond guessing through a door that is throttled, as long as what is stored is
a slow hash and never the key.
"""

import math
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

LENGTH = 5  # words


@cache
def words() -> tuple[str, ...]:
    """The list, in alphabetical order."""
    return tuple(files("app.domain").joinpath("words.txt").read_text(encoding="ascii").split())


def entropy_bits() -> float:
    """How many bits a key is worth."""
    return LENGTH * math.log2(len(words()))


def new_key(randbelow: Callable[[int], int]) -> str:
    """A key such as «camino-lluvia-piano-verano-nube».

    `randbelow` gives an even number from 0 up to its argument, excluded: `secrets.randbelow`.
    """
    return "-".join(words()[randbelow(len(words()))] for _ in range(LENGTH))


def normalise_key(typed: str) -> str:
    """The letters of a key as it is hashed and compared, however it was typed: capitals,
    accents, spaces, hyphens, commas and line ends make no difference."""
    plain = unicodedata.normalize("NFKD", typed).casefold()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def unknown_words(typed: str) -> list[str]:
    """The words that are in no key, to say which one was mistyped. The list is no secret, and
    what is typed in one stretch cannot be looked at."""
    spaced = "".join(letter if letter.isalpha() else " " for letter in typed)
    known = set(words())
    parts = spaced.split()
    return [part for part in parts if normalise_key(part) not in known] if len(parts) > 1 else []
