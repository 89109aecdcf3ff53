"""What an entity decides for itself, and which entities there are."""

from datetime import datetime, time

import pytest

from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action
from app.extensions import db
from app.models import AdministrationChange, Entity, LoginSession, Requerimiento
from app.services import casework, changes, credentials, filing, houses, invitations, sessions
from app.services.casework import NotAllowed
from app.services.credentials import Device, Entered
from app.services.filing import Filing
from tests.support.client import PASSWORD
from tests.support.office import House, assigned_case, case_of, file_case, open_house
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
NEW = {
    "name": "Secretaría de Educación de Villeta",
    "short_name": "VILLETA",
    "prefix": "VIL",
    "municipality": "25875",
    "closes_at": "17:00",
    "first_names": "Ágata",
    "surnames": "Nogal",
    "email": "agata@villeta.example",
}


@pytest.fixture
def house(app) -> House:
    return open_house()


def settle(house: House, **changes_: object):
    present = houses.facts_of(db.session.get_one(Entity, house.entity.id)).kept()
    return houses.settle(present | changes_, author=house.administrator, now=NOW)


def enter(account):
    return credentials.enter(
        username=account.username,
        password=PASSWORD,
        allow_document=False,
        remember=False,
        device=Device("Firefox"),
        now=NOW,
    )


def test_what_was_changed_is_recorded_with_what_it_was(house):
    assert settle(house, helpdesk_phone="601 555 0199", portal_url="https://sed.example") == []

    [change] = changes.page(house.entity.id)[0]
    assert change.before == {"helpdesk_phone": "601 555 0100", "portal_url": ""}
    assert change.after == {"helpdesk_phone": "601 555 0199", "portal_url": "https://sed.example"}
    assert (change.author_id, change.title) == (house.administrator.id, house.entity.name)


def test_the_prefix_stays_once_a_number_was_taken(house):
    settle(house, prefix="SOC")
    file_case(house, add_citizen(house.entity.id), now=NOW)

    with pytest.raises(FieldRefused) as refusal:
        settle(house, prefix="SOB")

    assert refusal.value.field == "prefix"
    assert db.session.get_one(Entity, house.entity.id).prefix == "SOC"


def test_two_entities_never_have_one_prefix(house):
    open_house("VIL")

    with pytest.raises(FieldRefused):
        settle(house, prefix="VIL")


def test_the_closing_hour_is_for_what_is_filed_afterwards(house):
    citizen, late = add_citizen(house.entity.id), NOW.replace(hour=16, minute=30)
    settle(house, reading="2")
    before = file_case(house, citizen, now=late)

    settle(house, closes_at="16:00")

    after = file_case(house, citizen, now=late, body="Otra cosa.")
    assert (case_of(before).closes_at, case_of(after).closes_at) == (time(17), time(16))
    assert case_of(after).due_on > case_of(before).due_on
    # A later count of the open cases by the calendar leaves each with its own.
    assert [move.radicado for move in settle(house, saturday_counts=True)] == [before, after]
    assert case_of(after).due_on >= case_of(before).due_on


def test_counting_saturdays_moves_open_cases_and_says_so(house):
    radicado = assigned_case(house, add_citizen(house.entity.id), now=NOW)
    due_on = case_of(radicado).due_on
    present = houses.facts_of(db.session.get_one(Entity, house.entity.id)).kept()
    seen = houses.preview(present | {"saturday_counts": True}, author=house.administrator)
    assert case_of(radicado).due_on == due_on

    moved = settle(house, saturday_counts=True)

    assert moved == seen
    case = case_of(radicado)
    assert case.due_on < due_on
    assert case.events[-1].action is Action.MOVE
    [change] = changes.page(house.entity.id)[0]
    assert change.after == {"saturday_counts": True, "moved": 1}


@pytest.mark.parametrize("who", ["official", "clerk", "coordinator", "observer"])
def test_only_administrators_change_the_entity(house, who):
    with pytest.raises(NotAllowed):
        houses.settle(NEW, author=getattr(house, who), now=NOW)


def test_an_entity_is_added_with_the_invitation_of_who_administers_it(house):
    made, invitation = houses.add(NEW, author=house.administrator, now=NOW)

    assert (made.prefix, made.is_default, invitation.entity_id) == ("VIL", False, made.id)
    assert invitation.username == "anogal"
    assert invitations.pending(house.entity.id) == []
    recorded = db.session.query(AdministrationChange).filter_by(subject="entidad").all()
    assert {change.entity_id for change in recorded} == {house.entity.id, made.id}


def test_the_installation_is_seen_to_from_the_default_entity_only(house):
    other = open_house("VIL")

    for act in (
        lambda: houses.add(NEW, author=other.administrator, now=NOW),
        lambda: houses.deactivate(house.entity.id, author=other.administrator, now=NOW),
        lambda: houses.make_default(other.entity.id, author=other.administrator, now=NOW),
        lambda: houses.add(NEW, author=house.coordinator, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_is_put_in_an_entity_that_has_who_administers_it(house):
    other = open_house("VIL")

    with pytest.raises(RuleBroken):
        houses.invite_administrator(other.entity.id, NEW, author=house.administrator, now=NOW)


def test_a_closed_entity_receives_nothing_and_its_staff_are_out(house):
    other = open_house("VIL")
    citizen = add_citizen(other.entity.id, now=NOW)
    radicado, facts = assigned_case(other, citizen, now=NOW), other.facts
    entered = enter(other.official)
    assert isinstance(entered, Entered)

    houses.deactivate(other.entity.id, author=house.administrator, now=NOW)

    assert sessions.find(entered.session_secret, NOW) is None
    assert db.session.query(LoginSession).filter_by(ended_at=None).count() == 0
    assert enter(other.official) is None
    assert case_of(radicado).is_visible_to(citizen)
    with pytest.raises(RuleBroken):
        filing.file(
            Filing(kind=case_of(radicado).kind, body="Más.", submission="s"),
            citizen=citizen,
            entity=facts,
            now=NOW,
        )
    with pytest.raises(RuleBroken):
        houses.make_default(other.entity.id, author=house.administrator, now=NOW)
    houses.activate(other.entity.id, author=house.administrator, now=NOW)
    assert isinstance(enter(other.official), Entered)
    assert casework.people(other.entity.id)


def test_the_default_entity_is_not_closed_and_gives_its_place(house):
    other = open_house("VIL")
    with pytest.raises(RuleBroken):
        houses.deactivate(house.entity.id, author=house.administrator, now=NOW)

    houses.make_default(other.entity.id, author=house.administrator, now=NOW)

    assert [row.prefix for row in houses.all_of_them() if row.is_default] == ["VIL"]
    with pytest.raises(NotAllowed):
        houses.make_default(house.entity.id, author=house.administrator, now=NOW)
    assert db.session.query(Requerimiento).count() == 0
