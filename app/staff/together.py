"""What the page of an answer shows of those linked under its case, who may get the answer too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.deadline import Light
from app.domain.requerimiento import Status
from app.explained import light_of_row, waiting_light
from app.models import Requerimiento
from app.services.together import Companion
from app.staff.showing import how_to_tell


@dataclass(frozen=True)
class Row:
    """One of them: who asks, how near its answer is, how they are told when no mail does it, and
    why it cannot go along; "" if it can."""

    radicado: str
    citizen: str
    excerpt: str
    light: Light
    untold: str
    reason: str
    is_chosen: bool


def rows(companions: Sequence[Companion], chosen: Collection[str] | None, today: date) -> list[Row]:
    """The lines of the list. Without a choice all are chosen that can go along."""
    return [
        Row(
            companion.case.radicado,
            companion.case.citizen.display_name,
            companion.case.excerpt,
            _light(companion.case, today),
            how_to_tell(companion.case),
            companion.reason,
            not companion.reason and (chosen is None or companion.case.radicado in chosen),
        )
        for companion in companions
    ]


def _light(case: Requerimiento, today: date) -> Light:
    if case.status is Status.WAITING:
        return waiting_light(case.due_on, today)
    return light_of_row(case, today)
