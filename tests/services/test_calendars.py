"""Suspending terms: what would move is seen first, then it moves all at once and says so."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import flask_migrate
import pytest

from app import migrating
from app.domain import calendar
from app.domain.calendar import OFFICE, Closure
from app.domain.errors import NotFound, RuleBroken
from app.domain.explanation import explain
from app.domain.registration import FieldRefused
from app.domain.requerimiento import Action, Kind
from app.extensions import db
from app.models import Event, OutboxMessage, Requerimiento, Suspension
from app.services import calendars, casework, courses, entities, heads, legal
from app.services.casework import NotAllowed
from app.services.legal import Sender
from tests.support.office import assigned_case, case_of, file_case, open_house, words
from tests.support.people import add_citizen

NOW = datetime(2026, 3, 16, 10, tzinfo=OFFICE)
LATER = NOW + timedelta(days=1)
# Two business days within the term of a petition that came in on 16 March: 26 and 27 March.
STRIKE = Closure(
    date(2026, 3, 26), date(2026, 3, 27), "Cese de actividades", "Resolución 12 de 2026"
)


@pytest.fixture
def house(app):
    return open_house()


@pytest.fixture
def citizen(house):
    return add_citizen(house.entity.id, notify_by_email=True, now=NOW)


def moves(house, closure=STRIKE):
    db.session.rollback()
    return [(m.radicado, m.before, m.after) for m in calendars.preview(house.entity.id, closure)]


def test_what_would_move_is_seen_and_nothing_changes(house, citizen):
    radicado = file_case(house, citizen, now=NOW)

    assert moves(house) == [(radicado, date(2026, 4, 9), date(2026, 4, 13))]
    assert case_of(radicado).due_on == date(2026, 4, 9)
    assert db.session.query(Suspension).count() == 0


def test_suspending_moves_each_case_with_its_history_and_its_notice(house, citizen):
    radicado = assigned_case(house, citizen, now=NOW)

    moved = calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    assert [(m.before, m.after) for m in moved] == [(date(2026, 4, 9), date(2026, 4, 13))]
    case = case_of(radicado)
    assert case.due_on == date(2026, 4, 13)
    line = case.events[-1]
    assert (line.action, line.author_id) == (Action.MOVE, house.administrator.id)
    assert "jueves 9 de abril" in line.note
    assert "lunes 13 de abril" in line.note
    assert "Resolución 12 de 2026" in line.note
    letter = db.session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
    assert letter is not None
    assert "suspendió los términos" in letter.context["sentence"]
    assert list(heads.problems()) == []


def test_the_moment_in_which_it_is_saved_is_kept_and_that_of_its_lifting(house, citizen):
    """What was filed before goes on saying what it said; what ended before does not move."""
    radicado = assigned_case(house, citizen, now=NOW)
    ended = assigned_case(house, citizen, now=NOW)
    casework.answer(ended, words("Listo."), author=house.official, now=NOW)

    calendars.suspend(STRIKE, author=house.administrator, now=LATER)
    lift(house, now=LATER + timedelta(hours=1))

    row = db.session.query(Suspension).one()
    assert (row.ordered_at, row.lifted_at) == (LATER, LATER + timedelta(hours=1))
    case = case_of(radicado)
    calendar = entities.calendar_now(case.entity)
    assert courses.at_filing(case, calendar).office.calendar.closures == ()
    assert courses.load(case_of(ended)).office.calendar.closures == ()
    told = explain(courses.load(case_of(radicado)), LATER.date()).moves
    assert [(move.due_before, move.due_after) for move in told] == [
        (date(2026, 4, 9), date(2026, 4, 13)),
        (date(2026, 4, 13), date(2026, 4, 9)),
    ]


def test_those_of_before_take_their_moment_from_the_history(app, house, citizen):
    assigned_case(house, citizen, now=NOW)
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)
    lift(house, now=LATER + timedelta(hours=1))
    db.session.remove()

    migrating.prepare(app)
    flask_migrate.downgrade(revision="0027")
    db.session.remove()
    flask_migrate.upgrade()

    row = db.session.query(Suspension).one()
    assert (row.ordered_at, row.lifted_at) == (LATER, LATER + timedelta(hours=1))


def test_only_open_cases_that_feel_it_move(house, citizen):
    open_one = file_case(house, citizen, now=NOW)
    early = file_case(house, citizen, now=NOW - timedelta(days=40))
    answered = assigned_case(house, citizen, now=NOW)
    casework.answer(answered, words("Listo."), author=house.official, now=LATER)
    later = file_case(house, citizen, now=NOW + timedelta(days=20))

    assert [moved[0] for moved in moves(house)] == [open_one]
    assert {early, later}.isdisjoint(moved[0] for moved in moves(house))


def test_a_case_that_waits_for_its_citizen_keeps_its_day_unless_that_moves(house, citizen):
    radicado = assigned_case(house, citizen, now=NOW)
    by = Sender(author=house.official, now=LATER, submission=uuid4().hex)
    legal.ask_to_complete(radicado, missing="Falta el certificado del colegio.", by=by)

    until = case_of(radicado).due_on
    on_the_last = Closure(until, until, "Cese de actividades", "Resolución 13 de 2026")

    assert moves(house) == []
    [(moved, before, after)] = moves(house, on_the_last)
    assert (moved, before) == (radicado, until)
    assert after > until


def test_another_entity_is_not_touched(house, citizen):
    other = open_house("VIL")
    neighbour = add_citizen(other.entity.id, username="vecina", document_number="30303030", now=NOW)
    theirs = file_case(other, neighbour, now=NOW)
    file_case(house, citizen, now=NOW)

    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    assert case_of(theirs).due_on == date(2026, 4, 9)
    assert db.session.query(Event).filter_by(action=Action.MOVE).count() == 1


def test_what_is_filed_afterwards_counts_by_the_new_calendar(house, citizen):
    calendars.suspend(STRIKE, author=house.administrator, now=NOW)

    radicado = file_case(house, citizen, now=LATER, kind=Kind.INFORMATION)

    with_strike = case_of(radicado).due_on
    assert with_strike == house.facts.deadline(Kind.INFORMATION, LATER).due_on
    assert db.session.query(Requerimiento).filter_by(due_on=with_strike).count() == 1


def test_days_that_are_suspended_already_are_refused(house):
    calendars.suspend(STRIKE, author=house.administrator, now=NOW)

    with pytest.raises(FieldRefused, match="ya están suspendidos"):
        calendars.suspend(STRIKE, author=house.administrator, now=LATER)
    assert db.session.query(Suspension).count() == 1


@pytest.mark.parametrize("who", ["official", "clerk", "coordinator", "observer"])
def test_only_an_administrator_suspends(house, who):
    with pytest.raises(NotAllowed):
        calendars.suspend(STRIKE, author=getattr(house, who), now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first": None}, "first"),
        ({"last": None}, "last"),
        ({"last": date(2026, 3, 1)}, "last"),
        ({"last": date(2027, 3, 1)}, "last"),
        ({"first": date(2190, 1, 1), "last": date(2190, 1, 2)}, "first"),
        ({"reason": " x "}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"act": ""}, "act"),
    ],
)
def test_what_is_no_suspension_is_refused_in_its_field(change, field):
    given = {"first": STRIKE.first, "last": STRIKE.last, "reason": STRIKE.reason, "act": STRIKE.act}

    with pytest.raises(FieldRefused) as refusal:
        calendars.checked(**(given | change))
    assert refusal.value.field == field
    assert calendars.checked(**given) == STRIKE


# Lifting a suspension, and counting again


def lift(house, now=LATER, act="Resolución 14 de 2026", author=None):
    row = db.session.query(Suspension).order_by(Suspension.id.desc()).first()
    return calendars.lift(row.id, act=act, author=author or house.administrator, now=now)


def test_lifting_it_before_it_begins_gives_its_days_back(house, citizen):
    radicado = assigned_case(house, citizen, now=NOW)
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    moved = lift(house)

    assert [(m.before, m.after) for m in moved] == [(date(2026, 4, 13), date(2026, 4, 9))]
    case = case_of(radicado)
    assert case.due_on == date(2026, 4, 9)
    assert "levantó la suspensión de términos: Resolución 14 de 2026" in case.events[-1].note
    # Its days are free for another.
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)
    assert case_of(radicado).due_on == date(2026, 4, 13)
    assert list(heads.problems()) == []


def test_lifting_it_half_way_leaves_out_only_what_has_passed(house, citizen):
    radicado = assigned_case(house, citizen, now=NOW)
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    lift(house, now=datetime(2026, 3, 26, 9, tzinfo=OFFICE))

    assert case_of(radicado).due_on == date(2026, 4, 10)


def test_what_has_ended_or_was_lifted_is_not_lifted(house, citizen):
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    with pytest.raises(RuleBroken, match="ya terminó"):
        lift(house, now=datetime(2026, 3, 27, 9, tzinfo=OFFICE))
    lift(house)
    with pytest.raises(RuleBroken, match="ya se levantó"):
        lift(house)


@pytest.mark.parametrize("act", ["", " ", "x" * 121])
def test_lifting_needs_its_act(house, act):
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    with pytest.raises(FieldRefused):
        lift(house, act=act)


def test_no_other_entity_and_no_other_role_lifts_it(house):
    calendars.suspend(STRIKE, author=house.administrator, now=LATER)

    with pytest.raises(NotAllowed):
        lift(house, author=house.coordinator)
    with pytest.raises(NotFound):
        lift(house, author=open_house("VIL").administrator)


def test_a_holiday_that_is_known_now_moves_what_was_counted_without_it(house, citizen, monkeypatch):
    radicado = assigned_case(house, citizen, now=NOW)
    settled = assigned_case(house, citizen, now=NOW)
    casework.answer(settled, words("Listo."), author=house.official, now=LATER)
    known, added = calendar.holidays_of, {2026: {date(2026, 3, 25): "Festivo nuevo"}}
    monkeypatch.setattr(
        calendar, "holidays_of", lambda year: {**known(year), **added.get(year, {})}
    )

    assert [m.radicado for m in calendars.preview_recount(house.entity.id)] == [radicado]
    calendars.recount(author=house.administrator, now=LATER)

    assert case_of(radicado).due_on == date(2026, 4, 10)
    assert case_of(settled).due_on == date(2026, 4, 9)
    assert "Cambiaron los festivos" in case_of(radicado).events[-1].note
    assert calendars.preview_recount(house.entity.id) == []
