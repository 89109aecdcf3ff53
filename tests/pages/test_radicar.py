"""*Agregar requerimiento*: what a citizen types is filed once, or comes back whole."""

import errno
import io
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import MAX_BODY, Kind
from app.extensions import db, writing
from app.models import Account, Draft, Requerimiento, Topic
from app.services import drafts, radicados, sessions
from app.services.entities import Directory
from app.services.parts import Part
from app.services.storage import Store
from tests.support.client import PASSWORD, PageClient, words
from tests.support.html import parse, text_of
from tests.support.office import House, open_house
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, 5, tzinfo=OFFICE)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 50
NEW, DRAFT, LIST = "/requerimientos/nuevo", "/requerimientos/borrador", "/requerimientos"
TOO_LONG = (
    "El texto tiene {} caracteres y el máximo es 20.000. Puede adjuntar lo demás en un archivo."
)
TEXT = "El colegio no entrega el certificado de mi hija."


@pytest.fixture(autouse=True)
def at_ten_in_the_morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def second(app, house) -> House:
    """Another entity of the same installation."""
    opened = open_house("VIL")
    app.extensions["directory"].forget()
    return opened


@pytest.fixture
def client(app, citizen) -> PageClient:
    client = app.test_client()
    client.login(citizen)
    return client


