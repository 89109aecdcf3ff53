"""Naming a colleague in a note: who is told, once, and until when it waits."""

import pytest

from app import clock
from app.extensions import db
from app.models import Mention, OutboxMessage
from app.services import casework, mentions, queue
from app.services.mentions import names_in
from app.services.queue import Filters
from tests.support.office import assigned_case, case_of, open_house, words
from tests.support.people import add_citizen


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def radicado(house):
    return assigned_case(house, add_citizen(house.entity.id))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hola @soa.lejos, mire esto.", ["soa.lejos"]),
        ("@Soa.Lejos y @soa.lejos", ["soa.lejos"]),
        ("escriba a olga@example.com", []),
        ("@ nadie, @x", []),
        ("(@ana-2) @b_c.", ["ana-2", "b_c"]),
    ],
)
def test_a_name_is_what_follows_an_at(text, names):
    assert names_in(text) == names


def test_who_is_named_is_told_and_finds_the_case_until_it_is_read(house, radicado):
    text = "@soa.lejos, ¿esto es de ustedes? @soa.funcionario @soa.observador @nadie"
    untold = casework.note(radicado, words(text), author=house.official, now=clock.now())
    asked = Filters(mentioned=house.colleague.id)
    today = clock.now().date()

    assert untold == ["soa.observador", "nadie"]
    [mention] = db.session.query(Mention)
    assert mention.account_id == house.colleague.id
    found = queue.page(house.colleague, asked, today=today).rows
    assert [line.radicado for line in found] == [radicado]
    letters = db.session.query(OutboxMessage).filter_by(letter="mention")
    assert [letter.account_id for letter in letters] == (
        [house.colleague.id] if house.colleague.email else []
    )

    mentions.seen(case_of(radicado).id, house.official, clock.now())
    assert queue.page(house.colleague, asked, today=today).rows
    mentions.seen(case_of(radicado).id, house.colleague, clock.now())
    assert not queue.page(house.colleague, asked, today=today).rows


def test_nobody_of_another_entity_is_named(house, radicado):
    open_house("VIL")

    untold = casework.note(radicado, words("@vil.lejos"), author=house.official, now=clock.now())

    assert untold == ["vil.lejos"]
    assert db.session.query(Mention).count() == 0
