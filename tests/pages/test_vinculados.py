"""Pages of cases that are linked: linking, answering all at once, and what looks alike."""

import io
import re
from dataclasses import replace

import pytest

from app import clock
from app.domain.requerimiento import Status
from app.extensions import db
from app.models import Requerimiento
from app.services import answer_templates, answering, casework, related
from tests.support.client import words as seen
from tests.support.html import parse
from tests.support.office import (
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    statements,
    words,
)
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")
TEXT = "El bus de la ruta escolar de la vereda Fusungá no pasó en toda la semana."
NEARLY = "En la vereda Fusungá el bus de la ruta escolar nunca pasó esta semana."
ANSWER = "Señor(a) {nombre}: sobre {radicado}, el bus vuelve el lunes."


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def people(house):
    return [
        add_citizen(
            house.entity.id,
            username=name.lower(),
            first_names=name,
            document_number=f"100000000{number}",
            email=f"{name.lower()}@example.com",
        )
        for number, name in enumerate(("Ana", "Berta", "Carla"))
    ]


@pytest.fixture
def group(house, people):
    leader, *followers = (assigned_case(house, person, body=TEXT) for person in people)
    for follower in followers:
        related.link(follower, leader, other_leads=True, author=house.official, now=clock.now())
    return [leader, *followers]


@pytest.fixture
def staff(client, house):
    client.login(house.official)
    return client


@pytest.fixture
def half_a_minute(app):
    """Answers can be undone for half a minute."""
    app.extensions["settings"] = replace(app.extensions["settings"], undo_seconds=30)


def boxes(text):
    """The boxes of who gets the answer too, and whether they are ticked."""
    document, _ = parse(text)
    return {
        box.get("value"): "checked" in box.attrib
        for box in document.iter("input")
        if box.get("name") == "followers"
    }


# Linking


def test_a_radicado_is_typed_and_both_pages_say_it_but_no_citizen_s(app, staff, house, people):
    leader, follower = (assigned_case(house, person, body=TEXT) for person in people[:2])
    page = f"/gestion/{follower}"

    linked = staff.submit(f"{page}/vincular", {"other": leader.lower()})
    below, above = seen(staff.get(linked.location)), seen(staff.get(f"/gestion/{leader}"))
    citizen = app.test_client()
    citizen.login("berta")
    theirs = citizen.get(f"/requerimientos/{follower}").text

    assert linked.location == page
    assert f"Está vinculado a {leader}, que es el principal" in below
    assert f"Es el principal de 1. Se pueden responder juntos: {follower}" in above
    assert leader not in theirs
    assert "inculado" not in theirs

    done = staff.submit(f"{page}/desvincular", page=f"/gestion/{leader}")
    assert done.location == f"/gestion/{leader}"
    assert case_of(follower).leader_id is None


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ("", 422, "Escriba el radicado del otro requerimiento."),
        ("SOA2026ER999999", 422, "En su entidad no hay un requerimiento con ese radicado."),
        ("{own}", 422, "Es el mismo requerimiento."),
        ("{ended}", 422, "ya terminó"),
    ],
)
def test_what_cannot_be_linked_comes_back_with_what_was_typed(
    staff, house, people, typed, status, sentence
):
    own = assigned_case(house, people[0], body=TEXT)
    typed = typed.format(own=own, ended=answered_case(house, people[1]))

    response = staff.submit(f"/gestion/{own}/vincular", {"other": typed, "side": "vinculado"})

    assert response.status_code == status
    assert sentence in seen(response)
    assert f'value="{typed}"' in response.text or not typed


def test_what_is_alike_is_linked_with_one_button_in_either_direction(staff, house, people):
    case = assigned_case(house, people[0], body=TEXT)
    other = assigned_case(house, people[1], body=NEARLY)
    ended = answered_case(house, people[2], body=TEXT)
    page = f"/gestion/{case}/parecidos"
    text = seen(staff.get(page))

    linked = staff.post(
        f"/gestion/{case}/vincular",
        data={"csrf_token": staff.csrf(page), "other": other, "side": "principal"},
    )

    assert f"Vincular este a {other}" in text
    assert f"Vincular este a {ended}" not in text
    assert linked.status_code == 303
    assert case_of(other).leader_id == case_of(case).id
    after = seen(staff.get(page))
    assert "Ya está vinculado a este" in after
    assert "Vincular este a" not in after
    assert "Vincular " not in seen(staff.get(f"/gestion/{other}/parecidos"))


