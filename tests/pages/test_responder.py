"""Pages of an answer on its way: undone, approved, returned; and writing while a case changes."""

import io
import re
from dataclasses import replace

import pytest

from app import clock
from app.extensions import db, writing
from app.models import Message, PreparedAnswer, Requerimiento, Topic
from app.services import casework
from tests.support.client import words as seen
from tests.support.office import assigned_case, case_of, open_house, words
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")
TEXT = "Su hija tiene cupo en el grado segundo."


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def radicado(house):
    return assigned_case(
        house, add_citizen(house.entity.id, username="frivera", notify_by_email=True)
    )


@pytest.fixture
def staff(client, house):
    client.login(house.official)
    return client


@pytest.fixture
def boss(app, house):
    other = app.test_client()
    other.login(house.coordinator)
    return other


@pytest.fixture
def half_a_minute(app):
    """Answers can be undone for half a minute."""
    app.extensions["settings"] = replace(app.extensions["settings"], undo_seconds=30)


def needs_approval(house, radicado):
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", needs_approval=True)
        case = session.query(Requerimiento).filter_by(radicado=radicado).one()
        case.topic = topic


def test_an_answer_is_undone_and_comes_back_with_its_files(app, staff, half_a_minute, radicado):
    page = f"/gestion/{radicado}"
    sent = staff.submit(
        f"{page}/responder", {"body": TEXT, "attachments": (io.BytesIO(b"hola"), "acta.txt")}
    )
    on_its_way = seen(staff.get(sent.location))
    citizen = app.test_client()
    citizen.login("frivera")
    theirs = seen(citizen.get(f"/requerimientos/{radicado}"))

    again = staff.get(f"{page}/responder")
    old = hidden(staff.get(page))
    undone = staff.submit(f"{page}/deshacer", page=page)
    twice = staff.post(f"{page}/deshacer", data=old)
    back = staff.get(undone.location)

    assert "La respuesta está saliendo" in on_its_way
    assert twice.location == undone.location
    assert "Cuando salga le avisaremos por correo." in on_its_way
    assert "Le avisamos por correo" not in on_its_way
    assert "Responder" not in on_its_way
    assert again.location == page
    assert TEXT not in theirs
    assert undone.location == f"{page}/responder"
    assert TEXT in back.text
    assert "acta.txt" in back.text
    assert "Esta respuesta no salió" in seen(back)

    again = staff.submit(f"{page}/responder", {"body": f"{TEXT} Bienvenida."})
    assert again.status_code == 303
    [message] = db.session.query(Message)
    assert message.body.endswith("Bienvenida.")
    assert [file.name for file in message.attachments] == ["acta.txt"]


def test_whoever_looks_sends_what_is_due(staff, half_a_minute, radicado):
    now = clock.now()
    staff.submit(f"/gestion/{radicado}/responder", {"body": TEXT})
    with writing():
        db.session.query(PreparedAnswer).one().goes_at = now

    page = seen(staff.get(f"/gestion/{radicado}"))

    assert "Respuesta SOA" in page
    assert "La respuesta está saliendo" not in page
    late = staff.post(f"/gestion/{radicado}/deshacer", data={"csrf_token": staff.csrf("/gestion")})
    assert late.status_code == 409


def test_a_second_person_reads_it_and_approves(staff, boss, house, radicado):
    needs_approval(house, radicado)
    page = f"/gestion/{radicado}"
    asked = seen(staff.get(f"{page}/responder"))
    staff.submit(f"{page}/responder", {"body": TEXT})
    own = staff.get(page)
    tab = seen(boss.get("/gestion?status=por_aprobar"))
    theirs = boss.get(page)
    done = boss.submit(f"{page}/aprobar", page=page)

    assert "otra persona lea la respuesta" in asked
    assert "Hay una respuesta por aprobar" in seen(own)
    assert f"{page}/aprobar" not in own.text
    assert radicado in tab
    assert "Por aprobar 1" in tab
    assert TEXT in seen(theirs)
    assert done.status_code == 303
    assert case_of(radicado).status.value == "respondido"


