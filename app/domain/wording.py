"""The words of a letter: the blanks of a template, and what they say of what is missing."""

import re
from collections.abc import Mapping

from app.domain.person import fold

_ANNEX = re.compile(r"\b(adjunt[oaeé]\w*|anex[oaeé]\w*)\b")
# A point of a list with nothing after its mark: «2.», «b)», «-».
_EMPTY_POINT = re.compile(r"^[ \t]*(\d{1,2}[.)]|[a-z][.)]|[-*•])[ \t]*$", re.MULTILINE)
_NONE = re.compile(r"\b(sin|no|ningun|ninguna)(\s+\w+){0,2}\s+(adjunt|anex)\w*")


# What a template may leave blank, and what each stands for.
BLANKS = {
    "nombre": "el nombre del ciudadano",
    "radicado": "el número del requerimiento",
    "tipo": "el tipo de requerimiento",
    "recibido": "el día en que se recibió",
    "vence": "el día en que vence la respuesta",
    "hoy": "la fecha de hoy",
    "entidad": "el nombre de la entidad",
    "dependencia": "su dependencia",
    "firma": "su nombre",
}
# Those that say something of the case, and so of each of several.
OF_THE_CASE = frozenset({"nombre", "radicado", "tipo", "recibido", "vence"})
# What they say of a case that does not exist, for whoever writes a template.
SAMPLE = {
    "nombre": "Francisco Rivera",
    "radicado": "SOA2026ER000001",
    "tipo": "petición",
    "recibido": "16 de marzo de 2026",
    "vence": "9 de abril de 2026",
    "hoy": "20 de marzo de 2026",
    "entidad": "Secretaría de Educación de ejemplo",
    "dependencia": "Atención al Ciudadano",
    "firma": "Nombre de quien firma",
}
_BLANK = re.compile(r"\{([^{}\n]{0,40})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled; one that is not known stays as it is, to be seen."""
    return _BLANK.sub(lambda found: values.get(found[1].strip().lower(), found[0]), text)


def blanks_of(text: str) -> list[str]:
    """The blanks that a text has, each once: «{nombre}»."""
    return list(dict.fromkeys(found[0] for found in _BLANK.finditer(text)))


def unknown_blanks(text: str) -> list[str]:
    """Those that stand for nothing."""
    return [blank for blank in blanks_of(text) if blank[1:-1].strip().lower() not in BLANKS]


def mentions_annex(text: str) -> bool:
    """Whether the text speaks of an annex that goes with it: «le adjunto», «ver anexo»."""
    words = fold(text)
    return bool(_ANNEX.search(_NONE.sub("", words)))


def empty_points(text: str) -> list[str]:
    """The marks of the points of a list that say nothing: «2.»."""
    return [found[1] for found in _EMPTY_POINT.finditer(text)]
