"""The family of error pages: what happened, that nothing was lost when that is true, what to do."""

import errno
import logging
import re

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    RequestedRangeNotSatisfiable,
    RequestTimeout,
)

from app.services import cases, casework, entities, sessions
from app.uploads import MAX_PLAIN_FORM
from tests.support.client import words
from tests.support.office import House, answered_case, file_case, open_house
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")

AWAY = OperationalError("SELECT", {}, Exception("database is locked"))


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(app, house, client):
    """A citizen who has entered with `client`."""
    account = add_citizen(house.entity.id)
    client.login(account)
    return account


def failing(error: BaseException):
    def fail(*_, **__):
        raise error

    return fail


def assert_of_the_family(page, status: int, title: str) -> None:
    """What each of them must be, whatever happened."""
    text = words(page)
    assert page.status_code == status
    assert re.search(f"<h1[^>]*>\\s*{title}", page.text), text[:300]
    assert f"<title>{title}" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Request-ID"]
    for secret in ("Traceback", "sqlalchemy", "Werkzeug", "Exception", "site-packages", "SELECT"):
        assert secret.lower() not in page.text.lower()
    assert "¡" not in text


# 400


def test_a_form_without_its_token_changes_nothing_and_says_so(client, house, citizen):
    page = client.post("/mis-datos/sesiones")

    assert_of_the_family(page, 400, "La página llevaba mucho tiempo abierta")
    assert "nada cambió" in words(page)
    assert "actualícela y envíe de nuevo" in words(page)


def test_the_token_of_another_visitor_is_no_token(app, client, citizen):
    stolen = app.test_client().csrf("/ingreso")

    page = client.post("/mis-datos/sesiones", data={"csrf_token": stolen})

    assert_of_the_family(page, 400, "La página llevaba mucho tiempo abierta")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"garbage"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
        ("multipart/form-data; boundary=x", b"\xff" * 5000),
        ("application/x-www-form-urlencoded", b"%ff%00=%&&&=\xff"),
        ("application/json", b"{"),
    ],
)
def test_garbage_instead_of_a_form_is_refused_in_words(client, house, content_type, body):
    page = client.post("/ingreso", data=body, content_type=content_type)

    assert page.status_code == 422
    assert "Escriba su usuario." in words(page)


@pytest.mark.parametrize("sent", [[1], {"username": {"a": [1]}, "password": 7}, "x"])
def test_a_form_is_never_read_from_json(client, house, sent):
    token = client.csrf("/ingreso")

    page = client.post("/ingreso", json=sent, headers={"X-CSRFToken": token})

    assert page.status_code == 422
    assert "Escriba su usuario." in words(page)


def test_another_name_of_the_host_gets_no_address_of_ours(client, house):
    page = client.get("/ingreso", headers={"Host": "attacker.example"})

    assert page.status_code == 400
    assert page.mimetype == "text/plain"
    assert "attacker.example" not in page.text


@pytest.mark.parametrize(
    ("refusal", "status", "title"),
    [
        (BadRequest("the secret"), 400, "No pudimos leer lo que envió"),
        (Forbidden("the secret"), 403, "No puede abrir esta página"),
        (RequestTimeout("the secret"), 408, "La conexión se cortó"),
        (RequestedRangeNotSatisfiable(9), 416, "No pudimos enviar esa parte del archivo"),
    ],
)
def test_what_the_server_refuses_is_said_in_our_words(
    client, citizen, monkeypatch, refusal: HTTPException, status, title
):
    monkeypatch.setattr(cases, "of_citizen", failing(refusal))

    page = client.get("/requerimientos")

    assert_of_the_family(page, status, title)
    assert "the secret" not in page.text
    assert "Ir al inicio" in words(page)


# 404 and 405


