"""The receipt as an accessible PDF, the page that says whether it is valid, and its commands."""

import re
from base64 import b64encode
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import update

from app import clock
from app.domain import calendar
from app.domain import receipt as stated
from app.domain.calendar import OFFICE, Closure
from app.domain.dates import long_date
from app.domain.requerimiento import Kind
from app.domain.signing import Keyring, new_key
from app.extensions import db, receipt_keys, writing
from app.installation import receipt_key, rotate_receipt_key, verify_receipt
from app.models import Account, Entity, Receipt, Requerimiento
from app.papers import PAPERS
from app.services import calendars, guests
from app.services.filing import Filing
from app.services.tokens import Signer
from app.uploads import store
from app.web import directory
from tests.support.client import words
from tests.support.office import case_of, file_case, open_house
from tests.support.papers import faults_of, inflated, info_of, text_of
from tests.support.people import add_citizen
from tests.support.product import SECRET_KEY

ANNEX = sha256(b"hola").hexdigest()
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
    assert "Existe una constancia" in words(app.test_client().get(f"/verificar/{code()}"))


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
    assert "Existe una constancia con ese código" in said
    assert "para estar seguro de un archivo" in said
    due_on = stated.read(db.session.query(Receipt).one().payload).due_on
    for told in (radicado, "Petición", f"Fecha de la respuesta {long_date(due_on)}", ANNEX):
        assert told in said
    for private in ("certificación", "Rivera", "ñandú", "79.123.456"):
        assert private not in said


def test_of_a_sensitive_or_an_anonymous_case_the_code_tells_no_more_than_its_number(
    client, house, citizen
):
    report = file_case(house, citizen, kind=Kind.REPORT)
    what = Filing(kind=Kind.PETITION, body="Pido un cupo.", submission="nonce")
    guest = guests.file(
        what, person=None, entity=house.facts, signer=Signer(SECRET_KEY), now=clock.now()
    ).radicado

    for receipt in db.session.query(Receipt).all():
        due_on = long_date(stated.read(receipt.payload).due_on)
        said = words(client.get(f"/verificar/{receipt.code}"))
        assert report in said or guest in said
        assert not any(told in said for told in ("Denuncia", "Petición", due_on))


@pytest.mark.on("sqlite")
def test_a_file_is_looked_at_whole_and_never_kept(client, house, pdf, radicado, settings):
    def files() -> set[Path]:
        return set(settings.storage.rglob("*"))

    whole, before = pdf.read_bytes(), files()
    other = file_case(house, db.session.get(Account, case_of(radicado).citizen_id))
    theirs = b64encode(db.session.get_one(Receipt, case_of(other).id).payload)
    visible, hidden = bytearray(whole), bytearray(whole)
    visible[2000] ^= 1
    hidden[whole.index(b"%SAC-constancia ") + 40] ^= 1
    sealed = re.sub(rb"%SAC-firma [0-9a-f]{8}", b"%SAC-firma 00000000", whole)
    forged = receipt_keys().seal(whole, b"SAC constancia 1\n{}")
    swapped = re.sub(rb"%SAC-constancia [^\n]+", b"%SAC-constancia " + theirs, whole)

    said = words(_hand_in(client, whole))
    assert "El archivo es el que se expidió" in said
    assert radicado in said
    assert "ya se cambió por otra" not in said
    for document, changed in (
        (bytes(visible), "Los datos que lleva firmados por dentro sí son"),
        (bytes(hidden), "ninguna que se haya expedido dice eso"),
        (swapped, "Cambiaron lo que se ve en el archivo"),
        (sealed, "Cambiaron la firma"),
        (whole + b"\n", "Le quitaron o le agregaron algo al final"),
        (whole[: whole.index(b"\n%SAC-firma")], "Le quitaron o le agregaron"),
    ):
        page = _hand_in(client, document)
        assert page.status_code == 200
        assert "El archivo fue alterado" in words(page)
        assert changed in words(page)
        assert "se expidió" not in words(page).partition("El archivo fue alterado")[0]
    assert _hand_in(client, forged).status_code == 422
    assert files() == before


@pytest.mark.on("sqlite")
def test_a_file_of_a_retired_key_or_of_a_case_that_changed_says_so(app, client, pdf, settings):
    app.extensions["receipt_keys"] = Keyring(Keyring(settings.receipt_key).rotated())
    retired = words(_hand_in(client, pdf.read_bytes()))
    with writing() as session:
        session.execute(update(Requerimiento).values(body="Otra cosa."))
    changed = words(_hand_in(client, pdf.read_bytes()))

    assert "El archivo es el que se expidió" in retired
    assert "La clave con que se firmó ya se cambió por otra" in retired
    assert "no es lo que la constancia decía cuando se expidió" in changed
    assert "Fecha de la respuesta" not in changed


@pytest.mark.on("sqlite")
def test_what_is_no_receipt_of_this_installation_is_refused_in_words(client, pdf, settings):
    another = Keyring(new_key())
    foreign = another.seal(b"%PDF-1.7\nhola", b"SAC constancia 1\n{}")

    for document, said in (
        (b"hola", "Ese archivo no es un PDF."),
        (b"%PDF-1.7\nhola", "Ese PDF no es una constancia de este sistema"),
        (foreign, "La firma de ese PDF no es de este sistema"),
        (b"%PDF-" + bytes(settings.max_file_mb * 1024 * 1024), "pesa"),
        (b"", "vacío"),
    ):
        page = _hand_in(client, document)
        assert page.status_code == 422
        assert said in words(page), words(page)
    empty = client.submit("/verificar", {"file": (BytesIO(b""), "")})
    assert "Elija el archivo de la constancia." in words(empty)


def _hand_in(client, document: bytes):
    return client.submit("/verificar", {"file": (BytesIO(document), "constancia.pdf")})


def test_an_altered_one_says_so(client, citizen, radicado):
    with writing() as session:
        session.execute(update(Requerimiento).values(body="Otra cosa."))

    page = client.get(f"/verificar/{code()}")

    assert page.status_code == 200
    assert "La constancia no coincide" in words(page)
    assert "Existe una constancia" not in words(page)


def test_the_code_is_typed_in_a_form(client, citizen, radicado):
    sent = client.submit("/verificar", {"code": code().lower()})
    unknown = client.get("/verificar/AAAA-AAAA-AAAA-AAAA")
    empty = client.submit("/verificar", {"code": ""})

    assert sent.status_code == 303
    assert "Existe una constancia con ese código" in words(client.get(sent.headers["Location"]))
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
