"""The receipt as an accessible PDF, the page that says whether it is valid, and its commands."""

import re
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import update

from app.domain import calendar
from app.domain import receipt as stated
from app.domain.calendar import OFFICE, Closure
from app.domain.dates import long_date
from app.extensions import db, writing
from app.installation import receipt_key, rotate_receipt_key, verify_receipt
from app.models import Entity, Receipt, Requerimiento
from app.papers import PAPERS
from app.services import calendars
from app.uploads import store
from app.web import directory
from tests.support.client import words
from tests.support.office import file_case, open_house
from tests.support.papers import faults_of, inflated, info_of, text_of
from tests.support.people import add_citizen

BODY = "Señores: solicito la certificación.\n\nMuchas gracias & saludos <b>cordiales</b>."


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id, username="frivera")


@pytest.fixture
def radicado(house, citizen):
    kept = [store().add("acta de ñandú.txt", BytesIO(b"hola"))]
    return file_case(house, citizen, body=BODY, files=kept)


@pytest.fixture
def pdf(client, citizen, radicado, tmp_path) -> Path:
    """The receipt as its citizen downloads it."""
    client.login("frivera")
    page = client.get(f"/requerimientos/{radicado}/constancia.pdf")
    assert page.status_code == 200
    assert page.mimetype == "application/pdf"
    assert f"constancia-{radicado}.pdf" in page.headers["Content-Disposition"]
    path = tmp_path / "constancia.pdf"
    path.write_bytes(page.data)
    return path


def code() -> str:
    return db.session.query(Receipt).one().code


