"""The commands of whoever runs an installation."""

import io
import stat

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app import clock
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import Account, Entity, OutboxMessage, Requerimiento
from app.services import diagnosis, filing
from app.services.filing import Filing
from app.uploads import store
from tests.support.client import PASSWORD
from tests.support.mail import report_of
from tests.support.office import answered_case, case_of, file_case, open_house
from tests.support.people import add_citizen

GOLDEN = [
    ("2026-03-16T10:00", "peticion", "2026-04-09", "2026-04-09"),
    ("2026-03-27T16:59", "peticion_informacion", "2026-04-14", "2026-04-14"),
    ("2026-04-01T21:30", "peticion", "2026-04-24", "2026-04-27"),
    ("2026-04-02T09:00", "peticion_documentos", "2026-04-17", "2026-04-20"),
    ("2026-12-14T08:00", "peticion", "2027-01-06", "2027-01-06"),
]


@pytest.fixture
def run(app):
    def invoke(*arguments, **options):
        return app.test_cli_runner().invoke(args=list(arguments), **options)

    return invoke


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("received", "kind", "first", "second"), GOLDEN)
def test_deadline_prints_the_day_in_both_readings(run, received, kind, first, second):
    for reading, due in (("1", first), ("2", second)):
        printed = run("deadline", "--received", received, "--kind", kind, "--reading", reading)

        assert printed.exit_code == 0
        first_line, *others = printed.output.splitlines()
        assert first_line.split() == ["due:", due]
        assert all(line.partition(":")[1] for line in others)
        assert others[-1].startswith("day ")


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("received", "kind", "options", "line"),
    [
        ("2026-12-03T10:00", "peticion", [], "refer by: 2026-12-11"),
        (
            "2026-12-18T15:00",
            "peticion_informacion",
            ["--requester", "autoridad"],
            "due: 2027-01-05",
        ),
        ("2026-03-16T10:00", "peticion", [], "extend to: 2026-04-30"),
        ("2026-07-06T09:00", "peticion", [], "ask by: 2026-07-22"),
        (
            "2026-11-20T10:00",
            "peticion",
            ["--required", "2026-11-25T09:00"],
            "complete by: 2026-12-28",
        ),
    ],
)
def test_deadline_prints_the_last_days_of_each_act(run, received, kind, options, line):
    for reading in ("1", "2"):
        printed = run(
            "deadline", "--received", received, "--kind", kind, "--reading", reading, *options
        )

        assert printed.exit_code == 0, printed.output
        assert line in [" ".join(found.split()) for found in printed.output.splitlines()]


@pytest.mark.on("sqlite")
def test_deadline_refuses_what_is_no_moment_or_a_year_it_does_not_know(run):
    wrong = run("deadline", "--received", "yesterday", "--kind", "peticion")
    far = run("deadline", "--received", "2099-01-02T10:00", "--kind", "peticion")
    early = run("deadline", "--received", "1999-01-02T10:00", "--kind", "peticion")
    last = run("deadline", "--received", "9999-12-31T10:00", "--kind", "peticion")

    asked = ("deadline", "--received", "2026-11-20T10:00", "--kind", "peticion", "--required")
    late, strange = run(*asked, "2027-01-20T10:00"), run(*asked, "pronto")

    assert {found.exit_code for found in (wrong, far, early, last, late, strange)} == {1}
    assert "artículo 17" in late.output
    assert last.output.startswith("Error:")
    assert "Error:" in wrong.output
    assert "2099" in far.output
    assert "1999" in early.output


def test_staff_are_added_with_a_password_from_standard_input(run, client):
    house = open_house()

    added = run(
        "staff-add", "--entity", "SOA", "--username", "nueva.persona", "--email", "n@example.com",
        "--role", "funcionario", "--office", house.hall.name, "--password-stdin",
        input=PASSWORD + "\n",
    )  # fmt: skip

    assert added.exit_code == 0, added.output
    client.login("nueva.persona")
    person = db.session.query(Account).filter_by(username="nueva.persona").one()
    assert person.office_id == house.hall.id


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"--entity": "NADA"}, "NADA"),
        ({"--username": "soa.ventanilla"}, "soa.ventanilla"),
    ],
)
def test_staff_that_cannot_be_added_are_refused_in_words(run, change, word):
    open_house()
    values = {
        "--entity": "SOA", "--username": "otra.persona", "--email": "o@example.com",
        "--role": "funcionario", "--office": "",
    }  # fmt: skip
    arguments = [part for pair in (values | change).items() for part in pair]
    before = db.session.query(Account).count()

    refused = run("staff-add", *arguments, "--password-stdin", input=PASSWORD + "\n")

    assert refused.exit_code == 1
    assert refused.output.startswith("Error:")
    assert db.session.query(Account).count() == before


