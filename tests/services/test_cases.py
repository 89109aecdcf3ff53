"""Finding a case for somebody: what is not theirs does not exist, and reading has its price."""

import sqlite3
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text

from app.domain.calendar import OFFICE
from app.domain.errors import NotFound
from app.domain.requerimiento import Action
from app.domain.roles import Role
from app.extensions import db
from app.models import Account, Message, MessageKind
from app.services import cases, casework
from app.uploads import store
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
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
LATER = datetime(2026, 3, 18, 8, tzinfo=OFFICE)
PDF = b"%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def stranger(house) -> Account:
    return add_citizen(house.entity.id, document_number="80.000.001")


def annex(name: str = "a.pdf"):
    return store().add(name, BytesIO(PDF))


def message_of(radicado: str, kind: MessageKind) -> Message:
    found = select(Message).filter_by(requerimiento_id=case_of(radicado).id, kind=kind)
    return db.session.scalars(found).one()


# Who may see it


def test_its_citizen_and_the_staff_of_its_entity_find_it(house, citizen):
    radicado = file_case(house, citizen)

    for person in (citizen, house.official, house.coordinator, house.clerk, house.administrator):
        assert cases.find(radicado, account=person).radicado == radicado


@pytest.mark.parametrize("typed", ["soa2026er000001", " SOA 2026-ER-000001 "])
def test_a_radicado_is_found_however_it_is_typed(house, citizen, typed):
    file_case(house, citizen, now=NOW)

    assert cases.find(typed, account=citizen).radicado == "SOA2026ER000001"


def test_to_everybody_else_it_does_not_exist(house, citizen, stranger):
    radicado = file_case(house, citizen, files=[annex()])
    other = open_house("VIL")
    public_id = case_of(radicado).attachments[0].public_id

    for person in (stranger, house.observer, other.official, other.administrator):
        with pytest.raises(NotFound):
            cases.find(radicado, account=person)
        with pytest.raises(NotFound):
            cases.open_file(radicado, account=person)
        with pytest.raises(NotFound):
            cases.find_attachment(public_id, account=person)


@pytest.mark.parametrize(
    "typed", ["", "SOA2026ER999999", "nuevo", "' OR 1=1 --", "SOA2026ER000001\x00", "Ñ" * 500]
)
def test_what_is_no_radicado_of_ours_is_not_found(house, citizen, typed):
    file_case(house, citizen, now=NOW)

    with pytest.raises(NotFound):
        cases.find(typed, account=citizen)


# The whole case


def test_the_citizen_reads_the_conversation_without_the_notes_of_the_office(house, citizen):
    radicado = assigned_case(house, citizen, files=[annex("mía.pdf")])
    casework.write_to_citizen(radicado, words("¿De qué año?"), author=house.official, now=NOW)
    casework.note(radicado, words("Ojo.", files=[annex("x.pdf")]), author=house.clerk, now=NOW)
    more = words("De 2019.", files=[annex("acta.pdf")])
    casework.contribute(radicado, more, author=citizen, now=NOW)
    casework.answer(radicado, words("Aquí está."), author=house.official, now=NOW)

    file = cases.open_file(radicado, account=citizen)
    inside = cases.open_file(radicado, account=house.official)

    assert [message.body for message in file.messages] == ["¿De qué año?", "De 2019.", "Aquí está."]
    assert [annexed.name for annexed in file.attachments] == ["mía.pdf"]
    contribution = message_of(radicado, MessageKind.CONTRIBUTION)
    assert [one.name for one in file.files_of[contribution.id]] == ["acta.pdf"]
    assert [answer.body for answer in file.answers] == ["Aquí está."]
    assert "Ojo." in [message.body for message in inside.messages]


def test_a_file_of_a_note_is_the_staff_s_only(house, citizen):
    radicado = file_case(house, citizen)
    casework.note(radicado, words("Ojo.", files=[annex()]), author=house.clerk, now=NOW)
    public_id = case_of(radicado).attachments[0].public_id

    assert cases.find_attachment(public_id, account=house.official).name == "a.pdf"
    with pytest.raises(NotFound):
        cases.find_attachment(public_id, account=citizen)


def test_the_files_of_the_receipt_are_those_of_the_filing(house, citizen):
    radicado = file_case(house, citizen, files=[annex("uno.pdf"), annex("dos.pdf")])
    more = words("Y otro.", files=[annex("tres.pdf")])
    casework.contribute(radicado, more, author=citizen, now=NOW)

    filed = cases.filed_with(cases.find(radicado, account=citizen))

    assert [file.name for file in filed] == ["uno.pdf", "dos.pdf"]


