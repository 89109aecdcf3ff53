"""What operators and load balancers ask."""

import pytest

from app.domain import calendar
from app.extensions import db


def test_a_working_installation_is_alive_and_ready(client):
    assert client.get("/salud/viva").json == {"estado": "viva"}
    assert client.get("/salud/lista").json == {
        "estado": "lista",
        "base_de_datos": True,
        "archivos": True,
        "festivos": True,
    }


@pytest.mark.on("sqlite")
def test_where_terms_cannot_be_counted_it_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(calendar, "version", lambda _name: "0.98")
    calendar.holidays_of.cache_clear()

    answer = client.get("/salud/lista")

    calendar.holidays_of.cache_clear()
    assert answer.status_code == 503
    assert answer.json["festivos"] is False


@pytest.mark.on("sqlite")
def test_without_a_folder_for_files_it_is_alive_but_not_ready(client, settings):
    settings.storage.parent.mkdir(parents=True, exist_ok=True)
    settings.storage.write_text("not a folder")

    answer = client.get("/salud/lista")

    assert answer.status_code == 503
    assert answer.json["archivos"] is False
    assert answer.headers["Retry-After"]
    assert client.get("/salud/viva").status_code == 200


@pytest.mark.on("sqlite")
def test_with_a_dead_database_it_is_not_ready_and_pages_say_so_in_words(client, settings):
    db.session.remove()
    db.engine.dispose()
    (settings.instance / "sac.db").write_bytes(b"this is no database" * 100)

    assert client.get("/salud/lista").json["base_de_datos"] is False
    page = client.get("/")
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "30"
    assert "no está disponible" in page.text