@pytest.mark.on("sqlite")
def test_the_pdf_reads_in_order_and_says_all_of_it(pdf, radicado, tmp_path):
    text = text_of(pdf.read_bytes(), tmp_path)

    order = [
        "Constancia de radicación", radicado, "Fecha y hora", "Francisco Rivera",
        "Contenido", "solicito la certificación", "& saludos <b>cordiales</b>",
        "Anexos recibidos", "acta de ñandú.txt", "4 bytes", "Cómo comprobar", code(),
        "Cómo se cuenta el plazo", "Vence el", "Día hábil 15",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert faults_of(pdf.read_bytes()) == []


@pytest.mark.on("sqlite")
def test_the_size_of_a_file_is_read_in_one_piece(client, citizen, house, tmp_path):
    kept = [store().add("acta.txt", BytesIO(b"0123456789"))]
    radicado = file_case(house, citizen, files=kept)
    client.login("frivera")

    paper = client.get(f"/requerimientos/{radicado}/constancia.pdf")

    assert f"10 bytes {sha256(b'0123456789').hexdigest()}" in text_of(paper.data, tmp_path)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("hour", [10, 21])
def test_a_suspension_that_comes_later_changes_nothing_of_the_receipt(
    app, house, citizen, tmp_path, hour
):
    """What was signed is what page and paper go on saying; the case alone moves."""
    with writing() as session:
        session.execute(update(Entity).values(reading=2))
    filed_at = datetime(2026, 3, 16, hour, tzinfo=OFFICE)
    with time_machine.travel(filed_at, tick=False):
        radicado = file_case(house, citizen)
        client = app.test_client()
        client.login("frivera")
        said = _receipt(client, radicado, tmp_path)
        strike = Closure(date(2026, 3, 26), date(2026, 3, 27), "Paro", "Resolución 12")
        calendars.suspend(strike, author=house.administrator, now=filed_at + timedelta(minutes=1))
        directory().forget()
        again = _receipt(client, radicado, tmp_path)
        case = words(client.get(f"/requerimientos/{radicado}"))

    due_on = stated.read(db.session.query(Receipt).one().payload).due_on
    assert again == said
    assert all(long_date(due_on) in text for text in said)
    assert all(("fuera del horario" in text) == (hour == 21) for text in said)
    assert "Paro (Resolución 12): no cuentan los días" in case
    assert "es válida" in words(app.test_client().get(f"/verificar/{code()}"))


def _receipt(client, radicado, tmp_path) -> tuple[str, str]:
    """What the page and the PDF of a receipt say."""
    paper = client.get(f"/requerimientos/{radicado}/constancia.pdf")
    page = words(client.get(f"/requerimientos/{radicado}/constancia"))
    return page.partition("Constancia de radicación")[2], text_of(paper.data, tmp_path)


@pytest.mark.on("sqlite")
def test_a_holiday_that_a_law_makes_later_leaves_the_date_that_was_signed(
    client, house, citizen, tmp_path, monkeypatch
):
    radicado = file_case(house, citizen)
    due_on = stated.read(db.session.query(Receipt).one().payload).due_on
    known = calendar.holidays_of
    monkeypatch.setattr(
        calendar, "holidays_of", lambda year: {**known(year), due_on: "Festivo nuevo"}
    )
    client.login("frivera")

    page, paper = _receipt(client, radicado, tmp_path)

    for text in (page, paper):
        assert long_date(due_on) in text
        assert "cambió el calendario con el que se contó" in text
        assert "Festivo nuevo" not in text


@pytest.mark.on("sqlite")
def test_the_pdf_is_tagged_for_readers_of_all_kinds(pdf, radicado, tmp_path):
    """What PDF/UA asks for and can be seen from outside: tags, headings in order, table headers,
    language, title shown, identification of the standard, and words for the picture."""
    paper = pdf.read_bytes()
    info, content = info_of(paper, tmp_path), inflated(paper)
    tags = info_of(paper, tmp_path, "-struct")

    assert re.search(r"Tagged:\s+yes", info)
    assert f"Constancia de radicación {radicado}" in info
    assert re.findall(r"^ *(H[1-6])\b", tags, re.MULTILINE) == ["H1", "H2", "H2", "H2", "H2"]
    assert tags.count("Figure") == 1
    assert tags.count("Caption") == 3
    assert "pdfuaid:part" in info_of(paper, tmp_path, "-meta")
    assert b"/Lang (es-CO)" in content
    assert b"/DisplayDocTitle true" in content


@pytest.mark.on("sqlite")
def test_the_receipt_is_checked_from_the_file_and_the_public_key_alone(
    pdf, radicado, tmp_path, settings, monkeypatch
):
    instance, public = tmp_path / "copy", tmp_path / "public.pem"
    instance.mkdir()
    for name in ("secret", "register", "receipt"):
        path = instance / f"{name}.key"
        path.write_text(getattr(settings, f"{name}_key"))
        path.chmod(0o600)
    run = CliRunner().invoke
    monkeypatch.setenv("SAC_INSTANCE", str(instance))
    public.write_bytes(run(receipt_key).stdout_bytes)
    rotated = run(rotate_receipt_key)
    ours = run(verify_receipt, [str(pdf)])
    monkeypatch.setenv("SAC_INSTANCE", str(tmp_path / "nothing"))
    outside = run(verify_receipt, [str(pdf), "--public-key", str(public)])
    keyless = run(verify_receipt, [str(pdf)])
    confused = run(verify_receipt, [str(pdf), "--public-key", str(pdf)])
    turned = bytearray(pdf.read_bytes())
    turned[2000] ^= 1
    pdf.write_bytes(turned)
    altered = run(verify_receipt, [str(pdf), "--public-key", str(public)])

    assert rotated.exit_code == 0, rotated.output
    assert ours.exit_code == outside.exit_code == 0
    assert f"radicado:  {radicado}" in outside.output
    assert "acta de ñandú.txt" in outside.output
    assert (altered.exit_code, altered.output) == (1, "NOT VALID: it is not as it was signed\n")
    assert "SAC_SECRET_KEY is missing" in keyless.output
    assert "the public key cannot be used" in confused.output
    assert "there is no receipt.key" in run(rotate_receipt_key).output


@pytest.mark.on("sqlite")
def test_nobody_else_downloads_it(app, house, pdf, radicado):
    add_citizen(house.entity.id, username="otra", document_number="90909090")
    open_house("VIL")
    visitor, other, official, far = (app.test_client() for _ in range(4))
    other.login("otra")
    official.login("soa.funcionario")
    far.login("vil.funcionario")

    assert visitor.get(f"/requerimientos/{radicado}/constancia.pdf").status_code == 302
    assert other.get(f"/requerimientos/{radicado}/constancia.pdf").status_code == 404
    assert far.get(f"/gestion/{radicado}/constancia.pdf").status_code == 404
    assert official.get(f"/gestion/{radicado}/constancia.pdf").data[:5] == b"%PDF-"


def test_a_valid_receipt_says_so_without_what_was_asked(client, citizen, radicado):
    page = client.get(f"/verificar/{code()}")

    said = words(page)
    assert page.status_code == 200
    assert "La constancia es válida" in said
    assert radicado in said
    for private in ("certificación", "Rivera", "ñandú", "79.123.456", "Petición"):
        assert private not in said


def test_an_altered_one_says_so(client, citizen, radicado):
    with writing() as session:
        session.execute(update(Requerimiento).values(body="Otra cosa."))

    page = client.get(f"/verificar/{code()}")

    assert page.status_code == 200
    assert "La constancia no coincide" in words(page)
    assert "es válida" not in words(page)


def test_the_code_is_typed_in_a_form(client, citizen, radicado):
    sent = client.submit("/verificar", {"code": code().lower()})
    unknown = client.get("/verificar/AAAA-AAAA-AAAA-AAAA")
    empty = client.submit("/verificar", {"code": ""})

    assert sent.status_code == 303
    assert "La constancia es válida" in words(client.get(sent.headers["Location"]))
    assert unknown.status_code == 404
    assert "Ninguna constancia tiene ese código" in words(unknown)
    assert 'value="AAAA-AAAA-AAAA-AAAA"' in unknown.text
    assert empty.status_code == 422
    assert "Escriba el código." in words(empty)


@pytest.mark.on("sqlite")
def test_who_asks_too_often_waits(client, citizen, radicado):
    for _ in range(int(PAPERS.partition("/")[0])):
        client.get("/verificar/AAAA-AAAA-AAAA-AAAA")

    assert client.get("/verificar/AAAA-AAAA-AAAA-AAAA").status_code == 429


@pytest.mark.on("sqlite")
def test_the_page_of_the_receipt_leads_to_the_pdf_and_to_its_check(client, pdf, radicado):
    page = client.get(f"/requerimientos/{radicado}/constancia")

    assert f"/requerimientos/{radicado}/constancia.pdf" in page.text
    assert f"/verificar/{code()}" in page.text
