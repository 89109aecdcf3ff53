"""The catalogue of trámites: its public pages, filing from them, and its administration."""

import re

import pytest

from app import clock
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import Requerimiento, Topic
from app.services import procedures
from app.services.procedures import ProcedurePlan
from app.web import day
from tests.support.client import PageClient, words
from tests.support.office import House, open_house, statements
from tests.support.people import add_citizen

ADMIN = "/gestion/administracion/tramites"
ACT = "Resolución 34 de 2026"
BODY = "Necesito el certificado de 2010 a 2015."
SLUG = "certificado-laboral"


@pytest.fixture
def house(app) -> House:
    return open_house()


def promise(house: House) -> str:
    """What every page says of the term of what is filed now, beside that of the law."""
    today, calendar = clock.now().date(), house.facts.calendar
    own, law = (day(calendar.add(today, days)) for days in (5, 15))
    told = f"5 días hábiles, hasta el {own} ({ACT}). Por ley son 15 días hábiles, hasta el {law}."
    return f"Compromiso de la entidad: {told}"


def publish(house: House, procedure_id: int | None = None, **values) -> int:
    plan = {
        "name": "Certificado laboral",
        "summary": "Dice el cargo & el <b>salario</b>.",
        "requirements": "Copia del documento\nPoder",
        "term_days": 5,
        "term_source": ACT,
    }
    number = procedures.save(
        procedure_id, ProcedurePlan(**plan | values), author=house.administrator, now=clock.now()
    )
    db.session.rollback()
    return number


def filed_case() -> Requerimiento:
    db.session.rollback()
    return db.session.query(Requerimiento).order_by(Requerimiento.id.desc()).first()


@pytest.mark.on("sqlite")
def test_the_catalogue_is_read_by_anybody_and_looked_through_by_words(client, house):
    empty = client.get("/tramites")
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Personal")
        session.add(topic)
        session.flush()
        topic_id = topic.id
    publish(house, topic_id=topic_id)
    publish(house, name="Duplicado de diploma", summary="Copia del diploma.")

    listed, found, none = (
        client.get(f"/tramites{query}") for query in ("", "?q=diplomas", "?q=%3Cb%3Enada")
    )

    assert "Buscar un trámite" not in words(empty)
    assert "Personal Certificado laboral" in words(listed)
    assert words(listed).index("Otros trámites") > words(listed).index("Personal")
    assert "Duplicado de diploma" in words(found)
    assert "Certificado laboral" not in words(found)
    assert "Ningún trámite tiene esas palabras" in words(none)
    assert 'value="&lt;b&gt;nada"' in none.text
    endless = words(client.get(f"/tramites?q={'x' * 41}"))
    assert "Ningún trámite tiene esas palabras" in endless


@pytest.mark.on("sqlite")
def test_the_page_of_a_tramite_says_all_of_it_with_its_own_date(client, house):
    publish(house)
    due_on = house.facts.calendar.add(clock.now().date(), 5)

    page = client.get(f"/tramites/{SLUG}")

    for piece in ("el <b>salario</b>", "Poder", "Gratuito", promise(house), day(due_on)):
        assert piece in words(page)
    assert f'href="/requerimientos/nuevo?tramite={SLUG}"' in page.text
    assert f'href="/radicar?tramite={SLUG}"' in page.text
    assert client.get("/tramites/no-hay").status_code == 404


@pytest.mark.on("sqlite")
def test_each_entity_has_its_own_catalogue(client, house):
    other = open_house("VIL")
    publish(other, summary="El de Villeta.")

    assert client.get(f"/tramites/{SLUG}").status_code == 404
    page = client.get(f"/tramites/{SLUG}?entidad=VIL")
    assert "El de Villeta." in words(page)
    assert f'href="/requerimientos/nuevo?tramite={SLUG}&amp;entidad=VIL"' in page.text
    assert "El de Villeta." in words(client.get("/tramites?entidad=vil"))
    assert "El de Villeta." not in words(client.get("/tramites?entidad=nadie"))


