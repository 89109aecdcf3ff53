"""Without a name: a report is filed, the key is kept, and the answer is read with it; with
JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.looking import assert_keyboard, assert_readable
from tests.support.browser import AXE, visitor

WORDS = "El rector de la sede norte cobra por los cupos desde enero."
REPLY = "Abrimos la investigación y lo citaremos por este medio."


def file_without_a_name(page: Page, files) -> tuple[str, str]:
    """From the page of complaints to the key: the radicado and the key."""
    page.goto("/quejas-y-reclamos")
    steps.follow(page, "denuncie sin dar su nombre")
    expect(page.get_by_label("Radicar sin decir quién soy")).to_be_checked()
    expect(page.get_by_label("Denuncia", exact=True)).to_be_checked()
    page.get_by_label("Contenido").fill(f"{WORDS} Mi celular es 300 555 0101.")
    page.get_by_label("Adjuntar archivos").set_input_files(files)
    steps.press(page, "Guardar")
    expect(page.get_by_role("alert")).to_contain_text("puede decir quién es usted")
    page.get_by_label("Contenido").fill(WORDS)
    steps.press(page, "Guardar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Su requerimiento quedó radicado")
    key = page.locator(".sac-key").inner_text()
    return steps.received_radicado(page), key


@pytest.mark.parametrize("java_script", [True, False])
def test_a_report_without_a_name_is_answered_and_read_with_its_key(
    house, chromium, live_server, files, java_script
):
    with visitor(chromium, live_server, java_script=java_script) as page:
        radicado, key = file_without_a_name(page, files)
        page.get_by_label("Escriba la clave para continuar").fill("una clave que no es")
        steps.press(page, "Ya la guardé: continuar")
        expect(page.get_by_role("alert")).to_contain_text("Esa no es la clave.")
        page.get_by_label("Escriba la clave para continuar").fill(key)
        steps.press(page, "Ya la guardé: continuar")
        expect(page.get_by_text("Persona anónima").first).to_be_visible()
        steps.leave(page)

    with visitor(chromium, live_server) as staff:
        steps.enter(staff, house.coordinator.username)
        steps.assign(staff, radicado, house.hall.name, "Olga Prueba")
        steps.leave(staff)
        steps.enter(staff, house.official.username)
        steps.answer(staff, radicado, REPLY)

    with visitor(chromium, live_server, java_script=java_script) as page:
        page.goto("/")
        steps.follow(page, "Seguimiento")
        page.get_by_label("Radicado").fill(radicado)
        page.get_by_label("Clave").fill(key.upper())
        steps.press(page, "Ver mi requerimiento")
        expect(page.get_by_text(REPLY)).to_be_visible()
        assert steps.download(page, "recibo.png") == steps.PNG
        page.get_by_label("Qué quiere agregar").fill("Gracias. También cobra los uniformes.")
        steps.press(page, "Enviar")
        expect(page.get_by_text("También cobra los uniformes.")).to_be_visible()


def test_its_pages_are_good_for_everyone(house, chromium, live_server, files):
    with visitor(chromium, live_server) as page:
        page.context.add_init_script(path=AXE)
        file_without_a_name(page, files)
        assert_readable(page)
        assert_keyboard(page)
        page.get_by_label("Escriba la clave para continuar").fill(
            page.locator(".sac-key").inner_text()
        )
        steps.press(page, "Ya la guardé: continuar")
        assert_readable(page)
        page.goto("/requerimientos")
        assert_readable(page)
        assert_keyboard(page)
