"""Texts that answers begin from."""

from datetime import datetime

import pytest

from app import clock
from app.domain.calendar import OFFICE
from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.models import Account
from app.services import answer_templates
from app.services.casework import NotAllowed
from tests.support.office import House, assigned_case, case_of, open_house
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 17, 10, tzinfo=OFFICE)
TEXT = "Señor(a) {nombre}:\n\nSobre su {tipo} {radicado}, del {recibido}. {Firma}, {dependencia}."


@pytest.fixture
def house(app) -> House:
    return open_house()


def save(house: House, number: int | None = None, **changes: object) -> None:
    given = {
        "name": "Acuse",
        "body": TEXT,
        "office_id": None,
        "author": house.administrator,
        "now": clock.now(),
    } | changes
    answer_templates.save(number, **given)


def names(account: Account) -> list[str]:
    return [template.name for template in answer_templates.for_author(account)]


def test_its_blanks_are_filled_for_the_case(house):
    citizen = add_citizen(house.entity.id)
    case = case_of(assigned_case(house, citizen, now=datetime(2026, 3, 16, 10, tzinfo=OFFICE)))
    save(house)
    [template] = answer_templates.of_entity(house.entity.id)

    text = answer_templates.filled(template.id, case, author=house.official, now=NOW)

    assert text == (
        f"Señor(a) Francisco Rivera:\n\nSobre su petición {case.radicado}, del lunes 16 de marzo "
        "de 2026. Olga Prueba, Atención al Ciudadano."
    )


def test_each_office_has_its_own_besides_those_of_the_entity(house):
    save(house)
    save(house, name="De Cobertura", office_id=house.coverage.id)

    assert names(house.official) == ["Acuse"]
    assert names(house.colleague) == ["Acuse", "De Cobertura"]
    assert names(open_house("VIL").official) == []


def test_it_is_changed_and_taken_away(house):
    save(house)
    [template] = answer_templates.of_entity(house.entity.id)
    save(house, template.id, body="Otro texto.")
    assert answer_templates.find(template.id, house.entity.id).body == "Otro texto."

    answer_templates.remove(template.id, author=house.administrator, now=NOW)

    assert names(house.official) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"body": " "}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"body": "Hola {apellido}"}, "body"),
        ({"office_id": 999_999}, "office"),
    ],
)
def test_what_will_not_do_is_refused_in_its_field(house, change, field):
    with pytest.raises(FieldRefused) as refusal:
        save(house, **change)
    assert refusal.value.field == field
    assert names(house.official) == []


def test_a_name_is_taken_once(house):
    save(house)
    with pytest.raises(FieldRefused, match="Ya hay"):
        save(house)


def test_another_entity_and_another_role_change_nothing(house):
    save(house)
    [template] = answer_templates.of_entity(house.entity.id)
    other = open_house("VIL")

    with pytest.raises(NotFound):
        save(other, template.id)
    with pytest.raises(NotFound):
        answer_templates.remove(template.id, author=other.administrator, now=NOW)
    for who in ("official", "coordinator", "clerk"):
        with pytest.raises(NotAllowed):
            save(house, template.id, author=getattr(house, who))
    with pytest.raises(FieldRefused):
        save(other, office_id=house.hall.id)
