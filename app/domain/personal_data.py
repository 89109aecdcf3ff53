"""Personal data that somebody writes without thinking: what an anonymous filing is warned of.

It warns and never refuses: a number may be anything, and words can name a person too.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Trace(StrEnum):
    """What a piece of text looks like."""

    EMAIL = "correo"
    PHONE = "telefono"
    DOCUMENT = "documento"

    @property
    def label(self) -> str:
        """The words of the warning."""
        return {
            Trace.EMAIL: "un correo electrónico",
            Trace.PHONE: "un número de teléfono",
            Trace.DOCUMENT: "un número de documento",
        }[self]


@dataclass(frozen=True)
class Found:
    """A piece of text that may tell who writes, and where it stands."""

    trace: Trace
    text: str
    start: int


# Bounded on purpose: no text makes them slow.
_EMAIL = re.compile(r"[\w.+%-]{1,64}\s?@\s?[\w-]{1,63}(?:\s?\.\s?[\w-]{1,63}){1,4}")
# An address spelled out to hide it from machines.
_SPELLED = re.compile(
    r"[\w.+%-]{1,64}(?:\s{1,2}arroba\s{1,2}|\s?[(\[]\s?(?:arroba|at)\s?[)\]]\s?)[\w-]{1,63}"
    r"(?:\s{0,2}(?:\.|[(\[]?\s?\bpunto\b\s?[)\]]?)\s{0,2}[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
# A passport, or a document of a foreigner, has letters too.
_PASSPORT = re.compile(
    r"\b(?i:pasaporte|visa|c[eé]dula de extranjer[ií]a|ppt|pep|documento|identidad)\b"
    r"[^\d\n]{0,25}?\b(?P<number>[A-Z]{1,3}[ -]?\d{4,10})\b"
)
_NUMBER = re.compile(r"(?<!\w)(?<!\d[.,])(?:\+\s?|\(\s?)?\d(?:[ .\-–()/]{0,2}\d){4,16}(?!\w)")
_NAMES_A_DOCUMENT = re.compile(
    r"(?:\bc[eé]dula|\bdocumento|\bidentidad|\bidentificaci[oó]n|\bidentificad[oa]|\bpasaporte"
    r"|\bnit\b|\bc\.?\s?[ce]\b|\bt\.?\s?i\b|\bp\.?p\.?t\b)[^\d\n]{0,25}$",
    re.IGNORECASE,
)
_IS_ACT = re.compile(
    r"\b(?:resoluci[oó]n|decreto|ley|circular|acuerdo)\b[^\d\n]{0,12}$", re.IGNORECASE
)
_IS_MONEY = re.compile(r"\$\s?$")
_IS_PRICE = re.compile(r"\s?(?:pesos|millones|%)", re.IGNORECASE)
_LOOKS_BEFORE = 60  # characters


def personal_data_in(text: str) -> list[Found]:
    """The e-mail addresses, telephones and identity numbers that `text` seems to carry, in the
    order in which they stand."""
    found = [
        Found(Trace.EMAIL, match[0], match.start())
        for pattern in (_EMAIL, _SPELLED)
        for match in pattern.finditer(text)
    ]
    passports = list(_PASSPORT.finditer(text))
    found += [Found(Trace.DOCUMENT, match["number"], match.start("number")) for match in passports]
    ends = {match.end() for match in passports}
    for match in _NUMBER.finditer(text):
        if match.end() in ends:
            continue
        before = text[max(0, match.start() - _LOOKS_BEFORE) : match.start()]
        after = text[match.end() : match.end() + 12]
        trace = _trace_of(match[0], before, after)
        if trace is not None:
            found.append(Found(trace, match[0], match.start()))
    return sorted(found, key=lambda piece: piece.start)


def _trace_of(number: str, before: str, after: str) -> Trace | None:
    if _IS_ACT.search(before):
        return None
    digits = re.sub(r"\D", "", number)
    if _NAMES_A_DOCUMENT.search(before):
        return Trace.DOCUMENT
    if _IS_MONEY.search(before) or _IS_PRICE.match(after) or _is_date(number):
        return None
    national = digits.removeprefix("57") if len(digits) == 12 else digits
    if len(national) == 10 and (national[0] == "3" or national.startswith("60")):
        return Trace.PHONE
    if number.startswith("+") and 8 <= len(digits) <= 15:
        return Trace.PHONE
    return Trace.DOCUMENT if 6 <= len(digits) <= 11 else None


def _is_date(number: str) -> bool:
    """«16/03/2026», «2026-03-16», also with the hour that follows."""
    day = r"(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
    return re.fullmatch(rf"{day}(?: \d{{1,2}})?", number) is not None
