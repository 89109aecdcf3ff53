"""What goes out with a radicado as an accessible PDF, and the certificate of who opened it when."""

import re
from io import BytesIO
from uuid import uuid4

import pytest

from app import clock
from app.extensions import db
from app.models import Message
from app.services import casework, legal
from app.services.legal import Sender
from app.services.legal_letters import TITLES
from app.uploads import store
from tests.support.client import words as seen
from tests.support.office import assigned_case, open_house, words
from tests.support.papers import info_of, text_of
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")


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
    assert re.findall(r"\b(H\d)\b", info_of(paper.data, tmp_path, "-struct")) == ["H1", "H2"]


@pytest.mark.parametrize(
    ("write", "words_of"),
    [
        ("ask_to_complete", {"missing": "Falta el certificado del colegio."}),
        ("ask_to_clarify", {"doubt": "No entendemos para qué año lo pide."}),
        ("refer", {"to": "Alcaldía de ejemplo", "words": "Es de ellos.", "why_late": ""}),
    ],
)
def test_letters_of_the_law_are_papers_too(client, house, citizen, tmp_path, write, words_of):
    radicado = assigned_case(house, citizen)
    by = Sender(author=house.official, now=clock.now(), submission=uuid4().hex)
    code = getattr(legal, write)(radicado, **words_of, by=by)
    client.login("frivera")

    text = text_of(letter_of(client, radicado, code).data, tmp_path)

    [letter] = db.session.query(Message)
    assert letter.action is not None
    assert text.index(TITLES[letter.action]) < text.index(code)
    assert next(iter(words_of.values())) in text
    assert "Norma: Ley 1437 de 2011" in text


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
