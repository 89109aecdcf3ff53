"""Words as they are searched: without accents, capitals or endings, alike in every database."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import snowballstemmer

from app.domain.person import fold

_WORD = re.compile(r"[a-z0-9]+")
_STEMMER = snowballstemmer.stemmer("spanish")
LONGEST_WORD = 40  # characters; what is longer is no word that anybody types
MOST_WORDS = 10  # of a question; more would only make it slower

# What says nothing of a case, as it reads without accents.
EMPTY = frozenset(
    "a al ante aqui asi con como cual cuando de del desde donde e el ella ellas ellos en entre era "
    "es esa ese eso esta este esto estos fue ha han hay la las le les lo los mas me mi mis muy ni "
    "no nos o para pero por que se ser si sin sobre son su sus tambien te tiene un una unas uno "
    "unos y ya yo".split()
)


def stems(text: str) -> Iterator[str]:
    """The stems of the words that say something, in their order: «Certificaciones» and
    «certificación» have the same (Snowball for Spanish). Figures stay as they are."""
    for word in _WORD.findall(fold(text)):
        if len(word) <= LONGEST_WORD and word not in EMPTY:
            yield _stem(word)


def indexed(texts: Iterable[str]) -> str:
    """What the index keeps of some texts: each stem once, parted by spaces."""
    return " ".join(dict.fromkeys(stem for text in texts for stem in stems(text)))


def asked(question: str) -> list[str]:
    """The stems that somebody looks for, each once, `MOST_WORDS` at most; none when the question
    says nothing."""
    return list(dict.fromkeys(stems(question)))[:MOST_WORDS]


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word has its stem worked out once: it takes 40 µs, and people use few words."""
    return str(_STEMMER.stemWord(word)) if word.isalpha() else word
