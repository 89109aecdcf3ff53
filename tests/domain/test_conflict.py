"""Whether what a citizen writes names somebody of the office."""

import pytest

from app.domain.conflict import names_office, names_person


@pytest.mark.parametrize(
    "text",
    [
        "Mariela Curuba Cañón",
        "la señora mariela curuba, de inspección",
        "Mariela Curuba Pérez",
        "CURUBA CAÑON",
        "Curuba Cañón, Mariela",
        "Es sobre Mariela (Curuba).",
    ],
)
def test_a_first_name_with_the_first_surname_or_both_surnames_name_a_person(text):
    assert names_person(text, "Mariela", "Curuba Cañón")


@pytest.mark.parametrize(
    "text",
    [
        *("", "Mariela", "la profesora Curuba", "Mariela Pérez", "Marielacuruba", "¿?", "de la"),
        *("Mariela Cañón", "Mariela, y también Rosa Curuba", "Cañón Curuba"),
    ],
)
def test_less_names_nobody(text):
    assert not names_person(text, "Mariela", "Curuba Cañón")


def test_the_second_surname_with_a_first_name_is_somebody_else():
    assert not names_person("Ramiro Vega", "Ramiro", "Almendrón Vega")
    assert names_person("Ramiro Almendrón", "Ramiro", "Almendrón Vega")
    assert names_person("José Almendrón, alias Pepe", "Ramiro José", "Almendrón Vega")
    assert not names_person("Olga Almendrón y Ramiro Paz", "Ramiro", "Almendrón Vega")


def test_particles_and_repeated_names_tell_nobody_apart():
    assert not names_person("el director de la sede", "Luz", "de la Cruz")
    assert not names_person("el señor Rosa", "Rosa", "Rosa Díaz")
    assert not names_person("Olga", "Olga", "")
    assert names_person("Luz Cruz", "Luz", "de la Cruz")


def test_an_office_is_named_by_all_its_words():
    assert names_office("alguien de cobertura educativa", "Cobertura Educativa")
    assert names_office("INSPECCION, VIGILANCIA", "Inspección y Vigilancia")
    assert not names_office("la cobertura del colegio", "Cobertura Educativa")
    assert not names_office("cualquiera", "")
