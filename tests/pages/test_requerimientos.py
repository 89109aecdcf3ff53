"""Following a requerimiento: where it stands, what was said, and sending more."""

import io
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import MAX_BODY, Channel, Kind, Status
from app.extensions import db, writing
from app.models import Account, Message, MessageKind, Requerimiento
from app.services import casework, drafts, filing, sessions
from app.services.filing import Filing
from app.services.tokens import Signer
from app.uploads import store
from tests.support.client import PageClient, words
from tests.support.html import parse, text_of
from tests.support.office import (
    House,
    annulled_case,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    statements,
)
from tests.support.office import words as written
from tests.support.people import add_citizen
from tests.support.product import SECRET_KEY

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DUE = "jueves 9 de abril de 2026"
LIST = "/requerimientos"
MORE = "Adjunto el registro civil."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def client(app, citizen) -> PageClient:
    client = app.test_client()
    client.login(citizen)
    return client


@pytest.fixture
def on():
    """Travel to a day at ten in the morning, until the end of the test."""
    travels: list[time_machine.travel] = []

    def to(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=OFFICE)
        travels.append(time_machine.travel(moment, tick=False))
        travels[-1].start()

    yield to
    for travel in reversed(travels):
        travel.stop()


def page_of(radicado: str) -> str:
    return f"{LIST}/{radicado}"


def headline(page: TestResponse) -> str:
    document, _ = parse(page.text)
    [sentence] = [p for p in document.iter("p") if p.get("class") == "sac-answer"]
    return text_of(sentence)


def track(page: TestResponse) -> list[tuple[str, str]]:
    """The steps with their state, as a screen reader says them."""
    document, _ = parse(page.text)
    return [
        tuple(text_of(label).split(": "))  # type: ignore[misc]  # always two
        for label in document.iter("span")
        if label.get("class") == "sac-track__label"
    ]


def turns(page: TestResponse) -> list[str]:
    document, _ = parse(page.text)
    return [text_of(article) for article in document.iter("article")]


def history(page: TestResponse) -> list[str]:
    document, _ = parse(page.text)
    return [
        text_of(title)
        for title in document.iter("p")
        if title.get("class") == "sac-timeline__title"
    ]


def typed_in(page: TestResponse) -> str:
    document, _ = parse(page.text)
    [area] = document.iter("textarea")
    return "".join(area.itertext()).removeprefix("\n")


def hidden(page: TestResponse, action: str) -> dict[str, list[str]]:
    document, _ = parse(page.text)
    [form] = [form for form in document.iter("form") if form.get("action") == action]
    fields: dict[str, list[str]] = {}
    for field in form.iter("input"):
        if field.get("type") == "hidden":
            fields.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    return fields


def send(client: PageClient, radicado: str, **fields: Any) -> TestResponse:
    data = {"body": MORE} | fields
    return client.submit(f"{page_of(radicado)}/aportar", data, page=page_of(radicado))


def a_file(content: bytes = PDF, name: str = "registro.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def contributions() -> list[Message]:
    found = select(Message).filter_by(kind=MessageKind.CONTRIBUTION).order_by(Message.id)
    return list(db.session.scalars(found))


def away(*_args: object, **_named: object) -> None:
    raise OperationalError("INSERT", {}, Exception("database is locked"))


# Where it stands


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (
            "2026-03-16",
            f"La respuesta vence el {DUE}: 15 días hábiles, que se cuentan desde el día siguiente.",
        ),
        (
            "2026-03-26",
            f"La respuesta vence el {DUE}: día hábil 7 de 15.",
        ),
        (
            "2026-04-09",
            f"La respuesta vence hoy, {DUE}: día hábil 15 de 15.",
        ),
        (
            "2026-04-13",
            f"La respuesta debía llegar a más tardar el {DUE}. Lleva 2 días hábiles de retraso.",
        ),
    ],
    ids=["first day", "half way", "last day", "late"],
)
@pytest.mark.on("sqlite")
def test_one_sentence_says_where_it_is_and_when_the_answer_comes(
    app, house, citizen, on, day, sentence
):
    radicado = assigned_case(house, citizen, now=NOW)
    on(day)
    client = app.test_client()
    client.login(citizen)

    page = client.get(page_of(radicado))

    assert headline(page) == f"Asignado a Atención al Ciudadano. {sentence}"


