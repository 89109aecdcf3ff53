"""From the counter to one's own account: the receipt, *Completar datos*, the same requerimiento."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.browser import visitor
from tests.support.client import PASSWORD

DOCUMENT = "1.023.456.789"
NUMBER = "1023456789"
WORDS = "Llama para decir que al colegio de su hijo no ha llegado el profesor de inglés."
FOLLOWED = ("/requerimientos", "/requerimientos/nuevo", "/mis-datos", "/mis-datos/sesiones")


@pytest.fixture
def clerk(house, chromium, live_server):
    """The page of the clerk, who has entered."""
    with visitor(chromium, live_server) as page:
        steps.enter(page, house.clerk.username)
        yield page


def file_by_phone(page: Page, *, by_document: bool = False) -> str:
    """File what somebody without an account says by phone; the radicado of the receipt."""
    page.goto("/gestion/ventanilla")
    page.get_by_label("Número de documento").fill(DOCUMENT)
    steps.press(page, "Continuar")
    page.get_by_label("Nombres").fill("Amparo")
    page.get_by_label("Apellidos").fill("Ficticia Roa")
    page.get_by_label("Teléfono (opcional)").fill("300 555 0199")
    page.get_by_label("Por teléfono").check()
    page.get_by_label("Queja", exact=True).check()
    page.get_by_label("¿Qué pide o qué cuenta?").fill(WORDS)
    if by_document:
        page.get_by_label("Con su número de cédula como primera contraseña").check()
    steps.press(page, "Radicar")
    expect(page.get_by_role("heading", level=1)).to_have_text("Constancia de petición verbal")
    return page.locator(".sac-receipt__number").inner_text()


def prove(page: Page, radicado: str, document: str, code: str) -> None:
    """Come from Ingreso to Completar datos with what a receipt says."""
    page.goto("/ingreso")
    steps.follow(page, "Completar datos")
    page.get_by_label("Número de radicado").fill(radicado)
    page.get_by_label("Número de documento").fill(document)
    page.get_by_label("Código").fill(code)
    steps.press(page, "Continuar")


def complete_data(page: Page) -> None:
    """Fill in what the counter did not ask, over what it did."""
    expect(page.get_by_label("Nombres")).to_have_value("Amparo")
    expect(page.get_by_label("Número de documento")).to_have_value(
        re.compile(f"{NUMBER}|{DOCUMENT}")
    )
    page.get_by_label("Correo electrónico").fill("amparo@example.com")
    page.get_by_label("Municipio").select_option("25754")
    page.get_by_label("Dirección").fill("Calle 1 # 2-3")
    steps.choose_password(page)
    steps.press(page, "Guardar e ingresar")


def follows(page: Page, radicado: str) -> None:
    """The page is that requerimiento, with the words that the clerk wrote."""
    expect(page).to_have_url(f"/requerimientos/{radicado}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(radicado)
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_text("por teléfono").first).to_be_visible()


def test_what_was_filed_by_phone_is_followed_on_line_with_the_code_of_the_receipt(
    clerk, browser_page
):
    radicado = file_by_phone(clerk)
    paper = clerk.get_by_role("article").inner_text()
    code = clerk.locator(".sac-receipt__code").inner_text()
    assert "verbalmente, por teléfono" in paper
    assert "/completar-datos" in paper
    steps.press(clerk, "Atender a otra persona")
    clerk.goto(f"/gestion/ventanilla/{radicado}/constancia")
    assert code not in clerk.content()

    person = browser_page
    prove(person, radicado, DOCUMENT, code)
    complete_data(person)

    follows(person, radicado)
    steps.leave(person)
    steps.enter(person, "aficticia")
    steps.follow(person, radicado)
    follows(person, radicado)


@pytest.mark.on("sqlite")
def test_the_code_serves_once_and_only_with_its_radicado_and_document(
    clerk, chromium, live_server, browser_page
):
    radicado = file_by_phone(clerk)
    code = clerk.locator(".sac-receipt__code").inner_text()
    other = radicado[:-1] + "9"
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

    person = browser_page
    for asked in (
        (other, DOCUMENT, code),
        (radicado, "1.023.456.780", code),
        (radicado, DOCUMENT, wrong),
    ):
        prove(person, *asked)
        expect(person.get_by_role("alert")).to_contain_text("Esos tres datos no coinciden")
    prove(person, radicado, DOCUMENT, code)
    complete_data(person)
    follows(person, radicado)

    with visitor(chromium, live_server) as stranger:
        prove(stranger, radicado, DOCUMENT, code)
        expect(stranger.get_by_role("alert")).to_contain_text("Esos tres datos no coinciden")


@pytest.mark.on("sqlite")
def test_the_cedula_as_first_password_reaches_completar_datos_and_nothing_else(clerk, browser_page):
    radicado = file_by_phone(clerk, by_document=True)
    paper = clerk.get_by_role("article").inner_text()
    assert "como primera contraseña, su número de documento" in paper
    assert clerk.locator(".sac-receipt__code").count() == 0

    person = browser_page
    person.goto("/ingreso")
    person.get_by_label("Usuario", exact=True).fill("aficticia")
    person.get_by_label("Contraseña", exact=True).fill(NUMBER)
    steps.press(person, "Aceptar")
    expect(person).to_have_url("/completar-datos/datos")
    for path in (*FOLLOWED, f"/requerimientos/{radicado}"):
        person.goto(path)
        expect(person.get_by_role("heading", level=1)).to_have_text("Ingreso al sistema")

    person.goto("/completar-datos/datos")
    complete_data(person)

    follows(person, radicado)
    steps.leave(person)
    for password, heading in ((NUMBER, "Ingreso al sistema"), (PASSWORD, "Mis requerimientos")):
        person.get_by_label("Usuario", exact=True).fill("aficticia")
        person.get_by_label("Contraseña", exact=True).fill(password)
        steps.press(person, "Aceptar")
        expect(person.get_by_role("heading", level=1)).to_have_text(heading)


def tab_to(page: Page, name: str) -> None:
    """Go on with Tab to the control of that name."""
    for _ in range(40):
        page.keyboard.press("Tab")
        named = "e => (e.labels && e.labels[0] ? e.labels[0] : e).textContent.trim()"
        if page.locator(":focus").evaluate(named).startswith(name):
            return
    raise AssertionError(f"Tab never came to {name}")


def write(page: Page, name: str, text: str) -> None:
    """Go on to a box and type in it."""
    tab_to(page, name)
    page.keyboard.type(text)


@pytest.mark.on("sqlite")
def test_a_clerk_with_a_queue_works_by_keyboard_alone(clerk):
    keys, number = clerk.keyboard, clerk.get_by_label("Número de documento")
    summary = clerk.get_by_role("alert")
    clerk.add_init_script("window.print = () => { document.documentElement.dataset.printed = 1; }")

    clerk.goto("/gestion/ventanilla")
    expect(number).to_be_focused()
    keys.press("Enter")
    expect(summary).to_be_focused()
    tab_to(clerk, "Escriba el número de documento.")
    keys.press("Enter")
    expect(number).to_be_focused()
    keys.type(DOCUMENT)
    keys.press("Enter")

    expect(clerk.get_by_label("Nombres")).to_be_focused()
    keys.type("Amparo")
    write(clerk, "Teléfono", "300 555 0199")
    tab_to(clerk, "En persona")
    keys.press("Space")
    tab_to(clerk, "Vi el documento")
    keys.press("Space")
    tab_to(clerk, "Petición")
    keys.press("Space")
    keys.press("ArrowDown")
    write(clerk, "¿Qué pide o qué cuenta?", WORDS)
    tab_to(clerk, "Le leí lo escrito")
    keys.press("Space")
    tab_to(clerk, "Radicar")
    keys.press("Enter")
    expect(summary).to_be_focused()
    tab_to(clerk, "Escriba los apellidos")
    keys.press("Enter")
    expect(clerk.get_by_label("Apellidos")).to_be_focused()
    keys.type("Ficticia Roa")
    tab_to(clerk, "Radicar")
    keys.press("Enter")

    expect(clerk.get_by_role("button", name="Imprimir")).to_be_focused()
    expect(clerk.locator(".sac-receipt__code")).to_be_visible()
    expect(clerk.get_by_role("article")).to_contain_text("se le leyó a la persona, que lo confirmó")
    expect(clerk.get_by_role("article")).to_contain_text("Petición de información")
    keys.press("Enter")
    expect(clerk.locator("html")).to_have_attribute("data-printed", "1")
    tab_to(clerk, "Atender a otra persona")
    keys.press("Enter")

    expect(number).to_be_focused()
    write(clerk, "Nombre, correo o teléfono", "ficticia amp")
    keys.press("Enter")
    expect(clerk.get_by_role("button", name="Radicar a su nombre")).to_be_focused()
    keys.press("Enter")
    expect(clerk.get_by_label("En persona")).to_be_focused()
