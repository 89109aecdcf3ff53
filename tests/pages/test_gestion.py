"""The queue as a page, its views, what is done to many at once, and the search."""

import re
from datetime import datetime

import pytest
import time_machine

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import Action, Kind
from app.extensions import writing
from app.models import Account
from app.services import moving, queue, reserve
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
from tests.support.people import add_citizen

MORNING = datetime(2026, 3, 16, 10, tzinfo=OFFICE)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def coordinator(house, client) -> PageClient:
    client.login(house.coordinator)
    return client


def rows(text: str) -> list[str]:
    """The radicados of the list, in order."""
    document, _ = parse(text)
    return [
        "".join(link.itertext())
        for cell in document.iter("td")
        for link in cell.iter("a")
        if "sac-radicado" in link.get("class", "")
    ]


def chosen(text: str) -> dict[str, str]:
    """The value of each filter as the page shows it."""
    document, _ = parse(text)
    return {
        select.get("name", ""): option.get("value", "")
        for select in document.iter("select")
        for option in select.iter("option")
        if "selected" in option.attrib
    }


def hidden(text: str, name: str) -> list[str]:
    document, _ = parse(text)
    return [item.get("value", "") for item in document.iter("input") if item.get("name") == name]


# The list


def test_the_queue_shows_each_case_with_its_light_in_words(house, citizen, client):
    with time_machine.travel(MORNING, tick=False):
        late = assigned_case(house, citizen, now=datetime(2026, 2, 2, 9, tzinfo=OFFICE))
        soon = file_case(house, citizen, now=datetime(2026, 2, 24, 9, tzinfo=OFFICE))
        client.login(house.coordinator)
        response = client.get("/gestion")

    assert rows(response.text) == [late, soon]
    said = words(response)
    assert "Vencido hace 15 días hábiles" in said
    assert "Vence en 1 día hábil" in said
    assert "Francisco Rivera" in said
    assert "Olga Prueba" in said
    assert "Sin asignar" in said


def test_an_official_begins_with_their_own_and_a_coordinator_with_all(house, citizen, app):
    mine = assigned_case(house, citizen)
    other = file_case(house, citizen)

    for person, expected in ((house.official, [mine]), (house.coordinator, [mine, other])):
        client = app.test_client()
        client.login(person)
        assert rows(client.get("/gestion").text) == expected


def test_the_lists_say_how_many_they_hold(house, citizen, client):
    assigned_case(house, citizen)
    file_case(house, citizen)
    answered_case(house, citizen)

    client.login(house.official)
    said = words(client.get("/gestion"))

    for name in (
        "Míos 1",
        "Mi dependencia 1",
        "Sin asignar 1",
        "Vencidos 0",
        "Vencen hoy 0",
        "Todos los abiertos 2",
        "Respondidos y cerrados 1",
    ):
        assert name in said


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("address", "folded"),
    [
        ("/gestion?status=abiertos", ["Respondidos y cerrados 0"]),
        ("/gestion?status=terminados", ["En espera 0"]),
    ],
)
def test_the_lists_are_one_line_and_the_rest_unfold(coordinator, address, folded):
    document, _ = parse(coordinator.get(address).text)
    [lists] = [nav for nav in document.iter("nav") if nav.get("aria-label") == "Listas"]
    [more] = lists.iter("details")

    assert [text_of(link) for link in more.iter("a")] == folded
    assert len([*lists.iter("a")]) == 8
    assert len([link for link in lists.iter("a") if link.get("aria-current")]) == 1


def test_beyond_the_cap_a_count_says_only_more_than(coordinator, house, citizen, monkeypatch):
    monkeypatch.setattr(queue, "COUNT_CAP", 1)
    monkeypatch.setattr("app.staff.queue.COUNT_CAP", 1)
    for _ in range(3):
        file_case(house, citizen)

    assert "Todos los abiertos más de 1" in words(coordinator.get("/gestion"))


def test_filters_stay_in_the_address_and_in_the_form(coordinator, house, citizen):
    claim = file_case(house, citizen, kind=Kind.CLAIM)
    file_case(house, citizen)

    response = coordinator.get("/gestion?kind=reclamo&assignee=none&due=&office=")

    assert rows(response.text) == [claim]
    assert chosen(response.text) == {
        "status": "abiertos",
        "kind": "reclamo",
        "office": "",
        "assignee": "none",
        "due": "",
    }


