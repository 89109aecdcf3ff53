"""Many cases at once: each is given or refused on its own, and told of."""

from datetime import timedelta

import pytest

from app import clock
from app.domain.requerimiento import Status
from app.extensions import writing
from app.models import Account, Stage
from app.services import answering, bulk, held, related
from app.services.bulk import Order, Verb
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    case_of,
    file_case,
    open_house,
    words,
)
from tests.support.people import add_citizen


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def assign(house: House, codes: list[str], **changes: object) -> dict[str, str]:
    given = {"office_id": house.hall.id, "assignee_id": house.official.id} | changes
    return carry_out(house, Verb.ASSIGN, codes, **given)


def carry_out(house: House, verb: Verb, codes: list[str], **changes: object) -> dict[str, str]:
    order = Order(**{"author": house.coordinator, "now": clock.now()} | changes)
    return {line.radicado: line.refusal for line in bulk.carry_out(verb, codes, order)}


def test_each_is_given_or_refused_on_its_own(house, citizen):
    new, old = file_case(house, citizen), answered_case(house, citizen)

    report = assign(house, [new, old])

    assert report[new] == ""
    assert "Respondido" in report[old]
    assert case_of(new).assignee_id == house.official.id


def test_what_will_happen_is_known_before(house, citizen):
    new, old = file_case(house, citizen), answered_case(house, citizen)

    marked = bulk.chosen(Verb.ASSIGN, [new, old, new], house.coordinator)
    lines = {line.radicado: line for line in marked}

    assert lines[new].refusal == ""
    assert "Respondido" in lines[old].refusal
    assert lines[old].holder == "Atención al Ciudadano: Olga Prueba"
    assert case_of(new).assignee_id is None


def test_sent_again_it_changes_nothing(house, citizen):
    new = file_case(house, citizen)
    assign(house, [new])
    lines = len(case_of(new).events)

    assert assign(house, [new]) == {new: bulk.SAME}
    assert len(case_of(new).events) == lines


def test_what_an_office_received_is_given_to_it(house, citizen):
    new = file_case(house, citizen)
    with writing():
        case_of(new).office_id = house.hall.id

    assert assign(house, [new], assignee_id=None) == {new: ""}
    assert case_of(new).status is Status.ASSIGNED
    assert assign(house, [new], assignee_id=None) == {new: bulk.SAME}


def test_another_entity_s_are_not_touched(house, citizen):
    other = open_house("VIL")
    theirs = file_case(other, citizen)

    assert assign(house, [theirs, "SOA2026ER999999", "nada"]) == {}
    assert case_of(theirs).assignee_id is None


@pytest.mark.parametrize("who", ["official", "clerk"])
def test_who_does_not_distribute_gives_none(house, citizen, who):
    new = file_case(house, citizen)

    report = assign(house, [new], author=getattr(house, who))

    assert "Su rol no permite" in report[new]
    assert case_of(new).assignee_id is None


def test_a_person_of_elsewhere_is_refused_for_each(house, citizen):
    codes = [file_case(house, citizen), assigned_case(house, citizen)]

    report = assign(house, codes, assignee_id=open_house("VIL").official.id)

    assert all("no puede recibir" in refusal for refusal in report.values())


def test_there_are_no_more_than_a_page(house, citizen, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    codes = [file_case(house, citizen) for _ in range(3)]

    assert len(assign(house, codes)) == 2


NOTE = "No es de esta dependencia."
# What each verb needs, who does it, and what becomes of a case in the hands of the official.
MOVES = [
    (Verb.HAND_OVER, "official", lambda house: {"office_id": house.coverage.id, "note": NOTE}),
    (Verb.RELEASE, "official", lambda house: {"note": NOTE}),
    (Verb.TAKE, "official", lambda house: {}),
    (Verb.CLOSE, "coordinator", lambda house: {}),
]


@pytest.mark.parametrize(("verb", "who", "needed"), MOVES, ids=[verb for verb, *_ in MOVES])
def test_every_verb_moves_what_it_can_says_why_not_and_sent_again_changes_nothing(
    house, citizen, verb, who, needed
):
    able = {Verb.TAKE: file_case, Verb.CLOSE: answered_case}.get(verb, assigned_case)
    good = able(house, citizen)
    bad = assigned_case(house, citizen) if verb is Verb.CLOSE else answered_case(house, citizen)
    given = {"author": getattr(house, who)} | needed(house)

    seen = {line.radicado: line.refusal for line in bulk.chosen(verb, [good, bad], given["author"])}
    first = carry_out(house, verb, [good, bad], **given)
    lines = len(case_of(good).events)
    again = carry_out(house, verb, [good, bad], **given)

    assert seen == first
    assert first[good] == ""
    assert "no está permitida" in first[bad]
    assert again[good]
    assert len(case_of(good).events) == lines
    assert case_of(good).events[-1].action is verb.action


def test_an_answer_that_leaves_keeps_its_case_among_many(house, citizen):
    radicado = assigned_case(house, citizen)
    answering.send(
        radicado,
        words("Su hija tiene cupo."),
        author=house.official,
        undo=timedelta(minutes=5),
        now=clock.now(),
    )

    [line] = bulk.chosen(Verb.RELEASE, [radicado], house.official)

    assert "está saliendo" in line.refusal


def test_what_waits_for_its_leader_says_so_among_many(house, citizen):
    leader = assigned_case(house, citizen)
    follower = assigned_case(house, citizen)
    related.link(follower, leader, other_leads=True, author=house.coordinator, now=clock.now())
    answering.send(
        leader,
        words("Su hija tiene cupo."),
        author=house.official,
        undo=timedelta(minutes=5),
        now=clock.now(),
        along=[follower],
    )

    lines = bulk.chosen(Verb.ASSIGN, [leader, follower], house.coordinator)

    assert {line.radicado: line.refusal for line in lines} == {
        leader: held.ON_ITS_WAY[Stage.LEAVING],
        follower: held.WITH_THE_LEADER,
    }


def test_what_somebody_took_meanwhile_is_not_taken_from_them(house, citizen):
    radicado = assigned_case(house, citizen)

    assert carry_out(house, Verb.TAKE, [radicado]) == {radicado: "Ya lo tiene Olga Prueba."}
    assert case_of(radicado).assignee_id == house.official.id
