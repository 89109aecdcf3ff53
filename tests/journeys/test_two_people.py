"""Two of the staff on one case: each sees the other, nobody's words are written over, and an answer
that was sent can be taken back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.extensions import writing
from app.models import Requerimiento, Topic
from tests.journeys import steps
from tests.support.browser import visitor
from tests.support.office import assigned_case, case_of
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")
TEXT = "Su hija tiene cupo en el grado segundo."


@pytest.fixture
def radicado(app, house) -> str:
    app.extensions["settings"] = replace(app.extensions["settings"], undo_seconds=300)
    return assigned_case(house, add_citizen(house.entity.id))


@pytest.fixture
def olga(radicado, browser_page) -> Page:
    steps.enter(browser_page, "soa.funcionario")
    return browser_page


@pytest.fixture
def coral(radicado, chromium, live_server) -> Iterator[Page]:
    with visitor(chromium, live_server) as page:
        steps.enter(page, "soa.coordinador")
        yield page


def write_answer(page: Page, radicado: str) -> None:
    page.goto(f"/gestion/{radicado}/responder")
    page.get_by_label("Respuesta para el ciudadano").press_sequentially(TEXT)
    page.get_by_label("Respuesta para el ciudadano").blur()
    expect(page.get_by_text("Guardado a las")).to_be_visible()


def test_each_sees_that_the_other_is_there(olga, coral, radicado):
    olga.goto(f"/gestion/{radicado}/responder")
    coral.goto(f"/gestion/{radicado}")
    expect(coral.get_by_text("Olga Prueba está escribiendo en este caso.")).to_be_visible()
    olga.reload()
    expect(olga.get_by_text("Coral Prueba tiene abierto este caso.")).to_be_visible()


def test_a_draft_is_kept_and_not_sent_over_what_the_other_wrote(olga, coral, radicado):
    write_answer(olga, radicado)
    coral.goto(f"/gestion/{radicado}/mensaje")
    coral.get_by_label("Mensaje para el ciudadano").fill("¿En qué colegio está su hija?")
    steps.press(coral, "Enviar mensaje")
    expect(coral.get_by_text("Mensaje enviado.")).to_be_visible()

    steps.press(olga, "Enviar respuesta")

    expect(olga.get_by_text("El caso cambió mientras escribía")).to_be_visible()
    came = olga.get_by_role("region", name="Lo que llegó mientras escribía")
    expect(came).to_contain_text("Coral Prueba")
    expect(came).to_contain_text("¿En qué colegio está su hija?")
    expect(olga.get_by_label("Respuesta para el ciudadano")).to_have_value(TEXT)
    steps.press(olga, "Enviar respuesta")
    expect(olga.get_by_text("La respuesta está saliendo")).to_be_visible()


def test_a_draft_outlives_its_window(olga, radicado):
    write_answer(olga, radicado)
    olga.goto("/gestion")
    olga.goto(f"/gestion/{radicado}/responder")
    expect(olga.get_by_text("Recuperamos lo que estaba escribiendo")).to_be_visible()
    expect(olga.get_by_label("Respuesta para el ciudadano")).to_have_value(TEXT)


def test_an_answer_that_was_sent_is_taken_back(olga, coral, radicado):
    write_answer(olga, radicado)
    steps.press(olga, "Enviar respuesta")
    expect(olga.get_by_text("La respuesta está saliendo")).to_be_visible()
    coral.goto(f"/gestion/{radicado}")
    expect(coral.get_by_text("La respuesta está saliendo")).to_be_visible()

    steps.press(olga, "Deshacer el envío")

    expect(olga.get_by_text("La respuesta no salió.")).to_be_visible()
    expect(olga.get_by_label("Respuesta para el ciudadano")).to_have_value(TEXT)
    steps.press(coral, "Deshacer el envío")
    expect(coral.get_by_text("La respuesta no salió.")).to_be_visible()
    assert case_of(radicado).status.is_open


def test_what_a_topic_has_approved_goes_after_two_people(olga, coral, radicado):
    with writing() as session:
        case = session.scalars(select(Requerimiento).filter_by(radicado=radicado)).one()
        case.topic = Topic(entity_id=case.entity_id, name="Cupos", needs_approval=True)
    write_answer(olga, radicado)
    steps.press(olga, "Enviar respuesta")
    expect(olga.get_by_text("Hay una respuesta por aprobar")).to_be_visible()

    coral.goto("/gestion?status=por_aprobar")
    steps.follow(coral, radicado)
    expect(coral.get_by_text(TEXT)).to_be_visible()
    steps.press(coral, "Aprobar y enviar")

    expect(coral.get_by_text("La respuesta está saliendo")).to_be_visible()