def a_file(content: bytes = PDF, name: str = "carta.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def send(client: PageClient, **fields: Any) -> TestResponse:
    return client.submit(NEW, {"kind": "reclamo", "body": TEXT} | fields)


def hidden(page: TestResponse, action: str = NEW) -> dict[str, list[str]]:
    """The hidden fields of the form that goes to `action`."""
    document, _ = parse(page.text)
    [form] = [form for form in document.iter("form") if form.get("action") == action]
    fields: dict[str, list[str]] = {}
    for field in form.iter("input"):
        if field.get("type") == "hidden":
            fields.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    return fields


def typed_in(page: TestResponse) -> str:
    document, _ = parse(page.text)
    [area] = document.iter("textarea")
    return "".join(area.itertext()).removeprefix("\n")


def kept_names(page: TestResponse) -> list[str]:
    document, _ = parse(page.text)
    return [
        text_of(name)
        for item in document.iter("li")
        for name in item.iter("span")
        if name.get("class") == "sac-files__name"
    ]


def complaints(page: TestResponse) -> list[tuple[str, str]]:
    """The summary of errors: the field that each line leads to, and what it says."""
    document, _ = parse(page.text)
    return [
        (link.get("href", "").removeprefix("#"), text_of(link))
        for box in document.iter("div")
        if box.get("class") == "govuk-error-summary"
        for link in box.iter("a")
    ]


def filed() -> list[Requerimiento]:
    return list(db.session.scalars(select(Requerimiento).order_by(Requerimiento.id)))


def saved(citizen: Account) -> dict[str, Any]:
    return drafts.load(citizen.id, drafts.FILING) or {}


def away(*_args: object, **_named: object) -> None:
    raise OperationalError("INSERT", {}, Exception("database is locked"))


# The form


def test_the_form_says_who_files_what_each_kind_is_and_when_the_answer_is_due(client):
    page = client.get(NEW)

    text = words(page)
    assert page.status_code == 200
    assert "Ciudadano: SOA, FRANCISCO RIVERA" in text
    for kind in Kind:
        assert f'value="{kind}"' in page.text
        assert kind.definition in text
    assert "15 días hábiles: hasta el jueves 9 de abril de 2026." in text
    assert "10 días hábiles: hasta el martes 31 de marzo" in text
    assert "Debajo del que elija está la fecha de la respuesta, si radica ahora." in text
    assert "Puede escribir hasta 20.000 caracteres." in text
    assert "Hasta 10 archivos de 25 MB, y 60 MB en total." in text


def test_a_kind_in_the_address_comes_chosen_and_a_strange_one_does_not(client):
    assert re.search(r'value="queja"\s+checked', client.get(f"{NEW}?kind=queja").text)
    strange = client.get(f"{NEW}?kind=%3Cscript%3E")
    assert strange.status_code == 200
    assert "checked" not in strange.text


def test_with_one_entity_nobody_is_asked_to_choose(client):
    assert 'name="entity"' not in client.get(NEW).text


def test_with_several_the_default_comes_chosen(client, second):
    page = client.get(NEW)
    send(client, entity=str(second.entity.id))
    send(client, body="Otra cosa.")

    assert "SOA, FRANCISCO RIVERA" in words(page)
    assert [case.radicado for case in filed()] == ["VIL2026ER000001", "SOA2026ER000001"]


def test_the_topics_of_each_entity_are_offered_under_its_name(client, house, second):
    with writing() as session:
        branch = Topic(entity_id=house.entity.id, name="Soporte TI", office_id=house.hall.id)
        session.add(branch)
        session.flush()
        leaf = Topic(entity_id=house.entity.id, parent_id=branch.id, name="Contraseñas")
        secret = Topic(entity_id=house.entity.id, name="Reservado", is_public=False)
        theirs = Topic(entity_id=second.entity.id, name="Cupos")
        session.add_all([leaf, secret, theirs])
        session.flush()
        chosen, elsewhere = branch.id, theirs.id

    page = client.get(NEW)
    assert '<optgroup label="Secretaría de Educación de Soa">' in page.text
    assert "Soporte TI: Contraseñas" in page.text
    assert "Reservado" not in page.text
    refused = send(client, topic=str(elsewhere))
    assert refused.status_code == 422
    assert complaints(refused) == [("topic", "Ese tema no es de la entidad. Elija otro.")]
    assert typed_in(refused) == TEXT
    assert send(client, topic=str(chosen)).status_code == 303
    assert filed()[0].office_id == house.hall.id


# Filing


def test_what_is_filed_ends_on_its_receipt(client):
    answer = send(client, attachments=[a_file(), a_file(PNG, "foto del patio.png")])

    assert answer.status_code == 303
    assert answer.location == "/requerimientos/SOA2026ER000001/constancia"
    page = client.get(answer.location)
    text = words(page)
    for said in (
        "Su requerimiento quedó radicado",
        "SOA2026ER000001",
        "lunes 16 de marzo de 2026, 10:05 a. m.",
        "Reclamo",
        "carta.pdf",
        sha256(PDF).hexdigest(),
        "foto del patio.png",
        sha256(PNG).hexdigest(),
        "La respuesta vence el jueves 9 de abril de 2026.",
        "15 días hábiles desde el martes 17 de marzo de 2026.",
        "Ley 190 de 1995, artículo 55",
        "Le avisamos por correo de cada cambio.",
    ):
        assert said in text
    assert 'href="/requerimientos/SOA2026ER000001"' in page.text
    assert 'data-copy="SOA2026ER000001"' in page.text


def test_the_receipt_carries_no_contact_data(client, citizen):
    page = client.get(send(client).location)

    for datum in ("francisco@example.com", "Calle 13"):
        assert datum not in page.text


def test_the_receipt_says_who_filed_and_what(client, citizen, house):
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos")
        session.add(topic)

    page = words(client.get(send(client, topic=str(topic.id)).location))

    assert "De Francisco Rivera, CC 79.123.456 Tipo Reclamo Tema Cupos" in page
    assert " ".join(TEXT.split()) in page


def test_the_kind_of_a_draft_is_not_lost_to_the_one_in_the_address(client, citizen):
    drafts.save(citizen.id, drafts.FILING, {"kind": "queja", "body": "A medias"}, clock.now())

    page = client.get(f"{NEW}?kind=sugerencia")

    assert re.search(r'value="queja"\s+checked', page.text)
    drafts.save(citizen.id, drafts.FILING, {"kind": "", "body": "A medias"}, clock.now())
    assert re.search(r'value="sugerencia"\s+checked', client.get(f"{NEW}?kind=sugerencia").text)


def test_the_receipt_of_another_is_not_found(app, client, house):
    address = send(client).location
    stranger = app.test_client()
    stranger.login(add_citizen(house.entity.id, document_number="80.000.001"))

    assert stranger.get(address).status_code == 404
    assert stranger.get("/requerimientos/SOA2026ER000001").status_code == 404


@pytest.mark.on("sqlite")
@pytest.mark.settings(reception_reading=2)
def test_the_receipt_explains_what_came_after_hours(client):
    with time_machine.travel(datetime(2026, 4, 1, 21, 30, tzinfo=OFFICE), tick=False):
        client.login("frivera")
        page = client.get(send(client).location)

    text = words(page)
    assert "miércoles 1 de abril de 2026, 9:30" in text
    assert "Llegó fuera del horario de atención: se recibe el lunes 6 de abril de 2026." in text
    assert "La respuesta vence el lunes 27 de abril de 2026." in text


def test_the_same_form_sent_twice_files_once_and_shows_the_same_page(client):
    form = hidden(client.get(NEW))
    data = {**form, "kind": "queja", "body": TEXT}

    first, second = (client.post(NEW, data={**data, "attachments": a_file()}) for _ in range(2))

    assert first.location == second.location == "/requerimientos/SOA2026ER000001/constancia"
    assert len(filed()) == 1


def test_who_goes_back_and_writes_something_else_loses_nothing(client):
    form = hidden(client.get(NEW))
    client.post(NEW, data={**form, "kind": "queja", "body": TEXT})

    client.post(NEW, data={**form, "kind": "queja", "body": f"{TEXT} Además, llueve."})

    assert [case.body for case in filed()] == [TEXT, f"{TEXT} Además, llueve."]


def test_a_form_without_its_token_is_filed_all_the_same(client):
    form = hidden(client.get(NEW)) | {"submission": "not-ours"}

    answer = client.post(NEW, data={**form, "kind": "queja", "body": TEXT})

    assert answer.status_code == 303


def test_a_visitor_is_asked_to_sign_in_and_comes_back(app, house):
    answer = app.test_client().get(f"{NEW}?kind=queja")

    assert answer.status_code == 302
    assert answer.location.startswith("/ingreso?next=")
    assert "kind" in answer.location


def test_the_staff_are_shown_their_own_room(app, house):
    staff = app.test_client()
    staff.login(house.official)

    assert staff.get(NEW).location == "/gestion"


# What is refused


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({"kind": ""}, [("kind", "Elija el tipo de requerimiento.")]),
        ({"kind": "<b>queja</b>"}, [("kind", "Elija el tipo de requerimiento.")]),
        ({"body": ""}, [("body", "Escriba el contenido.")]),
        ({"body": " \r\n\t "}, [("body", "Escriba el contenido.")]),
        ({"topic": "x"}, [("topic", "Elija el tema de la lista.")]),
        ({"topic": "٣"}, [("topic", "Elija el tema de la lista.")]),
        ({"topic": "999999"}, [("topic", "Ese tema no es de la entidad. Elija otro.")]),
        (
            {"body": "ñ" * (MAX_BODY + 1)},
            [("body", TOO_LONG.format("20.001"))],
        ),
        (
            {"kind": "", "body": "😀" * (MAX_BODY + 500)},
            [
                ("body", TOO_LONG.format("20.500")),
                ("kind", "Elija el tipo de requerimiento."),
            ],
        ),
    ],
    ids=[
        "no kind",
        "strange kind",
        "no text",
        "blank text",
        "strange topic",
        "foreign digits",
        "no such topic",
        "one too many",
        "emojis",
    ],
)
def test_a_refused_form_comes_back_whole_and_says_what_to_do(client, house, fields, summary):
    with writing() as session:
        session.add(Topic(entity_id=house.entity.id, name="Cupos"))
    sent = {"kind": "queja", "body": TEXT} | fields

    page = send(client, **sent, attachments=a_file())

    assert page.status_code == 422
    assert sorted(complaints(page)) == summary
    assert "".join(typed_in(page).split()) == "".join(sent["body"].split())
    assert kept_names(page) == ["carta.pdf"]
    assert filed() == []
    assert text_of_title(page).startswith("Error: ")


