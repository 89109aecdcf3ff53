"""Registrarse (S4)."""

import pytest
from playwright.sync_api import expect

from app.domain.divipola import municipalities
from app.extensions import db
from app.models import Account, DataConsent, LoginSession
from app.services import accounts
from tests.support.browser import assert_good
from tests.support.client import PASSWORD, words
from tests.support.html import parse
from tests.support.people import FRANCISCO, SCHOOL, add_citizen, add_entity, at_once

GOOD = FRANCISCO | {
    "username": "frivera",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "accept_data_policy": "y",
}


@pytest.fixture
def entity(app):
    return add_entity().id


def send(client, **changes):
    return client.submit("/registro", GOOD | changes)


def linked(page):
    """The fields that the summary of errors links to."""
    document, _ = parse(page.text)
    summary = next(e for e in document.iter("div") if "data-error-summary" in e.attrib)
    return [link.get("href") for link in summary.iter("a")]


def test_registering_lets_the_person_in(client, entity):
    response = send(client)

    assert (response.status_code, response.location) == (303, "/requerimientos")
    page = client.get("/requerimientos")
    assert "Bienvenido. Su usuario es frivera" in words(page)
    account = db.session.query(Account).one()
    assert (account.username, account.municipality, account.notify_by_email) == (
        "frivera",
        "25754",
        False,
    )
    proof = db.session.query(DataConsent).one()
    assert (proof.channel, proof.address) == ("web", "127.0.0.1")


def test_an_empty_user_name_gets_the_proposed_one(client, entity):
    send(client, username="")

    assert "Su usuario es frivera" in words(client.get("/requerimientos"))


def test_the_button_proposes_the_user_name_and_keeps_what_was_typed(client, entity):
    add_citizen(entity, document_number="1001")

    page = client.submit("/registro", FRANCISCO | {"username": "", "propose": "1"})

    assert page.status_code == 200
    assert 'value="frivera2"' in page.text
    assert 'value="Francisco"' in page.text
    assert 'value="25754" selected' in page.text
    assert db.session.query(Account).count() == 1


def test_a_proposal_needs_a_name(client, entity):
    page = client.submit("/registro", {"propose": "1"})

    assert page.status_code == 422
    assert linked(page) == ["#username"]


@pytest.mark.parametrize(
    ("typed", "username"),
    [
        ({"first_names": "Ángela", "surnames": "Muñoz"}, "amunoz"),
        ({"first_names": "Ángela"}, ""),
        ({"person_kind": "juridica", "legal_name": "Colegio Ñu"}, "colegionu"),
        ({}, ""),
    ],
)
def test_the_page_can_ask_for_the_proposal_while_names_are_typed(client, entity, typed, username):
    response = client.post("/registro/usuario", data=typed | {"csrf_token": client.csrf()})

    assert response.json == {"username": username}


def test_an_organisation_registers(client, entity):
    send(client, **SCHOOL, first_names="", surnames="", username="")

    account = db.session.query(Account).one()
    assert account.display_name == "Colegio La Esperanza S. A. S."
    assert account.document_number == "8999990017"


