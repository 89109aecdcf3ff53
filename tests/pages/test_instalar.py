"""The first entity of an installation, made in the browser by who can read a file of the server."""

import stat

import pytest
from click.testing import CliRunner

from app import clock
from app.extensions import db
from app.installation import init
from app.models import Account, AdministrationChange, DataNotice, Entity
from app.services import entities, installing
from app.setting_up import ACCOUNTS_FILE, wants_demo
from tests.support.client import PASSWORD, words
from tests.support.people import add_entity, at_once

CODE, HOUSE = "/instalar", "/instalar/entidad"
GOOD = {
    "name": "Secretaría de Educación de Ejemplo",
    "short_name": "EJEMPLO",
    "prefix": "eje",
    "municipality": "25754",
    "helpdesk_phone": "601 555 0100",
    "first_names": "Ada",
    "surnames": "Prueba",
    "email": "ada@ejemplo.example",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}


def prove(client, settings) -> None:
    code = installing.setup_code(settings.instance)
    assert client.submit(CODE, {"code": code.lower().replace("-", " ")}).location == HOUSE


def test_the_code_is_in_a_file_that_its_owner_alone_reads(client, settings):
    page = client.get("/", follow_redirects=True)

    path = settings.instance / installing.CODE_FILE
    assert "setup-code.txt" in words(page)
    assert path.read_text().strip() not in page.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_the_code_nothing_is_installed(client, settings):
    refused = client.submit(CODE, {"code": "AAAA-AAAA-AAAA"})
    token = client.csrf(CODE)
    sent = client.post(HOUSE, data=GOOD | {"csrf_token": token})

    assert refused.status_code == 422
    assert "Ese no es el código" in words(refused)
    assert sent.location == CODE
    assert db.session.query(Entity).count() == 0


@pytest.mark.on("sqlite")
def test_the_code_is_not_guessed_by_trying(client, settings):
    for _ in range(installing.TRIES.count):
        client.submit(CODE, {"code": "AAAA-AAAA-AAAA"})

    assert client.submit(CODE, {"code": "AAAA-AAAA-AAAA"}).status_code == 429


def test_entity_and_administrator_are_made_together_and_then_it_is_over(client, settings):
    prove(client, settings)

    wrong = client.submit(HOUSE, GOOD | {"prefix": "1", "password_confirm": "x", "email": "x"})
    none = db.session.query(Entity).count() + db.session.query(Account).count()
    done = client.submit(HOUSE, GOOD)

    assert wrong.status_code == 422
    assert 'value="EJEMPLO"' in wrong.text
    assert none == 0
    assert done.location == "/ingreso"
    assert "Ingrese con el usuario aprueba" in words(client.get("/ingreso"))
    house = db.session.query(Entity).one()
    assert (house.prefix, house.is_default) == ("EJE", True)
    assert "601 555 0100" in entities.notice_in_force(house.id).text
    assert db.session.query(AdministrationChange).one().author_id is not None
    assert not (settings.instance / installing.CODE_FILE).exists()
    client.login("aprueba")
    assert client.get("/gestion/administracion").status_code == 200
    assert client.get(CODE).status_code == client.get(HOUSE).status_code == 404
    assert db.session.query(DataNotice).count() == 1


@pytest.mark.on("sqlite")
def test_all_that_is_wrong_is_said_at_once_beside_its_field(client, settings):
    prove(client, settings)
    wrong = dict.fromkeys(("name", "prefix", "first_names", "surnames"), "") | {
        "email": "x", "username": "1", "password": "corta", "password_confirm": "otra"
    }  # fmt: skip

    page = client.submit(HOUSE, GOOD | wrong)

    assert page.status_code == 422
    assert [name for name in wrong if f'href="#{name}"' not in page.text] == []
    assert "Usuario (opcional)" in words(page)
    assert "Teléfono (opcional)" in words(page)


def test_two_who_install_at_once_make_one_entity(app, settings):
    def install() -> int:
        values = GOOD | {"closes_at": "17:00"}
        account = installing.install(values, PASSWORD, instance=settings.instance, now=clock.now())
        return account.id

    results = at_once(app, [install, install])

    assert sorted(type(result).__name__ for result in results) == ["NotFound", "int"]


@pytest.mark.on("sqlite")
def test_the_pages_are_gone_where_there_is_an_entity(client, app):
    add_entity()

    assert client.get(CODE).status_code == 404
    assert client.get("/ingreso").status_code == 200


@pytest.mark.on("sqlite")
def test_a_migrated_database_waits_for_the_browser_and_a_new_one_gets_the_demo(
    app, settings, monkeypatch
):
    assert not wants_demo(app)

    with monkeypatch.context() as new:
        new.setattr("app.migrating.current", lambda: None)
        assert wants_demo(app)
    # A start that was stopped before the demo had loaded goes on with it; the code keeps it away.
    assert wants_demo(app)
    assert (settings.instance / ACCOUNTS_FILE).stat().st_size == 0
    installing.setup_code(settings.instance)
    assert not wants_demo(app)


@pytest.mark.on("sqlite")
def test_init_prepares_all_but_the_entity(tmp_path, monkeypatch):
    monkeypatch.setenv("SAC_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SAC_STORAGE_URL", str(tmp_path / "uploads"))

    done = CliRunner().invoke(init, ["--in-browser"])

    assert done.exit_code == 0, done.output
    assert (tmp_path / installing.CODE_FILE).read_text().strip() in done.output
    assert "/instalar" in done.output