def text_of_title(page: TestResponse) -> str:
    document, _ = parse(page.text)
    return text_of(document.find("head/title"))


def test_a_strange_entity_is_refused(client, second):
    page = send(client, entity="999")

    assert complaints(page) == [("entity", "Elija la Secretaría de la lista.")]
    assert page.status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "vacio.pdf", "vac"),
        (b"MZ" + b"\0" * 200, "virus.pdf", "virus.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "dibujo.svg", "dibujo.svg"),
        (b"<html><script>alert(1)</script>", "a.html", "a.html"),
    ],
    ids=["empty", "program", "svg", "html"],
)
def test_a_file_that_is_refused_keeps_the_text_and_the_good_files(client, content, name, said):
    page = send(client, attachments=[a_file(), a_file(content, name)])

    assert page.status_code == 422
    [(field, sentence)] = complaints(page)
    assert field == "attachments"
    assert said in sentence
    assert typed_in(page) == TEXT
    assert kept_names(page) == ["carta.pdf"]

    again = client.post(NEW, data={**hidden(page), "kind": "reclamo", "body": TEXT})
    assert again.status_code == 303
    [case] = filed()
    assert [(file.name, file.sha256) for file in case.attachments] == [
        ("carta.pdf", sha256(PDF).hexdigest())
    ]


