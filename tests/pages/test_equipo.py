"""The pages that move work: a case that changes hands, who is away, who has how much, the rules."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.domain.dates import long_date
from app.domain.requerimiento import Action, Kind
from app.extensions import writing
from app.models import Account, Office, Topic
from app.services import answering, casework
from tests.support.client import PageClient, words
from tests.support.office import (
    House,
    absence_of,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    rule_of,
    statements,
)
from tests.support.office import words as written
from tests.support.people import add_citizen

RULES = "/gestion/administracion/reglas"
# What these pages ask of the database, the tests of their services ask of both.
pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def entered(app, person: Account) -> PageClient:
    client = app.test_client()
    client.login(person)
    return client


# A case that changes hands


@pytest.mark.parametrize(
    ("way", "data", "said"),
    [
        ("soltar", {}, "Devuelto a la dependencia."),
        ("pasar", {"office": "coverage"}, "Pasó a Cobertura Educativa."),
    ],
)
def test_an_official_moves_what_is_theirs_and_says_why(app, house, citizen, way, data, said):
    radicado = assigned_case(house, citizen)
    official, where = entered(app, house.official), f"/gestion/{radicado}/{way}"
    data = {name: str(getattr(house, key).id) for name, key in data.items()}
    assert f'href="{where}"' in official.get(f"/gestion/{radicado}").text

    silent = official.submit(where, data | {"note": "corto"})
    done = official.submit(where, data | {"note": "No es de esta dependencia."})

    assert silent.status_code == 422
    assert "entre 10 y 300 letras" in words(silent)
    assert done.location == f"/gestion/{radicado}"
    assert said in words(official.get(done.location))
    assert case_of(radicado).assignee_id is None


@pytest.mark.parametrize("way", ["soltar", "pasar"])
def test_what_changed_hands_meanwhile_is_not_moved_unseen(app, house, citizen, way):
    radicado = assigned_case(house, citizen)
    coordinator, where = entered(app, house.coordinator), f"/gestion/{radicado}/{way}"
    [seen] = re.findall(r'name="seen" value="([^"]+)"', coordinator.get(where).text)
    casework.assign(
        radicado,
        author=house.administrator,
        office_id=house.coverage.id,
        assignee_id=house.colleague.id,
        now=clock.now(),
    )

    form = {"note": "No es de esta dependencia.", "seen": seen}
    form |= {"office": str(house.hall.id)} if way == "pasar" else {}
    refused = coordinator.submit(where, form)

    assert refused.status_code == 409
    assert "Mientras tanto lo tomó Lejos Prueba." in words(refused)
    assert "No es de esta dependencia." in refused.text
    assert case_of(radicado).assignee_id == house.colleague.id
    [seen] = re.findall(r'name="seen" value="([^"]+)"', refused.text)
    assert coordinator.submit(where, form | {"seen": seen}).status_code == 303


def test_what_cannot_be_moved_says_why_before_anything_is_typed(app, house, citizen):
    official = entered(app, house.official)
    leaving, over = assigned_case(house, citizen), answered_case(house, citizen)
    answer = written("Su hija tiene cupo.")
    undo = timedelta(minutes=5)
    answering.send(leaving, answer, author=house.official, undo=undo, now=clock.now())

    for radicado, said in ((leaving, "está saliendo"), (over, "no está permitida")):
        for way in ("soltar", "pasar"):
            page = official.get(f"/gestion/{radicado}/{way}")
            assert (page.status_code, said in words(page)) == (409, True)


def test_the_case_is_not_offered_to_be_released_by_nobody(app, house, citizen):
    radicado = file_case(house, citizen)
    with writing():
        case_of(radicado).office_id = house.hall.id

    page = entered(app, house.official).get(f"/gestion/{radicado}").text

    assert "Pasar a otra dependencia" in page
    assert "Devolver a la dependencia" not in page


# Absences


def test_who_will_be_away_writes_it_and_the_assignment_tells(app, house, citizen):
    official = entered(app, house.official)
    today = clock.now().date()
    days = {"first": f"{today:%d/%m/%Y}", "last": f"{today + timedelta(3):%d/%m/%Y}"}

    wrong = official.submit("/gestion/ausencias", {"first": "mañana", "last": "", "substitute": ""})
    crossed = official.submit("/gestion/ausencias", days | {"substitute": str(house.official.id)})
    done = official.submit("/gestion/ausencias", days | {"substitute": str(house.colleague.id)})

    assert wrong.status_code == crossed.status_code == 422
    assert "Elija quién reemplaza" in words(wrong)
    assert 'value="mañana"' in wrong.text
    assert "nadie se reemplaza a sí mismo" in words(crossed)
    assert done.location == "/gestion/ausencias"
    radicado = file_case(house, citizen)
    page = entered(app, house.coordinator).get(f"/gestion/{radicado}/asignar")
    until = long_date(today + timedelta(3))
    assert "Olga Prueba: 0 abiertos, ausente" in words(page)
    assert f"Olga Prueba está ausente hasta el {until}" in words(page)
    assert "lo recibe Lejos Prueba" in words(page)


def test_an_official_writes_no_absence_of_others(app, house):
    official = entered(app, house.official)
    token, today = official.csrf("/gestion/ausencias"), clock.now().date().isoformat()
    data = {"person": str(house.coordinator.id), "substitute": str(house.colleague.id)}

    page = official.post(
        "/gestion/ausencias", data={"csrf_token": token, "first": today, "last": today} | data
    )

    assert page.status_code == 422
    assert "No hay ausencias" in words(official.get("/gestion/ausencias"))


def test_the_coordinator_says_whose_absence_it_is_and_may_cancel_it(app, house):
    coordinator = entered(app, house.coordinator)
    later = clock.now().date() + timedelta(days=3)
    days = {"first": later.isoformat(), "last": later.isoformat()}
    absence = absence_of(house, first=later, days=1)

    unsaid = coordinator.submit("/gestion/ausencias", days | {"substitute": str(house.clerk.id)})
    ended = coordinator.submit(f"/gestion/ausencias/{absence}/terminar", page="/gestion/ausencias")

    assert unsaid.status_code == 422
    assert "Elija quién va a estar ausente." in words(unsaid)
    assert ended.location == "/gestion/ausencias"
    assert "La ausencia quedó cancelada." in words(coordinator.get("/gestion/ausencias"))


def test_who_stands_in_finds_a_list_and_may_act_until_it_ends(app, house, citizen):
    radicado = assigned_case(house, citizen)
    assert "De quien reemplazo" not in words(entered(app, house.colleague).get("/gestion"))
    absence = absence_of(house)
    substitute = entered(app, house.colleague)

    queue = substitute.get("/gestion?status=abiertos&assignee=reemplazo")
    with statements() as seen:
        substitute.get("/gestion?status=abiertos&assignee=reemplazo")

    assert "De quien reemplazo 1" in words(queue)
    assert radicado in queue.text
    assert len(seen) <= 6
    assert "Responder" in words(substitute.get(f"/gestion/{radicado}"))
    done = entered(app, house.official).submit(
        f"/gestion/ausencias/{absence}/terminar", page="/gestion/ausencias"
    )
    assert done.location == "/gestion/ausencias"
    assert "Responder" not in words(substitute.get(f"/gestion/{radicado}"))


# Workload


def test_every_figure_leads_to_the_cases_that_it_counts(app, house, citizen):
    for _ in range(2):
        assigned_case(house, citizen)
    file_case(house, citizen)
    late = assigned_case(house, citizen)
    with writing():
        case = case_of(late)
        case.due_on, case.office_id = clock.now().date() - timedelta(days=3), None
    absence_of(house)
    coordinator = entered(app, house.coordinator)

    page = coordinator.get("/gestion/carga")

    assert "Ausente hasta el" in words(page)
    assert "Lejos Prueba 0 0 0 0" in words(page)  # who has nothing is there too
    found = re.findall(r'href="(/gestion\?[^"]+)" aria-label="([^"]+), (\d+)"', page.text)
    assert ("Olga Prueba: vencidos", "1") in [(says, number) for _, says, number in found]
    assert ("Sin dependencia: abiertos", "2") in [(says, number) for _, says, number in found]
    for address, _, number in found:
        listed = coordinator.get(address.replace("&amp;", "&")).text
        assert listed.count("data-row") == int(number)


def test_the_workload_asks_the_same_however_many_there_are(app, house, citizen):
    coordinator = entered(app, house.coordinator)

    def asked() -> int:
        coordinator.get("/gestion/carga")
        with statements() as seen:
            coordinator.get("/gestion/carga")
        return len(seen)

    empty = asked()
    for _ in range(5):
        assigned_case(house, citizen)

    assert asked() == empty <= 4


# Rules


@pytest.fixture
def topic(house) -> int:
    with writing() as session:
        row = Topic(entity_id=house.entity.id, name="Cupos", office_id=house.hall.id)
        session.add(row)
        session.flush()
        return row.id


def test_a_rule_is_written_tried_changed_moved_and_taken_away(app, house, citizen, topic):
    administrator = entered(app, house.administrator)
    office, person = str(house.coverage.id), str(house.colleague.id)
    first = {"topic": str(topic), "kind": "queja", "office": office, "who": person}

    administrator.submit(f"{RULES}/nueva", first)
    administrator.submit(f"{RULES}/nueva", {"office": str(house.hall.id), "who": "menos"})
    tried = administrator.get(f"{RULES}?tema={topic}&tipo=queja")
    other = administrator.get(f"{RULES}?tema=&tipo=reclamo")

    assert "Queja de Cupos: la toma la regla 1. Va a Cobertura Educativa: Lejos Prueba." in words(
        tried
    )
    assert "Reclamo sin tema: la toma la regla 2." in words(other)
    radicado = file_case(house, citizen, topic_id=topic, kind=Kind.COMPLAINT)
    assert case_of(radicado).assignee_id == house.colleague.id
    assert "Por la regla 1: Queja de Cupos." in words(administrator.get(f"/gestion/{radicado}"))

    [rule, _] = re.findall(rf'href="{RULES}/(\d+)"', tried.text)
    administrator.submit(f"{RULES}/{rule}", {"who": ""})
    administrator.submit(f"{RULES}/{rule}/bajar", page=RULES)
    moved = words(administrator.get(RULES))
    assert moved.index("Todo de cualquier tema") < moved.index("Queja de Cupos Cobertura")
    administrator.submit(f"{RULES}/{rule}/quitar", page=RULES)
    assert "Queja de Cupos Cobertura" not in words(administrator.get(RULES))


def test_a_rule_that_will_not_do_comes_back_with_what_was_chosen(app, house):
    administrator = entered(app, house.administrator)

    crossed = administrator.submit(
        f"{RULES}/nueva", {"office": str(house.hall.id), "who": str(house.colleague.id)}
    )
    empty = administrator.submit(f"{RULES}/nueva", {"kind": "queja"})

    assert crossed.status_code == empty.status_code == 422
    assert "Lejos Prueba trabaja en Cobertura Educativa" in words(crossed)
    assert "Elija la dependencia que lo recibe" in words(empty)
    assert '<option value="queja" selected>' in empty.text


def test_the_page_warns_of_a_rule_that_is_passed_by(app, house):
    rule_of(house)
    with writing() as session:
        session.get_one(Office, house.coverage.id).is_active = False

    page = words(entered(app, house.administrator).get(RULES))

    assert "Se pasa por alto. La dependencia Cobertura Educativa está inactiva." in page
    assert "ninguna regla la toma. Queda sin asignar." in page


def test_without_rules_the_page_says_what_happens(app, house):
    page = words(entered(app, house.administrator).get(RULES))

    assert "Todavía no hay reglas" in page
    assert "Petición sin tema: ninguna regla la toma." in page


def test_the_history_of_a_case_tells_the_citizen_nothing_of_who_had_it(app, house, citizen):
    radicado = assigned_case(house, citizen)
    entered(app, house.official).submit(
        f"/gestion/{radicado}/soltar", {"note": "No sé nada de este asunto."}
    )

    page = words(entered(app, citizen).get(f"/requerimientos/{radicado}"))

    assert case_of(radicado).events[-1].action is Action.RELEASE
    assert "No sé nada" not in page
    assert "Devuelto" not in page
