"""One's own account: data, password, devices, notices (S15, S11, T3)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from app import clock
from app.domain.calendar import OFFICE
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Account, Draft, LoginSession, RememberToken
from app.services import accounts, attempts, sessions
from app.services.tokens import RECOVERY, STOP_NOTICES
from tests.support.browser import assert_good
from tests.support.client import PASSWORD, words
from tests.support.people import SCHOOL, add_citizen, add_entity, add_staff

NEW = "otra clave bien larga"
CHANGE = {"current_password": PASSWORD, "password": NEW, "password_confirm": NEW}


@pytest.fixture
def entity(app):
    return add_entity().id


@pytest.fixture
def account(entity):
    return add_citizen(entity, notify_by_email=True)


@pytest.fixture
def inside(client, account):
    client.login(account)
    return client


def test_the_registration_data_are_there_to_be_changed(inside, account):
    page = inside.get("/mis-datos")
    for value in ("79123456", "Francisco", "Rivera", "francisco@example.com", "Calle 13 # 7-50"):
        assert f'value="{value}"' in page.text
    assert 'value="25754" selected' in page.text

    response = inside.submit(
        "/mis-datos", {"address": "Carrera 7", "municipality": "11001", "notify_by_email": []}
    )

    assert response.location == "/mis-datos"
    page = inside.get("/mis-datos")
    assert "Sus datos quedaron actualizados." in words(page)
    assert "Dirección Calle 13 # 7-50 Carrera 7" in words(page)
    assert "Avisos por correo Sí No" in words(page)
    assert "Soacha (Cundinamarca) Bogotá" in words(page)
    db.session.refresh(account)
    assert (account.address, account.notify_by_email) == ("Carrera 7", False)


def test_a_mistake_keeps_what_was_typed_and_changes_nothing(inside, account):
    page = inside.submit("/mis-datos", {"email": "no es", "address": "Carrera 7"})

    assert page.status_code == 422
    assert 'value="no es"' in page.text
    assert 'value="Carrera 7"' in page.text
    db.session.refresh(account)
    assert account.address == "Calle 13 # 7-50"


def test_the_document_of_another_person_is_refused(inside, entity):
    add_citizen(entity, document_number="1001")

    page = inside.submit("/mis-datos", {"document_number": "1.001"})

    assert page.status_code == 422
    assert "Ya hay una cuenta con ese documento." in words(page)


def test_data_nobody_asked_for_change_nothing(inside, account):
    token = inside.csrf("/mis-datos")
    stranger = {"role": "administrador", "entity_id": "1", "username": "root", "is_active": ""}

    inside.post(
        "/mis-datos",
        data=SCHOOL | {"document_number": "8999990017"} | stranger | {"csrf_token": token},
    )

    db.session.refresh(account)
    assert account.legal_name == "Colegio La Esperanza S. A. S."
    assert (account.role, account.username, account.is_active) == (None, "frivera", True)


def test_the_page_of_another_is_never_shown(app, inside, entity):
    other = app.test_client()
    other.login(add_citizen(entity, document_number="1001", first_names="Otra"))

    assert "79123456" not in other.get("/mis-datos").text


def test_after_half_an_hour_the_password_is_asked_without_losing_what_was_typed(app, account):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False) as time:
        client = app.test_client()
        client.login(account)
        token = client.csrf("/mis-datos")
        typed = {
            "person_kind": "natural",
            "document_type": "CC",
            "document_number": "79123456",
            "first_names": "Francisco",
            "surnames": "Rivera",
            "municipality": "25754",
            "address": "Carrera 7",
        }
        time.shift(timedelta(minutes=31))

        asked = client.post("/mis-datos", data=typed | {"csrf_token": token})
        assert asked.status_code == 422
        assert 'value="Carrera 7"' in asked.text
        assert "Para guardar los cambios, escriba su contraseña." in words(asked)
        assert db.session.get_one(Account, account.id).address == "Calle 13 # 7-50"

        wrong = client.post(
            "/mis-datos", data=typed | {"csrf_token": token, "current_password": "no"}
        )
        assert wrong.status_code == 422
        right = client.post(
            "/mis-datos", data=typed | {"csrf_token": token, "current_password": PASSWORD}
        )
        assert right.location == "/mis-datos"
        assert db.session.get_one(Account, account.id).address == "Carrera 7"


def test_changing_the_password_closes_everything_else(app, client, account):
    both = {"username": "frivera", "password": PASSWORD, "remember_password": "y"}
    other = app.test_client()
    for one in (other, client):
        one.submit("/ingreso", both)
    before = client.get_cookie("sac").value

    response = client.submit("/mis-datos/contrasena", CHANGE)

    assert response.location == "/mis-datos/sesiones"
    assert client.get("/requerimientos").status_code == 200
    assert client.get_cookie("sac").value != before
    assert client.get_cookie("sac_clave") is None
    assert other.get("/requerimientos").status_code == 302
    assert "Usted ha iniciado" not in words(other.get("/ingreso"))
    assert db.session.query(RememberToken).filter_by(revoked_at=None).count() == 0
    assert app.test_client().login("frivera", NEW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"current_password": "no es"}, "La contraseña actual no es correcta."),
        ({"current_password": ""}, "Escriba su contraseña actual."),
        ({"password": "", "password_confirm": ""}, "Escriba una contraseña nueva."),
        ({"password": "corta", "password_confirm": "corta"}, "8 caracteres o más"),
        ({"password_confirm": "otra"}, "no son iguales"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(app, inside, changes, sentence):
    page = inside.submit("/mis-datos/contrasena", CHANGE | changes)

    assert page.status_code == 422
    assert sentence in words(page)
    assert NEW not in page.text
    assert app.test_client().login("frivera", PASSWORD)


def test_guessing_the_current_password_has_to_wait(inside):
    for _ in range(attempts.LOGIN.count):
        inside.submit("/mis-datos/contrasena", CHANGE | {"current_password": "no es"})

    page = inside.submit("/mis-datos/contrasena", CHANGE)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_the_devices_are_listed_and_the_others_closed(app, account):
    here = app.test_client()
    here.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    phone = app.test_client()
    phone.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    )
    phone.submit(
        "/ingreso", {"username": "frivera", "password": PASSWORD, "remember_password": "y"}
    )
    here.login("frivera", PASSWORD)

    page = here.get("/mis-datos/sesiones")
    assert "Firefox en Linux (este equipo)" in words(page)
    assert words(page).count("Chrome en Android") == 2
    response = here.submit("/mis-datos/sesiones")

    assert response.location == "/mis-datos/sesiones"
    assert "Chrome en Android" not in words(here.get("/mis-datos/sesiones"))
    assert phone.get("/requerimientos").status_code == 302
    assert "Usted ha iniciado" not in words(phone.get("/ingreso"))
    assert db.session.query(LoginSession).filter_by(ended_at=None).count() == 1


@pytest.mark.on("sqlite")
def test_a_browser_that_says_nonsense_has_a_name_too(app, account):
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = "<script>alert(1)</script>"
    client.login(account)

    page = client.get("/mis-datos/sesiones")

    assert "Navegador desconocido (este equipo)" in words(page)
    assert "<script>alert" not in page.text


def test_the_staff_sees_its_account_and_not_the_form_of_a_citizen(client, entity):
    client.login(add_staff(entity, Role.OFFICIAL, "mperez"))

    assert "mperez@soacha.example" in words(client.get("/mis-datos/sesiones"))
    assert client.get("/mis-datos").location == "/gestion"
    assert client.submit("/mis-datos/contrasena", CHANGE).status_code == 303


@pytest.mark.parametrize("path", ["/mis-datos", "/mis-datos/contrasena", "/mis-datos/sesiones"])
@pytest.mark.on("sqlite")
def test_a_visitor_is_sent_to_sign_in(client, entity, path):
    assert client.get(path).location == f"/ingreso?next={path}"


def test_the_notices_are_stopped_with_one_click_from_the_mail_program(app, client, account):
    path = f"/avisos/parar/{app.extensions['signer'].sign(STOP_NOTICES, account.id)}"

    for _ in range(2):
        response = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert "Ya no recibirá avisos" in words(response)

    db.session.refresh(account)
    assert not account.notify_by_email


def test_opening_the_link_asks_first(app, client, account):
    path = f"/avisos/parar/{app.extensions['signer'].sign(STOP_NOTICES, account.id)}"

    assert "¿Quiere dejar de recibir avisos por correo?" in words(client.get(path))
    db.session.refresh(account)
    assert account.notify_by_email
    client.submit(path)
    db.session.refresh(account)
    assert not account.notify_by_email


@pytest.mark.on("sqlite")
def test_a_link_that_is_not_ours_stops_nothing(app, client, account):
    signer = app.extensions["signer"]
    links = ["1", "x.y.z", signer.sign(RECOVERY, account.id), signer.sign(STOP_NOTICES, "1")]

    for link in links:
        assert client.post(f"/avisos/parar/{link}").status_code == 404

    db.session.refresh(account)
    assert account.notify_by_email


@pytest.mark.on("sqlite")
def test_everyone_can_use_the_pages_of_the_account(app, account, browser_page):
    link = f"/avisos/parar/{app.extensions['signer'].sign(STOP_NOTICES, account.id)}"
    browser_page.goto("/ingreso")
    browser_page.get_by_label("Usuario", exact=True).fill("frivera")
    browser_page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    browser_page.get_by_label("Recordar contraseña").check()
    browser_page.get_by_role("button", name="Aceptar").click()
    browser_page.wait_for_url("**/requerimientos")

    for path in ("/mis-datos", "/mis-datos/contrasena", "/mis-datos/sesiones", "/ingreso", link):
        browser_page.goto(path)
        assert_good(browser_page)


# What must not be lost


TYPED = {
    "person_kind": "natural",
    "document_type": "CC",
    "document_number": "79123456",
    "first_names": "Francisco",
    "surnames": "Rivera",
    "municipality": "25754",
    "address": "Carrera 7",
}


def test_typing_the_password_too_often_keeps_what_was_typed(app, account):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False) as time:
        client = app.test_client()
        client.login(account)
        token = client.csrf("/mis-datos")
        time.shift(timedelta(minutes=31))
        form = TYPED | {"csrf_token": token, "current_password": "no es"}
        for _ in range(attempts.LOGIN.count):
            client.post("/mis-datos", data=form)

        page = client.post("/mis-datos", data=form)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Espere" in words(page)
    assert 'value="Carrera 7"' in page.text
    assert 'name="current_password"' in page.text


def test_data_typed_after_the_session_ended_are_there_after_entering(app, client, account):
    client.login(account)
    page = client.get("/mis-datos").text
    submission = page.partition('name="submission" value="')[2].partition('"')[0]
    client.delete_cookie("sac")

    sent = client.post(
        "/mis-datos", data=TYPED | {"submission": submission, "current_password": PASSWORD}
    )

    assert sent.location == "/ingreso?next=/mis-datos"
    assert "Guardamos lo que escribió: ingrese" in words(client.get(sent.location))
    assert PASSWORD not in db.session.query(Draft).one().fields
    client.login(account)
    page = client.get("/mis-datos")
    assert "Lo que escribió no se había guardado" in words(page)
    assert 'value="Carrera 7"' in page.text
    assert client.submit("/mis-datos").status_code == 303
    assert db.session.get_one(Account, account.id).address == "Carrera 7"
    assert "no se había guardado" not in words(client.get("/mis-datos"))


def test_when_the_database_is_away_no_password_comes_back_in_the_page(inside, monkeypatch):
    token = inside.csrf("/mis-datos")
    page = inside.get("/mis-datos").text
    submission = page.partition('name="submission" value="')[2].partition('"')[0]
    form = TYPED | {"submission": submission, "csrf_token": token, "current_password": PASSWORD}

    def away(*_args, **_named):
        raise OperationalError("select", {}, Exception("away"))

    with monkeypatch.context() as broken:
        broken.setattr(sessions, "find", away)
        page = inside.post("/mis-datos", data=form)

    assert page.status_code == 503
    assert 'value="Carrera 7"' in page.text
    assert PASSWORD not in page.text
    assert "<textarea" not in page.text


def test_a_document_seen_at_the_counter_is_shown_and_stays(inside, account, entity):
    clerk = add_staff(entity, Role.COUNTER, "mperez")
    with writing():
        accounts.verify_document(account, clerk=clerk, now=clock.now())

    page = inside.get("/mis-datos")
    assert "CC 79.123.456. Se verificó en ventanilla. Para cambiarlo, acérquese" in words(page)
    assert 'name="document_number"' not in page.text
    done = inside.post(
        "/mis-datos",
        data=TYPED | {"document_number": "1001", "csrf_token": inside.csrf("/mis-datos")},
    )

    assert done.status_code == 303
    kept = db.session.get_one(Account, account.id)
    assert (kept.document_number, kept.address) == ("79123456", "Carrera 7")