@pytest.mark.settings(max_file_mb=1, max_files=2)
@pytest.mark.on("sqlite")
def test_files_too_big_and_too_many_are_named_and_the_rest_is_kept(client):
    big = PDF + b"\0" * (1024 * 1024)

    page = send(
        client,
        attachments=[a_file(big, "enorme.pdf"), a_file(), a_file(PNG, "tercero.png")],
    )

    assert page.status_code == 422
    sentences = " ".join(sentence for _, sentence in complaints(page))
    assert "enorme.pdf" in sentences
    assert "tercero.png" in sentences
    assert kept_names(page) == ["carta.pdf"]


@pytest.mark.settings(max_request_mb=1)
@pytest.mark.on("sqlite")
def test_a_sending_that_is_too_big_says_so(client):
    page = send(client, attachments=a_file(PDF + b"\0" * (2 * 1024 * 1024)))

    assert page.status_code == 413
    assert "hasta 1 MB" in words(page)


@pytest.mark.on("sqlite")
def test_a_text_of_many_times_the_limit_still_comes_back_in_its_form(client):
    page = send(client, body="a" * 600_000)

    assert page.status_code == 422
    assert "El texto tiene 600.000 caracteres y el máximo es 20.000." in words(page)
    assert typed_in(page) == "a" * 600_000


@pytest.mark.on("sqlite")
def test_a_text_too_long_to_be_read_says_that_it_is_the_text(client):
    page = send(client, body="a" * 4_000_001)

    assert page.status_code == 413
    assert "El texto que envió es muy largo" in words(page)
    assert "20.000 caracteres" in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>.pdf",
        "../../etc/passwd.pdf",
        "carta\u202efdp.exe.pdf",
        "n" * 300 + ".pdf",
        "日本 ñandú.pdf",
        'comillas "dobles".pdf',
    ],
)
def test_a_hostile_name_is_only_text(client, name):
    page = client.get(send(client, attachments=a_file(PDF, name)).location)

    [case] = filed()
    [file] = case.attachments
    assert "<img" not in page.text
    assert "\u202e" not in page.text
    assert "/" not in file.name
    assert len(file.name) <= 200
    assert file.name in words(page)


@pytest.mark.on("sqlite")
def test_a_hostile_text_is_only_text(client):
    attack = "<script>alert(1)</script>{{ 7*7 }}</textarea><img src=x onerror=alert(1)>\x00\x1b"

    refused = send(client, kind="", body=attack)
    answer = send(client, body=attack)

    assert typed_in(refused).startswith("<script>alert(1)</script>{{ 7*7 }}</textarea>")
    for page in (refused, client.get("/requerimientos/SOA2026ER000001"), client.get(LIST)):
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
    assert answer.status_code == 303


def test_a_file_can_be_taken_out_of_a_form_shown_again(client):
    page = send(client, kind="", attachments=[a_file(), a_file(PNG, "foto.png")])
    form = hidden(page)
    first, _second = form["kept"]

    client.post(NEW, data={**form, "drop": first, "kind": "queja", "body": TEXT})

    [case] = filed()
    assert [file.name for file in case.attachments] == ["foto.png"]


def test_the_kept_file_of_another_is_not_taken(app, client, house):
    token = hidden(send(client, kind="", attachments=a_file()))["kept"]
    other = app.test_client()
    other.login(add_citizen(house.entity.id, document_number="80.000.001"))
    form = hidden(other.get(NEW))

    page = other.post(NEW, data={**form, "kept": token, "kind": "queja", "body": TEXT})

    assert page.status_code == 422
    assert "ya no está guardado" in complaints(page)[0][1]
    assert filed() == []


# When nothing can be written


