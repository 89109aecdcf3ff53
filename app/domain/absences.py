"""Who is away on which days, and who stands in. A substitute is there on all of those days and
nobody's substitute is away, so that work never passes through a second person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.registration import FieldRefused

LONGEST = 366  # days


@dataclass(frozen=True)
class Leave:
    """Days on which a person is away, both ends included, and who stands in for them."""

    person_id: int
    substitute_id: int
    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Whether the person is away on that day."""
        return self.first <= day <= self.last

    def meets(self, other: "Leave") -> bool:
        """Whether both have some day in common."""
        return self.first <= other.last and other.first <= self.last


def check(leave: Leave, others: Iterable[Leave], today: date) -> None:
    """Refuse days that make no sense, or that cross with other absences.

    Raises:
        FieldRefused: why, beside the field that is to blame.
    """
    if leave.first < today:
        raise FieldRefused("first", "Escriba un día de hoy en adelante.")
    if leave.last < leave.first:
        raise FieldRefused("last", "El último día va después del primero, o es el mismo.")
    if (leave.last - leave.first).days >= LONGEST:
        raise FieldRefused("last", "Una ausencia dura un año a lo sumo.")
    if leave.substitute_id == leave.person_id:
        raise FieldRefused("substitute", "Elija a otra persona: nadie se reemplaza a sí mismo.")
    for other in others:
        if leave.meets(other):
            _check_crossing(leave, other)


def ended(leave: Leave, today: date) -> Leave | None:
    """What is left of an absence whose person is back today; None if it had not begun before."""
    if leave.first >= today:
        return None
    yesterday = date.fromordinal(today.toordinal() - 1)
    return Leave(leave.person_id, leave.substitute_id, leave.first, min(leave.last, yesterday))


def _check_crossing(leave: Leave, other: Leave) -> None:
    days = f"del {other.first:%d/%m/%Y} al {other.last:%d/%m/%Y}"
    if other.person_id == leave.person_id:
        raise FieldRefused("first", f"Ya hay una ausencia {days}. Termínela o elija otros días.")
    if other.person_id == leave.substitute_id:
        raise FieldRefused("substitute", f"Esa persona está ausente {days}. Elija otra.")
    if other.substitute_id == leave.person_id:
        sentence = f"Reemplaza a otra persona {days}. Cambie antes ese reemplazo."
        raise FieldRefused("first", sentence)
