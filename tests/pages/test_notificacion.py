"""Electronic notification is accepted and revoked, for all and for a case, and the certificate says
whether it held."""

from datetime import timedelta

import pytest

from app import clock
from app.domain.errors import NotFound
from app.extensions import db
from app.models import Message, NotificationConsent
from app.services import casework, consents
from tests.support.client import words
from tests.support.office import answered_case, case_of, file_case, open_house
from tests.support.office import words as written
from tests.support.papers import text_of
from tests.support.people import add_citizen


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id, username="frivera")


@pytest.fixture
def inside(client, citizen):
    client.login("frivera")
    return client


def press(client, page: str, action: str, **fields):
    response = client.submit(action, fields, page=page)
    assert response.status_code == 303
    return words(client.get(page))


def test_nobody_has_accepted_until_they_say_so(inside, house, citizen):
    radicado = file_case(house, citizen)

    assert "No ha aceptado" in words(inside.get(f"/requerimientos/{radicado}"))
    assert "No ha aceptado" in words(inside.get("/mis-datos"))
    assert db.session.query(NotificationConsent).count() == 0


def test_it_is_accepted_for_all_and_revoked_for_one(inside, house, citizen):
    one, other = file_case(house, citizen), file_case(house, citizen)

    told = press(inside, "/mis-datos", "/mis-datos/notificacion")
    assert "acepta que las decisiones se le notifiquen" in told
    case = f"/requerimientos/{one}"
    assert "Ya no acepta" in press(inside, case, f"{case}/notificacion")
    assert "No ha aceptado" in words(inside.get(case))
    assert "Aceptó, el" in words(inside.get(f"/requerimientos/{other}"))
    told = press(inside, "/mis-datos", "/mis-datos/notificacion")
    assert "Ya no acepta que le notifiquen" in told
    assert "Aceptó" in press(inside, case, f"{case}/notificacion")
    assert [row.accepts for row in db.session.query(NotificationConsent)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_the_same_decision_twice_is_one(house, citizen):
    for _ in range(2):
        consents.decide(citizen, True, now=clock.now())

    assert db.session.query(NotificationConsent).count() == 1


def test_nobody_decides_for_others(app, house, citizen):
    case = case_of(file_case(house, citizen))
    other = add_citizen(house.entity.id, username="otra", document_number="90909090")
    client = app.test_client()
    client.login("otra")
    token = client.csrf("/requerimientos/nuevo")

    answer = client.post(
        f"/requerimientos/{case.radicado}/notificacion", data={"csrf_token": token, "accepts": "y"}
    )

    assert answer.status_code == 404
    for who in (other, house.official):
        with pytest.raises(NotFound):
            consents.decide(who, True, case=case, now=clock.now())
    assert db.session.query(NotificationConsent).count() == 0


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("accepts", [True, False])
def test_the_certificate_says_whether_it_held_when_the_letter_was_opened(
    inside, house, citizen, tmp_path, accepts
):
    radicado = answered_case(house, citizen)
    consents.decide(citizen, accepts, now=clock.now() - timedelta(hours=1))
    inside.get(f"/requerimientos/{radicado}")
    consents.decide(citizen, not accepts, now=clock.now() + timedelta(seconds=1))
    code = db.session.query(Message).one().radicado
    staff = inside.application.test_client()
    staff.login("soa.funcionario")

    paper = staff.get(f"/gestion/{radicado}/oficios/{code}/certificado.pdf")
    text = text_of(paper.data, tmp_path)

    assert ("la notificación quedó surtida" in text) is accepts
    assert ("prueba el acceso, y no una notificación" in text) is not accepts


def test_the_staff_see_it_in_the_case(app, house, citizen):
    radicado = file_case(house, citizen)
    staff = app.test_client()
    staff.login("soa.funcionario")
    before = words(staff.get(f"/gestion/{radicado}"))
    consents.decide(citizen, True, case=case_of(radicado), now=clock.now())

    assert "No ha aceptado la notificación electrónica" in before
    assert "Aceptó la notificación electrónica el" in words(staff.get(f"/gestion/{radicado}"))


@pytest.mark.on("sqlite")
def test_the_history_tells_both_sides_what_was_opened_and_decided(inside, house, citizen):
    radicado = answered_case(house, citizen)
    casework.write_to_citizen(
        radicado, written("Algo más."), author=house.official, now=clock.now()
    )
    seen = case_of(radicado).events[-1].id
    inside.get(f"/requerimientos/{radicado}")
    number = case_of(radicado).id
    # Who is writing meanwhile is not stopped because it was read.
    assert not casework.events_since(number, seen, house.colleague)
    consents.decide(citizen, True, case=case_of(radicado), now=clock.now())
    consents.decide(citizen, False, case=case_of(radicado), now=clock.now())
    assert casework.events_since(number, seen, house.colleague)
    code = db.session.query(Message).filter(Message.radicado.is_not(None)).one().radicado
    staff = inside.application.test_client()
    staff.login("soa.funcionario")

    own = words(inside.get(f"/requerimientos/{radicado}"))
    of_the_office = words(staff.get(f"/gestion/{radicado}"))

    assert own.count("Usted abrió") == own.count(f"Usted abrió la respuesta {code}") == 1
    assert "Usted aceptó la notificación electrónica" in own
    assert "Usted ya no acepta la notificación electrónica" in own
    # That a plain message was opened stands beside the message.
    assert of_the_office.count("El ciudadano abrió") == 1
    assert f"El ciudadano abrió la respuesta {code}" in of_the_office
    assert "El ciudadano aceptó la notificación electrónica" in of_the_office
    assert "El ciudadano ya no acepta la notificación electrónica" in of_the_office
