"""Filing without an account, keeping the key, and coming back with it."""

import io
import logging
import re
from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.models import Account, Requerimiento
from app.services import attempts, casework, guests
from tests.support.client import words
from tests.support.office import assigned_case, open_house
from tests.support.office import words as written
from tests.support.people import add_citizen
from tests.support.product import SECRET_KEY

BODY = "El rector de la sede norte cobra por los cupos desde enero."
ADDRESS, BROWSER = "203.0.113.77", "NavegadorMuyRaro/9.1 (Sistema Secreto)"
PERSON = {
    "person_kind": "natural",
    "document_type": "CC",
    "document_number": "1.020.304.050",
    "first_names": "Beatriz",
    "surnames": "Ejemplo",
}


@pytest.fixture
def house(app):
    return open_house()


def file(client, **fields):
    return client.submit("/radicar", {"kind": "denuncia", "body": BODY, **fields})


def key_on(client) -> str:
    """The key that the page shows after filing."""
    page = client.get("/radicar/clave")
    found = re.search(r'class="sac-key">([a-z ]+)<', page.text)
    assert found, words(page)
    return found[1]


def filed(client, **fields) -> tuple[str, str]:
    """File, type the key, and go in: the radicado and the key."""
    sent = file(client, **fields)
    assert sent.status_code == 303, words(sent)
    key = key_on(client)
    opened = client.submit("/radicar/clave", {"key": key})
    assert opened.status_code == 303
    return opened.headers["Location"].split("/")[2], key


def test_an_anonymous_report_from_the_form_to_its_answer(client, house):
    radicado, key = filed(client, anonymous="y")
    receipt = client.get(f"/requerimientos/{radicado}/constancia")
    assert "Persona anónima" in words(receipt)
    assert "Seguimiento" in words(receipt)
    client.post("/salida", data={"csrf_token": client.csrf("/seguimiento")})

    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        now=clock.now(),
    )
    casework.answer(
        radicado, written("Abrimos una investigación."), author=house.official, now=clock.now()
    )
    opened = client.submit("/seguimiento", {"radicado": radicado.lower(), "key": key.upper()})
    page, listed = client.get(opened.headers["Location"]), client.get("/requerimientos")

    assert radicado in words(listed)
    assert "Actualizar sus datos" not in words(listed)
    assert "Abrimos una investigación." in words(page)


def test_the_key_is_shown_until_it_was_typed_and_never_again(client, house):
    file(client, anonymous="y")
    key = key_on(client)
    wrong = client.submit("/radicar/clave", {"key": "camino verde luna"})
    strange = client.submit("/radicar/clave", {"key": "camino xyzzy luna verde sol"})

    assert wrong.status_code == strange.status_code == 422
    assert "Esa no es la clave." in words(wrong)
    assert "«xyzzy» no es una palabra de las claves." in words(strange)
    assert key_on(client) == key
    client.submit("/radicar/clave", {"key": key})
    assert client.get("/radicar/clave").headers["Location"] == "/seguimiento"


def test_another_browser_does_not_see_the_key(app, client, house):
    file(client, anonymous="y")

    assert app.test_client().get("/radicar/clave").status_code == 303


def test_a_text_that_tells_who_writes_is_warned_of_once(client, house):
    body = f"{BODY} Me llaman al 300 555 0101 o a ana@example.com."

    warned = file(client, anonymous="y", body=body)
    said = words(warned)

    assert warned.status_code == 422
    assert "300 555 0101" in said
    assert "ana@example.com" in said
    assert body in warned.text
    assert db.session.query(Requerimiento).count() == 0


def test_who_read_the_warning_may_leave_it_so(client, house):
    body = f"{BODY} Me llaman al 300 555 0101."
    page = client.get("/radicar")
    token = re.search(r'name="submission" value="([^"]+)"', page.text)
    assert token
    fields = {
        "csrf_token": client.csrf("/radicar"),
        "submission": token[1],
        "kind": "denuncia",
        "body": body,
        "anonymous": "y",
        "keep_traces": "y",
    }

    assert client.post("/radicar", data=fields).status_code == 303
    assert client.post("/radicar", data=fields).status_code == 303
    assert db.session.query(Requerimiento).count() == 1


def test_who_says_their_name_needs_only_name_and_document(client, house):
    empty = file(client)
    assert empty.status_code == 422
    assert "Escriba sus nombres." in words(empty)
    assert BODY in empty.text

    radicado, _ = filed(client, **PERSON)

    guest = db.session.query(Requerimiento).filter_by(radicado=radicado).one().citizen
    assert guest.display_name == "Beatriz Ejemplo"
    assert guest.display_document == "CC 1.020.304.050"


def test_the_data_of_who_wants_none_told_are_not_kept(client, house):
    radicado, _ = filed(client, anonymous="y", email="beatriz@example.com", **PERSON)

    guest = db.session.query(Requerimiento).filter_by(radicado=radicado).one().citizen
    assert (guest.display_name, guest.email, guest.stated_document) == ("Persona anónima", "", "")


def test_a_refused_file_leaves_the_text_and_the_good_file(client, house):
    sent = file(
        client,
        anonymous="y",
        attachments=[(io.BytesIO(b"hola"), "bien.txt"), (io.BytesIO(b"MZ\x90"), "mal.exe")],
    )

    assert sent.status_code == 422
    assert BODY in sent.text
    assert "bien.txt" in words(sent)
    assert db.session.query(Requerimiento).count() == 0


