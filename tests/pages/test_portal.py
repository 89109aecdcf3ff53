"""The public pages, with the guide's navigation."""

import gzip
from datetime import datetime

import pytest
import time_machine

from app.config import ROOT
from app.domain.calendar import OFFICE
from app.services import entities
from tests.support.client import words

PAGES = [
    "/",
    "/generalidades",
    "/tramites",
    "/consultas",
    "/sugerencias",
    "/quejas-y-reclamos",
    "/datos-personales",
    "/accesibilidad",
]


@pytest.fixture
def entity(app):
    return entities.create(
        name="Secretaría de Educación de Soacha",
        short_name="SOACHA",
        prefix="SOA",
        municipality="25754",
        portal_url="https://sed.example",
        helpdesk_phone="601 555 0100",
        notice="Cuidamos sus datos.",
        now=datetime(2026, 3, 2, 9, tzinfo=OFFICE),
    )


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_opens_with_the_navigation_of_the_guide(client, entity, path):
    page = client.get(path)

    assert page.status_code == 200
    for entry in ("Portal SED", "MEN", "Inicio", "Generalidades", "Trámites", "Consultas"):
        assert entry in page.text
    assert "Sugerencias" in page.text
    assert "Quejas y reclamos" in page.text
    assert "601 555 0100" in words(page)


@pytest.mark.on("sqlite")
def test_the_home_page_promises_the_day_of_the_answer(client, entity):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False):
        page = client.get("/")

    assert "jueves 9 de abril de 2026" in words(page)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/consultas", "consulta"),
        ("/sugerencias", "sugerencia"),
        ("/quejas-y-reclamos", "queja"),
        ("/quejas-y-reclamos", "reclamo"),
        ("/tramites", "tramite"),
    ],
)
def test_each_entry_starts_a_requerimiento_of_its_kind(client, entity, path, kind):
    assert f"/requerimientos/nuevo?kind={kind}" in client.get(path).text


@pytest.mark.on("sqlite")
def test_a_radicado_is_looked_up_however_it_is_typed(client, entity):
    found = client.submit("/consultar", {"radicado": " soa2026er-000001 "}, page="/")

    assert found.status_code == 303
    assert found.location == "/requerimientos/SOA2026ER000001"


@pytest.mark.on("sqlite")
def test_what_is_no_radicado_comes_back_with_a_sentence_and_as_it_was_typed(client, entity):
    page = client.submit("/consultar", {"radicado": '"><b>mi caso'}, page="/")

    assert page.status_code == 422
    assert "Escriba el número de radicado" in page.text
    assert 'value="&#34;&gt;&lt;b&gt;mi caso"' in page.text


@pytest.mark.on("sqlite")
def test_before_the_first_entity_the_portal_leads_to_making_it(client):
    assert client.get("/").location == client.get("/ingreso").location == "/instalar"
    assert client.get("/generalidades").status_code == 200
    assert client.get("/datos-personales").status_code == 404


@pytest.mark.on("sqlite")
def test_every_page_carries_the_security_headers(client, entity):
    headers = client.get("/").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers
    assert headers["X-Request-ID"]


@pytest.mark.on("sqlite")
@pytest.mark.settings(base_url="https://localhost")
def test_over_https_browsers_are_told_to_stay_there(client, entity):
    headers = client.get("/ingreso").headers

    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.on("sqlite")
def test_another_host_name_is_refused(client, entity):
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 400


@pytest.mark.on("sqlite")
def test_the_look_is_sent_compressed_and_kept_for_a_year(client):
    plain = (ROOT / "static/vendor/sac.css").read_bytes()
    sent = client.get("/static/vendor/sac.css", headers={"Accept-Encoding": "gzip"})

    assert sent.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent.data) == plain, "run `make vendor`: the twin is older"
    assert "max-age=31536000" in sent.headers["Cache-Control"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.on("sqlite")
def test_the_first_page_weighs_less_than_60_kb(client, entity):
    page = client.get("/")
    look = client.get("/static/vendor/sac.css", headers={"Accept-Encoding": "gzip"})

    assert len(page.data) + len(look.data) < 60_000
