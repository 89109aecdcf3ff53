"""Recovering the user name or the password by e-mail (S14)."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.domain.calendar import OFFICE
from app.extensions import db
from app.models import OutboxMessage, Recovery
from app.services import credentials
from app.services.tokens import RECOVERY
from app.worker import run_once
from tests.support.client import PASSWORD, words
from tests.support.mail import part
from tests.support.people import add_citizen, add_entity

NEW = "otra clave bien larga"
TWICE = {"password": NEW, "password_confirm": NEW}


@pytest.fixture
def account(app):
    return add_citizen(add_entity().id)


@pytest.fixture
def link(app, client, account):
    """The path of the link in the letter that the person asked for."""
    client.submit("/recuperar", {"username_or_email": "frivera"})
    newest = db.session.scalar(select(func.max(Recovery.id)))
    return f"/recuperar/{app.extensions['signer'].sign(RECOVERY, newest)}"


def without_token(page):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)


def test_the_page_is_the_same_whether_or_not_there_is_such_a_person(client, account):
    known = client.submit("/recuperar", {"username_or_email": "frivera"})
    unknown = client.submit("/recuperar", {"username_or_email": "nobody"})

    assert known.status_code == unknown.status_code == 200
    assert without_token(known) == without_token(unknown)
    assert [
        letter.recipient for letter in db.session.query(OutboxMessage).filter_by(letter="recovery")
    ] == ["francisco@example.com"]


@pytest.mark.parametrize("typed", ["", " ", "a" * 255])
@pytest.mark.on("sqlite")
def test_somebody_must_be_named(client, account, typed):
    assert client.submit("/recuperar", {"username_or_email": typed}).status_code == 422


@pytest.mark.parametrize("typed", ["%", "\0", "<script>", "a@b.co\r\nBcc: c@d.co", "' OR 1=1 --"])
def test_hostile_names_are_just_nobody(client, account, typed):
    page = client.submit("/recuperar", {"username_or_email": typed})

    assert page.status_code in (200, 422)
    assert db.session.query(Recovery).count() == 0


@pytest.mark.on("sqlite")
def test_one_address_asks_a_limited_number_of_times(client, account):
    for number in range(credentials.RECOVERY_REQUESTS.count):
        credentials.request_recovery(
            f"name{number}", address="127.0.0.1", entity_id=None, now=datetime.now(OFFICE)
        )

    page = client.submit("/recuperar", {"username_or_email": "frivera"})

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0


def test_the_letter_brings_a_link_to_our_own_address_whatever_the_host_said(app, account, smtp):
    visitor = app.test_client()
    token = visitor.csrf("/recuperar")
    visitor.post(
        "/recuperar",
        data={"username_or_email": "frivera", "csrf_token": token},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    run_once(app)

    letter = next(m for m in smtp.wait(2) if "/recuperar/" in part(m, "plain"))
    text = part(letter, "plain")
    assert "frivera" in text
    assert "evil.example" not in str(letter)
    address = re.search(r"http://localhost(/recuperar/\S+)", text).group(1)
    assert visitor.submit(address, TWICE).location == "/ingreso"
    assert visitor.login("frivera", NEW)


def test_the_link_shows_the_user_name_and_takes_a_new_password(client, link):
    assert "Su usuario es frivera" in words(client.get(link))

    response = client.submit(link, TWICE)

    assert response.location == "/ingreso"
    assert "Su contraseña cambió." in words(client.get("/ingreso"))
    assert client.login("frivera", NEW)


def test_reading_the_link_does_not_spend_it(client, link):
    for _ in range(3):
        assert client.get(link).status_code == 200

    assert client.submit(link, TWICE).status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": ""}, "Escriba una contraseña nueva."),
        ({"password": "corta", "password_confirm": "corta"}, "8 caracteres o más"),
        ({"password": "frivera", "password_confirm": "frivera"}, "8 caracteres o más"),
        ({"password_confirm": "otra"}, "no son iguales"),
        ({"password": "mi79123456", "password_confirm": "mi79123456"}, "número de documento"),
    ],
)
def test_a_poor_password_spends_nothing(client, link, changes, sentence):
    page = client.submit(link, TWICE | changes)

    assert page.status_code == 422
    assert sentence in words(page)
    assert client.submit(link, TWICE).status_code == 303


def test_a_spent_link_says_so(client, link):
    client.submit(link, TWICE)

    page = client.get(link)

    assert page.status_code == 410
    assert "Este enlace ya no sirve" in words(page)
    again = client.post(link, data={"password": "x", "csrf_token": client.csrf()})
    assert again.status_code == 410


@pytest.mark.parametrize("token", ["x", "1", "a.b.c", "%00", "a" * 5000])
@pytest.mark.on("sqlite")
def test_a_link_that_is_not_ours_says_the_same(client, account, token):
    assert client.get(f"/recuperar/{token}").status_code == 410


def test_a_link_ends_after_ten_minutes(app, client, account):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False) as time:
        client.submit("/recuperar", {"username_or_email": "frivera"})
        newest = db.session.scalar(select(func.max(Recovery.id)))
        link = f"/recuperar/{app.extensions['signer'].sign(RECOVERY, newest)}"
        time.shift(timedelta(minutes=10))

        assert client.get(link).status_code == 410


def test_recovering_ends_the_sessions_of_every_device(app, account):
    stolen = app.test_client()
    stolen.submit(
        "/ingreso", {"username": "frivera", "password": PASSWORD, "remember_password": "y"}
    )
    owner = app.test_client()
    owner.submit("/recuperar", {"username_or_email": "Francisco@Example.com"})
    newest = db.session.scalar(select(func.max(Recovery.id)))

    owner.submit(f"/recuperar/{app.extensions['signer'].sign(RECOVERY, newest)}", TWICE)

    assert stolen.get("/requerimientos").status_code == 302
    assert "Usted ha iniciado" not in words(stolen.get("/ingreso"))
