"""The counter: who stands there, what is filed for them, the paper, and the code for later."""

import io
import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import func, select

from app import clock
from app.domain.requerimiento import MAX_BODY, Channel, Kind
from app.domain.terms import Requester
from app.extensions import db, writing
from app.models import (
    Account,
    Claim,
    ClaimKind,
    Draft,
    Receipt,
    Requerimiento,
    SpokenFiling,
    Topic,
)
from app.services import citizens, drafts, sessions
from app.services.tokens import CODE_ALPHABET
from tests.support.client import PageClient, words
from tests.support.html import parse
from tests.support.office import House, answered_case, case_of, file_case, open_house
from tests.support.papers import text_of
from tests.support.people import add_citizen, at_once, file_at_counter

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# Three groups of four; a receipt also has four of them, which open nothing.
CODE = re.compile(rf"(?<!-)\b[{CODE_ALPHABET}]{{4}}(?:-[{CODE_ALPHABET}]{{4}}){{2}}\b(?!-)")
COUNTER = "/gestion/ventanilla"
FILE = "/gestion/ventanilla/radicar"
ROSA = {
    "first_names": "Rosa Elena",
    "surnames": "Quebrada Prueba",
    "channel": "presencial",
    "kind": "reclamo",
    "topic": "",
    "body": "Mi hijo no recibe el almuerzo escolar.",
    "claim_by": "codigo",
}


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def clerk(house, client) -> PageClient:
    client.login(house.clerk)
    return client