@pytest.mark.on("sqlite")
def test_demo_data_are_never_mixed_with_what_is_there(run):
    open_house()

    refused = run("demo")

    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert db.session.query(Requerimiento).count() == 0


@pytest.mark.on("sqlite")
def test_doctor_is_content_with_a_working_installation(run):
    found = run("doctor")

    assert found.exit_code == 0, found.output
    assert "FAIL" not in found.output


@pytest.mark.on("sqlite")
def test_doctor_says_what_to_do_about_a_folder_that_cannot_be_written(run, settings):
    settings.storage.parent.mkdir(parents=True, exist_ok=True)
    settings.storage.write_text("a file where the folder should be")

    found = run("doctor")

    assert found.exit_code == 1
    assert "cannot be written" in found.output


def file_with(*contents: bytes) -> tuple[str, list[str]]:
    """A case with those files: its radicado, and the names they are kept under."""
    house = open_house()
    kept = [store().add(f"{n}.txt", io.BytesIO(content)) for n, content in enumerate(contents)]
    radicado = filing.file(
        Filing(kind=Kind.CLAIM, body="Con archivos.", submission="a", files=kept),
        citizen=add_citizen(house.entity.id),
        entity=house.facts,
        now=clock.now(),
    )
    return radicado, [file.stored_as for file in kept]


def test_verify_names_every_file_that_is_not_as_it_was_filed(run, monkeypatch):
    radicado, names = file_with(*(b"hola %d" % number for number in range(5)))
    monkeypatch.setattr(diagnosis, "BATCH", 2)  # so that the rows come in three pieces
    assert run("verify").exit_code == 0
    flipped, cut, gone, folder, whole = names

    with store().path(flipped).open("r+b") as file:
        file.write(b"i")  # one bit from the "h" that was there
    store().path(cut).write_bytes(b"hola")
    store().delete(gone)
    store().delete(folder)
    store().path(folder).mkdir()
    found = run("verify")

    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        f"{radicado}: {flipped} was altered: its SHA-256 is not the one it was filed with",
        f"{radicado}: {cut} was altered: it has 4 bytes and was filed with 6",
        f"{radicado}: {gone} is missing",
        f"{radicado}: {folder} cannot be read: Is a directory",
        "1 events and 5 files checked, 4 with problems",
    ]
    assert whole not in found.output


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            [
                "UPDATE register_entry SET salt = NULL WHERE sequence = 3",
                "UPDATE message SET body = 'OTRA RESPUESTA'",
            ],
            "{case}: row 3 of the register: its salt is missing",
        ),
        (
            [
                "DELETE FROM register_entry WHERE sequence = 3",
                "DELETE FROM event WHERE action = 'responder'",
                "UPDATE register_head SET sequence = 2",
                """UPDATE register_head SET link =
                (SELECT link FROM register_entry WHERE sequence = 2)""",
            ],
            "SOA: the head at row 2 was not written with the key",
        ),
        (["UPDATE message SET opened_at = written_at"], "{letter}: its opened_at is"),
        (["UPDATE radicado SET annulled_at = taken_at"], "{case}: its annulled_at is"),
        (["DELETE FROM receipt"], "{case}: its receipt is missing"),
    ],
    ids=["salt", "end", "opened", "annulled", "receipt"],
)
def test_verify_names_what_was_changed_without_the_key(run, statements, named):
    house = open_house()
    radicado = answered_case(house, add_citizen(house.entity.id))
    letter = f"{radicado}: {case_of(radicado).messages[0].radicado}"
    db.session.rollback()
    assert run("verify").exit_code == 0

    with writing() as session:
        for statement in statements:
            session.execute(text(statement))
    found = run("verify")

    assert found.exit_code == 1
    told = named.format(case=radicado, letter=letter)
    assert any(line.startswith(told) for line in found.stdout.splitlines()), found.stdout