@pytest.mark.parametrize(
    "path",
    ["/no-existe", "/requerimientos/SOA2026ER999999", "/requerimientos/%3Cscript%3E", "/gestion"],
)
def test_what_is_not_there_or_not_yours_is_the_same(client, citizen, path):
    page = client.get(path)

    assert_of_the_family(page, 404, "No encontramos esa página")
    assert "Ir al inicio" in words(page)


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/%ff%fe",
        "/%F0%9F%92%A3",
        "/'%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/" + "x" * 9000,
    ],
)
def test_a_hostile_address_is_never_written_back(client, house, path):
    page = client.get(path)

    assert_of_the_family(page, 404, "No encontramos esa página")
    assert "alert(1)" not in page.text
    assert "xxxx" not in page.text


def test_the_page_of_an_action_cannot_be_opened_by_a_link(client, house):
    page = client.get("/salida")

    assert_of_the_family(page, 405, "No encontramos esa página")
    assert set(page.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_a_session_cookie_that_we_did_not_write_is_a_visitors(client, house):
    for value in ("x", "." * 4000, "eyJzaWQiOiAxfQ.aaaa.bbbb", "\x7f"):
        client.set_cookie("sac", value)

        assert client.get("/").status_code == 200
        assert client.get("/requerimientos").location == "/ingreso?next=/requerimientos"


# 409


def test_an_action_that_the_state_does_not_admit_is_said_with_its_reason(app, house):
    coordinator = app.test_client()
    coordinator.login(house.coordinator)
    radicado = answered_case(house, add_citizen(house.entity.id))
    token = coordinator.csrf("/gestion")

    page = coordinator.post(f"/gestion/{radicado}/tramitar", data={"csrf_token": token})

    assert_of_the_family(page, 409, "No se puede hacer ahora")
    assert "«Respondido»" in words(page)
    assert "Nada cambió" in words(page)


@pytest.mark.parametrize(
    "error",
    [StaleDataError("version"), IntegrityError("INSERT", {}, Exception("UNIQUE"))],
    ids=["stale", "unique"],
)
def test_two_changes_at_once_leave_one_and_tell_the_other(app, house, monkeypatch, error):
    official = app.test_client()
    official.login(house.official)
    radicado = file_case(house, add_citizen(house.entity.id))
    token = official.csrf("/gestion")
    monkeypatch.setattr(casework, "start", failing(error))

    page = official.post(f"/gestion/{radicado}/tramitar", data={"csrf_token": token})

    assert_of_the_family(page, 409, "Alguien más lo cambió al mismo tiempo")
    assert "no se guardó" in words(page)


# 413


@pytest.mark.settings(max_request_mb=1)
def test_a_sending_over_the_limit_says_the_limit(client, house):
    page = client.post("/ingreso", data={"username": "x" * (1024 * 1024 + 1)})

    assert_of_the_family(page, 413, "Lo que envió es muy grande")
    assert "hasta 1 MB" in words(page)
    assert "lo que escribió sigue allí" in words(page)


def test_a_form_of_words_that_is_too_long_says_that_it_is_the_text(client, house):
    """Without files a form is read whole into memory, so it may be no longer than this."""
    page = client.post("/ingreso", data={"username": "x" * MAX_PLAIN_FORM})

    assert_of_the_family(page, 413, "El texto que envió es muy largo")
    assert "20.000 caracteres" in words(page)


# 429


def test_too_many_sendings_from_one_address_wait_in_words(client, house):
    token = client.csrf("/recuperar")
    pages = [client.post("/recuperar", data={"csrf_token": token}) for _ in range(31)]

    assert {page.status_code for page in pages[:30]} == {422}
    assert_of_the_family(pages[30], 429, "Hizo muchos intentos")
    assert 0 < int(pages[30].headers["Retry-After"]) <= 60
    assert re.search("Espere (1 minuto|[1-9][0-9]? segundos?)\\.", words(pages[30]))
    assert client.get("/recuperar").status_code == 200


# 500


def test_a_fault_of_ours_is_told_without_a_word_of_its_insides(
    client, citizen, monkeypatch, caplog
):
    monkeypatch.setattr(cases, "of_citizen", failing(ZeroDivisionError("the secret of the house")))

    with caplog.at_level(logging.ERROR):
        page = client.get("/requerimientos")

    assert_of_the_family(page, 500, "Algo falló de nuestro lado")
    assert "the secret of the house" not in page.text
    assert page.headers["X-Request-ID"] in words(page), "the number to tell the Mesa de Ayuda"
    assert "the secret of the house" in caplog.text
    monkeypatch.undo()
    assert client.get("/requerimientos").status_code == 200


def test_a_request_id_is_taken_only_if_it_is_one(client, house):
    given = client.get("/", headers={"X-Request-ID": "0123456789abcdef"})
    hostile = client.get("/", headers={"X-Request-ID": "<script>alert(1)</script>"})

    assert given.headers["X-Request-ID"] == "0123456789abcdef"
    assert re.fullmatch("[0-9a-f]{16}", hostile.headers["X-Request-ID"])


# 503


def test_a_database_that_does_not_answer_is_said_and_passes(client, citizen, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(cases, "of_citizen", failing(AWAY))
        page = client.get("/requerimientos")

    assert_of_the_family(page, 503, "El sistema no está disponible en este momento")
    assert page.headers["Retry-After"] == "30"
    assert "Espere un minuto y vuelva a intentarlo" in words(page)
    assert "no se guardó" not in words(page), "nothing was being sent"
    assert client.get("/requerimientos").status_code == 200


def test_a_sending_that_met_no_database_says_that_it_was_not_saved(client, citizen, monkeypatch):
    token = client.csrf("/mis-datos/sesiones")
    monkeypatch.setattr(sessions, "end_all", failing(AWAY))

    page = client.post("/mis-datos/sesiones", data={"csrf_token": token})

    assert_of_the_family(page, 503, "El sistema no está disponible en este momento")
    assert "Lo que envió no se guardó" in words(page)


@pytest.mark.parametrize("path", ["/", "/ingreso", "/requerimientos", "/anexos/x"])
def test_it_is_not_taken_for_a_visitor_when_nobody_can_say_who_it_is(
    client, citizen, monkeypatch, path
):
    """Failing closed: a page asked by somebody with a session is not shown as to a stranger."""
    monkeypatch.setattr(sessions, "find", failing(AWAY))

    page = client.get(path)

    assert_of_the_family(page, 503, "El sistema no está disponible en este momento")
    assert page.headers["Retry-After"] == "30"
    assert "location" not in page.headers


def test_what_is_not_there_is_not_there_without_a_database_either(client, citizen, monkeypatch):
    monkeypatch.setattr(sessions, "find", failing(AWAY))

    page = client.get("/no-existe")

    assert_of_the_family(page, 404, "No encontramos esa página")
    assert "Ingresar" not in words(page), "nobody can say that this is a visitor"


def test_without_any_table_there_is_a_page_all_the_same(client, house, monkeypatch):
    monkeypatch.setattr(entities.Directory, "all", failing(AWAY))

    page = client.get("/ingreso")

    assert_of_the_family(page, 503, "El sistema no está disponible en este momento")


@pytest.mark.parametrize(
    ("code", "status", "title"),
    [
        (errno.ENOSPC, 503, "El sistema no está disponible en este momento"),
        (errno.EROFS, 503, "El sistema no está disponible en este momento"),
        (errno.EDQUOT, 503, "El sistema no está disponible en este momento"),
        (errno.EACCES, 500, "Algo falló de nuestro lado"),
    ],
)
def test_a_disk_that_refuses_is_away_and_any_other_refusal_is_a_fault(
    client, citizen, monkeypatch, code, status, title
):
    monkeypatch.setattr(cases, "of_citizen", failing(OSError(code, "no")))

    assert_of_the_family(client.get("/requerimientos"), status, title)