def test_the_next_page_keeps_the_filters(coordinator, house, citizen, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    filed = [file_case(house, citizen, kind=Kind.CLAIM) for _ in range(3)]
    file_case(house, citizen)

    first = coordinator.get("/gestion?kind=reclamo")
    document, _ = parse(first.text)
    [following] = [link.get("href") for link in document.iter("a") if link.get("rel") == "next"]
    second = coordinator.get(following)

    assert rows(first.text) + rows(second.text) == filed
    assert "Volver al comienzo" in words(second)


@pytest.mark.parametrize(
    "query",
    [
        "status=inventado",
        "kind=x",
        "office=999999999999999999999999",
        "office=-1",
        "office=1%00",
        "assignee=0",
        "assignee=%C2%B2",
        "due=ayer",
        "after=hoy",
        "after=2026-02-31_1",
        "after=2026-03-16_99999999999999999999",
        "after=0000-00-00_0",
        "after=2026-03-16_1_1",
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out_and_said(coordinator, house, citizen, query):
    radicado = file_case(house, citizen)

    response = coordinator.get(f"/gestion?{query}")

    assert response.status_code == 200
    assert "No entendimos" in words(response)
    assert rows(response.text) == [radicado]


@pytest.mark.parametrize(
    "q", ["%00", "%F0%9F%98%80", "%ED%A0%80", "'; DROP TABLE account;--", "x" * 5000, "%25", "ñ"]
)
def test_a_strange_search_is_only_a_search_that_finds_nothing(coordinator, house, citizen, q):
    file_case(house, citizen)

    assert coordinator.get("/gestion", query_string=f"q={q}").status_code == 200
    assert coordinator.get("/gestion", query_string=f"status={q}&after={q}").status_code == 200


def test_an_office_of_another_entity_is_no_filter_here(coordinator, house):
    other = open_house("VIL")

    response = coordinator.get(f"/gestion?office={other.coverage.id}")

    assert "No entendimos la dependencia" in words(response)


def test_an_empty_list_says_what_to_do_next(coordinator):
    assert "No hay requerimientos en esta lista" in words(coordinator.get("/gestion"))
    assert "Nada está vencido" in words(coordinator.get("/gestion?due=vencidos"))
    assert "Ya no queda nada" in words(coordinator.get("/gestion?after=2026-03-16_1"))


def test_the_words_of_a_citizen_are_never_markup(coordinator, house):
    hostile = add_citizen(house.entity.id, document_number="52000111")
    with writing():  # as an earlier version may have left it
        hostile.first_names, hostile.surnames = "<script>", "\"'><b>x"
    file_case(house, hostile, body="<img src=x onerror=alert(1)> {{ 7*7 }}")

    text = coordinator.get("/gestion").text

    assert "<img src=x" not in text
    assert "<script>" not in text
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7*7 }}" in text


def test_the_queue_asks_the_database_the_same_whatever_it_shows(coordinator, house, citizen):
    def asked() -> int:
        coordinator.get("/gestion")
        with statements() as seen:
            coordinator.get("/gestion")
        return len(seen)

    empty = asked()
    for _ in range(12):
        assigned_case(house, citizen)

    assert asked() == empty <= 6


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/gestion?status=abiertos", "Todos los abiertos"),
        ("/gestion?status=abiertos&assignee=none", "Sin asignar"),
        ("/gestion?status=en_espera", "En espera"),
        ("/gestion?status=terminados", "Respondidos y cerrados"),
    ],
)
def test_the_list_that_is_open_says_so(coordinator, house, address, name):
    document, _ = parse(coordinator.get(address).text)

    [here] = [
        link
        for link in document.iter("a")
        if link.get("aria-current") == "page" and "sac-tabs__link" in link.get("class", "")
    ]
    assert "".join(here.itertext()).strip().startswith(name)


# Views and columns


def save_view(client: PageClient, page: str, **data: str):
    document, _ = parse(client.get(page).text)
    [form] = [form for form in document.iter("form") if form.get("action") == "/gestion/vistas"]
    hidden = {
        item.get("name", ""): item.get("value", "")
        for item in form.iter("input")
        if item.get("type") == "hidden"
    }
    return client.post("/gestion/vistas", data=hidden | data)


