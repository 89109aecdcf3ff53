"""What an entity configures in the browser: itself, its offices, its people, with undo (W8)."""

import re

import pytest

from app import clock
from app.domain.reserve import Ground
from app.domain.roles import NEEDED, PERMISSIONS, Permission, Role
from app.extensions import db
from app.models import Account, Entity, Invitation, Office
from app.services import answer_templates, procedures, reserve, topics
from app.services.entities import Directory
from app.services.procedures import ProcedurePlan
from app.services.topics import TopicPlan
from tests.support.client import PASSWORD, PageClient, words
from tests.support.office import (
    House,
    absence_of,
    assigned_case,
    case_of,
    open_house,
    rule_of,
    statements,
)
from tests.support.people import add_citizen

ROOM = "/gestion/administracion"
SHOWN = r'name="shown"[^>]* value="([^"]+)"'
PERSON = {
    "first_names": "Nadia",
    "surnames": "Rivera",
    "email": "nadia@example.com",
    "role": "funcionario",
}


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def administrator(house, client) -> PageClient:
    client.login(house.administrator)
    return client


def test_the_entity_is_changed_and_every_page_shows_it(administrator, house):
    page = f"{ROOM}/entidad"

    wrong = administrator.submit(page, {"name": "", "portal_url": "javascript:x", "closes_at": "x"})
    done = administrator.submit(page, {"name": "Secretaría de Ejemplo"})

    assert wrong.status_code == 422
    assert 'value="javascript:x"' in wrong.text
    said = words(wrong)
    for sentence in ("Escriba el nombre completo", "como https://", "Escriba la hora de cierre"):
        assert sentence in said
    assert done.status_code == 303
    assert "Secretaría de Ejemplo" in words(administrator.get("/generalidades"))


def test_the_prefix_is_said_to_stay_and_whatever_is_sent_stays(administrator, house):
    assigned_case(house, add_citizen(house.entity.id))
    page = f"{ROOM}/entidad"

    shown = administrator.get(page)
    administrator.submit(page, {"short_name": "Otra"})

    assert "no se puede cambiar" in words(shown)
    assert 'name="prefix"' not in shown.text
    token = administrator.csrf(page)
    data = {"prefix": "XYZ", "csrf_token": token, "name": "X", "short_name": "X"}
    data |= {"municipality": "25754", "closes_at": "17:00", "reading": ""}
    administrator.post(page, data=data)
    assert db.session.get_one(Entity, house.entity.id).prefix == "SOA"


def test_saturdays_show_what_moves_before_it_moves(administrator, house):
    radicado = assigned_case(house, add_citizen(house.entity.id))
    due_on, page = case_of(radicado).due_on, f"{ROOM}/entidad"

    shown = administrator.submit(page, {"saturday_counts": "y"})

    assert radicado in words(shown)
    assert "1 requerimiento abierto cambia" in words(shown)
    assert case_of(radicado).due_on == due_on
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    assert administrator.post(page, data=hidden).status_code == 303
    assert case_of(radicado).due_on < due_on
    assert "Datos guardados. 1 requerimiento abierto cambia de fecha." in words(
        administrator.get(page)
    )


