"""A trámite of the catalogue as every page shows it: its words, and when its answer would come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.explanation import explain
from app.domain.procedures import lines
from app.domain.requerimiento import Kind
from app.models import Procedure
from app.services.entities import EntityFacts
from app.services.promises import promise_of


@dataclass(frozen=True)
class Offer:
    """A trámite, and the term of what is filed now. `basis` says where the term comes from."""

    procedure: Procedure
    days: int
    due_on: date
    basis: str

    @property
    def requirements(self) -> list[str]:
        """What to attach, one by one."""
        return lines(self.procedure.requirements)

    @property
    def steps(self) -> list[str]:
        """What to do, one by one."""
        return lines(self.procedure.steps)


def offer_of(procedure: Procedure, house: EntityFacts, now: datetime) -> Offer:
    """The trámite as it is offered at that moment; it needs all that its page says."""
    course = house.course(Kind.PROCEDURE, now, promise_of(procedure))
    term = explain(course, now.date())
    return Offer(procedure, course.days, course.due_on or now.date(), term.basis)
