"""Completar datos: from the receipt of the counter to one's own account (S5, S6)."""

from datetime import timedelta

import pytest
import time_machine

from app import clock
from app.domain.roles import Role
from app.extensions import db
from app.models import Account
from app.services import attempts, claims
from app.services.tokens import Signer
from tests.support.client import PASSWORD, words
from tests.support.people import FRANCISCO, add_citizen, add_entity, add_staff, file_at_counter
from tests.support.product import SECRET_KEY

CHOSEN = {"password": PASSWORD, "password_confirm": PASSWORD, "accept_data_policy": "y"}


@pytest.fixture
def entity(app):
    return add_entity().id


@pytest.fixture
def clerk(entity):
    return add_staff(entity, Role.COUNTER, "mperez")


@pytest.fixture
def filed(clerk):
    return file_at_counter(clerk, email="", address="", municipality="")


def show_receipt(client, filed, **changes):
    receipt = {
        "radicado": filed.radicado,
        "document_number": FRANCISCO["document_number"],
        "claim_code": filed.claim_code,
    }
    return client.submit("/completar-datos", receipt | changes)


def fill_in(client, **changes):
    return client.submit(
        "/completar-datos/datos",
        {"municipality": "25754", "address": "Calle 13"} | CHOSEN | changes,
    )


def test_the_receipt_leads_to_the_same_requerimiento(client, filed):
    shown = show_receipt(client, filed)
    assert shown.location == "/completar-datos/datos"
    page = client.get("/completar-datos/datos")
    for known in ("Francisco", "Rivera", "79123456", "frivera"):
        assert f'value="{known}"' in page.text

    done = fill_in(client)

    assert done.location == f"/requerimientos/{filed.radicado}"
    assert "Su usuario es frivera" in words(client.get(done.location))
    assert "No llegó el pago." in words(client.get(done.location))
    other = client.application.test_client()
    assert other.login("frivera", CHOSEN["password"]).location == "/requerimientos"


def test_the_requerimiento_of_the_receipt_is_shown_even_if_it_is_not_the_last(client, clerk):
    first = file_at_counter(clerk)
    second = file_at_counter(clerk, citizen_id=first.citizen_id)
    assert second.claim_code is None

    show_receipt(client, first)

    assert fill_in(client).location == f"/requerimientos/{first.radicado}"


@pytest.mark.parametrize(
    "changes",
    [
        {"radicado": "SOA2026ER999999"},
        {"radicado": "<script>"},
        {"document_number": "1"},
        {"claim_code": "K7MP-4TQX-9RWD"},
        {"claim_code": "\0\0"},
    ],
)
def test_a_receipt_that_does_not_match_is_refused_with_the_same_words(client, filed, changes):
    page = show_receipt(client, filed, **changes)

    assert page.status_code == 422
    assert "Esos tres datos no coinciden" in words(page) or "Escriba el código" in words(page)
    assert client.get("/completar-datos/datos").location == "/completar-datos"


@pytest.mark.on("sqlite")
def test_what_is_missing_on_the_receipt_is_asked_for(client, filed):
    page = show_receipt(client, filed, radicado="", document_number="", claim_code="x" * 61)

    assert page.status_code == 422
    for sentence in (
        "Escriba el número de radicado.",
        "Escriba su número de documento.",
        "Escriba 60 caracteres o menos.",
    ):
        assert sentence in words(page)


def test_guessing_codes_has_to_wait(client, filed):
    for _ in range(attempts.CLAIM.count):
        show_receipt(client, filed, claim_code="K7MP-4TQX-9RWD")

    page = show_receipt(client, filed)

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Espere" in words(page)
    assert f'value="{filed.radicado}"' in page.text


def test_nobody_fills_in_data_without_the_receipt(client, filed):
    assert client.get("/completar-datos/datos").location == "/completar-datos"
    response = client.post("/completar-datos/datos", data=CHOSEN | {"csrf_token": client.csrf()})

    assert response.location == "/completar-datos"
    assert not db.session.get_one(Account, filed.citizen_id).is_complete


def test_the_receipt_must_be_shown_again_after_an_hour(client, filed):
    with time_machine.travel(clock.now(), tick=False) as time:
        show_receipt(client, filed)
        time.shift(timedelta(minutes=61))

        assert client.get("/completar-datos/datos").location == "/completar-datos"


def test_a_mistake_keeps_what_was_typed_and_spends_nothing(client, filed, entity):
    add_citizen(entity, username="taken", document_number="1001")
    show_receipt(client, filed)

    page = fill_in(client, username="taken", address="Carrera 7")

    assert page.status_code == 422
    assert "El usuario «taken» ya está en uso." in words(page)
    assert 'value="Carrera 7"' in page.text
    assert fill_in(client).status_code == 303


@pytest.mark.on("sqlite")
def test_the_notice_and_a_password_are_needed(client, filed):
    show_receipt(client, filed)

    page = fill_in(client, accept_data_policy=[], password="", password_confirm="")

    assert page.status_code == 422
    assert "marque la casilla" in words(page)
    assert "Escriba una contraseña de 8 caracteres o más." in words(page)


