"""Cases that change hands: back to the office, to another, and what keeps them where they are."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Status
from app.extensions import db, writing
from app.models import Account, OutboxMessage, Topic
from app.services import answering, casework, legal, moving
from app.services.casework import NotAllowed
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
from tests.support.people import add_citizen

WHY = "Es de otra dependencia."


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id, notify_by_email=True)


def release(house: House, radicado: str, who: str = "official", note: str = WHY) -> None:
    moving.release(radicado, note=note, author=getattr(house, who), now=clock.now())


def hand_over(house: House, radicado: str, who: str = "official", **changes: object) -> None:
    given = {"office_id": house.coverage.id, "assignee_id": None, "note": WHY} | changes
    moving.hand_over(radicado, author=getattr(house, who), now=clock.now(), **given)


def letters() -> list[tuple[str, str]]:
    rows = select(OutboxMessage.letter, OutboxMessage.recipient).order_by(OutboxMessage.id)
    return [(letter, to.split("@")[0]) for letter, to in db.session.execute(rows)]


def test_a_case_goes_back_to_its_office_and_says_why(house, citizen):
    radicado = assigned_case(house, citizen)
    casework.start(radicado, author=house.official, now=clock.now())
    due_on = case_of(radicado).due_on

    release(house, radicado)

    case = case_of(radicado)
    assert (case.status, case.office_id, case.assignee_id, case.due_on) == (
        Status.ASSIGNED,
        house.hall.id,
        None,
        due_on,
    )
    assert (case.events[-1].action, case.events[-1].note) == (
        Action.RELEASE,
        f"Lo tenía Olga Prueba. {WHY}",
    )
    with pytest.raises(RuleBroken, match="sin una persona a cargo"):
        release(house, radicado)


def test_a_case_is_handed_to_another_office_and_its_person_is_told(house, citizen):
    radicado = assigned_case(house, citizen)
    casework.start(radicado, author=house.official, now=clock.now())
    before = letters()

    hand_over(house, radicado, assignee_id=house.colleague.id)

    case = case_of(radicado)
    assert (case.status, case.office_id, case.assignee_id) == (
        Status.ASSIGNED,
        house.coverage.id,
        house.colleague.id,
    )
    assert (case.events[-1].action, case.events[-1].note) == (
        Action.HAND_OVER,
        f"Cobertura Educativa: Lejos Prueba. {WHY}",
    )
    assert letters()[len(before) :] == [
        ("handed_over", "soa.lejos"),
        ("status_changed", citizen.email.split("@")[0]),
    ]


def test_who_is_given_a_case_is_told_once(house, citizen):
    radicado = file_case(house, citizen)
    given = {"author": house.coordinator, "office_id": house.hall.id, "now": clock.now()}

    for person in (house.official, house.official, house.coordinator):
        casework.assign(radicado, assignee_id=person.id, **given)

    told = [to for letter, to in letters() if letter == "handed_over"]
    assert told == ["soa.funcionario"]


def test_what_waits_for_its_citizen_waits_in_the_other_office_too(house, citizen):
    radicado = assigned_case(house, citizen)
    legal.ask_to_complete(radicado, missing="Falta el certificado.", by=by(house.official))

    hand_over(house, radicado)

    assert (case_of(radicado).status, case_of(radicado).office_id) == (
        Status.WAITING,
        house.coverage.id,
    )


def test_an_office_hands_over_what_it_only_received(house, citizen):
    radicado = file_case(house, citizen)
    with pytest.raises(NotAllowed):
        hand_over(house, radicado)
    hand_over(house, radicado, "coordinator")

    assert case_of(radicado).status is Status.ASSIGNED


def assign(house: House, radicado: str) -> None:
    casework.assign(
        radicado,
        author=house.coordinator,
        office_id=house.coverage.id,
        assignee_id=None,
        now=clock.now(),
    )


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("act", [release, hand_over, assign])
@pytest.mark.parametrize(
    ("undo", "needs_approval", "said"),
    [(timedelta(minutes=5), False, "está saliendo"), (timedelta(0), True, "espera aprobación")],
)
def test_an_answer_on_its_way_keeps_its_case(house, citizen, act, undo, needs_approval, said):
    radicado = assigned_case(house, citizen)
    if needs_approval:
        with_topic(radicado)
    answer = words("Su hija tiene cupo.")
    answering.send(radicado, answer, author=house.official, undo=undo, now=clock.now())

    with pytest.raises(RuleBroken, match=said):
        act(house, radicado)
    assert case_of(radicado).assignee_id == house.official.id

    answering.undo(radicado, author=house.official, now=clock.now())
    act(house, radicado)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("act", [release, hand_over])
@pytest.mark.parametrize("who", ["colleague", "clerk"])
def test_only_who_is_near_or_distributes_moves_it(house, citizen, act, who):
    radicado = assigned_case(house, citizen)

    with pytest.raises(NotAllowed):
        act(house, radicado, who)
    act(house, radicado, "coordinator")


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("note", ["", "corto", "x" * 301])
def test_it_is_said_why(house, citizen, note):
    radicado = assigned_case(house, citizen)

    for act in (release, hand_over):
        with pytest.raises(FieldRefused, match="entre 10 y 300"):
            act(house, radicado, note=note)


@pytest.mark.on("sqlite")
def test_no_office_or_person_of_elsewhere_receives_it(house, citizen):
    radicado, other = assigned_case(house, citizen), open_house("VIL")

    for changes, said in (
        ({"office_id": house.hall.id}, "Ya está en esa dependencia"),
        ({"office_id": other.hall.id}, "no es de la entidad"),
        ({"assignee_id": other.official.id}, "no puede recibir"),
        ({"assignee_id": house.clerk.id}, "no puede recibir"),
    ):
        with pytest.raises(RuleBroken, match=said):
            hand_over(house, radicado, **changes)
    assert case_of(radicado).office_id == house.hall.id


def test_who_stands_in_receives_it_and_the_history_says_for_whom(house, citizen):
    radicado = assigned_case(house, citizen)
    absence_of(house, house.colleague, house.coordinator)

    hand_over(house, radicado, assignee_id=house.colleague.id)

    case = case_of(radicado)
    assert case.assignee_id == house.coordinator.id
    assert "Coral Prueba, en reemplazo de Lejos Prueba" in case.events[-1].note


def with_topic(radicado: str) -> None:
    """Let the case be of a topic whose answers a second person reads."""
    with writing() as session:
        case = case_of(radicado)
        topic = Topic(entity_id=case.entity_id, name="Con aprobación", needs_approval=True)
        session.add(topic)
        session.flush()
        case.topic_id = topic.id
