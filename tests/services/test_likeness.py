"""Cases that look alike: found by who asks and by rare words, of the entity and of late."""

from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.services import likeness
from tests.support.office import answered_case, case_of, file_case, open_house, statements
from tests.support.people import add_citizen

TEXT = "El bus de la ruta escolar de la vereda Fusungá no pasó en toda la semana."
NEARLY = "En la vereda Fusungá el bus de la ruta escolar nunca pasó esta semana."
SEAT = "Pido un cupo en el grado segundo."


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def people(house):
    return [
        add_citizen(house.entity.id, document_number=f"100000000{n}", email=f"p{n}@example.com")
        for n in range(3)
    ]


def found(house, radicado):
    one = likeness.alike(case_of(radicado), account=house.clerk, now=clock.now())
    return [(alike.case.radicado, alike.same_person) for alike in one]


def test_what_is_alike_is_found_the_same_person_s_first_and_the_rest_not(house, people):
    case = file_case(house, people[0], body=TEXT)
    answered = answered_case(house, people[1], body=NEARLY)
    same = file_case(house, people[1], body=TEXT)
    own = file_case(house, people[0], body="La ruta escolar no pasó: vereda Fusungá, otra vez.")
    file_case(house, people[0], body=SEAT)
    file_case(house, people[2], body=f"{SEAT} La semana no me importa.")
    file_case(house, people[2], body=TEXT, now=clock.now() - timedelta(days=61))

    assert found(house, case) == [(own, True), (same, False), (answered, False)]


def test_no_more_than_five_and_none_of_another_entity(house, people):
    other = open_house("VIL")
    case = file_case(house, people[0], body=TEXT)
    for _ in range(7):
        file_case(house, people[1], body=TEXT)
    theirs = file_case(other, people[0], body=TEXT)

    assert len(found(house, case)) == likeness.SHOWN
    assert found(other, theirs) == []
    assert likeness.alike(case_of(case), account=other.clerk, now=clock.now()) == []


def test_it_costs_the_same_however_many_there_are(house, people):
    case = file_case(house, people[0], body=TEXT)

    def asked():
        one, clerk = case_of(case), house.clerk
        _ = one.citizen.first_names, clerk.role
        with statements() as seen:
            likeness.alike(one, account=clerk, now=clock.now())
        return len(seen)

    few = asked()
    for number in range(30):
        file_case(house, people[number % 3], body=TEXT)

    assert few <= asked() == 5


def test_a_text_that_says_nothing_is_like_none(house, people):
    silent = file_case(house, people[0], body="¿?")
    file_case(house, people[0], body="¿?")

    assert found(house, silent) == []


def test_who_files_again_is_reminded_of_what_is_open_and_theirs(house, people):
    def reminded(person, body=NEARLY, forms=(), reader=None):
        case = likeness.of_citizen(
            person,
            body,
            entity_id=house.entity.id,
            forms=forms,
            account=reader or person,
        )
        db.session.rollback()
        return case and case.radicado

    answered_case(house, people[0], body=TEXT)
    file_case(house, people[0], body=SEAT)
    assert reminded(people[0]) is None

    filed = file_case(house, people[0], body=TEXT, submission="one-form")
    assert reminded(people[0]) == filed
    assert reminded(people[0], reader=house.clerk) == filed
    assert reminded(people[0], "Necesito un certificado.") is None
    assert reminded(people[0], forms=["one-form"]) is None
    assert reminded(people[1]) is reminded(people[1], reader=house.clerk) is None
    assert reminded(people[0], reader=open_house("VIL").clerk) is None