@pytest.mark.parametrize(
    ("page", "name", "theirs", "typed", "label"),
    [
        (f"{ROOM}/entidad", "short_name", "SUYO", "MÍO", "Nombre corto"),
        (f"{ROOM}/temas/{{topic}}", "name", "Suyo", "Mío", "Nombre del tema"),
        (f"{ROOM}/tramites/{{procedure}}", "summary", "Suyo.", "Mío.", "Qué es"),
        (f"{ROOM}/plantillas/{{template}}", "body", "Suyo.", "Mío.", "Texto"),
        (f"{ROOM}/textos/bienvenida", "words", "Suyo.", "Mío.", "Texto"),
        (f"{ROOM}/textos/aviso", "words", "Suyo.", "Mío.", "Texto"),
        (f"{ROOM}/recordatorios", "points", "7", "9", "Días hábiles antes de vencer"),
        (f"{ROOM}/dependencias/{{hall}}", "name", "Suya", "Mía", "Nombre de la dependencia"),
        (f"{ROOM}/personas/{{person}}", "surnames", "Suyo", "Mío", "Apellidos"),
        (f"{ROOM}/reglas/{{rule}}", "kind", "queja", "reclamo", "Tipo"),
    ],
)
def test_nobody_writes_over_what_they_did_not_see(
    administrator, house, page, name, theirs, typed, label
):
    by = {"author": house.administrator, "now": clock.now()}
    topic = topics.save(None, TopicPlan(name="Cupos"), **by)
    procedure = procedures.save(None, ProcedurePlan(name="Diploma", summary="Copia."), **by)
    answer_templates.save(None, name="Saludo", body="Hola.", office_id=None, **by)
    [template] = answer_templates.of_entity(house.entity.id)
    path = page.format(
        topic=topic,
        procedure=procedure,
        template=template.id,
        hall=house.hall.id,
        person=house.official.id,
        rule=rule_of(house),
    )
    [opened] = re.findall(SHOWN, administrator.get(path).text)
    assert administrator.submit(path, {name: theirs}).status_code == 303

    late = administrator.submit(path, {name: typed, "shown": opened})
    [kept] = re.findall(SHOWN, late.text)
    again = administrator.submit(path, {name: typed, "shown": kept})

    assert late.status_code == 409
    assert "Otra persona lo cambió mientras usted escribía" in words(late)
    assert f"así está ahora {label} {theirs}".casefold() in words(late).casefold()
    assert typed in late.text
    assert again.status_code == 303
    assert typed in administrator.get(path).text


def test_an_office_is_made_and_closed_from_its_page(administrator, house):
    radicado = assigned_case(house, add_citizen(house.entity.id))
    page = f"{ROOM}/dependencias"
    hall = f"{page}/{house.hall.id}"

    assert administrator.submit(page, {"name": ""}).status_code == 422
    assert administrator.submit(page, {"name": "Nueva <b>"}).status_code == 422
    assert administrator.submit(page, {"name": "Nueva"}).status_code == 303
    asked = administrator.get(f"{hall}/desactivar")
    refused = administrator.submit(f"{hall}/desactivar", {"to": ""})
    done = administrator.submit(f"{hall}/desactivar", {"to": str(house.coverage.id)})

    assert "Requerimientos abiertos 1" in words(asked)
    assert refused.status_code == 422
    assert done.status_code == 303
    assert "Se pasó 1 requerimiento" in words(administrator.get(page))
    assert case_of(radicado).office_id == house.coverage.id
    assert administrator.submit(f"{hall}/activar", {}, page=page).status_code == 303


def test_a_person_is_invited_by_a_link_that_is_shown_where_no_mail_leaves(
    administrator, app, house
):
    page, listed = f"{ROOM}/personas/invitar", f"{ROOM}/personas"
    wrong = administrator.submit(page, dict.fromkeys(PERSON, ""))
    assert wrong.status_code == 422
    assert [name for name in PERSON if f'href="#{name}"' not in wrong.text] == []
    assert administrator.submit(page, PERSON).status_code == 303
    shown = words(administrator.get(listed))
    [path] = re.findall(r"http://localhost(/invitacion/\S+)", shown)

    visitor = app.test_client()
    first = visitor.get(path)
    short = visitor.submit(path, {"password": "corta", "password_confirm": "corta"})
    other = visitor.submit(path, {"password": PASSWORD, "password_confirm": "x"})
    done = visitor.submit(path, {"password": PASSWORD, "password_confirm": PASSWORD})

    assert "Usuario nrivera" in words(first)
    assert short.status_code == other.status_code == 422
    assert done.location == "/ingreso"
    visitor.login("nrivera")
    assert visitor.get("/gestion").status_code == 200
    spent, strange = app.test_client().get(path), app.test_client().get("/invitacion/nada")
    assert spent.status_code == strange.status_code == 410
    assert words(spent) == words(strange)
    assert "Nadia Rivera" in words(administrator.get(listed))


@pytest.mark.settings(mail_server="mail.example")
@pytest.mark.on("sqlite")
def test_with_a_mail_server_the_link_is_only_in_the_letter(administrator, house):
    administrator.submit(f"{ROOM}/personas/invitar", PERSON)

    assert "/invitacion/" not in administrator.get(f"{ROOM}/personas").text


