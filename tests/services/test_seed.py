"""Synthetic cases for measuring: as many as asked, and as filing would have written them."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, inspect, select

from app.domain.calendar import OFFICE
from app.domain.errors import RuleBroken
from app.domain.radicado import Direction
from app.domain.requerimiento import Action, Kind, Status, excerpt
from app.extensions import db
from app.models import (
    Account,
    Event,
    Message,
    Office,
    Radicado,
    RadicadoCounter,
    Receipt,
    Requerimiento,
)
from app.services import demo, entities, filing, hashing, heads, proof, seed
from app.services.entities import Directory
from app.services.filing import Filing
from app.uploads import store

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=OFFICE)


@pytest.fixture
def entity(app):
    """An entity with nothing in it, as `flask init` leaves it."""
    entities.create(
        notice="Aviso",
        now=NOW,
        name="Secretaría de Prueba",
        short_name="PRUEBA",
        prefix="PRU",
        municipality="25754",
    )
    return Directory(default_reading=1).default(NOW)


def how_many(model, **conditions):
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**conditions))


def test_it_adds_as_many_as_asked_and_one_with_twenty_messages(entity, monkeypatch):
    monkeypatch.setattr(seed, "BATCH", 300)
    told = []

    known = seed.fill(1000, now=NOW, progress=told.append)

    assert how_many(Requerimiento) == 1000
    assert told == [300, 300, 300, 99, 1]
    case = db.session.scalars(select(Requerimiento).filter_by(radicado=known)).one()
    assert how_many(Message, requerimiento_id=case.id) == 20
    assert how_many(Event, requerimiento_id=case.id) == 22
    assert how_many(Event, action=Action.FILE) == 1000
    assert how_many(Receipt) == 1000
    assert [*heads.problems(), *proof.problems()] == []


def test_radicados_are_consecutive_in_the_register_and_in_the_counters(entity):
    seed.fill(500, now=NOW)

    for counter in db.session.scalars(select(RadicadoCounter)):
        numbers = db.session.scalars(
            select(Radicado.number).filter_by(year=counter.year).order_by(Radicado.taken_at)
        ).all()
        assert numbers == list(range(1, counter.last + 1))
    assert how_many(Radicado, direction=Direction.INCOMING) == 500


def test_rows_are_those_that_filing_would_have_written(entity):
    seed.fill(200, now=NOW)

    for case in db.session.scalars(select(Requerimiento)):
        deadline = entity.deadline(case.kind, case.received_at)
        assert (case.received_on, case.due_on) == (deadline.received_on, deadline.due_on)
        assert case.is_open == case.status.is_open
        assert case.excerpt == excerpt(case.body)
        assert (case.closed_at is None) == (case.status not in (Status.CLOSED, Status.ANNULLED))
        assert case.assignee_id is None or case.assignee.office_id == case.office_id
        register = db.session.get_one(Radicado, case.radicado)
        assert register.taken_at == case.received_at
        assert (register.annulled_at is None) == (case.status is not Status.ANNULLED)


def test_no_column_is_left_out(entity):
    """A column that a later migration adds must not stay empty in what is measured."""
    seed.fill(3, now=NOW)
    synthetic, real = (
        db.session.scalars(
            select(Requerimiento).order_by(Requerimiento.id.desc()).offset(n)
        ).first()
        for n in (1, 0)
    )

    for column in inspect(Requerimiento).column_attrs:
        if column.key not in ("answered_at", "closed_at", "assignee_id", "clerk_id"):
            is_empty = getattr(synthetic, column.key) is None
            assert is_empty == (getattr(real, column.key) is None), column.key


def test_filing_goes_on_from_where_the_seed_ended(entity):
    known = seed.fill(50, now=NOW)
    citizen = db.session.scalars(select(Account).where(Account.role.is_(None))).first()

    what = Filing(kind=Kind.CLAIM, body="Uno más.", submission=uuid4().hex)
    radicado = filing.file(what, citizen=citizen, entity=entity, now=NOW)

    assert int(radicado[-6:]) == int(known[-6:]) + 1
    assert how_many(Requerimiento) == 51


def test_it_can_be_repeated_and_keeps_the_offices_it_finds(entity, monkeypatch):
    seed.fill(20, now=NOW)
    offices = how_many(Office)

    seed.fill(20, now=NOW)

    assert how_many(Requerimiento) == 40
    assert how_many(Office) == offices == 8


@pytest.mark.on("sqlite")
def test_it_fills_a_demo_too(app, monkeypatch):
    monkeypatch.setattr(hashing, "hash_password", lambda password: "$not-a-hash")
    demo.load(store(), NOW)
    offices = how_many(Office)

    seed.fill(100, now=NOW)

    assert how_many(Requerimiento) == 400
    assert how_many(Office) == offices


@pytest.mark.on("sqlite")
def test_without_an_entity_it_refuses(app):
    with pytest.raises(RuleBroken, match="init"):
        seed.fill(10, now=NOW)
