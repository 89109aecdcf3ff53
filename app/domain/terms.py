"""The terms of the law as dated data with their source: to answer, to act, and of the citizen; and
the shorter ones that an entity promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.requerimiento import Kind


class Unit(StrEnum):
    """What a term is counted in."""

    BUSINESS_DAYS = "dias_habiles"
    MONTHS = "meses"

    def counted(self, amount: int) -> str:
        """«15 días hábiles», «1 mes»."""
        one, many = (
            ("día hábil", "días hábiles") if self is Unit.BUSINESS_DAYS else ("mes", "meses")
        )
        return f"{amount} {one if amount == 1 else many}"


class Requester(StrEnum):
    """Who asks, where the law gives somebody a term of their own."""

    PERSON = "persona"
    AUTHORITY = "autoridad"
    LEGISLATOR = "congresista"
    CHAMBER = "camara_o_comision"
    OMBUDSMAN = "defensoria"
    OPPOSITION = "oposicion"

    @property
    def label(self) -> str:
        """The words of a form."""
        return {
            Requester.PERSON: "Una persona u organización",
            Requester.AUTHORITY: "Otra autoridad",
            Requester.LEGISLATOR: "Un congresista, en control político",
            Requester.CHAMBER: "Una cámara o comisión del Congreso",
            Requester.OMBUDSMAN: "La Defensoría del Pueblo",
            Requester.OPPOSITION: "Una organización declarada en oposición",
        }[self]


class Matter(StrEnum):
    """What a term is for when it is not the term to answer a kind."""

    HAND_OVER_COPIES = "entregar_copias"
    REFER = "traslado_por_competencia"
    ASK_TO_COMPLETE = "requerir_incompleta"
    COMPLETE = "completar"
    CLARIFY = "aclarar_oscura"
    INSIST_ON_RESERVED = "insistencia_reserva"
    APPEAL = "recursos"
    NEGATIVE_SILENCE = "silencio_negativo"
    NEGATIVE_SILENCE_OF_APPEAL = "silencio_negativo_recursos"
    RESEND_AFTER_FAILURE = "insistir_tras_falla"
    DATA_INQUIRY = "habeas_data_consulta"
    DATA_CLAIM = "habeas_data_reclamo"
    DATA_CLAIM_ASK = "habeas_data_requerir"
    DATA_CLAIM_ABANDONED = "habeas_data_desistido"
    DATA_CLAIM_REFER = "habeas_data_traslado"

    @property
    def label(self) -> str:
        """What the table of terms says."""
        return MATTER_LABELS[self]


MATTER_LABELS = {
    Matter.HAND_OVER_COPIES: "Entregar las copias, si la petición se entiende aceptada",
    Matter.REFER: "Trasladar a la autoridad competente",
    Matter.ASK_TO_COMPLETE: "Pedir que se complete la solicitud",
    Matter.COMPLETE: "Completar la solicitud (el ciudadano)",
    Matter.CLARIFY: "Aclarar la solicitud (el ciudadano)",
    Matter.INSIST_ON_RESERVED: "Insistir ante una reserva (el ciudadano)",
    Matter.APPEAL: "Interponer recursos (el ciudadano)",
    Matter.NEGATIVE_SILENCE: "Silencio negativo de la petición",
    Matter.NEGATIVE_SILENCE_OF_APPEAL: "Silencio negativo de los recursos",
    Matter.RESEND_AFTER_FAILURE: "Insistir en el envío después de una falla (el ciudadano)",
    Matter.DATA_INQUIRY: "Responder una consulta de datos personales",
    Matter.DATA_CLAIM: "Responder un reclamo de datos personales",
    Matter.DATA_CLAIM_ASK: "Pedir que se complete un reclamo de datos personales",
    Matter.DATA_CLAIM_ABANDONED: "Completar un reclamo de datos personales (el titular)",
    Matter.DATA_CLAIM_REFER: "Trasladar un reclamo de datos personales",
}


@dataclass(frozen=True)
class Term:
    """A term in force between two dates (`until` excluded; None while it lasts).

    Where a law says only "days" they are business days: Ley 4 of 1913, article 62, suppresses
    holidays. `longest` is the term with its extension, all counted; None if it admits none.
    `law` is the term of the law where this one is a shorter one that the entity promised.
    """

    subject: Kind | Matter | Requester
    amount: int
    source: str
    since: date
    until: date | None = None
    unit: Unit = Unit.BUSINESS_DAYS
    longest: int | None = None
    law: Term | None = None

    @property
    def lawful(self) -> Term:
        """The term of the law, whatever was promised."""
        return self.law or self

    @property
    def days(self) -> int:
        """The business days of the term.

        Raises:
            ValueError: it is counted in months.
        """
        if self.unit is not Unit.BUSINESS_DAYS:
            raise ValueError(f"the term of {self.subject} is not counted in days")
        return self.amount

    def is_in_force(self, day: date) -> bool:
        """Whether what is received on `day` has this term."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Promise:
    """The business days in which an entity undertakes to answer, and the act that says so."""

    days: int
    source: str


