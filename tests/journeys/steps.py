"""What people do on the site, step by step, with the words they read there."""

import re
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser import assert_good
from tests.support.client import PASSWORD
from tests.support.mail import MailServer

FRANCISCO = {
    "Número de documento": "79.123.456",
    "Nombres": "Francisco",
    "Apellidos": "Rivera",
    "Correo electrónico": "francisco@example.com",
}
RECLAMO = "No me han pagado el auxilio de transporte de abril. Pido que lo revisen."
# The bytes differ, so that one file taken for another is seen.
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 300
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(reversed(range(256))) * 200
ANSWER = b"%PDF-1.4\n" + bytes(range(255, -1, -1)) * 500


def press(page: Page, name: str) -> None:
    """Press the button of that name."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the link of that name in the page itself, not in its header or its footer."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def follow_tab(page: Page, name: str) -> None:
    """Go to a list of the queue, whose link says how many it has."""
    page.get_by_role("navigation", name="Listas").get_by_role("link", name=name).click()


def heading(page: Page) -> str:
    """What the page says it is."""
    return page.get_by_role("heading", level=1).inner_text()


def fill_registration(page: Page, *, password: str = PASSWORD) -> None:
    """Write Francisco's data at Registrarse, but for the user name."""
    page.get_by_label("Tipo de documento").select_option("CC")
    for label, text in FRANCISCO.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Municipio").select_option("25754")
    page.get_by_label("Dirección").fill("Calle 13 # 7-50")
    page.get_by_label("Quiero que me avisen por correo").check()
    choose_password(page, password)


def choose_password(page: Page, password: str = PASSWORD) -> None:
    """Write the password twice and accept the data notice."""
    page.get_by_label("Contraseña", exact=True).fill(password)
    page.get_by_label("Repita la contraseña").fill(password)
    page.get_by_label("Leí y acepto el aviso de datos personales").check()


def enter(page: Page, username: str, password: str = PASSWORD) -> None:
    """Come in at Ingreso, with the boxes as they are."""
    page.goto("/ingreso")
    page.get_by_label("Usuario", exact=True).fill(username)
    page.get_by_label("Contraseña", exact=True).fill(password)
    press(page, "Aceptar")
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


def leave(page: Page) -> None:
    """Go out of the system."""
    press(page, "Salir")
    page.wait_for_url("**/ingreso")


def fill_filing(page: Page, files: Sequence[Path] = (), body: str = RECLAMO) -> None:
    """Write a reclamo at Agregar requerimiento."""
    page.goto("/requerimientos/nuevo")
    page.get_by_label("Reclamo", exact=True).check()
    page.get_by_label("Contenido").fill(body)
    page.get_by_label("Adjuntar archivos").set_input_files(files)


def received_radicado(page: Page) -> str:
    """The radicado that the receipt shows."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Su requerimiento quedó radicado")
    found = re.search(r"\bSOA\d{4}ER\d{6}\b", page.get_by_role("main").inner_text())
    assert found, "the receipt shows no radicado"
    return found[0]


def assign(page: Page, radicado: str, office: str, person: str) -> None:
    """Give a case of the queue to somebody, as the coordinator does."""
    page.goto("/gestion")
    follow(page, radicado)
    follow(page, "Asignar")
    page.get_by_label("Dependencia").select_option(label=office)
    choose(page, "Persona", person)
    press(page, "Asignar")
    expect(page.get_by_role("status")).to_contain_text("Asignado")


def answer(page: Page, radicado: str, words: str, files: Sequence[Path] = ()) -> None:
    """Answer a case from one's own queue, as the official does."""
    page.goto("/gestion")
    follow(page, radicado)
    follow(page, "Responder")
    page.get_by_label("Respuesta para el ciudadano").fill(words)
    page.get_by_role("button", name="Anexos").set_input_files(files)
    press(page, "Enviar respuesta")
    expect(page.get_by_text("Respondido con el radicado de salida SOA")).to_be_visible()


def download(page: Page, name: str) -> bytes:
    """The bytes that come when the link of that file is followed."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=re.compile(re.escape(name))).first.click()
    assert coming.value.suggested_filename == name
    return Path(coming.value.path()).read_bytes()


def link_alike(page: Page, radicado: str, *, leader: str) -> None:
    """Put a case under one that looks like it, as the coordinator does while sorting the queue."""
    page.goto("/gestion")
    follow_tab(page, "Sin asignar")
    follow(page, radicado)
    follow(page, "Buscar parecidos")
    row = page.get_by_role("row").filter(has_text=leader)
    expect(row).to_contain_text("de las palabras")
    assert_good(page)
    press(page, f"Vincular este a {leader}")
    expect(page.get_by_role("status")).to_contain_text("Vinculados")
    expect(page.get_by_text(f"Está vinculado a {leader}, que es el principal")).to_be_visible()
    assert_good(page)


def assign_marked(page: Page, radicados: Sequence[str], office: str, person: str) -> None:
    """Give cases of the queue to somebody at once, reading what will happen and what did."""
    page.goto("/gestion")
    for radicado in radicados:
        page.get_by_label(f"Marcar {radicado}").check()
    if len(radicados) > 1:
        assert_good(page)
    press(page, "Asignar los marcados")
    many = "1 requerimiento" if len(radicados) == 1 else f"{len(radicados)} requerimientos"
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Asignar {many}")
    page.get_by_label("Dependencia").select_option(label=office)
    choose(page, "Persona", person)
    press(page, "Ver qué pasará")
    for radicado in radicados:
        row = page.get_by_role("row").filter(has_text=radicado)
        expect(row).to_contain_text(f"Queda en {office}: {person}")
    if len(radicados) > 1:
        assert_good(page)
    press(page, "Asignar")
    done = "Se asignó" if len(radicados) == 1 else "Se asignaron"
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{done} {many}")
    for radicado in radicados:
        row = page.get_by_role("row").filter(has_text=radicado)
        expect(row).to_contain_text(f"{office}: {person}")
    if len(radicados) > 1:
        assert_good(page)
    follow(page, "Volver a la cola")


def choose(page: Page, label: str, begins: str) -> None:
    """Choose of a list what begins so."""
    option = page.get_by_label(label).locator("option", has_text=begins).first
    page.get_by_label(label).select_option(value=option.get_attribute("value"))


def outgoing_radicado(page: Page) -> str:
    """The radicado of the answer that the page shows."""
    found = re.search(r"\bSOA\d{4}EE\d{6}\b", page.get_by_role("main").inner_text())
    assert found, "the page shows no answer"
    return found[0]


def letters_of_answers(smtp: MailServer, address: str) -> list[EmailMessage]:
    """The mails that told somebody of an answer."""
    return [one for one in smtp.to(address) if "ya tiene respuesta" in str(one["Subject"])]