def test_an_invitation_is_sent_again_and_withdrawn(administrator, house):
    administrator.submit(f"{ROOM}/personas/invitar", PERSON)
    page, number = f"{ROOM}/personas", db.session.query(Invitation).one().id

    again = administrator.submit(f"{ROOM}/invitaciones/{number}/reenviar", {}, page=page)
    gone = administrator.submit(f"{ROOM}/invitaciones/{number}/retirar", {}, page=page)

    assert again.status_code == gone.status_code == 303
    assert "Invitaciones sin aceptar" not in words(administrator.get(page))


def test_a_person_is_changed_retired_and_brought_back(administrator, house):
    radicado = assigned_case(house, add_citizen(house.entity.id))
    page = f"{ROOM}/personas/{house.official.id}"

    wrong = administrator.submit(page, {"role": "observador"})
    changed = administrator.submit(page, {"first_names": "Olguita"})
    absence_of(house, house.colleague, house.official)
    rule_of(house, office_id=house.hall.id, assignee_id=house.official.id)
    asked = words(administrator.get(f"{page}/retirar"))
    kept = administrator.submit(f"{page}/retirar", {"to": ""})
    done = administrator.submit(f"{page}/retirar", {"to": str(house.colleague.id)})

    assert wrong.status_code == 422
    assert "tiene 1 requerimiento abierto" in words(wrong)
    assert "1 regla de reparto que la nombra da a la misma dependencia" in asked
    assert "Termina la ausencia de Lejos Prueba" in asked
    assert changed.status_code == done.status_code == 303
    assert kept.status_code == 422
    assert case_of(radicado).assignee_id == house.colleague.id
    assert "Olguita" not in words(administrator.get(f"{ROOM}/personas"))
    assert "Olguita Prueba" in words(administrator.get(f"{ROOM}/personas?estado=retiradas"))
    assert administrator.submit(f"{page}/reactivar", {}, page=page).status_code == 303
    own = f"{ROOM}/personas/{house.administrator.id}"
    assert administrator.submit(own, {"role": "funcionario"}).status_code == 409
    assert "/retirar" not in administrator.get(own).text


def test_retiring_says_before_and_after_what_stays_unread_and_where(administrator, house):
    citizen = add_citizen(house.entity.id)
    assigned_case(house, citizen)
    secret = assigned_case(house, citizen)
    by = {"author": house.coordinator, "now": clock.now()}
    reserve.mark(secret, ground=Ground.SAFETY, reason="Lo amenazaron en el colegio.", **by)
    page = f"{ROOM}/personas/{house.official.id}"

    asked = words(administrator.get(f"{page}/retirar"))
    administrator.submit(f"{page}/retirar", {"to": str(house.colleague.id)})

    assert "1 es reservado y usted no lo puede leer: queda en su dependencia" in asked
    said = "Se pasó 1 requerimiento. 1 reservado queda en su dependencia, sin persona."
    assert said in words(administrator.get(f"{ROOM}/personas"))
    record = words(administrator.get(f"{ROOM}/cambios"))
    assert "Reservados que quedan en su dependencia, sin persona: 1" in record


def test_changes_are_told_in_words_and_undone_with_a_button(administrator, house):
    administrator.submit(
        f"{ROOM}/personas/{house.colleague.id}", {"role": "ventanilla", "office": ""}
    )
    page = f"{ROOM}/cambios"
    said = words(administrator.get(page))
    assert "Rol: Funcionario → Ventanilla" in said
    assert "Dependencia: Cobertura Educativa → vacío" in said
    [action] = re.findall(rf'action="({page}/\d+/deshacer)"', administrator.get(page).text)

    done = administrator.submit(action, {}, page=page)
    again = administrator.post(action, data={"csrf_token": administrator.csrf(page)})

    assert done.status_code == 303
    assert again.status_code == 409
    assert "Deshizo un cambio anterior" in words(administrator.get(page))
    assert db.session.get_one(Account, house.colleague.id).office_id == house.coverage.id


