"""The page of the calendar: what changes is shown before it is saved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.extensions import db, writing
from app.models import Suspension
from tests.support.client import words
from tests.support.office import case_of, file_case, open_house, suspend
from tests.support.people import add_citizen

PAGE = "/gestion/administracion/calendario"


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def administrator(client, house):
    client.login("soa.administrador")
    return client


def strike(house) -> dict[str, str]:
    """A suspension of the fifth business day from now."""
    day = house.facts.calendar.add(clock.now().date(), 5)
    return {
        "first": f"{day:%d/%m/%Y}",
        "last": f"{day:%d/%m/%Y}",
        "reason": "Falla de energía",
        "act": "Resolución 12",
    }


@pytest.mark.on("sqlite")
def test_days_that_passed_are_asked_about_if_they_move_what_is_late(administrator, house):
    now = clock.now()
    file_case(house, add_citizen(house.entity.id), now=now - timedelta(days=40))
    days = house.facts.calendar.business_days_after((now - timedelta(days=35)).date())
    day = f"{next(days):%d/%m/%Y}"

    past = administrator.submit(PAGE, {**strike(house), "first": day, "last": day})
    ahead = administrator.submit(PAGE, strike(house))

    assert "Un requerimiento que hoy está vencido cambia de fecha" in words(past)
    assert "hoy está vencido" not in words(ahead)


def test_it_shows_what_moves_then_moves_it(administrator, house):
    radicado = file_case(house, add_citizen(house.entity.id))
    before = case_of(radicado).due_on
    typed = strike(house)

    shown = administrator.submit(PAGE, typed)
    assert shown.status_code == 200
    assert radicado in words(shown)
    assert "1 requerimiento abierto cambia" in words(shown)
    assert case_of(radicado).due_on == before

    token = administrator.csrf(PAGE)
    done = administrator.post(PAGE, data={**typed, "confirm": "y", "csrf_token": token})
    assert done.status_code == 303
    page = words(administrator.get(PAGE))
    assert "Términos suspendidos. 1 requerimiento abierto cambia de fecha." in page
    assert "Falla de energía" in page
    assert case_of(radicado).due_on > before
    case = words(administrator.get(f"/gestion/{radicado}"))
    assert "El vencimiento cambió por el calendario" in case
    again = administrator.post(PAGE, data={**typed, "confirm": "y", "csrf_token": token})
    assert again.status_code == 422
    assert "ya están suspendidos" in words(again)
    assert db.session.query(Suspension).count() == 1


def test_nothing_that_moves_is_said_too(administrator, house):
    far = clock.now().date() + timedelta(days=60)
    typed = {**strike(house), "first": f"{far:%d/%m/%Y}", "last": f"{far:%d/%m/%Y}"}

    assert "Ningún requerimiento abierto cambia" in words(administrator.submit(PAGE, typed))


@pytest.mark.parametrize("first", ["", "ayer", "32/01/2026"])
def test_a_day_that_is_none_comes_back_with_the_rest(administrator, house, first):
    page = administrator.submit(PAGE, {**strike(house), "first": first})

    assert page.status_code == 422
    assert "Escriba el primer día así" in words(page)
    assert "Falla de energía" in page.text


@pytest.mark.parametrize("who", ["funcionario", "ventanilla", "coordinador", "observador"])
def test_it_is_the_administrators_page(client, house, who):
    client.login(f"soa.{who}")

    assert client.get(PAGE).status_code == 404


# Lifting it, and counting again


def test_a_suspension_is_lifted_seeing_first_what_moves(administrator, house):
    radicado = file_case(house, add_citizen(house.entity.id))
    due_on = case_of(radicado).due_on
    suspend(house, ahead=2)
    later = case_of(radicado).due_on
    assert later > due_on
    link = re.search(PAGE + r"/\d+/levantar", administrator.get(PAGE).text)
    assert link

    shown = administrator.get(link[0])
    refused = administrator.submit(link[0], {"act": " "})
    done = administrator.submit(link[0], {"act": "Resolución 14"})

    assert radicado in words(shown)
    assert "No ha empezado" in words(shown)
    assert "todos esos días cuentan" in words(shown)
    assert refused.status_code == 422
    assert "Escriba el acto que la levanta" in words(refused)
    assert done.status_code == 303
    assert case_of(radicado).due_on == due_on
    page = administrator.get(PAGE)
    assert "Quedó sin efecto antes de empezar. Resolución 14." in words(page)
    assert "Levantada desde" not in words(page)
    assert "/levantar" not in page.text
    assert administrator.get(link[0]).status_code == 409


@pytest.mark.on("sqlite")
def test_of_a_suspension_that_has_begun_the_days_that_passed_stay(administrator, house):
    today = clock.now().date()
    number = suspend(house, ahead=2).id
    with writing() as session:
        session.execute(update(Suspension).values(first=today))
    page = f"{PAGE}/{number}/levantar"

    shown = words(administrator.get(page))
    administrator.submit(page, {"act": "Resolución 14"})

    assert "Desde mañana los plazos vuelven a correr" in shown
    assert "No ha empezado" not in shown
    assert "Levantada desde el" in words(administrator.get(PAGE))


def test_terms_are_counted_again_only_if_something_changed(administrator, house):
    radicado = file_case(house, add_citizen(house.entity.id))
    due_on = case_of(radicado).due_on
    page = f"{PAGE}/festivos"
    assert "Los plazos están al día" in words(administrator.get(page))
    with writing():  # as a `holidays` that did not know a holiday had counted it
        case_of(radicado).due_on = due_on - timedelta(days=1)

    assert radicado in words(administrator.get(page))
    assert administrator.submit(page, {}).status_code == 303
    assert case_of(radicado).due_on == due_on
    assert "Cambiaron los festivos" in words(administrator.get(f"/gestion/{radicado}"))
