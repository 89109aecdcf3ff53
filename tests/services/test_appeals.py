"""What a citizen presents against the end of their case: whom it reaches, how long it waits, and
what is decided on it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.domain.acts import LawRefuses
from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken
from app.domain.events import RejectionGround, Ruling
from app.domain.requerimiento import Action, Status
from app.extensions import db, writing
from app.models import Account, Mention, OutboxMessage, Requerimiento
from app.services import casework, courses, legal, proof, queue
from app.services.casework import NotAllowed
from app.services.mentions import Answerable, answerable
from app.services.queue import Filters
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    by,
    case_of,
    mail_is_taken,
    open_house,
    words,
)
from tests.support.people import add_citizen

WHY = "Los datos son de salud de otra persona."
TO = "Tribunal Administrativo de Cundinamarca"


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


@pytest.fixture
def rejected(house, citizen) -> str:
    """Rejected as reserved on 18 March by the coordinator, with the official in charge."""
    return reject(house, assigned_case(house, citizen, now=on(16)))


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=OFFICE)


def reject(house: House, radicado: str) -> str:
    legal.reject(
        radicado,
        ground=RejectionGround.RESERVED,
        reasons=WHY,
        rule="Ley 1437 de 2011, artículo 24",
        by=by(house.coordinator, on(18)),
    )
    return radicado


def insist(radicado: str, citizen: Account, now: datetime) -> None:
    casework.contribute(radicado, words("Insisto."), author=citizen, now=now)


def rule(house: House, radicado: str, ruling: Ruling, now: datetime, to: str = "") -> str:
    return legal.rule(radicado, ruling=ruling, reasons=WHY, to=to, by=by(house.coordinator, now))


def called() -> list[int]:
    return list(db.session.scalars(select(Mention.account_id).order_by(Mention.account_id)))


def mailed() -> list[int | None]:
    asked = select(OutboxMessage.account_id).filter_by(letter="appealed")
    return list(db.session.scalars(asked.order_by(OutboxMessage.account_id)))


def change(person: Account, **values: object) -> None:
    with writing() as session:
        row = session.get_one(Account, person.id)
        for name, value in values.items():
            setattr(row, name, value)
    db.session.rollback()


def test_it_reaches_who_has_the_case_by_mail_and_in_the_queue(house, citizen, rejected):
    insist(rejected, citizen, on(19))

    assert case_of(rejected).status is Status.REJECTED
    assert called() == mailed() == [house.official.id]


def test_where_nobody_has_it_it_reaches_who_signed_and_else_who_coordinates(house, citizen):
    first, second = (reject(house, assigned_case(house, citizen, now=on(16))) for _ in range(2))
    with writing() as session:
        for case in session.scalars(select(Requerimiento)):
            case.assignee_id = None
    db.session.rollback()
    with writing() as session:
        session.add(
            Account(
                username="soa.otra", role="coordinador", entity_id=house.entity.id,
                created_at=on(16), first_names="Otra", surnames="Prueba", email="",
            )
        )  # fmt: skip
    db.session.rollback()

    assert answerable(case_of(first))[0] is Answerable.SIGNER
    insist(first, citizen, on(19))
    assert called() == mailed() == [house.coordinator.id]
    change(house.coordinator, is_active=False)
    who, people = answerable(case_of(second))
    assert who is Answerable.COORDINATORS
    assert [one.username for one in people] == ["soa.otra"]
    change(people[0], is_active=False)
    assert [one.id for one in answerable(case_of(second))[1]] == [house.administrator.id]
    change(house.administrator, is_active=False)
    assert answerable(case_of(second)) == (Answerable.NOBODY, [])


def test_it_waits_in_the_list_from_the_first_time_until_it_is_decided(house, citizen, rejected):
    asked = {"waiting": Filters(appealed=True)}
    insist(rejected, citizen, on(19))
    insist(rejected, citizen, on(20))

    assert case_of(rejected).appealed_at == on(19)
    listed = queue.page(house.coordinator, Filters(appealed=True), today=on(20).date()).rows
    assert [row.radicado for row in listed] == [rejected]
    assert queue.counts(house.coordinator, asked, today=on(20).date()) == {"waiting": 1}
    rule(house, rejected, Ruling.REVOKE, on(24))
    assert queue.counts(house.coordinator, asked, today=on(24).date()) == {"waiting": 0}
    assert list(proof.problems()) == []


@pytest.mark.parametrize(
    ("ruling", "said"),
    [
        (Ruling.REVOKE, "Revocamos la decisión del miércoles 18 de marzo de 2026"),
        (Ruling.REMIT, f"La enviamos, con la documentación del caso, a quien decide: {TO}."),
    ],
)
def test_it_is_decided_in_a_letter_and_the_case_stays_ended(house, citizen, rejected, ruling, said):
    insist(rejected, citizen, on(19))
    closed = case_of(rejected).closed_at

    code = rule(house, rejected, ruling, on(24), TO)

    case = case_of(rejected)
    letter, line = case.messages[-1], case.events[-1]
    assert (case.status, case.closed_at, case.appealed_at) == (Status.REJECTED, closed, None)
    assert (letter.radicado, letter.action) == (code, Action.RULE)
    assert said in letter.body
    assert "Norma: Ley 1437 de 2011, artículo 26." in letter.body
    assert (line.action, line.ground) == (Action.RULE, ruling)
    assert line.note.startswith(f"{ruling.done}. ")
    assert courses.load(case).events[-1].ruling is ruling
    told = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert told.account_id == citizen.id
    assert list(proof.problems()) == []
    with pytest.raises(LawRefuses, match="No hay recurso ni insistencia"):
        rule(house, rejected, ruling, on(24), TO)


def test_an_insistence_in_time_is_not_confirmed_by_the_entity(house, citizen, rejected):
    insist(rejected, citizen, on(19))

    with pytest.raises(LawRefuses, match="insistió a tiempo"):
        rule(house, rejected, Ruling.CONFIRM, on(24))

    assert case_of(rejected).appealed_at == on(19)


def test_only_who_may_reject_decides_it(house, citizen, rejected):
    insist(rejected, citizen, on(19))
    for person in (house.official, house.clerk):
        with pytest.raises(NotAllowed):
            legal.rule(rejected, ruling=Ruling.REVOKE, reasons=WHY, by=by(person, on(20)))


def test_what_was_shelved_takes_an_appeal_and_what_was_answered_and_closed_does_not(house, citizen):
    shelved, closed = assigned_case(house, citizen, now=on(16)), answered_case(house, citizen)
    casework.close(closed, author=house.coordinator, now=on(17))
    legal.ask_to_clarify(shelved, doubt="No se entiende.", by=by(house.official, on(17)))
    mail_is_taken()
    legal.shelve(shelved, reasons="No se aclaró.", by=by(house.coordinator, on(7, 4)))

    insist(shelved, citizen, on(8, 4))
    casework.contribute(shelved, words("Y traigo más."), author=house.clerk, now=on(9, 4))
    for author in (citizen, house.clerk):
        with pytest.raises(RuleBroken, match="no está permitida"):
            casework.contribute(closed, words("Algo más."), author=author, now=on(8, 4))
    assert case_of(shelved).appealed_at == on(8, 4)
    rule(house, shelved, Ruling.CONFIRM, on(10, 4))

    case = case_of(shelved)
    assert (case.status, case.appealed_at) == (Status.CLOSED, None)
    assert "Norma: Ley 1437 de 2011, artículo 76." in case.messages[-1].body


def test_who_withdrew_by_themselves_appeals_nothing(house, citizen):
    radicado = assigned_case(house, citizen, now=on(16))
    legal.withdraw(radicado, by=by(citizen, on(17)))

    casework.contribute(radicado, words("Gracias."), author=citizen, now=on(18))

    assert case_of(radicado).appealed_at is None
    assert mailed() == []
    with pytest.raises(RuleBroken, match="no terminó con una decisión"):
        rule(house, radicado, Ruling.REVOKE, on(19))
