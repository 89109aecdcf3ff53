"""Sensitive cases in the browser: every door of one, tried by those who may not open it."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock
from app.domain.requerimiento import Kind
from app.extensions import db
from app.models import (
    Account,
    AdministrationChange,
    Attachment,
    CaseReading,
    Draft,
    Requerimiento,
)
from app.services import casework, reserve
from app.services.casework import NotAllowed
from app.uploads import store
from tests.support.client import PageClient, words
from tests.support.html import parse
from tests.support.office import (
    House,
    assigned_case,
    case_of,
    file_case,
    open_house,
    statements,
)
from tests.support.office import words as written
from tests.support.people import add_citizen

WHY = "Debo asignarlo a quien lo reemplaza."
SECRET = "Me cobraron por el cupo escolar."
PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
# The counter gives a code to whoever lost access, and is told of no case.
OF_PERSON = {f"staff.{name}" for name in ("person", "new_code", "code_receipt", "code_done")}


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def radicado(house, citizen) -> str:
    return whole_case(house, citizen)


def whole_case(house: House, citizen: Account, *, apart: Account | None = None) -> str:
    """A denuncia with a file and an answer: it has every kind of door."""
    file, now = store().add("prueba.pdf", io.BytesIO(PDF)), clock.now()
    code = assigned_case(house, citizen, kind=Kind.REPORT, body=SECRET, files=[file])
    if apart is not None:
        reserve.recuse(code, person_id=apart.id, reason=WHY, author=house.coordinator, now=now)
    answer = written("Lo remitimos a control disciplinario.")
    casework.answer(code, answer, author=house.official, now=now)
    return code


def entered(app, person: Account) -> PageClient:
    client = app.test_client()
    client.login(person)
    return client


def doors(app, radicado: str) -> list[tuple[str, str, str]]:
    """Every address of the product that names a case or something of one."""
    case = case_of(radicado)
    [file] = db.session.scalars(select(Attachment).filter_by(requerimiento_id=case.id))
    letter = next(message.radicado for message in case.messages if message.radicado)
    names = {
        "radicado": radicado,
        "code": letter,
        "public_id": file.public_id,
        "name": "nota",
        "person_id": case.citizen_id,
    }
    db.session.rollback()
    of_a_case = {"radicado", "public_id", "person_id"}
    with app.test_request_context():
        return [
            (
                rule.endpoint,
                method,
                app.url_for(rule.endpoint, **{a: names[a] for a in rule.arguments}),
            )
            for rule in app.url_map.iter_rules()
            if rule.arguments & of_a_case and rule.endpoint.split(".")[0] in ("staff", "files")
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]


def _only(names: dict[str, object], wanted: set[str]) -> dict[str, object]:
    return {name: names[name] for name in wanted}


@pytest.mark.parametrize("who", ["colleague", "clerk", "administrator", "coordinator"])
def test_no_door_tells_anything_to_who_may_not_open_it(app, house, citizen, who):
    """A second door to the same case: every address is tried by every kind of outsider. The
    coordinator was set apart, and does not even learn that the case is there."""
    outsider = getattr(house, who)
    radicado = whole_case(house, citizen, apart=house.coordinator)
    client = entered(app, outsider)
    data = {"csrf_token": client.csrf("/gestion"), "body": "Hola.", "reason": "corto"}
    may_ask = who in ("colleague", "administrator")
    before = _state(radicado)

    wrong = []
    for endpoint, method, path in doors(app, radicado):
        response = client.open(path, method=method, data=data if method == "POST" else None)
        page = response.get_data(as_text=True)
        is_asked = may_ask and (response.location or path).endswith(f"/{radicado}/motivo")
        is_closed = response.status_code == 404 and "Francisco" not in page
        if SECRET in page or "disciplinario" in page or (radicado in page and not may_ask):
            wrong.append((method, path, "tells"))
        elif not is_closed and not is_asked and endpoint not in OF_PERSON:
            wrong.append((method, path, response.status_code))

    assert wrong == []
    assert _state(radicado) == before
    assert db.session.scalars(select(CaseReading)).all() == []
    for listed in _lists(client, radicado):
        page = listed.get_data(as_text=True)
        assert not any(told in page for told in (SECRET, "Francisco", "prueba.pdf"))
        assert who != "coordinator" or f"/gestion/{radicado}" not in page


def _state(radicado: str) -> tuple[object, ...]:
    """What an outsider could have changed."""
    case = case_of(radicado)
    return case.status, case.version, len(case.events), len(case.messages)


def _lists(client: PageClient, radicado: str) -> list[TestResponse]:
    """The pages on which a case is found."""
    asked = [{"status": "respondido"}, *({"q": q} for q in ("cobraron", "Rivera", "1", radicado))]
    pages = [client.get("/gestion", query_string=query) for query in asked]
    if client.get("/gestion/ventanilla").status_code == 404:  # the counter finds people
        pages.append(client.submit("/gestion/buscar", {"q": "79123456"}, page="/gestion"))
    return pages


def test_a_reason_opens_it_and_its_citizen_learns_that_somebody_did(
    app, house, citizen, radicado, client
):
    outsider = entered(app, house.colleague)
    listed = words(outsider.get("/gestion?status=respondido"))
    assert "Caso reservado" in listed
    assert "Reservado" in listed
    asked = outsider.get(f"/gestion/{radicado}", follow_redirects=True)
    assert asked.request.path == f"/gestion/{radicado}/motivo"
    assert "¿Para qué lo abre?" in words(asked)
    refused = outsider.submit(f"/gestion/{radicado}/motivo", {"reason": "ver"})
    assert refused.status_code == 422
    assert "Escriba para qué abre el caso, con 10 a 300 letras." in words(refused)

    opened = outsider.submit(f"/gestion/{radicado}/motivo", {"reason": WHY})

    assert opened.location == f"/gestion/{radicado}"
    assert SECRET in words(outsider.get(opened.location))
    assert SECRET not in words(entered(app, house.colleague).get(opened.location))
    assert outsider.get(f"/gestion/{radicado}/motivo").location == opened.location

    client.login(citizen)
    page = words(client.get(f"/requerimientos/{radicado}"))
    assert "Quién lo ha abierto" in page
    assert "Funcionario de Cobertura Educativa, 1 vez, la última el" in page
    assert "Lejos" not in page

    log = words(entered(app, house.coordinator).get(f"/gestion/{radicado}/lecturas"))
    assert "Lejos Prueba" in log
    assert WHY in log
    assert "Lo lee por su cargo" in log


def test_what_was_being_written_when_its_time_ended_is_kept(app, house, radicado):
    outsider = entered(app, house.colleague)
    outsider.submit(f"/gestion/{radicado}/motivo", {"reason": WHY})
    form = {"body": "Ya hablé con la persona.", "submission": ""}
    with time_machine.travel(clock.now() + timedelta(minutes=29)):
        page = outsider.get(f"/gestion/{radicado}/nota").text
        form["submission"] = re.search(r'name="submission" value="([^"]+)"', page)[1]
        form["csrf_token"] = outsider.csrf(f"/gestion/{radicado}/nota")
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        sent = outsider.post(f"/gestion/{radicado}/nota", data=form)
        assert sent.location == f"/gestion/{radicado}/motivo"
        assert "Guardamos lo que escribió" in words(outsider.get(sent.location))
        outsider.submit(f"/gestion/{radicado}/motivo", {"reason": WHY})
        assert "Ya hablé con la persona." in outsider.get(f"/gestion/{radicado}/nota").text
    assert len(db.session.scalars(select(Draft)).all()) == 1


@pytest.mark.on("sqlite")
def test_a_sensitive_case_costs_few_statements(app, house, citizen, radicado, client):
    official = entered(app, house.official)
    client.login(citizen)
    for reader, path in (
        (official, f"/gestion/{radicado}"),
        (client, f"/requerimientos/{radicado}"),
    ):
        reader.get(path)
        with statements() as seen:
            assert reader.get(path).status_code == 200
        assert len(seen) <= 8, (path, len(seen))


def test_the_coordinator_marks_sets_apart_and_takes_the_mark_away(app, house, citizen):
    radicado = assigned_case(house, citizen)
    coordinator = entered(app, house.coordinator)
    place = f"/gestion/{radicado}"
    offered = coordinator.get(place).text
    assert f"{place}/reservar" in offered
    assert f"{place}/levantar-reserva" not in offered
    wrong = coordinator.submit(f"{place}/reservar", {"reason": "no"})
    assert wrong.status_code == 422
    assert "Elija por qué es sensible." in words(wrong)

    done = coordinator.submit(f"{place}/reservar", {"ground": "menor", "reason": WHY})
    assert done.status_code == 303
    again = coordinator.get(f"{place}/reservar")
    assert (again.status_code, "ya está marcado" in words(again)) == (409, True)
    page = words(coordinator.get(place))
    assert "Se trata de un niño, niña o adolescente. Ley 1098 de 2006" in page
    assert (
        coordinator.submit(
            f"{place}/apartar", {"person": str(house.official.id), "reason": WHY}
        ).status_code
        == 303
    )
    assert entered(app, house.official).get(place).status_code == 404
    assign = coordinator.get(f"{place}/asignar").text
    assert "Olga Prueba" not in assign
    assert coordinator.submit(f"{place}/levantar-reserva", {"reason": WHY}).status_code == 303
    assert coordinator.get(f"{place}/levantar-reserva").status_code == 409
    assert entered(app, house.colleague).get(place).status_code == 200
    assert entered(app, house.official).get(place).status_code == 404

    case = case_of(radicado)
    assert (case.is_sensitive, case.assignee_id) == (False, None)
    assert f"{place}/readmitir" in coordinator.get(f"{place}/apartar").text
    readmitted = {"person": str(house.official.id), "reason": WHY}
    assert coordinator.submit(f"{place}/readmitir", readmitted).status_code == 303
    assert "Nadie está apartado" in words(coordinator.get(f"{place}/readmitir"))
    assert entered(app, house.official).get(place).status_code == 200


def test_who_steps_aside_is_led_to_the_queue_and_sets_apart_nobody_else(app, house, citizen):
    radicado = assigned_case(house, citizen)
    place = f"/gestion/{radicado}/apartar"
    official = entered(app, house.official)
    assert place in official.get(f"/gestion/{radicado}").text
    page = official.get(place)
    assert "Declararse impedido" in words(page)
    assert "Coral Prueba" not in page.text
    other = {"person": str(house.coordinator.id), "reason": WHY}
    assert official.submit(place, other).status_code == 422
    with pytest.raises(NotAllowed):
        reserve.recuse(
            radicado,
            person_id=house.coordinator.id,
            reason=WHY,
            author=house.official,
            now=clock.now(),
        )
    assert entered(app, house.clerk).get(place).status_code == 404

    for person in (house.official, house.coordinator):
        client = entered(app, person)
        done = client.submit(place, {"person": str(person.id), "reason": WHY})
        assert done.location == "/gestion"
        assert f"Usted ya no puede abrir {radicado}." in words(client.get("/gestion"))
    assert case_of(radicado).recused == {house.official.id, house.coordinator.id}


def test_no_list_of_the_administration_names_a_case_to_who_was_set_apart(app, house):
    citizen = add_citizen(house.entity.id, username="avisada", notify_by_email=True)
    kept, closed = assigned_case(house, citizen), assigned_case(house, citizen)
    reserve.recuse(
        closed,
        person_id=house.administrator.id,
        reason=WHY,
        author=house.coordinator,
        now=clock.now(),
    )
    administrator = entered(app, house.administrator)
    first = house.facts.calendar.add(clock.now().date(), 5).strftime("%d/%m/%Y")
    days = {"first": first, "last": first, "reason": "Cese de actividades", "act": "Resolución 1"}

    mail = administrator.get("/gestion/administracion/correo").text
    moved = administrator.submit("/gestion/administracion/calendario", days)

    assert kept in mail
    assert closed not in mail
    assert kept in moved.text
    assert closed not in moved.text
    assert "2 requerimientos abiertos cambian" in words(moved)
    assert "Y 1 más, que no se muestra." in words(moved)


def test_the_administrator_names_the_team(app, house, client):
    client.login(house.administrator)
    place = "/gestion/administracion/reserva"
    assert "Todavía no hay nadie en el equipo" in words(client.get(place))
    assert client.submit(place).status_code == 422

    client.submit(place, {"person": str(house.colleague.id)})
    page = client.get(place)
    assert "Lejos Prueba Funcionario, Cobertura Educativa" in words(page)
    client.submit(f"{place}/{house.colleague.id}/quitar", page=place)

    assert "Todavía no hay nadie en el equipo" in words(client.get(place))
    assert len(db.session.scalars(select(AdministrationChange)).all()) == 2


def test_a_citizen_says_that_it_is_about_a_minor_and_about_whom(client, house, citizen):
    client.login(citizen)
    sent = client.submit(
        "/requerimientos/nuevo",
        {"kind": "denuncia", "body": SECRET, "about_minor": "y", "accused": "Olga Prueba"},
    )

    case = db.session.scalars(select(Requerimiento)).one()
    assert sent.location.endswith(f"/{case.radicado}/constancia")
    assert (case.sensitive_ground, case.recused) == ("menor", {house.official.id})
    page = words(client.get(f"/requerimientos/{case.radicado}"))
    assert "Es un caso reservado" in page
    assert "Nadie lo ha abierto todavía." in page
    assert "apartada" not in page  # what the office does among itself
    too_long = client.submit(
        "/requerimientos/nuevo", {"kind": "queja", "body": SECRET, "accused": "x" * 201}
    )
    assert too_long.status_code == 422
    [unfolded] = parse(too_long.text)[0].iterfind(".//details[@open]")
    assert unfolded.find(".//input[@id='accused']") is not None


def test_without_an_account_too(client, house):
    client.submit(
        "/radicar",
        {
            "kind": "queja",
            "body": SECRET,
            "anonymous": "y",
            "accused": "Olga Prueba",
            "about_minor": "y",
        },
    )

    case = db.session.scalars(select(Requerimiento)).one()
    assert (case.sensitive_ground, case.recused) == ("menor", {house.official.id})


def test_the_clerk_prints_the_receipt_and_then_reads_it_no_more(app, house, citizen):
    clerk = entered(app, house.clerk)
    page = clerk.submit(
        "/gestion/ventanilla", {"document_type": "CC", "document_number": "79123456"}
    ).text
    fields = dict(re.findall(r'name="(submission|csrf_token)" value="([^"]+)"', page))
    filed = clerk.post(
        "/gestion/ventanilla/radicar",
        data=fields
        | {
            "document_type": "CC",
            "document_number": "79123456",
            "channel": "presencial",
            "kind": "peticion",
            "requester": "persona",
            "topic": "",
            "claim_by": "codigo",
            "body": SECRET,
            "about_minor": "y",
        },
    )

    assert filed.status_code == 303, words(filed)
    assert SECRET in words(clerk.get(filed.location))
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        closed = clerk.get(filed.location)
        assert closed.status_code == 404
        assert "Caso reservado" in words(closed)
        assert "Con su rol no se le puede asignar" in words(closed)
        assert "se lo asigne" not in words(closed)
    assert entered(app, house.clerk).get(filed.location).status_code == 404
    [reading] = db.session.scalars(select(CaseReading)).all()
    assert reading.account_id == house.clerk.id


@pytest.mark.parametrize(
    ("place", "more"), [("asignar", {}), ("pasar", {"note": "Es de su competencia."})]
)
def test_whom_a_case_is_about_is_seen_by_who_gives_it_and_asked_for(
    client, house, citizen, place, more
):
    client.login(house.coordinator)
    plain = file_case(house, citizen)
    named = file_case(house, citizen, accused="Cobertura Educativa")
    page = f"/gestion/{named}/{place}"

    asked = client.get(page)
    refused = client.submit(page, {"office": str(house.coverage.id)} | more)
    decided = client.submit(
        page,
        {
            "office": str(house.coverage.id),
            "note": "Nadie más sabe de esto en la entidad.",
            "despite": "y",
        },
    )

    assert "Es sobre: Cobertura Educativa Nadie está apartado: revise." in words(asked)
    assert refused.status_code == 422
    assert "Quien radicó dice que es sobre Cobertura Educativa." in words(refused)
    assert decided.status_code == 303
    assert case_of(named).office_id == house.coverage.id
    assert "Nadie está apartado: revise si trabaja aquí." in words(client.get(f"/gestion/{named}"))
    assert "despite" not in client.get(f"/gestion/{plain}/{place}").text