def test_pressing_the_button_twice_leads_to_the_same_place(client, filed):
    show_receipt(client, filed)
    before = client.get_cookie("sac").value
    fill_in(client)

    client.set_cookie("sac", before)
    token = client.get("/completar-datos").text.partition('name="csrf_token" value="')[2]
    again = client.post(
        "/completar-datos/datos",
        data=FRANCISCO | CHOSEN | {"username": "frivera", "csrf_token": token.partition('"')[0]},
    )

    assert again.location == f"/requerimientos/{filed.radicado}"


def test_a_code_that_somebody_else_used_first_gets_a_clear_word(app, filed):
    first, second = app.test_client(), app.test_client()
    show_receipt(first, filed)
    show_receipt(second, filed)
    token = second.csrf("/completar-datos/datos")
    fill_in(first)

    page = second.post(
        "/completar-datos/datos",
        data=FRANCISCO
        | CHOSEN
        | {"password": "otra clave larga", "password_confirm": "otra clave larga"}
        | {"csrf_token": token},
    )

    assert page.status_code == 409
    assert "Este código ya se usó" in words(page)
    assert app.test_client().login("frivera", CHOSEN["password"])


def test_a_new_code_lets_who_lost_access_in_again(client, filed, clerk):
    show_receipt(client, filed)
    fill_in(client)
    code = claims.issue(
        filed.citizen_id, clerk=clerk, reason="Cédula", signer=Signer(SECRET_KEY), now=clock.now()
    )
    other = client.application.test_client()

    show_receipt(other, filed, claim_code=code)
    fill_in(other, password="otra clave larga", password_confirm="otra clave larga")

    assert client.get("/requerimientos").status_code == 302
    assert other.get("/requerimientos").status_code == 200


def test_the_document_as_first_password_ends_at_the_requerimiento(client, clerk):
    filed = file_at_counter(clerk, by="documento")
    client.login("frivera", password="79123456")

    assert fill_in(client).location == f"/requerimientos/{filed.radicado}"


# What must not be lost


def test_a_session_lost_while_typing_loses_nothing(client, filed):
    show_receipt(client, filed)
    grant = hidden_grant(client)
    client.delete_cookie("sac")
    typed = FRANCISCO | CHOSEN | {"address": "Carrera 7", "grant": grant}

    page = client.post("/completar-datos/datos", data=typed)

    assert page.status_code == 422
    assert 'value="Carrera 7"' in page.text
    assert PASSWORD not in page.text
    assert fill_in(client, address="Carrera 7").location == f"/requerimientos/{filed.radicado}"


def test_what_took_longer_than_an_hour_waits_for_the_receipt(client, filed):
    with time_machine.travel(clock.now(), tick=False) as time:
        show_receipt(client, filed)
        token = client.csrf("/completar-datos/datos")
        time.shift(timedelta(minutes=61))
        late = client.post(
            "/completar-datos/datos",
            data=FRANCISCO | CHOSEN | {"address": "Carrera 7", "csrf_token": token},
        )

        assert late.location == "/completar-datos"
        assert "Guardamos lo que escribió." in words(client.get(late.location))
        show_receipt(client, filed)
        page = client.get("/completar-datos/datos")
        assert 'value="Carrera 7"' in page.text
        assert PASSWORD not in page.text
        assert client.submit("/completar-datos/datos", CHOSEN).status_code == 303


def test_a_grant_that_is_not_ours_opens_nothing(client, filed):
    forged = client.application.extensions["signer"].sign("submission", [1, filed.radicado, ""])

    page = client.post(
        "/completar-datos/datos", data=FRANCISCO | CHOSEN | {"grant": forged, "csrf_token": "x"}
    )

    assert page.location == "/completar-datos"
    assert not db.session.get_one(Account, filed.citizen_id).is_complete


def hidden_grant(client):
    page = client.get("/completar-datos/datos").text
    return page.partition('name="grant" value="')[2].partition('"')[0]


# The document as first password


def test_who_enters_with_the_document_is_told_that_it_was_the_only_time(client, clerk):
    file_at_counter(clerk, by="documento")
    client.login("frivera", password="79123456")

    said = words(client.get("/completar-datos/datos"))

    assert "sirve una sola vez: desde ahora ya no abre la cuenta" in said
    assert "pida un código nuevo en la ventanilla" in said


def test_the_document_typed_again_is_explained_to_whoever_types_one(client, clerk):
    file_at_counter(clerk, by="documento")
    client.login("frivera", password="79123456")
    visitor = client.application.test_client()

    pages = [
        visitor.submit("/ingreso", {"username": name, "password": "79.123.456"})
        for name in ("frivera", "nadie")
    ]

    for page in pages:
        assert "sirve una sola vez y por pocos días" in words(page)
    other = visitor.submit("/ingreso", {"username": "frivera", "password": "otra cosa"})
    assert "una sola vez" not in words(other)
