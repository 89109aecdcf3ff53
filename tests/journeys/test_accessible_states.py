"""What pages become after something was done on them: refused forms, results, failures."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.exc import OperationalError

from app.services import cases, sessions
from tests.journeys import steps
from tests.journeys.looking import assert_keyboard, assert_readable
from tests.journeys.world import (
    CITIZEN,
    LONG_WORD,
    NEWCOMER,
    REMEMBERED,
    VISITOR,
    World,
)

ADMINISTRATOR, COORDINATOR = "administrador", "coordinador"
# A radio is told of by its whole group.
IS_TIED_TO_ITS_ERROR = """e => e.matches('input, select, textarea') && [e, e.closest('fieldset')]
    .some(part => part && `${part.getAttribute('aria-describedby')} `.includes('-error '))"""
Step = Callable[[Page, World], object]


class Refused(NamedTuple):
    """A form that is sent as it should not be."""

    role: str
    address: str  # with the names of the world in braces
    button: str
    before: Step = lambda page, world: None


def fill(label: str, text: str) -> Step:
    return lambda page, world: page.get_by_label(label, exact=True).fill(text)


def fill_all(*pairs: tuple[str, str]) -> Step:
    return lambda page, world: [
        page.get_by_label(label, exact=True).fill(text) for label, text in pairs
    ]


def prove_the_claim(page: Page, world: World) -> None:
    fill_all(
        ("Número de radicado", str(world.names["ventanilla"])),
        ("Número de documento", "1000000002"),
        ("Código", str(world.names["código"])),
    )(page, world)
    steps.press(page, "Continuar")
    expect(page).to_have_url("/completar-datos/datos")


def bring_a_document(number: str) -> Step:
    def bring(page: Page, world: World) -> None:
        page.get_by_label("Número de documento").fill(number)
        steps.press(page, "Continuar")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Radicar en ventanilla")

    return bring


REFUSED = {
    "ingreso": Refused(VISITOR, "/ingreso", "Aceptar"),
    "registro": Refused(VISITOR, "/registro", "Registrarse", fill("Usuario", "-")),
    "completar datos": Refused(VISITOR, "/completar-datos", "Continuar"),
    "completar datos, paso 2": Refused(
        VISITOR, "/completar-datos", "Guardar e ingresar", prove_the_claim
    ),
    "recuperar": Refused(VISITOR, "/recuperar", "Enviar el enlace"),
    "contraseña nueva": Refused(VISITOR, "/recuperar/{enlace}", "Cambiar la contraseña"),
    "sin cuenta": Refused(VISITOR, "/radicar", "Guardar"),
    "lo que delata": Refused(
        VISITOR,
        "/radicar?kind=denuncia",
        "Guardar",
        fill("Contenido del requerimiento", "Mi correo: a@example.com"),
    ),
    "seguimiento": Refused(VISITOR, "/seguimiento", "Ver mi requerimiento"),
    "comprobar": Refused(VISITOR, "/verificar", "Comprobar"),
    "comprobar un archivo": Refused(VISITOR, "/verificar", "Comprobar el archivo"),
    "confirmar": Refused(CITIZEN, "/ingreso/confirmar", "Confirmar"),
    "agregar": Refused(CITIZEN, "/requerimientos/nuevo", "Guardar"),
    "aportar": Refused(CITIZEN, "/requerimientos/{asignado}", "Enviar"),
    "mis datos": Refused(
        CITIZEN,
        "/mis-datos",
        "Guardar los cambios",
        fill_all(("Correo electrónico", LONG_WORD), ("Nombres", ""), ("Teléfono", "x")),
    ),
    "cambiar la contraseña": Refused(
        CITIZEN, "/mis-datos/contrasena", "Cambiar la contraseña", fill("Contraseña nueva", "1")
    ),
    "asignar": Refused(COORDINATOR, "/gestion/{radicado}/asignar", "Asignar"),
    "anular": Refused(COORDINATOR, "/gestion/{radicado}/anular", "Ver el oficio"),
    "requerir": Refused(COORDINATOR, "/gestion/{asignado}/requerir", "Ver el oficio"),
    "prorrogar": Refused(COORDINATOR, "/gestion/{asignado}/prorrogar", "Ver el oficio"),
    "trasladar": Refused(COORDINATOR, "/gestion/{asignado}/trasladar", "Ver el oficio"),
    "recibir": Refused(COORDINATOR, "/gestion/{asignado}/recibir", "Recibir"),
    "notificar": Refused(COORDINATOR, "/gestion/{devuelto}/notificar", "Registrar la notificación"),
    "levantar": Refused(
        ADMINISTRATOR,
        "/gestion/administracion/calendario/{suspensión}/levantar",
        "Levantar y mover",
    ),
    "rechazar": Refused(COORDINATOR, "/gestion/{asignado}/rechazar", "Ver el oficio"),
    "priorizar": Refused(COORDINATOR, "/gestion/{asignado}/priorizar", "Ver el oficio"),
    "calculadora": Refused(
        VISITOR, "/calculadora", "Calcular", fill("Día y hora en que se recibe", "ayer")
    ),
    "plantilla": Refused(ADMINISTRATOR, "/gestion/administracion/plantillas/nueva", "Guardar"),
    "recordatorios": Refused(
        ADMINISTRATOR,
        "/gestion/administracion/recordatorios",
        "Guardar",
        fill("Días hábiles antes de vencer", "cinco"),
    ),
    "calendario": Refused(ADMINISTRATOR, "/gestion/administracion/calendario", "Ver qué cambia"),
    "nota": Refused(COORDINATOR, "/gestion/{asignado}/nota", "Guardar nota"),
    "mensaje": Refused(COORDINATOR, "/gestion/{asignado}/mensaje", "Enviar mensaje"),
    "responder": Refused(COORDINATOR, "/gestion/{asignado}/responder", "Enviar respuesta"),
    "ventanilla": Refused(COORDINATOR, "/gestion/ventanilla", "Continuar"),
    "ventanilla, persona nueva": Refused(
        COORDINATOR, "/gestion/ventanilla", "Radicar", bring_a_document("1000000099")
    ),
    "código nuevo": Refused(COORDINATOR, "/gestion/ciudadanos/{persona}/codigo", "Dar el código"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_form_leads_to_what_must_be_corrected(world, chromium, name):
    form = REFUSED[name]
    with world.page_of(chromium, form.role) as page:
        page.goto(form.address.format(**world.names))
        form.before(page, world)
        page.get_by_role("main").get_by_role("button", name=form.button, exact=True).click()

        summary = page.get_by_role("alert")
        expect(summary).to_be_focused()
        assert page.title().startswith("Error: ")
        summary.get_by_role("link").first.click()
        focused = page.locator(":focus")
        assert focused.evaluate(IS_TIED_TO_ITS_ERROR)
        assert_readable(page)


def open_page(address: str) -> Step:
    return lambda page, world: page.goto(address.format(**world.names))


def ask_for_the_link(page: Page, world: World) -> None:
    page.goto("/recuperar")
    page.get_by_label("Usuario o correo").fill("nadie@example.com")
    steps.press(page, "Enviar el enlace")
    expect(page.get_by_role("heading", level=1)).to_contain_text("correo")


def try_too_often(page: Page, world: World) -> None:
    page.goto("/ingreso")
    for _ in range(12):
        page.get_by_label("Usuario", exact=True).fill("nadie.conocido")
        page.get_by_label("Contraseña", exact=True).fill("no es la clave")
        steps.press(page, "Aceptar")
    expect(page.get_by_text("Hubo muchos intentos")).to_be_visible()


def look_up_what_is_none(page: Page, world: World) -> None:
    page.goto("/")
    page.get_by_label("Número de radicado").fill(LONG_WORD)
    steps.press(page, "Consultar")
    expect(page.get_by_text("Escriba el número de radicado como está")).to_be_visible()


def register_as_a_company(page: Page, world: World) -> None:
    page.goto("/registro")
    page.get_by_label("Persona jurídica").check()
    expect(page.get_by_label("Razón social")).to_be_visible()


def complete_data(page: Page, world: World) -> None:
    page.goto("/completar-datos")
    prove_the_claim(page, world)


def find_what_was_left(page: Page, world: World, words: str = "Quiero que") -> None:
    """Type, go away, and come back to what was typed."""
    page.goto("/requerimientos/nuevo")
    page.get_by_label("Contenido").fill(words)
    with page.expect_response("**/requerimientos/borrador"):
        page.get_by_label("Contenido").blur()
    page.goto("/requerimientos/nuevo")
    expect(page.get_by_text("Recuperamos lo que estaba escribiendo")).to_be_visible()


def see_it_in_the_list(page: Page, world: World) -> None:
    find_what_was_left(page, world, f"Quiero saber {LONG_WORD}")
    page.goto("/requerimientos")
    expect(page.get_by_text("Quiero saber").first).to_be_visible()


def choose_files(page: Page, world: World) -> None:
    page.goto("/requerimientos/nuevo")
    page.get_by_label("Adjuntar archivos").set_input_files(
        [
            {"name": f"{LONG_WORD}.pdf", "mimeType": "application/pdf", "buffer": steps.PDF},
            {"name": "vacio.pdf", "mimeType": "application/pdf", "buffer": b""},
        ]
    )
    expect(page.get_by_text("Este archivo está vacío")).to_be_visible()


def keep_files(page: Page, world: World) -> None:
    """Refused for its text, with the good file kept and the bad one named."""
    page.goto("/requerimientos/nuevo")
    page.get_by_label("Contenido").fill("")
    page.get_by_label("Adjuntar archivos").set_input_files(
        [
            {"name": f"{LONG_WORD}.pdf", "mimeType": "application/pdf", "buffer": steps.PDF},
            {"name": f"{LONG_WORD}.exe", "mimeType": "text/plain", "buffer": b"MZ\x90\0" * 40},
        ]
    )
    steps.press(page, "Guardar")
    expect(page.get_by_text("Estos archivos ya están guardados")).to_be_visible()


def write_and_look(page: Page, world: World) -> None:
    page.goto(f"/gestion/{world.names['vencido']}/responder")
    page.get_by_label("Respuesta para el ciudadano").fill(f"Sí. {LONG_WORD}")
    steps.press(page, "Vista previa")
    expect(page.get_by_role("heading", name="Así lo lee el ciudadano")).to_be_visible()


def word_a_letter(page: Page, world: World) -> None:
    page.goto(f"/gestion/{world.names['asignado']}/requerir")
    page.get_by_label("Qué falta").fill(f"Falta el certificado del colegio. {LONG_WORD}")
    steps.press(page, "Ver el oficio")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Revise el oficio")


def take_the_norm_out_of_a_letter(page: Page, world: World) -> None:
    word_a_letter(page, world)
    page.get_by_label("Texto del oficio").fill("Complete su solicitud, por favor.")
    steps.press(page, "Enviar el oficio")
    expect(page.get_by_role("button", name="Enviar así")).to_be_visible()


def mark_some(page: Page, world: World) -> None:
    page.goto("/gestion?status=abiertos")
    for number in range(2):
        page.get_by_role("checkbox", name="Marcar").nth(number).check()
    steps.press(page, "Asignar los marcados")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Asignar 2 requerimientos")


def foresee_some(page: Page, world: World) -> None:
    mark_some(page, world)
    page.get_by_label("Dependencia").select_option(index=1)
    steps.press(page, "Ver qué pasará")
    expect(page.get_by_role("button", name="Asignar", exact=True)).to_be_visible()


def mark_some_to_hand_over(page: Page, world: World) -> None:
    page.goto("/gestion?status=abiertos")
    for number in range(2):
        page.get_by_role("checkbox", name="Marcar").nth(number).check()
    steps.press(page, "Pasar los marcados")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pasar")


def give_them_to_nobody(page: Page, world: World) -> None:
    mark_some(page, world)
    steps.press(page, "Ver qué pasará")
    expect(page.locator("[data-error-summary]")).to_contain_text("Elija la dependencia")


def suspend_the_terms(page: Page, world: World) -> None:
    page.goto("/gestion/administracion/calendario")
    for label, text in (
        ("Primer día", "2/12/2030"),
        ("Último día", "3/12/2030"),
        ("Motivo", "Cese de actividades"),
        ("Acto", "Resolución 15"),
    ):
        page.get_by_label(label).fill(text)
    steps.press(page, "Ver qué cambia")
    expect(page.get_by_role("heading", level=1)).to_contain_text("¿Suspender los términos?")


def file_for_somebody_known(page: Page, world: World) -> None:
    page.goto("/gestion/ventanilla")
    bring_a_document("79123456")(page, world)
    expect(page.get_by_text("Ya tiene cuenta")).to_be_visible()


def leave_the_counter_half_done(page: Page, world: World) -> None:
    page.goto("/gestion/ventanilla")
    bring_a_document("1000000098")(page, world)
    page.get_by_label("Nombres").fill("Carla")
    page.get_by_label("¿Qué pide o qué cuenta?").fill("Pregunta por el transporte.")
    with page.expect_response("**/ventanilla/borrador"):
        page.get_by_label("¿Qué pide o qué cuenta?").blur()
    page.goto("/gestion/ventanilla")
    expect(page.get_by_text("Quedó algo sin radicar")).to_be_visible()


def go_on_at_the_counter(page: Page, world: World) -> None:
    leave_the_counter_half_done(page, world)
    steps.follow(page, "Continuar donde iba")
    expect(page.get_by_label("Nombres")).to_have_value("Carla")


def print_a_receipt_with_a_code(page: Page, world: World) -> None:
    page.goto("/gestion/ventanilla")
    bring_a_document("1000000097")(page, world)
    page.get_by_label("Nombres").fill("Dora")
    page.get_by_label("Apellidos").fill(LONG_WORD)
    page.get_by_label("En persona").check()
    page.get_by_label("Petición", exact=True).check()
    page.get_by_label("¿Qué pide o qué cuenta?").fill(LONG_WORD)
    steps.press(page, "Radicar")
    expect(page.locator(".sac-receipt__code")).to_be_visible()


def give_a_new_code(page: Page, world: World) -> None:
    page.goto(f"/gestion/ciudadanos/{world.names['larga']}/codigo")
    page.get_by_label("Verifiqué el documento").check()
    page.get_by_label("Qué documento vio").fill("Cédula original.")
    steps.press(page, "Dar el código")
    expect(page.locator(".sac-receipt__code")).to_be_visible()


def stop_the_notices(page: Page, world: World) -> None:
    page.goto(f"/avisos/parar/{world.names['parar avisos']}")
    steps.press(page, "Dejar de recibir avisos")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ya no recibirá avisos")


def search_in_vain(page: Page, world: World) -> None:
    page.goto("/gestion")
    page.get_by_label("Radicado, documento, nombre o palabras").fill(LONG_WORD)
    steps.press(page, "Buscar")
    expect(page.get_by_text("Ningún requerimiento tiene")).to_be_visible()


def search_a_document_in_vain(page: Page, world: World) -> None:
    page.goto("/gestion")
    page.get_by_label("Radicado, documento, nombre o palabras").fill("99.999.999")
    steps.press(page, "Buscar")
    expect(page.get_by_role("status")).to_contain_text("con ese documento")


def look_for_somebody_by_name(page: Page, world: World) -> None:
    page.goto("/gestion/ventanilla")
    page.get_by_label("Nombre, correo o teléfono").fill("francisco")
    steps.press(page, "Buscar")
    expect(page.get_by_role("button", name="Radicar a su nombre").first).to_be_visible()


def look_for_nobody(page: Page, world: World) -> None:
    page.goto("/gestion/ventanilla")
    page.get_by_label("Nombre, correo o teléfono").fill(LONG_WORD)
    steps.press(page, "Buscar")
    expect(page.get_by_role("status")).to_contain_text("Nadie que haya radicado")


def forget_the_cookies(page: Page, world: World) -> None:
    page.goto("/ingreso")
    steps.press(page, "Borrar cookie de contraseña")
    expect(page.get_by_role("status")).to_contain_text("no recordaba")


STATES: dict[str, tuple[str, Step]] = {
    "ingreso recordado": (REMEMBERED, open_page("/ingreso")),
    "ingreso con sesión": (CITIZEN, open_page("/ingreso")),
    "cookie borrada": (VISITOR, forget_the_cookies),
    "muchos intentos": (VISITOR, try_too_often),
    "enlace pedido": (VISITOR, ask_for_the_link),
    "enlace gastado": (VISITOR, open_page("/recuperar/no-es-un-enlace")),
    "avisos parados": (VISITOR, stop_the_notices),
    "radicado mal escrito": (VISITOR, look_up_what_is_none),
    "registro de una empresa": (VISITOR, register_as_a_company),
    "completar datos, paso 2": (VISITOR, complete_data),
    "constancia que no existe": (VISITOR, open_page("/verificar/AAAA-AAAA-AAAA-AAAA")),
    "no existe": (VISITOR, open_page(f"/{LONG_WORD}")),
    "no existe para el personal": (COORDINATOR, open_page("/gestion/SOA2026ER999999")),
    "no se abre así": (VISITOR, open_page("/salida")),
    "segunda página": (CITIZEN, open_page("/requerimientos?before=15")),
    "después de la última": (CITIZEN, open_page("/requerimientos?before=1")),
    "borrador recuperado": (NEWCOMER, find_what_was_left),
    "borrador en la lista": (NEWCOMER, see_it_in_the_list),
    "archivos elegidos": (NEWCOMER, choose_files),
    "archivos guardados": (CITIZEN, keep_files),
    "cola de una búsqueda": (COORDINATOR, search_in_vain),
    "documento que no está": (COORDINATOR, search_a_document_in_vain),
    "cola de unas palabras": (COORDINATOR, open_page("/gestion?q=solicito+cupo")),
    "cola vacía": (COORDINATOR, open_page("/gestion?kind=denuncia&due=hoy")),
    "cola mal pedida": (COORDINATOR, open_page("/gestion?kind=nada&status=nada&due=ayer")),
    "cola de lo terminado": (COORDINATOR, open_page("/gestion?status=terminados")),
    "cola por persona": (COORDINATOR, open_page("/gestion?assignee=none&kind=peticion")),
    "correos fallidos": (ADMINISTRATOR, open_page("/gestion/administracion?correo=fallido")),
    "correos enviados": (ADMINISTRATOR, open_page("/gestion/administracion?correo=enviado")),
    "vista previa": (COORDINATOR, write_and_look),
    "varios por asignar": (COORDINATOR, mark_some),
    "varios ya vistos": (COORDINATOR, foresee_some),
    "varios por pasar": (COORDINATOR, mark_some_to_hand_over),
    "varios sin dependencia": (COORDINATOR, give_them_to_nobody),
    "oficio redactado": (COORDINATOR, word_a_letter),
    "oficio sin su norma": (COORDINATOR, take_the_norm_out_of_a_letter),
    "cola de correos devueltos": (COORDINATOR, open_page("/gestion?status=sin_notificar")),
    "cola sin correo": (COORDINATOR, open_page("/gestion?status=sin_correo")),
    "por notificar": (COORDINATOR, open_page("/gestion/por-comunicar?motivo=sin_aceptar")),
    "personas halladas": (COORDINATOR, look_for_somebody_by_name),
    "nadie hallado": (COORDINATOR, look_for_nobody),
    "suspensión por confirmar": (ADMINISTRATOR, suspend_the_terms),
    "acción que no cabe": (COORDINATOR, open_page("/gestion/{cerrado}/asignar")),
    "ventanilla, persona conocida": (COORDINATOR, file_for_somebody_known),
    "ventanilla a medias": ("ventanilla", leave_the_counter_half_done),
    "ventanilla retomada": ("ventanilla", go_on_at_the_counter),
    "constancia con código": (COORDINATOR, print_a_receipt_with_a_code),
    "código nuevo": (COORDINATOR, give_a_new_code),
}


@pytest.mark.parametrize("name", STATES)
def test_a_page_stays_good_after_something_was_done(world, chromium, name):
    role, reach = STATES[name]
    with world.page_of(chromium, role) as page:
        reach(page, world)
        assert_readable(page)
        assert_keyboard(page)


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch):
    """The database answers nothing to whoever asks who is there."""
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "find", failing(OperationalError("", {}, Exception("away"))))
        yield


def test_the_page_of_a_fault_of_ours_is_as_good_as_any(world, chromium, monkeypatch):
    monkeypatch.setattr(cases, "of_citizen", failing(ZeroDivisionError("a fault")))
    with world.page_of(chromium, CITIZEN) as page:
        response = page.goto("/requerimientos")
        assert response is not None
        assert response.status == 500
        expect(page.get_by_role("heading", level=1)).to_have_text("Algo falló de nuestro lado")
        assert_readable(page)


def test_the_page_without_a_database_is_as_good_as_any(world, chromium, monkeypatch):
    with world.page_of(chromium, CITIZEN) as page, database_away(monkeypatch):
        response = page.goto("/requerimientos")
        assert response is not None
        assert response.status == 503
        assert_readable(page)
        assert_keyboard(page)


def test_the_words_that_could_not_be_sent_come_back_in_a_good_page(world, chromium, monkeypatch):
    with world.page_of(chromium, CITIZEN) as page:
        page.goto("/requerimientos/nuevo")
        page.get_by_label("Contenido").fill(f"Que no se pierda. {LONG_WORD}")
        page.get_by_label("Adjuntar archivos").set_input_files(
            {"name": "carta.pdf", "mimeType": "application/pdf", "buffer": steps.PDF}
        )
        with database_away(monkeypatch), page.expect_navigation():
            # As a browser without our script would send it.
            page.locator("form[enctype]").evaluate("form => form.submit()")
        expect(page.get_by_label("Lo que escribió")).to_have_value(f"Que no se pierda. {LONG_WORD}")
        assert_readable(page)
        assert_keyboard(page)
