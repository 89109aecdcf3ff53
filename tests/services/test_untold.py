"""What goes out to somebody whom the mail does not reach is a task until they were told."""

from datetime import timedelta

import pytest

from app import clock
from app.domain.requerimiento import Action
from app.domain.telling import Untold
from app.extensions import db
from app.models import Account
from app.services import cases, casework, consents, legal, queue, undelivered, untold
from app.services.queue import Filters
from app.services.undelivered import Medium
from tests.support.office import (
    House,
    answered_case,
    assigned_case,
    by,
    case_of,
    open_house,
    statements,
    words,
)
from tests.support.people import add_citizen


@pytest.fixture
def house(app) -> House:
    return open_house()


def person(house: House, *, mail: bool = False, accepts: bool = False) -> Account:
    citizen = add_citizen(house.entity.id, notify_by_email=mail)
    if accepts:
        consents.decide(citizen, accepts=True, now=clock.now())
    return citizen


@pytest.mark.parametrize(
    ("mail", "accepts", "why"),
    [
        (False, False, Untold.NO_MAIL),
        (False, True, Untold.NO_MAIL),
        (True, False, Untold.NO_CONSENT),
        (True, True, None),
    ],
)
def test_an_answer_opens_the_task_of_whom_it_does_not_reach(house, mail, accepts, why):
    radicado = answered_case(house, person(house, mail=mail, accepts=accepts))

    case = case_of(radicado)
    assert case.untold is why
    assert (case.untold_at is None) is (why is None)


def test_a_letter_of_the_law_does_too_and_a_message_does_not(house):
    citizen = person(house)
    asked, spoken = assigned_case(house, citizen), assigned_case(house, citizen)

    legal.ask_to_complete(asked, missing="Falta el certificado.", by=by(house.official))
    casework.write_to_citizen(
        spoken, words("¿En qué vereda vive?"), author=house.official, now=clock.now()
    )

    assert case_of(asked).untold is Untold.NO_MAIL
    assert case_of(spoken).untold is None


def test_who_withdraws_on_line_knows_it(house):
    citizen = person(house)
    alone, taken = assigned_case(house, citizen), assigned_case(house, citizen)

    legal.withdraw(alone, by=by(citizen))
    legal.withdraw(taken, by=by(house.clerk))

    assert case_of(alone).untold is None
    assert case_of(taken).untold is Untold.NO_MAIL


def test_writing_down_how_they_were_told_closes_it(house):
    radicado = answered_case(house, person(house))

    undelivered.notify(
        radicado,
        words("Se le entregó copia y firmó."),
        medium=Medium.IN_PERSON,
        on=clock.now().date(),
        author=house.clerk,
        now=clock.now(),
    )

    case = case_of(radicado)
    assert (case.untold, case.untold_at) == (None, None)
    assert case.events[-1].action is Action.NOTIFY


@pytest.mark.parametrize("accepts", [True, False])
def test_who_opens_it_on_line_knows_it_and_is_notified_only_if_they_accepted(house, accepts):
    citizen = person(house, accepts=accepts)
    radicado = answered_case(house, citizen)
    case = case_of(radicado)
    version = case.version

    untold.opened(case.id, clock.now())
    assert case_of(radicado).untold is Untold.NO_MAIL  # nothing was opened yet
    cases.mark_opened(case.id, [one.id for one in case.messages], clock.now() + timedelta(hours=1))
    untold.opened(case.id, clock.now() + timedelta(hours=1))

    case = case_of(radicado)
    assert case.untold is (None if accepts else Untold.NO_CONSENT)
    assert case.version == version
    if not accepts:
        [line] = untold.page(house.clerk, Untold.NO_CONSENT).rows
        assert line.opened_at is not None


def test_the_list_has_those_of_the_entity_with_what_went_out(house):
    mine, far = person(house), open_house("VIL")
    radicado = answered_case(house, mine)
    answered_case(far, mine)
    clerk = db.session.get_one(Account, house.clerk.id)

    with statements() as seen:
        found = untold.page(clerk, Untold.NO_MAIL)

    assert [line.case.radicado for line in found.rows] == [radicado]
    [letter] = found.rows[0].letters
    assert letter.radicado.startswith("SOA")
    assert len(seen) == 2
    assert not any("message.body" in sql or "requerimiento.body" in sql for sql in seen)
    assert untold.counts(house.clerk) == {Untold.NO_MAIL: 1, Untold.NO_CONSENT: 0}
    today = clock.now().date()
    listed = queue.page(house.coordinator, Filters(untold=True), today=today)
    assert [row.radicado for row in listed.rows] == [radicado]


def test_the_list_is_read_in_pages(house, monkeypatch):
    citizen = person(house)
    codes = [answered_case(house, citizen) for _ in range(3)]
    monkeypatch.setattr(untold, "PAGE", 2)

    first = untold.page(house.clerk, Untold.NO_MAIL)
    second = untold.page(house.clerk, Untold.NO_MAIL, after=first.next_after)

    shown = [line.case.radicado for line in (*first.rows, *second.rows)]
    assert shown == codes
    assert second.next_after is None