def test_a_view_is_kept_and_found_again(coordinator, house, citizen):
    claim = file_case(house, citizen, kind=Kind.CLAIM)
    file_case(house, citizen)
    asked = "/gestion?kind=reclamo&cols=recibido&cols=canal"

    done = save_view(coordinator, asked, name="Reclamos")
    page = coordinator.get("/gestion")

    assert done.location == "/gestion?status=abiertos&kind=reclamo&cols=recibido&cols=canal"
    address = done.location.replace("&", "&amp;")
    assert f'href="{address}">Reclamos</a>' in page.text
    seen = coordinator.get(done.location)
    assert rows(seen.text) == [claim]
    assert "En línea" in words(seen)
    assert "Sin asignar" not in words(seen).partition("Cómo llegó")[2].partition("Columnas")[0]


def test_a_view_without_a_name_comes_back_with_its_filters(coordinator, house, citizen):
    page = save_view(coordinator, "/gestion?kind=reclamo", name=" ")

    assert page.status_code == 422
    assert "Escriba un nombre" in words(page)
    assert chosen(page.text)["kind"] == "reclamo"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kind=queja&after=2026-01-01_7", "kind=queja"),
        ("kind=<script>&due=hoy&x=1", "due=hoy"),
        ("q=52000111&due=hoy", "due=hoy"),
        ("cols=plazo&cols=nada", "cols=plazo"),
        ("//evil.example/?due=hoy", ""),
    ],
)
def test_of_an_address_only_what_the_queue_means_is_kept(coordinator, house, typed, kept):
    token = coordinator.csrf("/gestion")
    data = {"csrf_token": token, "name": "Una", "query": typed}

    done = coordinator.post("/gestion/vistas", data=data)

    assert done.location == "/gestion?status=abiertos" + (f"&{kept}" if kept else "")


def test_a_view_is_taken_away(coordinator, house):
    save_view(coordinator, "/gestion?due=hoy", name="Hoy", is_shared="y")
    page = coordinator.get("/gestion").text
    [address] = re.findall(r'action="(/gestion/vistas/\d+/quitar)"', page)

    done = coordinator.submit(address, {}, page="/gestion")

    assert done.location == "/gestion"
    assert "/quitar" not in coordinator.get("/gestion").text


# Many at once


def mark(client: PageClient, codes: list[str], **data: str):
    """Send the marked ones; a confirmation comes after seeing what will happen."""
    sent = {"csrf_token": client.csrf("/gestion"), "radicado": codes} | data
    if "confirm" in data and "office" in data:
        sent.setdefault("foreseen", f"{data['office']}.{data['assignee']}")
    return client.post("/gestion/varios", data=sent)


def test_many_are_given_after_seeing_what_will_happen(coordinator, house, citizen):
    codes = [file_case(house, citizen) for _ in range(2)]
    over = answered_case(house, citizen)
    assert coordinator.get("/gestion").text.count('class="sac-mark"') == 2

    office = {"office": str(house.hall.id), "assignee": "", "note": "Para hoy."}
    marked = mark(coordinator, [*codes, over])
    unseen = mark(coordinator, codes, confirm="y", foreseen="", **office)
    seen = mark(coordinator, [*codes, over], look="1", **office)
    given_already = case_of(codes[0]).office_id == house.hall.id
    done = mark(coordinator, codes, confirm="y", foreseen=f"{house.hall.id}.", **office)

    assert 'name="confirm"' not in marked.text
    assert "Qué pasará con cada uno" in words(unseen)
    assert marked.text.index("Ver qué pasará") < marked.text.index("Los que marcó")
    assert not given_already
    assert "Asignar 2 requerimientos" in words(seen)
    assert f"Queda en {house.hall.name}" in words(seen)
    assert "1 de los marcados queda como está. Abajo está el motivo." in words(seen)
    assert seen.text.index("Qué pasará con cada uno") < seen.text.index('name="confirm"')
    assert "la acción «Asignar» no está permitida" in words(seen)
    assert case_of(over).events[-1].action is not Action.ASSIGN
    assert "Se asignaron 2 requerimientos" in words(done)
    assert f"{codes[1]} Asignado {house.hall.name}" in words(done)
    assert all(case_of(code).office_id == house.hall.id for code in codes)


