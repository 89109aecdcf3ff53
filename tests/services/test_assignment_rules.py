"""Rules that give what is filed, in the transaction that files it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.errors import NotFound
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Kind, Status
from app.extensions import db, writing
from app.models import Account, AdministrationChange, Office, Topic
from app.services import assignment_rules, routing
from app.services.casework import NotAllowed
from app.services.register import read
from tests.support.office import (
    House,
    absence_of,
    assigned_case,
    case_of,
    file_case,
    open_house,
    rule_of,
    statements,
)
from tests.support.people import add_citizen


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


@pytest.fixture
def tree(house) -> tuple[int, int]:
    """A branch of the topics, which the first office sees to, and a leaf of it."""
    with writing() as session:
        branch = Topic(entity_id=house.entity.id, name="Cobertura", office_id=house.hall.id)
        session.add(branch)
        session.flush()
        leaf = Topic(
            entity_id=house.entity.id, name="Cupos", parent_id=branch.id, office_id=house.hall.id
        )
        session.add(leaf)
        session.flush()
        return branch.id, leaf.id


def test_without_a_rule_the_office_of_the_topic_receives_it(house, citizen, tree):
    rule_of(house, kind=Kind.CLAIM)

    case = case_of(file_case(house, citizen, topic_id=tree[1]))

    assert (case.status, case.office_id, case.assignee_id) == (Status.FILED, house.hall.id, None)
    assert [event.action for event in case.events] == [Action.FILE]


def test_a_rule_on_a_branch_gives_what_is_below_it_and_says_so(house, citizen, tree):
    rule_of(house)
    rule_of(house, topic_id=tree[0], assignee_id=house.colleague.id)

    case = case_of(file_case(house, citizen, topic_id=tree[1]))

    assert (case.status, case.office_id, case.assignee_id) == (
        Status.ASSIGNED,
        house.coverage.id,
        house.colleague.id,
    )
    filed, given = case.events
    assert (filed.action, filed.status) == (Action.FILE, Status.FILED)
    assert (given.action, given.author_id, given.happened_at) == (
        Action.ASSIGN,
        None,
        filed.happened_at,
    )
    assert given.note == ("Cobertura Educativa: Lejos Prueba. Por la regla 2: todo de Cobertura.")
    assert [row.entry.radicado for row in read(house.entity.id)][-2:] == [case.radicado] * 2


def test_the_least_busy_official_of_the_office_who_is_there_receives_it(house, citizen):
    assigned_case(house, citizen)
    with writing() as session:
        session.get_one(Account, house.colleague.id).office_id = house.hall.id
    rule_of(house, office_id=house.hall.id, least_busy=True)

    def receiver() -> int | None:
        return case_of(file_case(house, citizen)).assignee_id

    assert receiver() == house.colleague.id
    absence_of(house, house.colleague, house.coordinator)
    assert receiver() == house.official.id
    absence_of(house, house.official, house.coordinator)
    assert receiver() == house.coordinator.id
    assert receiver() == house.administrator.id


def test_for_who_is_away_the_substitute_receives_it(house, citizen):
    rule_of(house, assignee_id=house.colleague.id)
    absence_of(house, house.colleague, house.official)

    case = case_of(file_case(house, citizen))

    assert case.assignee_id == house.official.id
    assert "Olga Prueba, en reemplazo de Lejos Prueba. Por la regla 1" in case.events[-1].note


@pytest.mark.parametrize("what", ["office", "person", "role"])
def test_a_rule_that_names_who_cannot_receive_is_passed_by(house, citizen, what):
    rule_of(house, office_id=house.hall.id, kind=Kind.PETITION, assignee_id=house.official.id)
    rule_of(house)
    with writing() as session:
        if what == "office":
            session.get_one(Office, house.hall.id).is_active = False
        elif what == "person":
            session.get_one(Account, house.official.id).is_active = False
        else:
            session.get_one(Account, house.official.id).role = house.clerk.role

    assert case_of(file_case(house, citizen)).office_id == house.coverage.id
    passed_by, followed = routing.of_entity(house.entity.id, clock.now().date())
    assert passed_by.problem
    assert not followed.problem


@pytest.mark.parametrize("how", ["person", "least_busy", "substitute"])
def test_a_rule_opens_nothing_sensitive_to_who_is_not_of_the_team(house, citizen, how):
    rule_of(
        house,
        assignee_id=None if how == "least_busy" else house.colleague.id,
        least_busy=how == "least_busy",
    )
    able = house.colleague
    if how == "substitute":
        absence_of(house, house.colleague, house.official)
        able = house.official

    case = case_of(file_case(house, citizen, about_minor=True))
    assert (case.office_id, case.assignee_id) == (house.coverage.id, None)
    assert "sin persona: " in case.events[-1].note
    assert "del equipo de reserva. Por la regla 1" in case.events[-1].note

    with writing() as session:
        session.get_one(Account, able.id).in_reserve_team = True
    assert case_of(file_case(house, citizen, about_minor=True)).assignee_id == able.id


def test_a_filing_costs_one_statement_more(house, citizen, monkeypatch):
    def cost() -> int:
        with statements() as seen:
            file_case(house, citizen)
        return len(seen)

    cost()
    with_rules = cost()
    monkeypatch.setattr(routing, "find", lambda *_args, **_more: None)

    assert with_rules == cost() + 1


def test_rules_change_places_and_each_change_is_recorded(house):
    first, second = rule_of(house, kind=Kind.CLAIM), rule_of(house)

    def do(act, *args, **more):
        act(*args, author=house.administrator, now=clock.now(), **more)

    do(assignment_rules.shift, second, by=-1)
    do(assignment_rules.shift, second, by=-1)  # it is the first already
    rules = routing.of_entity(house.entity.id, clock.now().date())
    assert [each.rule.id for each in rules] == [second, first]

    given = {"topic_id": None, "kind": None, "assignee_id": None, "least_busy": True}
    do(assignment_rules.save, first, office_id=house.hall.id, **given)
    do(assignment_rules.remove, second)

    db.session.rollback()
    [left] = routing.of_entity(house.entity.id, clock.now().date())
    assert (left.rule.id, left.number) == (first, 1)
    log = db.session.scalars(select(AdministrationChange).order_by(AdministrationChange.id)).all()
    assert [(row.subject, row.subject_id, row.before, row.after) for row in log][2:] == [
        ("regla", second, {"place": 2}, {"place": 1}),
        (
            "regla",
            first,
            {"kind": "reclamo", "office": "Cobertura Educativa", "assignee": None},
            {
                "kind": None,
                "office": "Atención al Ciudadano",
                "assignee": "la de menos casos abiertos",
            },
        ),
        ("regla", second, log[-1].before, {}),
    ]


def test_only_an_administrator_writes_rules_and_only_of_the_entity(house, tree):
    other = open_house("VIL")
    theirs = rule_of(other)

    for field, changes in (
        ("office", {"office_id": other.hall.id}),
        ("who", {"assignee_id": other.official.id}),
        ("who", {"assignee_id": house.clerk.id}),
        ("topic", {"topic_id": 999}),
    ):
        with pytest.raises(FieldRefused) as refused:
            rule_of(house, **changes)
        assert refused.value.field == field
    for author, failure in ((house.administrator, NotFound), (house.coordinator, NotAllowed)):
        for act in (assignment_rules.remove, assignment_rules.shift):
            more = {"by": 1} if act is assignment_rules.shift else {}
            with pytest.raises(failure):
                act(theirs, author=author, now=clock.now() + timedelta(0), **more)
