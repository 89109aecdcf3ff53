"""The one door to the files: whose they are, under which name they leave, and what guards them."""

import io
import logging
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import select

from app import clock
from app.config import ROOT
from app.extensions import db
from app.models import Account, Attachment
from app.services import casework, sessions
from app.services.storage import StoredFile
from app.uploads import store
from tests.support.client import PASSWORD
from tests.support.client import words as words_of
from tests.support.office import House, assigned_case, file_case, open_house, words
from tests.support.people import add_citizen

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 300


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def now():
    return clock.now()


def a_file(name: str = "carta.pdf", content: bytes = PDF) -> StoredFile:
    return store().add(name, io.BytesIO(content))


def filed_file(house: House, citizen: Account, name: str = "carta.pdf") -> str:
    """The address of a file that came with a filing."""
    file_case(house, citizen, files=[a_file(name)])
    return address()


def address() -> str:
    """The address of the newest file."""
    db.session.rollback()
    newest = select(Attachment.public_id).order_by(Attachment.id.desc()).limit(1)
    return f"/anexos/{db.session.scalar(newest)}"


def test_the_owner_gets_it_byte_for_byte_as_a_guarded_download(client, house, citizen):
    path = filed_file(house, citizen)
    client.login(citizen)

    answer = client.get(path)

    assert answer.status_code == 200
    assert sha256(answer.data).hexdigest() == sha256(PDF).hexdigest()
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == str(len(PDF))
    assert headers["Content-Disposition"] == 'attachment; filename="carta.pdf"'
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.on("sqlite")
def test_asking_only_for_its_headers_sends_no_body(client, house, citizen):
    path = filed_file(house, citizen)
    client.login(citizen)

    answer = client.head(path)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(PDF))


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=10-19", 10, 19), ("bytes=-5", 76_804, 76_808), ("bytes=76800-", 76_800, 76_808)],
)
def test_a_download_that_was_cut_goes_on_where_it_was(client, house, citizen, asked, start, end):
    path = filed_file(house, citizen)
    client.login(citizen)
    whole = client.get(path)

    part = client.get(path, headers={"Range": asked, "If-Range": whole.headers["ETag"]})

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (part.status_code, part.data) == (206, PDF[start : end + 1])
    assert part.headers["Content-Range"] == f"bytes {start}-{end}/{len(PDF)}"
    assert part.headers["Content-Length"] == str(end + 1 - start)
    assert part.headers["Content-Disposition"] == 'attachment; filename="carta.pdf"'


@pytest.mark.on("sqlite")
def test_a_part_of_another_file_is_not_joined_to_this_one(client, house, citizen):
    path = filed_file(house, citizen)
    client.login(citizen)

    answer = client.get(path, headers={"Range": "bytes=10-19", "If-Range": '"another"'})

    assert (answer.status_code, answer.data) == (200, PDF)


@pytest.mark.on("sqlite")
def test_a_part_beyond_the_end_is_refused_with_the_size(client, house, citizen):
    path = filed_file(house, citizen)
    client.login(citizen)

    answer = client.get(path, headers={"Range": "bytes=76809-"})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(PDF)}"
    assert "Descargue el archivo completo otra vez" in words_of(answer)
    assert "Content-Disposition" not in answer.headers


@pytest.mark.on("sqlite")
def test_nobody_gets_a_part_of_what_is_not_theirs(app, house, citizen):
    path = filed_file(house, citizen)
    neighbour = app.test_client()
    neighbour.login(add_citizen(house.entity.id, document_number="80.000.001"))

    for asked in ({"Range": "bytes=0-3"}, {"If-None-Match": "*"}):
        answer = neighbour.get(path, headers=asked)

        assert answer.status_code == 404
        assert "ETag" not in answer.headers


@pytest.mark.parametrize("who", ["official", "clerk", "coordinator", "administrator", "colleague"])
@pytest.mark.on("sqlite")
def test_the_staff_of_the_entity_get_it(client, house, citizen, who):
    path = filed_file(house, citizen)
    client.login(getattr(house, who))

    assert client.get(path).data == PDF


def test_for_everybody_else_it_is_not_there(app, house, citizen):
    path = filed_file(house, citizen)
    neighbour = add_citizen(house.entity.id, document_number="80.000.001")
    elsewhere = open_house("CUN")

    for person in (neighbour, house.observer, elsewhere.administrator, elsewhere.official):
        client = app.test_client()
        client.login(person)
        refused, absent = client.get(path), client.get(f"/anexos/{uuid4().hex}")

        assert refused.status_code == absent.status_code == 404, person.username
        assert words_of(refused) == words_of(absent)
        assert "Content-Disposition" not in refused.headers
        assert PDF[:20] not in refused.data


@pytest.mark.on("sqlite")
def test_a_visitor_signs_in_first_and_then_gets_it(client, house, citizen):
    path = filed_file(house, citizen)

    asked = client.get(path)

    assert asked.status_code == 302
    assert asked.location == f"/ingreso?next={path}"
    inside = client.submit(
        "/ingreso",
        {"username": citizen.username, "password": PASSWORD},
        page=asked.location,
    )
    assert inside.location == path
    assert client.get(inside.location).data == PDF


@pytest.mark.on("sqlite")
def test_a_session_that_was_closed_elsewhere_opens_no_file(client, house, citizen, now):
    path = filed_file(house, citizen)
    client.login(citizen)
    assert client.get(path).status_code == 200

    sessions.end_all(citizen.id, now)

    assert client.get(path).location == f"/ingreso?next={path}"


