"""Each event of the law through its service: the clock, the state, the letter, the notice; and
each act that the table of transitions does not hold, refused with nothing changed."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import current_app
from sqlalchemy import func, select

from app.domain.acts import LawRefuses
from app.domain.calendar import OFFICE
from app.domain.errors import NotFound, RuleBroken
from app.domain.events import PriorityGround, RejectionGround, Ruling
from app.domain.moves import moves_of
from app.domain.requerimiento import TRANSITIONS, Action, Kind, Status
from app.extensions import db, writing
from app.models import Account, Event, Message, OutboxMessage, Radicado, Requerimiento
from app.services import cases, casework, courses, guests, legal, undelivered
from app.services.filing import Filing
from app.services.legal_letters import TITLES, Letter, happened, subject_of
from app.services.letters import Letterhead, Writer
from app.services.undelivered import Medium
from app.unfinished import signer
from tests.support.mail import report_of
from tests.support.office import (
    House,
    assigned_case,
    by,
    case_of,
    mail_is_taken,
    open_house,
    words,
)
from tests.support.people import add_citizen

WHY = "Falta el certificado del colegio."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def radicado(house, citizen) -> str:
    """Golden case 1, in the hands of the official: due on 9 April."""
    return assigned_case(house, citizen, now=on(16))


def on(day: int, month: int = 3, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=OFFICE)


def last_event(radicado: str) -> Event:
    return db.session.scalars(
        select(Event).filter_by(requerimiento_id=case_of(radicado).id).order_by(Event.id.desc())
    ).first()


def last_message(radicado: str) -> Message:
    return db.session.scalars(
        select(Message).filter_by(requerimiento_id=case_of(radicado).id).order_by(Message.id.desc())
    ).first()


def last_notice() -> OutboxMessage:
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()


def mailed(notice: OutboxMessage) -> str:
    """The words of a mail, without the breaks of its lines."""
    writer = Writer(
        templates=current_app.jinja_env, base_url="https://sac.example", signer=signer()
    )
    text = writer.write(
        notice.letter, notice.context, letterhead=Letterhead(), account_id=None
    ).text
    return re.sub(r"(?<=\S)\n(?=[^\s-])", " ", text)


def ask(house: House, radicado: str, now: datetime) -> str:
    return legal.ask_to_complete(radicado, missing=WHY, by=by(house.official, now))


def test_asking_to_complete_stops_the_clock_and_writes_the_letter(house, radicado):
    code = ask(house, radicado, on(18))

    case, message, event = case_of(radicado), last_message(radicado), last_event(radicado)
    assert (case.status, case.due_on) == (Status.WAITING, date(2026, 4, 20))
    assert courses.load(case).due_on is None
    assert (message.radicado, message.action) == (code, Action.ASK_TO_COMPLETE)
    assert code == "SOA2026EE000001"
    assert WHY in message.body
    assert "lunes 20 de abril de 2026" in message.body
    assert "artículo 17" in message.body
    assert (event.action, event.note) == (Action.ASK_TO_COMPLETE, WHY)
    assert last_notice().context["title"] == "solicitud de completar"
    said = mailed(last_notice())
    assert f"La entidad le pide completar su requerimiento {radicado}." in said
    assert "Hay tiempo hasta el lunes 20 de abril de 2026" in said
    assert "Un mes desde el miércoles 18 de marzo de 2026" in said
    assert "- sáb 18 abr: no cuenta, Sábado\n" in said
    assert "- lun 20 abr: Último día\n" in said


def test_what_the_citizen_sends_then_completes_it_and_the_clock_goes_on(house, citizen, radicado):
    ask(house, radicado, on(18))

    casework.contribute(radicado, words("Aquí está."), author=citizen, now=on(25))

    case = case_of(radicado)
    # 17 and 18 had run: 13 days are left from 26 March on.
    assert (case.status, case.due_on) == (Status.IN_PROGRESS, date(2026, 4, 15))
    assert last_event(radicado).action is Action.COMPLETE
    said = mailed(last_notice())
    assert "Día hábil 2 de 15. Vence el miércoles 15 de abril de 2026." in said
    assert "- mié 25 mar: no cuenta, Se entregó lo pedido" in said
    assert "- mié 15 abr: día 15\n" in said


def test_a_clarification_stops_the_clock_and_resumes_it(house, citizen, radicado):
    legal.ask_to_clarify(radicado, doubt="No se entiende qué pide.", by=by(house.official, on(18)))
    waiting = case_of(radicado)
    assert (waiting.status, waiting.due_on) == (Status.WAITING, date(2026, 4, 6))
    assert "- lun 6 abr: Día hábil 10\n" in mailed(last_notice())

    casework.contribute(radicado, words("Pido un cupo."), author=citizen, now=on(25))

    case = case_of(radicado)
    assert (case.status, case.due_on) == (Status.IN_PROGRESS, date(2026, 4, 15))
    assert last_event(radicado).action is Action.CLARIFY


def test_more_time_is_given_once(house, citizen, radicado):
    ask(house, radicado, on(18))

    until = legal.ask_more_time(radicado, author=citizen, now=on(20, 4))

    assert until == case_of(radicado).due_on == date(2026, 5, 20)
    assert "y otro mes porque se pidió más plazo: hasta el miércoles 20" in mailed(last_notice())
    with pytest.raises(LawRefuses, match="ya se amplió"):
        legal.ask_more_time(radicado, author=citizen, now=on(21, 4))


def test_an_extension_moves_the_due_date_to_the_day_it_names(house, radicado):
    legal.extend(radicado, until=date(2026, 4, 30), reason=WHY, by=by(house.official, on(9, 4)))

    case, event = case_of(radicado), last_event(radicado)
    assert (case.status, case.due_on) == (Status.ASSIGNED, date(2026, 4, 30))
    assert (event.action, event.days) == (Action.EXTEND, 30)
    assert "jueves 30 de abril de 2026" in last_message(radicado).body
    said = mailed(last_notice())
    assert "Día hábil 15 de 30, con prórroga. Vence el jueves 30 de abril de 2026." in said
    assert "- jue 30 abr: día 30\n" in said


def test_an_extension_after_expiry_is_refused_by_its_article(house, radicado):
    with pytest.raises(LawRefuses, match="artículo 14, parágrafo"):
        legal.extend(
            radicado, until=date(2026, 4, 30), reason=WHY, by=by(house.official, on(10, 4))
        )

    assert case_of(radicado).due_on == date(2026, 4, 9)
    assert db.session.scalar(select(func.count()).where(Radicado.code.contains("EE"))) == 0


def test_a_referral_names_where_it_goes_and_ends_the_case(house, radicado):
    legal.refer(
        radicado,
        to="Alcaldía de Bosa",
        words="Es de su competencia.",
        why_late="",
        by=by(house.official, on(20)),
    )

    case, event = case_of(radicado), last_event(radicado)
    assert (case.status, case.is_open, case.closed_at) == (Status.REFERRED, False, on(20))
    assert (event.action, event.note) == (Action.REFER, "Alcaldía de Bosa")
    assert "Alcaldía de Bosa" in last_message(radicado).body
    assert f"trasladó su requerimiento {radicado} a Alcaldía de Bosa, que" in mailed(last_notice())


def test_what_is_answered_elsewhere_to_whom_nobody_else_reaches_is_told_in_the_case(house):
    radicado = guests.file(
        Filing(kind=Kind.PETITION, body="Pido un cupo.", submission=uuid4().hex),
        person=None,
        entity=house.facts,
        signer=current_app.extensions["signer"],
        now=on(16),
    ).radicado
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.hall.id,
        assignee_id=house.official.id,
        now=on(16),
    )
    legal.refer(radicado, to="Alcaldía", words=WHY, why_late="", by=by(house.official, on(18)))

    said = last_message(radicado).body
    assert f"envíen la respuesta a esta entidad, con el número {radicado}" in said
    assert "directamente" not in said
    casework.write_to_citizen(
        radicado, words("La Alcaldía responde: sí."), author=house.official, now=on(20)
    )
    assert case_of(radicado).status is Status.REFERRED


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("action", [action for action in TITLES if action is not Action.ANNUL])
def test_each_mail_of_an_act_says_what_happened(action):
    ruling = Ruling.CONFIRM if action is Action.RULE else None
    letter = Letter(action, "SOA2026ER000001", WHY, to="Ministerio", ruling=ruling)

    for is_sensitive in (False, True):
        said = happened(letter, is_sensitive=is_sensitive)
        assert "SOA2026ER000001" in said
        assert ("Ministerio" in said) is (action is Action.REFER and not is_sensitive)
    assert subject_of(action)


def test_a_late_referral_keeps_its_explanation_where_only_the_office_reads(house, radicado):
    refer = {"to": "Alcaldía de Bosa", "words": "Es de su competencia."}
    with pytest.raises(LawRefuses, match="artículo 21"):
        legal.refer(radicado, **refer, why_late="", by=by(house.official, on(30)))

    legal.refer(radicado, **refer, why_late="Se leyó tarde el caso.", by=by(house.official, on(30)))

    note = last_event(radicado)
    assert (note.action, note.note) == (Action.NOTE, "Traslado tarde: Se leyó tarde el caso.")


def test_a_citizen_withdraws_their_own_case_and_nobody_elses(house, citizen, radicado):
    other = add_citizen(house.entity.id, document_number="1000000001", email="otra@example.com")
    with pytest.raises(NotFound):
        legal.withdraw(radicado, by=by(other, on(18)))

    code = legal.withdraw(radicado, reason="Ya lo resolví.", by=by(citizen, on(18)))

    case = case_of(radicado)
    assert (case.status, case.closed_at) == (Status.WITHDRAWN, on(18))
    [letter] = case.messages
    assert (letter.radicado, letter.action) == (code, Action.WITHDRAW)
    assert "Recibimos su desistimiento" in letter.body
    assert "de oficio" not in letter.body
    assert "Sus razones:\n\nYa lo resolví." in letter.body
    assert last_event(radicado).note == "Ya lo resolví."


def test_only_the_withdrawal_is_an_act_of_the_citizen(house, citizen, radicado):
    with pytest.raises(RuleBroken):
        legal.extend(radicado, until=date(2026, 4, 10), reason=WHY, by=by(citizen, on(18)))
    assert case_of(radicado).messages == []


def test_a_tacit_withdrawal_waits_for_the_citizens_last_day_and_a_persons_reasons(house, radicado):
    ask(house, radicado, on(18))
    mail_is_taken()
    declare = legal.declare_withdrawn
    with pytest.raises(LawRefuses, match="tiene hasta el lunes 20 de abril"):
        declare(radicado, reasons=WHY, by=by(house.coordinator, on(20, 4)))
    with pytest.raises(LawRefuses, match="motivos"):
        declare(radicado, reasons="No.", by=by(house.coordinator, on(21, 4)))

    declare(radicado, reasons=WHY, by=by(house.coordinator, on(21, 4)))

    assert case_of(radicado).status is Status.WITHDRAWN
    assert "recurso de reposición" in last_message(radicado).body


def test_what_was_not_clarified_is_shelved_by_a_person(house, radicado):
    legal.ask_to_clarify(radicado, doubt="No se entiende qué pide.", by=by(house.official, on(18)))
    with pytest.raises(LawRefuses, match=r"no le llegó por correo.*artículos 19 y 67"):
        legal.shelve(radicado, reasons="No se aclaró.", by=by(house.coordinator, on(7, 4)))
    mail_is_taken()

    legal.shelve(radicado, reasons="No se aclaró.", by=by(house.coordinator, on(7, 4)))

    assert case_of(radicado).status is Status.CLOSED
    assert REMEDY in last_message(radicado).body


REMEDY = (
    "procede el recurso de reposición, dentro de los 10 días hábiles siguientes a su notificación "
    "(Ley 1437 de 2011, artículo 76)"
)


def test_a_rejection_as_disrespectful_says_what_may_be_done_against_it(house, radicado):
    legal.reject(
        radicado,
        ground=RejectionGround.DISRESPECTFUL,
        reasons=WHY,
        by=by(house.coordinator, on(18)),
    )

    assert REMEDY in last_message(radicado).body


def declare(house: House, radicado: str, now: datetime) -> str:
    return legal.declare_withdrawn(radicado, reasons=WHY, by=by(house.coordinator, now))


def test_whose_mail_came_back_is_not_taken_to_withdraw_until_told_otherwise(house, radicado):
    ask(house, radicado, on(18))
    mail_is_taken()
    returned = f"<{last_notice().message_id}@sac.example>"
    db.session.rollback()
    undelivered.take(report_of(returned), now=on(19))

    with pytest.raises(LawRefuses, match=r"el correo volvió sin llegarle.*artículos 17 y 67"):
        declare(house, radicado, on(21, 4))
    assert case_of(radicado).status is Status.WAITING
    undelivered.notify(
        radicado,
        words("Guía 123."),
        medium=Medium.POST,
        on=date(2026, 4, 22),
        author=house.clerk,
        now=on(22, 4),
    )
    with pytest.raises(LawRefuses, match="tiene hasta el viernes 22 de mayo"):
        declare(house, radicado, on(23, 4))

    declare(house, radicado, on(25, 5))

    assert case_of(radicado).status is Status.WITHDRAWN


def test_who_gets_no_mail_is_taken_to_withdraw_once_they_opened_the_letter(house):
    silent = add_citizen(house.entity.id, document_number="1000000001", email="")
    radicado = assigned_case(house, silent, now=on(16))
    ask(house, radicado, on(18))
    with pytest.raises(LawRefuses, match="no la ha abierto"):
        declare(house, radicado, on(21, 4))

    cases.mark_opened(case_of(radicado).id, [last_message(radicado).id], on(19))
    declare(house, radicado, on(21, 4))

    assert case_of(radicado).status is Status.WITHDRAWN


def test_a_rejection_for_reserve_names_the_rule(house, radicado):
    reject = {"ground": RejectionGround.RESERVED, "reasons": WHY}
    with pytest.raises(LawRefuses, match="norma exacta"):
        legal.reject(radicado, **reject, by=by(house.coordinator, on(18)))

    legal.reject(
        radicado, **reject, rule="Ley 1712 de 2014, artículo 18", by=by(house.coordinator, on(18))
    )

    assert case_of(radicado).status is Status.REJECTED
    assert last_event(radicado).ground == RejectionGround.RESERVED
    row = list(moves_of(courses.load(case_of(radicado))))[-1]
    assert (row.words, row.source) == ("Rechazado.", "Ley 1437 de 2011, artículos 24 y 25")
    assert "Ley 1712 de 2014, artículo 18" in last_message(radicado).body


def test_priority_is_marked_and_the_term_stays(house, radicado):
    sender = by(house.official, on(18))
    for _ in range(2):  # the same form
        code = legal.prioritise(radicado, ground=PriorityGround.DANGER, by=sender)
    with pytest.raises(LawRefuses, match="ya tiene prioridad"):
        legal.prioritise(radicado, ground=PriorityGround.JOURNALIST, by=by(house.official, on(18)))

    case = case_of(radicado)
    assert (last_message(radicado).radicado, last_message(radicado).action) == (
        code,
        Action.PRIORITISE,
    )
    assert "antes que otros, porque hay peligro para la vida" in last_message(radicado).body
    assert (case.is_priority, case.due_on) == (True, date(2026, 4, 9))
    lines = [line for line in case.events if line.action is Action.PRIORITISE]
    assert [line.ground for line in lines] == ["peligro"]


def test_a_form_sent_twice_acts_once(house, radicado):
    sender = by(house.official, on(18), "f" * 36)

    codes = [legal.ask_to_complete(radicado, missing=WHY, by=sender) for _ in range(2)]

    assert codes[0] == codes[1]
    assert len(case_of(radicado).messages) == 1


def test_an_answer_while_the_clock_stands_is_never_late(house, radicado):
    ask(house, radicado, on(18))

    casework.answer(radicado, words("Con lo que hay."), author=house.official, now=on(4, 5))

    case = case_of(radicado)
    assert (case.status, case.due_on) == (Status.ANSWERED, date(2026, 5, 4))


VERBS: dict[Action, Callable[[House, Account, str], Any]] = {
    Action.ASK_TO_COMPLETE: lambda house, _, code: ask(house, code, on(18)),
    Action.ASK_TO_CLARIFY: lambda house, _, code: legal.ask_to_clarify(
        code, doubt=WHY, by=by(house.official, on(18))
    ),
    Action.ASK_MORE_TIME: lambda _, citizen, code: legal.ask_more_time(
        code, author=citizen, now=on(18)
    ),
    Action.EXTEND: lambda house, _, code: legal.extend(
        code, until=date(2026, 4, 10), reason=WHY, by=by(house.official, on(18))
    ),
    Action.REFER: lambda house, _, code: legal.refer(
        code, to="Alcaldía", words=WHY, why_late="", by=by(house.official, on(18))
    ),
    Action.WITHDRAW: lambda _, citizen, code: legal.withdraw(code, by=by(citizen, on(18))),
    Action.DECLARE_WITHDRAWN: lambda house, _, code: legal.declare_withdrawn(
        code, reasons=WHY, by=by(house.coordinator, on(18))
    ),
    Action.SHELVE: lambda house, _, code: legal.shelve(
        code, reasons=WHY, by=by(house.coordinator, on(18))
    ),
    Action.REJECT: lambda house, _, code: legal.reject(
        code,
        ground=RejectionGround.DISRESPECTFUL,
        reasons=WHY,
        by=by(house.coordinator, on(18)),
    ),
    Action.PRIORITISE: lambda house, _, code: legal.prioritise(
        code, ground=PriorityGround.DANGER, by=by(house.official, on(18))
    ),
    Action.RULE: lambda house, _, code: legal.rule(
        code, ruling=Ruling.REVOKE, reasons=WHY, by=by(house.coordinator, on(18))
    ),
}
REFUSED = [
    (status, action) for action in VERBS for status in Status if (status, action) not in TRANSITIONS
]


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_each_pair_that_is_not_in_the_table_is_refused_by_its_service(
    house, citizen, radicado, status, action
):
    with writing() as session:
        case = session.scalars(select(Requerimiento).filter_by(radicado=radicado)).one()
        case.status, case.is_open = status, status.is_open
    before = db.session.scalar(select(func.count(Event.id)))

    with pytest.raises(RuleBroken, match="no está permitida"):
        VERBS[action](house, citizen, radicado)

    assert case_of(radicado).status is status
    assert db.session.scalar(select(func.count(Event.id))) == before