def test_a_page_older_than_its_session_comes_back_as_it_was_typed(client, house):
    sent = client.post("/radicar", data={"kind": "queja", "body": BODY, "anonymous": "y"})

    assert sent.status_code in (400, 422)
    assert BODY in sent.text
    assert db.session.query(Requerimiento).count() == 0


def test_a_wrong_pair_opens_nothing_and_says_no_more(client, house):
    radicado, key = filed(client, anonymous="y")
    with_account = assigned_case(house, add_citizen(house.entity.id))
    stranger = client.application.test_client()

    answers = [
        words(stranger.submit("/seguimiento", {"radicado": code, "key": key}))
        for code in ("SOA2026ER099999", with_account, "no es un radicado")
    ]
    wrong = stranger.submit("/seguimiento", {"radicado": radicado, "key": "una dos tres"})
    empty = stranger.submit("/seguimiento", {"radicado": "", "key": ""})

    assert all("no van juntos" in answer for answer in answers)
    assert wrong.status_code == empty.status_code == 422
    assert "Escriba el radicado." in words(empty)
    assert stranger.get(f"/requerimientos/{radicado}").status_code == 302


def test_guesses_wait_in_words(client, house, monkeypatch):
    monkeypatch.setattr(guests, "TRIES", attempts.Limit(5, timedelta(minutes=10)))
    radicado, key = filed(client, anonymous="y")
    stranger = client.application.test_client()
    for _ in range(5):
        stranger.submit("/seguimiento", {"radicado": radicado, "key": "mal"})

    page = stranger.submit("/seguimiento", {"radicado": radicado, "key": key})

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Hubo muchos intentos" in words(page)


def test_a_guest_has_only_their_case(app, client, house):
    other = assigned_case(house, add_citizen(house.entity.id))
    radicado, _ = filed(client, anonymous="y")

    assert client.get(f"/requerimientos/{radicado}").status_code == 200
    assert client.get(f"/requerimientos/{other}").status_code == 404
    for path in ("/mis-datos", "/mis-datos/contrasena", "/mis-datos/sesiones", "/gestion"):
        assert client.get(path).status_code == 404
    assert client.get("/requerimientos/nuevo").headers["Location"].startswith("/radicar")
    assert "Mis datos" not in words(client.get(f"/requerimientos/{radicado}"))


def test_the_guest_sends_more_and_withdraws(client, house):
    radicado, _ = filed(client, anonymous="y")
    page = f"/requerimientos/{radicado}"

    more = client.submit(f"{page}/aportar", {"body": "También cobra por los uniformes."}, page=page)
    gone = client.submit(f"{page}/desistir", {"reason": "Ya se arregló."})

    assert more.status_code == gone.status_code == 303
    assert "También cobra por los uniformes." in words(client.get(page))
    assert "Usted desistió" in words(client.get(page))


def test_nobody_enters_or_recovers_the_account_of_a_guest(client, house):
    filed(client, **PERSON, email="beatriz@example.com")
    guest = db.session.query(Account).filter_by(is_guest=True).one()
    stranger = client.application.test_client()

    assert (
        stranger.submit("/ingreso", {"username": guest.username, "password": ""}).status_code == 422
    )
    assert (
        stranger.submit(
            "/ingreso", {"username": guest.username, "password": "1020304050"}
        ).status_code
        == 422
    )


def test_staff_see_that_nobody_gave_their_name(client, house):
    radicado, _ = filed(client, anonymous="y")
    staff = client.application.test_client()
    staff.login("soa.coordinador")

    page = words(staff.get(f"/gestion/{radicado}"))

    assert "Persona anónima" in page
    assert "Radicó sin cuenta" in page


@pytest.mark.on("sqlite")
def test_nothing_tells_who_or_where_an_anonymous_person_is(app, house, settings, caplog, tmp_path):
    """The database, the logs and the files are searched for what must not be there."""
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    client.environ_base = client.environ_base | {
        "REMOTE_ADDR": ADDRESS,
        "HTTP_USER_AGENT": BROWSER,
    }
    radicado, key = filed(
        client,
        anonymous="y",
        email="beatriz@example.com",
        phone="300 555 0199",
        address="Calle Secreta 1 # 2-3",
        attachments=[(io.BytesIO(b"hola"), "prueba.txt")],
        **PERSON,
    )
    client.submit(
        f"/requerimientos/{radicado}/aportar",
        {"body": "Algo más."},
        page=f"/requerimientos/{radicado}",
    )
    db.session.remove()

    kept = b"".join(
        path.read_bytes()
        for path in (*settings.instance.rglob("*"), *settings.storage.rglob("*"))
        if path.is_file()
    )
    logged = caplog.text.encode() + repr([vars(record) for record in caplog.records]).encode()
    assert radicado.encode() in kept
    for secret in (
        ADDRESS, BROWSER, "NavegadorMuyRaro", "Sistema Secreto", "beatriz@example.com", "Beatriz",
        "1020304050", "1.020.304.050", "300 555 0199", "3005550199", "Calle Secreta", key,
        key.replace(" ", "-"), key.replace(" ", ""),
    ):  # fmt: skip
        assert secret.encode() not in kept, secret
        assert secret.encode() not in logged, secret
    assert SECRET_KEY.encode() not in kept