class TermUnknown(LookupError):
    """No term is known for that on that day."""


CPACA = "Ley 1437 de 2011"
_BY_1755 = "(Ley 1755 de 2015)"
_GENERAL = f"{CPACA}, artículo 14 {_BY_1755}"
_FIRST = f"{CPACA}, artículo 14, numeral 1 {_BY_1755}"
_SECOND = f"{CPACA}, artículo 14, numeral 2 {_BY_1755}"
_COMPLAINTS = f"Ley 190 de 1995, artículo 55, y {CPACA}, artículo 14"

# The extensions of the pandemic (Decreto 491 of 2020, article 5) ended on 18 May 2022 by
# Ley 2207 of 2022; what was received before is outside what this product counts.
_SINCE = date(2022, 5, 18)


def _answer(kind: Kind, days: int, source: str) -> Term:
    """Article 14, paragraph: at most double with its extension."""
    return Term(kind, days, source, _SINCE, longest=2 * days)


def _article(
    matter: Matter | Requester, amount: int, source: str, unit: Unit = Unit.BUSINESS_DAYS
) -> Term:
    return Term(matter, amount, source, _SINCE, unit=unit)


TERMS: tuple[Term, ...] = (
    _answer(Kind.PETITION, 15, _GENERAL),
    _answer(Kind.INFORMATION, 10, _FIRST),
    _answer(Kind.DOCUMENTS, 10, _FIRST),
    _answer(Kind.CONSULTATION, 30, _SECOND),
    _answer(Kind.COMPLAINT, 15, _COMPLAINTS),
    _answer(Kind.CLAIM, 15, _COMPLAINTS),
    _answer(Kind.SUGGESTION, 15, _GENERAL),
    _answer(Kind.REPORT, 15, _GENERAL),
    _answer(Kind.COMPLIMENT, 15, _GENERAL),
    _answer(Kind.PROCEDURE, 15, _GENERAL),
    # The paragraph of article 14 extends the terms of that article and no others.
    _article(Requester.AUTHORITY, 10, f"{CPACA}, artículo 30 {_BY_1755}"),
    _article(Requester.LEGISLATOR, 5, "Ley 5 de 1992, artículo 258"),
    _article(Requester.CHAMBER, 10, "Ley 5 de 1992, artículo 260"),
    _article(Requester.OMBUDSMAN, 5, "Ley 24 de 1992, artículo 15"),
    _article(Requester.OPPOSITION, 5, "Ley 1909 de 2018, artículo 16"),
    _article(Matter.HAND_OVER_COPIES, 3, _FIRST),
    _article(Matter.REFER, 5, f"{CPACA}, artículo 21 {_BY_1755}"),
    _article(Matter.ASK_TO_COMPLETE, 10, f"{CPACA}, artículo 17 {_BY_1755}"),
    _article(Matter.COMPLETE, 1, f"{CPACA}, artículo 17 {_BY_1755}", Unit.MONTHS),
    _article(Matter.CLARIFY, 10, f"{CPACA}, artículo 19 {_BY_1755}"),
    _article(Matter.INSIST_ON_RESERVED, 10, f"{CPACA}, artículo 26, parágrafo {_BY_1755}"),
    _article(Matter.APPEAL, 10, f"{CPACA}, artículo 76"),
    _article(Matter.NEGATIVE_SILENCE, 3, f"{CPACA}, artículo 83", Unit.MONTHS),
    _article(Matter.NEGATIVE_SILENCE_OF_APPEAL, 2, f"{CPACA}, artículo 86", Unit.MONTHS),
    _article(Matter.RESEND_AFTER_FAILURE, 3, f"{CPACA}, artículo 62, numeral 2"),
    Term(Matter.DATA_INQUIRY, 10, "Ley 1581 de 2012, artículo 14", _SINCE, longest=15),
    Term(Matter.DATA_CLAIM, 15, "Ley 1581 de 2012, artículo 15", _SINCE, longest=23),
    _article(Matter.DATA_CLAIM_ASK, 5, "Ley 1581 de 2012, artículo 15"),
    _article(Matter.DATA_CLAIM_ABANDONED, 2, "Ley 1581 de 2012, artículo 15", Unit.MONTHS),
    _article(Matter.DATA_CLAIM_REFER, 2, "Ley 1581 de 2012, artículo 15"),
)