def test_the_whole_country_can_be_chosen_without_javascript(client, entity):
    document, _ = parse(client.get("/registro").text)

    select = next(e for e in document.iter("select") if e.get("name") == "municipality")
    codes = {option.get("value") for option in select.iter("option")} - {""}
    assert codes == set(municipalities())
    assert len(list(select.iter("optgroup"))) == 33


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"person_kind": "alien"}, ["#person_kind"]),
        ({"document_type": ""}, ["#document_type"]),
        ({"document_type": "<b>"}, ["#document_type"]),
        ({"document_number": "abc"}, ["#document_number"]),
        ({"document_number": "9" * 100_000}, ["#document_number"]),
        ({"first_names": "", "surnames": ""}, ["#first_names", "#surnames"]),
        ({"surnames": "\u202e"}, ["#surnames"]),
        ({"surnames": "a" * 81}, ["#surnames"]),
        ({"email": "no es un correo"}, ["#email"]),
        ({"email": "a@b.co\r\nBcc: c@d.co"}, ["#email"]),
        ({"email": "", "notify_by_email": "y"}, ["#email"]),
        ({"phone": "123"}, ["#phone"]),
        ({"municipality": ""}, ["#municipality"]),
        ({"municipality": "00000"}, ["#municipality"]),
        ({"username": "a b"}, ["#username"]),
        ({"username": "x" * 41}, ["#username"]),
        ({"password": "corta", "password_confirm": "corta"}, ["#password"]),
        ({"password": "x1y2" * 33, "password_confirm": "x1y2" * 33}, ["#password"]),
        ({"password_confirm": "otra cosa"}, ["#password_confirm"]),
        ({"accept_data_policy": []}, ["#accept_data_policy"]),
        (
            SCHOOL | {"person_kind": "juridica", "document_number": "899999001-8"},
            ["#document_number"],
        ),
        ({"person_kind": "juridica", "legal_name": ""}, ["#document_type", "#legal_name"]),
    ],
)
@pytest.mark.on("sqlite")
def test_each_mistake_is_said_by_its_field_and_nothing_is_saved(client, entity, changes, fields):
    page = send(client, **changes)

    assert page.status_code == 422
    assert linked(page) == fields
    assert db.session.query(Account).count() == 0
    assert db.session.query(LoginSession).count() == 0


@pytest.mark.on("sqlite")
def test_what_was_typed_is_kept_but_not_the_password(client, entity):
    page = send(client, phone="123", username="<i>yo</i>", legal_name='"><script>')

    for value in ("Francisco", "Rivera", "79.123.456", "francisco@example.com", "123"):
        assert f'value="{value}"' in page.text
    assert "&lt;i&gt;yo&lt;/i&gt;" in page.text
    assert "<script>" not in page.text
    assert PASSWORD not in page.text
    assert 'value="25754" selected' in page.text


@pytest.mark.on("sqlite")
def test_an_empty_form_asks_for_everything_at_once(client, entity):
    page = client.submit("/registro", {})

    assert page.status_code == 422
    assert linked(page) == [
        "#document_type",
        "#document_number",
        "#first_names",
        "#surnames",
        "#municipality",
        "#address",
        "#password",
        "#accept_data_policy",
    ]


def test_a_user_name_that_is_taken_keeps_the_rest(client, entity):
    add_citizen(entity)

    page = send(client, document_number="1001")

    assert page.status_code == 422
    assert linked(page) == ["#username"]
    assert "El usuario «frivera» ya está en uso." in words(page)
    assert 'value="1001"' in page.text


def test_a_document_with_an_account_shows_the_ways_in(client, entity):
    add_citizen(entity)

    page = send(
        client, username="otro", password="otra clave larga", password_confirm="otra clave larga"
    )

    assert page.status_code == 422
    assert linked(page) == ["#document_number"]
    for way in ("recupere la contraseña", "Completar datos", "Mesa de Ayuda"):
        assert way in words(page)


def test_pressing_the_button_twice_registers_once_and_lets_in(client, entity):
    send(client)
    client.delete_cookie("sac")

    again = send(client)

    assert again.location == "/requerimientos"
    assert "Ya estaba registrado" in words(client.get("/requerimientos"))
    assert db.session.query(Account).count() == 1
    assert db.session.query(DataConsent).count() == 1


def test_the_form_sent_twice_at_the_same_moment_registers_once(app, entity):
    visitors = [app.test_client() for _ in range(2)]
    tokens = [visitor.csrf("/registro") for visitor in visitors]

    responses = at_once(
        app,
        [
            lambda visitor=visitor, token=token: visitor.post(
                "/registro", data=GOOD | {"csrf_token": token}
            )
            for visitor, token in zip(visitors, tokens, strict=True)
        ],
    )

    assert [response.status_code for response in responses] == [303, 303]
    assert db.session.query(Account).count() == 1


def test_registering_begins_a_new_session(client, entity):
    client.get("/registro")
    before = client.get_cookie("sac").value

    send(client)

    assert client.get_cookie("sac").value != before