@pytest.mark.on("sqlite")
def test_the_worker_sends_what_is_due_and_ends(run, settings):
    house = open_house()
    citizen = add_citizen(house.entity.id, notify_by_email=True)
    filing.file(
        Filing(kind=Kind.CLAIM, body="Avísenme.", submission="a"),
        citizen=citizen,
        entity=house.facts,
        now=clock.now(),
    )

    assert run("worker", "--once").exit_code == 0

    letters = [path.read_text() for path in (settings.instance / "outbox").glob("*.eml")]
    assert any("SOA" in letter and "ER000001" in letter for letter in letters)
    assert run("worker", "--once").output.strip() == "0 sent"


def test_heads_are_printed_once_a_day_and_verify_reads_them(run, tmp_path):
    radicado, _ = file_with(b"hola")
    kept, foreign = tmp_path / "heads.txt", tmp_path / "foreign.txt"
    kept.write_text(run("heads").stdout + "\n")
    foreign.write_text(f"NADA 2026-11-24 1 {'0' * 64}\n")

    [line] = kept.read_text().split("\n")[:-2]
    assert run("heads").stdout.splitlines() == [line]
    assert run("verify", "--heads", str(kept)).exit_code == 0
    kept.write_text(line[:-1] + ("0" if line[-1] != "0" else "1"))
    found = run("verify", "--heads", str(kept), "--heads", str(foreign))

    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        f"{radicado}: row 1 of the register: not the row whose head was published",
        "NADA: there are heads of it and no such entity",
        "1 events and 1 files checked, 2 with problems",
    ]


@pytest.mark.on("sqlite")
def test_a_file_that_holds_no_heads_is_refused_by_its_line(run, tmp_path):
    kept = tmp_path / "heads.txt"
    kept.write_text("\nSOA 2026-13-01 1 " + "0" * 64)

    refused = run("verify", "--heads", str(kept))

    assert refused.exit_code == 1
    assert "Error: line 2 is not a head" in refused.output


def test_keys_that_are_there_are_never_changed(tmp_path, monkeypatch):
    from app.installation import keys

    monkeypatch.setenv("SAC_INSTANCE", str(tmp_path))
    (tmp_path / "secret.key").write_text("k" * 40)

    made, again = CliRunner().invoke(keys), CliRunner().invoke(keys)

    assert "register.key was made" in made.output
    assert "secret.key" not in made.output
    assert (tmp_path / "secret.key").read_text() == "k" * 40
    assert again.output == ""


def test_init_makes_a_key_a_database_and_the_first_entity(tmp_path, monkeypatch):
    from app.installation import init

    monkeypatch.setenv("SAC_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("SAC_STORAGE_URL", str(tmp_path / "uploads"))
    given = [
        "--entity", "Secretaría de Educación de Prueba", "--short-name", "PRUEBA",
        "--prefix", "pru", "--municipality", "25754",
    ]  # fmt: skip

    made = CliRunner().invoke(init, given)
    again = CliRunner().invoke(init, given)
    wrong = CliRunner().invoke(init, [*given[:-1], "99999"])

    assert made.exit_code == 0, made.output
    keys = [tmp_path / "instance" / name for name in ("secret.key", "register.key", "receipt.key")]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600] * 3
    assert len({key.read_text() for key in keys}) == 3
    assert again.exit_code == 1
    assert "already" in again.output
    assert "99999" in wrong.output


@pytest.mark.on("sqlite")
def test_the_first_entity_is_the_default_one(app):
    first, second = open_house("SOA"), open_house("VIL")

    assert (first.entity.is_default, second.entity.is_default) == (True, False)
    assert db.session.query(Entity).count() == 2


@pytest.mark.on("sqlite")
def test_seeding_before_the_first_entity_is_refused_in_one_line(run):
    refused = run("seed", "--cases", "3")

    assert refused.exit_code == 1
    assert "Error: Primero cree una entidad" in refused.output
    assert "Traceback" not in refused.output


def test_returned_mail_is_read_from_files_and_from_standard_input(run, app, tmp_path):
    house = open_house()
    radicado = file_case(house, add_citizen(house.entity.id, notify_by_email=True))
    own = db.session.scalars(select(OutboxMessage.message_id).filter_by(letter="filed")).one()
    db.session.rollback()
    report = report_of(f"<{own}@sac.example>")
    (tmp_path / "report.eml").write_bytes(report)

    first = run("returned-mail", str(tmp_path / "report.eml"))
    again = run("returned-mail", "-", input=report)

    assert first.output.endswith("report.eml: noted\n")
    assert again.output == "-: known already\n"
    assert case_of(radicado).undelivered_at is not None