def test_nothing_alike_and_a_reader_who_links_nothing(app, house, people):
    case = assigned_case(house, people[0], body=TEXT)
    clerk = app.test_client()
    clerk.login(house.clerk)

    page = clerk.get(f"/gestion/{case}/parecidos")

    assert "Ninguno se parece" in seen(page)
    assert "vincular" not in page.text
    assert clerk.get(f"/gestion/{case}/vincular").status_code == 404


def test_the_page_of_a_leader_costs_one_statement_more(staff, house, people, group):
    def asked(radicado):
        staff.get(f"/gestion/{radicado}")
        with statements() as run:
            staff.get(f"/gestion/{radicado}")
        return len(run)

    alone, few = asked(file_case(house, people[0])), asked(group[0])
    for _ in range(8):
        follower = file_case(house, people[2], body=TEXT)
        related.link(
            follower, group[0], other_leads=True, author=house.coordinator, now=clock.now()
        )

    assert asked(group[0]) == few == alone + 1 <= 8
    assert asked(group[1]) <= 8
    assert "Los demás: 5" in seen(staff.get(f"/gestion/{group[0]}"))
    assert "Vinculado" in seen(staff.get("/gestion?status=abiertos"))


# Answering them all


def test_one_text_answers_all_that_are_ticked(app, staff, people, group):
    leader, second, third = group
    page = f"/gestion/{leader}/responder"
    assert boxes(staff.get(page).text) == {second: True, third: True}

    shown = staff.submit(page, {"body": ANSWER, "followers": [second], "preview": second})
    assert f"Así lo lee Berta Rivera, {second}" in seen(shown)
    assert f"Señor(a) Berta Rivera: sobre {second}, el bus" in seen(shown)
    assert boxes(shown.text) == {second: True, third: False}

    sent = staff.submit(
        page,
        {"body": ANSWER, "followers": [second], "attachments": (io.BytesIO(b"hola"), "ruta.txt")},
    )
    report = seen(staff.get(sent.location))

    assert sent.status_code == 303
    assert [case_of(radicado).status for radicado in group] == [
        *(Status.ANSWERED, Status.ANSWERED, Status.ASSIGNED)
    ]
    assert f"{second} Respondido" in report
    assert f"{third} Asignado" in report
    citizen = app.test_client()
    citizen.login("berta")
    theirs = citizen.get(f"/requerimientos/{second}").text
    assert f"Señor(a) Berta Rivera: sobre {second}" in theirs
    assert "ruta.txt" in theirs
    assert leader not in theirs
    alone = seen(staff.get(f"/gestion/{third}"))
    assert "El principal terminó: Respondido." in alone


def test_one_that_changed_meanwhile_is_named_once_before_it_is_answered(staff, people, group):
    leader, second, third = group
    page = f"/gestion/{leader}/responder"
    form = staff.get(page).text
    data = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for radicado, person in ((second, people[1]), (third, people[2])):
        casework.contribute(radicado, words("Ya llegó."), author=person, now=clock.now())
    data |= {"body": ANSWER, "followers": [second]}

    asked = staff.post(page, data=data)
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    sent = staff.post(page, data=data | again)

    assert asked.status_code == 409
    assert f"Hay algo nuevo en {second} ." in seen(asked).replace(f"{second}.", f"{second} .")
    assert ANSWER in asked.text
    assert sent.status_code == 303


def test_undone_it_comes_back_with_its_blanks_and_its_choice(staff, half_a_minute, group):
    leader, second, third = group
    staff.submit(f"/gestion/{leader}/responder", {"body": ANSWER, "followers": [third]})
    above, below = (seen(staff.get(f"/gestion/{one}")) for one in (leader, third))

    undone = staff.submit(f"/gestion/{leader}/deshacer", page=f"/gestion/{leader}")
    back = staff.get(undone.location)

    assert "Con ella sale la de 1 vinculado" in above
    assert "La respuesta sale con la del principal" in below
    assert ANSWER in back.text
    assert boxes(back.text) == {second: False, third: True}


