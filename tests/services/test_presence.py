"""Who else has the case open."""

from datetime import timedelta

import pytest

from app import clock
from app.extensions import db
from app.models import Presence
from app.services import presence
from app.services.presence import FRESH, KEPT, Present
from tests.support.office import assigned_case, case_of, open_house
from tests.support.people import add_citizen


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def case(house):
    return case_of(assigned_case(house, add_citizen(house.entity.id)))


def test_each_hears_of_the_others_and_not_of_themselves(house, case):
    now = clock.now()

    assert presence.beat(case, house.official, is_writing=True, now=now) == []
    assert presence.beat(case, house.clerk, is_writing=False, now=now) == [
        Present("Olga Prueba", True)
    ]
    assert presence.beat(case, house.official, is_writing=False, now=now) == [
        Present("Vera Prueba", False)
    ]


def test_who_left_is_not_heard_of_and_is_forgotten(house, case):
    now = clock.now()
    presence.beat(case, house.official, is_writing=True, now=now)

    assert presence.beat(case, house.clerk, is_writing=False, now=now + FRESH) == []
    later = now + KEPT + timedelta(minutes=5)
    presence.beat(case, house.clerk, is_writing=False, now=later)
    assert db.session.query(Presence).count() == 1


def test_another_case_is_another_room(house, case):
    other = case_of(assigned_case(house, case.citizen))
    presence.beat(other, house.official, is_writing=True, now=clock.now())

    assert presence.beat(case, house.clerk, is_writing=False, now=clock.now()) == []
