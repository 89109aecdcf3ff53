"""The course of a filed case: the golden cases, and what its rows make of the events of the law."""

from datetime import date, datetime

import pytest
from sqlalchemy import text

from app.domain import acts
from app.domain.calendar import OFFICE
from app.domain.deadline import Reading
from app.domain.requerimiento import Kind
from app.domain.terms import Requester
from app.extensions import db, writing
from app.models import Account, Entity, Suspension
from app.services import courses, heads, legal
from app.services.legal import Sender
from tests.support.office import House, assigned_case, case_of, file_case, open_house
from tests.support.people import add_citizen

# What law.md counted by hand: reception, kind, due by the first and by the second reading.
GOLDEN = {
    "1": ("2026-03-16T10:00", Kind.PETITION, "2026-04-09", "2026-04-09"),
    "2": ("2026-03-27T16:59", Kind.INFORMATION, "2026-04-14", "2026-04-14"),
    "4": ("2026-04-01T21:30", Kind.PETITION, "2026-04-24", "2026-04-27"),
    "5": ("2026-04-02T09:00", Kind.DOCUMENTS, "2026-04-17", "2026-04-20"),
    "8": ("2026-12-14T08:00", Kind.PETITION, "2027-01-06", "2027-01-06"),
    "9": ("2026-12-18T15:00", Kind.INFORMATION, "2027-01-05", "2027-01-05"),
}
ASKED_BY = {"9": Requester.AUTHORITY}


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("number", GOLDEN)
def test_a_filed_case_is_due_when_the_law_says(house, citizen, number, reading):
    received, kind, *due = GOLDEN[number]
    read_by(house, reading)

    requester = ASKED_BY.get(number, Requester.PERSON)
    radicado = file_case(house, citizen, kind=kind, requester=requester, now=moment(received))

    case = case_of(radicado)
    assert case.due_on == date.fromisoformat(due[reading - 1])
    assert courses.load(case).due_on == case.due_on


def test_a_case_keeps_the_reading_under_which_it_was_filed(house, citizen):
    read_by(house, Reading.SECOND)
    radicado = file_case(house, citizen, now=moment("2026-04-01T21:30"))

    read_by(house, Reading.FIRST)

    assert courses.load(case_of(radicado)).due_on == date(2026, 4, 27)


def test_a_suspension_of_several_days_takes_each_of_them_out(house, citizen):
    with writing() as session:
        session.add(
            Suspension(
                entity_id=house.entity.id,
                first=date(2026, 3, 18),
                last=date(2026, 3, 20),
                reason="Suspensión de términos",
                act="Resolución 12 de 2026",
            )
        )

    case = case_of(file_case(house, citizen, now=moment("2026-03-16T10:00")))

    assert case.due_on == date(2026, 4, 14)
    [closure] = courses.load(case).office.calendar.closures
    assert closure.words == "Suspensión de términos (Resolución 12 de 2026)"


@pytest.mark.parametrize("action", ["requerir", "priorizar", "decretar_desistimiento"])
def test_the_history_holds_the_new_actions(house, citizen, action):
    case = case_of(file_case(house, citizen))

    insert_line(case.id, house.official.id, action)

    lines = db.session.scalars(text("SELECT action FROM event ORDER BY id DESC")).all()
    assert lines[0] == action


@pytest.mark.parametrize("action", ["inventar", ""])
def test_the_history_still_refuses_what_is_no_action(house, citizen, action):
    case = case_of(file_case(house, citizen))

    with pytest.raises(Exception, match="ck_event_event_action"):
        insert_line(case.id, house.official.id, action)


def test_who_asks_may_have_a_term_of_their_own(house, citizen):
    now = moment("2026-03-16T10:00")
    congress = file_case(
        house, citizen, kind=Kind.INFORMATION, requester=Requester.LEGISLATOR, now=now
    )

    case = case_of(congress)

    assert (case.due_on, case.term_days) == (date(2026, 3, 24), 5)
    assert "Ley 5 de 1992" in case.term_source
    assert list(heads.problems()) == []


def insert_line(case_id: int, author_id: int, action: str) -> None:
    with writing() as session:
        session.execute(
            text(
                "INSERT INTO event (requerimiento_id, action, status, author_id, happened_at, note)"
                " VALUES (:case, :action, 'en_espera', :author, '2026-03-18 15:00:00', '')"
            ),
            {"case": case_id, "action": action, "author": author_id},
        )


def moment(received: str) -> datetime:
    return datetime.fromisoformat(received).replace(tzinfo=OFFICE)


def read_by(house: House, reading: Reading) -> None:
    with writing() as session:
        session.get_one(Entity, house.entity.id).reading = reading


def test_the_last_days_of_the_office_are_the_golden_ones(house, citizen):
    refer = courses.load(case_of(file_case(house, citizen, now=moment("2026-12-03T10:00"))))
    ask = courses.load(case_of(file_case(house, citizen, now=moment("2026-07-06T09:00"))))
    extend = courses.load(case_of(file_case(house, citizen, now=moment("2026-03-16T10:00"))))

    assert acts.last_day_to_refer(refer) == date(2026, 12, 11)
    assert acts.last_day_to_ask(ask) == date(2026, 7, 22)
    assert acts.last_day_of_extension(extend) == date(2026, 4, 30)


def test_what_is_asked_for_on_25_november_may_be_completed_until_28_december(house, citizen):
    radicado = assigned_case(house, citizen, now=moment("2026-11-23T10:00"))
    sender = Sender(author=house.official, now=moment("2026-11-25T10:00"), submission="a" * 36)

    legal.ask_to_complete(radicado, missing="Falta el certificado.", by=sender)

    case = case_of(radicado)
    assert case.due_on == courses.load(case).waiting.citizen_until == date(2026, 12, 28)
