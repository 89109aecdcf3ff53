"""A case as the staff see it: reading, writing without losing a word, answering, ending."""

import io
import re
import sqlite3
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import MAX_BODY, Status
from app.extensions import db, writing
from app.models import (
    Account,
    Attachment,
    Message,
    MessageKind,
    Office,
    OutboxMessage,
    Radicado,
)
from app.services import answer_templates, casework, drafts, sessions
from app.staff import showing
from tests.support.client import PageClient, words
from tests.support.html import parse, text_of
from tests.support.office import (
    House,
    absence_of,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    statements,
)
from tests.support.office import words as written
from tests.support.people import add_citizen, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ANSWER = "Su hija tiene cupo.\n\nPreséntese el lunes."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen) -> str:
    return assigned_case(house, citizen)


@pytest.fixture
def official(house, client) -> PageClient:
    client.login(house.official)
    return client


def pdf(name: str = "resolucion.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(PDF), name


def said_in(radicado: str) -> list[Message]:
    case = case_of(radicado)
    return list(
        db.session.scalars(select(Message).filter_by(requerimiento_id=case.id).order_by(Message.id))
    )


def field(text: str, name: str) -> str:
    """What the page holds in a textarea."""
    document, _ = parse(text)
    [area] = [area for area in document.iter("textarea") if area.get("name") == name]
    return "".join(area.itertext()).removeprefix("\n").replace("\r\n", "\n")


def hidden(text: str, name: str) -> list[str]:
    document, _ = parse(text)
    return [item.get("value", "") for item in document.iter("input") if item.get("name") == name]


def hrefs(text: str) -> list[str]:
    document, _ = parse(text)
    return [item.get("href", "") for item in document.iter("a")]


def buttons(text: str) -> list[str]:
    """The actions of the side column, in order."""
    document, _ = parse(text)
    [side] = [aside for aside in document.iter("aside") if "columns" in aside.get("class", "")]
    return [
        text_of(item) for item in side.iter() if "govuk-button" in item.get("class", "").split()
    ]


# Reading


def test_the_page_shows_the_clock_the_conversation_and_the_history(house, citizen, client):
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        radicado = assigned_case(house, citizen, now=NOW)
        casework.contribute(radicado, written("Vivo lejos."), author=citizen, now=clock.now())
        casework.note(radicado, written("Ya llamé."), author=house.clerk, now=clock.now())
        client.login(house.official)
        response = client.get(f"/gestion/{radicado}")

    said = words(response)
    assert "Solicito un cupo para mi hija" in said
    assert "Vivo lejos." in said
    assert "Ya llamé." in said
    assert "Nota interna: el ciudadano no la ve" in said
    assert "Día hábil 5 de 15" in said
    assert "Vence el jueves 9 de abril de 2026" in said
    assert "Asignado" in said


def test_the_case_page_costs_the_same_with_twenty_messages(official, house, citizen, radicado):
    def asked() -> int:
        official.get(f"/gestion/{radicado}")
        with statements() as seen:
            official.get(f"/gestion/{radicado}")
        return len(seen)

    bare = asked()
    for number in range(20):
        casework.contribute(radicado, written(f"Aporte {number}"), author=citizen, now=clock.now())

    assert asked() == bare <= 8


def test_after_an_act_the_next_of_ones_own_is_at_hand(app, official, house, citizen):
    early, late = (assigned_case(house, citizen, now=NOW + timedelta(days=d)) for d in (0, 3))
    there = f"/gestion/siguiente?despues={early}"
    assert hrefs(official.get(f"/gestion/{early}").text).count(there) == 1

    official.submit(f"/gestion/{early}/tramitar", {}, page=f"/gestion/{early}")
    after = official.get(f"/gestion/{early}")
    last = official.get(f"/gestion/siguiente?despues={late}")

    assert hrefs(after.text).count(there) == 2
    assert official.get(there).location == f"/gestion/{late}"
    assert last.location == "/gestion?status=abiertos&assignee=me"
    assert "Ninguno de sus casos abiertos vence después de ese." in words(
        official.get(last.location)
    )
    clerk = app.test_client()
    clerk.login(house.clerk)
    assert there not in hrefs(clerk.get(f"/gestion/{early}").text)


def test_there_is_no_next_of_what_is_another_entitys(official, citizen):
    theirs = assigned_case(open_house("VIL"), citizen)

    for code in (theirs, "SOA2026ER999999"):
        assert official.get(f"/gestion/siguiente?despues={code}").status_code == 404


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("official", ["Responder", "Poner en trámite", "Escribir al ciudadano", "Anotar"]),
        ("colleague", ["Anotar"]),
        ("clerk", ["Anotar"]),
        (
            "coordinator",
            ["Responder", "Asignar", "Poner en trámite", "Escribir al ciudadano", "Anotar"],
        ),
    ],
)
def test_the_buttons_are_those_that_role_and_state_allow(app, house, radicado, who, expected):
    client = app.test_client()
    client.login(getattr(house, who))

    assert buttons(client.get(f"/gestion/{radicado}").text) == expected