@pytest.mark.parametrize("role", [None, Role.OFFICIAL])
def test_a_case_costs_the_same_however_much_was_said(house, citizen, role):
    reader = house.staff[role] if role else citizen
    costs = []
    radicado = assigned_case(house, citizen)
    for rounds in (1, 10):
        for _ in range(rounds):
            for author, write in (
                (house.official, casework.write_to_citizen),
                (house.colleague, casework.note),
            ):
                write(radicado, words("Dicho", files=[annex()]), author=author, now=NOW)
            casework.contribute(radicado, words("Más"), author=citizen, now=NOW)
        db.session.rollback()
        db.session.refresh(reader)
        with statements() as seen:
            file = cases.open_file(radicado, account=reader)
            case = file.requerimiento
            assert case.body
            assert case.citizen.display_name
            assert case.office is not None
            assert {message.author.office for message in file.messages}
            assert all(event.author.display_name for event in file.events)
        costs.append(len(seen))

    assert costs == [4, 4]


# The moment of reading


def test_the_first_opening_is_kept_and_later_ones_change_nothing(house, citizen):
    radicado = answered_case(house, citizen, now=NOW)
    number = message_of(radicado, MessageKind.ANSWER).id

    cases.mark_opened(case_of(radicado).id, [number], LATER)
    cases.mark_opened(case_of(radicado).id, [number], LATER + timedelta(days=1))

    assert message_of(radicado, MessageKind.ANSWER).opened_at == LATER
    [opened] = [event for event in case_of(radicado).events if event.action is Action.OPEN]
    assert (opened.happened_at, opened.author_id) == (LATER, citizen.id)


def test_what_the_citizen_wrote_is_not_opened_by_reading_it(house, citizen):
    radicado = file_case(house, citizen)
    casework.contribute(radicado, words("Más"), author=citizen, now=NOW)

    cases.mark_opened(
        case_of(radicado).id, [message_of(radicado, MessageKind.CONTRIBUTION).id], LATER
    )

    assert message_of(radicado, MessageKind.CONTRIBUTION).opened_at is None


def test_what_was_not_shown_is_not_opened(house, citizen):
    radicado = answered_case(house, citizen, now=NOW)
    casework.write_to_citizen(radicado, words("Además"), author=house.official, now=NOW)

    cases.mark_opened(case_of(radicado).id, [message_of(radicado, MessageKind.ANSWER).id], LATER)

    assert message_of(radicado, MessageKind.ANSWER).opened_at == LATER
    assert message_of(radicado, MessageKind.MESSAGE).opened_at is None


@pytest.mark.on("sqlite")
def test_a_busy_database_keeps_nobody_from_reading(house, citizen, instance, caplog):
    radicado = answered_case(house, citizen, now=NOW)
    number = message_of(radicado, MessageKind.ANSWER).id
    db.session.rollback()

    writer = sqlite3.connect(instance / "sac.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    cases.mark_opened(case_of(radicado).id, [number], LATER)
    assert cases.open_file(radicado, account=citizen).answers
    writer.close()

    assert message_of(radicado, MessageKind.ANSWER).opened_at is None
    assert "could not be noted" in caplog.text
    cases.mark_opened(case_of(radicado).id, [number], LATER)
    assert message_of(radicado, MessageKind.ANSWER).opened_at == LATER


@pytest.mark.on("postgresql")
def test_a_register_in_use_keeps_nobody_from_reading(house, citizen, caplog):
    radicado = answered_case(house, citizen, now=NOW)
    number = case_of(radicado).id
    shown = [message_of(radicado, MessageKind.ANSWER).id]
    db.session.rollback()

    with db.engine.begin() as writer:
        writer.execute(text("SELECT 1 FROM register_head FOR UPDATE"))
        cases.mark_opened(number, shown, LATER)

    assert message_of(radicado, MessageKind.ANSWER).opened_at is None
    assert "could not be noted" in caplog.text
    cases.mark_opened(number, shown, LATER)
    assert message_of(radicado, MessageKind.ANSWER).opened_at == LATER


# The list


def test_the_list_is_the_person_s_own_the_latest_first_and_page_by_page(house, citizen, stranger):
    filed = [file_case(house, citizen, body=f"Petición {number}") for number in range(5)]
    file_case(house, stranger)

    first = cases.of_citizen(citizen, size=3)
    second = cases.of_citizen(citizen, before=first[-1].id, size=3)

    assert [case.radicado for case in first] == filed[:1:-1]
    assert [case.radicado for case in second] == filed[1::-1]
    assert cases.of_citizen(citizen, before=second[-1].id) == []


def test_the_list_never_reads_the_texts(house, citizen):
    for number in range(4):
        file_case(house, citizen, body=f"Petición {number}")
    number = citizen.id
    db.session.expunge_all()
    person = db.session.get_one(Account, number)

    with statements() as seen:
        rows = cases.of_citizen(person)
        assert [(row.office, row.entity.name) for row in rows]

    assert len(seen) == 1
    assert not any("requerimiento.body" in statement for statement in seen)


def test_every_event_of_a_case_is_told_in_order(house, citizen):
    radicado = answered_case(house, citizen)

    actions = [event.action for event in cases.open_file(radicado, account=citizen).events]

    assert actions == [Action.FILE, Action.ASSIGN, Action.ANSWER]
