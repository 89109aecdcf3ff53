"""The demo: a year of two offices, lived through the services that people use."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import current_app
from sqlalchemy import func, select

from app import create_app
from app.domain.calendar import OFFICE
from app.domain.requerimiento import Action, Channel, Kind, Status
from app.domain.roles import Role
from app.extensions import db
from app.models import (
    Absence,
    Account,
    AssignmentRule,
    Attachment,
    Entity,
    Event,
    Message,
    MessageKind,
    OutboxMessage,
    OutboxStatus,
    Radicado,
    RadicadoCounter,
    Requerimiento,
    Topic,
)
from app.services import demo, hashing, heads, proof
from app.services.demo import cast, diary
from app.services.demo.stories import stories
from app.services.legal_letters import TITLES
from app.uploads import store
from tests.support.client import PageClient
from tests.support.product import QUICK, build_settings, close_connections

MONDAY = datetime(2026, 11, 23, 16, 30, tzinfo=OFFICE)
SUNDAY_AT_NIGHT = datetime(2027, 1, 3, 3, 0, tzinfo=OFFICE)


@pytest.fixture
def quick_hashes(monkeypatch):
    """Fifty passwords take a second and a half, and most tests enter with none."""
    monkeypatch.setattr(hashing, "hash_password", lambda password: "$not-a-hash")


@pytest.fixture(scope="module")
def monday(sqlite_template, tmp_path_factory) -> Iterator[list[demo.DemoAccount]]:
    """The accounts of a demo that was loaded once, with its app in context: to look at it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(sqlite_template, folder / "sac.db")
    app = create_app(build_settings(folder, f"sqlite:///{folder / 'sac.db'}"))
    app.testing, app.test_client_class = True, PageClient
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_hasher", QUICK)
        yield demo.load(store(), MONDAY)
        close_connections()


def values(column):
    return set(db.session.scalars(select(column).distinct()))


def count(*conditions):
    return db.session.scalar(select(func.count(Requerimiento.id)).where(*conditions))


@pytest.mark.on("postgresql")
def test_the_demo_has_something_of_everything(app, quick_hashes):
    accounts = demo.load(store(), MONDAY)

    entities = db.session.scalars(select(Entity).order_by(Entity.id)).all()
    assert [(one.prefix, one.is_default) for one in entities] == [("SOA", True), ("VIL", False)]
    assert count() == 300
    assert values(Requerimiento.kind) == set(Kind)
    assert values(Requerimiento.channel) == set(Channel)
    assert values(Requerimiento.status) == {
        Status.FILED,
        Status.ASSIGNED,
        Status.IN_PROGRESS,
        Status.ANSWERED,
        Status.CLOSED,
        Status.ANNULLED,
        Status.WAITING,
        Status.REFERRED,
        Status.REJECTED,
        Status.WITHDRAWN,
    }
    assert values(Event.action) >= set(TITLES) - {Action.SHELVE} | {
        *(Action.COMPLETE, Action.ASK_MORE_TIME, Action.WITHDRAW),
        *(Action.PRIORITISE, Action.RETURN_MAIL, Action.LINK),
    }
    assert values(Message.kind) == set(MessageKind)
    assert count(Requerimiento.sensitive_ground == "menor") == 1
    accused = db.session.scalars(select(Requerimiento).where(Requerimiento.accused != "")).one()
    assert (accused.is_sensitive, accused.office_id, len(accused.recused)) == (True, None, 1)
    assert db.session.scalar(select(func.count()).where(Account.in_reserve_team)) == 2
    kept = select(Topic.name).where(Topic.is_sensitive).distinct()
    assert db.session.scalars(kept).all() == ["Convivencia escolar"]
    assert values(Account.role) == {None, *Role}
    assert values(AssignmentRule.least_busy) == {True, False}
    assert values(Absence.first) == {MONDAY.date()}
    assert [*heads.problems(), *proof.problems()] == []
    # Opened at the counter, and waiting for their owners to complete the data.
    assert count(Requerimiento.citizen.has(Account.password_hash.is_(None))) > 3
    assert {account.entity for account in accounts} >= {one.short_name for one in entities}


