"""An answer on its way: undone, approved, returned, sent by itself, or kept from going."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine

from app import clock
from app.domain.errors import RuleBroken
from app.domain.requerimiento import Action, Status
from app.extensions import db, writing
from app.models import (
    Event,
    Message,
    MessageKind,
    OutboxMessage,
    PreparedAnswer,
    Requerimiento,
    Stage,
    Topic,
)
from app.services import answering, cases, legal, reserve
from app.services.answering import Outcome
from app.uploads import store
from tests.support.office import absence_of, assigned_case, by, case_of, open_house, words
from tests.support.people import add_citizen

NOON = "2026-03-17T12:00:00-05:00"
HALF = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen):
    return assigned_case(house, citizen)


def send(house, radicado, *, undo=HALF, text="Su hija tiene cupo.", **more):
    return answering.send(
        radicado, words(text, **more), author=house.official, undo=undo, now=clock.now()
    )


def needs_approval(house, radicado) -> None:
    with writing() as session:
        topic = Topic(entity_id=house.entity.id, name="Cupos", needs_approval=True)
        case = session.query(Requerimiento).filter_by(radicado=radicado).one()
        case.topic = topic


def actions(radicado) -> list[Action]:
    return [event.action for event in case_of(radicado).events]


def seen_by_citizen(radicado, citizen) -> list[str]:
    return [message.body for message in cases.open_file(radicado, account=citizen).messages]


def test_an_answer_leaves_when_its_moment_to_be_undone_has_passed(house, citizen, radicado):
    outcome = send(house, radicado)
    letters = db.session.query(OutboxMessage).filter_by(letter="answered").count()
    early = answering.send_due(clock.now() + timedelta(seconds=29))
    hidden = seen_by_citizen(radicado, citizen)
    status = case_of(radicado).status

    went = answering.send_due(clock.now() + HALF)

    assert outcome == Outcome(goes_at=clock.now() + HALF)
    assert (early, letters, hidden, status) == (0, 0, [], Status.ASSIGNED)
    assert went == 1
    assert case_of(radicado).status is Status.ANSWERED
    [answer] = case_of(radicado).messages
    assert (answer.kind, answer.written_at) == (MessageKind.ANSWER, clock.now() + HALF)
    assert answer.radicado == "SOA2026EE000001"
    assert seen_by_citizen(radicado, citizen) == ["Su hija tiene cupo."]
    assert db.session.query(OutboxMessage).filter_by(letter="answered").count() == 1
    assert answering.send_due(clock.now() + HALF) == 0


def test_without_a_moment_to_undo_it_goes_at_once(house, radicado):
    assert send(house, radicado, undo=timedelta(0)) == Outcome("SOA2026EE000001")
    assert case_of(radicado).status is Status.ANSWERED


def test_no_answer_is_late_for_the_moment_to_undo_it(house, radicado, frozen):
    frozen.move_to("2026-04-10T23:59:45-05:00")

    assert send(house, radicado).radicado == "SOA2026EE000001"
    assert case_of(radicado).answered_at.date() <= case_of(radicado).due_on


def test_sent_twice_by_one_form_it_is_on_its_way_once(house, radicado):
    first = send(house, radicado, submission="one")
    again = send(house, radicado, submission="one")

    assert first == again
    assert db.session.query(Message).count() == 1


def test_undone_it_takes_no_radicado_and_its_words_and_files_stay(house, citizen, radicado):
    send(house, radicado, files=[store().add("acta.txt", BytesIO(b"acta"))])
    answering.undo(radicado, author=house.official, now=clock.now() + timedelta(seconds=29))

    assert answering.send_due(clock.now() + HALF) == 0
    prepared = answering.of_case(case_of(radicado).id)
    assert (prepared.stage, prepared.message.body) == (Stage.RETURNED, "Su hija tiene cupo.")
    assert [file.name for file in prepared.message.attachments] == ["acta.txt"]
    assert actions(radicado)[-1] is Action.UNDO
    assert seen_by_citizen(radicado, citizen) == []

    files = cases.stored(prepared.message)
    sent = send(house, radicado, undo=timedelta(0), text="Su hijo tiene cupo.", files=files)
    assert sent == Outcome("SOA2026EE000001")
    [answer] = case_of(radicado).messages
    assert [file.name for file in answer.attachments] == ["acta.txt"]
    assert db.session.query(PreparedAnswer).count() == 0


def test_what_went_is_not_undone(house, radicado):
    send(house, radicado)

    with pytest.raises(RuleBroken, match="ya salió"):
        answering.undo(radicado, author=house.official, now=clock.now() + HALF)
    answering.send_due(clock.now() + HALF)
    with pytest.raises(RuleBroken, match="ya salió"):
        answering.undo(radicado, author=house.official, now=clock.now() + HALF)
    assert case_of(radicado).status is Status.ANSWERED


def test_undone_twice_it_is_undone_once_and_nobody_says_that_it_went(house, radicado):
    send(house, radicado)
    answering.undo(radicado, author=house.official, now=clock.now())
    done = actions(radicado)

    answering.undo(radicado, author=house.official, now=clock.now() + HALF)

    assert actions(radicado) == done
    other = assigned_case(house, case_of(radicado).citizen)
    with pytest.raises(RuleBroken, match="no hay una respuesta por salir"):
        answering.undo(other, author=house.official, now=clock.now())


def test_a_second_answer_waits_for_the_first(house, radicado):
    send(house, radicado)

    with pytest.raises(RuleBroken, match="La respuesta de Olga Prueba está saliendo"):
        answering.send(
            radicado, words("Otra."), author=house.coordinator, undo=HALF, now=clock.now()
        )
    assert db.session.query(Message).count() == 1


def test_what_ended_meanwhile_gets_no_answer_and_the_words_stay(house, citizen, radicado):
    send(house, radicado)
    legal.withdraw(radicado, by=by(citizen, clock.now()))

    assert answering.send_due(clock.now() + HALF) == 0
    prepared = answering.of_case(case_of(radicado).id)
    assert prepared.stage is Stage.RETURNED
    assert prepared.remark.startswith("No salió.")
    assert case_of(radicado).status is Status.WITHDRAWN


def test_where_the_topic_asks_a_second_person_approves(house, citizen, radicado):
    needs_approval(house, radicado)
    outcome = send(house, radicado)

    assert outcome == Outcome()
    assert answering.send_due(clock.now() + timedelta(days=1)) == 0
    with pytest.raises(RuleBroken, match="rol"):
        answering.approve(radicado, author=house.official, undo=HALF, now=clock.now())

    left = answering.approve(radicado, author=house.coordinator, undo=HALF, now=clock.now())
    assert left.goes_at == clock.now() + HALF
    assert answering.send_due(clock.now() + HALF) == 1
    assert actions(radicado)[-3:] == [Action.SUBMIT, Action.APPROVE, Action.ANSWER]
    last = db.session.query(Event).order_by(Event.id.desc()).first()
    assert last.author_id == house.official.id
    assert seen_by_citizen(radicado, citizen) == ["Su hija tiene cupo."]


def test_nobody_approves_what_they_wrote(house, radicado):
    needs_approval(house, radicado)
    answering.send(radicado, words("Sí."), author=house.coordinator, undo=HALF, now=clock.now())

    for verb in (
        lambda: answering.approve(radicado, author=house.coordinator, undo=HALF, now=clock.now()),
        lambda: answering.give_back(
            radicado, remark="Falta la fecha.", author=house.coordinator, now=clock.now()
        ),
    ):
        with pytest.raises(RuleBroken, match="otra persona"):
            verb()
    answering.undo(radicado, author=house.coordinator, now=clock.now())
    assert answering.of_case(case_of(radicado).id).stage is Stage.RETURNED


def test_returned_with_a_remark_it_is_written_again(house, radicado):
    needs_approval(house, radicado)
    send(house, radicado)
    with pytest.raises(RuleBroken, match="10 letras"):
        answering.give_back(radicado, remark="No", author=house.coordinator, now=clock.now())

    answering.give_back(
        radicado, remark="Falta la fecha.", author=house.coordinator, now=clock.now()
    )
    prepared = answering.of_case(case_of(radicado).id)
    assert (prepared.stage, prepared.remark) == (Stage.RETURNED, "Falta la fecha.")
    assert case_of(radicado).events[-1].note == "Falta la fecha."

    assert send(house, radicado, text="El 3 de abril.") == Outcome()
    assert answering.of_case(case_of(radicado).id).stage is Stage.TO_APPROVE
    answering.undo(radicado, author=house.official, now=clock.now())
    with pytest.raises(RuleBroken, match="no hay una respuesta por aprobar"):
        answering.approve(radicado, author=house.coordinator, undo=HALF, now=clock.now())


@pytest.mark.parametrize("who", ["official", "coordinator"])
def test_no_answer_goes_signed_or_approved_by_whom_the_case_is_closed_to(house, radicado, who):
    needs_approval(house, radicado)
    send(house, radicado)
    answering.approve(radicado, author=house.coordinator, undo=HALF, now=clock.now())
    reserve.recuse(
        radicado,
        person_id=getattr(house, who).id,
        reason="Es familiar de quien pide.",
        author=house.administrator,
        now=clock.now(),
    )

    assert answering.send_due(clock.now() + HALF) == 0
    prepared = answering.of_case(case_of(radicado).id)
    assert (prepared.stage, prepared.reviewer) == (Stage.RETURNED, None)
    assert prepared.remark.endswith("quedó apartado de este caso.")
    assert case_of(radicado).status.is_open


def test_a_case_that_ends_while_its_answer_waits_keeps_the_text(house, citizen, radicado):
    needs_approval(house, radicado)
    send(house, radicado)
    legal.withdraw(radicado, by=by(citizen, clock.now()))

    prepared = answering.of_case(case_of(radicado).id)
    assert (prepared.stage, prepared.remark) == (
        Stage.RETURNED,
        "No salió. El ciudadano desistió.",
    )
    assert prepared.message.body == "Su hija tiene cupo."


def asked_to_approve() -> list[str]:
    letters = db.session.query(OutboxMessage).filter_by(letter="to_approve")
    return sorted(letter.recipient.split("@")[0] for letter in letters.order_by(OutboxMessage.id))


def test_who_may_approve_and_is_here_is_told_that_an_answer_waits(house, citizen, radicado):
    needs_approval(house, radicado)
    send(house, radicado)
    told = asked_to_approve()
    [facts] = {str(sorted(m.context.items())) for m in _letters_to(house.coordinator)}

    closed = assigned_case(house, citizen)
    needs_approval(house, closed)
    reserve.recuse(
        closed,
        person_id=house.coordinator.id,
        reason="Es familiar de quien pide.",
        author=house.administrator,
        now=clock.now(),
    )
    absence_of(house, house.administrator, house.coordinator)
    send(house, closed)

    assert told == ["soa.administrador", "soa.coordinador"]
    assert radicado in facts
    assert "cupo" not in facts
    assert asked_to_approve() == [
        "soa.administrador",  # away, but nobody else may
        *told,
    ]


def _letters_to(person):
    return db.session.query(OutboxMessage).filter_by(letter="to_approve", account_id=person.id)
