"""Words as they are searched: without accents, capitals or endings, alike in every database."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from app.domain.person import fold

_WORD = re.compile(r"[a-z0-9]+")
_STEMMER = snowballstemmer.stemmer("spanish")
LONGEST_WORD = 40  # characters; what is longer is no word that anybody types
MOST_WORDS = 10  # of a question; more would only make it slower
SHORTEST_BEGINNING = 3  # letters; fewer are the beginning of too much
MOST_KEPT = 30_000  # letters of the stems of one case

# What says nothing of a case, as it reads without accents.
EMPTY = frozenset(
    "a al ante aqui asi con como cual cuando de del desde donde e el ella ellas ellos en entre era "
    "es esa ese eso esta este esto estos fue ha han hay la las le les lo los mas me mi mis muy ni "
    "no nos o para pero por que se ser si sin sobre son su sus tambien te tiene un una unas uno "
    "unos y ya yo".split()
)


# What most often follows where a stem ends: «certificad» goes on with one of these, and the stem of
# «certificado» is shorter than what was typed. Of the 26,000 beginnings of the words of our own
# pages and law they leave none out.
ENDINGS = (
    "a acion ad ades as ble ca cacion cas cion ciones co cos d da dad dades das do dos e en ente "
    "ento entos era eron es ia iendo iento ientos idad ilidad ion iones iva ivo le mente miento "
    "mientos mos n ndo nes nte nto ntos o on ones os r ra rla rlo ron s sta ta te to va vo"
).split()


@dataclass(frozen=True)
class Question:
    """What somebody looks for: the `stems` that a case must have, and the last word, which may be
    only begun. It is there if the case has one of its `stems`, or a stem that begins with its
    `beginning`; "" when there is no such word."""

    stems: tuple[str, ...]
    beginning: str = ""
    grown: tuple[str, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.stems or self.beginning)

    def is_answered_by(self, text: str) -> bool:
        """Whether a text has all of it."""
        kept = set(stems(text))
        begun = not self.beginning or any(
            stem.startswith(self.beginning) or stem in self.grown for stem in kept
        )
        return begun and all(kept.intersection(forms(stem)) for stem in self.stems)


def stems(text: str) -> Iterator[str]:
    """The stems of the words that say something, in their order: «Certificaciones» and
    «certificación» have the same (Snowball for Spanish). Figures stay as they are."""
    for word in _WORD.findall(fold(text)):
        if len(word) <= LONGEST_WORD and word not in EMPTY:
            yield _stem(word)


def forms(stem: str) -> tuple[str, ...]:
    """The stems that a word has in one number and in the other where they differ: «luz» and
    «luces», of which the index keeps the one that was written."""
    other = {"z": "c", "c": "z"}.get(stem[-1:])
    return (stem, stem[:-1] + other) if other else (stem,)


def indexed(texts: Iterable[str]) -> str:
    """What the index keeps of some texts: each stem once, parted by spaces, `MOST_KEPT` letters at
    most."""
    return added("", texts)


def added(kept: str, texts: Iterable[str]) -> str:
    """What the index keeps once some texts are added to what it kept: the stems that it did not
    have, as far as `MOST_KEPT` lets them in."""
    known = dict.fromkeys(kept.split())
    size = len(kept)
    for stem in (stem for text in texts for stem in stems(text)):
        if stem not in known:
            size += len(stem) + 1
            if size > MOST_KEPT:
                break
            known[stem] = None
    return " ".join(known)


def asked(question: str) -> list[str]:
    """The stems that somebody looks for, each once, `MOST_WORDS` at most; none when the question
    says nothing."""
    return list(dict.fromkeys(stems(question)))[:MOST_WORDS]


def is_endless(question: str) -> bool:
    """Whether one of its words is longer than any that can be found."""
    return any(len(word) > LONGEST_WORD for word in _WORD.findall(fold(question)))


def read(question: str) -> Question:
    """What was typed, with its last word as one that may go on: people look at what they find
    before they have written it to its end."""
    words = _WORD.findall(fold(question))
    last = words[-1] if words else ""
    is_begun = SHORTEST_BEGINNING <= len(last) <= LONGEST_WORD and last.isalpha()
    if not is_begun or last in EMPTY:
        return Question(tuple(asked(question)))
    before = asked(" ".join(words[:-1]))[: MOST_WORDS - 1]
    return Question(tuple(before), last, _grown(last))


@lru_cache(maxsize=2048)
def _grown(beginning: str) -> tuple[str, ...]:
    """The stems of the words that it may be the beginning of, where they do not begin with it
    themselves."""
    words = (beginning, *(beginning + ending for ending in ENDINGS))
    found = dict.fromkeys((*forms(_stem(beginning)), *(_stem(word) for word in words)))
    return tuple(stem for stem in found if not stem.startswith(beginning))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """A word has its stem worked out once: it takes 40 µs, and people use few words."""
    return str(_STEMMER.stemWord(word)) if word.isalpha() else word
