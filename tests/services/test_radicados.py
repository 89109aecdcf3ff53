"""Radicados: consecutive, unique and without gaps, whatever happens around them."""

from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from app.domain.calendar import OFFICE
from app.domain.radicado import Direction
from app.extensions import db, writing
from app.models import Entity, Radicado
from app.services import radicados
from tests.support.office import file_case, open_house
from tests.support.people import add_citizen, add_entity, at_once

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)


def take(entity_id: int, direction: Direction = Direction.INCOMING, now: datetime = NOW) -> str:
    with writing() as session:
        return radicados.take(session.get_one(Entity, entity_id), direction, now)


def test_numbers_are_consecutive_and_kept_in_the_register(app):
    entity = add_entity()

    taken = [take(entity.id) for _ in range(3)]

    assert taken == ["SOA2026ER000001", "SOA2026ER000002", "SOA2026ER000003"]
    assert sorted(db.session.scalars(select(Radicado.code))) == taken


def test_each_direction_counts_on_its_own(app):
    entity = add_entity()
    take(entity.id)

    assert take(entity.id, Direction.OUTGOING) == "SOA2026EE000001"


def test_each_entity_counts_on_its_own(app):
    first, second = add_entity("SOA"), add_entity("VIL")
    take(first.id)

    assert take(second.id) == "VIL2026ER000001"


def test_the_count_begins_again_each_year(app):
    entity = add_entity()
    take(entity.id)

    assert take(entity.id, now=NOW.replace(year=2027)) == "SOA2027ER000001"
    assert take(entity.id) == "SOA2026ER000002"


def test_the_year_is_bogotas_and_not_that_of_utc(app):
    entity = add_entity()
    new_years_eve = datetime(2026, 12, 31, 21, 30, tzinfo=OFFICE)

    assert take(entity.id, now=new_years_eve) == "SOA2026ER000001"


def test_a_use_case_that_fails_leaves_no_gap(app):
    entity_id = add_entity().id
    take(entity_id)

    def fail() -> None:
        with writing() as session:
            radicados.take(session.get_one(Entity, entity_id), Direction.INCOMING, NOW)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        fail()

    assert take(entity_id) == "SOA2026ER000002"


def test_numbers_taken_at_once_are_all_different_and_none_is_missing(app):
    entity_id = add_entity().id

    taken = at_once(app, [partial(take, entity_id) for _ in range(8)])

    assert sorted(taken) == [f"SOA2026ER{number:06d}" for number in range(1, 9)]


def test_an_annulled_number_stays_taken_with_its_reason_and_author(app):
    house = open_house()
    citizen = add_citizen(house.entity.id)
    code = file_case(house, citizen, now=NOW)

    with writing():
        radicados.annul(code, author=house.coordinator, reason="Se radicó dos veces", now=NOW)

    row = db.session.get_one(Radicado, code)
    assert (row.annulled_by_id, row.annulment_reason) == (
        house.coordinator.id,
        "Se radicó dos veces",
    )
    assert row.annulled_at == NOW
    assert file_case(house, citizen, now=NOW) == "SOA2026ER000002"