def test_what_will_happen_is_that_of_the_choice_that_was_seen(coordinator, house, citizen):
    codes = [file_case(house, citizen) for _ in range(2)]
    recuse(codes[0], house.official, house.administrator)
    given = {"office": str(house.hall.id), "assignee": str(house.official.id), "note": ""}

    seen = mark(coordinator, codes, look="1", **given)
    foreseen = re.search(r'name="foreseen" value="([^"]+)"', seen.text)
    other = mark(coordinator, codes, confirm="y", foreseen=foreseen[1], **given | {"assignee": ""})

    assert "1 de los marcados queda como está" in words(seen)
    assert "Queda en Atención al Ciudadano: Olga Prueba" in words(seen)
    assert sorted(hidden(seen.text, "radicado")) == sorted(codes)
    assert "Qué pasará con cada uno" in words(other)
    assert {case_of(code).assignee_id for code in codes} == {None}
    assert [len(case_of(code).events) for code in codes] == [2, 1]  # filed, and one set apart
    done = mark(coordinator, codes, confirm="y", foreseen=foreseen[1], **given)
    assert "Se asignó 1 requerimiento" in words(done)


def recuse(radicado: str, person: Account, author: Account) -> None:
    reserve.recuse(
        radicado,
        person_id=person.id,
        reason="Es familiar de quien pide.",
        author=author,
        now=clock.now(),
    )


def test_many_without_an_office_come_back_with_their_marks(coordinator, house, citizen):
    code = file_case(house, citizen)

    page = mark(coordinator, [code], confirm="y", office="", assignee="", note="Para hoy.")

    assert page.status_code == 422
    assert "Elija la dependencia" in words(page)
    assert f'name="radicado" value="{code}"' in page.text
    assert "Para hoy." in page.text


@pytest.mark.parametrize("codes", [[], ["nada"], ["SOA2026ER999999"]])
def test_no_marks_lead_back_to_the_queue(coordinator, house, codes):
    assert mark(coordinator, codes).location == "/gestion"
    assert "Marque al menos uno de los requerimientos" in words(coordinator.get("/gestion"))


def test_what_changed_hands_after_the_preview_stays_where_it_went(coordinator, house, citizen):
    taken, free = file_case(house, citizen), file_case(house, citizen)
    seen = hidden(mark(coordinator, [taken, free]).text, "seen")
    moving.take(taken, author=house.official, now=clock.now())
    office = {"office": str(house.coverage.id), "assignee": "", "note": ""}

    done = mark(coordinator, [taken, free], confirm="y", seen=seen, **office)

    assert "Se asignó 1 requerimiento" in words(done)
    assert f"{taken} Mientras tanto lo tomó Olga Prueba." in words(done)
    assert case_of(taken).assignee_id == house.official.id
    assert case_of(free).office_id == house.coverage.id


@pytest.mark.on("sqlite")
def test_all_the_rows_of_a_page_are_marked_by_a_link(coordinator, house, citizen):
    codes = {file_case(house, citizen), file_case(house, citizen)}
    where = "/gestion?status=abiertos&kind=peticion"
    page = coordinator.get(where).text
    assert 'href="/gestion?status=abiertos&amp;kind=peticion&amp;marcas=todas"' in page
    assert "Filtros: abiertos, petición" in words(coordinator.get(where))
    assert " checked" not in page.partition("</table>")[0]

    marked, _ = parse(coordinator.get(f"{where}&marcas=todas").text)

    boxes = [box for box in marked.iter("input") if box.get("name") == "radicado"]
    assert {box.get("value") for box in boxes if "checked" in box.attrib} == codes


def test_the_report_says_in_whose_place_it_was_received(coordinator, house, citizen):
    absence_of(house)
    code = file_case(house, citizen)
    given = {"office": str(house.hall.id), "assignee": str(house.official.id), "note": ""}

    done = mark(coordinator, [code], confirm="y", **given)

    assert "Asignado, en reemplazo de Olga Prueba" in words(done)