def test_a_finished_case_offers_nothing(app, house, citizen):
    radicado = answered_case(house, citizen)
    casework.close(radicado, author=house.coordinator, now=clock.now())
    client = app.test_client()
    client.login(house.coordinator)

    response = client.get(f"/gestion/{radicado}")

    assert buttons(response.text) == []
    assert "ya terminó" in words(response)


def test_every_page_of_a_case_escapes_what_people_wrote(official, house):
    hostile = add_citizen(house.entity.id, document_number="52000111")
    with writing():  # as an earlier version may have left it
        hostile.first_names, hostile.surnames = "<b>x", "'\"><i>"
    radicado = assigned_case(house, hostile, body="</p><script>alert(1)</script>{{ 7*7 }}")

    for path in ("", "/responder", "/mensaje", "/nota"):
        text = official.get(f"/gestion/{radicado}{path}").text
        assert "<script>alert" not in text
        assert "<b>x" not in text


# Assigning


def test_a_coordinator_assigns_in_the_browser(app, house, citizen):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)

    response = client.submit(
        f"/gestion/{radicado}/asignar",
        {"office": str(house.hall.id), "assignee": str(house.official.id), "note": "Urgente"},
    )

    assert response.location == f"/gestion/{radicado}"
    assert case_of(radicado).assignee_id == house.official.id
    assert "Olga Prueba. Urgente" in words(client.get(response.location))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"office": ""}, "Elija la dependencia"),
        ({"office": "999999"}, "Elija la dependencia"),
        ({"assignee": "999999"}, "Elija la persona de la lista"),
        ({"note": "x" * 301}, "300 letras o menos"),
    ],
)
def test_an_assignment_that_cannot_be_comes_back_with_what_was_typed(
    app, house, citizen, change, sentence
):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    token = client.csrf(f"/gestion/{radicado}/asignar")
    form = {"csrf_token": token, "office": str(house.hall.id), "assignee": "", "note": "Ojo"}

    response = client.post(f"/gestion/{radicado}/asignar", data=form | change)

    assert response.status_code == 422
    assert sentence in words(response)
    assert (change.get("note") or "Ojo") in response.text
    assert case_of(radicado).status is Status.FILED


@pytest.mark.on("sqlite")
def test_where_there_is_no_office_to_assign_to_the_page_says_what_to_do(app, house, citizen):
    radicado = file_case(house, citizen)
    with writing():
        for office in (house.hall, house.coverage):
            db.session.get_one(Office, office.id).is_active = False
    page = f"/gestion/{radicado}/asignar"

    clients = app.test_client(), app.test_client()
    for visitor, person in zip(clients, (house.administrator, house.coordinator), strict=True):
        visitor.login(person)
    administers, coordinates = (visitor.get(page) for visitor in clients)

    assert "Todavía no hay dependencias" in words(administers)
    assert 'href="/gestion/administracion/dependencias">Cree la primera' in administers.text
    assert "Pida a quien administra la entidad que la cree." in words(coordinates)
    assert 'name="office"' not in coordinates.text


