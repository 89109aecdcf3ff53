"""What the words of a letter give away about what is missing from it."""

import re

from app.domain.person import fold

_ANNEX = re.compile(r"\b(adjunt[oaeé]\w*|anex[oaeé]\w*)\b")
_NONE = re.compile(r"\b(sin|no|ningun|ninguna)(\s+\w+){0,2}\s+(adjunt|anex)\w*")


def mentions_annex(text: str) -> bool:
    """Whether the text speaks of an annex that goes with it: «le adjunto», «ver anexo»."""
    words = fold(text)
    return bool(_ANNEX.search(_NONE.sub("", words)))