def test_each_state_is_told_in_a_sentence_and_on_the_track(client, house, citizen):
    radicado = file_case(house, citizen)
    see = partial(client.get, page_of(radicado))
    assert headline(see()).startswith(
        "Radicado: falta que la Secretaría lo asigne a una dependencia."
    )
    assert track(see()) == [
        ("Radicado", "Ahora"),
        ("Asignado", "Falta"),
        ("En trámite", "Falta"),
        ("Respondido", "Falta"),
    ]

    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        note="Es primo del alcalde",
        now=clock.now(),
    )
    casework.start(radicado, author=house.official, now=clock.now())
    assert headline(see()).startswith("En trámite en Atención al Ciudadano.")
    assert [state for _, state in track(see())] == ["Hecho", "Hecho", "Ahora", "Falta"]

    casework.answer(radicado, written("Sí."), author=house.official, now=clock.now())
    assert headline(see()).startswith("Respondido el ")
    assert "por Atención al Ciudadano." in headline(see())
    assert [state for _, state in track(see())] == ["Hecho"] * 4

    casework.close(radicado, author=house.coordinator, now=clock.now())
    assert headline(see()).startswith("Cerrado el ")
    assert track(see())[-2:] == [("Respondido", "Hecho"), ("Cerrado", "Hecho")]


def test_an_answer_that_came_without_a_step_leaves_the_step_without_a_date(client, house, citizen):
    radicado = answered_case(house, citizen)

    page = client.get(page_of(radicado))

    assert ("En trámite", "Hecho") in track(page)


def test_an_annulled_radicado_says_why(client, house, citizen):
    radicado = annulled_case(house, citizen)

    page = client.get(page_of(radicado))

    assert headline(page).startswith("El radicado se anuló el ")
    assert "Se radicó dos veces." in words(page)
    assert [label for label, _ in track(page)] == ["Radicado", "Anulado"]
    assert "no recibe más información" in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.FILED, Status.ANNULLED)])
def test_a_case_in_any_state_has_its_page(client, house, citizen, status):
    radicado = assigned_case(house, citizen)
    with writing() as session:
        session.execute(update(Requerimiento).values(status=status, is_open=status.is_open))

    page = client.get(page_of(radicado))

    assert page.status_code == 200
    assert status.label in words(page)
    assert client.get(LIST).status_code == 200


# What was said


def test_the_page_tells_the_whole_conversation_in_order(client, house, citizen):
    annexed = store().add("solicitud.pdf", io.BytesIO(PDF))
    radicado = assigned_case(house, citizen, body="Pido un cupo.", files=[annexed])
    official, now = house.official, clock.now()
    casework.write_to_citizen(radicado, written("¿Para qué grado?"), author=official, now=now)
    casework.note(radicado, written("Llamar al rector."), author=official, now=now)
    casework.contribute(radicado, written("Segundo."), author=citizen, now=now)
    letter = store().add("respuesta.pdf", io.BytesIO(PDF + b" "))
    code = casework.answer(
        radicado, written("Sí hay cupo.", files=[letter]), author=official, now=now
    )

    page = client.get(page_of(radicado))

    said = turns(page)
    assert [turn.split(" ")[0] for turn in said] == ["Usted", "Atención", "Usted", "Olga"]
    for text, turn in zip(("Pido un cupo.", "¿Para qué grado?", "Segundo."), said, strict=False):
        assert text in turn
    assert "solicitud.pdf" in said[0]
    assert f"Respuesta {code}" in said[3]
    assert "Olga Prueba, Atención al Ciudadano" in said[3]
    assert "Llamar al rector" not in page.text
    assert 'href="#respuesta"' in page.text