def test_who_assigns_what_changed_hands_meanwhile_is_told(app, house, citizen):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    where = f"/gestion/{radicado}/asignar"
    form = {"office": str(house.coverage.id), "assignee": "", "note": "Ojo con el plazo"}
    form |= {name: hidden(client.get(where).text, name)[-1] for name in ("csrf_token", "seen")}
    casework.start(radicado, author=house.official, now=clock.now())

    refused = client.post(where, data=form)

    assert refused.status_code == 409
    assert "Mientras tanto lo tomó Olga Prueba." in words(refused)
    assert "Ojo con el plazo" in refused.text
    assert case_of(radicado).assignee_id == house.official.id
    form["seen"] = hidden(refused.text, "seen")[-1]
    assert client.post(where, data=form).status_code == 303


def test_who_has_it_may_keep_it_though_they_are_of_another_office(app, house, citizen):
    absence_of(house)
    radicado = assigned_case(house, citizen)
    with writing() as session:
        session.get_one(Account, house.colleague.id).is_active = False
    client = app.test_client()
    client.login(house.coordinator)

    kept = client.get(f"/gestion/{radicado}/asignar").text
    with writing() as session:
        session.get_one(Account, house.colleague.id).is_active = True

    assert f'<option value="{house.colleague.id}" selected>' in kept
    assert client.submit(f"/gestion/{radicado}/asignar").status_code == 303


def test_a_person_is_given_only_what_their_office_has(app, house, citizen):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)

    response = client.submit(
        f"/gestion/{radicado}/asignar",
        {"office": str(house.hall.id), "assignee": str(house.colleague.id)},
    )

    assert response.status_code == 422
    assert "Lejos Prueba trabaja en Cobertura Educativa" in words(response)


# Answering


def test_an_answer_with_a_file_goes_out_with_its_radicado(official, house, radicado):
    response = official.submit(
        f"/gestion/{radicado}/responder", {"body": ANSWER, "attachments": [pdf()]}
    )

    assert response.location == f"/gestion/{radicado}"
    [message] = said_in(radicado)
    assert (message.kind, message.body) == (MessageKind.ANSWER, ANSWER)
    assert [file.name for file in message.attachments] == ["resolucion.pdf"]
    year = clock.now().year
    page = words(official.get(response.location))
    assert f"Respondido con el radicado de salida SOA{year}EE000001." in page
    assert "Le avisamos por correo a Francisco Rivera" in page
    assert "El ciudadano aún no lo ha abierto" in page
    letter = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert letter is not None
    assert letter.letter == "answered"


@pytest.mark.on("sqlite")
def test_the_words_of_the_citizen_come_before_the_answer(official, radicado):
    page = official.get(f"/gestion/{radicado}/responder").text

    assert page.index("Solicito un cupo") < page.index('name="body"')
    assert "#body" in hrefs(page)


def test_the_answer_page_says_when_the_citizen_must_be_told_otherwise(official, house):
    silent = add_citizen(house.entity.id, document_number="52000111", email="")
    radicado = assigned_case(house, silent)

    assert "No tiene correo registrado" in words(official.get(f"/gestion/{radicado}/responder"))

    official.submit(f"/gestion/{radicado}/responder", {"body": ANSWER})

    assert "No tiene correo registrado: comuníquele por teléfono" in words(
        official.get(f"/gestion/{radicado}")
    )


def test_a_preview_shows_what_the_citizen_will_read_and_sends_nothing(official, radicado):
    path = f"/gestion/{radicado}/responder"

    response = official.submit(
        path, {"body": ANSWER, "attachments": [pdf()], "preview": "1"}, page=path
    )

    assert response.status_code == 200
    assert "Así lo lee el ciudadano Olga Prueba, Atención al Ciudadano" in words(response)
    assert field(response.text, "body") == ANSWER
    assert (said_in(radicado), case_of(radicado).status) == ([], Status.ASSIGNED)

    # The file of the preview goes along without being chosen again.
    sent = official.post(
        path,
        data={
            name: hidden(response.text, name)[-1] for name in ("csrf_token", "submission", "kept")
        }
        | {"body": ANSWER},
    )
    assert sent.status_code == 303
    assert [file.name for file in said_in(radicado)[0].attachments] == ["resolucion.pdf"]


