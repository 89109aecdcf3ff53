"""A whole day of a Secretaría, from the coordinator's morning to who stands in for somebody: what
each of the staff does is seen by the next one, and what goes out is read by who asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from app import clock, worker
from app.domain.requerimiento import Kind
from app.extensions import writing
from app.models import Account, PreparedAnswer
from app.services import answer_templates, answering, reserve_team, topics
from app.services.topics import TopicPlan
from tests.journeys import steps
from tests.support.browser import assert_good, visitor
from tests.support.mail import part
from tests.support.office import House, file_case
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")
WATER = "Los baños de la sede Los Sauces llevan un mes sin agua y los niños no van al salón."
SECRET = "El almacenista vende los uniformes que la Secretaría regala a los estudiantes."
OPENING = "Buenos días, {nombre}. Sobre su {tipo} del {recibido}:"
ANSWER = "El agua vuelve el lunes a la sede Los Sauces."


@dataclass(frozen=True)
class People:
    """Who filed before the office opened."""

    ana: Account
    beto: Account
    carla: Account


@pytest.fixture
def people(app, house) -> People:
    """An entity with an opening for its answers, a topic that two people answer, and a team for
    sensitive cases; answers can be undone for five minutes."""
    app.extensions["settings"] = replace(app.extensions["settings"], undo_seconds=300)
    now, ada = clock.now(), house.administrator
    opening = {"name": "Saludo", "body": OPENING, "office_id": None}
    answer_templates.save(None, **opening, author=ada, now=now)
    plan = TopicPlan(name="Sedes", office_id=house.hall.id, needs_approval=True)
    topics.save(None, plan, author=ada, now=now)
    reserve_team.add(house.coordinator.id, author=ada, now=now)
    return People(*(_citizen(house, *one) for one in enumerate(("Ana", "Beto", "Carla"))))


def _citizen(house: House, number: int, name: str) -> Account:
    return add_citizen(
        house.entity.id,
        username=name.lower(),
        document_number=f"100000010{number}",
        first_names=name,
        email=f"{name.lower()}@example.com",
        notify_by_email=True,
    )


@pytest.fixture
def coral(people, house, browser_page) -> Page:
    """The coordinator, who is of the team for sensitive cases."""
    steps.enter(browser_page, house.coordinator.username)
    return browser_page


@pytest.fixture
def olga(people, house, chromium, live_server) -> Iterator[Page]:
    """The official of the first office."""
    with visitor(chromium, live_server) as page:
        steps.enter(page, house.official.username)
        yield page


@pytest.fixture
def lejos(people, house, chromium, live_server) -> Iterator[Page]:
    """The official of the second office."""
    with visitor(chromium, live_server) as page:
        steps.enter(page, house.colleague.username)
        yield page


def everybody_hears(app) -> None:
    """The time to undo passes, and the letters go."""
    with writing() as session:
        leaving = PreparedAnswer.goes_at.is_not(None)
        session.execute(update(PreparedAnswer).where(leaving).values(goes_at=clock.now()))
    answering.send_due(clock.now())
    worker.run_once(app)


def reads(chromium: Browser, address: str, username: str, radicado: str, words: str) -> str:
    """The outgoing radicado of the answer that a citizen reads."""
    with visitor(chromium, address) as page:
        steps.enter(page, username)
        steps.follow(page, radicado)
        expect(page.get_by_text(words)).to_be_visible()
        assert_good(page)
        return steps.outgoing_radicado(page)


def test_from_the_queue_of_the_morning_to_one_answer_for_two(
    app, house, people, smtp, coral, olga, chromium, live_server
):
    first = file_case(house, people.ana, body=WATER)
    alike = file_case(house, people.beto, body=f"Buenos días. {WATER}")
    other = file_case(house, people.carla, body="Pido copia de mi acta de grado de 1998.")

    steps.link_alike(coral, alike, leader=first)
    steps.assign_marked(coral, [first, alike, other], house.hall.name, house.official.display_name)
    one_answer_for_two(olga, first, alike)
    undone_and_sent_again(olga, other)
    everybody_hears(app)

    out = {
        reads(chromium, live_server, "ana", first, f"Buenos días, Ana Rivera. {ANSWER}"),
        reads(chromium, live_server, "beto", alike, f"Buenos días, Beto Rivera. {ANSWER}"),
        reads(chromium, live_server, "carla", other, "Su acta está lista."),
    }
    assert len(out) == 3
    for who, radicado in (("ana", first), ("beto", alike), ("carla", other)):
        [letter] = steps.letters_of_answers(smtp, f"{who}@example.com")
        assert radicado in str(letter["Subject"])
        assert radicado in part(letter, "plain")


def one_answer_for_two(page: Page, first: str, alike: str) -> None:
    page.goto("/gestion")
    expect(page.get_by_role("link", name="Míos")).to_have_attribute("aria-current", "page")
    steps.follow(page, first)
    steps.follow(page, "Responder")
    expect(page.get_by_label(alike)).to_be_checked()
    page.get_by_label("Respuesta para el ciudadano").fill("Buenos días, {nombre}. " + ANSWER)
    assert_good(page)
    page.get_by_text("Ver cómo la lee cada uno").click()
    steps.press(page, f"Vista previa de {alike}")
    expect(page.get_by_text(f"Buenos días, Beto Rivera. {ANSWER}")).to_be_visible()
    assert_good(page)
    steps.press(page, "Enviar respuesta")
    expect(page.get_by_text("Con ella sale la de 1 vinculado")).to_be_visible()
    assert_good(page)


def undone_and_sent_again(page: Page, radicado: str) -> None:
    page.goto(f"/gestion/{radicado}/responder")
    page.get_by_label("Respuesta para el ciudadano").fill("Su acta esta lista.")
    steps.press(page, "Enviar respuesta")
    steps.press(page, "Deshacer el envío")
    expect(page.get_by_text("La respuesta no salió.")).to_be_visible()
    assert_good(page)
    page.get_by_label("Respuesta para el ciudadano").fill("Su acta está lista.")
    steps.press(page, "Enviar respuesta")
    expect(page.get_by_text("La respuesta está saliendo")).to_be_visible()


def test_an_answer_from_a_template_goes_once_somebody_else_approved_it(
    app, house, people, smtp, coral, olga, chromium, live_server
):
    [sedes] = topics.branches(house.entity.id)
    radicado = file_case(house, people.ana, kind=Kind.CLAIM, body=WATER, topic_id=sedes.topic.id)
    steps.assign_marked(coral, [radicado], house.hall.name, house.official.display_name)

    olga.goto("/gestion")
    steps.follow(olga, radicado)
    steps.follow(olga, "Responder")
    olga.get_by_label("Empezar con la plantilla").select_option("Saludo")
    steps.press(olga, "Poner el texto")
    box = olga.get_by_label("Respuesta para el ciudadano")
    expect(box).to_have_value(re.compile("Buenos días, Ana Rivera. Sobre su reclamo del "))
    box.fill(f"{box.input_value()}\n\n{ANSWER}")
    assert_good(olga)
    steps.press(olga, "Enviar respuesta")
    expect(olga.get_by_text("Hay una respuesta por aprobar")).to_be_visible()

    coral.goto("/gestion")
    steps.follow_tab(coral, "Por aprobar")
    steps.follow(coral, radicado)
    expect(coral.get_by_text(ANSWER)).to_be_visible()
    assert_good(coral)
    steps.press(coral, "Aprobar y enviar")
    expect(coral.get_by_text("La respuesta está saliendo")).to_be_visible()
    everybody_hears(app)

    reads(chromium, live_server, "ana", radicado, ANSWER)
    assert len(steps.letters_of_answers(smtp, "ana@example.com")) == 1


def test_a_case_goes_to_another_office_and_to_who_stands_in_and_a_secret_one_to_few(
    app, house, people, coral, olga, lejos, chromium, live_server
):
    away = file_case(house, people.ana, body="Pido cupo en otro colegio.")
    steps.assign_marked(coral, [away], house.hall.name, house.official.display_name)
    handed_over(olga, lejos, away, house)
    somebody_stands_in(coral, olga, lejos, house, people)
    a_secret_is_kept(chromium, live_server, olga, coral)


def handed_over(olga: Page, lejos: Page, radicado: str, house: House) -> None:
    olga.goto(f"/gestion/{radicado}")
    steps.follow(olga, "Pasar a otra dependencia")
    olga.get_by_label("Dependencia").select_option(label=house.coverage.name)
    olga.get_by_label("Por qué lo pasa").fill("Los cupos los da Cobertura Educativa.")
    assert_good(olga)
    steps.press(olga, "Pasar")
    expect(olga.get_by_role("status")).to_contain_text(f"Pasó a {house.coverage.name}.")

    lejos.goto("/gestion")
    steps.follow_tab(lejos, "Mi dependencia")
    assert_good(lejos)
    steps.follow(lejos, radicado)
    expect(lejos.get_by_text("Los cupos los da Cobertura Educativa.")).to_be_visible()
    steps.press(lejos, "Poner en trámite")
    expect(lejos.get_by_text(f"a cargo de {house.colleague.display_name}")).to_be_visible()


def somebody_stands_in(coral: Page, olga: Page, lejos: Page, house: House, people: People) -> None:
    held = file_case(house, people.beto, body="Pido traslado de colegio.")
    steps.assign_marked(coral, [held], house.coverage.name, house.colleague.display_name)
    lejos.goto("/gestion")
    steps.follow(lejos, "Ausencias y reemplazos")
    lejos.get_by_label("Primer día").fill(f"{clock.now():%d/%m/%Y}")
    lejos.get_by_label("Último día").fill(f"{clock.now() + timedelta(days=7):%d/%m/%Y}")
    lejos.get_by_label("Quién reemplaza").select_option(label=house.official.display_name)
    steps.press(lejos, "Guardar")
    expect(lejos.get_by_text("Ausente hoy")).to_be_visible()
    assert_good(lejos)

    came = file_case(house, people.carla, body="Pido el boletín de mi hijo.")
    steps.assign(coral, came, house.coverage.name, house.colleague.display_name)
    expect(coral.get_by_text(f"a cargo de {house.official.display_name}")).to_be_visible()
    olga.goto("/gestion")
    expect(olga.get_by_role("link", name=came)).to_be_visible()
    steps.follow_tab(olga, "De quien reemplazo")
    assert_good(olga)
    steps.follow(olga, held)
    expect(olga.get_by_role("link", name="Responder")).to_be_visible()


def a_secret_is_kept(chromium: Browser, address: str, olga: Page, coral: Page) -> None:
    with visitor(chromium, address) as beto:
        steps.enter(beto, "beto")
        steps.fill_filing(beto, body=SECRET)
        beto.get_by_label("Denuncia", exact=True).check()
        assert_good(beto)
        steps.press(beto, "Guardar")
        radicado = steps.received_radicado(beto)

    for page, shown in ((olga, "Caso reservado"), (coral, SECRET[:30])):
        page.goto("/gestion")
        steps.follow_tab(page, "Sin asignar")
        expect(page.get_by_role("row").filter(has_text=radicado)).to_contain_text(shown)
    expect(olga.get_by_text("almacenista")).to_have_count(0)
    steps.follow(olga, radicado)
    expect(olga.get_by_role("heading", level=1)).to_contain_text("¿Para qué lo abre?")
    expect(olga.get_by_text("almacenista")).to_have_count(0)
    assert_good(olga)