def test_returned_with_a_remark_it_is_corrected_by_its_author(staff, boss, house, radicado):
    needs_approval(house, radicado)
    page = f"/gestion/{radicado}"
    staff.submit(f"{page}/responder", {"body": TEXT})
    short = boss.submit(f"{page}/devolver", {"reason": "No"})
    back = boss.submit(f"{page}/devolver", {"reason": "Falta decir en qué colegio."})
    corrected = staff.get(f"{page}/responder")

    assert (short.status_code, back.status_code) == (422, 303)
    assert TEXT in seen(boss.get(f"{page}/responder"))
    assert "la devolvió: Falta decir en qué colegio." in seen(corrected)
    assert TEXT in corrected.text


def test_a_text_written_while_the_case_changed_is_shown_beside_what_came(staff, house, radicado):
    form = staff.get(f"/gestion/{radicado}/responder")
    token = form.text.split('name="submission" value="')[1].split('"')[0]
    last = form.text.split('name="seen" value="')[1].split('"')[0]
    casework.contribute(
        radicado, words("Ya no es segundo, es tercero."), author=case_of(radicado).citizen,
        now=clock.now(),
    )  # fmt: skip
    data = {"submission": token, "seen": last, "body": TEXT}
    data["csrf_token"] = staff.csrf(f"/gestion/{radicado}/responder")

    refused = staff.post(f"/gestion/{radicado}/responder", data=data)

    assert refused.status_code == 409
    assert "El caso cambió mientras escribía" in seen(refused)
    assert "Lo que llegó mientras escribía" in seen(refused)
    assert "Ya no es segundo, es tercero." in seen(refused)
    assert TEXT in refused.text
    assert case_of(radicado).status.value == "asignado"

    data["seen"] = refused.text.split('name="seen" value="')[1].split('"')[0]
    assert staff.post(f"/gestion/{radicado}/responder", data=data).status_code == 303


def test_an_answer_that_came_late_stands_beside_the_one_that_was_sent(staff, house, radicado):
    form = staff.get(f"/gestion/{radicado}/responder")
    token = form.text.split('name="submission" value="')[1].split('"')[0]
    last = form.text.split('name="seen" value="')[1].split('"')[0]
    casework.answer(radicado, words("Ya está."), author=house.coordinator, now=clock.now())
    data = {"submission": token, "seen": last, "body": TEXT}
    data["csrf_token"] = staff.csrf("/gestion")

    refused = staff.post(f"/gestion/{radicado}/responder", data=data)

    assert refused.status_code == 409
    assert "Lo que llegó mientras escribía Respondido, Coral Prueba" in seen(refused)
    assert TEXT in refused.text


def test_an_answer_with_an_empty_point_is_asked_about(staff, radicado):
    page = f"/gestion/{radicado}/responder"
    asked = staff.submit(page, {"body": "1. Sí tiene cupo.\n2. "})

    assert asked.status_code == 422
    assert "El punto «2.» está vacío." in seen(asked)
    assert case_of(radicado).status.is_open


def test_all_doubts_are_asked_at_once_and_again_of_a_text_that_changed(staff, radicado):
    page = f"/gestion/{radicado}/responder"
    asked = staff.submit(page, {"body": "Señor {apodo}, le adjunto el oficio.\n1. \n2. "})
    data = hidden(asked) | {"sure": sure_of(asked)}

    changed = staff.post(page, data=data | {"body": "Le adjunto el oficio.\n1. \n2. "})
    unsure = staff.post(page, data=hidden(changed) | {"body": "Le adjunto el oficio.\n1. \n2. "})
    is_open = case_of(radicado).status.is_open
    sent = staff.post(page, data=data | {
        "body": "Le adjunto el oficio.\r\n1. \r\n2. ", "sure": sure_of(changed)
    })  # fmt: skip

    assert (asked.status_code, changed.status_code, unsure.status_code) == (422, 422, 422)
    for doubt in ("{apodo}", "«1.» está vacío", "«2.» está vacío", "menciona un adjunto"):
        assert doubt in seen(asked)
    assert "{apodo}" not in seen(changed)
    assert "Enviar respuesta Enviar así" in seen(changed)
    assert is_open
    assert sent.status_code == 303
    assert case_of(radicado).status.value == "respondido"