@pytest.mark.parametrize("page", ["responder", "mensaje", "nota"])
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Escriba el contenido."),
        (" \n\t ", "Escriba el contenido."),
        ("x" * (MAX_BODY + 1), "el máximo es 20.000"),
    ],
    ids=["empty", "blank", "endless"],
)
def test_a_text_of_the_wrong_shape_comes_back_with_its_files(
    official, radicado, page, body, sentence
):
    response = official.submit(
        f"/gestion/{radicado}/{page}", {"body": body, "attachments": [pdf()]}
    )

    assert response.status_code == 422
    assert sentence in words(response)
    assert field(response.text, "body").strip() == body.strip()
    assert len(hidden(response.text, "kept")) == 1
    assert said_in(radicado) == []


def test_a_bad_file_is_named_and_the_good_one_and_the_text_stay(official, radicado):
    bad = (io.BytesIO(b"<html><script>alert(1)</script>"), "virus.pdf")

    response = official.submit(
        f"/gestion/{radicado}/responder", {"body": ANSWER, "attachments": [pdf(), bad]}
    )

    assert response.status_code == 422
    assert "virus.pdf" in words(response)
    assert field(response.text, "body") == ANSWER
    assert len(hidden(response.text, "kept")) == 1
    assert case_of(radicado).status is Status.ASSIGNED


def test_a_double_click_answers_once(official, radicado):
    form = _form(official, radicado, "responder") | {"body": ANSWER}

    replies = [official.post(f"/gestion/{radicado}/responder", data=form) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [303, 303]
    assert len(said_in(radicado)) == 1
    outgoing = select(Radicado.code).filter_by(direction="EE")
    assert len(db.session.scalars(outgoing).all()) == 1


def test_whoever_answers_second_is_told_and_keeps_the_text_and_the_files(
    app, house, radicado, official
):
    other = app.test_client()
    other.login(house.coordinator)
    form = _form(official, radicado, "responder")
    other.submit(f"/gestion/{radicado}/responder", {"body": "No hay cupo."})
    drafts.save(house.official.id, f"respuesta:{radicado}", {"body": ANSWER}, clock.now())

    response = official.post(
        f"/gestion/{radicado}/responder",
        data={**form, "body": ANSWER, "attachments": [pdf()]},
        content_type="multipart/form-data",
    )

    assert response.status_code == 409
    assert "la acción «Responder» no está permitida" in words(response)
    assert field(response.text, "body") == ANSWER
    assert len(hidden(response.text, "kept")) == 1
    assert [message.body for message in said_in(radicado)] == ["No hay cupo."]

    # What was written is not wasted: it stays as a note.
    note = official.post(
        f"/gestion/{radicado}/nota",
        data={
            "csrf_token": form["csrf_token"],
            "submission": form["submission"],
            "kept": hidden(response.text, "kept"),
            "body": ANSWER,
        },
    )
    assert note.status_code == 303
    assert drafts.load(house.official.id, f"respuesta:{radicado}") is None
    assert [message.kind for message in said_in(radicado)] == [
        MessageKind.ANSWER,
        MessageKind.NOTE,
    ]


def test_two_officers_at_the_same_moment_leave_one_answer(app, house, radicado, official):
    other = app.test_client()
    other.login(house.coordinator)
    path = f"/gestion/{radicado}/responder"
    forms = {
        id(client): _form(client, radicado, "responder") | {"body": f"De {number}"}
        for number, client in enumerate((official, other))
    }

    replies = at_once(
        app, [partial(client.post, path, data=forms[id(client)]) for client in (official, other)]
    )

    assert sorted(reply.status_code for reply in replies) == [303, 409]
    assert len(said_in(radicado)) == 1


def test_a_case_in_other_hands_is_refused_with_the_text_kept(app, house, radicado, official):
    form = _form(official, radicado, "responder")
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=house.colleague.id,
        now=clock.now(),
    )

    response = official.post(f"/gestion/{radicado}/responder", data=form | {"body": ANSWER})

    assert response.status_code == 409
    assert "está a cargo de otra dependencia" in words(response)
    assert field(response.text, "body") == ANSWER