def test_the_files_of_the_answer_come_down_byte_for_byte(client, house, citizen):
    radicado = assigned_case(house, citizen)
    letter = store().add("respuesta final.pdf", io.BytesIO(PDF))
    casework.answer(
        radicado, written("Aquí.", files=[letter]), author=house.official, now=clock.now()
    )

    document, _ = parse(client.get(page_of(radicado)).text)
    [address] = [
        link.get("href", "")
        for link in document.iter("a")
        if text_of(link) == "respuesta final.pdf"
    ]
    download = client.get(address)

    assert download.status_code == 200
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_the_history_is_the_citizen_s_and_not_the_office_s(client, house, citizen):
    radicado = file_case(house, citizen)
    for office, note in ((house.coverage, "Mandar lejos"), (house.hall, "Urge")):
        casework.assign(
            radicado,
            author=house.coordinator,
            office_id=office.id,
            assignee_id=None,
            note=note,
            now=clock.now(),
        )
    casework.note(radicado, written("Ojo."), author=house.clerk, now=clock.now())
    casework.start(radicado, author=house.official, now=clock.now())

    page = client.get(page_of(radicado))

    assert history(page) == [
        "La dependencia empezó a trabajar en él",
        "La Secretaría lo asignó a Atención al Ciudadano",
        "La Secretaría lo asignó a una dependencia",
        "Usted lo radicó en línea",
    ]
    for inside in ("Mandar lejos", "Urge", "Ojo.", "Olga", "Coral", "Vera"):
        assert inside not in page.text


def test_what_was_filed_at_the_counter_says_so(client, house, citizen):
    counter = filing.file_at_counter(
        Filing(kind=Kind.CLAIM, body="No llegó el pago.", submission="f"),
        clerk=house.clerk,
        entity=house.facts,
        channel=Channel.PHONE,
        citizen_id=citizen.id,
        person=None,
        claim_by="",
        signer=Signer(SECRET_KEY),
        now=clock.now(),
    )

    page = client.get(page_of(counter.radicado))

    assert history(page) == ["Usted lo radicó por teléfono"]
    assert turns(page)[0].startswith("Usted, por teléfono")
    assert "Vera" not in page.text


def test_opening_the_page_certifies_when_the_answer_was_read(app, client, house, citizen):
    radicado = answered_case(house, citizen)
    answer = select(Message.opened_at).filter_by(kind=MessageKind.ANSWER)
    staff = app.test_client()
    staff.login(house.official)
    staff.get(f"/gestion/{radicado}")
    assert db.session.scalar(answer) is None
    client.get(LIST)
    assert db.session.scalar(answer) is None
    db.session.rollback()

    with time_machine.travel(clock.now(), tick=False):
        client.get(page_of(radicado))
        read_at = clock.now()
    client.get(page_of(radicado))

    assert db.session.scalar(answer) == read_at


def test_the_page_costs_the_same_however_much_was_said(client, house, citizen):
    radicado = assigned_case(house, citizen)
    client.get("/requerimientos")  # what is remembered between pages is read once
    costs = []
    for rounds in (1, 19):
        for _ in range(rounds):
            casework.write_to_citizen(
                radicado, written("Dicho"), author=house.official, now=clock.now()
            )
            file = store().add("a.pdf", io.BytesIO(PDF))
            casework.contribute(
                radicado, written("Más", files=[file]), author=citizen, now=clock.now()
            )
        with statements() as seen:
            assert client.get(page_of(radicado)).status_code == 200
        costs.append(len(seen))
        with statements() as seen:
            client.get(page_of(radicado))
        costs.append(len(seen))

    first, again = costs[:2]
    assert costs == [first, again, first, again]
    assert again < 8
    # The first opening marks the messages and chains that they were opened, however many.
    assert first == again + 6


# Sending more


def test_what_the_citizen_adds_stands_in_the_conversation(client, house, citizen):
    radicado = assigned_case(house, citizen)

    answer = send(client, radicado, attachments=a_file())

    assert (answer.status_code, answer.location) == (303, page_of(radicado))
    page = client.get(answer.location)
    assert "Recibimos lo que envió." in words(page)
    assert MORE in turns(page)[-1]
    assert "registro.pdf" in turns(page)[-1]
    [file] = case_of(radicado).attachments
    assert (file.sha256, file.message_id) == (sha256(PDF).hexdigest(), contributions()[0].id)