def test_a_citizen_who_signs_in_on_the_way_files_the_tramite(client, house):
    number = publish(house)
    citizen = add_citizen(house.entity.id)
    asked = f"/requerimientos/nuevo?tramite={SLUG}"

    way = client.get(asked)
    assert way.location.endswith(f"next=/requerimientos/nuevo?tramite%3D{SLUG}")
    client.login(citizen)
    form = client.get(asked)
    refused = client.submit("/requerimientos/nuevo", {"body": " "}, page=asked)
    sent = client.submit("/requerimientos/nuevo", {"body": BODY}, page=asked)

    assert "Trámite: Certificado laboral" in words(form)
    assert "Copia del documento" in words(form)
    assert promise(house) in words(form)
    assert refused.status_code == 422
    assert f'name="procedure" value="{SLUG}"' in refused.text
    assert sent.status_code == 303
    case = filed_case()
    assert (case.kind, case.procedure_id, case.term_days) == (Kind.PROCEDURE, number, 5)
    receipt = words(client.get(sent.location))
    assert "Trámite: Certificado laboral" in receipt
    assert promise(house) in receipt
    assert "Certificado laboral" in words(client.get(f"/requerimientos/{case.radicado}"))


def test_nothing_typed_is_lost_when_the_tramite_is_withdrawn_meanwhile(client, house):
    number = publish(house)
    client.login(add_citizen(house.entity.id))
    page = client.get(f"/requerimientos/nuevo?tramite={SLUG}")
    token = re.search(r'name="submission" value="([^"]+)"', page.text)[1]
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    publish(house, number, is_active=False)

    fields = {"csrf_token": csrf, "submission": token, "kind": "tramite", "body": BODY}
    refused = client.post("/requerimientos/nuevo", data={**fields, "procedure": SLUG})
    kept = client.get("/requerimientos/nuevo")
    stale = client.get(f"/requerimientos/nuevo?tramite={SLUG}")
    filed = client.submit("/requerimientos/nuevo")

    assert refused.status_code == 422
    for shown in (refused, kept, stale):
        assert BODY in shown.text
    assert "ya no se ofrece" in words(refused)
    assert (stale.status_code, "ya no se ofrece" in words(stale)) == (200, True)
    assert filed.status_code == 303
    assert (filed_case().kind, filed_case().procedure_id) == (Kind.PROCEDURE, None)


def test_a_draft_remembers_its_tramite_until_another_is_asked_for(client, house):
    publish(house)
    publish(house, name="Otro")
    client.login(add_citizen(house.entity.id))
    page = client.get(f"/requerimientos/nuevo?tramite={SLUG}")
    token = re.search(r'name="submission" value="([^"]+)"', page.text)[1]
    fields = {"csrf_token": client.csrf("/mis-datos"), "submission": token, "procedure": SLUG}

    client.post("/requerimientos/borrador", data={**fields, "kind": "tramite", "body": BODY})

    for query, words_of in (("", "Certificado laboral"), ("?tramite=otro", "Trámite: Otro")):
        shown = client.get(f"/requerimientos/nuevo{query}")
        assert words_of in words(shown)
        assert BODY in shown.text
    without = client.get("/requerimientos/nuevo?tramite=")
    assert "Tipo de requerimiento" in words(without)
    assert BODY in without.text


def test_a_tramite_is_filed_without_an_account(client, house):
    number = publish(house)
    page = f"/radicar?tramite={SLUG}"

    assert "Trámite: Certificado laboral" in words(client.get(page))
    sent = client.submit("/radicar", {"body": BODY, "anonymous": "y"}, page=page)

    assert sent.status_code == 303
    assert (filed_case().procedure_id, filed_case().term_days) == (number, 5)