def test_opening_a_page_for_what_cannot_be_done_says_so(official, house, citizen):
    radicado = answered_case(house, citizen)

    response = official.get(f"/gestion/{radicado}/responder")

    assert response.status_code == 409
    assert "no está permitida" in words(response)


# The database and the session


@pytest.fixture
def locked(app, monkeypatch):
    """Let no writer in: what another writer that never ends would do."""

    def refuse(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError(statement, {}, sqlite3.OperationalError("database is locked"))

    def lock() -> None:
        event.listen(db.engine, "before_cursor_execute", refuse)

    yield lock
    if event.contains(db.engine, "before_cursor_execute", refuse):
        event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("page", ["responder", "mensaje", "nota"])
def test_a_locked_database_gives_the_text_and_the_files_back(official, radicado, locked, page):
    form = _form(official, radicado, page)
    locked()

    response = official.post(
        f"/gestion/{radicado}/{page}",
        data={**form, "body": ANSWER, "attachments": [pdf()]},
        content_type="multipart/form-data",
    )

    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert field(response.text, "body") == ANSWER
    assert len(hidden(response.text, "kept")) == 1
    assert hidden(response.text, "submission") == [form["submission"]]


def test_a_locked_database_gives_the_reason_of_an_annulment_back(app, house, citizen, locked):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    token = client.csrf(f"/gestion/{radicado}/anular")
    locked()

    response = client.post(
        f"/gestion/{radicado}/anular",
        data={"csrf_token": token, "reason": "Se radicó dos veces"},
    )

    assert response.status_code == 503
    assert field(response.text, "reason") == "Se radicó dos veces"


def test_an_answer_after_the_session_ended_waits_for_its_author(official, house, radicado):
    form = _form(official, radicado, "responder")
    sessions.end_all(house.official.id, clock.now())

    response = official.post(
        f"/gestion/{radicado}/responder",
        data={**form, "body": ANSWER, "attachments": [pdf()]},
        content_type="multipart/form-data",
    )

    assert response.status_code == 303
    assert "/ingreso" in response.location
    assert said_in(radicado) == []
    official.login(house.official)
    again = official.get(f"/gestion/{radicado}/responder")
    assert field(again.text, "body") == ANSWER
    assert "resolucion.pdf" in words(again)


# Drafts


def test_what_is_typed_is_saved_and_found_again_on_another_machine(app, official, house, radicado):
    form = _form(official, radicado, "responder")

    saved = official.post(
        f"/gestion/{radicado}/borrador/respuesta",
        data={"body": "Su hija ti", "submission": form["submission"]},
        headers={"X-CSRFToken": form["csrf_token"]},
    )

    assert saved.status_code == 204
    elsewhere = app.test_client()
    elsewhere.login(house.official)
    page = elsewhere.get(f"/gestion/{radicado}/responder")
    assert field(page.text, "body") == "Su hija ti"
    assert "Recuperamos lo que estaba escribiendo" in words(page)


def test_a_draft_is_its_authors_alone_and_of_one_kind(app, official, house, radicado):
    drafts.save(house.official.id, f"respuesta:{radicado}", {"body": "Mío"}, clock.now())
    other = app.test_client()
    other.login(house.coordinator)

    assert field(other.get(f"/gestion/{radicado}/responder").text, "body") == ""
    assert field(official.get(f"/gestion/{radicado}/nota").text, "body") == ""


def test_sending_ends_the_draft(official, house, radicado):
    drafts.save(house.official.id, f"mensaje:{radicado}", {"body": "Hola"}, clock.now())

    official.submit(f"/gestion/{radicado}/mensaje", {"body": "Hola."})

    assert field(official.get(f"/gestion/{radicado}/mensaje").text, "body") == ""


def test_a_draft_can_be_thrown_away(official, house, radicado):
    drafts.save(house.official.id, f"nota:{radicado}", {"body": "Hola"}, clock.now())

    official.submit(
        f"/gestion/{radicado}/borrador/nota/descartar", page=f"/gestion/{radicado}/nota"
    )

    assert drafts.load(house.official.id, f"nota:{radicado}") is None


def test_there_is_no_draft_of_another_kind(official, radicado):
    token = official.csrf(f"/gestion/{radicado}/nota")

    response = official.post(
        f"/gestion/{radicado}/borrador/inventado", data={"csrf_token": token, "body": "x"}
    )

    assert response.status_code == 404


def test_a_text_whose_case_was_answered_meanwhile_can_still_be_read(official, house, radicado):
    drafts.save(house.official.id, f"respuesta:{radicado}", {"body": ANSWER}, clock.now())
    casework.answer(radicado, written("No hay."), author=house.coordinator, now=clock.now())

    response = official.get(f"/gestion/{radicado}/responder")

    assert response.status_code == 409
    assert field(response.text, "body") == ANSWER


# Messages, notes, and the end


def test_a_message_and_a_note_go_where_they_should(app, official, house, citizen, radicado):
    official.submit(f"/gestion/{radicado}/mensaje", {"body": "¿En qué barrio vive?"})
    official.submit(f"/gestion/{radicado}/nota", {"body": "Parece duplicado."})

    theirs = app.test_client()
    theirs.login(citizen)
    seen = words(theirs.get(f"/requerimientos/{radicado}"))

    assert "¿En qué barrio vive?" in seen
    assert "Parece duplicado." not in seen


def test_a_file_of_a_note_is_the_staffs_alone(app, official, citizen, radicado):
    official.submit(f"/gestion/{radicado}/nota", {"body": "Copia.", "attachments": [pdf()]})
    public_id = db.session.scalars(select(Attachment.public_id)).one()
    theirs = app.test_client()
    theirs.login(citizen)

    assert official.get(f"/anexos/{public_id}").data == PDF
    assert theirs.get(f"/anexos/{public_id}").status_code == 404


def test_starting_takes_one_click(official, radicado):
    response = official.submit(f"/gestion/{radicado}/tramitar", page=f"/gestion/{radicado}")

    assert response.location == f"/gestion/{radicado}"
    assert case_of(radicado).status is Status.IN_PROGRESS


def test_starting_twice_is_told_and_changes_nothing(official, radicado):
    token = official.csrf(f"/gestion/{radicado}")

    statuses = [
        official.post(f"/gestion/{radicado}/tramitar", data={"csrf_token": token}).status_code
        for _ in range(2)
    ]

    assert statuses == [303, 409]


def test_closing_asks_once(app, house, citizen):
    radicado = answered_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)

    client.submit(f"/gestion/{radicado}/cerrar")

    assert case_of(radicado).status is Status.CLOSED