def test_the_same_sending_twice_counts_once(client, house, citizen):
    radicado = file_case(house, citizen)
    action = f"{page_of(radicado)}/aportar"
    form = hidden(client.get(page_of(radicado)), action)

    for _ in range(2):
        client.post(action, data={**form, "body": MORE, "attachments": a_file()})

    assert [message.body for message in contributions()] == [MORE]
    # Going back to it and writing something else is a new sending, and again only one.
    for _ in range(2):
        client.post(action, data={**form, "body": "Y su cédula."})

    assert [message.body for message in contributions()] == [MORE, "Y su cédula."]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "Escriba el contenido."),
        ({"body": "a" * (MAX_BODY + 1)}, "20.001 caracteres"),
        ({"body": "\x00\x1b"}, "Escriba el contenido."),
        ({"attachments": [(io.BytesIO(b"MZ" + b"\0" * 99), "a.exe")]}, "a.exe"),
    ],
    ids=["empty", "huge", "invisible", "program"],
)
@pytest.mark.on("sqlite")
def test_a_refused_sending_comes_back_whole(client, house, citizen, fields, said):
    radicado = file_case(house, citizen)
    good = a_file()
    files = [good, *((io.BytesIO(f.getvalue()), name) for f, name in fields.get("attachments", []))]

    page = send(client, radicado, **{**fields, "attachments": files})

    assert page.status_code == 422
    assert said in words(page)
    assert typed_in(page).strip("\x00\x1b") == fields.get("body", MORE).strip("\x00\x1b")
    assert "Estos archivos ya están guardados" in words(page)
    assert "registro.pdf" in words(page)
    assert contributions() == []


def test_a_case_that_ended_meanwhile_refuses_and_gives_the_words_back(client, house, citizen):
    radicado = answered_case(house, citizen)
    action = f"{page_of(radicado)}/aportar"
    form = hidden(client.get(page_of(radicado)), action)
    casework.close(radicado, author=house.coordinator, now=clock.now())

    page = client.post(action, data={**form, "body": MORE})

    assert page.status_code == 409
    assert "Este requerimiento está en el estado «Cerrado»" in words(page)
    assert typed_in(page) == MORE
    assert contributions() == []


def test_a_locked_database_gives_the_words_back(client, house, citizen, monkeypatch):
    radicado = file_case(house, citizen)
    with monkeypatch.context() as broken:
        broken.setattr(casework, "contribute", away)
        page = send(client, radicado, attachments=a_file())

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert typed_in(page) == MORE
    action = f"{page_of(radicado)}/aportar"
    again = client.post(action, data={**hidden(page, action), "body": MORE})
    assert again.status_code == 303
    assert [file.name for file in case_of(radicado).attachments] == ["registro.pdf"]


def test_a_database_that_is_gone_holds_the_words(client, house, citizen, monkeypatch):
    radicado = file_case(house, citizen)
    action = f"{page_of(radicado)}/aportar"
    form = hidden(client.get(page_of(radicado)), action)
    with monkeypatch.context() as broken:
        broken.setattr(sessions, "find", away)
        page = client.post(action, data={**form, "body": MORE})

    assert page.status_code == 503
    assert typed_in(page) == MORE
    again = client.post(action, data={**hidden(page, action), "body": MORE})
    assert again.status_code == 303
    assert len(contributions()) == 1


def test_a_sending_that_outlives_its_session_comes_back(client, house, citizen):
    radicado = file_case(house, citizen)
    action = f"{page_of(radicado)}/aportar"
    form = hidden(client.get(page_of(radicado)), action)
    sessions.end_all(citizen.id, clock.now())

    answer = client.post(action, data={**form, "body": MORE, "attachments": a_file()})

    assert answer.status_code == 303
    assert answer.location.startswith("/ingreso?next=")
    client.login(citizen)
    page = client.get(page_of(radicado))
    assert typed_in(page) == MORE
    assert "registro.pdf" in words(page)
    send(client, radicado)
    assert drafts.load(citizen.id, f"aporte:{radicado}") is None
    assert [file.name for file in case_of(radicado).attachments] == ["registro.pdf"]