@pytest.mark.on("sqlite")
def test_every_way_back_leads_to_the_list_one_came_from(app, coordinator, house, citizen):
    code = file_case(house, citizen)
    token = coordinator.csrf("/gestion?status=abiertos&kind=peticion&nada=1")

    seen = coordinator.post("/gestion/varios", data={"csrf_token": token, "radicado": [code]})
    none = coordinator.post("/gestion/varios", data={"csrf_token": token})

    assert seen.text.count('href="/gestion?status=abiertos&amp;kind=peticion"') == 2
    assert none.location == "/gestion?status=abiertos&kind=peticion"
    page = coordinator.get(f"/gestion/{code}").text
    assert 'data-key="u" href="/gestion?status=abiertos&amp;kind=peticion"' in page
    coordinator.login(house.official)
    assert 'data-key="u" href="/gestion"' in coordinator.get(f"/gestion/{code}").text


def verbs_of(page: str) -> list[str]:
    document, _ = parse(page)
    return [button.get("value", "") for button in document.iter("button") if button.get("name")]


def test_the_marks_are_for_what_each_may_do(app, house, citizen):
    assigned_case(house, citizen)
    answered_case(house, citizen)
    seen = {}
    for who in (house.official, house.clerk, house.coordinator):
        client = app.test_client()
        client.login(who)
        for status in ("abiertos", "terminados", "anulado"):
            page = client.get(f"/gestion?status={status}").text
            seen[who.first_names, status] = verbs_of(page)
            assert ("sac-mark" in page) == bool(verbs_of(page))

    assert seen == {
        ("Olga", "abiertos"): ["tomar", "pasar", "soltar"],
        ("Olga", "terminados"): [],
        ("Olga", "anulado"): [],
        ("Vera", "abiertos"): [],
        ("Vera", "terminados"): [],
        ("Vera", "anulado"): [],
        ("Coral", "abiertos"): ["asignar", "tomar", "pasar", "soltar"],
        ("Coral", "terminados"): ["cerrar"],
        ("Coral", "anulado"): [],
    }


def test_an_official_hands_many_over_saying_why(app, house, citizen):
    client = app.test_client()
    client.login(house.official)
    codes = [assigned_case(house, citizen) for _ in range(2)]
    where = {"verb": "pasar", "confirm": "y", "office": str(house.coverage.id), "assignee": ""}

    look = {**where, "look": "1", "note": "Es de cobertura, no de aquí."}
    del look["confirm"]
    seen = mark(client, codes, **look)
    silent = mark(client, codes, **where, note="corto")
    done = mark(client, codes, **where, note="Es de cobertura, no de aquí.")
    again = mark(client, codes, **where, note="Es de cobertura, no de aquí.")

    assert "Pasar 2 requerimientos" in words(seen)
    assert f"Pasa a {house.coverage.name}" in words(seen)
    assert silent.status_code == 422
    assert "entre 10 y 300 letras" in words(silent)
    assert "Pasaron 2 requerimientos" in words(done)
    assert "Pasaron 0 requerimientos" in words(again)
    assert "está a cargo de otra dependencia" in words(again)
    assert {case_of(code).office_id for code in codes} == {house.coverage.id}


@pytest.mark.on("sqlite")
def test_a_verb_that_is_none_leads_back(coordinator, house, citizen):
    assert mark(coordinator, [file_case(house, citizen)], verb="borrar").location == "/gestion"


# Looking for one


def test_a_radicado_leads_to_its_case(coordinator, house, citizen):
    radicado = file_case(house, citizen)
    typed = f" {radicado[:3].lower()}-{radicado[3:7]} {radicado[7:]} "

    response = coordinator.submit("/gestion/buscar", {"q": typed}, page="/gestion")

    assert response.location == f"/gestion/{radicado}"


def test_what_went_out_leads_to_its_case_and_a_wrong_number_back(coordinator, house, citizen):
    radicado = answered_case(house, citizen)
    outgoing = radicado.replace("ER", "EE")
    theirs = file_case(open_house("VIL"), citizen)

    def look_for(code: str) -> str:
        return coordinator.submit("/gestion/buscar", {"q": code}, page="/gestion").location

    assert look_for(outgoing.lower()) == f"/gestion/{radicado}"
    for wrong in ("SOA2026ER999999", theirs):
        assert look_for(wrong) == f"/gestion?q={wrong}"
        page = coordinator.get(f"/gestion?q={wrong}")
        assert f"Nada de esta entidad tiene el radicado {wrong}" in words(page)
        assert f'value="{wrong}"' in page.text