def test_closing_what_was_not_answered_is_refused(app, house, radicado):
    client = app.test_client()
    client.login(house.coordinator)
    token = client.csrf(f"/gestion/{radicado}")

    response = client.post(f"/gestion/{radicado}/cerrar", data={"csrf_token": token})

    assert response.status_code == 409
    assert case_of(radicado).status is Status.ASSIGNED


@pytest.mark.parametrize("page", ["responder", "mensaje"])
def test_an_annex_that_is_only_mentioned_is_asked_about_once(official, radicado, page):
    form = _form(official, radicado, page)
    path = f"/gestion/{radicado}/{page}"
    body = {"body": "Le adjunto la resolución."}

    asked = official.post(path, data=form | body)
    button = re.search(r'name="sure" value="(\w+)"', asked.text)
    sent = official.post(path, data=form | body | {"sure": button[1] if button else ""})

    assert asked.status_code == 422
    assert "menciona un adjunto, y no hay ninguno" in words(asked)
    assert field(asked.text, "body") == body["body"]
    assert "Enviar así" in words(asked)
    assert sent.status_code == 303


def test_an_answer_begins_from_a_template_below_what_is_written(official, house, radicado):
    answer_templates.save(
        None,
        name="Acuse",
        body="Sobre {radicado}: {firma}.",
        office_id=None,
        author=house.administrator,
        now=clock.now(),
    )
    [template] = answer_templates.of_entity(house.entity.id)
    form = _form(official, radicado, "responder")
    path = f"/gestion/{radicado}/responder"
    use = {"use": "1", "template": str(template.id)}

    alone = official.post(path, data=form | use | {"body": ""})
    below = official.post(path, data=form | use | {"body": "Buenos días."})
    answer_templates.remove(template.id, author=house.administrator, now=clock.now())
    gone = official.post(path, data=form | use | {"body": "Buenos días."})

    assert (alone.status_code, below.status_code, gone.status_code) == (200, 200, 422)
    assert "Esa plantilla ya no está" in words(gone)
    assert field(gone.text, "body") == "Buenos días."
    assert field(alone.text, "body") == f"Sobre {radicado}: Olga Prueba."
    assert field(below.text, "body") == f"Buenos días.\n\nSobre {radicado}: Olga Prueba."
    assert case_of(radicado).status is Status.ASSIGNED


