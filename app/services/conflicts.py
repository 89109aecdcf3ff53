"""Whether a case would go to an office, or to somebody, that its citizen writes about: they do not
see to it, unless who distributes the work decides so and says why (Ley 1437 of 2011, articles 11
and 12)."""

from __future__ import annotations

from app.domain.conflict import names_office, names_person
from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused
from app.domain.reserve import LONGEST_REASON, SHORTEST_REASON
from app.models import Account, Office, Requerimiento

OTHERWISE = (
    "Elija otra dependencia. Si aun así debe ir allí, confírmelo al asignar o pasar ese caso solo, "
    "y diga por qué."
)


def named(case: Requerimiento, office: Office | None, person: Account | None) -> str:
    """The name of what the case is about among where it would go: that person, that office or the
    one in which the person works; "" if none is. The office that has the case already was decided
    on."""
    if not case.accused:
        return ""
    if person is not None and names_person(case.accused, person.first_names, person.surnames):
        return person.display_name
    for place in (office, person.office if person else None):
        if place is None or place.id == case.office_id:
            continue
        if names_office(case.accused, place.name):
            return place.name
    return ""


def check_given(
    case: Requerimiento, office: Office, person: Account | None, *, note: str, despite: bool
) -> str:
    """What the history says of a case that is given `despite` whom it is about; "" if it is about
    neither.

    Raises:
        FieldRefused: it is about them, and nobody decided it or said why.
    """
    name = named(case, office, person)
    if not name:
        return ""
    if not despite:
        raise FieldRefused("office", f"{about(name)} {OTHERWISE}")
    if not SHORTEST_REASON <= len(" ".join(note.split())) <= LONGEST_REASON:
        sentence = f"Escriba por qué, entre {SHORTEST_REASON} y {LONGEST_REASON} letras."
        raise FieldRefused("note", sentence)
    return f"aunque quien radicó dice que es sobre {name}"


def check_taken(case: Requerimiento, person: Account) -> None:
    """Let nobody take what is about them or their office.

    Raises:
        RuleBroken: it is.
    """
    name = named(case, None, person)
    if name:
        raise RuleBroken(f"{about(name)} Pida que se lo den a otra dependencia.")


def about(name: str) -> str:
    """The sentence of whom a case is about."""
    return f"Quien radicó dice que es sobre {name}."