def test_a_document_leads_to_its_person_and_stays_out_of_the_address(coordinator, house, citizen):
    file_case(house, citizen)

    response = coordinator.submit("/gestion/buscar", {"q": "79.123.456"}, page="/gestion")

    assert response.location == f"/gestion/ciudadanos/{citizen.id}"


@pytest.mark.parametrize("typed", ["52999888", "9" * 500])
def test_a_document_of_nobody_is_said(coordinator, house, citizen, typed):
    response = coordinator.submit("/gestion/buscar", {"q": typed}, page="/gestion")

    assert response.location == "/gestion"
    assert "No hay requerimientos de esta entidad con ese documento" in words(
        coordinator.get("/gestion")
    )


def test_an_e_mail_leads_to_its_person_and_is_in_no_address(coordinator, house, citizen):
    file_case(house, citizen)
    typed = [citizen.email.upper(), f"correo {citizen.email}", "nadie@example.com"]

    found = [
        coordinator.submit("/gestion/buscar", {"q": one}, page="/gestion").location for one in typed
    ]

    person = f"/gestion/ciudadanos/{citizen.id}"
    assert found == [person, person, "/gestion"]
    assert "No hay requerimientos de esta entidad con ese correo" in words(
        coordinator.get("/gestion")
    )


@pytest.mark.parametrize("typed", ["", " ", "\x00"])
def test_looking_for_nothing_leads_back_to_the_queue(coordinator, house, typed):
    response = coordinator.submit("/gestion/buscar", {"q": typed}, page="/gestion")

    assert response.location == "/gestion"
    assert "Escriba qué busca." in words(coordinator.get("/gestion"))


def test_words_lead_to_what_has_them(coordinator, house, citizen):
    wanted = file_case(house, citizen, body="Pido certificaciones de notas.")
    file_case(house, citizen, body="Pido un cupo.")

    response = coordinator.submit("/gestion/buscar", {"q": "Certificación"}, page="/gestion")
    found = coordinator.get(response.location)

    assert response.location == "/gestion?q=Certificaci%C3%B3n"
    assert rows(found.text) == [wanted]
    assert "Resultado de buscar «Certificación»" in words(found)
    # The filters keep the words, and the words keep the filters.
    assert 'name="q" value="Certificación"' in found.text
    assert chosen(found.text)["status"] == ""
    assert rows(coordinator.get(f"{response.location}&kind=reclamo").text) == []


@pytest.mark.parametrize("typed", ["comedor", "<script>", "de la", '"', "x" * 500])
def test_words_that_are_nowhere_are_said(coordinator, house, citizen, typed):
    file_case(house, citizen)

    response = coordinator.submit("/gestion/buscar", {"q": typed}, page="/gestion")
    found = coordinator.get(response.location)

    assert found.status_code == 200
    assert "Ningún requerimiento tiene" in words(found)


def test_searching_takes_as_many_statements_as_the_queue(coordinator, house, citizen):
    file_case(house, citizen)
    coordinator.get("/gestion?q=cupo")

    with statements() as seen:
        coordinator.get("/gestion?q=cupo")

    assert len(seen) <= 6


def test_a_person_without_a_case_here_is_not_found_here(coordinator, house, citizen):
    other = open_house("VIL")
    file_case(other, citizen)

    response = coordinator.submit("/gestion/buscar", {"q": "79123456"}, page="/gestion")

    assert response.location == "/gestion"
    assert coordinator.get(f"/gestion/ciudadanos/{citizen.id}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gestion/SOA2026ER999999",
        "/gestion/nada",
        "/gestion/SOA2026ER999999/responder",
        "/gestion/%00",
        "/gestion/" + "x" * 3000,
        "/gestion/ciudadanos/0",
        "/gestion/ciudadanos/99999999999999999999",
        "/gestion/ciudadanos/-1",
        "/gestion/ventanilla/SOA2026ER999999/constancia",
    ],
)
def test_what_does_not_exist_is_404(coordinator, path):
    assert coordinator.get(path).status_code == 404


def test_nobody_acts_without_the_token_of_their_session(coordinator, house, citizen):
    radicado = assigned_case(house, citizen)

    response = coordinator.post(f"/gestion/{radicado}/tramitar", data={})

    assert response.status_code == 400