def test_what_is_typed_to_a_case_is_kept_there(client, house, citizen):
    radicado = file_case(house, citizen)
    form = hidden(client.get(page_of(radicado)), f"{page_of(radicado)}/aportar")

    answer = client.post(
        "/requerimientos/borrador",
        data={**form, "body": MORE},
        headers={"X-CSRFToken": form["csrf_token"][0]},
    )

    assert answer.status_code == 204
    assert typed_in(client.get(page_of(radicado))) == MORE
    assert "sin terminar" not in words(client.get(LIST))


# Whose it is


def test_the_case_of_another_is_not_found(app, house, citizen):
    radicado = file_case(house, citizen)
    stranger = app.test_client()
    stranger.login(add_citizen(house.entity.id, document_number="80.000.001"))
    token = stranger.csrf("/requerimientos/nuevo")

    for address in (
        page_of(radicado),
        f"{page_of(radicado)}/constancia",
        page_of("SOA2026ER999999"),
    ):
        assert stranger.get(address).status_code == 404
    action = f"{page_of(radicado)}/aportar"
    answer = stranger.post(action, data={"csrf_token": token, "body": MORE})
    assert answer.status_code == 404
    assert contributions() == []
    assert radicado not in stranger.get(LIST).text


def test_a_visitor_signs_in_first_and_the_staff_have_their_own_page(app, house, citizen):
    radicado = file_case(house, citizen)
    visitor, staff = app.test_client(), app.test_client()
    staff.login(house.official)

    assert visitor.get(page_of(radicado)).location == f"/ingreso?next={page_of(radicado)}"
    assert staff.get(page_of(radicado)).location == "/gestion"


# The list


def test_the_list_says_of_each_what_it_is_and_when_it_is_answered(app, house, citizen, on):
    filed_on = {
        "open": assigned_case(house, citizen, body="Pido un cupo.", now=NOW),
        "answered": answered_case(house, citizen, body="Pido un diploma.", now=NOW),
        "late": file_case(
            house, citizen, body="Reclamo.", now=datetime(2026, 2, 2, 9, tzinfo=OFFICE)
        ),
    }
    on("2026-03-18")
    client = app.test_client()
    client.login(citizen)

    document, _ = parse(client.get(LIST).text)
    rows = {row: text_of(tr) for tr in document.iter("tr") for row in [text_of(tr)[:15]]}

    waiting, answered, late = (rows[radicado] for radicado in filed_on.values())
    for said in ("Petición", "Pido un cupo.", "Asignado", "Atención al Ciudadano", "9 abr 2026"):
        assert said in waiting
    assert "Vence en 13 días hábiles" in waiting
    assert "Respondido el 16 mar 2026" in answered
    assert "Por asignar" in late
    assert "Vencido hace" in late


def test_the_list_goes_page_by_page_without_losing_or_repeating(client, house, citizen):
    filed_cases = [file_case(house, citizen, body=f"Petición {n}") for n in range(23)]

    first = client.get(LIST)
    document, _ = parse(first.text)
    [following] = [a.get("href", "") for a in document.iter("a") if a.get("rel") == "next"]
    second = client.get(following.partition("#")[0])

    shown = [radicado for radicado in filed_cases if radicado in first.text]
    rest = [radicado for radicado in filed_cases if radicado in second.text]
    assert (len(shown), len(rest)) == (20, 3)
    assert sorted(shown + rest) == filed_cases
    assert "Bienvenido" not in words(second)
    assert 'rel="prev"' in second.text


@pytest.mark.parametrize("before", ["x", "-1", "0", "99999999999999999999", "1' OR '1'='1"])
def test_a_strange_page_of_the_list_is_no_fault(client, before):
    assert client.get(LIST, query_string={"before": before}).status_code == 200
