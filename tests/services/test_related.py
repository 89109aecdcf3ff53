"""Linking cases under a leader: reversibly, and without any case changing by it."""

from functools import partial

import pytest

from app import clock
from app.domain.errors import NotFound, RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Status
from app.domain.reserve import Ground
from app.extensions import db, writing
from app.models import Account, Event, Recusal, Requerimiento
from app.services import casework, related, reserve
from tests.support.office import (
    annulled_case,
    assigned_case,
    case_of,
    open_house,
    words,
)
from tests.support.people import add_citizen, at_once


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id)


def link(house, follower, leader, *, author=None):
    related.link(
        follower, leader, other_leads=True, author=author or house.official, now=clock.now()
    )


def facts(radicado):
    """All that a case has of its own, but for the history."""
    case = case_of(radicado)
    kept = {column.key for column in Requerimiento.__table__.columns} - {"version"}
    return {name: getattr(case, name) for name in kept}


def told(radicado):
    return [(event.action, event.note) for event in case_of(radicado).events[2:]]


def test_linked_each_stays_as_it_was_and_both_say_so(house, citizen):
    leader, follower = assigned_case(house, citizen), assigned_case(house, citizen)
    before = facts(leader), facts(follower)

    link(house, follower, f" {leader[:3].lower()}-{leader[3:]} ")

    assert facts(leader) == before[0]
    assert facts(follower) == before[1] | {"leader_id": before[0]["id"]}
    assert told(follower) == [(Action.LINK, f"Queda bajo {leader}, que es el principal.")]
    assert told(leader) == [(Action.LINK, f"{follower} queda bajo este, que es el principal.")]

    related.unlink(follower, author=house.official, now=clock.now())
    assert (facts(leader), facts(follower)) == before
    assert told(follower)[-1] == (Action.UNLINK, f"Estaba bajo {leader}.")
    assert told(leader)[-1] == (Action.UNLINK, f"{follower} ya no está bajo este.")
    with pytest.raises(RuleBroken, match="no está vinculado"):
        related.unlink(follower, author=house.official, now=clock.now())


def test_the_other_may_be_the_one_that_follows(house, citizen):
    leader, follower = assigned_case(house, citizen), assigned_case(house, citizen)

    related.link(leader, follower, other_leads=False, author=house.official, now=clock.now())

    assert case_of(follower).leader_id == case_of(leader).id
    assert [
        one.case.radicado for one in related.of_case(case_of(leader), house.clerk).followers
    ] == [follower]
    assert related.of_case(case_of(follower), house.clerk).leader.radicado == leader


def test_there_are_no_chains_and_nothing_that_is_not_there(house, citizen):
    first, second, third = (assigned_case(house, citizen) for _ in range(3))
    link(house, second, first)

    for follower, leader, sentence in (
        (first, third, "tiene otros vinculados"),
        (third, second, f"Abra {second}"),
        (second, third, "Desvincúlelo primero"),
        (first, first, "Es el mismo"),
        (third, annulled_case(house, citizen), "ya terminó"),
        (third, "SOA2026ER999999", "no hay un requerimiento"),
        (third, "¿cuál?", "no hay un requerimiento"),
    ):
        with pytest.raises(FieldRefused, match=sentence):
            link(house, follower, leader)
    assert db.session.query(Event).filter_by(action=Action.LINK).count() == 2


def test_who_has_not_the_case_that_follows_does_not_link_it(house, citizen):
    leader, follower = assigned_case(house, citizen), assigned_case(house, citizen)

    for author in (house.colleague, house.clerk):
        with pytest.raises(RuleBroken):
            link(house, follower, leader, author=author)
    link(house, follower, leader, author=house.coordinator)
    with pytest.raises(RuleBroken):
        related.unlink(follower, author=house.colleague, now=clock.now())
    assert case_of(follower).leader_id is not None


def test_another_entity_s_case_is_none(house, citizen):
    other = open_house("VIL")
    theirs, ours = assigned_case(other, citizen), assigned_case(house, citizen)

    with pytest.raises(FieldRefused, match="no hay un requerimiento"):
        link(house, ours, theirs)
    with pytest.raises(NotFound):
        link(house, theirs, ours)
    with pytest.raises(NotFound):
        related.unlink(theirs, author=house.official, now=clock.now())


def test_two_who_link_the_same_at_once_make_no_chain_nor_wait_for_each_other(app, house, citizen):
    first, second = assigned_case(house, citizen), assigned_case(house, citizen)
    official = house.official.id

    def link_in_a_thread(follower, leader):
        author = db.session.get_one(Account, official)
        related.link(follower, leader, other_leads=True, author=author, now=clock.now())

    came = at_once(
        app,
        [partial(link_in_a_thread, first, second), partial(link_in_a_thread, second, first)],
    )

    [refused] = filter(None, came)
    assert isinstance(refused, FieldRefused)
    assert [case_of(first).leader_id, case_of(second).leader_id].count(None) == 1


def test_a_leader_that_ended_leaves_its_followers_open_and_lets_them_go(house, citizen):
    leader, follower = assigned_case(house, citizen), assigned_case(house, citizen)
    link(house, follower, leader)
    casework.answer(leader, words("Sí."), author=house.official, now=clock.now())

    assert case_of(follower).status is Status.ASSIGNED
    assert related.of_case(case_of(follower), house.official).leader.status is Status.ANSWERED
    related.unlink(follower, author=house.official, now=clock.now())
    assert told(leader)[-1] == (Action.UNLINK, f"{follower} ya no está bajo este.")


def test_a_case_that_the_author_sees_masked_is_not_said_to_be_missing(house, citizen):
    mine, secret = assigned_case(house, citizen), assigned_case(house, citizen)
    reserve.mark(
        secret,
        ground=Ground.SAFETY,
        reason="Lo amenazaron en el colegio.",
        author=house.coordinator,
        now=clock.now(),
    )

    with pytest.raises(FieldRefused, match="Ese requerimiento es reservado") as refusal:
        related.link(mine, secret, other_leads=True, author=house.administrator, now=clock.now())

    assert refusal.value.field == "other"
    with writing() as session:
        session.add(
            Recusal(
                requerimiento_id=case_of(secret).id,
                account_id=house.administrator.id,
                happened_at=clock.now(),
                reason="Es su hermana, lo dijo.",
            )
        )
    with pytest.raises(FieldRefused, match="no hay un requerimiento con ese radicado"):
        related.link(mine, secret, other_leads=True, author=house.administrator, now=clock.now())