def test_radicados_follow_one_another_in_the_order_of_time(monday):
    for counter in db.session.scalars(select(RadicadoCounter)):
        taken = db.session.execute(
            select(Radicado.number, Radicado.taken_at)
            .filter_by(entity_id=counter.entity_id, year=counter.year, direction=counter.direction)
            .order_by(Radicado.number)
        ).all()
        assert [number for number, _ in taken] == list(range(1, counter.last + 1))
        assert [moment for _, moment in taken] == sorted(moment for _, moment in taken)


def test_the_queue_has_late_ones_and_some_for_each_day_of_the_week_to_come(monday):
    _assert_busy(MONDAY.date(), MONDAY.date())


@pytest.mark.on("sqlite")
def test_so_it_is_on_a_sunday_at_night(app, quick_hashes):
    demo.load(store(), SUNDAY_AT_NIGHT)

    _assert_busy(SUNDAY_AT_NIGHT.date(), SUNDAY_AT_NIGHT.date() + timedelta(days=1))


def _assert_busy(today, first):
    assert count(Requerimiento.is_open, Requerimiento.due_on < today) >= 3
    assert count(Requerimiento.is_open, Requerimiento.due_on == first) >= 4
    assert count(Requerimiento.is_open, Requerimiento.due_on == first + timedelta(days=1)) >= 4


def test_nothing_happens_after_now_and_no_old_letter_waits(monday):
    moments = db.session.scalars(select(Event.happened_at).order_by(Event.id)).all()
    assert moments == sorted(moments)
    assert moments[0] < MONDAY - timedelta(days=330)
    assert moments[-1] <= MONDAY
    letters = db.session.scalars(select(OutboxMessage)).all()
    assert {letter.status for letter in letters} <= {OutboxStatus.PENDING}
    assert all(letter.created_at >= MONDAY - timedelta(days=1) for letter in letters)
    assert len(letters) < 20


def test_its_people_enter_with_random_passwords_and_its_files_are_whole(monday):
    assert len({account.password for account in monday}) == len(monday) > 15
    for role in ("Ciudadano", "Funcionario"):
        person = next(account for account in monday if account.role == role)
        current_app.test_client().login(person.username, person.password)
    attachments = db.session.scalars(select(Attachment)).all()
    assert len(attachments) > 150
    for attachment in attachments:
        content = store().path(attachment.stored_as).read_bytes()
        assert hashlib.sha256(content).hexdigest() == attachment.sha256
    assert {attachment.name[-4:] for attachment in attachments} == {".pdf", ".png", "docx"}


@pytest.mark.on("sqlite")
def test_a_demo_that_fails_halfway_leaves_nothing(app, quick_hashes, monkeypatch):
    def fail(_diary, case, _now):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(diary.Diary, "_answer", fail)

    with pytest.raises(OSError, match="No space"):
        demo.load(store(), MONDAY)

    assert db.session.scalar(select(func.count(Entity.id))) == 0
    assert db.session.scalar(select(func.count(Account.id))) == 0


def test_the_texts_are_many_and_have_no_blanks_left():
    topics = {
        plan.values["prefix"]: {leaf for _, leaves in plan.offices.values() for leaf in leaves}
        for plan in cast.ENTITIES
    }

    assert len({story.body for story in stories()}) == len(stories()) >= 60
    assert {story.topic for story in stories()} == topics["SOA"]
    assert topics["VIL"] < topics["SOA"]
    for story in stories():
        told = story.told(Random(1))
        texts = (told.body, told.note, told.message, told.contribution, told.answer)
        assert not any("{" in text or "!" in text for text in texts)
        assert bool(told.contribution) <= bool(told.message)
