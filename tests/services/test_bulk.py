"""Many cases at once: each is given or refused on its own, and told of."""

import pytest

from app import clock
from app.domain.requerimiento import Status
from app.extensions import writing
from app.models import Account
from app.services import bulk
from tests.support.office import House, answered_case, assigned_case, case_of, file_case, open_house
from tests.support.people import add_citizen


@pytest.fixture
def house(app) -> House:
    return open_house()


@pytest.fixture
def citizen(house) -> Account:
    return add_citizen(house.entity.id)


def assign(house: House, codes: list[str], **changes: object) -> dict[str, str]:
    given = {
        "author": house.coordinator,
        "office_id": house.hall.id,
        "assignee_id": house.official.id,
        "now": clock.now(),
    } | changes
    return {line.radicado: line.refusal for line in bulk.assign(codes, **given)}


def test_each_is_given_or_refused_on_its_own(house, citizen):
    new, old = file_case(house, citizen), answered_case(house, citizen)

    report = assign(house, [new, old])

    assert report[new] == ""
    assert "Respondido" in report[old]
    assert case_of(new).assignee_id == house.official.id


def test_what_will_happen_is_known_before(house, citizen):
    new, old = file_case(house, citizen), answered_case(house, citizen)

    lines = {line.radicado: line for line in bulk.chosen([new, old, new], house.coordinator)}

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