def test_a_locked_database_gives_the_form_back_with_everything(client, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(radicados, "take", away)
        page = send(client, attachments=[a_file(), a_file(PNG, "foto.png")])

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "Lo que escribió sigue en esta página" in words(page)
    assert typed_in(page) == TEXT
    assert kept_names(page) == ["carta.pdf", "foto.png"]
    assert filed() == []
    assert "a filing met no database: database is locked" in caplog.text, "who runs it must know"

    again = client.post(NEW, data={**hidden(page), "kind": "reclamo", "body": TEXT})
    assert again.location == "/requerimientos/SOA2026ER000001/constancia"
    [case] = filed()
    assert [file.name for file in case.attachments] == ["carta.pdf", "foto.png"]


@pytest.mark.on("sqlite")
def test_a_full_database_gives_the_form_back_and_recovers_by_itself(client):
    engine = db.engine
    db.session.rollback()

    def fill(connection: Any, _record: object, _proxy: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(engine, "checkout", fill)
    engine.dispose()
    page = send(client, body="No cabe. " * 2000, attachments=a_file())
    event.remove(engine, "checkout", fill)
    engine.dispose()

    assert page.status_code == 503
    assert kept_names(page) == ["carta.pdf"]
    assert filed() == []
    again = client.post(NEW, data={**hidden(page), "kind": "reclamo", "body": typed_in(page)})
    assert again.status_code == 303


def test_a_full_disk_keeps_the_text_and_what_still_fitted(client, monkeypatch):
    keep = Store.keep

    def refuse_the_second(self: Store, upload: Any) -> Any:
        if upload.name == "foto.png":
            raise OSError(errno.ENOSPC, "No space left on device")
        return keep(self, upload)

    with monkeypatch.context() as broken:
        broken.setattr(Store, "keep", refuse_the_second)
        page = send(client, attachments=[a_file(), a_file(PNG, "foto.png")])

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert [field for field, _ in complaints(page)] == ["attachments"]
    assert typed_in(page) == TEXT
    assert kept_names(page) == ["carta.pdf"]
    assert filed() == []


def test_a_disk_that_fills_while_the_file_arrives_keeps_the_text(client, monkeypatch):
    def refuse(_self: Part, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Part, "_append", refuse)
        page = send(client, attachments=a_file())

    assert page.status_code == 503
    assert typed_in(page) == TEXT
    assert "carta.pdf" in complaints(page)[0][1]


def test_a_database_that_cannot_even_say_who_it_is_holds_the_words(client, monkeypatch):
    form = hidden(client.get(NEW))
    with monkeypatch.context() as broken:
        broken.setattr(sessions, "find", away)
        broken.setattr(Directory, "_load", away)
        page = client.post(
            NEW, data={**form, "kind": "queja", "body": TEXT, "attachments": a_file()}
        )

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "espere un minuto y oprima Enviar otra vez" in words(page)
    assert typed_in(page) == TEXT
    assert "carta.pdf" in words(page)

    again = client.post(NEW, data={**hidden(page), "body": TEXT})
    assert again.location == "/requerimientos/SOA2026ER000001/constancia"
    [case] = filed()
    assert case.kind is Kind.COMPLAINT
    assert [file.name for file in case.attachments] == ["carta.pdf"]


# When the session ends on the way


def test_a_form_that_outlives_its_session_comes_back_after_signing_in(client, citizen):
    form = hidden(client.get(NEW))
    sessions.end_all(citizen.id, clock.now())

    answer = client.post(NEW, data={**form, "kind": "queja", "body": TEXT, "attachments": a_file()})

    assert answer.status_code == 303
    assert answer.location == f"/ingreso?next={NEW}"
    login = client.get(answer.location)
    assert "Guardamos lo que escribió y sus archivos" in words(login)
    assert filed() == []
    inside = client.submit(
        "/ingreso", {"username": "frivera", "password": PASSWORD}, page=answer.location
    )
    assert inside.location == NEW
    page = client.get(NEW)
    assert "Recuperamos lo que estaba escribiendo" in words(page)
    assert typed_in(page) == TEXT
    assert kept_names(page) == ["carta.pdf"]
    assert re.search(r'value="queja"\s+checked', page.text)
    client.submit(NEW)
    [case] = filed()
    assert [file.sha256 for file in case.attachments] == [sha256(PDF).hexdigest()]
    assert saved(citizen) == {}


def test_a_form_of_an_older_session_is_kept_too(client, citizen):
    form = hidden(client.get(NEW))
    client.post("/salida", data={"csrf_token": form["csrf_token"]})
    client.get("/ingreso")

    answer = client.post(NEW, data={**form, "kind": "queja", "body": TEXT})

    assert answer.location == f"/ingreso?next={NEW}"
    assert saved(citizen)["body"] == TEXT


def test_the_form_of_one_person_never_files_for_another(app, client, citizen, house):
    form = hidden(client.get(NEW))
    other = add_citizen(house.entity.id, document_number="80.000.001")
    client.post("/salida", data={"csrf_token": form["csrf_token"]})
    client.login(other)

    client.post(NEW, data={**form, "kind": "queja", "body": TEXT})

    assert filed() == []
    assert saved(citizen)["body"] == TEXT
    assert saved(other) == {}


# Drafts


def autosave(client: PageClient, form: dict[str, list[str]], **fields: str) -> TestResponse:
    return client.post(
        DRAFT,
        data={**form, **fields},
        headers={"X-CSRFToken": form["csrf_token"][0], "X-Draft": "1"},
    )


def test_what_is_typed_is_kept_and_found_again(client, citizen):
    form = hidden(client.get(NEW))

    answer = autosave(client, form, kind="queja", body=TEXT)

    assert (answer.status_code, answer.data) == (204, b"")
    home = client.get(LIST)
    assert "Tiene un requerimiento sin terminar" in words(home)
    assert f"Queja: {TEXT}" in words(home)
    page = client.get(NEW)
    assert typed_in(page) == TEXT
    assert re.search(r'value="queja"\s+checked', page.text)


def test_a_draft_can_be_thrown_away_from_both_pages(client, citizen):
    for page, back in ((LIST, LIST), (NEW, NEW)):
        autosave(client, hidden(client.get(NEW)), body=TEXT)

        answer = client.submit(f"{DRAFT}/descartar", page=page)

        assert (answer.status_code, answer.location) == (303, back)
        assert saved(citizen) == {}
        assert "sin terminar" not in words(client.get(LIST))


def test_a_text_that_was_erased_leaves_no_draft(client, citizen):
    form = hidden(client.get(NEW))
    autosave(client, form, body=TEXT)

    autosave(client, form, body="  ")

    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_copy_that_arrives_after_filing_is_not_unfinished(client, citizen):
    form = hidden(client.get(NEW))
    client.post(NEW, data={**form, "kind": "queja", "body": TEXT})

    autosave(client, form, kind="queja", body=TEXT)
    assert saved(citizen) == {}

    autosave(client, hidden(client.get(NEW)), kind="queja", body=TEXT)
    assert saved(citizen)["body"] == TEXT


def test_a_refused_form_is_found_again_by_who_closed_the_page(client, citizen):
    send(client, kind="", attachments=a_file())

    page = client.get(NEW)

    assert typed_in(page) == TEXT
    assert kept_names(page) == ["carta.pdf"]


def test_a_copy_without_a_session_is_kept_without_a_word(client, citizen):
    form = hidden(client.get(NEW))
    sessions.end_all(citizen.id, clock.now())

    answer = autosave(client, form, kind="queja", body=TEXT)

    assert answer.status_code == 204
    assert saved(citizen)["body"] == TEXT
    assert "Su sesión terminó" not in words(client.get("/ingreso"))


def test_a_stranger_keeps_nothing(app, client, citizen):
    visitor = app.test_client()
    token = visitor.csrf()

    answer = visitor.post(DRAFT, data={"body": TEXT, "csrf_token": token})

    assert answer.status_code == 302
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_of_days_ago_opens_without_the_files_that_are_gone(client, citizen):
    token = hidden(send(client, kind="", attachments=a_file()))["kept"][0]
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        client.login(citizen)
        page = client.get(NEW)

    assert typed_in(page) == TEXT
    assert kept_names(page) == []
    assert token not in page.text


# The first page


def test_the_first_page_welcomes_and_says_that_it_is_empty(client):
    text = words(client.get(LIST))

    assert "Bienvenido a la interfaz para ciudadanos" in text
    for action in ("Crear un requerimiento", "Consultar el estado", "Actualizar sus datos"):
        assert action in text
    assert "Aún no ha radicado nada" in text
