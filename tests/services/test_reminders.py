"""One letter in the morning with what each person owes, once, whatever the number of workers."""

import email
from datetime import datetime, timedelta
from email.message import Message

import pytest
import time_machine
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Kind
from app.extensions import db, writing
from app.models import Account, OutboxMessage, Topic
from app.services import answering, casework, legal, reminders, reserve, topics
from app.services.casework import NotAllowed
from app.services.topics import TopicPlan
from app.worker import run_once
from tests.support.office import (
    House,
    absence_of,
    assigned_case,
    by,
    case_of,
    file_case,
    open_house,
    words,
)
from tests.support.people import add_citizen, at_once

# A petition that came in on 16 March is due on 9 April.
FILED = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
DUE = datetime(2026, 4, 9, 7, 30, tzinfo=OFFICE)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def digests() -> dict[str, list[list[str]]]:
    """What each person is told of, by address."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).filter_by(letter="digest"))
    return {row.recipient: row.context["rows"] for row in rows}


def test_each_is_told_of_their_own_and_the_coordinator_of_all(house, citizen):
    mine = assigned_case(house, citizen, now=FILED)
    nobodys = file_case(house, citizen, now=FILED)

    assert reminders.send(DUE) == 2

    told = digests()
    assert told["soa.funcionario@soacha.example"] == [[mine, "Petición: vence hoy"]]
    assert told["soa.coordinador@soacha.example"] == [
        [mine, "Petición: vence hoy, de Olga Prueba"],
        [nobodys, "Petición: vence hoy, sin persona"],
    ]


def test_a_promise_that_lapsed_is_not_told_as_the_law(house, citizen):
    plan = TopicPlan(name="Impresoras", kind=Kind.PETITION, term_days=5, term_source="Res. 12")
    with time_machine.travel(FILED, tick=False):
        topic = topics.save(None, plan, author=house.administrator, now=FILED)
    promised = assigned_case(house, citizen, now=FILED, topic_id=topic)

    reminders.send(datetime(2026, 3, 25, 7, 30, tzinfo=OFFICE))

    [letter] = db.session.scalars(
        select(OutboxMessage).filter_by(letter="digest", account_id=house.official.id)
    )
    assert letter.context["rows"] == [[promised, "Petición: compromiso vencido"]]
    assert letter.context["summary"] == "1 con el compromiso vencido"


def test_who_stands_in_for_the_coordinator_is_told_of_all(house, citizen):
    mine = assigned_case(house, citizen, now=FILED)
    nobodys = file_case(house, citizen, now=FILED)
    with time_machine.travel(DUE, tick=False):
        absence_of(house, house.coordinator, house.colleague)

    assert reminders.send(DUE) == 3

    assert digests()["soa.lejos@soacha.example"] == [
        [mine, "Petición: vence hoy, de Olga Prueba"],
        [nobodys, "Petición: vence hoy, sin persona"],
    ]


@pytest.mark.parametrize(
    ("days_before", "said"),
    [(9, "vence en 5 días hábiles"), (2, "vence en 2 días hábiles"), (-1, "venció")],
)
def test_the_points_are_those_of_the_entity(house, citizen, days_before, said):
    radicado = assigned_case(house, citizen, now=FILED)

    reminders.send(DUE - timedelta(days=days_before))

    assert digests()["soa.funcionario@soacha.example"] == [[radicado, f"Petición: {said}"]]


@pytest.mark.parametrize("days", [-1, 1, 3, -4])
def test_on_the_days_between_nobody_is_written_to(house, citizen, days):
    assigned_case(house, citizen, now=FILED)
    moment = DUE - timedelta(days=days)
    if days == -1:  # what is late is said on the first morning only
        moment += timedelta(days=1)

    assert reminders.send(moment) == 0


def test_what_is_over_or_waits_for_its_citizen_is_not_spoken_of(house, citizen):
    answered = assigned_case(house, citizen, now=FILED)
    casework.answer(answered, words("Listo."), author=house.official, now=FILED)
    waiting = assigned_case(house, citizen, now=FILED)
    legal.ask_to_complete(waiting, missing="Falta el certificado.", by=by(house.official, FILED))

    assert reminders.send(DUE) == 0


def test_nothing_is_sent_before_the_morning_nor_on_a_holiday(house, citizen):
    assigned_case(house, citizen, now=FILED)

    assert reminders.send(DUE.replace(hour=6, minute=59)) == 0
    assert reminders.send(DUE.replace(day=5)) == 0


def test_two_workers_write_once(app, house, citizen):
    assigned_case(house, citizen, now=FILED)

    at_once(app, [lambda: reminders.send(DUE)] * 2)
    reminders.send(DUE + timedelta(hours=3))

    assert len(digests()) == 2


def test_an_entity_may_choose_none(house, citizen):
    assigned_case(house, citizen, now=FILED)
    reminders.set_points("", author=house.administrator, now=FILED)

    assert reminders.send(DUE) == 0


@pytest.mark.parametrize("text", ["mañana", "99", "-1"])
def test_what_is_no_list_of_days_is_refused(house, text):
    with pytest.raises(FieldRefused, match="separados por comas"):
        reminders.set_points(text, author=house.administrator, now=FILED)
    assert reminders.points_of(house.entity.id) == "5, 2, 0"


@pytest.mark.parametrize("who", ["official", "clerk", "coordinator"])
def test_only_an_administrator_chooses(house, who):
    with pytest.raises(NotAllowed):
        reminders.set_points("1", author=getattr(house, who), now=FILED)


def test_who_has_no_mail_or_left_gets_none(house, citizen):
    assigned_case(house, citizen, now=FILED)
    with writing() as session:
        session.get_one(Account, house.official.id).is_active = False
        session.get_one(Account, house.coordinator.id).email = ""
        session.get_one(Account, house.administrator.id).email = ""

    assert reminders.send(DUE) == 0


def test_a_long_list_is_cut_and_counted(house, citizen, monkeypatch):
    monkeypatch.setattr(reminders, "LONGEST", 2)
    for _ in range(4):
        assigned_case(house, citizen, now=FILED)

    reminders.send(DUE)

    rows = digests()["soa.funcionario@soacha.example"]
    assert len(rows) == 3
    assert rows[-1] == ["…", "y 2 más"]


def test_the_worker_sends_it_as_a_mail(app, house, citizen):
    radicado = assigned_case(house, citizen, now=FILED)
    with time_machine.travel(DUE, tick=False):
        run_once(app)

    folder = app.extensions["settings"].instance / "outbox"
    mails = [path.read_text() for path in folder.iterdir()]
    [mine] = [mail for mail in mails if "soa.funcionario@" in mail and "de hoy:" in mail]
    assert "Sus requerimientos de hoy: 1 que vence hoy" in mine
    [text, html] = email.message_from_string(mine).get_payload()
    link = f"/gestion/{radicado}"
    assert f"{link}\n" in decoded(text)
    assert f'{link}">{radicado}</a>' in decoded(html)


def decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def waits_to_be_approved(house: House, citizen: Account) -> str:
    """A case whose answer somebody else must read, due on a day that nobody is reminded of."""
    radicado = assigned_case(house, citizen, now=FILED + timedelta(days=1))
    with writing() as session:
        session.merge(case_of(radicado)).topic = Topic(
            entity_id=house.entity.id, name="Cupos", needs_approval=True
        )
    answering.send(
        radicado, words("Sí."), author=house.official, undo=timedelta(seconds=30), now=FILED
    )
    return radicado


def test_who_approves_is_told_each_morning_of_what_waits_for_them(house, citizen):
    radicado = waits_to_be_approved(house, citizen)

    assert reminders.send(DUE) == 2

    line = [radicado, "respuesta por aprobar, de Olga Prueba"]
    told = digests()
    assert told["soa.coordinador@soacha.example"] == [line]
    assert told["soa.administrador@soacha.example"] == [line]
    letter = db.session.scalars(select(OutboxMessage).filter_by(letter="digest")).first()
    assert letter.context["summary"] == "1 con respuesta por aprobar"


def test_nobody_is_told_of_an_answer_in_a_case_that_is_closed_to_them(house, citizen):
    radicado = waits_to_be_approved(house, citizen)
    reserve.recuse(
        radicado,
        person_id=house.coordinator.id,
        reason="Es de su familia quien la presentó.",
        author=house.administrator,
        now=FILED,
    )

    assert reminders.send(DUE) == 1
    assert "soa.coordinador@soacha.example" not in digests()


@pytest.mark.parametrize("lacks", [{"is_active": False}, {"email": ""}])
def test_without_a_coordinator_to_write_to_who_may_assign_is_told_of_all(house, citizen, lacks):
    nobodys = file_case(house, citizen, now=FILED)
    with writing() as session:
        for name, value in lacks.items():
            setattr(session.get_one(Account, house.coordinator.id), name, value)

    assert reminders.send(DUE) == 1
    [(recipient, rows)] = digests().items()
    assert recipient == house.administrator.email
    assert [row[0] for row in rows] == [nobodys]
