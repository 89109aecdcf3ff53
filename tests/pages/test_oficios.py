"""What goes out with a radicado as an accessible PDF, and the certificate of who opened it when."""

import re
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
import time_machine
from weasyprint import HTML

from app import clock
from app.domain.calendar import OFFICE, Closure
from app.domain.course import follow
from app.domain.dates import long_date
from app.domain.requerimiento import Action, Kind
from app.domain.terms import term_for
from app.extensions import db, writing
from app.models import Entity, Message
from app.services import calendars, casework, consents, legal, undelivered
from app.services.legal_letters import ANONYMOUS, SUBJECTS, TITLES, Letter, Petition, written
from app.services.undelivered import Medium
from app.uploads import store
from app.web import directory
from tests.support.client import words as seen
from tests.support.office import BODY, assigned_case, by, open_house, words
from tests.support.papers import faults_of, info_of, text_of
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")

NOW = datetime(2026, 11, 25, 10, tzinfo=OFFICE)


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id, username="frivera")


def answered(house, citizen) -> tuple[str, str]:
    """A case that was answered with a file, and the radicado of its answer."""
    radicado = assigned_case(house, citizen)
    files = [store().add("resolución.txt", BytesIO(b"hola"))]
    code = casework.answer(
        radicado,
        words("Su hija tiene cupo & <b>puede</b> matricularla.", files=files),
        author=house.official,
        now=clock.now(),
    )
    return radicado, code


def letter_of(client, radicado, code, room="requerimientos"):
    return client.get(f"/{room}/{radicado}/oficios/{code}.pdf")


