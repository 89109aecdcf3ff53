"""The tables against the register: whatever with legal effect is changed beside it is named by its
radicado, without any other copy."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import Column, Table, and_, delete, func, insert, select, update

from app import clock
from app.domain.radicado import Direction
from app.domain.requerimiento import Kind
from app.domain.telling import Untold
from app.extensions import db, writing
from app.models import (
    AccessKey,
    CaseWords,
    Event,
    Message,
    NotificationConsent,
    OutboxMessage,
    Radicado,
    RadicadoCounter,
    Receipt,
    Requerimiento,
    Suspension,
)
from app.services import (
    answering,
    cases,
    casework,
    consents,
    guests,
    heads,
    legal,
    proof,
    register,
    undelivered,
)
from app.services.filing import Filing
from app.services.tokens import Signer
from app.services.undelivered import Medium
from app.uploads import store
from tests.support.office import (
    House,
    annulled_case,
    answered_case,
    assigned_case,
    by,
    case_of,
    file_case,
    open_house,
    statements,
    suspend,
    unguarded,
    words,
)
from tests.support.people import add_citizen, file_at_counter
from tests.support.product import SECRET_KEY

DAY = timedelta(days=1)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id)


def found() -> list[str]:
    db.session.rollback()
    return list(proof.problems())


def change(*statements) -> None:
    with writing() as session:
        for statement in statements:
            session.execute(statement, execution_options={"synchronize_session": False})


def changed(column, value, where) -> list[str]:
    """What is found while a column has another value."""
    table: Table = column.class_.__table__
    stored: Column = table.c[column.key]
    before = db.session.execute(select(stored).where(where)).scalar_one()
    db.session.rollback()
    change(update(table).where(where).values({stored: value}))
    problems = found()
    change(update(table).where(where).values({stored: before}))
    return problems


def test_all_that_the_services_do_agrees(house, citizen):
    """Every act on the way, so that what `verify` calls a fault is one."""
    now = clock.now()
    kept = [store().add("solicitud.txt", BytesIO(b"hola"))]
    opened = case_of(answered_case(house, citizen, files=kept))
    cases.mark_opened(opened.id, [one.id for one in opened.messages], now)
    for accepts, about in ((True, opened), (False, opened), (True, None), (False, None)):
        consents.decide(citizen, accepts, case=about, now=now)
    casework.close(opened.radicado, author=house.coordinator, now=now)
    annulled_case(house, citizen)
    waiting = assigned_case(house, citizen)
    legal.ask_to_complete(waiting, missing="La copia de la cédula", by=by(house.official, now))
    cases.mark_opened(case_of(waiting).id, [one.id for one in case_of(waiting).messages], now)
    suspend(house)
    casework.contribute(waiting, words("Aquí está"), author=citizen, now=now)
    casework.note(waiting, words("Revisado."), author=house.official, now=now)
    undelivered.notify(
        waiting, words("Acta"), medium=Medium.IN_PERSON, on=now.date(), author=house.official,
        now=now,
    )  # fmt: skip
    legal.withdraw(file_case(house, citizen), by=by(citizen))
    answering.send(waiting, words("Listo."), author=house.official, undo=DAY, now=now)
    assert found() == []  # also while it is on its way
    answering.send_due(now + DAY)
    assert case_of(waiting).answered_at is not None

    assert found() == []
    assert list(heads.problems()) == []


def test_what_a_case_says_beside_its_history_is_named(house, citizen):
    radicado = answered_case(house, citizen)
    case = case_of(radicado)
    cases.mark_opened(case.id, [one.id for one in case.messages], clock.now())
    consents.decide(citizen, True, case=case, now=clock.now())
    annulled = annulled_case(house, citizen)
    mine, answer = Requerimiento.radicado == radicado, Message.radicado.is_not(None)
    letter = and_(answer, Message.requerimiento_id == case.id)
    later = clock.now() + DAY
    code = db.session.scalar(select(Message.radicado).where(letter))

    for column, value, where, words_of in (
        (Requerimiento.status, "en_tramite", mine, "its status"),
        (Requerimiento.is_open, True, mine, "its is_open"),
        (Requerimiento.answered_at, later, mine, "its answered_at"),
        (Requerimiento.received_at, later, mine, "its received_at"),
        (Requerimiento.closed_at, later, mine, "its closed_at"),
        (Requerimiento.due_on, later.date(), mine, "its due_on"),
        (Requerimiento.undelivered_at, later, mine, "its undelivered_at"),
        (Message.opened_at, None, letter, f"{code}: its opened_at"),
        (Message.opened_at, later, letter, f"{code}: its opened_at"),
        (Message.written_at, later, letter, f"{code}: its kind, author or moment"),
        (Radicado.annulled_at, later, Radicado.code == radicado, "its annulled_at"),
        (Radicado.taken_at, later, Radicado.code == radicado, "its taken_at"),
        (Radicado.taken_at, later, Radicado.code == code, f"{code}: its radicado was taken"),
        (Radicado.annulment_reason, "Otra cosa", Radicado.code == radicado, "annulment_reason"),
        (Message.action, "prorrogar", letter, f"{code}: it is not the letter of the act"),
        (Requerimiento.is_sensitive, True, mine, "its is_sensitive"),
        (Requerimiento.sensitive_ground, "menor", mine, "its sensitive_ground"),
        (Requerimiento.appealed_at, later, mine, "its appealed_at"),
        (NotificationConsent.accepts, False, NotificationConsent.id > 0, "what was decided"),
    ):
        problems = changed(column, value, where)
        assert problems, column
        assert all(line.startswith(f"{radicado}: ") for line in problems), problems
        assert any(words_of in line for line in problems), problems
    [problem] = changed(Radicado.annulled_at, None, Radicado.code == annulled)
    assert problem.startswith(f"{annulled}: its annulled_at is none")
    for column, value in (
        (Radicado.annulled_by_id, house.official.id),
        (Radicado.annulment_reason, "Otra cosa."),
    ):
        [problem] = changed(column, value, Radicado.code == annulled)
        assert problem.startswith(f"{annulled}: its {column.key} is ")
    assert found() == []


def test_a_task_to_tell_the_citizen_that_was_taken_away_is_named(house, citizen):
    """Who never accepted has to be told of an answer until somebody writes down how it was done."""
    radicado = answered_case(house, citizen)
    told = answered_case(house, citizen)
    undelivered.notify(
        told, words("Acta"), medium=Medium.IN_PERSON, on=clock.now().date(),
        author=house.official, now=clock.now(),
    )  # fmt: skip
    assert case_of(radicado).untold is not None
    assert found() == []
    since = case_of(radicado).untold_at

    change(update(Requerimiento).filter_by(radicado=radicado).values(untold=None, untold_at=None))
    [problem] = found()
    assert problem.startswith(
        f"{radicado}: its untold is none since none, and by its history it is"
    )
    change(
        update(Requerimiento)
        .filter_by(radicado=radicado)
        .values(untold=Untold.NO_MAIL, untold_at=since + DAY)
    )
    assert found()[0].startswith(f"{radicado}: its untold is sin_correo since {since + DAY}, ")
    change(
        update(Requerimiento)
        .filter_by(radicado=told)
        .values(untold=Untold.NO_MAIL, untold_at=since),
        update(Requerimiento)
        .filter_by(radicado=radicado)
        .values(untold=Untold.NO_CONSENT, untold_at=since),
    )
    assert [line.partition(":")[0] for line in found()] == [told]


def test_a_decision_or_an_opening_that_nobody_made_is_named(house, citizen):
    radicado = answered_case(house, citizen)
    number, citizen_id = case_of(radicado).id, citizen.id

    change(update(Message).where(Message.radicado.is_not(None)).values(opened_at=clock.now()))
    change(
        insert(NotificationConsent).values(
            account_id=citizen_id, requerimiento_id=number, accepts=True, decided_at=clock.now()
        )
    )

    assert sorted(line.partition(": ")[2].partition(",")[0] for line in found()) == [
        "SOA2026EE000001: its opened_at is " + str(case_of(radicado).messages[0].opened_at),
        "what was decided on being notified of it is not what its history says",
    ]


def test_a_receipt_that_is_not_as_it_was_signed_is_named(house, citizen):
    kept = [store().add("solicitud.txt", BytesIO(b"hola"))]
    radicado = file_case(house, citizen, files=kept)
    case = case_of(radicado)
    receipt = db.session.get_one(Receipt, case.id)
    payload, signature = receipt.payload, receipt.signature
    own, mine = Receipt.requerimiento_id == case.id, Requerimiento.id == case.id
    broken = f"{radicado}: its receipt is not the one that was signed"

    for column, value, where in (
        (Receipt.payload, payload[:-2] + bytes([payload[-2] ^ 1]) + payload[-1:], own),
        (Receipt.payload, b"", own),
        (Receipt.signature, bytes([signature[0] ^ 1]) + signature[1:], own),
        (Receipt.key_id, "00000000", own),
        (Receipt.code, "AAAA-AAAA-AAAA-AAAA", own),
        (Requerimiento.term_source, "Otra ley", mine),
        (Requerimiento.body, "Otro texto.", mine),
    ):
        assert [line.partition(",")[0] for line in changed(column, value, where)] == [broken]
    change(delete(Receipt))
    assert found() == [f"{radicado}: its receipt is missing"]


def test_a_day_that_the_calendar_does_not_give_is_named(house, citizen):
    """A suspension that was altered shows in the cases that it moved, also once they have ended;
    one that ended before it was ordered keeps its day."""
    ended = answered_case(house, citizen)
    casework.close(ended, author=house.coordinator, now=clock.now())
    radicado = file_case(house, citizen)
    due_on, row = case_of(radicado).due_on, suspend(house, ahead=5)
    moved = case_of(radicado).due_on
    assert moved > due_on
    assert found() == []

    problem, record = changed(Suspension.last, row.first, Suspension.id == row.id)
    assert problem.startswith(f"{radicado}: it is due on {moved}, and by its events")
    assert record.startswith(f"suspension {row.id}: its last is {row.first}, and was recorded as ")
    number = row.id
    change(delete(Suspension))
    assert f"and the calendar of today on {due_on}" in found()[0]
    assert found()[1:] == [f"suspension {number} was ordered and is missing"]
    casework.assign(radicado, author=house.coordinator, office_id=house.hall.id,
                    assignee_id=house.official.id, now=clock.now())  # fmt: skip
    casework.answer(radicado, words("Listo."), author=house.official, now=clock.now())
    assert found()[0].startswith(f"{radicado}: it is due on {moved}, and by its events")


def test_a_suspension_that_moved_none_is_held_against_its_record(house):
    row = suspend(house)
    assert found() == []

    for column, value in (
        (Suspension.first, row.first - DAY),
        (Suspension.act, "Otra resolución"),
        (Suspension.reason, "Otra razón"),
    ):
        [problem] = changed(column, value, Suspension.id == row.id)
        assert problem.startswith(f"suspension {row.id}: its {column.key} is {value}, and was")
    [problem] = changed(Suspension.lifted_on, row.first, Suspension.id == row.id)
    assert problem == f"suspension {row.id}: it is lifted, and no record says so"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE radicado_counter SET entity_id = 99", "entity 99, which there is not, "),
        ("UPDATE entity SET id = 99", "it is of entity 1, and there is no such entity"),
    ],
)
def test_an_entity_that_there_is_not_is_a_line_and_no_failure(house, citizen, statement, named):
    file_case(house, citizen)

    unguarded(statement)

    assert any(named in line for line in found())
    assert list(heads.problems()) or "counter" in statement


def test_radicados_and_their_counters_have_no_gap(house, citizen):
    answered = [answered_case(house, citizen) for _ in range(2)]
    year = clock.now().year
    outgoing = RadicadoCounter.direction == Direction.OUTGOING
    name = f"SOA{year}EE00000"

    assert changed(RadicadoCounter.last, 4, outgoing) == [
        f"SOA {year} EE: its counter says 4 and its last radicado is 2",
        f"{name}3: this radicado was taken and is missing",
        f"{name}4: this radicado was taken and is missing",
    ]
    assert changed(Message.radicado, None, Message.radicado == f"{name}1")[-1] == (
        f"{name}1: this radicado was taken, and nothing has it"
    )
    change(update(Message).where(Message.radicado == f"{name}1").values(radicado=None))
    change(delete(Radicado).filter_by(code=f"{name}1"))
    assert f"{name}1: this radicado was taken and is missing" in found()
    assert len(answered) == 2


def test_cases_are_read_in_pieces_each_at_the_same_cost(house, citizen, monkeypatch):
    radicados = [file_case(house, citizen) for _ in range(4)]
    change(update(Requerimiento).values(is_priority=True))

    costs = []
    for size in (1, 2, 3, 4, 5):
        monkeypatch.setattr(proof, "BATCH", size)
        told = []
        with statements() as seen:
            named = [line.partition(":")[0] for line in proof.problems(told.append)]
        assert named == radicados
        assert sum(told) == proof.count_cases() == 4
        costs.append(len(seen))

    batches = [5, 3, 2, 2, 1]  # the last one is empty where the size divides them
    assert costs == [costs[-1] + 10 * (count - 1) for count in batches]


def test_a_term_that_cannot_be_counted_is_named(house, citizen):
    radicado = file_case(house, citizen)
    ancient = clock.now().replace(year=1990)

    problems = changed(Requerimiento.received_at, ancient, Requerimiento.radicado == radicado)

    assert any(line.startswith(f"{radicado}: its term cannot be counted") for line in problems)


def test_a_filing_taken_out_with_its_whole_history_leaves_its_number(house, citizen):
    """As if it had never been filed: with its row, its events and its receipt."""
    radicado = file_case(house, citizen)
    number = case_of(radicado).id
    db.session.rollback()

    with writing() as session:
        for model in (CaseWords, OutboxMessage, Receipt, Event):
            session.execute(delete(model).where(model.requerimiento_id == number))
        session.execute(delete(Requerimiento).where(Requerimiento.id == number))

    assert found() == [f"{radicado}: this radicado was taken, and nothing has it"]
    assert db.session.scalar(select(func.count(Requerimiento.id))) == 0


def test_a_case_handed_to_another_person_is_named(house, citizen, monkeypatch):
    """Who filed it says whose it is; what a clerk filed says it in the register, from now on."""
    other = add_citizen(house.entity.id, username="otra", document_number="20001").id
    on_line, at_counter = (
        file_case(house, citizen),
        file_at_counter(house.clerk, citizen_id=citizen.id).radicado,
    )
    with monkeypatch.context() as before:
        values = register._values
        before.setattr(
            register, "_values", lambda event, chained=None: values(event, chained or {})
        )
        older = file_at_counter(house.clerk, citizen_id=other).radicado
    assert found() == list(heads.problems()) == []

    for radicado, row in ((on_line, 1), (at_counter, 2)):
        change(
            update(Requerimiento).where(Requerimiento.radicado == radicado).values(citizen_id=other)
        )
        assert f"{radicado}: row {row} of the register: altered: holder" in heads.problems()
    [problem] = found()
    assert problem.startswith(f"{on_line}: its history says that account {citizen.id} filed it")
    assert (
        f"{on_line}: it was filed on line, and its row says that account {house.clerk.id} took it"
        in changed(Requerimiento.clerk_id, house.clerk.id, Requerimiento.radicado == on_line)
    )
    [_, problem] = changed(
        Requerimiento.clerk_id, house.official.id, Requerimiento.radicado == older
    )
    assert f"{older}: its history says that account {house.clerk.id} filed it" in problem


def test_the_key_of_a_guest_that_is_gone_or_opens_the_case_of_another_is_named(house, citizen):
    what = Filing(kind=Kind.PETITION, body="Pido un cupo.", submission="nonce")
    guest = guests.file(
        what, person=None, entity=house.facts, signer=Signer(SECRET_KEY), now=clock.now()
    ).radicado
    radicado = file_case(house, citizen)
    assert found() == []

    change(update(AccessKey).values(requerimiento_id=case_of(radicado).id))

    assert found() == [
        f"{guest}: it was filed without an account, and the key that opens it is missing",
        f"{radicado}: a key opens it, and it was filed with an account",
    ]