def test_whoever_is_inside_is_told_to_leave_first(client, entity):
    send(client)

    assert client.get("/registro").location == "/requerimientos"
    assert "primero salga" in words(client.get("/requerimientos"))


def test_the_notice_that_is_accepted_can_be_read(client, entity):
    page = client.get("/registro")

    assert "Leer el aviso de datos personales (versión 1)" in words(page)
    assert "Cuidamos sus datos." in words(page)


@pytest.mark.on("sqlite")
def test_before_the_first_entity_there_is_nobody_to_register_with(client):
    assert client.get("/registro").status_code == 404


@pytest.mark.on("sqlite")
def test_francisco_sees_frivera_appear_while_he_types(app, live_server, browser_page):
    add_entity()
    browser_page.goto("/registro")
    assert browser_page.get_by_label("Razón social").is_hidden()

    browser_page.get_by_label("Nombres", exact=True).fill("Francisco")
    browser_page.get_by_label("Apellidos").fill("Rivera")
    browser_page.get_by_label("Teléfono").focus()

    username = browser_page.locator("#username")
    expect(username).to_have_value("frivera")
    username.fill("paco")
    browser_page.get_by_label("Apellidos").fill("Rivero")
    browser_page.get_by_label("Teléfono").focus()
    assert username.input_value() == "paco"
    assert_good(browser_page)


@pytest.mark.on("sqlite")
def test_an_answer_that_comes_late_does_not_undo_the_proposal(app, live_server, browser_page):
    add_entity()
    held = []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    browser_page.goto("/registro")
    browser_page.route("**/registro/usuario", hold_the_first)
    browser_page.get_by_label("Nombres", exact=True).fill("Francisco")
    browser_page.get_by_label("Apellidos").fill("Rivera")
    browser_page.get_by_label("Teléfono").focus()
    username = browser_page.locator("#username")
    expect(username).to_have_value("frivera")

    with browser_page.expect_response("**/registro/usuario") as late:
        held[0].continue_()
    late.value.finished()
    browser_page.evaluate("new Promise(requestAnimationFrame)")
    assert username.input_value() == "frivera"


@pytest.mark.on("sqlite")
def test_a_school_registers_without_javascript_on_a_telephone(app, live_server, no_js_page):
    add_entity()
    no_js_page.goto("/registro")
    no_js_page.get_by_label("Persona jurídica").check()
    no_js_page.get_by_label("Tipo de documento").select_option("NIT")
    no_js_page.get_by_label("Número de documento").fill("899.999.001-7")
    no_js_page.get_by_label("Razón social").fill("Colegio La Esperanza")
    no_js_page.get_by_label("Municipio").select_option("25754")
    no_js_page.get_by_label("Correo electrónico").fill("colegio@example.com")
    no_js_page.get_by_role("button", name="Proponer usuario").click()
    assert no_js_page.get_by_label("Usuario", exact=True).input_value() == "colegiolaesperanza"

    no_js_page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    no_js_page.get_by_label("Repita la contraseña").fill(PASSWORD)
    no_js_page.get_by_label("Leí y acepto").check()
    no_js_page.get_by_label("Repita la contraseña").press("Enter")

    no_js_page.wait_for_url("**/requerimientos")
    assert "Colegio La Esperanza" in no_js_page.inner_text("body")


@pytest.mark.on("sqlite")
def test_a_form_older_than_its_session_comes_back_as_it_was_typed(client, entity):
    data = {"csrf_token": "of yesterday", "first_names": "Marina", "surnames": "Ñungo"}

    page = client.post("/registro", data=data)

    assert page.status_code == 422
    assert 'value="Marina"' in page.text
    assert 'value="Ñungo"' in page.text
    assert "llevaba mucho tiempo abierta" in page.text


def test_who_asks_after_many_documents_waits_with_the_form_as_it_was(client, entity):
    add_citizen(entity)
    for _ in range(accounts.DUPLICATES.count):
        send(client, password="otra clave larga", password_confirm="otra clave larga")

    page = send(client, document_number="1001", address="Carrera 7")

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Espere" in words(page)
    assert 'value="Carrera 7"' in page.text
    assert db.session.query(Account).count() == 1
