"""What is offered at filing, as every page shows it: a trámite of the catalogue with its words and
when its answer would come, and a topic with what the entity promises under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.dates import business_days
from app.domain.explanation import explain
from app.domain.procedures import lines
from app.domain.requerimiento import Kind
from app.domain.topics import Branch
from app.models import Procedure, Topic
from app.services.entities import EntityFacts
from app.services.promises import promise_of


@dataclass(frozen=True)
class Offer:
    """A trámite, and the term of what is filed now. `basis` says where the term comes from,
    and `is_promise` that the entity undertook it, sooner than the law commands."""

    procedure: Procedure
    days: int
    due_on: date
    basis: str
    is_promise: bool

    @property
    def requirements(self) -> list[str]:
        """What to attach, one by one."""
        return lines(self.procedure.requirements)

    @property
    def steps(self) -> list[str]:
        """What to do, one by one."""
        return lines(self.procedure.steps)


def topic_words(branch: Branch[Topic]) -> str:
    """A topic in a list to choose from, with what the entity promises under it: «Soporte TI:
    Impresoras (5 días hábiles, si es petición)»."""
    topic = branch.topic
    if topic.term_days is None or topic.kind is None:
        return branch.label
    return f"{branch.label} ({business_days(topic.term_days)}, si es {topic.kind.label.lower()})"


def offer_of(procedure: Procedure, house: EntityFacts, now: datetime) -> Offer:
    """The trámite as it is offered at that moment; it needs all that its page says."""
    course = house.course(Kind.PROCEDURE, now, promise_of(procedure))
    term = explain(course, now.date())
    due_on = course.due_on or now.date()
    return Offer(procedure, course.days, due_on, term.basis, course.is_promise)
