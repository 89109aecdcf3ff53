"""Days away: who may write them, and that who stands in receives, sees, acts and is reminded."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app import clock
from app.domain.calendar import OFFICE
from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action
from app.domain.roles import Role
from app.extensions import db, writing
from app.models import Absence, Account, AdministrationChange, OutboxMessage
from app.services import absences, casework, queue, reminders, sessions, workload
from app.services.casework import NotAllowed
from app.services.queue import Filters
from tests.support.office import House, absence_of, assigned_case, case_of, file_case, open_house
from tests.support.people import add_citizen, at_once


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def register(house: House, author: Account, person: Account, substitute: Account) -> None:
    today = clock.now().date()
    absences.register(
        person_id=person.id,
        substitute_id=substitute.id,
        first=today,
        last=today + timedelta(days=3),
        author=author,
        now=clock.now(),
    )


def entered(person: Account) -> Account:
    """The person as they come in: whose work they do is read with their session."""
    secret = sessions.start(person, device="", now=clock.now())
    found = sessions.find(secret, clock.now())
    assert found is not None
    return found.account


def test_one_writes_one_s_own_and_who_distributes_anybody_s(house):
    register(house, house.official, house.official, house.colleague)
    with pytest.raises(NotAllowed):
        register(house, house.colleague, house.coordinator, house.official)
    register(house, house.administrator, house.coordinator, house.colleague)

    today = clock.now().date()
    assert len(absences.seen_by(house.coordinator, today)) == 2
    assert [row.account_id for row in absences.seen_by(house.official, today)] == [
        house.official.id
    ]
    assert db.session.scalars(select(AdministrationChange.title)).all() == [
        "Ausencia de Olga Prueba",
        "Ausencia de Coral Prueba",
    ]


def test_who_cannot_work_or_is_of_elsewhere_neither_leaves_nor_stands_in(house):
    other = open_house("VIL")
    with writing() as session:
        session.get_one(Account, house.colleague.id).is_active = False

    for person, substitute, field in (
        (house.clerk, house.coordinator, "person"),
        (other.official, house.coordinator, "person"),
        (house.official, house.clerk, "substitute"),
        (house.official, house.colleague, "substitute"),
        (house.official, other.official, "substitute"),
    ):
        with pytest.raises(FieldRefused) as refused:
            register(house, house.coordinator, person, substitute)
        assert refused.value.field == field


def test_two_who_write_at_once_do_not_cross(app, house):
    def write(person, substitute):
        return lambda: register(house, house.administrator, person, substitute)

    at_once(
        app,
        [
            write(house.official, house.colleague),
            write(house.colleague, house.official),
        ],
    )

    db.session.rollback()
    assert len(db.session.scalars(select(Absence)).all()) == 1


def test_what_is_assigned_to_who_is_away_goes_to_who_stands_in(house, citizen):
    absence = absence_of(house)

    radicado = assigned_case(house, citizen)

    case = case_of(radicado)
    assert (case.office_id, case.assignee_id) == (house.hall.id, house.colleague.id)
    assert case.events[-1].note == (
        "Atención al Ciudadano: Lejos Prueba, en reemplazo de Olga Prueba"
    )

    absences.end(absence, author=house.official, now=clock.now())
    assert case_of(assigned_case(house, citizen)).assignee_id == house.official.id


def test_who_stands_in_sees_and_works_on_what_the_other_had(house, citizen):
    radicado = assigned_case(house, citizen)
    mine = Filters(substituted=house.colleague.id)
    stranger = entered(house.colleague)
    assert Action.START not in casework.actions_for(case_of(radicado), stranger)

    absence = absence_of(house)
    substitute = entered(house.colleague)

    assert substitute.stands_in_for == {house.official.id}
    today = clock.now().date()
    assert [row.radicado for row in queue.page(substitute, mine, today=today).rows] == [radicado]
    assert queue.counts(substitute, {"": mine}, today=today) == {"": 1}
    casework.start(radicado, author=substitute, now=clock.now())
    assert case_of(radicado).assignee_id == house.official.id

    absences.end(absence, author=house.coordinator, now=clock.now())
    assert queue.page(substitute, mine, today=today).rows == []
    assert entered(house.colleague).stands_in_for == frozenset()


def test_an_absence_ends_before_its_time_or_never_begins(house):
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=OFFICE), tick=False):
        begun, coming = absence_of(house), absence_of(house, house.coordinator, days=2)
    with time_machine.travel(datetime(2026, 3, 17, 10, tzinfo=OFFICE), tick=False):
        future = absence_of(
            house, house.administrator, first=clock.now().date() + timedelta(days=9)
        )
        with pytest.raises(NotAllowed):
            absences.end(coming, author=house.official, now=clock.now())
        for absence in (begun, future):
            absences.end(absence, author=house.coordinator, now=clock.now())
        with pytest.raises(NotFound):
            absences.end(begun, author=house.coordinator, now=clock.now())

    db.session.rollback()
    left = {row.id: row.last.isoformat() for row in db.session.scalars(select(Absence))}
    assert left == {begun: "2026-03-16", coming: "2026-03-17"}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.COUNTER}])
def test_who_works_no_more_receives_nothing_for_another(house, citizen, change):
    absence_of(house)
    with writing() as session:
        for name, value in change.items():
            setattr(session.get_one(Account, house.colleague.id), name, value)

    case = case_of(assigned_case(house, citizen))

    assert (case.office_id, case.assignee_id) == (house.hall.id, None)
    assert case.events[-1].note == (
        "Atención al Ciudadano, sin persona: Olga Prueba está ausente y Lejos Prueba, "
        "su reemplazo, ya no recibe requerimientos"
    )
    people = workload.colleagues(house.entity.id, clock.now().date())
    assert [person.substitute for person in people if person.id == house.official.id] == [""]


def test_what_is_sensitive_passes_only_to_the_reserve_team(house, citizen):
    absence_of(house)

    case = case_of(assigned_case(house, citizen, about_minor=True))

    assert (case.office_id, case.assignee_id) == (house.hall.id, None)
    assert "Lejos Prueba, su reemplazo, no es del equipo de reserva" in case.events[-1].note

    with writing() as session:
        session.get_one(Account, house.colleague.id).in_reserve_team = True
    case = case_of(assigned_case(house, citizen, about_minor=True))
    assert case.assignee_id == house.colleague.id


def test_the_digest_of_who_is_away_goes_also_to_who_stands_in(house, citizen):
    radicado = assigned_case(house, citizen, now=datetime(2026, 3, 16, 10, tzinfo=OFFICE))
    due = datetime(2026, 4, 9, 7, 30, tzinfo=OFFICE)
    with time_machine.travel(due, tick=False):
        absence_of(house)

    reminders.send(due)

    told = {
        row.recipient.split("@")[0]: row.context["rows"]
        for row in db.session.scalars(select(OutboxMessage).filter_by(letter="digest"))
    }
    assert told["soa.lejos"] == [[radicado, "Petición: vence hoy, de Olga Prueba"]]
    assert told["soa.funcionario"] == [[radicado, "Petición: vence hoy"]]


def test_what_nobody_has_is_nobody_s_to_substitute(house, citizen):
    file_case(house, citizen)
    absence_of(house)
    substitute = entered(house.colleague)
    mine = Filters(substituted=substitute.id)

    assert queue.page(substitute, mine, today=clock.now().date()).rows == []