def test_the_answer_is_a_letter_with_all_it_needs(client, house, citizen, tmp_path):
    radicado, code = answered(house, citizen)
    client.login("frivera")
    page = client.get(f"/requerimientos/{radicado}")
    assert f"/requerimientos/{radicado}/oficios/{code}.pdf" in page.text

    paper = letter_of(client, radicado, code)

    text = text_of(paper.data, tmp_path)
    order = [
        "Respuesta", code, "Francisco Rivera", "Asunto: respuesta", radicado,
        "Su hija tiene cupo & <b>puede</b>", "Olga Prueba", "Atención al Ciudadano",
        "resolución.txt",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert f"{code}.pdf" in paper.headers["Content-Disposition"]
    assert f"Soacha, {long_date(clock.now().date())}" in text
    assert "Municipality" not in text
    assert faults_of(paper.data) == []
    assert re.findall(r"\b(H\d)\b", info_of(paper.data, tmp_path, "-struct")) == ["H1", "H2"]


@pytest.mark.parametrize(
    ("write", "words_of", "counted"),
    [
        (
            "ask_to_complete",
            {"missing": "Falta el certificado del colegio."},
            ("Un mes desde el miércoles 25 de noviembre de 2026", "lunes 28 de diciembre de 2026"),
        ),
        (
            "ask_to_clarify",
            {"doubt": "No entendemos para qué año lo pide."},
            ("Los días que usted tiene", "Día hábil 10"),
        ),
        (
            "extend",
            {"until": date(2026, 12, 28), "reason": "Falta un concepto."},
            ("Vence el lunes 28 de diciembre de 2026, antes el", "Día hábil 21"),
        ),
    ],
)
def test_letters_of_the_law_are_papers_that_count_the_term(
    app, house, citizen, tmp_path, write, words_of, counted
):
    """Each says where the clock stands with its days, and goes on saying it after a suspension."""
    with time_machine.travel(NOW, tick=False):
        radicado = assigned_case(house, citizen)
        code = getattr(legal, write)(radicado, **words_of, by=by(house.official))
        client = app.test_client()
        client.login("frivera")
        paper = letter_of(client, radicado, code)
        later = Closure(date(2026, 12, 1), date(2026, 12, 2), "Cese de actividades", "Res. 1")
        calendars.suspend(later, author=house.administrator, now=clock.now() + timedelta(hours=1))
        directory().forget()
        again = letter_of(client, radicado, code)

    text = text_of(paper.data, tmp_path)
    [letter] = db.session.query(Message)
    assert letter.action is not None
    assert text.index(TITLES[letter.action]) < text.index(code)
    assert f"Asunto: {SUBJECTS[letter.action]} {radicado}" in text
    assert "Norma: Ley 1437 de 2011" in text
    assert "Cómo se cuenta el plazo" in text
    assert all(words in text for words in counted)
    assert text_of(again.data, tmp_path) == text
    assert faults_of(paper.data) == []


def test_papers_and_pages_of_a_case_are_of_its_own_entity(client, house, citizen, tmp_path):
    """The house of this installation is another: at the foot and as the author of each paper there
    is who answers, and the help desk on the pages of the case is theirs."""
    far = open_house("VIL")
    with writing() as session:
        for found, phone in ((house, "601 111"), (far, "601 222")):
            session.get_one(Entity, found.entity.id).helpdesk_phone = phone
        session.get_one(Entity, far.entity.id).name = "Educación & Cultura de «Vil»"
    directory().forget()
    radicado, code = answered(far, citizen)
    client.login("frivera")
    case = f"/requerimientos/{radicado}"
    papers = [client.get(f"{case}/constancia.pdf"), letter_of(client, radicado, code)]
    desk = client.application.test_client()
    desk.login("vil.funcionario")
    papers.append(desk.get(f"/gestion/{radicado}/oficios/{code}/certificado.pdf"))

    for paper in papers:
        assert paper.mimetype == "application/pdf"
        text, about = text_of(paper.data, tmp_path), info_of(paper.data, tmp_path)
        assert "Secretaría de Educación de Soa" not in text + about
        assert re.search("Educación & Cultura de «Vil»\\s+Página 1 de", text)
        assert re.search("Author: +Educación & Cultura de «Vil»", about)
    for page in (case, f"{case}/constancia"):
        shown = seen(client.get(page))
        assert "601 222" in shown
        assert "601 111" not in shown
    assert "601 111" in seen(client.get("/requerimientos"))


def test_a_letter_says_the_post_of_who_signs_and_where_the_entity_is(
    client, house, citizen, tmp_path
):
    radicado, code = answered(house, citizen)
    client.login("frivera")
    bare = text_of(letter_of(client, radicado, code).data, tmp_path)
    with writing() as session:
        known = session.get_one(Entity, house.entity.id)
        known.helpdesk_address, known.helpdesk_email = "Calle 13 # 7-30", "pqrs@soa.example"
        known.helpdesk_hours = "Lunes a viernes"

    paper = letter_of(client, radicado, code)
    text = " ".join(text_of(paper.data, tmp_path).split())

    for told in ("Calle 13 # 7-30", "pqrs@soa.example", "601 555 0100", "Lunes a viernes"):
        assert told in text
    assert "Olga Prueba Funcionario, Atención al Ciudadano" in text
    assert "Dirección:" not in bare
    assert faults_of(paper.data) == []


def test_a_referral_is_a_letter_to_the_authority_with_the_case_and_its_files(
    client, house, citizen, tmp_path
):
    files = [store().add("acta de ñandú.txt", BytesIO(b"hola"))]
    radicado = assigned_case(house, citizen, files=files)
    more = [store().add("foto.txt", BytesIO(b"mundo"))]
    casework.contribute(
        radicado, words("Fue en Bosa.", files=more), author=citizen, now=clock.now()
    )
    code = legal.refer(
        radicado, to="Alcaldía de Bosa", words="Es de ellos.", why_late="", by=by(house.official)
    )
    client.login("frivera")

    paper = letter_of(client, radicado, code)

    text = text_of(paper.data, tmp_path)
    order = [
        "Traslado por competencia", code, radicado, "Señores Alcaldía de Bosa", "Es de ellos.",
        "Lo presentó Francisco Rivera", "79.123.456", "Calle 13 # 7-50", "francisco@example.com",
        "cuando ustedes reciban", "artículo 21", "Copia: Francisco Rivera", "Olga Prueba",
        "La solicitud que se traslada", BODY, "Fue en Bosa.", "Anexos que se remiten",
        "acta de ñandú.txt", "foto.txt",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    for content, size in ((b"hola", "4 bytes"), (b"mundo", "5 bytes")):
        assert sha256(content).hexdigest() in text
        assert size in text
    assert faults_of(paper.data) == []


def test_an_anonymous_petition_is_referred_without_data_of_anybody(house):
    course = follow(NOW, term_for(Kind.PETITION, NOW.date()), house.facts.hours)
    petition = Petition("Petición", NOW, "Persona anónima", ANONYMOUS, files=0, is_reachable=False)
    letter = Letter(Action.REFER, "SOA2026ER000001", "Es de ellos.", to="Alcaldía de Bosa")

    text = written(letter, course, petition)

    assert text.startswith("Señores\nAlcaldía de Bosa\n\nLes remitimos")
    assert "Se presentó sin datos de quien pide." in text
    assert "envíen la respuesta a esta entidad, con el número SOA2026ER000001" in text
    assert "con el radicado y la clave" in text
    assert "Copia: en el requerimiento, donde la lee quien lo presentó." in text
    assert "Respóndanle directamente" not in text
    assert "sin anexos" in text


def test_opening_the_paper_counts_as_opening_the_answer(client, house, citizen, tmp_path):
    radicado, code = answered(house, citizen)
    staff = client.application.test_client()
    staff.login("soa.funcionario")
    address = f"/gestion/{radicado}/oficios/{code}/certificado.pdf"
    unopened = staff.get(address)
    letter_of(staff, radicado, code, "gestion")
    assert db.session.query(Message).one().opened_at is None

    client.login("frivera")
    letter_of(client, radicado, code)
    certificate = staff.get(address)

    assert unopened.status_code == 409
    assert "todavía no ha abierto" in seen(unopened)
    text = text_of(certificate.data, tmp_path)
    assert "Certificado de acceso" in text
    assert code in text
    assert "Francisco Rivera" in text
    assert "artículo 56" in text
    assert address in staff.get(f"/gestion/{radicado}").text


def test_a_certificate_names_how_it_was_notified_by_other_means(client, house, citizen, tmp_path):
    consents.decide(citizen, accepts=True, now=clock.now() - timedelta(days=1))
    radicado, code = answered(house, citizen)
    proof, now = words("Guía 123."), clock.now()
    undelivered.notify(
        radicado, proof, medium=Medium.POST, on=now.date(), author=house.clerk, now=now
    )
    client.login("frivera")
    letter_of(client, radicado, code)
    staff = client.application.test_client()
    staff.login("soa.funcionario")

    certificate = staff.get(f"/gestion/{radicado}/oficios/{code}/certificado.pdf")

    text = text_of(certificate.data, tmp_path)
    assert f"Correo certificado a su dirección, el {long_date(now.date())}" in text
    assert "esa es la fecha de la notificación" in text
    assert "quedó surtida" not in text
    assert "Guía 123" not in text
    assert faults_of(certificate.data) == []


def test_opening_one_letter_opens_no_other(client, house, citizen):
    radicado, code = answered(house, citizen)
    casework.write_to_citizen(radicado, words("Además"), author=house.official, now=clock.now())
    client.login("frivera")

    client.head(f"/requerimientos/{radicado}")
    assert db.session.query(Message).filter(Message.opened_at.is_not(None)).count() == 0
    letter_of(client, radicado, code)

    [opened] = db.session.query(Message).filter(Message.opened_at.is_not(None))
    assert opened.radicado == code


def test_only_who_sees_the_case_has_its_letters(app, house, citizen):
    radicado, code = answered(house, citizen)
    other_case, other_code = answered(house, citizen)
    add_citizen(house.entity.id, username="otra", document_number="90909090")
    open_house("VIL")
    owner, other, far, near = (app.test_client() for _ in range(4))
    owner.login("frivera")
    other.login("otra")
    far.login("vil.funcionario")
    near.login("soa.funcionario")

    assert letter_of(owner, other_case, other_code).status_code == 200
    assert letter_of(owner, radicado, other_code).status_code == 404
    assert letter_of(owner, radicado, radicado).status_code == 404
    assert letter_of(other, radicado, code).status_code == 404
    assert letter_of(far, radicado, code, "gestion").status_code == 404
    assert far.get(f"/gestion/{radicado}/oficios/{code}/certificado.pdf").status_code == 404
    assert letter_of(near, radicado, code, "gestion").status_code == 200


def test_the_check_of_papers_sees_what_is_wrong_in_one():
    """What WeasyPrint leaves as it is: the foot of the page, and what a header cell heads."""
    table = "<table><tr><th>Día</th></tr><tr><td>lunes</td></tr></table>"
    page = f"<style>@page {{ @bottom-left {{ content: 'pie' }} }}</style><h2>Uno</h2>{table}"
    image = "<img src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>'>"

    bare = faults_of(HTML(string=page + image).write_pdf())
    tagged = faults_of(HTML(string=page + image).write_pdf(pdf_variant="pdf/ua-1"))

    assert bare == ["7.1: it has no structure"]
    clauses = sorted({fault.partition(":")[0] for fault in tagged})
    assert clauses == ["7.1", "7.2", "7.3", "7.4", "7.5"]
    assert "7.1: page 1 has content that the structure does not reach" in tagged
