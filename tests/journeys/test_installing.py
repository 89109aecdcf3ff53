"""The first installation in a browser, from the code to the first entry, also without script."""

import pytest
from playwright.sync_api import Page, expect

from app.services import installing
from tests.journeys import steps
from tests.support.browser import assert_good
from tests.support.client import PASSWORD


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("window", ["browser_page", "no_js_page"])
def test_an_empty_installation_is_made_ready_from_its_own_pages(request, settings, window):
    page: Page = request.getfixturevalue(window)
    page.goto("/")
    expect(page).to_have_url("/instalar")
    assert_good(page)
    page.get_by_label("Código de instalación").fill(installing.setup_code(settings.instance))
    steps.press(page, "Continuar")

    assert_good(page)
    for label, text in (
        ("Nombre completo", "Secretaría de Educación de Ejemplo"),
        ("Nombre corto", "EJEMPLO"),
        ("Prefijo de los radicados", "EJE"),
        ("Nombres", "Ada"),
        ("Apellidos", "Prueba"),
        ("Correo electrónico", "ada@ejemplo.example"),
        ("Contraseña", PASSWORD),
        ("Repita la contraseña", PASSWORD),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Municipio").select_option("25754")
    steps.press(page, "Crear y terminar")

    expect(page).to_have_url("/ingreso")
    page.get_by_label("Usuario", exact=True).fill("aprueba")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    steps.press(page, "Aceptar")
    page.goto("/gestion/administracion")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Administración")