@pytest.mark.on("sqlite")
def test_a_session_that_was_only_remembered_opens_it(client, house, citizen, now):
    """Reading one's own case is no sensitive step."""
    path = filed_file(house, citizen)
    cookie, _ = sessions.remember(citizen.id, device="Chrome", now=now)
    client.set_cookie("sac_clave", cookie)
    client.submit("/ingreso/continuar", page="/ingreso")

    assert client.get(path).data == PDF


def test_a_file_of_an_answer_is_the_citizens_and_one_of_a_note_is_not(app, house, citizen, now):
    radicado = assigned_case(house, citizen)
    casework.note(radicado, words("Ojo.", files=[a_file()]), author=house.official, now=now)
    of_note = address()
    casework.write_to_citizen(
        radicado, words("Mire.", files=[a_file("guía.pdf")]), author=house.official, now=now
    )
    of_message = address()
    casework.answer(
        radicado, words("Sí.", files=[a_file("resolución.pdf")]), author=house.official, now=now
    )
    of_answer = address()
    reader, official = app.test_client(), app.test_client()
    reader.login(citizen)
    official.login(house.official)

    seen = {path: reader.get(path).status_code for path in (of_note, of_message, of_answer)}

    assert seen == {of_note: 404, of_message: 200, of_answer: 200}
    assert [official.get(path).status_code for path in seen] == [200, 200, 200]
    page = reader.get(f"/requerimientos/{radicado}").text
    assert of_answer in page
    assert of_note not in page


def test_what_a_citizen_adds_is_theirs_and_the_offices(app, house, citizen, now):
    radicado = assigned_case(house, citizen)
    casework.contribute(radicado, words("Más.", files=[a_file()]), author=citizen, now=now)
    path = address()
    neighbour = add_citizen(house.entity.id, document_number="80.000.001")

    found = {}
    for person in (citizen, house.official, neighbour):
        client = app.test_client()
        client.login(person)
        found[person.username] = client.get(path).status_code

    assert list(found.values()) == [200, 200, 404]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("given", "plain", "extended"),
    [
        ("Petición año.pdf", "Peticion ano.pdf", "Petici%C3%B3n%20a%C3%B1o.pdf"),
        ('comillas".pdf', "comillas_.pdf", "comillas%22.pdf"),
        ("日本.pdf", ".pdf", "%E6%97%A5%E6%9C%AC.pdf"),
        ("a;b\\c%2e.pdf", "c_2e.pdf", "c%252e.pdf"),
    ],
)
def test_it_leaves_under_its_own_name(client, house, citizen, given, plain, extended):
    path = filed_file(house, citizen, given)
    client.login(citizen)

    header = client.get(path).headers["Content-Disposition"]

    assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "given",
    [
        "carta.hta",
        "carta.pdf.exe",
        "carta.html",
        "../../etc/cron.d/carta",
        "C:\\Windows\\carta.lnk",
        "carta\u202efdp.exe",
        "carta\r\nSet-Cookie: a=b.pdf",
        "x" * 300,
        "....",
    ],
)
def test_a_name_that_lies_leaves_with_the_extension_of_what_it_is(client, house, citizen, given):
    path = filed_file(house, citizen, given)
    client.login(citizen)

    answer = client.get(path)
    header = answer.headers["Content-Disposition"]
    name = header.partition('filename="')[2].partition('"')[0]

    assert header.startswith("attachment; ")
    assert name.endswith(".pdf")
    assert not set(name) & set('/\\\r\n\u202e"')
    assert len(name) <= 205
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "strange",
    ["1", "0", "-1", "x" * 4000, "..%2f..%2fsac.db", "%00", "' OR 1=1 --", "%F0%9F%92%A3", "a/b"],
)
def test_what_is_no_file_of_ours_is_not_there(client, house, citizen, strange):
    filed_file(house, citizen)
    client.login(citizen)

    assert client.get(f"/anexos/{strange}").status_code == 404


@pytest.mark.on("sqlite")
def test_the_names_on_the_disk_open_nothing(client, house, citizen):
    filed_file(house, citizen)
    stored_as = db.session.scalars(select(Attachment.stored_as)).one()
    number = db.session.scalars(select(Attachment.id)).one()
    client.login(citizen)

    for path in (
        f"/anexos/{stored_as}",
        f"/anexos/{number}",
        f"/uploads/{stored_as[:2]}/{stored_as}",
        f"/static/{stored_as}",
        f"/static/../uploads/{stored_as[:2]}/{stored_as}",
    ):
        assert client.get(path).status_code == 404, path
    assert not store().folder.is_relative_to(ROOT / "static")


@pytest.mark.on("sqlite")
def test_a_file_that_is_gone_from_the_disk_is_an_alarm_and_not_a_fault(
    client, house, citizen, caplog
):
    path = filed_file(house, citizen)
    stored_as = db.session.scalars(select(Attachment.stored_as)).one()
    store().delete(stored_as)
    client.login(citizen)

    with caplog.at_level(logging.ERROR):
        answer = client.get(path)

    assert answer.status_code == 404
    assert stored_as in caplog.text


@pytest.mark.on("sqlite")
def test_it_can_only_be_read(client, house, citizen):
    path = filed_file(house, citizen)
    client.login(citizen)
    token = client.csrf("/requerimientos/nuevo")

    for send in (client.post, client.put, client.delete):
        assert send(path, data={"csrf_token": token}).status_code == 405
    assert client.get(path).data == PDF
