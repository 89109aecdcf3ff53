"""The whole user guide, from *Registrarse* to the answer, in a real browser."""

from hashlib import sha256

from playwright.sync_api import Page, expect

from app import worker
from tests.journeys import steps
from tests.support.browser import visitor
from tests.support.client import PASSWORD
from tests.support.mail import part

ADDRESS = steps.FRANCISCO["Correo electrónico"]


def cookies(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def test_the_guide_from_registering_to_reading_the_answer(
    app, house, smtp, chromium, live_server, browser_page, files, resolution
):
    citizen = browser_page
    register(citizen)
    enter_remembering_the_user_name(citizen)
    radicado = file_a_reclamo(citizen, files)

    with visitor(chromium, live_server) as coordinator:
        steps.enter(coordinator, house.coordinator.username)
        steps.assign(coordinator, radicado, house.hall.name, house.official.display_name)
    with visitor(chromium, live_server) as official:
        steps.enter(official, house.official.username)
        steps.answer(official, radicado, "Su auxilio se paga el viernes.", [resolution])

    link = the_letter_of_the_answer(app, smtp, radicado, house.official.email)
    read_the_answer(citizen, link, radicado)
    come_back_remembered(citizen)
    forget_both_cookies(citizen)


def register(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Ingresar", exact=True).first.click()
    steps.follow(page, "Registrarse")
    steps.fill_registration(page)
    # Writing the names was enough: the guide's user name stands in its box.
    expect(page.get_by_label("Usuario", exact=True)).to_have_value("frivera")

    steps.press(page, "Registrarse")

    expect(page.get_by_role("status").first).to_contain_text("Su usuario es frivera")
    steps.leave(page)
    assert not {"sac_usuario", "sac_clave"} & cookies(page).keys()


def enter_remembering_the_user_name(page: Page) -> None:
    page.get_by_label("Recordar nombre de usuario").check()
    page.get_by_label("Usuario", exact=True).fill("frivera")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    steps.press(page, "Aceptar")
    page.wait_for_url("**/requerimientos")
    assert cookies(page)["sac_usuario"] == "frivera"
    assert "sac_clave" not in cookies(page)

    steps.leave(page)
    expect(page.get_by_label("Usuario", exact=True)).to_have_value("frivera")
    expect(page.get_by_label("Recordar nombre de usuario")).to_be_checked()
    expect(page.get_by_label("Contraseña", exact=True)).to_have_value("")

    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    steps.press(page, "Aceptar")
    page.wait_for_url("**/requerimientos")


def file_a_reclamo(page: Page, files: list) -> str:
    steps.fill_filing(page, files)
    expect(page.get_by_text("SOA, FRANCISCO RIVERA")).to_be_visible()
    steps.press(page, "Guardar")

    radicado = steps.received_radicado(page)
    page.reload()  # the receipt has an address of its own
    for file in files:
        row = page.get_by_role("row").filter(has_text=file.name)
        expect(row).to_contain_text(sha256(file.read_bytes()).hexdigest())
    expect(page.get_by_text("Fecha y hora")).to_be_visible()
    return radicado


def the_letter_of_the_answer(app, smtp, radicado: str, official: str) -> str:
    """Drain the outbox once; return the address that the letter leads to."""
    sent = worker.run_once(app)
    letters = smtp.to(ADDRESS)
    [handed_over] = smtp.to(official)
    [letter] = [one for one in letters if "ya tiene respuesta" in str(one["Subject"])]

    assert sent == len(smtp.messages) == len(letters) + 1
    assert radicado in str(handed_over["Subject"])
    assert radicado in str(letter["Subject"])
    assert "Su auxilio" not in part(letter, "plain"), "the answer itself stays in the system"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert worker.run_once(app) == 0
    address = next(line for line in part(letter, "plain").splitlines() if radicado in line[-20:])
    assert address.startswith("http"), address
    return address


def read_the_answer(page: Page, link: str, radicado: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text(radicado)
    expect(page.get_by_text("Su auxilio se paga el viernes.")).to_be_visible()
    expect(page.get_by_text("Respondido el").first).to_be_visible()

    assert steps.download(page, "Resolución 0123.pdf") == steps.ANSWER
    assert steps.download(page, "Petición de auxilio (año 2026).pdf") == steps.PDF
    assert steps.download(page, "recibo.png") == steps.PNG


def come_back_remembered(page: Page) -> None:
    steps.leave(page)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label("Recordar contraseña").check()
    steps.press(page, "Aceptar")
    page.wait_for_url("**/requerimientos")
    assert PASSWORD not in str(cookies(page))

    page.context.clear_cookies(name="sac")  # as closing the browser does
    page.goto("/ingreso")
    notice = page.get_by_role("note").filter(has_text="Usted ha iniciado una sesión")
    expect(notice).to_contain_text("FRANCISCO RIVERA")
    steps.press(page, "Continuar")
    page.wait_for_url("**/requerimientos")

    page.goto("/mis-datos")  # a session that was only remembered says who it is
    expect(page).to_have_url("/ingreso/confirmar?next=/mis-datos")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page).to_have_url("/mis-datos")


def forget_both_cookies(page: Page) -> None:
    stolen = cookies(page)["sac_clave"]
    page.goto("/ingreso")
    steps.press(page, "Borrar cookie de usuario")
    expect(page.get_by_role("status")).to_contain_text("ya no recuerda su nombre de usuario")
    assert "sac_usuario" not in cookies(page)
    assert "sac_clave" in cookies(page)
    steps.press(page, "Borrar cookie de contraseña")
    expect(page.get_by_role("status")).to_contain_text("ya no recuerda su contraseña")
    assert "sac_clave" not in cookies(page)

    page.context.clear_cookies(name="sac")
    asks_for_both(page)
    base = page.url.removesuffix("/ingreso")
    page.context.add_cookies([{"name": "sac_clave", "value": stolen, "url": base}])
    asks_for_both(page)


def asks_for_both(page: Page) -> None:
    """Ingreso knows nobody, and lets nobody in with less than both."""
    page.goto("/requerimientos")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingreso al sistema")
    expect(page.get_by_role("button", name="Continuar")).to_have_count(0)
    expect(page.get_by_label("Usuario", exact=True)).to_have_value("")
    expect(page.get_by_label("Recordar nombre de usuario")).not_to_be_checked()

    page.goto("/ingreso")
    steps.press(page, "Aceptar")
    expect(page.get_by_role("link", name="Escriba su usuario.")).to_be_visible()
    expect(page.get_by_role("link", name="Escriba su contraseña.")).to_be_visible()
