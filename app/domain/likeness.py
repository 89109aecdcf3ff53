"""Whether two requerimientos may be about the same: by who asks, and by the words they share."""

from collections import Counter
from collections.abc import Iterable, Set
from datetime import timedelta

# Of all the stems that two texts have, the share that both have (Jaccard) from which they are
# alike. Of one person, who has fewer matters, less is enough.
ALIKE = 0.4
ALIKE_OF_ONE = 0.25
LATELY = timedelta(days=60)
MOST_ASKED = 6  # stems of each sort that the index is asked for


def likeness(one: Set[str], other: Set[str]) -> float:
    """The share of their stems that both have: 1 when they say the same, 0 without a common one."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def may_be_alike(said: Set[str], words: Iterable[str]) -> bool:
    """Whether a text shares enough with some words to be alike, whatever else is among them."""
    return len(said & set(words)) >= ALIKE_OF_ONE * len(said)


def is_alike(share: float, *, same_person: bool) -> bool:
    """Whether that much makes two cases alike."""
    return share >= (ALIKE_OF_ONE if same_person else ALIKE)


def telling(said: Set[str], sample: Iterable[Set[str]]) -> list[str]:
    """The stems by which those that say the same are found: of the ones that a sample of cases has,
    the rarest in it; and the longest of those that it does not have, since names and numbers of one
    case alone are among them too."""
    counts = Counter(stem for stems in sample for stem in stems & said)
    known = sorted(counts, key=lambda stem: (counts[stem], -len(stem), stem))
    unknown = sorted(said - counts.keys(), key=lambda stem: (-len(stem), stem))
    return known[:MOST_ASKED] + unknown[:MOST_ASKED]
