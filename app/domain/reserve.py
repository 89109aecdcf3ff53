"""Sensitive cases: why a case is one, and who of the staff may open it."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import RuleBroken
from app.domain.requerimiento import Kind
from app.domain.roles import Permission, Role, may

SHORTEST_REASON, LONGEST_REASON = 10, 300  # letters
MINUTES_OPEN = 30  # for which a reason opens a case, in the session in which it was given
MASKED_WORDS = "Caso reservado"
MASKED_NAME = "Reservado"


class Ground(StrEnum):
    """Why a case is sensitive."""

    MINOR = "menor"
    REPORT = "denuncia"
    DATA = "datos_sensibles"
    SAFETY = "riesgo"
    OTHER = "otro"

    @property
    def label(self) -> str:
        """The words of the form and of the page."""
        return {
            Ground.MINOR: "Se trata de un niño, niña o adolescente",
            Ground.REPORT: "Es una denuncia",
            Ground.DATA: "Tiene datos sensibles, como los de salud o de origen étnico",
            Ground.SAFETY: "La seguridad de alguien está en riesgo",
            Ground.OTHER: "Otro motivo",
        }[self]

    @property
    def source(self) -> str:
        """The law that asks for it; "" where it is the entity's own decision."""
        return {
            Ground.MINOR: "Ley 1098 de 2006, artículo 33",
            Ground.DATA: "Ley 1581 de 2012, artículos 5 y 6",
        }.get(self, "")


class Door(StrEnum):
    """What a member of the staff finds at a case of their entity."""

    OPEN = "abierto"
    ASK_REASON = "pide_motivo"
    CLOSED = "cerrado"


@dataclass(frozen=True)
class Reader:
    """Who stands before a case. `in_team` is whether they are of the entity's team for sensitive
    cases, `office_has_team` whether somebody of the case's office is who may read it, `has_opened`
    whether their session opened it a moment ago, by a reason or by filing it at the counter."""

    role: Role | None
    in_team: bool = False
    same_office: bool = False
    is_assignee: bool = False
    is_recused: bool = False
    is_sensitive: bool = True
    office_has_team: bool = True
    has_opened: bool = False


def door(reader: Reader) -> Door:
    """Whether the case is open to them. Who was set apart from it never enters, whatever else
    holds (Ley 1437 of 2011, articles 11 and 12)."""
    if reader.is_recused or not may(reader.role, Permission.SEE_CASES):
        return Door.CLOSED
    if not reader.is_sensitive or reader.is_assignee or reader.has_opened:
        return Door.OPEN
    if reader.in_team and (reader.same_office or may(reader.role, Permission.GUARD)):
        return Door.OPEN
    if reader.role is Role.COORDINATOR and not reader.office_has_team:
        return Door.OPEN
    return Door.ASK_REASON if may(reader.role, Permission.WORK) else Door.CLOSED


def ground_at_filing(kind: Kind, *, about_minor: bool, topic_is_sensitive: bool) -> Ground | None:
    """Why what is filed is sensitive from the start, or None."""
    if about_minor:
        return Ground.MINOR
    if kind is Kind.REPORT:
        return Ground.REPORT
    return Ground.DATA if topic_is_sensitive else None


def checked_reason(text: str, ask: str) -> str:
    """A reason as it is kept.

    Raises:
        RuleBroken: it says too little or too much; `ask` is how the sentence begins.
    """
    words = " ".join(text.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise RuleBroken(f"{ask}, con {SHORTEST_REASON} a {LONGEST_REASON} letras.")
    return words
