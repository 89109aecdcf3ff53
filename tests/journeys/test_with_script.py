"""What JavaScript adds: files as a list, progress, drafts while typing, and nothing lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select, update

from app.extensions import db, writing
from app.models import LoginSession, Requerimiento
from tests.journeys import steps
from tests.support.client import PASSWORD
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")

# Keeps what the page tells while it sends; the document stays when its body is replaced.
RECORD = """() => {
  window.told = [];
  window.shares = [];
  new MutationObserver(() => {
    const words = document.querySelector('.sac-sending__words');
    const bar = document.querySelector('.sac-sending progress');
    if (words && words.textContent) window.told.push(words.textContent);
    if (bar && bar.hasAttribute('value')) window.shares.push(bar.value);
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
FILING = "**/requerimientos/nuevo"
DRAFT = "**/requerimientos/borrador"


@pytest.fixture
def citizen(house, browser_page) -> Page:
    """The page of a citizen who has entered."""
    steps.enter(browser_page, add_citizen(house.entity.id).username)
    return browser_page


def filed() -> int:
    """How many requerimientos there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count(Requerimiento.id))) or 0


def chosen(page: Page) -> list[str]:
    """The files of the list, as it reads."""
    rows = page.get_by_role("list", name="Archivos para enviar").get_by_role("listitem")
    return [" ".join(text.split()) for text in rows.all_inner_texts()]


def test_the_chosen_files_are_a_list_that_can_be_changed(citizen, files):
    steps.fill_filing(citizen, files[:1])
    box = citizen.get_by_label("Adjuntar archivos")
    box.set_input_files(files[1:])  # choosing again adds

    size = [f"{-(-file.stat().st_size // 1024)} kB" for file in files]
    assert chosen(citizen) == [
        f"{file.name} {kilobytes} Quitar {file.name}"
        for file, kilobytes in zip(files, size, strict=True)
    ]
    expect(citizen.get_by_text("2 archivos, 126 kB en total.")).to_be_visible()

    citizen.get_by_role("button", name=f"Quitar {files[0].name}").click()
    assert [row.split()[0] for row in chosen(citizen)] == ["recibo.png"]
    expect(citizen.get_by_role("button", name="Quitar recibo.png")).to_be_focused()
    steps.press(citizen, "Guardar")

    steps.received_radicado(citizen)
    expect(citizen.get_by_role("row").filter(has_text="recibo.png")).to_be_visible()
    expect(citizen.get_by_role("row").filter(has_text=files[0].name)).to_have_count(0)


@pytest.mark.settings(max_files=2)
def test_what_cannot_be_sent_is_said_before_it_is_sent(citizen, files, tmp_path):
    sent = []
    citizen.on("request", lambda request: sent.append(request.url))
    extra, empty = tmp_path / "otro.png", tmp_path / "vacio.pdf"
    extra.write_bytes(steps.PNG)
    empty.write_bytes(b"")

    steps.fill_filing(citizen, [*files, extra])
    sent.clear()
    steps.press(citizen, "Guardar")
    expect(citizen.get_by_text("Son 3 archivos; el máximo es 2.")).to_be_visible()
    expect(citizen.get_by_label("Adjuntar archivos")).to_be_focused()

    citizen.get_by_role("button", name="Quitar otro.png").click()
    citizen.get_by_role("button", name="Quitar recibo.png").click()
    citizen.get_by_label("Adjuntar archivos").set_input_files(empty)
    expect(citizen.get_by_text("Este archivo está vacío.")).to_be_visible()
    steps.press(citizen, "Guardar")
    assert not [url for url in sent if url.endswith("/nuevo")]

    citizen.get_by_role("button", name="Quitar vacio.pdf").click()
    steps.press(citizen, "Guardar")
    steps.received_radicado(citizen)


def test_what_was_said_before_gives_way_to_what_keeps_it_now(citizen, files, tmp_path):
    empty = tmp_path / "vacio.pdf"
    empty.write_bytes(b"")
    steps.fill_filing(citizen, [])
    citizen.get_by_label("Contenido").fill("")
    steps.press(citizen, "Guardar")
    summary = citizen.locator("[data-error-summary]")
    expect(summary).to_contain_text("Escriba el contenido.")

    citizen.get_by_label("Contenido").fill("Pido un cupo.")
    citizen.get_by_label("Adjuntar archivos").set_input_files(empty)
    steps.press(citizen, "Guardar")

    expect(summary).to_contain_text("Quite los archivos señalados")
    expect(summary).not_to_contain_text("Escriba el contenido.")
    assert filed() == 0


def test_the_sending_shows_how_far_it_is(citizen, files):
    seen = []

    def look(route: Route) -> None:
        """See the page at the moment when the form leaves the browser."""
        if is_post(route):
            button = citizen.get_by_role("button", name="Guardar")
            seen.append(citizen.get_by_role("progressbar", name="Envío").is_visible())
            seen.append(citizen.get_by_text("Enviando. No cierre esta página.").is_visible())
            seen.append(button.get_attribute("aria-disabled") == "true")
        route.continue_()

    citizen.route(FILING, look)
    steps.fill_filing(citizen, files)
    citizen.evaluate(RECORD)
    steps.press(citizen, "Guardar")

    radicado = steps.received_radicado(citizen)
    assert seen == [True, True, True]
    expect(citizen).to_have_url(f"/requerimientos/{radicado}/constancia")
    expect(citizen.get_by_role("heading", level=1)).to_be_focused()
    assert citizen.evaluate("window.shares")[-1] == 100
    assert citizen.evaluate("window.told")[-1] == "Archivos enviados. Guardando su requerimiento."
    citizen.go_back()
    expect(citizen.get_by_label("Contenido")).to_have_value("")


def is_post(route: Route) -> bool:
    return route.request.method == "POST"


def test_two_presses_of_the_button_send_once(citizen, files):
    sent = []
    steps.fill_filing(citizen, files)
    citizen.on(
        "request", lambda request: sent.append(request) if request.method == "POST" else None
    )

    citizen.get_by_role("button", name="Guardar").dblclick()

    steps.received_radicado(citizen)
    # A slow machine may keep a draft before the press: that is no filing.
    paths = [request.url.rsplit("/", 1)[-1] for request in sent]
    assert [path for path in paths if path != "borrador"] == ["nuevo"]
    assert filed() == 1


def test_what_is_typed_is_kept_and_found_again(citizen):
    citizen.goto("/requerimientos/nuevo")
    citizen.get_by_label("Queja", exact=True).check()
    with citizen.expect_response(DRAFT) as kept:
        citizen.get_by_label("Contenido").press_sequentially("El profesor de inglés no llega")
    assert kept.value.status == 204
    expect(citizen.get_by_text(re.compile(r"^Guardado a las \d"))).to_be_visible()

    citizen.goto("/requerimientos")
    expect(citizen.get_by_text("Queja: El profesor de inglés no llega")).to_be_visible()
    citizen.goto("/requerimientos/nuevo")
    expect(citizen.get_by_text("Recuperamos lo que estaba escribiendo")).to_be_visible()
    expect(citizen.get_by_label("Contenido")).to_have_value("El profesor de inglés no llega")
    expect(citizen.get_by_label("Queja", exact=True)).to_be_checked()

    steps.press(citizen, "Guardar")
    steps.received_radicado(citizen)
    citizen.goto("/requerimientos/nuevo")
    expect(citizen.get_by_label("Contenido")).to_have_value("")


def test_without_a_network_the_form_stays_and_is_sent_when_it_is_back(citizen, files):
    steps.fill_filing(citizen, files)
    citizen.context.set_offline(True)
    steps.press(citizen, "Guardar")

    expect(citizen.get_by_text("No hubo conexión y no se envió.")).to_be_visible()
    expect(citizen.get_by_label("Contenido")).to_have_value(steps.RECLAMO)
    assert len(chosen(citizen)) == 2
    assert filed() == 0

    citizen.context.set_offline(False)
    steps.press(citizen, "Guardar")
    steps.received_radicado(citizen)
    for file in files:
        expect(citizen.get_by_role("row").filter(has_text=file.name)).to_be_visible()
    assert filed() == 1


def test_an_answer_that_never_came_back_is_not_filed_twice(citizen):
    """The network breaks after the server filed: the second try gives the same radicado."""
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if not is_post(route) or lost:
            route.continue_()
            return
        lost.append(route.fetch(max_redirects=0).status)
        route.abort()

    citizen.route(FILING, lose_the_answer)
    steps.fill_filing(citizen)
    steps.press(citizen, "Guardar")
    expect(citizen.get_by_text("No hubo conexión y no se envió.")).to_be_visible()
    assert lost == [303]
    assert filed() == 1

    steps.press(citizen, "Guardar")
    steps.received_radicado(citizen)
    assert filed() == 1


def test_a_session_that_ends_while_typing_costs_nothing(citizen, files):
    steps.fill_filing(citizen, files)
    with writing() as session:
        session.execute(update(LoginSession).values(ended_at=func.now()))
    steps.press(citizen, "Guardar")

    expect(citizen.get_by_role("heading", level=1)).to_have_text("Ingreso al sistema")
    expect(citizen.get_by_text("Guardamos lo que escribió y sus archivos")).to_be_visible()
    citizen.get_by_label("Usuario", exact=True).fill("frivera")
    citizen.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    steps.press(citizen, "Aceptar")

    expect(citizen.get_by_label("Contenido")).to_have_value(steps.RECLAMO)
    expect(citizen.get_by_label("Reclamo", exact=True)).to_be_checked()
    for file in files:
        expect(citizen.get_by_role("listitem").filter(has_text=file.name)).to_be_visible()
    steps.press(citizen, "Guardar")
    steps.received_radicado(citizen)
    assert filed() == 1


def test_a_link_within_the_page_costs_nothing(citizen, files):
    steps.fill_filing(citizen, files)
    citizen.get_by_role("link", name="Ir al contenido").focus()
    citizen.keyboard.press("Enter")
    expect(citizen).to_have_url(re.compile("#contenido$"))

    expect(citizen.get_by_label("Contenido")).to_have_value(steps.RECLAMO)
    assert len(chosen(citizen)) == 2
