"""How much each has: the same as the lists of the queue that the figures lead to."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.calendar import OFFICE
from app.domain.requerimiento import Status
from app.extensions import db, writing
from app.models import Account, Requerimiento
from app.services import legal, queue, workload
from app.services.queue import Filters
from app.services.workload import Load
from tests.support.office import (
    House,
    absence_of,
    answered_case,
    assigned_case,
    by,
    case_of,
    file_case,
    open_house,
    statements,
)
from tests.support.people import add_citizen

# A petition that came in on 16 March is due on Thursday 9 April.
FILED = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
DUE = date(2026, 4, 9)


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def busy(house, citizen) -> House:
    """The official has five: one waits for its citizen and one is due later; nobody has one."""
    for _ in range(3):
        assigned_case(house, citizen, now=FILED)
    waiting = assigned_case(house, citizen, now=FILED + timedelta(days=14))
    legal.ask_to_complete(
        waiting, missing="Falta el certificado.", by=by(house.official, FILED + timedelta(days=15))
    )
    later = assigned_case(house, citizen, now=FILED)
    with writing():
        case_of(later).due_on = DUE + timedelta(days=9)
    new = file_case(house, citizen, now=FILED)
    with writing():
        case_of(new).office_id = house.coverage.id
    answered_case(house, citizen, now=FILED)
    assigned_case(open_house("VIL"), citizen, now=FILED)
    return house


def test_each_has_what_the_queue_lists(busy):
    house_id = busy.entity.id

    with statements() as seen:
        loads = workload.of_entity(house_id, DUE)

    assert len(seen) == 1
    assert loads.person[busy.official.id] == Load(open=5, overdue=0, week=3, waiting=1)
    assert loads.person[None] == Load(open=1, overdue=0, week=1)
    assert loads.office[busy.hall.id] == loads.person[busy.official.id]
    assert loads.office[busy.coverage.id].open == 1
    late = DUE + timedelta(days=1)
    assert workload.of_entity(busy.entity.id, late).person[busy.official.id].overdue == 3
    mine = busy.official.id
    [waits_until] = db.session.scalars(
        select(Requerimiento.due_on).filter_by(status=Status.WAITING)
    )
    lists = {
        "open": Filters(assignee=mine),
        "overdue": Filters(assignee=mine, due="vencidos"),
        "week": Filters(assignee=mine, due="semana"),
        "waiting": Filters(assignee=mine, status=Status.WAITING),
    }
    for today in (late, waits_until, waits_until + timedelta(days=1)):
        load = workload.of_entity(busy.entity.id, today).person[mine]
        assert queue.counts(busy.coordinator, lists, today=today) == asdict(load)
    # Nothing of what waits for its citizen is due, not even once its day has passed.
    assert load == Load(open=5, overdue=4, week=0, waiting=1)


def test_what_no_office_has_is_a_list_of_its_own(house, citizen):
    nowhere, placed = (file_case(house, citizen, now=FILED) for _ in range(2))
    with writing():
        case_of(nowhere).office_id = None
        case_of(placed).office_id = house.hall.id

    [row] = queue.page(house.coordinator, Filters(unplaced=True), today=DUE).rows

    assert row.radicado == nowhere
    assert workload.of_entity(house.entity.id, DUE).office[None].open == 1


def test_who_can_be_given_a_case_is_seen_with_what_they_have(busy):
    absence_of(busy)
    house_id = busy.entity.id

    with statements() as seen:
        found = workload.colleagues(house_id, clock.now().date())

    assert len(seen) == 1
    assert {person.name: person.open_cases for person in found} == {
        "Ada Prueba": 0,
        "Coral Prueba": 0,
        "Lejos Prueba": 0,
        "Olga Prueba": 5,
    }
    [away] = [person for person in found if person.away_until]
    assert away.described == "Olga Prueba: 5 abiertos, ausente"
    assert away.substitute == "Lejos Prueba"


@pytest.mark.on("sqlite")
def test_what_is_open_is_counted_from_the_indexes_alone(busy):
    with statements() as seen:
        workload.of_entity(busy.entity.id, DUE)
    asked = seen[-1]
    values = [1 for _ in range(asked.count("?"))]

    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple(values))
    plan = [row[3] for row in rows]

    assert sum("COVERING INDEX ix_queue_assignee" in step for step in plan) == 1
    assert sum("COVERING INDEX ix_queue_office" in step for step in plan) == 1
    assert sum("USING INDEX ix_queue_status" in step for step in plan) == 2
    assert not any(step.startswith("SCAN requerimiento") for step in plan)