def test_a_blank_that_was_left_is_asked_about(official, radicado):
    form = _form(official, radicado, "responder")

    asked = official.post(
        f"/gestion/{radicado}/responder", data=form | {"body": "Señora {nombre}:"}
    )

    assert asked.status_code == 422
    assert "un espacio sin llenar: {nombre}" in words(asked)


def test_an_annex_that_is_there_is_not_asked_about(official, radicado):
    response = official.post(
        f"/gestion/{radicado}/responder",
        data=_form(official, radicado, "responder")
        | {"body": "Le adjunto la resolución.", "attachments": [pdf()]},
        content_type="multipart/form-data",
    )

    assert response.status_code == 303


def test_annulling_asks_for_a_reason_and_keeps_the_number(app, house, citizen):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    path = f"/gestion/{radicado}/anular"

    short = client.submit(path, {"reason": "error"})
    done = client.submit(path, {"reason": "Se radicó dos veces"})

    assert short.status_code == 422
    assert field(short.text, "reason") == "error"
    assert done.location == f"/gestion/{radicado}"
    assert "Se radicó dos veces" in words(client.get(done.location))
    assert file_case(house, citizen)[-6:] == "000002"


def test_an_annulment_that_comes_too_late_gives_the_reason_back(app, house, citizen):
    radicado = assigned_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    token = client.csrf(f"/gestion/{radicado}/anular")
    casework.answer(radicado, written("Sí."), author=house.official, now=clock.now())

    response = client.post(
        f"/gestion/{radicado}/anular",
        data={"csrf_token": token, "reason": "Se radicó dos veces"},
    )

    assert response.status_code == 409
    assert field(response.text, "reason") == "Se radicó dos veces"


def _form(client: PageClient, radicado: str, page: str) -> dict[str, str]:
    """The hidden fields of a page for writing, as a browser sends them."""
    text = client.get(f"/gestion/{radicado}/{page}").text
    return {name: hidden(text, name)[-1] for name in ("csrf_token", "submission")}


# Private forms without long text


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("anular", {"reason": "El mismo escrito se radicó dos veces."}),
        ("asignar", {"office": "1", "assignee": "", "note": "Es urgente, por favor."}),
    ],
)
def test_what_is_decided_after_the_session_ended_is_there_again(app, house, citizen, path, typed):
    radicado = file_case(house, citizen)
    client = app.test_client()
    client.login(house.coordinator)
    address = f"/gestion/{radicado}/{path}"
    form = _form(client, radicado, path)
    client.delete_cookie("sac")

    sent = client.post(address, data=form | typed)

    assert sent.location == f"/ingreso?next={address}"
    client.login(house.coordinator)
    words_typed = [value for value in typed.values() if len(value) > 1]
    assert words_typed[0] in client.get(address).text
    assert client.submit(address).status_code == 303
    assert drafts.load(house.coordinator.id, f"staff.annul:{radicado}") is None
    assert drafts.load(house.coordinator.id, f"staff.assign:{radicado}") is None


def test_unseen_characters_do_not_come_back_in_a_refused_text(official, radicado):
    page = official.submit(f"/gestion/{radicado}/nota", {"body": "x" * 20_001 + "\x1b\ufdd0"})

    assert page.status_code == 422
    assert "\x1b" not in page.text
    assert "\ufdd0" not in page.text


@pytest.mark.on("sqlite")
def test_every_action_has_one_place_on_the_page():
    placed = [*showing.ORDER, *(action for some in showing.GROUPS.values() for action in some)]

    assert sorted(placed) == sorted(showing.ENDPOINTS)