def test_a_template_keeps_the_blanks_of_each_and_an_unknown_one_is_asked_about(staff, house, group):
    answer_templates.save(
        None,
        name="Bus",
        body="Señor(a) {nombre}, hoy {hoy}: {radicado}.",
        office_id=None,
        author=house.administrator,
        now=clock.now(),
    )
    page = f"/gestion/{group[0]}/responder"
    chosen = staff.submit(page, {"use": "1"})
    asked = staff.submit(page, {"body": "Señor(a) {nombre}: ruta {ruta}."})

    assert "Señor(a) {nombre}, hoy" in chosen.text
    assert "{hoy}" not in chosen.text
    assert asked.status_code == 422
    assert f"Un espacio sin llenar: {{ruta}}, en {group[0]}".lower() in seen(asked).lower()
    assert answering.of_case(case_of(group[0]).id) is None


def test_one_that_cannot_go_along_is_shown_with_why_and_nothing_is_lost(staff, house, group):
    leader, second, third = group
    page = f"/gestion/{leader}/responder"
    form = {"body": ANSWER, "followers": [second, third]}
    token = staff.csrf(page)
    casework.assign(
        second,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=None,
        now=clock.now(),
    )

    refused = staff.post(page, data=form | {"csrf_token": token, "sure": "y"})

    assert refused.status_code == 422
    assert f"{second} ya no va con esta respuesta" in seen(refused)
    assert "otra dependencia" in seen(refused)
    assert boxes(refused.text) == {third: True}
    assert ANSWER in refused.text
    assert case_of(leader).status is Status.ASSIGNED
    assert staff.submit(page, form | {"followers": [third]}).status_code == 303


# Filing again


def test_who_files_the_same_again_is_asked_once_with_their_own_only(app, house, people):
    filed = file_case(house, people[0], body=TEXT)
    file_case(house, people[1], body=NEARLY)
    citizen = app.test_client()
    citizen.login("ana")
    form = {
        "kind": "peticion",
        "body": NEARLY,
        "attachments": (io.BytesIO(b"hola"), "foto.txt"),
    }

    asked = citizen.submit("/requerimientos/nuevo", form)

    assert asked.status_code == 422
    assert f"Es el {filed}" in seen(asked)
    assert NEARLY in asked.text
    assert "foto.txt" in asked.text
    assert "Radicar de todos modos" in seen(asked)
    document, _ = parse(asked.text)
    fields = {
        item.get("name"): item.get("value")
        for item in document.iter("input")
        if item.get("type") == "hidden" and item.get("name") in ("csrf_token", "submission", "sure")
    }
    kept = [item.get("value") for item in document.iter("input") if item.get("name") == "kept"]
    data = fields | {"kind": "peticion", "body": NEARLY, "kept": kept}
    sent = citizen.post("/requerimientos/nuevo", data=data)
    del data["sure"]
    twice = citizen.post("/requerimientos/nuevo", data=data)

    assert sent.status_code == twice.status_code == 303
    assert sent.location == twice.location
    [latest] = db.session.query(Requerimiento).order_by(Requerimiento.id.desc()).limit(1)
    assert (latest.citizen_id, [file.name for file in latest.attachments]) == (
        people[0].id,
        ["foto.txt"],
    )


def test_what_somebody_else_has_open_is_never_told(app, house, people):
    file_case(house, people[1], body=NEARLY)
    citizen = app.test_client()
    citizen.login("ana")

    sent = citizen.submit("/requerimientos/nuevo", {"kind": "peticion", "body": NEARLY})

    assert sent.status_code == 303


def test_the_clerk_is_told_what_the_person_has_open(client, house, people):
    filed = file_case(house, people[0], body=TEXT)
    client.login(house.clerk)
    person = {"document_type": "CC", "document_number": "1000000000"}
    token = client.csrf("/gestion/ventanilla")
    form = person | {
        "csrf_token": token,
        "channel": "presencial",
        "kind": "peticion",
        "requester": "persona",
        "topic": "",
        "body": NEARLY,
        "claim_by": "codigo",
    }

    asked = client.post("/gestion/ventanilla/radicar", data=form)
    sent = client.post("/gestion/ventanilla/radicar", data=form | {"sure": "y"})

    assert asked.status_code == 422
    assert f"Es el {filed}" in seen(asked)
    assert f"/gestion/{filed}/recibir" in asked.text
    assert 'name="sure"' in asked.text
    assert sent.status_code == 303
