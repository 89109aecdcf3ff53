"""What may happen to a requerimiento that the law counts, as values: each with its moment.

`at` is Bogotá time. How each moves the clock is in `course`; when each is allowed, in `gates`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.requerimiento import Action


class RejectionGround(StrEnum):
    """The only grounds on which a petition may be rejected."""

    DISRESPECTFUL = "irrespetuosa"
    RESERVED = "reserva"

    @property
    def label(self) -> str:
        """The words of a form."""
        return {
            RejectionGround.DISRESPECTFUL: "Es irrespetuosa",
            RejectionGround.RESERVED: "Pide información reservada",
        }[self]

    @property
    def source(self) -> str:
        """The article of the ground."""
        return {
            RejectionGround.DISRESPECTFUL: "Ley 1437 de 2011, artículo 19",
            RejectionGround.RESERVED: "Ley 1437 de 2011, artículos 24 y 25",
        }[self]


class PriorityGround(StrEnum):
    """Why a petition goes before others (Ley 1437 of 2011, articles 5 and 20)."""

    FUNDAMENTAL_RIGHT = "derecho_fundamental"
    DANGER = "peligro"
    JOURNALIST = "periodista"
    PROTECTED_PERSON = "especial_proteccion"

    @property
    def label(self) -> str:
        """The words of a form."""
        return {
            PriorityGround.FUNDAMENTAL_RIGHT: "Para evitar un perjuicio irremediable",
            PriorityGround.DANGER: "Hay peligro para la vida o la integridad",
            PriorityGround.JOURNALIST: "La presenta un periodista en ejercicio",
            PriorityGround.PROTECTED_PERSON: "La presenta una persona de especial protección",
        }[self]

    @property
    def reason(self) -> str:
        """The words of a letter, after «se atiende antes que otros»."""
        lowered = self.label[0].lower() + self.label[1:]
        return lowered if self is PriorityGround.FUNDAMENTAL_RIGHT else f"porque {lowered}"

    @property
    def source(self) -> str:
        """The article of the ground."""
        if self is PriorityGround.PROTECTED_PERSON:
            return "Ley 1437 de 2011, artículo 5, numeral 6"
        return "Ley 1437 de 2011, artículo 20"


class Ruling(StrEnum):
    """What the office decides on an appeal or an insistence."""

    CONFIRM = "confirma"
    REVOKE = "repone"
    REMIT = "remite"

    @property
    def label(self) -> str:
        """The words of a form."""
        return {
            Ruling.CONFIRM: "Confirmar la decisión",
            Ruling.REVOKE: "Reponer: revocar la decisión y responder de fondo en el oficio",
            Ruling.REMIT: "Enviar la insistencia al juez o tribunal, que decide",
        }[self]

    @property
    def done(self) -> str:
        """The words of the history."""
        return {
            Ruling.CONFIRM: "Se confirmó la decisión",
            Ruling.REVOKE: "Se revocó la decisión y se respondió de fondo",
            Ruling.REMIT: "La insistencia se envió al juez, que decide",
        }[self]


@dataclass(frozen=True)
class AskedToComplete:
    """The office asks for what is missing: the clock stops (article 17)."""

    at: datetime
    missing: str = ""


@dataclass(frozen=True)
class MoreTimeAsked:
    """The citizen asks for as much time again to complete (article 17)."""

    at: datetime


@dataclass(frozen=True)
class Completed:
    """The citizen delivers what was missing: the clock goes on (article 17)."""

    at: datetime


@dataclass(frozen=True)
class AskedToClarify:
    """The office gives back what it does not understand: the clock stops (article 19)."""

    at: datetime
    doubt: str = ""


@dataclass(frozen=True)
class Clarified:
    """The citizen makes it clear: the clock goes on (article 19)."""

    at: datetime


@dataclass(frozen=True)
class Extended:
    """The office tells, before expiry, that the answer takes `days` business days in all, from
    the reception on (article 14, paragraph)."""

    at: datetime
    days: int
    reason: str = ""


@dataclass(frozen=True)
class Prioritised:
    """It goes before others. The term stays as it is (articles 5 and 20)."""

    at: datetime
    ground: PriorityGround


@dataclass(frozen=True)
class Ended:
    """The office owes nothing more in this case: answered, referred to whoever is competent,
    withdrawn, shelved, rejected or annulled. `note` names the destination or the reason, `ground`
    why it was rejected."""

    at: datetime
    by: Action
    note: str = ""
    ground: RejectionGround | None = None

    @property
    def source(self) -> str:
        """The article that rules the end."""
        return self.ground.source if self.ground else self.by.source


@dataclass(frozen=True)
class Ruled:
    """The office decides what the citizen presented against the end. It moves no term."""

    at: datetime
    ruling: Ruling


Event = (
    AskedToComplete
    | MoreTimeAsked
    | Completed
    | AskedToClarify
    | Clarified
    | Extended
    | Prioritised
    | Ended
    | Ruled
)
