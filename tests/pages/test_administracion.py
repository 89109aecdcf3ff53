"""What administrators see: where the mail goes, each letter and its tries, and the installation."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.extensions import db, writing
from app.models import OutboxAttempt, OutboxMessage, OutboxStatus
from app.services import mailroom, outbox
from tests.support.client import PageClient, words
from tests.support.html import parse
from tests.support.office import House, open_house, statements

HOME = "/gestion/administracion"
PATH = f"{HOME}/correo"
FACTS = {"name": "Francisco", "username": "frivera"}


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def administrator(house, client) -> PageClient:
    client.login(house.administrator)
    return client


def post(entity_id: int | None, status: OutboxStatus = OutboxStatus.PENDING, detail: str = ""):
    """A letter in a state, with one try if there is something to say of it."""
    with writing() as session:
        outbox.post(
            letter="welcome",
            recipient="francisco.rivera@correo.example",
            context=FACTS,
            entity_id=entity_id,
            now=clock.now(),
        )
        message = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
        assert message is not None
        message.status = status
        if detail:
            session.add(
                OutboxAttempt(
                    message_id=message.id,
                    happened_at=clock.now(),
                    outcome="rechazado",
                    detail=detail,
                )
            )
    return message.id


def test_without_a_server_it_says_where_the_letters_are_kept(administrator, settings):
    said = words(administrator.get(PATH))

    assert "No hay un servidor de correo" in said
    assert f"{settings.instance / 'outbox'}" in said


@pytest.mark.settings(mail_server="mail.example", mail_port=2525)
def test_with_a_server_it_names_it(administrator):
    said = words(administrator.get(PATH))

    assert "mail.example:2525" in said
    assert "No hay un servidor de correo" not in said


def test_each_letter_is_shown_with_its_tries_and_no_whole_address(administrator, house):
    post(house.entity.id, OutboxStatus.FAILED, "550 No existe <b>ese</b> buzón")

    response = administrator.get(PATH)

    said = words(response)
    assert "Bienvenida" in said
    assert "f•••@correo.example" in said
    assert "francisco.rivera" not in response.text
    assert "rechazado, 550 No existe <b>ese</b> buzón" in said
    assert "Fallidos 1" in said
    assert "Hay correos que no se pudieron entregar" in said


def test_letters_are_listed_by_state_and_page_by_page(administrator, house, monkeypatch):
    monkeypatch.setattr(mailroom, "PAGE", 2)
    for _ in range(3):
        post(house.entity.id, OutboxStatus.SENT)
    post(house.entity.id, OutboxStatus.FAILED)

    def shown(path: str) -> tuple[int, str]:
        document, _ = parse(administrator.get(path).text)
        [body] = list(document.iter("tbody"))
        following = [a.get("href", "") for a in document.iter("a") if a.get("rel") == "next"]
        return len(list(body.iter("tr"))), (following or [""])[0]

    assert shown(f"{PATH}?correo=fallido") == (1, "")
    count, following = shown(f"{PATH}?correo=enviado")
    assert count == 2
    assert shown(following) == (1, "")


@pytest.mark.parametrize(
    "query", ["correo=x", "antes=x", "antes=-1", "antes=99999999999", "antes=%C2%B2"]
)
def test_a_strange_address_shows_the_whole_log(administrator, query):
    assert administrator.get(f"{PATH}?{query}").status_code == 200


def test_a_failed_letter_is_tried_again_from_the_page(administrator, house):
    number = post(house.entity.id, OutboxStatus.FAILED, "550 Buzón lleno")

    response = administrator.submit(f"{PATH}/{number}/reintentar", page=PATH)

    assert response.status_code == 303
    message = db.session.get_one(OutboxMessage, number)
    assert (message.status, message.attempts) == (OutboxStatus.PENDING, 0)
    assert message.next_try_at <= clock.now()
    claimed = outbox.claim("test", clock.now() + timedelta(seconds=1))
    assert claimed is not None
    assert claimed.id == number


@pytest.mark.parametrize("status", [OutboxStatus.SENT, OutboxStatus.SENDING, OutboxStatus.PENDING])
def test_a_letter_that_did_not_fail_is_never_sent_again(administrator, house, status):
    number = post(house.entity.id, status)
    token = administrator.csrf(PATH)

    response = administrator.post(f"{PATH}/{number}/reintentar", data={"csrf_token": token})

    assert response.status_code == 409
    assert db.session.get_one(OutboxMessage, number).status is status


def test_another_entitys_letters_are_neither_seen_nor_sent(app, house):
    other = open_house("VIL")
    theirs, nobodys = (post(owner, OutboxStatus.FAILED) for owner in (house.entity.id, None))
    client = app.test_client()
    client.login(other.administrator)
    token = client.csrf(PATH)

    assert "Bienvenida" not in words(client.get(PATH))
    for number in (theirs, nobodys):
        path = f"{PATH}/{number}/reintentar"
        assert client.post(path, data={"csrf_token": token}).status_code == 409
        assert db.session.get_one(OutboxMessage, number).status is OutboxStatus.FAILED


def test_letters_of_no_entity_are_seen_by_the_default_one(administrator, house):
    post(None)

    assert "Bienvenida" in words(administrator.get(PATH))


def test_the_log_costs_the_same_whatever_it_holds(administrator, house):
    def asked() -> int:
        administrator.get(PATH)
        with statements() as seen:
            administrator.get(PATH)
        return len(seen)

    post(house.entity.id, OutboxStatus.FAILED, "550 No")
    one = asked()
    for _ in range(10):
        post(house.entity.id, OutboxStatus.FAILED, "550 No")

    assert asked() == one <= 5


def test_the_page_says_what_the_installation_is(administrator, house):
    said = words(administrator.get(HOME))

    for piece in ("10 de 25 MB, 60 MB por envío", "Dependencias", "Entidades", "Correo"):
        assert piece in said


def test_the_reminders_are_chosen_in_their_page(client, app):
    house = open_house()
    client.login(house.administrator)
    page = "/gestion/administracion/recordatorios"
    assert 'value="5, 2, 0"' in client.get(page).text

    wrong = client.submit(page, {"points": "cinco"})
    done = client.submit(page, {"points": "3,1"})

    assert wrong.status_code == 422
    assert "separados por comas" in words(wrong)
    assert 'value="cinco"' in wrong.text
    assert done.status_code == 303
    assert 'value="3, 1"' in client.get(page).text


def test_templates_are_written_changed_and_taken_away(client, app):
    house = open_house()
    client.login(house.administrator)
    pages = "/gestion/administracion/plantillas"
    new = f"{pages}/nueva"
    good = {"name": "Acuse <b>", "office": "", "body": "Hola, {nombre}."}

    wrong = client.submit(new, {**good, "body": "Hola, {apellido}."})
    done = client.submit(new, good)
    listed = client.get(pages)
    [one] = set(re.findall(pages + r"/\d+", listed.text))
    changed = client.submit(one, {**good, "office": str(house.hall.id)})
    gone = client.submit(f"{one}/quitar", {}, page=one)

    assert wrong.status_code == 422
    assert "No se conoce {apellido}" in words(wrong)
    assert (done.status_code, changed.status_code, gone.status_code) == (303, 303, 303)
    assert "Acuse &lt;b&gt;" in listed.text
    assert "Todavía no hay plantillas" in words(client.get(pages))
