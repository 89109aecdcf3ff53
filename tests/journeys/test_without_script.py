"""The main path on a telephone that runs no JavaScript."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.extensions import db
from app.models import Requerimiento
from tests.journeys import steps
from tests.support.browser import assert_good, visitor
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def staff_page(chromium, live_server):
    """Another telephone without JavaScript."""
    with visitor(chromium, live_server, java_script=False, width=360) as page:
        yield page


def filed() -> int:
    """How many requerimientos there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Requerimiento.id))) or 0


def test_the_whole_path_needs_no_script(house, no_js_page, staff_page, files, resolution):
    citizen, staff = no_js_page, staff_page
    register(citizen)
    steps.leave(citizen)
    steps.enter(citizen, "frivera")
    assert_good(citizen)

    steps.fill_filing(citizen, files)
    assert_good(citizen)
    steps.press(citizen, "Guardar")
    radicado = steps.received_radicado(citizen)
    assert_good(citizen)

    steps.enter(staff, house.coordinator.username)
    assert_good(staff)
    steps.assign(staff, radicado, house.hall.name, house.official.display_name)
    assert_good(staff)
    steps.leave(staff)
    steps.enter(staff, house.official.username)
    steps.answer(staff, radicado, "Su auxilio se paga el viernes.", [resolution])
    assert_good(staff)

    steps.follow(citizen, "Mis requerimientos")
    expect(citizen.get_by_text("Respondido").first).to_be_visible()
    assert_good(citizen)
    steps.follow(citizen, radicado)
    expect(citizen.get_by_text("Su auxilio se paga el viernes.")).to_be_visible()
    assert_good(citizen)
    assert steps.download(citizen, "Resolución 0123.pdf") == steps.ANSWER
    assert steps.download(citizen, "recibo.png") == steps.PNG

    citizen.get_by_label("Qué quiere agregar").fill("Gracias. Adjunto el recibo otra vez.")
    citizen.get_by_label("Adjuntar archivos").set_input_files(files[1:])
    steps.press(citizen, "Enviar")
    expect(citizen.get_by_text("Recibimos lo que envió")).to_be_visible()
    assert filed() == 1


def register(page: Page) -> None:
    """Ask for the user name with the button, since nothing writes it while typing."""
    page.goto("/")
    page.get_by_role("link", name="Ingresar", exact=True).first.click()
    steps.follow(page, "Registrarse")
    assert_good(page)
    steps.fill_registration(page)
    expect(page.get_by_label("Usuario", exact=True)).to_have_value("")
    steps.press(page, "Proponer usuario")
    expect(page.get_by_label("Usuario", exact=True)).to_have_value("frivera")
    expect(page.get_by_label("Apellidos")).to_have_value("Rivera")
    assert_good(page)

    steps.choose_password(page)  # a password is never printed back
    page.get_by_role("button", name="Registrarse").last.click()
    expect(page.get_by_role("status").first).to_contain_text("Su usuario es frivera")
    assert_good(page)


def test_a_telephone_explains_the_chosen_kind_or_all(house, no_js_page):
    page = no_js_page
    page.goto("/radicar")
    explained = page.locator(".sac-kind-choice .govuk-radios__hint")
    expect(explained).to_have_count(10)
    expect(explained.filter(visible=True)).to_have_count(0)

    page.get_by_label("Queja", exact=True).check()
    expect(explained.filter(visible=True)).to_have_count(1)
    expect(page.get_by_text("Está inconforme con un servidor")).to_be_visible()

    page.get_by_text("Qué es cada tipo").click()
    expect(explained.filter(visible=True)).to_have_count(10)
    assert_good(page)


def test_a_refused_filing_comes_back_whole(house, no_js_page, files, tmp_path):
    page = no_js_page
    program = tmp_path / "programa.exe"
    program.write_bytes(b"MZ\x90\x00" + bytes(300))
    steps.enter(page, add_citizen(house.entity.id).username)

    steps.fill_filing(page, [*files, program])
    steps.press(page, "Guardar")

    expect(page.get_by_role("alert")).to_contain_text("programa.exe")
    expect(page.get_by_label("Contenido")).to_have_value(steps.RECLAMO)
    expect(page.get_by_label("Reclamo", exact=True)).to_be_checked()
    for file in files:
        expect(page.get_by_role("listitem").filter(has_text=file.name)).to_be_visible()
    assert_good(page)
    assert filed() == 0

    page.get_by_label("Quitar recibo.png").check()
    steps.press(page, "Guardar")
    steps.received_radicado(page)
    expect(page.get_by_role("row").filter(has_text=files[0].name)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="recibo.png")).to_have_count(0)
    assert filed() == 1
