"""The public calculator: the same count as the cases, every day with its reason."""

from datetime import datetime

import pytest
import time_machine

from app.domain.calendar import OFFICE
from tests.support.client import words
from tests.support.people import add_entity

GOLDEN = {
    ("2026-03-16T10:00", "peticion"): "Vence el jueves 9 de abril de 2026",
    ("2026-03-27T16:59", "peticion_informacion"): "Vence el martes 14 de abril de 2026",
    ("2026-04-01T21:30", "peticion"): "Vence el viernes 24 de abril de 2026",
    ("2026-04-02T09:00", "peticion_documentos"): "Vence el viernes 17 de abril de 2026",
    ("2026-12-14T08:00", "peticion"): "Vence el miércoles 6 de enero de 2027",
}


@pytest.fixture
def entity(app):
    return add_entity()


@pytest.mark.parametrize(("received", "kind"), GOLDEN)
def test_it_gives_the_golden_dates(client, entity, received, kind):
    page = client.get("/calculadora", query_string={"received": received, "kind": kind})

    assert page.status_code == 200
    assert GOLDEN[received, kind] in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.settings(reception_reading=2)
def test_it_reads_reception_as_the_entity_does(client, entity):
    page = client.get("/calculadora?received=2026-04-01T21:30&kind=peticion")

    assert "Vence el lunes 27 de abril de 2026" in words(page)
    assert "Llegó fuera del horario de atención" in words(page)


@pytest.mark.on("sqlite")
def test_it_tells_every_day_and_why_it_does_not_count(client, entity):
    said = words(client.get("/calculadora?received=2026-03-16T10:00&kind=peticion"))

    assert "15 días hábiles desde el martes 17 de marzo de 2026" in said
    assert "Día hábil 15" in said
    assert "lunes 23 mar 2026 No. Festivo: Día de San José" in said
    assert "Ley 51 de 1983, artículo 1" in said
    assert "sábado 21 mar 2026 No. Sábado. Ley 4 de 1913, artículo 62" in said


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("received=&kind=peticion", "Escriba el día y la hora."),
        ("received=ayer&kind=peticion", "Escriba el día y la hora así"),
        ("received=2026-03-16T10:00&kind=nada", "Elija el tipo de requerimiento."),
        ("received=1999-01-02T10:00&kind=peticion", "Escriba una fecha desde el 18 de mayo"),
        ("received=2099-01-02T10:00&kind=peticion", "Escriba una fecha desde el 18 de mayo"),
        ("received=9999-12-31T23:59&kind=peticion", "Escriba una fecha desde el 18 de mayo"),
        ("received=0001-01-01T00:00%2B14:00&kind=peticion", "Escriba"),
    ],
)
def test_what_it_cannot_count_comes_back_with_what_to_do(client, entity, query, sentence):
    page = client.get(f"/calculadora?{query}")

    assert page.status_code == 422
    assert sentence in words(page)


@pytest.mark.on("sqlite")
def test_it_opens_empty_and_says_the_same_as_a_case(client, entity):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False):
        page = client.get("/calculadora")

    assert page.status_code == 200
    assert "Vence el" not in words(page)
