"""How many business days the office has to answer each kind: dated data with its source."""

from dataclasses import dataclass
from datetime import date

from app.domain.requerimiento import Kind


@dataclass(frozen=True)
class Term:
    """A term in force between two dates (`until` excluded; None while it lasts).

    `days` are business days: Ley 4 of 1913, article 62, suppresses holidays where a law
    says only "days".
    """

    kind: Kind
    days: int
    source: str
    since: date
    until: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether a requerimiento received on `day` has this term."""
        return self.since <= day and (self.until is None or day < self.until)


class TermUnknown(LookupError):
    """No term is known for that kind on that day."""


_GENERAL = "Ley 1437 de 2011, artículo 14 (Ley 1755 de 2015)"
_FIRST = "Ley 1437 de 2011, artículo 14, numeral 1 (Ley 1755 de 2015)"
_SECOND = "Ley 1437 de 2011, artículo 14, numeral 2 (Ley 1755 de 2015)"
_COMPLAINTS = "Ley 190 de 1995, artículo 55, y Ley 1437 de 2011, artículo 14"

# The extensions of the pandemic (Decreto 491 of 2020, article 5) ended on 18 May 2022 by
# Ley 2207 of 2022; what was received before is outside what this product counts.
_SINCE = date(2022, 5, 18)

TERMS: tuple[Term, ...] = (
    Term(Kind.PETITION, 15, _GENERAL, _SINCE),
    Term(Kind.INFORMATION, 10, _FIRST, _SINCE),
    Term(Kind.DOCUMENTS, 10, _FIRST, _SINCE),
    Term(Kind.CONSULTATION, 30, _SECOND, _SINCE),
    Term(Kind.COMPLAINT, 15, _COMPLAINTS, _SINCE),
    Term(Kind.CLAIM, 15, _COMPLAINTS, _SINCE),
    Term(Kind.SUGGESTION, 15, _GENERAL, _SINCE),
    Term(Kind.REPORT, 15, _GENERAL, _SINCE),
    Term(Kind.COMPLIMENT, 15, _GENERAL, _SINCE),
    Term(Kind.PROCEDURE, 15, _GENERAL, _SINCE),
)


def term_for(kind: Kind, received_on: date) -> Term:
    """Return the term of `kind` in force on the day of reception.

    Raises:
        TermUnknown: nothing is in force on that day.
    """
    for term in TERMS:
        if term.kind is kind and term.is_in_force(received_on):
            return term
    raise TermUnknown(f"no term for {kind} received on {received_on}")