def look_up(client: PageClient, number: str, document_type: str = "CC"):
    return client.submit(COUNTER, {"document_type": document_type, "document_number": number})


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the filing form."""
    document, _ = parse(text)
    [form] = [form for form in document.iter("form") if form.get("action") == FILE]
    return {
        item.get("name", ""): item.get("value", "")
        for item in form.iter("input")
        if item.get("type") == "hidden"
    }


def file(client: PageClient, number: str = "52123456", document_type: str = "CC", **changes):
    """Look the person up, fill in the second page and send it."""
    page = look_up(client, number, document_type)
    return client.post(
        FILE,
        data={**fields(page.text), **ROSA, **changes},
        content_type="multipart/form-data",
    )


def radicado_of(response) -> str:
    found = re.fullmatch(r"/gestion/ventanilla/(\w+)/constancia", response.location)
    assert found, response.location
    return found[1]


# Filing


def test_a_person_without_an_account_gets_one_and_a_code(clerk, house):
    response = file(clerk)

    radicado = radicado_of(response)
    case = case_of(radicado)
    citizen = case.citizen
    assert (case.kind, case.channel, case.clerk_id) == (
        Kind.CLAIM,
        Channel.IN_PERSON,
        house.clerk.id,
    )
    assert (citizen.username, citizen.display_document, citizen.is_complete) == (
        "rquebrada",
        "CC 52.123.456",
        False,
    )
    receipt = words(clerk.get(response.location))
    assert CODE.search(receipt)
    for piece in (
        radicado,
        "Rosa Elena Quebrada Prueba, CC 52.123.456",
        "Mi hijo no recibe el almuerzo escolar.",
        "En persona",
        "15 días hábiles",
        "/completar-datos",
        "rquebrada",
        "Sin anexos",
        "datos-personales",
    ):
        assert piece in receipt


def test_the_code_of_the_receipt_completes_the_account(app, clerk):
    response = file(clerk)
    found = CODE.search(words(clerk.get(response.location)))
    assert found

    reply = app.test_client().submit(
        "/completar-datos",
        {
            "radicado": radicado_of(response),
            "document_number": "52.123.456",
            "claim_code": found[0].lower(),
        },
    )

    assert reply.status_code == 303


def test_the_code_is_shown_for_a_while_and_never_stored(clerk):
    response = file(clerk)

    assert CODE.search(words(clerk.get(response.location)))
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        later = words(clerk.get(response.location))
    assert not CODE.search(later)
    assert "dele uno nuevo" in later
    claim = db.session.scalars(select(Claim)).one()
    assert not CODE.search(claim.code_hash)


def test_the_code_goes_when_the_paper_was_handed_over(clerk):
    response = file(clerk)

    done = clerk.submit(f"{COUNTER}/{radicado_of(response)}/entregada", page=response.location)

    assert done.location == COUNTER
    assert not CODE.search(words(clerk.get(response.location)))


def test_another_clerk_sees_the_receipt_and_not_the_code(app, clerk, house):
    response = file(clerk)
    other = app.test_client()
    other.login(house.coordinator)

    receipt = words(other.get(response.location))

    assert "Constancia de petición verbal" in receipt
    assert not CODE.search(receipt)


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("presencial", "verbalmente, en persona, y de que la recibió Vera Prueba"),
        ("telefono", "verbalmente, por teléfono, y de que la recibió Vera Prueba"),
        ("carta", ""),
    ],
)
def test_what_was_said_aloud_is_certified_as_such(clerk, channel, said):
    receipt = words(clerk.get(file(clerk, channel=channel, phone="3005550199").location))

    assert ("Decreto 1166 de 2016" in receipt) is bool(said)
    assert ("Constancia de petición verbal" in receipt) is bool(said)
    assert ("No consta que la persona haya confirmado lo escrito." in receipt) is bool(said)
    assert said in receipt


def test_the_certificate_says_that_it_was_read_back_and_in_what_language(clerk, tmp_path):
    language = "Wayuunaiki; interpretó su hija Rosa"
    response = file(clerk, read_back="y", language=language)
    radicado, said = radicado_of(response), [
        "Lo escrito se le leyó a la persona, que lo confirmó.",
        f"Idioma o intérprete: {language}.",
        "Dirección",
        "No la dio",
    ]  # fmt: skip
    page = words(clerk.get(response.location))
    paper = " ".join(
        text_of(clerk.get(f"/gestion/{radicado}/constancia.pdf").data, tmp_path).split()
    )

    for piece in (*said, radicado, "Constancia de petición verbal", ROSA["body"]):
        assert piece in page
        assert piece in paper


def test_a_spoken_receipt_is_checked_by_what_it_states(app, clerk):
    radicado = radicado_of(file(clerk, read_back="y"))
    case = case_of(radicado)
    issued = db.session.get_one(Receipt, case.id)
    assert issued.payload.startswith(b"SAC constancia 2\n")
    assert b'"taken_by":"Vera Prueba"' in issued.payload
    code, number = issued.code, case.id
    page = words(app.test_client().get(f"/verificar/{code}"))
    assert "Existe una constancia con ese código" in page
    assert "Verbalmente" in page
    assert "Vera" not in page

    with writing() as session:
        session.get_one(SpokenFiling, number).is_confirmed = False

    assert "La constancia no coincide" in words(clerk.get(f"/verificar/{code}"))


def test_what_was_said_before_there_were_certificates_is_as_valid_as_it_was(clerk):
    radicado = radicado_of(file(clerk))
    number = case_of(radicado).id
    with writing() as session:
        session.delete(session.get_one(SpokenFiling, number))
        session.delete(session.get_one(Receipt, number))

    page = words(clerk.get(f"{COUNTER}/{radicado}/constancia"))

    issued = db.session.get_one(Receipt, number)
    assert issued.payload.startswith(b"SAC constancia 1\n")
    assert "verbalmente, en persona, y de que la recibió Vera Prueba" in page
    assert "No consta" not in page
    assert "Existe una constancia con ese código" in words(clerk.get(f"/verificar/{issued.code}"))


def test_an_existing_account_is_found_and_gets_no_code(clerk, house):
    citizen = add_citizen(house.entity.id)

    page = look_up(clerk, "79 123 456")
    assert "Francisco Rivera" in words(page)
    assert "Nombres" not in words(page)
    response = file(clerk, "79.123.456")

    assert case_of(radicado_of(response)).citizen_id == citizen.id
    receipt = words(clerk.get(response.location))
    assert not CODE.search(receipt)
    assert "con su usuario y su contraseña" in receipt
    assert db.session.scalar(select(func.count(Claim.id))) == 0


@pytest.mark.parametrize(
    "who",
    [
        "francisco riv",
        "RIVERA",
        "Francisco@Example.com",
        "300 555 0100",
        "+57 3005550100",
        "79.123.456",
    ],
)
def test_who_does_not_have_the_document_is_found_by_what_they_know(clerk, house, who):
    citizen = add_citizen(house.entity.id, phone="300 555 0100")
    file_case(house, citizen, body="Pido un cupo.")

    found = clerk.submit(f"{COUNTER}/buscar", {"who": who}, page=COUNTER)

    page = words(found)
    assert "Francisco Rivera CC terminado en 456 Soacha (Cundinamarca)" in page
    for private in ("79.123.456", "79123456", "300 5550100", "Calle 13"):
        assert private not in page.replace(who, "")
    chosen = clerk.post(
        f"{COUNTER}/elegir", data={"csrf_token": clerk.csrf(COUNTER), "person": citizen.id}
    )
    assert chosen.status_code == 200
    assert "CC 79.123.456" in words(chosen)
    done = clerk.post(FILE, data={**fields(chosen.text), **ROSA})
    assert case_of(radicado_of(done)).citizen_id == citizen.id


@pytest.mark.parametrize(
    "who", ["cupo", "riv francisco", "otro@example.com", "3009999999", "francisco mora", "', '"]
)
def test_what_is_not_of_the_person_finds_nobody(clerk, house, who):
    file_case(house, add_citizen(house.entity.id, phone="300 555 0100"), body="Pido un cupo.")

    found = clerk.submit(f"{COUNTER}/buscar", {"who": who}, page=COUNTER)

    assert "Nadie que haya radicado en esta entidad" in words(found)


@pytest.mark.parametrize("who", ["", "ab", "x" * 101])
def test_too_little_or_too_much_is_asked_again(clerk, who):
    found = clerk.submit(f"{COUNTER}/buscar", {"who": who}, page=COUNTER)

    assert found.status_code == 422
    assert who in found.text


def test_nobody_of_another_entity_and_no_member_of_the_staff_is_found(clerk, house):
    other = open_house("VIL")
    citizen = add_citizen(other.entity.id)
    file_case(other, citizen)
    token = clerk.csrf(COUNTER)

    assert "Nadie que" in words(
        clerk.submit(f"{COUNTER}/buscar", {"who": "Francisco Rivera"}, page=COUNTER)
    )
    for person in (citizen.id, house.clerk.id, 999, "x", "9" * 30, ""):
        chosen = clerk.post(f"{COUNTER}/elegir", data={"csrf_token": token, "person": person})
        assert chosen.status_code == 404


@pytest.mark.on("sqlite")
def test_of_many_who_answer_to_it_some_are_shown(clerk, house, monkeypatch):
    monkeypatch.setattr(citizens, "MOST_FOUND", 1)
    for document in ("52000111", "52000222"):
        file_case(house, add_citizen(house.entity.id, document_number=document))

    page = words(clerk.submit(f"{COUNTER}/buscar", {"who": "rivera"}, page=COUNTER))

    assert page.count("terminado en") == 2  # once for the eye and once for the button
    assert "Hay más personas" in page


def test_who_gets_no_mail_waits_at_the_counter_to_be_told(clerk, house):
    radicado = answered_case(house, add_citizen(house.entity.id, phone="300 555 0100"))
    assert "Una respuesta u oficio espera" in words(clerk.get(COUNTER))

    page = words(clerk.get("/gestion/por-comunicar"))
    for piece in (radicado, "+57 300 5550100", "Respuesta SOA", "No lo ha abierto", "Registrar"):
        assert piece in page
    assert "Falta comunicárselo a la persona" in words(clerk.get(f"/gestion/{radicado}"))
    done = clerk.submit(
        f"/gestion/{radicado}/notificar",
        {"medium": "personal", "on": f"{clock.now():%d/%m/%Y}", "body": "Firmó la copia."},
    )

    assert done.status_code == 303
    assert "No hay nadie por enterar" in words(clerk.get("/gestion/por-comunicar"))
    assert "Una respuesta" not in words(clerk.get(COUNTER))
    assert "Falta comunicárselo" not in words(clerk.get(f"/gestion/{radicado}"))


@pytest.mark.on("sqlite")
def test_who_reads_it_on_line_need_not_be_called(app, clerk, house):
    radicado = answered_case(house, add_citizen(house.entity.id, username="frivera"))
    citizen = app.test_client()
    citizen.login("frivera")

    citizen.get(f"/requerimientos/{radicado}")

    assert radicado not in words(clerk.get("/gestion/por-comunicar"))
    assert "Lo abrió en el sistema el" in words(
        clerk.get("/gestion/por-comunicar?motivo=sin_aceptar")
    )
    assert "Lo abrió en el sistema el" in words(clerk.get(f"/gestion/{radicado}"))


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("query", ["", "?motivo=sin_aceptar", "?motivo=nada&after=x"])
def test_the_list_of_whom_to_tell_may_be_empty_or_badly_asked(clerk, query):
    assert "No hay nadie por enterar" in words(clerk.get(f"/gestion/por-comunicar{query}"))


def test_somebody_known_by_another_entity_is_found_without_their_data(clerk, house):
    other = open_house("VIL")
    citizen = add_citizen(other.entity.id, phone="3001234567")
    file_case(other, citizen, body="Algo muy privado.")

    seen = look_up(clerk, "79123456").text

    assert "Francisco Rivera" in seen
    for private in ("300 1234567", "francisco@example.com", "Calle 13", "privado", "VIL2"):
        assert private not in seen


def test_an_organisation_is_filed_by_its_nit(clerk):
    response = file(
        clerk, "899.999.001-7", "NIT", legal_name="Colegio La Esperanza S. A. S.", first_names=""
    )

    citizen = case_of(radicado_of(response)).citizen
    assert (citizen.display_name, citizen.display_document) == (
        "Colegio La Esperanza S. A. S.",
        "NIT 899.999.001-7",
    )


def test_a_letter_with_its_scan_names_the_file_and_its_hash(clerk):
    scan = (io.BytesIO(PDF), "carta.pdf")

    response = file(clerk, channel="carta", attachments=[scan])

    [attachment] = case_of(radicado_of(response)).attachments
    receipt = words(clerk.get(response.location))
    assert "1 anexo" in receipt
    assert "carta.pdf" in receipt
    assert attachment.sha256 in receipt


def test_the_topic_takes_the_case_to_its_office(clerk, house):
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", office_id=house.coverage.id)
        session.add(topic)

    response = file(clerk, topic=str(topic.id))

    assert case_of(radicado_of(response)).office_id == house.coverage.id


def test_the_document_as_first_password_is_the_clerks_choice(clerk):
    response = file(clerk, claim_by="documento")

    receipt = words(clerk.get(response.location))
    assert db.session.scalars(select(Claim.kind)).one() is ClaimKind.DOCUMENT
    assert not CODE.search(receipt)
    assert "como primera contraseña, su número de documento" in receipt


@pytest.mark.settings(document_as_first_password=False)
def test_where_it_is_forbidden_nobody_can_choose_it(clerk):
    assert "primera contraseña" not in words(look_up(clerk, "52123456"))

    response = file(clerk, claim_by="documento")

    assert response.status_code == 422
    assert db.session.scalar(select(func.count(Requerimiento.id))) == 0


# Refusals


@pytest.mark.parametrize(
    ("kind", "number", "sentence"),
    [
        ("CC", "", "Escriba el número de documento."),
        ("CC", "12", "entre 3 y 10 números"),
        ("CC", "abc", "entre 3 y 10 números"),
        ("NIT", "899999001-1", "dígito de verificación"),
        ("XX", "52123456", "Elija el tipo de documento."),
        ("CC", "\x00" * 5, "entre 3 y 10 números"),
        ("CC", "9" * 5000, "entre 3 y 10 números"),
    ],
)
def test_a_document_that_cannot_be_is_refused_and_kept(clerk, kind, number, sentence):
    response = look_up(clerk, number, kind)

    assert response.status_code == 422
    assert sentence in words(response)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first_names": ""}, "Escriba los nombres de la persona."),
        ({"surnames": " "}, "Escriba los apellidos de la persona."),
        ({"email": "no es correo"}, "Revise el correo."),
        ({"notify_by_email": "y"}, "Escriba su correo"),
        ({"phone": "12"}, "Revise el teléfono"),
        ({"address": "x" * 201}, "200 caracteres o menos"),
        ({"channel": "web"}, "Elija cómo llegó"),
        ({"channel": "paloma"}, "Elija cómo llegó"),
        ({"kind": ""}, "Elija el tipo de requerimiento."),
        ({"topic": "99999"}, "Elija un tema de la lista."),
        ({"topic": "x"}, "Elija un tema de la lista."),
        ({"body": " "}, "Escriba el contenido."),
        ({"body": "x" * (MAX_BODY + 1)}, "el máximo es 20.000"),
        ({"channel": "carta", "read_back": "y"}, "Una carta no se lee ni se confirma."),
        ({"language": "x" * 121}, "Escriba 120 letras o menos."),
        ({"claim_by": "magia"}, "Elija cómo va a entrar"),
    ],
)
def test_what_must_be_corrected_comes_back_with_all_that_was_typed(clerk, change, sentence):
    response = file(clerk, attachments=[(io.BytesIO(PDF), "carta.pdf")], **change)

    assert response.status_code == 422
    assert sentence in words(response)
    assert "carta.pdf" in words(response)
    kept = {**ROSA, **change}
    assert kept["surnames"] in response.text
    assert kept["body"] in response.text
    assert db.session.scalar(select(func.count(Requerimiento.id))) == 0
    assert db.session.scalar(select(func.count(Account.id)).where(Account.role.is_(None))) == 0


def test_a_filing_without_the_first_page_does_not_exist(clerk):
    token = clerk.csrf(COUNTER)

    response = clerk.post(FILE, data={**ROSA, "csrf_token": token, "document_number": "1"})

    assert response.status_code == 404


def test_a_double_click_files_once(clerk):
    form = {**fields(look_up(clerk, "52123456").text), **ROSA}

    replies = [clerk.post(FILE, data=form) for _ in range(2)]

    assert len({radicado_of(reply) for reply in replies}) == 1
    assert db.session.scalar(select(func.count(Requerimiento.id))) == 1


def test_two_clerks_at_once_open_one_account(app, house, clerk):
    other = app.test_client()
    other.login(house.coordinator)
    forms = [
        {**fields(look_up(client, "52123456").text), **ROSA, "body": f"De {number}"}
        for number, client in enumerate((clerk, other))
    ]

    replies = at_once(
        app,
        [
            partial(client.post, FILE, data=form)
            for client, form in zip((clerk, other), forms, strict=True)
        ],
    )

    assert db.session.scalar(select(func.count(Account.id)).where(Account.role.is_(None))) == 1
    # Whoever came second filed for the same account, or is asked to look again with nothing lost.
    for reply, form in zip(replies, forms, strict=True):
        assert reply.status_code == 303 or (
            reply.status_code == 409 and form["body"] in reply.get_data(as_text=True)
        )


def test_somebody_who_registers_meanwhile_is_found(clerk, house):
    form = {**fields(look_up(clerk, "79123456").text), **ROSA}
    citizen = add_citizen(house.entity.id)

    response = clerk.post(FILE, data=form)

    assert case_of(radicado_of(response)).citizen_id == citizen.id


# What must not be lost


def test_a_filing_after_the_session_ended_is_gone_on_with(clerk, house):
    form = {**fields(look_up(clerk, "52123456").text), **ROSA}
    sessions.end_all(house.clerk.id, clock.now())

    response = clerk.post(
        FILE,
        data={**form, "attachments": (io.BytesIO(PDF), "carta.pdf")},
        content_type="multipart/form-data",
    )
    assert "/ingreso" in response.location
    clerk.login(house.clerk)

    assert "Quedó algo sin radicar" in words(clerk.get(COUNTER))
    page = clerk.get(FILE)
    assert "Rosa Elena" in page.text
    assert ROSA["body"] in page.text
    assert "carta.pdf" in page.text
    done = clerk.submit(FILE)
    assert case_of(radicado_of(done)).citizen.display_name == "Rosa Elena Quebrada Prueba"
    assert db.session.scalar(select(func.count(Draft.id))) == 0


def test_what_is_typed_is_saved_while_typing(clerk, house):
    form = fields(look_up(clerk, "52123456").text)

    saved = clerk.post(f"{COUNTER}/borrador", data={**form, **ROSA})

    assert saved.status_code == 204
    assert ROSA["body"] in clerk.get(FILE).text
    clerk.submit(f"{COUNTER}/descartar", page=COUNTER)
    assert drafts.load(house.clerk.id, drafts.COUNTER) is None


def test_a_draft_that_comes_after_its_filing_is_not_kept(clerk, house):
    form = {**fields(look_up(clerk, "52123456").text), **ROSA}
    clerk.post(FILE, data=form)

    clerk.post(f"{COUNTER}/borrador", data=form)

    assert drafts.load(house.clerk.id, drafts.COUNTER) is None


def test_there_is_no_counter_receipt_of_what_was_filed_on_line(clerk, house):
    radicado = file_case(house, add_citizen(house.entity.id))

    assert clerk.get(f"{COUNTER}/{radicado}/constancia").status_code == 404


# A person, and a new code


@pytest.fixture
def person(house) -> int:
    """Somebody whom the counter filed for."""
    return file_at_counter(house.clerk, document_number="52123456").citizen_id


def test_a_person_is_shown_with_the_cases_of_this_entity_only(clerk, house, person):
    other = open_house("VIL")
    file_case(other, db.session.get_one(Account, person))

    said = words(clerk.get(f"/gestion/ciudadanos/{person}"))

    assert "Francisco Rivera" in said
    assert f"SOA{clock.now().year}ER000001" in said
    assert "VIL" not in said


def test_a_new_code_replaces_the_old_one_and_says_who_gave_it(app, clerk, house, person):
    path = f"/gestion/ciudadanos/{person}/codigo"

    response = clerk.submit(path, {"verified": "y", "reason": "Cédula original; perdió el papel"})

    assert response.location == f"{path}/constancia"
    assert CODE.search(words(clerk.get(response.location)))
    old, new = db.session.scalars(select(Claim).order_by(Claim.id)).all()
    assert old.revoked_at is not None
    assert (new.issued_by_id, new.reason) == (house.clerk.id, "Cédula original; perdió el papel")
    page = words(clerk.get(f"/gestion/ciudadanos/{person}"))
    assert "Vigente: código" in page
    assert "Reemplazado: código" in page
    assert "Cédula original; perdió el papel" in page

    clerk.submit(f"{path}/entregado", page=response.location)
    assert clerk.get(response.location).location == f"/gestion/ciudadanos/{person}"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": "Cédula"}, "Marque que verificó"),
        ({"verified": "y", "reason": ""}, "Escriba qué documento vio"),
        ({"verified": "y", "reason": "x" * 301}, "300 letras o menos"),
    ],
)
def test_no_code_is_given_without_the_word_of_the_clerk(clerk, person, typed, sentence):
    response = clerk.submit(f"/gestion/ciudadanos/{person}/codigo", typed)

    assert response.status_code == 422
    assert sentence in words(response)
    assert db.session.scalar(select(func.count(Claim.id))) == 1


def test_an_official_sees_the_person_and_cannot_give_a_code(app, house, person):
    client = app.test_client()
    client.login(house.official)

    assert "Dar un código nuevo" not in words(client.get(f"/gestion/ciudadanos/{person}"))


# Whose document it is, and where the code stays


def test_the_cookie_of_the_clerk_carries_no_code(app, clerk):
    response = file(clerk)
    code = CODE.search(words(clerk.get(response.location)))
    assert code

    cookie = clerk.get_cookie("sac").value
    inside = app.session_interface.get_signing_serializer(app).loads(cookie)

    assert code[0] not in str(inside)


def test_reloading_and_a_double_click_show_the_same_code(clerk):
    form = {**fields(look_up(clerk, "52123456").text), **ROSA}
    receipts = [words(clerk.get(clerk.post(FILE, data=form).location)) for _ in range(2)]

    found = [CODE.search(receipt) for receipt in receipts]
    assert found[0]
    assert found[1]
    assert found[0][0] == found[1][0]


def test_the_counter_says_whether_a_document_was_seen(clerk, house):
    add_citizen(house.entity.id)

    before = words(look_up(clerk, "79123456"))
    file(clerk, "79123456", document_seen="y")
    after = words(look_up(clerk, "79123456"))

    assert "Documento declarado por la persona, sin verificar" in before
    assert "si su usuario es «frivera»" in before
    assert "Documento verificado en ventanilla el" in after
    assert "sin verificar" not in after


@pytest.mark.parametrize("channel", ["telefono", "carta"])
def test_no_document_is_seen_from_afar(clerk, channel):
    response = file(clerk, channel=channel, document_seen="y")

    assert response.status_code == 422
    assert "Solo puede ver el documento de quien vino" in words(response)


def test_who_files_again_gets_a_code_that_works_if_they_showed_the_document(app, clerk):
    file(clerk)
    response = file(clerk, body="Otra cosa.", document_seen="y")

    receipt = words(clerk.get(response.location))
    code = CODE.search(receipt)
    assert code
    assert "Si antes recibió otro, ya no sirve." in receipt
    reply = app.test_client().submit(
        "/completar-datos",
        {
            "radicado": radicado_of(response),
            "document_number": "52123456",
            "claim_code": code[0],
        },
    )
    assert reply.status_code == 303


def test_who_files_again_by_phone_is_told_which_code_works(clerk):
    first = file(clerk)
    clerk.submit(f"{COUNTER}/{radicado_of(first)}/entregada", page=first.location)

    said = words(look_up(clerk, "52123456"))
    receipt = words(clerk.get(file(clerk, body="Otra cosa.", channel="telefono").location))

    assert "le sirve el código de la constancia del" in said
    assert not CODE.search(receipt)
    assert "y el código que recibió el" in receipt
    assert "Esta constancia no trae código nuevo: sirve el que se entregó el" in receipt


def test_an_authority_has_its_own_term(clerk):
    radicado = radicado_of(file(clerk, kind="peticion_informacion", requester="congresista"))

    case = case_of(radicado)
    assert (case.requester, case.term_days) == (Requester.LEGISLATOR, 5)
    assert "Ley 5 de 1992" in words(clerk.get(f"/gestion/{radicado}"))


@pytest.mark.on("sqlite")
def test_who_asks_is_one_of_the_list(clerk):
    page = file(clerk, requester="presidente")

    assert page.status_code == 422
    assert "Elija quién lo pide." in words(page)


@pytest.mark.on("sqlite")
def test_whoever_calls_and_leaves_nothing_is_asked_about_once_and_then_filed(clerk, house):
    asked = file(clerk, channel="telefono")
    kept = fields(asked.text)
    with_phone = clerk.post(FILE, data=ROSA | kept | {"channel": "telefono", "phone": "3005550199"})
    other = file(clerk, number="52123457", channel="telefono")
    sent = clerk.post(FILE, data=ROSA | fields(other.text) | {"channel": "telefono"})

    assert asked.status_code == other.status_code == 422
    assert "¿Cómo se le avisa la respuesta?" in words(asked)
    assert ROSA["body"] in words(asked)
    assert kept["unreachable"] == "y"
    assert with_phone.status_code == sent.status_code == 303
