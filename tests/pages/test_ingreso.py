"""Ingreso al sistema: entering, being remembered, coming back, and leaving (S2, S3)."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import expect
from werkzeug.http import parse_cookie

from app import create_app
from app.domain.calendar import OFFICE
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, LoginSession, RememberToken
from app.services import attempts
from tests.support.browser import assert_good
from tests.support.client import PASSWORD, PageClient, words
from tests.support.people import add_citizen, add_entity, add_staff, file_at_counter
from tests.support.product import close_connections

BOTH = {"remember_username": "y", "remember_password": "y"}
NOTICE = "Usted ha iniciado una sesión"


@pytest.fixture
def entity(app):
    return add_entity().id


@pytest.fixture
def account(entity):
    return add_citizen(entity)


def enter(client, **fields):
    values = {"username": "frivera", "password": PASSWORD} | fields
    return client.submit("/ingreso", values)


def cookie(client, name):
    found = client.get_cookie(name)
    return found.value if found else None


def is_inside(client):
    return client.get("/requerimientos").status_code == 200


def test_the_page_is_the_one_of_the_guide(client, entity):
    page = client.get("/ingreso")

    for words_of_the_guide in (
        "Ingreso al sistema",
        "Usuario",
        "Recordar nombre de usuario",
        "Borrar cookie de usuario",
        "Contraseña",
        "Recordar contraseña",
        "Borrar cookie de contraseña",
        "Registrarse",
        "Completar datos",
        "Aceptar",
        "Mesa de Ayuda",
        "601 555 0100",
    ):
        assert words_of_the_guide in words(page)
    assert NOTICE not in words(page)


def test_a_citizen_goes_to_their_requerimientos(client, account):
    response = enter(client)

    assert (response.status_code, response.location) == (303, "/requerimientos")
    assert is_inside(client)
    assert cookie(client, "sac_usuario") is None
    assert cookie(client, "sac_clave") is None


def test_the_staff_goes_to_the_queue(client, entity):
    add_staff(entity, Role.OFFICIAL, "mperez")

    assert enter(client, username="mperez").location == "/gestion"


def test_whoever_was_sent_here_goes_on_to_the_page_they_wanted(client, account):
    sent = client.get("/mis-datos")

    response = client.submit(
        "/ingreso", {"username": "frivera", "password": PASSWORD}, page=sent.location
    )

    assert response.location == "/mis-datos"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%2F/evil.example/x",
        "http:evil.example",
        "javascript:alert(1)",
        "requerimientos",
        "/no-such-page",
        "/salida",
        "/requerimientos\r\nSet-Cookie: a=b",
        "/requerimientos?" + "a" * 2000,
        "//[evil",
        "\0",
    ],
)
@pytest.mark.on("sqlite")
def test_nobody_is_sent_to_a_page_that_is_not_ours(client, account, target):
    assert enter(client, next=target).location == "/requerimientos"


@pytest.mark.on("sqlite")
def test_a_page_of_ours_may_have_a_query(client, account):
    assert enter(client, next="/requerimientos?after=3").location == "/requerimientos?after=3"


def test_the_user_cookie_holds_the_user_name_and_nothing_else(client, account):
    response = enter(client, remember_username="y")

    assert cookie(client, "sac_usuario") == "frivera"
    assert cookie(client, "sac_clave") is None
    client.submit("/salida", page="/requerimientos")
    assert 'value="frivera"' in client.get("/ingreso").text
    set_cookie = next(c for c in response.headers.getlist("Set-Cookie") if "sac_usuario" in c)
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie


def test_the_password_cookie_holds_no_password(client, account):
    response = enter(client, **BOTH)

    value = cookie(client, "sac_clave")
    token = db.session.query(RememberToken).one()
    assert PASSWORD not in value
    assert PASSWORD not in str(response.headers)
    assert value.startswith(token.selector)
    assert value.partition(".")[2] not in (token.secret_hash, token.previous_hash)


@pytest.mark.settings(base_url="https://localhost")
@pytest.mark.on("sqlite")
def test_over_https_the_cookies_are_bound_to_the_host(app, account):
    client = app.test_client()
    base = {"base_url": "https://localhost"}
    page = client.get("/ingreso", **base)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    response = client.post(
        "/ingreso",
        data={"username": "frivera", "password": PASSWORD, "csrf_token": token} | BOTH,
        headers={"Referer": "https://localhost/ingreso"},
        **base,
    )

    written = response.headers.getlist("Set-Cookie")
    names = {name for line in written for name in list(parse_cookie(line))[:1]}
    assert names == {"__Host-sac", "__Host-sac_usuario", "__Host-sac_clave"}
    assert all("Secure" in line and "HttpOnly" in line and "Domain" not in line for line in written)


def test_both_cookies_are_deleted_each_by_its_own_control(client, account):
    enter(client, **BOTH)
    stolen = cookie(client, "sac_clave")

    response = client.submit("/ingreso/olvidar-usuario", page="/ingreso")
    assert response.location == "/ingreso"
    assert cookie(client, "sac_usuario") is None
    assert cookie(client, "sac_clave") == stolen

    client.submit("/ingreso/olvidar-contrasena", page="/ingreso")
    assert cookie(client, "sac_clave") is None
    assert "ya no recuerda su contraseña" in words(client.get("/ingreso"))
    client.submit("/salida", page="/requerimientos")

    page = client.get("/ingreso")
    assert NOTICE not in words(page)
    assert "frivera" not in page.text
    thief = client.application.test_client()
    thief.set_cookie("sac_clave", stolen)
    assert NOTICE not in words(thief.get("/ingreso"))


def test_deleting_cookies_that_are_not_there_does_no_harm(client, entity):
    for path in ("/ingreso/olvidar-usuario", "/ingreso/olvidar-contrasena"):
        response = client.submit(path, page="/ingreso")
        assert response.status_code == 303

    assert "no recordaba ninguna contraseña" in words(client.get("/ingreso"))


def test_unticking_a_box_forgets_what_was_remembered(client, account):
    enter(client, **BOTH)

    client.submit(
        "/ingreso",
        {
            "username": "frivera",
            "password": PASSWORD,
            "remember_username": [],
            "remember_password": [],
        },
    )

    assert cookie(client, "sac_usuario") is None
    assert cookie(client, "sac_clave") is None
    assert db.session.query(RememberToken).filter_by(revoked_at=None).count() == 0


def test_whoever_opens_it_signed_in_sees_whose_session_it_is(client, account):
    enter(client)

    page = client.get("/ingreso?next=/mis-datos")
    assert f"{NOTICE} Es la sesión de FRANCISCO RIVERA (frivera)." in words(page)

    response = client.submit("/ingreso/continuar", page="/ingreso?next=/mis-datos")
    assert response.location == "/mis-datos"


def test_whoever_comes_back_remembered_is_asked_before_anything_opens(client, account):
    enter(client, **BOTH)
    before = cookie(client, "sac_clave")
    client.delete_cookie("sac")

    assert client.get("/requerimientos").location == "/ingreso?next=/requerimientos"
    page = client.get("/ingreso?next=/requerimientos")
    assert "FRANCISCO RIVERA (frivera)" in words(page)
    assert not is_inside(client)

    response = client.submit("/ingreso/continuar", page="/ingreso?next=/requerimientos")
    assert response.location == "/requerimientos"
    assert is_inside(client)
    assert cookie(client, "sac_clave") not in (None, before)


def test_continuing_goes_nowhere_else(client, account):
    enter(client, **BOTH)
    client.delete_cookie("sac")

    response = client.submit("/ingreso/continuar", {"next": "//evil.example"}, page="/ingreso")

    assert response.location == "/requerimientos"


def test_whoever_comes_back_may_enter_as_somebody_else(client, entity, account):
    other = add_citizen(entity, username="otra", document_number="1001")
    enter(client, **BOTH)

    client.submit("/ingreso", {"username": "otra", "password": PASSWORD})

    live = db.session.query(LoginSession).filter_by(ended_at=None).one()
    assert live.account_id == other.id


def test_a_remembered_session_asks_for_the_password_before_personal_data(client, account):
    enter(client, **BOTH)
    client.delete_cookie("sac")
    client.submit("/ingreso/continuar", page="/ingreso")
    before = db.session.query(LoginSession).filter_by(ended_at=None, password_at=None).one()
    old_hash = before.token_hash

    asked = client.get("/mis-datos")
    assert asked.location == "/ingreso/confirmar?next=/mis-datos"
    wrong = client.submit("/ingreso/confirmar", {"password": "no"}, page=asked.location)
    assert wrong.status_code == 422
    assert client.get("/mis-datos").status_code == 302

    right = client.submit("/ingreso/confirmar", {"password": PASSWORD}, page=asked.location)
    assert right.location == "/mis-datos"
    assert client.get("/mis-datos").status_code == 200
    assert db.session.get_one(LoginSession, before.id).token_hash != old_hash


def test_a_copied_password_cookie_ends_both_sessions(app, account):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False) as time:
        owner, thief = app.test_client(), app.test_client()
        enter(owner, **BOTH)
        thief.set_cookie("sac_clave", cookie(owner, "sac_clave"))
        thief.submit("/ingreso/continuar", page="/ingreso")
        assert is_inside(thief)

        time.shift(timedelta(minutes=10))
        owner.delete_cookie("sac")
        page = owner.get("/ingreso")
        response = owner.post("/ingreso/continuar", data={"csrf_token": owner.csrf()})

        assert NOTICE not in words(page)
        assert response.location == "/ingreso"
        assert "ya no sirve" in words(owner.get("/ingreso"))
        assert not is_inside(thief)


@pytest.mark.parametrize(
    "value", ["", "x", "a" * 20 + "." + "b" * 43, "frivera", '"\\000.x"', "a" * 4000, "ñ.ñ", "'--"]
)
def test_a_password_cookie_that_we_did_not_write_opens_nothing(client, account, value):
    client.get("/ingreso", headers={"Cookie": f"sac_clave={value}"})
    response = client.get("/ingreso", headers={"Cookie": f"sac_clave={value}; sac_usuario={value}"})

    assert response.status_code == 200
    assert NOTICE not in words(response)


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "not the password"},
        {"username": "nobody"},
        {"username": "\0frivera\u202ex"},
        {"username": "' OR 1=1 --"},
        {"password": "x" * 100_000},
        {"username": "f" * 5000},
        {"username": "<script>alert(1)</script>"},
    ],
)
def test_a_wrong_pair_is_refused_with_the_same_words(client, account, fields):
    page = enter(client, **fields)

    assert page.status_code == 422
    assert "El usuario o la contraseña no son correctos." in words(page)
    assert PASSWORD not in page.text
    assert not is_inside(client)


def test_the_user_name_stays_after_a_wrong_password(client, account):
    page = enter(client, password="wrong", remember_username="y", next="/mis-datos")

    assert 'value="frivera"' in page.text
    assert 'value="/mis-datos"' in page.text
    [box] = re.findall('<input[^>]*name="remember_username"[^>]*>', page.text)
    assert " checked" in box


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"username": ""}, "Escriba su usuario."), ({"password": ""}, "Escriba su contraseña.")],
)
@pytest.mark.on("sqlite")
def test_what_is_missing_is_asked_for(client, account, fields, sentence):
    page = enter(client, **fields)

    assert page.status_code == 422
    assert sentence in words(page)


def test_too_many_tries_wait_in_words(client, account):
    for _ in range(attempts.LOGIN.count):
        enter(client, password="wrong")

    page = enter(client)

    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 61
    assert "Hubo muchos intentos con este usuario. Espere" in words(page)
    assert 'value="frivera"' in page.text


def test_the_count_of_tries_outlives_a_restart(app, settings, account):
    for _ in range(attempts.LOGIN.count):
        enter(app.test_client(), password="wrong")

    restarted = create_app(settings)
    restarted.test_client_class = PageClient
    page = enter(restarted.test_client())

    assert page.status_code == 429
    with restarted.app_context():
        close_connections()


def test_a_throttled_name_leaves_its_owner_inside(app, account):
    owner, stranger = app.test_client(), app.test_client()
    enter(owner)
    for _ in range(attempts.LOGIN.count + 1):
        enter(stranger, password="wrong")

    assert is_inside(owner)


def test_entering_begins_a_new_session(client, account):
    client.get("/ingreso")
    before = cookie(client, "sac")

    enter(client)
    first = db.session.query(LoginSession).one()
    enter(client)

    assert cookie(client, "sac") != before
    db.session.refresh(first)
    assert first.ended_at is not None


def test_leaving_ends_the_session_and_forgets_the_password(client, account):
    enter(client, **BOTH)
    session, remembered = cookie(client, "sac"), cookie(client, "sac_clave")

    response = client.submit("/salida", page="/requerimientos")

    assert response.location == "/ingreso"
    assert cookie(client, "sac_clave") is None
    assert cookie(client, "sac_usuario") == "frivera"
    thief = client.application.test_client()
    thief.set_cookie("sac", session)
    thief.set_cookie("sac_clave", remembered)
    assert not is_inside(thief)
    assert NOTICE not in words(thief.get("/ingreso"))


def test_leaving_twice_is_leaving(client, account):
    enter(client)
    client.submit("/salida", page="/requerimientos")

    assert client.post("/salida", data={"csrf_token": client.csrf()}).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/ingreso",
        "/ingreso/continuar",
        "/ingreso/olvidar-usuario",
        "/ingreso/olvidar-contrasena",
        "/salida",
    ],
)
@pytest.mark.on("sqlite")
def test_another_site_cannot_send_these_forms(client, account, path):
    page = client.post(path, data={"username": "frivera", "password": PASSWORD})

    assert page.status_code == (422 if path == "/ingreso" else 400)
    assert db.session.query(LoginSession).count() == 0
    assert not is_inside(client)


@pytest.mark.parametrize(
    "path",
    ["/ingreso/continuar", "/ingreso/olvidar-usuario", "/ingreso/olvidar-contrasena", "/salida"],
)
@pytest.mark.on("sqlite")
def test_what_acts_is_not_reached_by_a_link(client, account, path):
    assert client.get(path).status_code == 405


def test_an_account_that_is_closed_is_out_at_once(client, account):
    enter(client)
    with writing():
        db.session.get_one(Account, account.id).is_active = False

    assert not is_inside(client)
    assert enter(client).status_code == 422


def test_the_document_as_first_password_leads_to_completing_the_data(client, entity):
    clerk = add_staff(entity, Role.COUNTER, "mperez")
    filed = file_at_counter(clerk, by="documento")

    response = enter(client, password="79.123.456")

    assert response.location == "/completar-datos/datos"
    assert not is_inside(client)
    assert "Revise y complete sus datos" in words(client.get(response.location))
    assert enter(client.application.test_client(), password="79123456").status_code == 422
    assert filed.claim_code is None


@pytest.mark.settings(document_as_first_password=False)
def test_the_installation_may_forbid_the_document_as_password(client, entity):
    file_at_counter(add_staff(entity, Role.COUNTER, "mperez"), by="documento")

    assert enter(client, password="79123456").status_code == 422


@pytest.mark.parametrize("path", ["/ingreso", "/registro", "/completar-datos", "/recuperar"])
@pytest.mark.on("sqlite")
def test_everyone_can_use_the_pages_of_access(entity, browser_page, path):
    browser_page.goto(path)
    assert_good(browser_page)

    browser_page.locator("main button.govuk-button:visible").last.click()
    expect(browser_page.get_by_role("alert")).to_be_focused()
    assert_good(browser_page)


@pytest.mark.on("sqlite")
def test_enter_in_a_field_means_aceptar_and_not_borrar(account, no_js_page):
    no_js_page.goto("/ingreso")
    no_js_page.get_by_label("Usuario", exact=True).fill("frivera")
    no_js_page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    no_js_page.get_by_label("Recordar contraseña").check()
    no_js_page.get_by_label("Contraseña", exact=True).press("Enter")
    no_js_page.wait_for_url("**/requerimientos")

    no_js_page.goto("/ingreso")
    assert_good(no_js_page)
    no_js_page.get_by_role("button", name="Borrar cookie de contraseña").click()
    expect(no_js_page.get_by_text("ya no recuerda su contraseña")).to_be_visible()
    names = {cookie["name"] for cookie in no_js_page.context.cookies()}
    assert "sac_clave" not in names