@pytest.mark.on("sqlite")
def test_a_tramite_that_is_offered_no_more_says_so(client, house):
    publish(house, publish(house), is_active=False)

    gone = client.get(f"/tramites/{SLUG}")

    assert gone.status_code == 410
    assert "Este trámite ya no se ofrece" in words(gone)
    assert "Certificado laboral" not in words(client.get("/tramites"))


def test_the_counter_files_one_of_the_catalogue(client, house):
    number = publish(house)
    client.login(house.clerk)
    found = client.submit(
        "/gestion/ventanilla", {"document_type": "CC", "document_number": "79123456"}
    )
    form = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', found.text)[1]
        for name in ("csrf_token", "submission", "document_type", "document_number")
    }
    form |= {"first_names": "Ana", "surnames": "Ríos", "channel": "presencial", "body": BODY}
    form |= {"procedure": str(number), "requester": "persona", "claim_by": "codigo", "topic": ""}

    wrong = client.post("/gestion/ventanilla/radicar", data={**form, "kind": "queja"})
    done = client.post("/gestion/ventanilla/radicar", data={**form, "kind": "tramite"})

    assert wrong.status_code == 422
    assert "elija el tipo Trámite" in words(wrong)
    assert done.status_code == 303, words(done)
    assert (filed_case().procedure_id, filed_case().term_days) == (number, 5)
    assert promise(house) in words(client.get(done.location))
    client.login(house.official)
    assert "Certificado laboral" in words(client.get(f"/gestion/{filed_case().radicado}"))


def test_the_catalogue_is_kept_in_the_browser(app, house):
    other = open_house("VIL")
    client: PageClient = app.test_client()
    client.login(house.administrator)
    good = {"name": "Registro <b>", "summary": "Firmas.", "requirements": "Acta\nFirma"}

    empty = client.get(ADMIN)
    token = client.csrf(f"{ADMIN}/nuevo")
    base = {"csrf_token": token, "cost": "$ 5.000", "topic": "", "is_active": "y", **good}
    seen = client.post(f"{ADMIN}/nuevo", data={**base, "preview": "1"})
    wrong = client.post(f"{ADMIN}/nuevo", data={**base, "term_days": "20", "term_source": ACT})
    done = client.post(f"{ADMIN}/nuevo", data=base)
    [one] = set(re.findall(rf"{ADMIN}/\d+", client.get(ADMIN).text))
    changed = client.submit(one, {"name": "Registro de firmas", "term_days": "5 días"})
    hidden = client.submit(one, {"name": "Registro de firmas"})

    assert re.search(r'id="vista-previa" tabindex="-1" autofocus', seen.text)
    assert re.search(r'<button[^>]* form="escrito">Guardar', seen.text)
    assert "Todavía no hay trámites" in words(empty)
    assert "Así queda: Registro <b>" in words(seen)
    assert "Todavía no se ha guardado" in words(seen)
    assert (wrong.status_code, "entre 1 y 15 días hábiles" in words(wrong)) == (422, True)
    assert "Acta\nFirma" in wrong.text
    assert (done.status_code, changed.status_code, hidden.status_code) == (303, 422, 303)
    assert "Registro de firmas" in words(client.get("/tramites/registro-b"))
    stranger: PageClient = app.test_client()
    stranger.login(other.administrator)
    assert stranger.get(one).status_code == 404
    clerk: PageClient = app.test_client()
    clerk.login(house.coordinator)
    assert clerk.get(ADMIN).status_code == 404


@pytest.mark.on("sqlite")
def test_the_catalogue_costs_the_same_whatever_it_holds(client, house):
    def asked(path: str) -> int:
        client.get(path)
        with statements() as seen:
            client.get(path)
        return len(seen)

    publish(house)
    one = asked("/tramites")
    for number in range(8):
        publish(house, name=f"Trámite {number}")

    assert asked("/tramites") == one <= 2
    assert asked(f"/tramites/{SLUG}") <= 2