def sure_of(page) -> str:
    """What the button that sends it all the same carries."""
    found = re.search(r'name="sure" value="(\w+)"', page.text)
    return found[1] if found else ""


def test_a_note_names_a_colleague_who_finds_the_case(app, staff, house, radicado):
    staff.submit(f"/gestion/{radicado}/nota", {"body": "@soa.lejos, ¿nos ayuda?"})
    far = app.test_client()
    far.login(house.colleague)
    before = seen(far.get("/gestion"))
    far.get(f"/gestion/{radicado}")
    after = seen(far.get("/gestion"))

    assert "Me nombraron 1" in before
    assert "Me nombraron" not in after.split("Todos los abiertos")[0]


def test_a_note_says_whom_it_could_not_tell(staff, house, radicado):
    page = f"/gestion/{radicado}/nota"
    one = staff.submit(page, {"body": "@soa.lejos y @nadie.aqui, ¿nos ayudan?"})
    said = seen(staff.get(one.location))
    two = staff.submit(page, {"body": "@nadie.aqui @vil.lejos"})

    assert "No se avisó a @nadie.aqui: no existe o no puede leer este caso." in said
    assert "Nota guardada." in said
    assert "@nadie.aqui ni a @vil.lejos: no existen o no pueden" in seen(staff.get(two.location))


def test_the_page_hears_who_else_is_on_the_case(staff, boss, radicado):
    token = boss.csrf("/gestion")
    address = f"/gestion/{radicado}/presencia"
    boss.post(address, data={"csrf_token": token, "writing": "1"})

    heard = staff.post(address, data={"csrf_token": staff.csrf("/gestion")})

    assert heard.json == {"words": "Coral Prueba está escribiendo en este caso."}


def test_a_template_is_looked_at_before_it_is_kept(app, house):
    admin = app.test_client()
    admin.login(house.administrator)

    page = admin.post(
        "/gestion/administracion/plantillas/nueva",
        data={
            "csrf_token": admin.csrf("/gestion/administracion/plantillas/nueva"),
            "name": "Acuse",
            "office": "",
            "body": "Hola, {nombre}.",
            "preview": "1",
        },
    )

    assert page.status_code == 200
    assert "Hola, Francisco Rivera." in seen(page)
    assert "Hola, {nombre}." in page.text
    assert "Todavía no se ha guardado" in seen(page)


def test_nobody_approves_a_text_that_they_have_not_read(staff, boss, house, radicado):
    needs_approval(house, radicado)
    page = f"/gestion/{radicado}"
    staff.submit(f"{page}/responder", {"body": TEXT})
    old = hidden(boss.get(page))
    form = hidden(boss.get(f"{page}/devolver"))
    staff.submit(f"{page}/deshacer", page=page)
    staff.submit(f"{page}/responder", {"body": "No hay cupo en ese grado."})

    for verb, fields in (("aprobar", old), ("deshacer", old), ("devolver", form)):
        refused = boss.post(f"{page}/{verb}", data=fields | {"reason": "Falta la fecha."})
        assert refused.status_code == 409
        assert "La respuesta cambió: esta es otra." in seen(refused)
        assert "No hay cupo en ese grado." in seen(refused)
    assert case_of(radicado).status.value == "asignado"
    casework.contribute(
        radicado, words("Ya no."), author=case_of(radicado).citizen, now=clock.now()
    )
    changed = boss.post(f"{page}/aprobar", data=hidden(refused) | {"seen": old["seen"]})
    assert changed.status_code == 409
    assert "El caso cambió mientras lo leía." in seen(changed)
    assert boss.submit(f"{page}/aprobar", page=page).status_code == 303
    [answer] = db.session.query(Message).filter_by(kind="respuesta")
    assert answer.body == "No hay cupo en ese grado."


def hidden(page) -> dict[str, str]:
    """What the forms of a page carry unseen."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
