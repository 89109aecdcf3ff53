"""Finding cases by radicado, document, name and words: alike on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app import clock
from app.domain.requerimiento import Kind, Status
from app.extensions import db, writing
from app.models import Account, CaseWords, Requerimiento
from app.services import accounts, answering, casework, queue, search
from app.services.queue import PAGE, Filters
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    statements,
    words,
)
from tests.support.people import FRANCISCO, add_citizen, file_at_counter


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def find(house: House, q: str, **filters: object) -> list[str]:
    asked = Filters(q=q, **filters)
    found = queue.page(house.coordinator, asked, today=clock.now().date())
    db.session.rollback()
    return [row.radicado for row in found.rows]


@pytest.mark.parametrize(
    "q",
    [
        "certificación",
        "certificaciones",
        "CERTIFICACION",
        "certificaciones de notas",
        "notas certificación",
        "nota rivera",
        "Rivera",
        "francisco certificacion",
    ],
)
def test_a_case_is_found_by_its_words_and_its_name(house, citizen, q):
    wanted = file_case(house, citizen, body="Solicito certificaciones de notas de mi hija.")
    file_case(house, citizen, body="Pido un cupo en el colegio.")

    found = find(house, q)

    assert wanted in found
    assert len(found) == (2 if q == "Rivera" else 1)


@pytest.mark.parametrize(
    "q", ["cer", "certif", "CERTIFICAD", "certificado", "notas certi", "riv", "certificados franc"]
)
def test_the_last_word_may_be_only_begun(house, citizen, q):
    wanted = file_case(house, citizen, body="Solicito certificados de notas de mi hija.")
    other = add_citizen(house.entity.id, document_number="52000222", surnames="Cermeño")
    file_case(house, other, body="Pido un cupo en el colegio.")

    assert find(house, q) == ([wanted] if q != "cer" else [*find(house, "cermeno"), wanted])


@pytest.mark.parametrize("q", ["ce", "certif notas", "ertific", "certificadora", "cer comedor"])
def test_no_other_part_of_a_word_is_enough(house, citizen, q):
    file_case(house, citizen, body="Solicito certificados de notas de mi hija.")

    assert find(house, q) == []


@pytest.mark.parametrize("q", ["luz", "luces", "juez", "jueces", "luces juez", "jueces luz"])
def test_a_word_that_ends_in_z_is_found_in_both_numbers(house, citizen, q):
    one = file_case(house, citizen, body="No hay luz en el salón, lo dijo el juez.")
    many = file_case(house, citizen, body="Faltan luces en el patio, dicen los jueces.")
    file_case(house, citizen, body="Pido un cupo en el colegio.")

    assert sorted(find(house, q)) == sorted([one, many])


def test_a_case_is_found_by_what_is_said_in_it(house, citizen):
    radicado = assigned_case(house, citizen, body="Pido un cupo.")
    casework.write_to_citizen(
        radicado, words("¿En qué vereda vive?"), author=house.official, now=clock.now()
    )
    casework.contribute(
        radicado, words("Queda junto al acueducto."), author=citizen, now=clock.now()
    )
    casework.note(radicado, words("Ojo: revisar el SIMAT."), author=house.official, now=clock.now())
    casework.answer(
        radicado, words("Se concede la reubicación."), author=house.official, now=clock.now()
    )

    for q in ("vereda", "acueducto", "simat", "reubicaciones cupo", "reubi", "rivera vereda"):
        assert find(house, q) == [radicado], q
    accounts.update_profile(
        citizen.id, FRANCISCO | {"surnames": "Quebrada"}, author_id=citizen.id, now=clock.now()
    )
    assert find(house, "quebrada acueducto") == [radicado]
    db.session.rollback()
    kept = db.session.get_one(CaseWords, case_of(radicado).id).words.split()
    assert len(kept) == len(set(kept))


def test_what_is_said_costs_one_statement_more(house, citizen):
    radicado = assigned_case(house, citizen, body="Pido un cupo.")

    with statements() as seen:
        casework.answer(
            radicado, words("Se concede la reubicación."), author=house.official, now=clock.now()
        )

    assert [sql.split()[0] for sql in seen if "case_words" in sql] == ["SELECT", "UPDATE"]
    assert sum("FROM requerimiento" in sql for sql in seen if "case_words" in sql) == 1


def test_an_answer_that_was_put_away_is_found_no_more(house, citizen):
    radicado = assigned_case(house, citizen, body="Pido un cupo.")
    wait = timedelta(minutes=1)

    def send(body: str) -> None:
        answering.send(radicado, words(body), author=house.official, undo=wait, now=clock.now())

    send("Se niega la reubicación.")
    assert find(house, "reubicación") == [radicado]
    answering.undo(radicado, author=house.official, now=clock.now())
    send("Se concede el traslado.")

    assert find(house, "reubicación") == []
    assert find(house, "traslado") == [radicado]


@pytest.mark.parametrize(
    "q",
    ["comedor", "certificación comedor", "de la", "¿?", '"', "AND", "nota*", "'; --", "(", "\\"],
)
def test_what_is_nowhere_is_not_found_and_breaks_nothing(house, citizen, q):
    file_case(house, citizen, body="Solicito certificaciones.")

    assert find(house, q) == []


def test_the_newest_come_first_in_every_state(house, citizen):
    first = answered_case(house, citizen, body="Pido un cupo.")
    second = file_case(house, citizen, body="Otro cupo.")

    assert find(house, "cupo") == [second, first]
    assert find(house, "cupo", status=Status.ANSWERED) == [first]
    assert find(house, "cupo", closed=True) == [first]
    assert find(house, "cupo", is_open=True) == [second]
    assert find(house, "cupo", kind=Kind.CLAIM) == []


def test_each_entity_finds_its_own(house, citizen):
    other = open_house("VIL")
    theirs = file_case(other, citizen, body="Pido un cupo.")
    ours = file_case(house, citizen, body="Pido un cupo.")

    assert find(house, "cupo") == [ours]
    assert find(other, "cupo") == [theirs]
    assert find(house, f"0entidad{other.entity.id}") == []


def test_a_part_of_a_radicado_is_enough(house, citizen):
    codes = [file_case(house, citizen) for _ in range(3)]

    assert find(house, codes[1][:-1]) == sorted(codes)
    assert find(house, codes[1][:7]) == sorted(codes)
    assert find(house, "2") == [codes[1]]
    assert find(house, "000002") == [codes[1]]
    assert find(house, codes[1].lower()) == [codes[1]]
    assert find(house, "9") == []


def test_a_document_finds_the_cases_of_its_person(house):
    filed = file_at_counter(house.clerk, document_number="52000111")

    assert find(house, "52.000.111") == [filed.radicado]


def test_who_changes_their_name_is_found_by_the_new_one(house, citizen):
    radicado = file_case(house, citizen, body="Pido un cupo.")

    accounts.update_profile(
        citizen.id,
        FRANCISCO | {"surnames": "Quebrada"},
        author_id=citizen.id,
        now=clock.now(),
    )

    assert find(house, "quebrada cupo") == [radicado]
    assert find(house, "rivera") == []


def test_a_long_result_is_read_in_pages(house, citizen):
    codes = [file_case(house, citizen, body="Pido un cupo.") for _ in range(PAGE + 3)]
    first = queue.page(house.coordinator, Filters(q="cupo"), today=clock.now().date())

    asked = Filters(q="cupo", after=first.next_after)
    second = queue.page(house.coordinator, asked, today=clock.now().date())

    assert [row.radicado for row in (*first.rows, *second.rows)] == codes[::-1]
    assert second.next_after is None


def test_the_due_date_narrows_what_was_found(house, citizen):
    file_case(house, citizen, body="Pido un cupo.")
    late = file_case(house, citizen, body="Pido un cupo.", now=clock.now() - timedelta(days=60))

    assert find(house, "cupo", due="vencidos") == [late]


def test_what_was_there_before_is_found_once_it_was_indexed(house, citizen):
    radicado = file_case(house, citizen, body="Pido un cupo.")
    with writing() as session:
        session.delete(session.get_one(CaseWords, case_of(radicado).id))
    assert find(house, "cupo") == []

    with writing():
        search.index_from(1)

    assert find(house, "cupo") == [radicado]


@pytest.mark.on("sqlite")
def test_the_index_of_sqlite_is_whole(house, citizen):
    file_case(house, citizen)
    search_name = text("INSERT INTO case_index(case_index) VALUES ('integrity-check')")

    with writing() as session:
        session.execute(search_name)
    assert db.session.query(CaseWords).count() == db.session.query(Requerimiento).count()


def test_a_word_of_many_is_found_as_one_of_few(house, citizen, monkeypatch):
    codes = [file_case(house, citizen, body="Pido un cupo.") for _ in range(4)]
    queue._found_statement.cache_clear()
    monkeypatch.setattr(search, "FEW", 2)

    assert find(house, "cupo") == codes[::-1]
    assert find(house, "cupo", status=Status.FILED) == codes[::-1]
    queue._found_statement.cache_clear()