# What each of them may ask for with a term of their own; anything else has the term of its kind.
OWN_TERM: dict[Requester, frozenset[Kind]] = {
    Requester.PERSON: frozenset(),
    Requester.AUTHORITY: frozenset({Kind.INFORMATION, Kind.DOCUMENTS}),
    Requester.LEGISLATOR: frozenset({Kind.INFORMATION}),
    Requester.CHAMBER: frozenset({Kind.DOCUMENTS}),
    Requester.OMBUDSMAN: frozenset({Kind.INFORMATION}),
    Requester.OPPOSITION: frozenset({Kind.INFORMATION}),
}


# What an entity may promise to answer sooner. The silence that accepts a petition of information or
# documents comes on the day of the law (article 14, numeral 1): there a promise would only confuse.
PROMISABLE = frozenset(Kind) - {Kind.INFORMATION, Kind.DOCUMENTS}
LONGEST_SOURCE = 120  # characters: what a case keeps of it


def promised(law: Term, promise: Promise | None) -> Term:
    """The term of the law, or the shorter one that the entity promised. What promises as much as
    the law or more promises nothing; the extension stays bounded by the double of the law's."""
    if promise is None or law.subject not in PROMISABLE or not 0 < promise.days < law.days:
        return law
    return replace(law, amount=promise.days, source=promise.source, law=law)


def promise_problem(kind: Kind | None, days: int, day: date) -> str | None:
    """Why an entity may not promise those days for what is filed of that kind (None for any), in a
    sentence; None if it may.

    Raises:
        TermUnknown: nothing is in force on that day.
    """
    if kind is None:
        return "Un plazo propio necesita un tipo fijo: elija el tipo o quite el plazo."
    law = term_for(kind, day)
    if kind not in PROMISABLE:
        return (
            f"{kind.label} tiene siempre los {law.days} días de la ley, porque después la ley la "
            "entiende aceptada. Quite el plazo propio."
        )
    if not 0 < days <= law.days:
        return (
            f"Escriba entre 1 y {law.days} días hábiles: la ley da {law.days}, y la entidad puede "
            "prometer menos, pero no más."
        )
    return None


def term_for(kind: Kind, received_on: date, requester: Requester = Requester.PERSON) -> Term:
    """Return the term to answer `kind` in force on the day of reception.

    Raises:
        TermUnknown: nothing is in force on that day.
    """
    return _in_force(requester if kind in OWN_TERM[requester] else kind, received_on)


def days_of_law(kind: Kind, received_on: date, requester: Requester, days: int) -> int | None:
    """The days of the law for what was filed with only so many of them, which its entity promised;
    None where they are the law's own."""
    law = term_for(kind, received_on, requester).days
    return law if days < law else None


def term_of(matter: Matter, day: date) -> Term:
    """Return the term for that matter in force on `day`.

    Raises:
        TermUnknown: nothing is in force on that day.
    """
    return _in_force(matter, day)


def in_force(day: date) -> list[Term]:
    """Every term that is in force on `day`, in the order of the table."""
    return [term for term in TERMS if term.is_in_force(day)]


def _in_force(subject: Kind | Matter | Requester, day: date) -> Term:
    for term in TERMS:
        if term.subject is subject and term.is_in_force(day):
            return term
    raise TermUnknown(f"no term for {subject} received on {day}")