def test_the_record_is_read_page_by_page_and_by_subject(administrator, house, monkeypatch):
    monkeypatch.setattr("app.services.changes.PAGE", 2)
    for number in range(3):
        administrator.submit(f"{ROOM}/dependencias", {"name": f"Oficina {number}"})
    administrator.submit(f"{ROOM}/recordatorios", {"points": "3"})

    first = administrator.get(f"{ROOM}/cambios?asunto=dependencia")
    [following] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = words(administrator.get(following.replace("&amp;", "&")))

    assert "Oficina 2" in words(first)
    assert "Oficina 0" in second
    assert "Oficina 1" not in second
    assert "3" in words(administrator.get(f"{ROOM}/cambios?asunto=recordatorios"))
    assert administrator.get(f"{ROOM}/cambios?asunto=x&antes=%C2%B2").status_code == 200


def test_the_lists_cost_the_same_whatever_they_hold(administrator, house):
    def asked(path: str) -> int:
        administrator.get(path)
        with statements() as seen:
            administrator.get(path)
        return len(seen)

    paths = [f"{ROOM}/{page}" for page in ("cambios", "personas", "dependencias")]
    few = [asked(path) for path in paths]
    for number in range(5):
        administrator.submit(f"{ROOM}/dependencias", {"name": f"Oficina {number}"})
        administrator.submit(
            f"{ROOM}/personas/invitar",
            PERSON | {"email": f"n{number}@example.com", "office": str(house.hall.id)},
        )

    assert [asked(path) for path in paths] == few
    assert max(few) <= 5


@pytest.mark.on("sqlite")
def test_the_tables_of_roles_and_terms_are_those_of_the_code(administrator, house):
    roles, terms = words(administrator.get(f"{ROOM}/roles")), administrator.get(f"{ROOM}/terminos")

    for permission in Permission:
        row = "".join("Sí" if permission in PERMISSIONS[role] else "No" for role in Role)
        assert f"{permission.label} {row}" in roles
    for action, needed in NEEDED.items():
        assert action.label in roles.rpartition(needed.label)[2], action
    assert "Consulta 30 días hábiles 60 días hábiles" in words(terms)
    assert "La de la instalación" in words(terms)


@pytest.mark.on("sqlite")
def test_who_works_for_an_entity_made_meanwhile_is_in_no_other(administrator, app, house):
    administrator.get(ROOM)
    made = open_house("VIL")  # as by another process: nobody told this one
    newcomer = app.test_client()
    newcomer.login(made.administrator)

    said = words(newcomer.get(f"{ROOM}/entidad"))
    others = newcomer.get(f"{ROOM}/entidades")

    assert "Secretaría de Educación de Vil" in said
    assert "Secretaría de Educación de Soa" not in said
    assert others.status_code == 404


@pytest.mark.on("sqlite")
def test_an_entity_that_is_not_to_be_had_is_not_taken_for_another(
    administrator, house, monkeypatch
):
    monkeypatch.setattr(Directory, "get", lambda *_: None)

    page = administrator.get(f"{ROOM}/dependencias")

    assert page.status_code == 404
    assert house.coverage.name not in page.text
    assert house.administrator.display_name not in page.text


def test_another_entity_is_added_and_opened_only_by_who_was_invited(administrator, app, house):
    new = f"{ROOM}/entidades/nueva"
    typed = PERSON | {"name": "Secretaría Nueva", "short_name": "NUEVA", "prefix": "SOA"}
    typed |= {"municipality": "25875"}
    typed.pop("role")

    wrong = administrator.submit(new, typed)
    done = administrator.submit(new, typed | {"prefix": "nue"})
    shown = words(administrator.get(done.location))
    [path] = re.findall(r"http://localhost(/invitacion/\S+)", shown)
    twice = {"password": PASSWORD, "password_confirm": PASSWORD}
    app.test_client().submit(path, twice)
    newcomer = app.test_client()
    newcomer.login("nrivera")

    assert wrong.status_code == 422
    assert "Otra entidad ya usa el prefijo SOA" in words(wrong)
    assert "Secretaría Nueva" in words(newcomer.get(ROOM))
    assert newcomer.get(f"{ROOM}/entidades").status_code == 404
    assert "Entidades" not in words(newcomer.get(ROOM))
    assert "Invitar a quien la administre" not in words(administrator.get(done.location))
    closing = f"{done.location}/desactivar"
    assert administrator.submit(closing, {}).status_code == 303
    assert newcomer.get(ROOM).status_code == 302
    opening = f"{done.location}/activar"
    assert administrator.submit(opening, {}, page=done.location).status_code == 303
    assert db.session.query(Office).filter_by(name="Nueva").count() == 0
